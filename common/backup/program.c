/*
 * program.c
 *	  [PG] Programs of PostgreSQL; see program.h.
 */
#include "common/backup/program.h"

#include <sys/wait.h>

#include "common/backup/catalog.h"
#include "common/core/asserts.h"
#include "common/core/text.h"

void
dbc_backup_program_add(dbc_host *host, dbc_program *program, const char *text)
{
	if (!text)
		return;
	DBC_ASSERT(host, program->count < DBC_PROGRAM_ARGUMENTS - 1);
	program->arguments[program->count++] = text;
}

void
dbc_backup_append_keyword(dbc_buffer *text, const char *keyword,
						  const char *value)
{
	if (!value || !*value)
		return;
	dbc_append_format(text, "%s%s='", text->length > 0 ? " " : "", keyword);
	for (; *value; value++)
	{
		if (*value == '\'' || *value == '\\')
			dbc_append(text, "\\");
		dbc_append_bytes(text, value, 1);
	}
	dbc_append(text, "'");
}

static void
wait_for_end(dbc_host *host, void *running, void *arg)
{
	dbc_program_end *end = arg;

	*end = DBC_CALL(host, backup, await_program)(host, running, -1);
}

dbc_program_end
dbc_backup_program_run(dbc_host *host, const dbc_program *program)
{
	dbc_program_end end = {0};

	DBC_CALL(host, backup, with_program)(host, program, wait_for_end, &end);
	return end;
}

dbc_program_end
dbc_backup_program_run_sql(dbc_host *host, const char *conninfo,
						   const char *sql, size_t most)
{
	dbc_program program = {.name = "psql", .most = most};

	dbc_backup_program_add(host, &program, "--no-psqlrc");
	dbc_backup_program_add(host, &program, "--no-password");
	dbc_backup_program_add(host, &program, "--quiet");
	dbc_backup_program_add(host, &program, "--no-align");
	dbc_backup_program_add(host, &program, "--tuples-only");
	dbc_backup_program_add(host, &program, "--set=ON_ERROR_STOP=1");
	dbc_backup_program_add(host, &program,
						   dbc_format(host, "--command=%s", sql));
	dbc_backup_program_add(host, &program,
						   dbc_format(host, "--dbname=%s", conninfo));
	return dbc_backup_program_run(host, &program);
}

const char *
dbc_backup_program_describe(dbc_host *host, const dbc_program_end *end)
{
	if (end->status == -1)
		return "was killed";
	if (WIFSIGNALED(end->status))
		return dbc_format(host, "was ended by signal %d",
						  WTERMSIG(end->status));
	return dbc_format(host, "failed with exit code %d",
					  WEXITSTATUS(end->status));
}

void
dbc_backup_program_require(dbc_host *host, const char *name,
						   const dbc_program_end *end)
{
	if (end->status == 0)
		return;
	dbc_fail(host, "38000", *end->messages ? end->messages : NULL, NULL,
			 "%s %s", name, dbc_backup_program_describe(host, end));
}

dbc_backup_proof
dbc_backup_program_proof(dbc_host *host, const char *name,
						 const dbc_program_end *end)
{
	if (end->status == 0)
		return (dbc_backup_proof){0};
	return (dbc_backup_proof){
		.problem =
			dbc_format(host, "%s %s: %s", name,
					   dbc_backup_program_describe(host, end), end->messages)};
}
