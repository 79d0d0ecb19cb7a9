/*
 * run.c
 *	  What all verbs have in common: the call of a function with what was given,
 *	  questions before something is destroyed, and the exit code.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/conclusion.h"
#include "cli/document.h"
#include "cli/folder.h"
#include "cli/hint.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

const char *
cli_given(const cli_invocation *invocation, const char *name)
{
	const cli_item *items = invocation->verb->items;

	for (int i = 0; items[i].name; i++)
	{
		if (strcmp(items[i].name, name) == 0)
			return invocation->given[i];
	}
	return NULL;
}

bool
cli_is_dry_run(const cli_invocation *invocation)
{
	return cli_given(invocation, "--dry-run") != NULL;
}

void
cli_set_option(cli_invocation *invocation, const char *key, const char *json)
{
	cli_add_member(&invocation->options, key, json);
}

/* The number of an argument of a function; -1 if it has none of this name. */
static int
argument_number(const dbc_function *fn, const char *name)
{
	for (int i = 0; fn->args[i].type != DBC_T_END; i++)
	{
		if (strcmp(fn->args[i].name, name) == 0)
			return i;
	}
	return -1;
}

/* Room for the arguments of the verb's function. */
static const char **
arguments_of(cli_invocation *invocation, const dbc_function *fn)
{
	int nargs = 0;

	while (fn->args[nargs].type != DBC_T_END)
		nargs++;
	if (!invocation->args)
		invocation->args = cli_alloc((size_t) nargs + 1, sizeof(char *));
	return invocation->args;
}

void
cli_set_argument(cli_invocation *invocation, const char *name, const char *text)
{
	const dbc_function *fn = cli_function(invocation->verb->function);

	arguments_of(invocation, fn)[argument_number(fn, name)] = text;
}

/* A value as JSON. */
static char *
item_json(const cli_item *item, const char *value)
{
	cli_text json = {0};

	switch (item->kind)
	{
		case CLI_ON:
			cli_add(&json, "true");
			break;
		case CLI_OFF:
			cli_add(&json, "false");
			break;
		case CLI_NUMBER:
			/* what is no number is refused by the function, which names it */
			if (*value && strspn(value, "-.0123456789") == strlen(value))
				cli_add(&json, value);
			else
				cli_add_json(&json, value);
			break;
		case CLI_LIST:
			cli_add_list(&json, value);
			break;
		case CLI_VALUE:
			cli_add(&json, value);
			break;
		case CLI_PAIR:
			cli_addf(&json, "{%s}", value);
			break;
		case CLI_WORD:
		case CLI_CONTENT:
			cli_add_json(&json, value);
			break;
	}
	return json.data;
}

/* Sorts what was given into arguments and options of the function. */
static bool
set_given(cli_invocation *invocation, const dbc_function *fn)
{
	const cli_item *items = invocation->verb->items;

	for (int i = 0; items[i].name; i++)
	{
		const char *value = invocation->given[i];

		if (!items[i].target || !value)
			continue;
		if (argument_number(fn, items[i].target) >= 0)
		{
			if (items[i].kind == CLI_CONTENT && *value == '@')
				value = cli_read_file(value + 1, NULL);
			if (!value)
				return false;
			cli_set_argument(invocation, items[i].target, value);
		}
		else
		{
			char *json = item_json(&items[i], value);

			cli_set_option(invocation, items[i].target, json);
			free(json);
		}
	}
	return true;
}

/* Whether an item with this target was given. */
static bool
target_is_given(const cli_invocation *invocation, const char *target)
{
	const cli_item *items = invocation->verb->items;

	for (int i = 0; items[i].name; i++)
	{
		if (items[i].target && strcmp(items[i].target, target) == 0)
			return invocation->given[i] != NULL;
	}
	return true;
}

/* Once: a verb may call its function for one thing after another. */
bool
cli_prepare_call(cli_invocation *invocation)
{
	const dbc_function *fn = cli_function(invocation->verb->function);

	if (invocation->prepared)
		return true;
	invocation->prepared = true;
	if (!set_given(invocation, fn))
		return false;
	if (invocation->verb->properties & CLI_PREVIEWS &&
		!cli_is_dry_run(invocation))
		cli_set_option(invocation, "dry_run", "false");
	/* a flag that turns off what the command does by itself */
	if (!target_is_given(invocation, "vacuum"))
		cli_set_option(invocation, "vacuum", "true");
	return true;
}

bool
cli_try_verb(cli_invocation *invocation, cli_result *result)
{
	const dbc_function *fn = cli_function(invocation->verb->function);
	const char **args = arguments_of(invocation, fn);
	cli_text options = {0};
	int at = argument_number(fn, "options");

	(void) cli_prepare_call(invocation);
	if (invocation->options.length > 0 && at < 0)
	{
		cli_set_error(&invocation->db,
					  "the function of this verb has no options", NULL,
					  "Leave out -o.");
		return false;
	}
	if (invocation->options.length > 0)
	{
		cli_addf(&options, "{%s}", invocation->options.data);
		args[at] = options.data;
	}
	return cli_call(&invocation->db, fn->name, args, result);
}

bool
cli_call_verb(cli_invocation *invocation, cli_result *result)
{
	if (!cli_prepare_call(invocation))
		return false;
	if (cli_try_verb(invocation, result))
		return true;
	cli_fail(invocation, invocation->verb->function);
	return false;
}

int
cli_fail(cli_invocation *invocation, const char *function)
{
	const cli_error *error = &invocation->db.error;
	dbc_function_class class = cli_function(function)->class;

	cli_print_error(&invocation->db);
	if (error->cancelled || error->lost)
	{
		if (class == DBC_PROC)
			cli_note("The steps that were completed stay; run the command "
					 "again to go on.");
		else if (error->lost || class == DBC_FILE)
			cli_note("A call that did not complete changes nothing; one that "
					 "did, stays. dbcare status, or the verb that lists its "
					 "results, shows which.");
		else
			cli_note("Nothing was changed.");
	}
	return CLI_ERROR;
}

/* Whether the database says that it is in production; false if it cannot be
 * asked. */
static bool
read_production(cli_invocation *invocation, bool *production)
{
	const char *args[] = {"environment"};
	char *environment = cli_call_value(&invocation->db, "dbcare_get", args);

	if (!environment)
	{
		cli_fail(invocation, "dbcare_get");
		return false;
	}
	*production = strcmp(environment, "production") == 0;
	free(environment);
	return true;
}

/* Whether this is the name of the database. */
static bool
is_database(cli_invocation *invocation, const char *name)
{
	char *ping = cli_call_value(&invocation->db, "dbhealth_ping", NULL);
	char *database = ping ? cli_at(ping, "$.database") : NULL;
	bool same = database && strcmp(database, name) == 0;

	free(ping);
	free(database);
	return same;
}

/* What to type. */
static const char *
confirmation_hint(cli_invocation *invocation)
{
	char *ping = cli_call_value(&invocation->db, "dbhealth_ping", NULL);
	char *database = ping ? cli_at(ping, "$.database") : NULL;
	cli_text hint = {0};

	cli_addf(&hint, "Use --confirm %s.", database ? database : "NAME");
	free(ping);
	free(database);
	return hint.data;
}

/* Sets the option confirm to the name of the database, which has to be typed in
 * production; where the function has no such option, the name is compared here.
 */
static bool
confirm(cli_invocation *invocation, bool production)
{
	const char *name = invocation->confirm;
	cli_text json = {0};

	if (!name && cli_can_ask())
		name = cli_ask(
			production
				? "This is a production database. Type its name to go on: "
				: "All its present data will be replaced. Type the name of the "
				  "database to go on: ");
	if (!name || !*name)
	{
		cli_complain(production ? "this is a production database, and its name "
								  "was not typed"
								: "all data of the database would be replaced, "
								  "and its name was not typed",
					 NULL,
					 production ? "Use --confirm NAME."
								: confirmation_hint(invocation));
		return false;
	}
	if (!(invocation->verb->properties & CLI_CONFIRMS))
	{
		if (is_database(invocation, name))
			return true;
		cli_complain("that is not the name of this database", name, NULL);
		return false;
	}
	cli_add_json(&json, name);
	cli_set_option(invocation, "confirm", json.data);
	cli_text_free(&json);
	return true;
}

bool
cli_may_run(cli_invocation *invocation)
{
	const cli_verb *verb = invocation->verb;
	cli_text question = {0};
	bool production = false;
	bool yes;

	if (cli_is_dry_run(invocation))
		return true;
	if (verb->properties & (CLI_CONFIRMS | CLI_DESTROYS) &&
		!read_production(invocation, &production))
		return false;
	if (production || verb->properties & CLI_NAMES ||
		(invocation->confirm && verb->properties & CLI_CONFIRMS))
		return confirm(invocation, production);
	if (!(verb->properties & CLI_DESTROYS) || invocation->yes)
		return true;
	if (!cli_can_ask())
	{
		cli_complain(
			"this verb destroys data, and there is no terminal to ask on", NULL,
			"Use --yes, or --dry-run to see what it would do.");
		return false;
	}
	cli_addf(&question, "%s\nGo on with %s? [y/N] ", verb->summary,
			 invocation->db.target.engine == DBC_ON_SQLITE
				 ? invocation->db.target.text
				 : "this database");
	yes = cli_ask_yes(question.data);
	cli_text_free(&question);
	if (!yes)
		cli_note("Nothing was done.");
	return yes;
}

static bool
has_severity(const cli_result *result)
{
	int column = cli_column(result, "severity");

	for (int row = 0; column >= 0 && row < result->nrows; row++)
	{
		const char *severity = *cli_cell(result, row, column);

		if (severity && (strcmp(severity, "warning") == 0 ||
						 strcmp(severity, "error") == 0 ||
						 strcmp(severity, "critical") == 0))
			return true;
	}
	return false;
}

/* Whether a document tells of a failure, or cannot tell. */
static bool
has_failed(const char *json)
{
	static const struct
	{
		const char *path;
		const char *sound;
	} members[] = {{"$.success", "true"},
				   {"$.ok", "true"},
				   {"$.failed", "0"},
				   {"$.vacuum.failed", "0"},
				   {"$.unknown", "[]"}};
	bool failed = false;

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
	{
		char *value = cli_at(json, members[i].path);

		failed = failed || (value && strcmp(value, members[i].sound) != 0) ||
				 (strcmp(members[i].sound, "true") == 0 &&
				  cli_is_null(json, members[i].path));
		free(value);
	}
	return failed;
}

int
cli_judge(const cli_invocation *invocation, const cli_result *result)
{
	bool found = false;

	switch (invocation->verb->outcome)
	{
		case CLI_ALWAYS_SOUND:
		case CLI_NOT_HEALTHY:
			break;
		case CLI_ANY_ROW:
			found = result->nrows > 0;
			break;
		case CLI_ANY_DIFFERENCE:
			found = cli_differing(result) > 0;
			break;
		case CLI_ANY_SEVERITY:
			found = has_severity(result);
			break;
		case CLI_NOT_SUCCESS:
			found = result->nrows == 1 && result->cells[0] &&
					has_failed(result->cells[0]);
			break;
	}
	return found ? CLI_FINDINGS : CLI_SOUND;
}

/* Turns what functions advise into command lines: the report of health, and the
 * columns of rows that have sentences. */
static void
speak(const cli_invocation *invocation, const cli_result *result)
{
	static const char *const columns[] = {"message", "suggestion", "hint",
										  "problem", "reason",	   "finding"};
	const cli_database *db = &invocation->db;
	bool report = strcmp(invocation->verb->function, "dbhealth_text") == 0;

	for (int i = 0; i < result->ncolumns; i++)
	{
		bool speaks = report;

		for (size_t k = 0; k < sizeof(columns) / sizeof(columns[0]); k++)
			speaks = speaks || (!result->is_value &&
								strcmp(result->names[i], columns[k]) == 0);
		for (int row = 0; speaks && row < result->nrows; row++)
		{
			char **cell = cli_cell(result, row, i);
			char *said = *cell ? cli_speak(*cell, db->verb, db->called) : NULL;

			free(*cell);
			*cell = said;
		}
	}
}

static void
show_to_people(const cli_invocation *invocation, const cli_result *result)
{
	const char *function = invocation->verb->function;
	const char *shown;
	cli_text line = {0};

	/* what call returns is shown as it is */
	if (function)
		speak(invocation, result);
	if (!function || !cli_conclude(&line, function, result, &shown))
		cli_show(result, CLI_TABLE);
	else
	{
		if (shown)
			cli_show_members(result->cells[0], shown);
		else
			cli_show(result, CLI_TABLE);
		cli_put_report(line.data);
	}
	cli_text_free(&line);
}

void
cli_show_result(const cli_invocation *invocation, const cli_result *result)
{
	if (invocation->format != CLI_TABLE)
		cli_show(result, invocation->format);
	else if (!invocation->quiet)
		show_to_people(invocation, result);
}

int
cli_run_verb(cli_invocation *invocation)
{
	cli_result result;
	int code;

	if (!cli_may_run(invocation) || !cli_call_verb(invocation, &result))
		return CLI_ERROR;
	cli_show_result(invocation, &result);
	code = cli_judge(invocation, &result);
	cli_free_result(&result);
	return code;
}
