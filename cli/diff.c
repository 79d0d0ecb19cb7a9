/*
 * diff.c
 *	  The verbs diff and schema: the difference between two schemas, or between
 *	  none and that of a database.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/diff.h"
#include "cli/document.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

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

/* Opens the database of a source, or for a script the one of the other. */
static bool
open_source(cli_database *db, const cli_schema_source *source,
			const cli_schema_source *other)
{
	/* notices of SQLite are those of the process: a script may have some */
	db->quiet = source->script || other->script;
	return cli_open(db, source->script ? &other->target : &source->target,
					false);
}

bool
cli_schema_difference(const cli_schema_source *from,
					  const cli_schema_source *to, cli_text *up, cli_text *down)
{
	cli_database db = {0};
	cli_database other = {0};
	const char *args[2];
	char *before = NULL;
	char *after = NULL;
	char *difference = NULL;

	if (from->script && to->script)
	{
		cli_complain("both are scripts", NULL,
					 "Name a database of the engine that they are for: "
					 "sqlite::memory: is an empty one.");
		return false;
	}
	if (!from->script && !to->script &&
		from->target.engine != to->target.engine)
	{
		cli_complain("the databases are of two engines", NULL,
					 "Schemas of one engine can be compared; dbcare sync "
					 "compares the rows of two.");
		return false;
	}
	if (open_source(&db, from, to) && open_source(&other, to, from))
		before = cli_read_schema(from, &db);
	if (before)
		after = cli_read_schema(to, &other);
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
	cli_schema_source from;
	cli_schema_source to;
	cli_text up = {0};
	cli_text down = {0};
	int code;

	if (!cli_find_schema(cli_given(invocation, "FROM"), "FROM", &from) ||
		!cli_find_schema(cli_given(invocation, "TO"), "TO", &to) ||
		!cli_schema_difference(&from, &to, &up, &down))
		return CLI_ERROR;
	cli_put_raw(cli_text_of(cli_given(invocation, "--down") ? &down : &up));
	code = up.length > 0 ? CLI_FINDINGS : CLI_SOUND;
	/* standard output is the script */
	if (code == CLI_SOUND && !invocation->quiet)
		cli_note("no differences");
	cli_text_free(&up);
	cli_text_free(&down);
	return code;
}

/* The document of an empty database: one of PostgreSQL has a language that is
 * an extension. */
static char *
empty_schema(const char *schema)
{
	char *list = cli_at(schema, "$.objects");
	char *engine = cli_at(schema, "$.engine");
	cli_result objects = cli_entries(list ? list : "[]");
	cli_text empty = {0};

	cli_addf(&empty, "{\"engine\": \"%s\", \"objects\": [",
			 engine ? engine : "");
	for (int row = 0; row < objects.nrows; row++)
	{
		const char *object = *cli_cell(&objects, row, 1);
		char *type = cli_at(object, "$.type");
		char *name = cli_at(object, "$.name");

		if (type && name && strcmp(type, "extension") == 0 &&
			strcmp(name, "plpgsql") == 0)
			cli_add(&empty, object);
		free(type);
		free(name);
	}
	cli_add(&empty, "]}");
	cli_free_result(&objects);
	free(list);
	free(engine);
	return empty.data;
}

/* A schema as the script that makes an empty database like it. */
int
cli_run_schema(cli_invocation *invocation)
{
	char *schema = cli_call_value(&invocation->db, "dbmigrate_schema", NULL);
	cli_text script = {0};
	const char *args[2];
	char *difference;
	char *empty;

	if (!schema)
		return cli_fail(invocation, "dbmigrate_schema");
	empty = empty_schema(schema);
	args[0] = empty;
	args[1] = schema;
	difference = cli_call_value(&invocation->db, "dbmigrate_diff", args);
	if (!difference)
		return cli_fail(invocation, "dbmigrate_diff");
	add_member_of(&script, difference, "$.up");
	cli_put_raw(cli_text_of(&script));
	cli_text_free(&script);
	free(empty);
	free(difference);
	free(schema);
	return CLI_SOUND;
}
