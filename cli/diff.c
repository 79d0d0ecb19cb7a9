/*
 * diff.c
 *	  The difference between the schemas of two databases.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/diff.h"
#include "cli/document.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

/* The schema of a database; NULL after a failure, which is printed. */
static char *
read_schema(cli_database *db, const cli_target *target)
{
	char *schema = NULL;

	if (cli_open(db, target, false))
	{
		schema = cli_call_value(db, "dbmigrate_schema", NULL);
		if (!schema)
			cli_print_error(db);
	}
	return schema;
}

static void
add_member_of(cli_text *out, const char *json, const char *path)
{
	char *value = cli_at(json, path);

	if (value)
		cli_add(out, value);
	if (value && *value && value[strlen(value) - 1] != '\n')
		cli_add(out, "\n");
	free(value);
}

bool
cli_schema_difference(const cli_target *from, const cli_target *to,
					  cli_text *up, cli_text *down)
{
	cli_database db = {0};
	cli_database other = {0};
	const char *args[2];
	char *before;
	char *after = NULL;
	char *difference = NULL;

	if (from->engine != to->engine)
	{
		cli_complain("the databases are of two engines", NULL,
					 "Schemas of one engine can be compared; dbcare sync "
					 "compares the rows of two.");
		return false;
	}
	before = read_schema(&db, from);
	if (before)
		after = read_schema(&other, to);
	if (after)
	{
		args[0] = before;
		args[1] = after;
		difference = cli_call_value(&db, "dbmigrate_diff", args);
		if (!difference)
			cli_print_error(&db);
	}
	if (difference)
	{
		add_member_of(up, difference, "$.up");
		add_member_of(down, difference, "$.down");
	}
	cli_close(&db);
	cli_close(&other);
	free(before);
	free(after);
	free(difference);
	return difference != NULL;
}

int
cli_run_diff(cli_invocation *invocation)
{
	cli_target from;
	cli_target to;
	cli_text up = {0};
	cli_text down = {0};
	int code;

	if (!cli_argument_target(cli_given(invocation, "FROM"), "FROM", &from) ||
		!cli_argument_target(cli_given(invocation, "TO"), "TO", &to) ||
		!cli_schema_difference(&from, &to, &up, &down))
		return CLI_ERROR;
	cli_put_raw(cli_text_of(cli_given(invocation, "--down") ? &down : &up));
	code = up.length > 0 ? CLI_FINDINGS : CLI_SOUND;
	cli_text_free(&up);
	cli_text_free(&down);
	return code;
}
