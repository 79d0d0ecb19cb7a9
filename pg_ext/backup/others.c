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
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "miscadmin.h"
#include "storage/fd.h"
#include "utils/acl.h"

#include "catalog/pg_authid.h"

#include "common/backup/host.h"
#include "common/core/text.h"

/* Bytes of what a tool prints. */
#define LONGEST_OUTPUT (16 * 1024 * 1024)

/* Some ask servers elsewhere. */
#define TIMEOUT_MS 30000

const char *
dbcpg_backup_find_tool(const char *name)
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
	dbc_program_end *outcome = arg;

	(void) host;
	*outcome = dbcpg_backup_program_wait(running, TIMEOUT_MS);
}

const char *
dbcpg_backup_home(void)
{
	const struct passwd *user = getpwuid(geteuid());

	return psprintf("HOME=%s", user ? user->pw_dir : "/nonexistent");
}

/* ---- answers that are kept ---- */

/* In a directory that the server empties when it starts. */
static const char *
kept_path(const char *name)
{
	return psprintf("pg_stat_tmp/dbcare-%s.answer", name);
}

/* Keeps an answer, or a problem, which other sessions can read then.  That it
 * cannot be kept is no problem. */
static void
keep_answer(const char *name, const char *answer, const char *problem)
{
	const char *path = kept_path(name);
	const char *temporary = psprintf("%s.%d", path, MyProcPid);
	FILE *file = AllocateFile(temporary, PG_BINARY_W);
	bool done;

	if (!file)
		return;
	done = fputs(problem ? "!" : "=", file) >= 0 &&
		   fputs(problem ? problem : answer, file) >= 0;
	if (FreeFile(file) != 0 || !done || rename(temporary, path) != 0)
		(void) unlink(temporary);
}

/* Reads an answer that is not older than that; false if there is none. */
static bool
read_kept(dbc_host *base, const char *name, int most_age_s, const char **answer,
		  const char **problem)
{
	FILE *file = AllocateFile(kept_path(name), PG_BINARY_R);
	struct stat status;
	bool done = false;

	if (!file)
		return false;
	if (fstat(fileno(file), &status) == 0 && status.st_size > 0 &&
		status.st_size <= LONGEST_OUTPUT + 1 && status.st_mtime <= time(NULL) &&
		status.st_mtime + most_age_s > time(NULL))
	{
		char *text = dbc_alloc(base, (size_t) status.st_size + 1);
		size_t length = fread(text, 1, (size_t) status.st_size, file);

		text[length] = '\0';
		done = length == (size_t) status.st_size;
		if (done)
			*(*text == '!' ? problem : answer) = text + 1;
	}
	FreeFile(file);
	return done;
}

const char *
dbcpg_backup_ask(dbc_host *base, const char *name, const char *const *arguments,
				 int most_age_s, const char **problem)
{
	dbcpg_host *host = dbcpg_of(base);
	const char *answer = NULL;
	const char *environment[] = {dbcpg_backup_home(), NULL};
	dbcpg_program program = {.path = dbcpg_backup_find_tool(name),
							 .arguments = arguments,
							 .environment = environment,
							 .most = LONGEST_OUTPUT,
							 .shows_end = true};
	dbc_program_end outcome = {0};

	if (!program.path ||
		!has_privs_of_role(GetUserId(), ROLE_PG_EXECUTE_SERVER_PROGRAM))
		return NULL;
	if (read_kept(base, name, most_age_s, &answer, problem))
		return answer;
	dbcpg_backup_program_with(host, &program, wait_for_answer, &outcome);
	if (!outcome.ended)
		*problem = dbc_format(base, "%s did not answer within %d seconds", name,
							  TIMEOUT_MS / 1000);
	else if (outcome.status != 0)
		*problem =
			dbc_format(base, "%s %s%s%s", name,
					   dbc_backup_program_describe(&host->base, &outcome),
					   *outcome.messages ? ": " : "", outcome.messages);
	else if (outcome.cut)
		*problem = dbc_format(base, "%s has printed more than %d MiB", name,
							  LONGEST_OUTPUT >> 20);
	if (!*problem)
		answer = outcome.output;
	keep_answer(name, answer, *problem);
	return answer;
}
