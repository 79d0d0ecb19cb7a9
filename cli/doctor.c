/*
 * doctor.c
 *	  Tests of what dbcare needs: connection, versions, rights and disk.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/diagnose.h"
#include "cli/document.h"
#include "cli/doctor.h"
#include "cli/folder.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

/* More tests than there are. */
#define MOST_TESTS 32

static void
add_test(cli_result *tests, const char *test, const char *severity,
		 const char *message, const char *suggestion)
{
	const char *cells[] = {test, severity, message, suggestion};

	for (int i = 0; i < 4; i++)
		*cli_cell(tests, tests->nrows, i) =
			cells[i] ? cli_copy(cells[i]) : NULL;
	tests->nrows++;
}

static cli_result
no_tests(void)
{
	static const char *const names[] = {"test", "severity", "message",
										"suggestion"};
	cli_result tests = cli_new_result(4, MOST_TESTS);

	for (int i = 0; i < 4; i++)
	{
		tests.names[i] = cli_copy(names[i]);
		tests.types[i] = DBC_T_TEXT;
	}
	tests.nrows = 0;
	return tests;
}

/* A failed call as the row of a test. */
static void
add_failure(cli_result *tests, const char *test, const cli_database *db)
{
	add_test(tests, test, "critical", db->error.message, db->error.hint);
}

/* ---- the tests ---- */

static void
test_versions(cli_result *tests, cli_database *db)
{
	char *ping = cli_call_value(db, "dbhealth_ping", NULL);
	char *version = cli_call_value(db, "dbcare_version", NULL);
	cli_text message = {0};

	if (!ping || !version)
		add_failure(tests, "versions", db);
	else
	{
		char *engine = cli_at(ping, "$.engine_version");
		bool same = strcmp(version, DBC_VERSION) == 0;

		cli_addf(&message, "%s %s, ",
				 db->target.engine == DBC_ON_SQLITE ? "SQLite" : "PostgreSQL",
				 engine);
		if (!db->extension_missing)
			cli_addf(&message, "dbcare %s in the database, ", version);
		cli_addf(&message, "command %s", DBC_VERSION);
		add_test(tests, "versions", same ? "ok" : "warning", message.data,
				 same ? NULL
					  : "Install the same version of the command and of the "
						"extension, and run ALTER EXTENSION dbcare UPDATE.");
		free(engine);
	}
	cli_text_free(&message);
	free(ping);
	free(version);
}

/* The directory of a SQLite file, where writing makes a journal, if that is not
 * possible; NULL otherwise. */
static char *
locked_directory(const cli_database *db)
{
	const char *path = db->target.text;
	char *directory;

	if (db->target.engine != DBC_ON_SQLITE || !cli_is_file(path))
		return NULL;
	directory = cli_directory_of(path);
	if (access(directory, W_OK | X_OK) != 0)
		return directory;
	free(directory);
	return NULL;
}

/* Whether what writes can write. */
static void
test_writing(cli_result *tests, cli_database *db)
{
	char *directory = locked_directory(db);
	char *ping = cli_call_value(db, "dbhealth_ping", NULL);
	char *read_only = ping ? cli_at(ping, "$.read_only") : NULL;

	if (!read_only)
		add_failure(tests, "writing", db);
	else if (strcmp(read_only, "true") == 0)
		add_test(tests, "writing", "warning", "the database is read-only",
				 "Functions that read work. Migrations, repairs and monitoring "
				 "need the primary, or a file and a directory that can be "
				 "written.");
	else if (directory)
	{
		cli_text message = {0};

		cli_addf(&message, "no journal can be created in the directory \"%s\"",
				 directory);
		add_test(tests, "writing", "critical", message.data,
				 "Give the user of the command the permission to write to the "
				 "directory.");
		cli_text_free(&message);
	}
	else
		add_test(tests, "writing", "ok", "the database can be written", NULL);
	free(directory);
	free(ping);
	free(read_only);
}

/* Whether the role may call what writes: the tables of dbcare are made in a
 * transaction that is rolled back. */
static void
test_rights(cli_result *tests, cli_database *db)
{
	char *made;

	if (!cli_command(db, "begin"))
	{
		add_failure(tests, "rights", db);
		return;
	}
	made = cli_call_value(db, "dbcare_install", NULL);
	if (made)
		add_test(tests, "rights", "ok", "dbcare's tables can be created", NULL);
	else
		add_test(tests, "rights", "warning", db->error.message,
				 db->error.hint
					 ? db->error.hint
					 : "Have the owner of the database call dbcare_install() "
					   "and dbcare_grant().");
	free(made);
	cli_command(db, "rollback");
}

/* The findings of checks that say whether there is room. */
static void
test_disk(cli_result *tests, cli_database *db)
{
	static const char options[] = "{\"checks\": [\"disk_free\"]}";
	const char *args[] = {options};
	cli_result checks;

	if (!cli_call(db, "dbhealth_checks", args, &checks))
	{
		add_test(tests, "disk", "warning", db->error.message, db->error.hint);
		return;
	}
	for (int row = 0; row < checks.nrows; row++)
	{
		const char *severity =
			*cli_cell(&checks, row, cli_column(&checks, "severity"));
		const char *message =
			*cli_cell(&checks, row, cli_column(&checks, "message"));

		if (strcmp(severity, "warning") == 0 ||
			strcmp(severity, "critical") == 0)
			add_test(
				tests, "disk", severity, message,
				*cli_cell(&checks, row, cli_column(&checks, "suggestion")));
		else
			add_test(tests, "disk", "ok",
					 strcmp(severity, "ok") == 0 ? "there is room"
												 : "free space is not known",
					 NULL);
	}
	cli_free_result(&checks);
}

cli_result
cli_examine(cli_database *db, const cli_target *target, bool create)
{
	cli_result tests = no_tests();
	cli_text where = {0};

	cli_addf(&where, "%s, from %s",
			 target->engine == DBC_ON_SQLITE ? "SQLite" : "PostgreSQL",
			 target->from);
	add_test(&tests, "database", "ok", where.data, NULL);
	cli_text_free(&where);
	if (!cli_connect(db, target, create))
	{
		add_failure(&tests, "connection", db);
		return tests;
	}
	add_test(&tests, "connection", "ok", "the database was opened", NULL);
	if (db->extension_missing)
		add_test(
			&tests, "extension", "warning",
			"the extension dbcare is not in this database: functions run "
			"over the connection, and some are refused",
			"Run CREATE EXTENSION dbcare as a superuser, or dbcare setup.");
	test_versions(&tests, db);
	test_writing(&tests, db);
	test_rights(&tests, db);
	test_disk(&tests, db);
	return tests;
}

bool
cli_examined(const cli_result *result, const char *severity)
{
	for (int row = 0; row < result->nrows; row++)
	{
		if (strcmp(*cli_cell(result, row, 1), severity) == 0)
			return true;
	}
	return false;
}

int
cli_run_doctor(cli_invocation *invocation)
{
	cli_target target;
	cli_result tests;
	bool sound;

	if (!cli_find_target(invocation->database, &target))
		return CLI_ERROR;
	tests = cli_examine(&invocation->db, &target, false);
	cli_show_result(invocation, &tests);
	sound =
		!cli_examined(&tests, "critical") && !cli_examined(&tests, "warning");
	cli_free_result(&tests);
	cli_close(&invocation->db);
	return sound ? CLI_SOUND : CLI_FINDINGS;
}
