/*
 * directory.c
 *	  The verbs that list, verify and restore backups.
 *
 * They are needed when the database is damaged or gone, and on another machine:
 * where it cannot be read, the directory of backups is enough.  The functions
 * then run in an empty database in memory.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/document.h"
#include "cli/folder.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

/* The file that tells what a backup is. */
#define MANIFEST	  "manifest.json"
#define MOST_MANIFEST (64 << 20)

/* Whether the verb cannot do without the database. */
static bool
writes_to_database(const cli_invocation *invocation)
{
	return cli_given(invocation, "--replace") ||
		   cli_given(invocation, "--table");
}

/* The directory of backups: the given one, else that beside the file of the
 * database; NULL if there is none on this machine. */
static char *
find_directory(const cli_invocation *invocation, const cli_target *target)
{
	const char *given = cli_given(invocation, "--directory");
	cli_text path = {0};

	if (given)
		cli_add(&path, given);
	else if (target && target->engine == DBC_ON_SQLITE)
		cli_addf(&path, "%s-backups", target->text);
	if (path.data && cli_is_directory(path.data))
		return path.data;
	cli_text_free(&path);
	return NULL;
}

/* Whether a backup in the directory is one of SQLite. */
static bool
is_of_sqlite(const char *directory, const char *name)
{
	cli_text path = {0};
	struct stat status;
	char *text = NULL;
	char *engine = NULL;
	bool is_sqlite;

	cli_addf(&path, "%s/%s/" MANIFEST, directory, name);
	if (cli_is_file(path.data) && access(path.data, R_OK) == 0)
		text = cli_read_regular(path.data, MOST_MANIFEST, &status);
	if (text)
		engine = cli_at(text, "$.engine");
	is_sqlite = engine && strcmp(engine, "sqlite") == 0;
	free(engine);
	free(text);
	cli_text_free(&path);
	return is_sqlite;
}

/* Whether the directory has the named backup of SQLite, or any. */
static bool
has_sqlite(const char *directory, const char *name)
{
	DIR *names;
	const struct dirent *next;
	bool found = false;

	if (name)
		return is_of_sqlite(directory, name);
	names = opendir(directory);
	while (names && !found && (next = readdir(names)))
		found = next->d_name[0] != '.' && is_of_sqlite(directory, next->d_name);
	if (names)
		closedir(names);
	return found;
}

/* Opens an empty database instead of that of the invocation. */
static bool
open_alone(cli_invocation *invocation, const char *directory)
{
	static const cli_target memory = {DBC_ON_SQLITE, ":memory:", "--directory",
									  NULL};
	cli_text json = {0};

	cli_close(&invocation->db);
	invocation->db = (cli_database){.quiet = invocation->quiet};
	if (!cli_open(&invocation->db, &memory, false))
		return false;
	if (!cli_given(invocation, "--directory"))
	{
		cli_add_json(&json, directory);
		cli_set_option(invocation, "directory", json.data);
		cli_text_free(&json);
	}
	return true;
}

static void
tell_alone(const cli_invocation *invocation, const char *reason,
		   const char *directory)
{
	cli_text note = {0};

	if (invocation->quiet)
		return;
	cli_addf(&note,
			 "The database was not used: %s. The backups are those of %s.",
			 reason, directory);
	cli_note("%s", note.data);
	cli_text_free(&note);
}

static int
finish(cli_invocation *invocation, cli_result *result)
{
	int code;

	cli_show_result(invocation, result);
	code = cli_judge(invocation, result);
	cli_free_result(result);
	return code;
}

/* Runs the verb without a database. */
static int
run_alone(cli_invocation *invocation, const char *reason, const char *directory)
{
	cli_result result;

	if (!open_alone(invocation, directory) ||
		!cli_call_verb(invocation, &result))
		return CLI_ERROR;
	if (reason)
		tell_alone(invocation, reason, directory);
	return finish(invocation, &result);
}

/* Runs the verb in the database, or without it where it is damaged. */
static int
run_opened(cli_invocation *invocation, const char *directory)
{
	cli_result result;
	char *reason;
	int code;

	if (!cli_may_run(invocation))
		return CLI_ERROR;
	if (cli_try_verb(invocation, &result))
		return finish(invocation, &result);
	if (!directory || !invocation->db.error.damaged)
		return cli_fail(invocation, invocation->verb->function);
	reason = cli_copy(invocation->db.error.message);
	code = run_alone(invocation, reason, directory);
	free(reason);
	return code;
}

/* Opens the database and runs the verb. */
static int
run_with(cli_invocation *invocation, const cli_target *target,
		 const char *directory)
{
	char *reason;
	int code;

	if (cli_connect(&invocation->db, target, false))
		return run_opened(invocation, directory);
	if (!directory)
	{
		cli_complain(invocation->db.error.message, invocation->db.error.detail,
					 writes_to_database(invocation) ? invocation->db.error.hint
					 : cli_given(invocation, "--directory")
						 ? "The directory of --directory is not there."
						 : "Pass --directory DIR to read backups without the "
						   "database.");
		return CLI_ERROR;
	}
	reason = cli_copy(invocation->db.error.message);
	code = run_alone(invocation, reason, directory);
	free(reason);
	return code;
}

int
cli_run_directory(cli_invocation *invocation)
{
	cli_target target;
	char *directory = NULL;
	bool found;
	int code;

	if (!cli_seek_target(invocation->database, &target, &found))
		return CLI_ERROR;
	if (!writes_to_database(invocation))
		directory = find_directory(invocation, found ? &target : NULL);
	/* variables of libpq, which may be there for others, name no server of a
	 * backup of SQLite */
	if (found && !invocation->database && directory &&
		target.engine == DBC_ON_POSTGRESQL &&
		has_sqlite(directory, cli_given(invocation, "NAME")))
		found = false;
	if (!found && !directory)
	{
		if (cli_given(invocation, "--directory") &&
			!writes_to_database(invocation))
			cli_complain("there is no such directory",
						 cli_given(invocation, "--directory"), NULL);
		else
			(void) cli_find_target(invocation->database, &target);
		return CLI_ERROR;
	}
	code = found ? run_with(invocation, &target, directory)
				 : run_alone(invocation, NULL, directory);
	free(directory);
	cli_close(&invocation->db);
	return code;
}

/* Into a new place nothing is asked: what is over the database destroys. */
int
cli_run_restore(cli_invocation *invocation)
{
	cli_verb verb = *invocation->verb;

	if (cli_given(invocation, "--replace"))
		verb.properties |= CLI_DESTROYS | CLI_NAMES;
	else if (cli_given(invocation, "--table"))
		verb.properties |= CLI_DESTROYS;
	else
		verb.properties &= ~CLI_CONFIRMS;
	invocation->verb = &verb;
	return cli_run_directory(invocation);
}
