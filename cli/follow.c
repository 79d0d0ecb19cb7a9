/*
 * follow.c
 *	  The verb follow: continuous backup of a database file, in the foreground,
 *	  until SIGTERM or SIGINT.
 *
 * The function runs in an empty database in memory, so that this process has
 * no other connection to the file than those that follow it.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/ship.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

/* Sets an option that is a text. */
static void
set_text(cli_invocation *invocation, const char *key, const char *text)
{
	cli_text json = {0};

	cli_add_json(&json, text);
	cli_set_option(invocation, key, json.data);
	cli_text_free(&json);
}

static int
follow(cli_invocation *invocation, const char *path)
{
	static const cli_target memory = {DBC_ON_SQLITE, ":memory:", "--db", NULL};
	const char *directory = cli_given(invocation, "DIR");
	cli_result result;

	if (!cli_open(&invocation->db, &memory, false))
		return CLI_ERROR;
	set_text(invocation, "file", path);
	if (directory)
		set_text(invocation, "directory", directory);
	if (!cli_call_verb(invocation, &result))
		return CLI_ERROR;
	cli_show_result(invocation, &result);
	cli_free_result(&result);
	return CLI_SOUND;
}

/* The same, while a command is given what is stored. */
static int
follow_and_ship(cli_invocation *invocation, const char *path,
				const char *command)
{
	const char *directory = cli_given(invocation, "DIR");
	const char *slash = strrchr(path, '/');
	cli_text beside = {0};
	cli_shipper shipper;
	int code;

	cli_addf(&beside, "%s-backups", path);
	if (!cli_ship_begin(&shipper, command, directory ? directory : beside.data,
						slash ? slash + 1 : path))
		return CLI_ERROR;
	code = follow(invocation, path);
	if (!cli_ship_end(&shipper))
	{
		cli_complain("the command of --to-command does not have the last "
					 "changes",
					 NULL, NULL);
		code = CLI_ERROR;
	}
	cli_text_free(&beside);
	return code;
}

int
cli_run_follow(cli_invocation *invocation)
{
	const char *command = cli_given(invocation, "--to-command");
	cli_target target;
	int code;

	if (!cli_find_target(invocation->database, &target))
		return CLI_ERROR;
	if (target.engine != DBC_ON_SQLITE)
	{
		cli_complain("follow reads a file of SQLite", NULL,
					 "PostgreSQL archives its log: archive_command = 'dbcare "
					 "archive-wal \"%p\" DIR'.");
		return CLI_ERROR;
	}
	if (access(target.text, F_OK) != 0)
	{
		cli_complain("there is no such file", target.text, NULL);
		return CLI_ERROR;
	}
	code = command ? follow_and_ship(invocation, target.text, command)
				   : follow(invocation, target.text);
	cli_close(&invocation->db);
	return code;
}
