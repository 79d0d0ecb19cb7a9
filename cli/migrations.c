/*
 * migrations.c
 *	  Verbs that read the folder of migrations: new, load, plan, migrate,
 *	  deploy.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/diff.h"
#include "cli/document.h"
#include "cli/folder.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

static const char *
folder_of(const cli_invocation *invocation)
{
	const char *folder = cli_given(invocation, "--dir");

	return folder ? folder : CLI_MIGRATIONS;
}

/* ---- new ---- */

/* The path of a migration of this moment: digits, then the name with
 * underscores where it has anything but letters and digits. */
static char *
new_path(const char *folder, const char *name)
{
	cli_text path = {0};
	char version[32];
	time_t now = time(NULL);
	struct tm utc;

	strftime(version, sizeof(version), "%Y%m%d%H%M%S", gmtime_r(&now, &utc));
	cli_addf(&path, "%s/%s_", folder, version);
	for (; *name; name++)
	{
		bool plain =
			isalnum((unsigned char) *name) || (unsigned char) *name >= 0x80;

		cli_addf(&path, "%c", plain ? *name : '_');
	}
	cli_add(&path, ".sql");
	return path.data;
}

/* The path from this database to the one of --from-diff, as migration. */
static bool
add_difference(cli_invocation *invocation, const char *other, cli_text *up,
			   cli_text *down)
{
	cli_target from;
	cli_target to;

	return cli_find_target(invocation->database, &from) &&
		   cli_argument_target(other, "--from-diff", &to) &&
		   cli_schema_difference(&from, &to, up, down);
}

int
cli_run_new(cli_invocation *invocation)
{
	const char *folder = folder_of(invocation);
	const char *other = cli_given(invocation, "--from-diff");
	char *path = new_path(folder, cli_given(invocation, "NAME"));
	cli_text up = {0};
	cli_text down = {0};
	cli_text text = {0};
	bool written;

	if (other && !add_difference(invocation, other, &up, &down))
		return CLI_ERROR;
	cli_addf(&text, "-- migrate:up\n%s\n-- migrate:down\n%s", cli_text_of(&up),
			 cli_text_of(&down));
	written =
		cli_make_directories(folder) && cli_write_new_file(path, text.data);
	if (written)
	{
		cli_put_raw(path);
		cli_put("\n");
	}
	free(path);
	return written ? CLI_SOUND : CLI_ERROR;
}

/* ---- the folder ---- */

/* Registers the files of the folder. Without files that is said, and nothing
 * else happens. */
static bool
load_folder(cli_invocation *invocation, cli_result *result, bool *loaded)
{
	const char *args[3] = {NULL};
	int count;
	char *files;

	*loaded = false;
	if (cli_given(invocation, "--no-load") ||
		(!cli_given(invocation, "--dir") && !cli_is_directory(CLI_MIGRATIONS)))
		return true;
	files = cli_read_folder(folder_of(invocation), &count);
	if (!files)
		return false;
	if (count > 0)
	{
		args[0] = files;
		*loaded = cli_call(&invocation->db, "dbmigrate_load", args, result);
		if (!*loaded)
			cli_fail(invocation, "dbmigrate_load");
	}
	free(files);
	return *loaded || count == 0;
}

bool
cli_begin_with_folder(cli_invocation *invocation)
{
	bool sqlite = invocation->db.target.engine == DBC_ON_SQLITE;
	cli_result result;
	bool loaded;

	if (!cli_command(&invocation->db, sqlite ? "begin immediate" : "begin"))
	{
		cli_print_error(&invocation->db);
		return false;
	}
	if (!load_folder(invocation, &result, &loaded))
		return false;
	if (loaded)
		cli_free_result(&result);
	return true;
}

int
cli_run_load(cli_invocation *invocation)
{
	const char *folder = folder_of(invocation);
	int count;
	char *files = cli_read_folder(folder, &count);
	int code;

	if (!files)
		return CLI_ERROR;
	cli_set_argument(invocation, "source", files);
	code = cli_run_verb(invocation);
	free(files);
	return code;
}

/* People see version, name, state, time and who. */
int
cli_run_status(cli_invocation *invocation)
{
	static const char *const columns[] = {"version",	"name",		  "state",
										  "applied_at", "applied_by", NULL};
	cli_result result;

	if (!cli_call_verb(invocation, &result))
		return CLI_ERROR;
	if (invocation->format == CLI_TABLE && !cli_given(invocation, "--verbose"))
		cli_choose_columns(&result, columns);
	cli_show_result(invocation, &result);
	cli_free_result(&result);
	return CLI_SOUND;
}

/* People see what is run, the locks that it takes, and what lint finds. */
static int
plan(cli_invocation *invocation)
{
	static const char *const columns[] = {"version",	"statement",
										  "lock_level", "rewrites_table",
										  "finding",	NULL};
	cli_result result;

	if (!cli_call_verb(invocation, &result))
		return CLI_ERROR;
	if (invocation->format == CLI_TABLE && !cli_given(invocation, "--verbose"))
		cli_choose_columns(&result, columns);
	cli_show_result(invocation, &result);
	cli_free_result(&result);
	return CLI_SOUND;
}

/* Registers the folder, runs the verb, and undoes both. */
int
cli_run_planned(cli_invocation *invocation)
{
	int code;

	if (cli_given(invocation, "--no-load") ||
		(!cli_given(invocation, "--dir") && !cli_is_directory(CLI_MIGRATIONS)))
		return plan(invocation);
	if (!cli_begin_with_folder(invocation))
		return CLI_ERROR;
	code = plan(invocation);
	cli_command(&invocation->db, "rollback");
	return code;
}

/* ---- migrate, deploy ---- */

/* Says what a document of dbmigrate_apply() says. */
static void
show_applied(const cli_invocation *invocation, const char *json)
{
	char *applied = cli_at(json, "$.applied");
	char *version = cli_at(json, "$.version");
	char *dry_run = cli_at(json, "$.dry_run");
	char *message = cli_at(json, "$.error.message");
	cli_result versions = cli_entries(applied ? applied : "[]");
	cli_text out = {0};

	for (int i = 0; i < versions.nrows; i++)
	{
		cli_addf(&out, "%s ",
				 dry_run && strcmp(dry_run, "true") == 0 ? "would apply"
														 : "applied");
		cli_add_shown(&out, *cli_cell(&versions, i, 1), -1, false);
		cli_add(&out, "\n");
	}
	if (versions.nrows == 0 && !message)
		cli_add(&out, "nothing to apply\n");
	if (version)
	{
		cli_add(&out, "version ");
		cli_add_shown(&out, version, -1, false);
		cli_add(&out, "\n");
	}
	if (!invocation->quiet)
		cli_put(out.data);
	if (message)
	{
		char *detail = cli_at(json, "$.error.detail");
		char *hint = cli_at(json, "$.error.hint");

		cli_complain(message, detail, hint);
		free(detail);
		free(hint);
	}
	cli_free_result(&versions);
	cli_text_free(&out);
	free(applied);
	free(version);
	free(dry_run);
	free(message);
}

/* Calls the verb, and shows what was applied. */
static int
apply(cli_invocation *invocation)
{
	cli_result result;
	int code;

	if (!cli_call_verb(invocation, &result))
		return CLI_ERROR;
	if (invocation->format == CLI_TABLE && result.cells[0])
		show_applied(invocation, result.cells[0]);
	else
		cli_show_result(invocation, &result);
	code = cli_judge(invocation, &result);
	cli_free_result(&result);
	return code;
}

/* One transaction: if a migration fails, the folder is not registered either.
 * A backup is made outside of transactions. */
int
cli_run_migrate(cli_invocation *invocation)
{
	int code;

	if (cli_given(invocation, "--backup"))
		return cli_run_deploy(invocation);
	if (!cli_begin_with_folder(invocation))
		return CLI_ERROR;
	code = apply(invocation);
	if (!cli_command(&invocation->db,
					 code == CLI_ERROR || cli_is_dry_run(invocation)
						 ? "rollback"
						 : "commit"))
	{
		cli_print_error(&invocation->db);
		return CLI_ERROR;
	}
	return code;
}

int
cli_run_deploy(cli_invocation *invocation)
{
	cli_result result;
	bool loaded;

	if (!load_folder(invocation, &result, &loaded))
		return CLI_ERROR;
	if (loaded)
		cli_free_result(&result);
	return apply(invocation);
}
