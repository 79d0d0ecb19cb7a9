/*
 * others.c
 *	  Asking pgBackRest, Barman and WAL-G for their backups.
 *
 * They run as the server's system user and read that user's configuration, so
 * only who may run programs on the server gets an answer.
 */
#include "pg_ext/backup/program.h"
#include "pg_ext/backup/roots.h"

#include <pwd.h>
#include <unistd.h>

#include "utils/acl.h"

#include "catalog/pg_authid.h"

#include "common/backup/host.h"
#include "common/core/text.h"

/* Bytes of what a tool prints. */
#define LONGEST_OUTPUT (16 * 1024 * 1024)

/* Some ask servers elsewhere. */
#define TIMEOUT_MS 30000

/* The path of an installed tool, or NULL. */
static const char *
find_tool(const char *name)
{
	const char *places[] = {dbcpg_backup_program_path(name),
							psprintf("/usr/local/bin/%s", name),
							psprintf("/usr/bin/%s", name)};

	for (size_t i = 0; i < lengthof(places); i++)
		if (access(places[i], X_OK) == 0)
			return places[i];
	return NULL;
}

static void
wait_for_answer(dbcpg_host *host, dbcpg_running *running, void *arg)
{
	dbcpg_outcome *outcome = arg;

	(void) host;
	*outcome = dbcpg_program_wait(running, TIMEOUT_MS);
}

const char *
dbcpg_backup_ask(dbc_host *base, const char *name, const char *const *arguments,
				 const char **problem)
{
	dbcpg_host *host = dbcpg_of(base);
	const struct passwd *user = getpwuid(geteuid());
	const char *environment[] = {
		psprintf("HOME=%s", user ? user->pw_dir : "/nonexistent"), NULL};
	dbcpg_program program = {.path = find_tool(name),
							 .arguments = arguments,
							 .environment = environment,
							 .most = LONGEST_OUTPUT,
							 .shows_end = true};
	dbcpg_outcome outcome = {0};

	if (!program.path ||
		!has_privs_of_role(GetUserId(), ROLE_PG_EXECUTE_SERVER_PROGRAM))
		return NULL;
	dbcpg_program_with(host, &program, wait_for_answer, &outcome);
	if (!outcome.ended)
		*problem = dbc_format(base, "%s did not answer within %d seconds", name,
							  TIMEOUT_MS / 1000);
	else if (outcome.status != 0)
		*problem = dbc_format(base, "%s %s%s%s", name,
							  dbcpg_program_describe(host, &outcome),
							  *outcome.messages ? ": " : "", outcome.messages);
	else if (outcome.cut)
		*problem = dbc_format(base, "%s has printed more than %d MiB", name,
							  LONGEST_OUTPUT >> 20);
	return *problem ? NULL : outcome.output;
}
