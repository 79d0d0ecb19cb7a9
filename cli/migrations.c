/*
 * migrations.c
 *	  The folder of migrations, and the verbs that register it: load, migrate,
 *	  deploy.
 *
 * The files decide; the registered texts are a copy of them.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/document.h"
#include "cli/folder.h"
#include "cli/hint.h"
#include "cli/interrupt.h"
#include "cli/migrations.h"
#include "cli/terminal.h"

/* How many seconds deploy waits for another one by default. */
#define PATIENCE 60

/* ---- the folder ---- */

const char *
cli_folder_of(const cli_invocation *invocation)
{
	const char *folder = cli_given(invocation, "--dir");

	return folder ? folder : CLI_MIGRATIONS;
}

bool
cli_reads_folder(const cli_invocation *invocation)
{
	return !cli_given(invocation, "--no-load") &&
		   (cli_given(invocation, "--dir") || cli_is_directory(CLI_MIGRATIONS));
}

/* Whether deploy has to wait for another runner, which it has not done for too
 * long. */
static bool
must_wait(const cli_invocation *invocation, time_t start)
{
	const char *limit = cli_given(invocation, "--lock-timeout");
	double seconds = limit ? atof(limit) / 1000 : PATIENCE;

	return strcmp(invocation->verb->function, "dbmigrate_deploy") == 0 &&
		   strcmp(invocation->db.error.sqlstate, "55P03") == 0 &&
		   difftime(time(NULL), start) < seconds && !cli_interrupted();
}

/* Registers files.  A second deploy waits for the first one here, where no
 * snapshot of it keeps that one from building an index. */
static char *
call_load(cli_invocation *invocation, const char *const *args)
{
	const struct timespec pause = {.tv_nsec = 100000000};
	time_t start = time(NULL);
	bool told = false;

	for (;;)
	{
		char *loaded = cli_call_value(&invocation->db, "dbmigrate_load", args);

		if (loaded || !must_wait(invocation, start))
			return loaded;
		if (!told && !invocation->quiet)
			cli_note("Waiting: %s.", invocation->db.error.message);
		told = true;
		(void) nanosleep(&pause, NULL);
	}
}

/* Adds the options -o that say how the files are read, and leaves the others to
 * the function of the verb. */
static void
take_options(cli_invocation *invocation, cli_text *options)
{
	const dbc_function *load = cli_function("dbmigrate_load");
	const dbc_function *own = cli_function(invocation->verb->function);
	cli_text all = {0};
	cli_result given;

	cli_addf(&all, "{%s}", cli_text_of(&invocation->options));
	given = cli_entries(all.data);
	invocation->options.length = 0;
	for (int i = 0; i < given.nrows; i++)
	{
		const char *key = *cli_cell(&given, i, 0);
		const char *value = *cli_cell(&given, i, 1);
		cli_text json = {0};

		if (strcmp(*cli_cell(&given, i, 2), "text") == 0)
			cli_add_json(&json, value);
		else
			cli_add(&json, value ? value : "null");
		if (cli_has_option(load, key) && strcmp(key, "verbose") != 0)
			cli_add_member(options, key, json.data);
		if (cli_has_option(own, key) || !cli_has_option(load, key))
			cli_set_option(invocation, key, json.data);
		cli_text_free(&json);
	}
	cli_free_result(&given);
	cli_text_free(&all);
}

bool
cli_load_folder(cli_invocation *invocation, char **loaded)
{
	const char *vars = cli_given(invocation, "--var");
	const char *exclude = cli_given(invocation, "--exclude");
	cli_text members = {0};
	cli_text options = {0};
	const char *args[2] = {NULL};
	int count;
	char *files;

	*loaded = NULL;
	cli_set_error(&invocation->db, NULL, NULL, NULL);
	if (!cli_reads_folder(invocation))
		return true;
	files = cli_read_folder(cli_folder_of(invocation), &count);
	if (!files)
		return false;
	cli_addf(&members, "\"verbose\": true, \"vars\": {%s}", vars ? vars : "");
	if (exclude)
	{
		cli_add(&members, ", \"exclude\": ");
		cli_add_list(&members, exclude);
	}
	take_options(invocation, &members);
	cli_addf(&options, "{%s}", members.data);
	args[0] = files;
	args[1] = options.data;
	if (count > 0)
		*loaded = call_load(invocation, args);
	else if (!invocation->quiet)
		cli_note("%s has no migrations: what is registered is used.",
				 cli_folder_of(invocation));
	free(files);
	cli_text_free(&members);
	cli_text_free(&options);
	return *loaded || count == 0;
}

bool
cli_begin(cli_invocation *invocation)
{
	return cli_command(&invocation->db,
					   invocation->db.target.engine == DBC_ON_SQLITE
						   ? "begin immediate"
						   : "begin");
}

bool
cli_begin_with_folder(cli_invocation *invocation)
{
	char *loaded;

	if (!cli_begin(invocation))
	{
		cli_print_error(&invocation->db);
		return false;
	}
	if (!cli_load_folder(invocation, &loaded))
	{
		if (invocation->db.error.message)
			cli_fail(invocation, "dbmigrate_load");
		return false;
	}
	free(loaded);
	return true;
}

int
cli_run_load(cli_invocation *invocation)
{
	const char *folder = cli_folder_of(invocation);
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

/* ---- migrate, deploy ---- */

/* Adds a line for each version in a list: "applied 3". */
static int
add_versions(cli_text *out, const char *json, const char *path,
			 const char *done)
{
	char *list = cli_at(json, path);
	cli_result versions = cli_entries(list ? list : "[]");
	int count = versions.nrows;

	for (int i = 0; i < count; i++)
	{
		cli_addf(out, "%s ", done);
		cli_add_shown(out, *cli_cell(&versions, i, 1), -1, false);
		cli_add(out, "\n");
	}
	cli_free_result(&versions);
	free(list);
	return count;
}

/* Adds the last line: how many, how long, and which version that is. */
static void
add_conclusion(cli_text *out, const char *json, int count, const char *done)
{
	char *version = cli_at(json, "$.version");
	char *duration = cli_at(json, "$.duration_ms");

	if (count == 0)
		cli_addf(out, "no migration %s", done);
	else
	{
		cli_add_count(out, count, "migration");
		cli_addf(out, " %s in %.1f s", done,
				 (duration ? atof(duration) : 0) / 1000);
	}
	if (version)
	{
		cli_add(out, ", version ");
		cli_add_shown(out, version, -1, false);
	}
	cli_add(out, "\n");
	free(version);
	free(duration);
}

/* Says what a document of dbmigrate_apply(), _deploy() or _rollback() says. */
static void
show_run(const cli_invocation *invocation, const char *json)
{
	char *dry_run = cli_at(json, "$.dry_run");
	char *message = cli_at(json, "$.error.message");
	bool dry = dry_run && strcmp(dry_run, "true") == 0;
	cli_text out = {0};
	int down = add_versions(&out, json, "$.rolled_back",
							dry ? "would roll back" : "rolled back");
	int up =
		add_versions(&out, json, "$.applied", dry ? "would apply" : "applied");
	bool is_down = down > 0 || strcmp(invocation->verb->function,
									  "dbmigrate_rollback") == 0;

	/* deploy says what it would run in another list */
	if (dry && up + down == 0)
		up = add_versions(&out, json, "$.planned", "would apply");
	add_conclusion(&out, json, is_down ? down : up,
				   is_down ? (dry ? "would be rolled back" : "rolled back")
						   : (dry ? "would be applied" : "applied"));
	if (!invocation->quiet)
		cli_put(out.data);
	if (message)
	{
		char *detail = cli_at(json, "$.error.detail");
		char *hint = cli_at(json, "$.error.hint");
		char *context = cli_at(json, "$.error.context");
		char *source = cli_at(json, "$.error.source");
		char *typed;
		cli_text place = {0};

		cli_addf(&place, "%s%s%s", context ? context : "", source ? "\n" : "",
				 source ? source : "");
		typed = hint ? cli_speak(hint, invocation->verb, invocation->db.called)
					 : NULL;
		cli_complain_at(message, detail, typed, context ? place.data : NULL);
		cli_text_free(&place);
		free(typed);
		free(detail);
		free(hint);
		free(context);
		free(source);
	}
	cli_text_free(&out);
	free(dry_run);
	free(message);
}

char *
cli_other_tool(cli_database *db)
{
	const char *look[] = {"{\"dry_run\": true}"};
	char *found = cli_call_value(db, "dbmigrate_adopt", look);
	char *tool = found ? cli_at(found, "$.tool") : NULL;

	free(found);
	return tool;
}

/* Whether an error is of a script of a migration, not of the call: neither an
 * interrupt nor a lost connection is. */
static bool
is_of_script(const cli_error *error)
{
	const char *texts[] = {error->context, error->detail, error->message};

	if (error->cancelled || error->lost)
		return false;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
	{
		if (texts[i] && (strstr(texts[i], "In migration ") ||
						 strstr(texts[i], "In verify_sql of migration ")))
			return true;
	}
	return false;
}

/* Calls the verb, and shows what was applied; *done is whether the call was. */
static int
apply(cli_invocation *invocation, bool *done)
{
	cli_result result;
	int code;

	*done = cli_call_verb(invocation, &result);
	if (!*done)
		return is_of_script(&invocation->db.error) ? CLI_FINDINGS : CLI_ERROR;
	if (invocation->format == CLI_TABLE && result.cells[0])
		show_run(invocation, result.cells[0]);
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
	bool done;
	int code;

	if (cli_given(invocation, "--backup"))
		return cli_run_deploy(invocation);
	if (!cli_begin_with_folder(invocation))
		return CLI_ERROR;
	code = apply(invocation, &done);
	if (!cli_command(&invocation->db, !done || cli_is_dry_run(invocation)
										  ? "rollback"
										  : "commit"))
	{
		cli_print_error(&invocation->db);
		return CLI_ERROR;
	}
	return code;
}

/* Whether deploy was asked to roll back. */
static bool
rolls_back(const cli_invocation *invocation)
{
	cli_text options = {0};
	char *rollback;
	bool is_down;

	cli_addf(&options, "{%s}", cli_text_of(&invocation->options));
	rollback = cli_at(options.data, "$.rollback");
	is_down = cli_given(invocation, "--rollback") ||
			  (rollback && strcmp(rollback, "true") == 0);
	cli_text_free(&options);
	free(rollback);
	return is_down;
}

/* Rolls back with what is registered, as the verb rollback does. */
static int
deploy_down(cli_invocation *invocation)
{
	cli_verb down = *invocation->verb;
	bool done;

	down.properties |= CLI_DESTROYS | CLI_CONFIRMS;
	down.summary = "Rolls back the last applied migration, or all above a "
				   "version.";
	invocation->verb = &down;
	return cli_may_run(invocation) ? apply(invocation, &done) : CLI_ERROR;
}

int
cli_run_deploy(cli_invocation *invocation)
{
	char *loaded;
	bool done;

	/* migrate --backup comes here, too, which rolls nothing back */
	if (strcmp(invocation->verb->function, "dbmigrate_deploy") == 0 &&
		rolls_back(invocation))
		return deploy_down(invocation);
	if (!cli_load_folder(invocation, &loaded))
		return invocation->db.error.message
				   ? cli_fail(invocation, "dbmigrate_load")
				   : CLI_ERROR;
	free(loaded);
	return apply(invocation, &done);
}

/* Verbs that record what the files are: the folder stays registered. */
int
cli_run_registered(cli_invocation *invocation)
{
	int code;

	if (!cli_begin_with_folder(invocation))
		return CLI_ERROR;
	code = cli_run_verb(invocation);
	if (cli_command(&invocation->db,
					code == CLI_ERROR || cli_is_dry_run(invocation) ? "rollback"
																	: "commit"))
		return code;
	cli_print_error(&invocation->db);
	return CLI_ERROR;
}

int
cli_run_rollback(cli_invocation *invocation)
{
	bool done;

	return cli_may_run(invocation) ? apply(invocation, &done) : CLI_ERROR;
}
