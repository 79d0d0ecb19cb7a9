/*
 * setup.c
 *	  The verb setup: the first steps with a database, one question each.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/document.h"
#include "cli/doctor.h"
#include "cli/dotenv.h"
#include "cli/folder.h"
#include "cli/hint.h"
#include "cli/migrations.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

/* Whether questions are asked; without, what is usual is done. */
static bool
asks(const cli_invocation *invocation)
{
	return !cli_given(invocation, "--quick") && cli_can_ask();
}

static void
say(const cli_invocation *invocation, const char *text)
{
	if (invocation->quiet)
		return;
	cli_put_raw(text);
	cli_put("\n");
}

/* A line that is typed, or what is usual if that is empty. */
static char *
ask_for(const cli_invocation *invocation, const char *question,
		const char *usual)
{
	cli_text text = {0};
	char *answer;

	if (!asks(invocation))
		return cli_copy(usual);
	cli_addf(&text, "%s [%s]: ", question, usual);
	answer = cli_ask(text.data);
	cli_text_free(&text);
	if (answer && *answer)
		return answer;
	free(answer);
	return cli_copy(usual);
}

/* Whether a step is done. */
static bool
wants(const cli_invocation *invocation, const char *question, bool usual)
{
	return asks(invocation) ? cli_ask_yes(question) : usual;
}

/* ---- the database ---- */

/* Asks for the database if it was not given, and remembers the answer in .env
 * unless there is such a file. */
static bool
choose_database(cli_invocation *invocation, cli_target *target)
{
	char *answer;
	cli_text value = {0};
	cli_text line = {0};

	if (invocation->database || !asks(invocation) || getenv("DATABASE_URL") ||
		cli_is_file(".env"))
		return cli_find_target(invocation->database, target);
	answer = ask_for(invocation,
					 "Database: a SQLite file, or postgresql://user@host/name",
					 "app.db");
	if (!cli_argument_target(answer, "the answer", target))
		return false;
	cli_addf(&value, "%s%s", target->engine == DBC_ON_SQLITE ? "sqlite:" : "",
			 target->text);
	cli_add_variable(&line, "DATABASE_URL", value.data);
	if (cli_ask_yes("Remember it in the file .env? [y/N] "))
		cli_write_new_file(".env", line.data);
	cli_text_free(&value);
	cli_text_free(&line);
	return true;
}

/* Whether the server has the files of the extension. */
static bool
is_available(cli_database *db)
{
	cli_result result;
	bool found;

	if (!db->driver->run(db,
						 "select from pg_catalog.pg_available_extensions as e "
						 "where e.name = 'dbcare'",
						 0, NULL, &result))
		return false;
	found = result.nrows > 0;
	cli_free_result(&result);
	return found;
}

/* Creates the extension if it is missing and can be created; without it fewer
 * functions work.  It gets a separate schema: a role that may create
 * functions beside those of the extension can have its own called instead, and
 * the first schema of search_path may be that of the owner of the database.
 * False after a failure.
 */
static bool
create_extension(cli_invocation *invocation, const cli_target *target)
{
	cli_database *db = &invocation->db;

	if (!db->extension_missing || !is_available(db) ||
		!wants(invocation, "Create the extension dbcare? [y/N] ", true))
		return true;
	if (!cli_command(db, "create schema care; "
						 "grant usage on schema care to public; "
						 "create extension dbcare schema care"))
	{
		cli_print_error(db);
		return false;
	}
	cli_close(db);
	*db = (cli_database){.quiet = invocation->quiet};
	return cli_open(db, target, false);
}

/* ---- the steps ---- */

static bool
call_step(cli_invocation *invocation, const char *function,
		  const char *const *args)
{
	char *value = cli_call_value(&invocation->db, function, args);

	if (!value)
		cli_fail(invocation, function);
	free(value);
	return value != NULL;
}

static bool
set_environment(cli_invocation *invocation)
{
	const char *given = cli_given(invocation, "--environment");
	const char *args[] = {"environment", NULL};
	char *answer;
	bool set;

	answer = given ? cli_copy(given)
				   : ask_for(invocation,
							 "Environment: development, testing, staging or "
							 "production",
							 "development");
	args[1] = answer;
	set = call_step(invocation, "dbcare_set", args);
	free(answer);
	return set;
}

/* Makes the folder of migrations, or registers what is in it. */
static bool
load_migrations(cli_invocation *invocation)
{
	const char *args[2] = {NULL};
	int count;
	char *files;
	bool loaded = true;

	if (!cli_is_directory(CLI_MIGRATIONS))
		return !wants(invocation,
					  "Create the folder " CLI_MIGRATIONS "? [y/N] ", true) ||
			   cli_make_directories(CLI_MIGRATIONS);
	files = cli_read_folder(CLI_MIGRATIONS, &count);
	args[0] = files;
	if (files && count > 0)
		loaded = call_step(invocation, "dbmigrate_load", args);
	free(files);
	return files && loaded;
}

/* Adopts the ledger of another tool if there is one. */
static bool
adopt_ledger(cli_invocation *invocation)
{
	char *tool = cli_other_tool(&invocation->db);
	cli_text question = {0};
	bool adopted = true;

	if (tool)
	{
		cli_addf(&question, "Adopt the migrations of %s? [y/N] ", tool);
		if (wants(invocation, question.data, false))
			adopted = call_step(invocation, "dbmigrate_adopt", NULL);
		else
			say(invocation,
				"Another migration tool was used here: dbcare adopt "
				"takes its ledger over.");
	}
	cli_text_free(&question);
	free(tool);
	return adopted;
}

static bool
run_pack(cli_invocation *invocation)
{
	const char *args[2] = {cli_given(invocation, "--pack")};

	return !args[0] || call_step(invocation, "dbinit_run", args);
}

/* Asks for the time of a daily backup, which the process of monitoring makes.
 * Where that fails, for there may be no directory yet, the rest goes on. */
static void
schedule_backup(cli_invocation *invocation)
{
	const char *args[2] = {NULL};
	char *answer = ask_for(
		invocation, "Time of a daily backup in UTC, such as 03:30", "none");

	args[0] = answer;
	if (strcmp(answer, "none") != 0 &&
		!call_step(invocation, "dbbackup_schedule", args))
		say(invocation, "There is no daily backup yet: dbbackup_schedule() "
						"can be called later.");
	free(answer);
}

/* Monitoring runs in the server; for a SQLite file it is a command. */
static bool
schedule(cli_invocation *invocation)
{
	if (invocation->db.target.engine == DBC_ON_SQLITE)
	{
		say(invocation,
			"To be run daily, by cron for instance: dbcare backup, dbcare "
			"cleanup-backups --yes, dbcare health. dbcare monitor start takes "
			"samples as long as it runs.");
		return true;
	}
	if (invocation->db.extension_missing ||
		!wants(invocation, "Start monitoring? [y/N] ", false))
		return true;
	if (!call_step(invocation, "dbmonitor_start", NULL))
		return false;
	schedule_backup(invocation);
	return true;
}

static bool
report(cli_invocation *invocation)
{
	char *text = cli_call_value(&invocation->db, "dbhealth_text", NULL);

	if (!text)
	{
		cli_print_error(&invocation->db);
		return false;
	}
	if (!invocation->quiet)
	{
		char *said = cli_speak(text, NULL, NULL);

		cli_put_report(said);
		free(said);
	}
	free(text);
	return true;
}

int
cli_run_setup(cli_invocation *invocation)
{
	bool only_tests = cli_given(invocation, "--test-only") != NULL;
	cli_database *db = &invocation->db;
	cli_target target;
	cli_result tests;
	bool sound;

	if (!choose_database(invocation, &target))
		return CLI_ERROR;
	tests = cli_examine(db, &target, !only_tests);
	cli_show_result(invocation, &tests);
	sound = !cli_examined(&tests, "critical");
	cli_free_result(&tests);
	if (only_tests)
	{
		cli_close(db);
		return sound ? CLI_SOUND : CLI_FINDINGS;
	}
	sound = sound && create_extension(invocation, &target) &&
			call_step(invocation, "dbcare_install", NULL) &&
			set_environment(invocation) && load_migrations(invocation) &&
			adopt_ledger(invocation) && run_pack(invocation) &&
			schedule(invocation) && report(invocation);
	if (sound)
		say(invocation, "Next: dbcare new NAME writes a migration, dbcare "
						"migrate applies it.");
	cli_close(db);
	return sound ? CLI_SOUND : CLI_ERROR;
}
