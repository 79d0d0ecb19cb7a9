/*
 * dump_table.c
 *	  The rows of one table of a dump, line by line.
 */
#include "pg_ext/backup/connection.h"
#include "pg_ext/backup/copy.h"
#include "pg_ext/backup/roots.h"

#include "mb/pg_wchar.h"

#include "common/core/text.h"

#define PIECE (1 << 16)

typedef struct reading
{
	void (*line)(dbc_host *, void *, const char *);
	void *arg;
	int encoding; /* of the dump; -1: not known yet */
	dbc_program_end outcome;
} reading;

/* The encoding of a dump: its first statements name it. */
static int
read_encoding(const char *line)
{
	static const char mark[] = "SET client_encoding = '";
	char *name;

	if (strncmp(line, mark, strlen(mark)) != 0)
		return -1;
	name = pstrdup(line + strlen(mark));
	name[strcspn(name, "'")] = '\0';
	return pg_char_to_encoding(name);
}

/* Passes a line on in the core's encoding. */
static void
use_line(dbcpg_host *host, reading *r, StringInfo line)
{
	char *text = line->data;

	if (r->encoding < 0)
		r->encoding = read_encoding(line->data);
	else
		text = (char *) pg_do_encoding_conversion(
			(unsigned char *) line->data, line->len, r->encoding, PG_UTF8);
	r->line(&host->base, r->arg, text);
	if (text != line->data)
		pfree(text);
}

static void
read_lines(dbc_host *base, void *running, void *arg)
{
	dbcpg_host *host = dbcpg_of(base);
	reading *r = arg;
	char *piece = palloc(PIECE);
	StringInfoData line;
	Size length;

	initStringInfo(&line);
	while ((length = dbcpg_backup_program_read(running, piece, PIECE)) > 0)
		for (Size at = 0; at < length;)
		{
			char *end = memchr(piece + at, '\n', length - at);
			Size count = end ? (Size) (end - piece) - at : length - at;

			appendBinaryStringInfo(&line, piece + at, (int) count);
			at += count + (end ? 1 : 0);
			if (!end)
				break;
			use_line(host, r, &line);
			resetStringInfo(&line);
		}
	r->outcome = dbcpg_backup_program_wait(running, -1);
}

dbc_backup_proof
dbcpg_backup_dump_read_table(dbc_host *base, dbc_backup_work *work,
							 const dbc_relation *table,
							 void (*line)(dbc_host *, void *, const char *),
							 void *arg)
{
	reading r = {.line = line, .arg = arg, .encoding = -1};
	dbc_program program = {.name = "pg_restore", .is_piped = true};
	const char *problem;

	dbcpg_backup_require_program();
	dbc_backup_program_add(base, &program, "--data-only");
	dbc_backup_program_add(base, &program,
						   dbc_format(base, "--schema=%s", table->schema));
	dbc_backup_program_add(base, &program,
						   dbc_format(base, "--table=%s", table->name));
	dbc_backup_program_add(base, &program, "--file=-");
	problem = dbc_backup_dump_locate(base, work, &program);
	if (problem)
		return (dbc_backup_proof){.problem = problem};
	dbcpg_backup_with_program(base, &program, read_lines, &r);
	return dbc_backup_program_proof(base, program.name, &r.outcome);
}
