/*
 * dump_table.c
 *	  The rows of one table of a dump, line by line.
 */
#include "pg_ext/backup/copy.h"
#include "pg_ext/backup/roots.h"

#define PIECE (1 << 16)

typedef struct reading
{
	void (*line)(dbc_host *, void *, const char *);
	void *arg;
	dbcpg_outcome outcome;
} reading;

static void
read_lines(dbcpg_host *host, dbcpg_running *running, void *arg)
{
	reading *r = arg;
	char *piece = palloc(PIECE);
	StringInfoData line;
	Size length;

	initStringInfo(&line);
	while ((length = dbcpg_program_read(running, piece, PIECE)) > 0)
		for (Size at = 0; at < length;)
		{
			char *end = memchr(piece + at, '\n', length - at);
			Size count = end ? (Size) (end - piece) - at : length - at;

			appendBinaryStringInfo(&line, piece + at, (int) count);
			at += count + (end ? 1 : 0);
			if (!end)
				break;
			r->line(&host->base, r->arg, line.data);
			resetStringInfo(&line);
		}
	r->outcome = dbcpg_program_wait(running, -1);
}

dbc_backup_proof
dbcpg_dump_read_table(dbc_host *base, dbc_backup_work *work,
					  const dbc_relation *table,
					  void (*line)(dbc_host *, void *, const char *), void *arg)
{
	dbcpg_host *host = dbcpg_of(base);
	reading r = {.line = line, .arg = arg};
	dbcpg_arguments arguments = {.count = 0};
	dbcpg_program program = {.path = dbcpg_backup_program_path("pg_restore"),
							 .arguments = arguments.list,
							 .is_piped = true,
							 .shows_end = true};
	const char *problem;

	dbcpg_backup_require_program();
	dbcpg_add_argument(&arguments, "--data-only");
	dbcpg_add_argument(&arguments,
					   psprintf("--schema=%s", dbcpg_from_core(table->schema)));
	dbcpg_add_argument(&arguments,
					   psprintf("--table=%s", dbcpg_from_core(table->name)));
	dbcpg_add_argument(&arguments, "--file=-");
	problem = dbcpg_dump_locate(host, work, &arguments, &program);
	if (problem)
		return (dbc_backup_proof){.problem = problem};
	dbcpg_program_with(host, &program, read_lines, &r);
	return dbcpg_proof_of(host, "pg_restore", &r.outcome);
}
