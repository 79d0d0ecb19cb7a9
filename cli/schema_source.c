/*
 * schema_source.c
 *	  The schema of a script.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/folder.h"
#include "cli/schema_source.h"
#include "cli/terminal.h"
#include "cli/text.h"

/* The script as the only migration of a database. */
#define MIGRATION "1_schema.sql"

bool
cli_find_schema(const char *argument, const char *from,
				cli_schema_source *source)
{
	size_t length = strlen(argument);

	*source = (cli_schema_source){.script = argument};
	if (length > 4 && strcmp(argument + length - 4, ".sql") == 0)
		return true;
	source->script = NULL;
	return cli_argument_target(argument, from, &source->target);
}

/* Text with each occurrence of a part replaced; NULL for NULL. */
static char *
replace(const char *text, const char *part, const char *replacement)
{
	cli_text out = {0};
	const char *found;

	if (!text)
		return NULL;
	for (; (found = strstr(text, part)); text = found + strlen(part))
	{
		cli_add_bytes(&out, text, (size_t) (found - text));
		cli_add(&out, replacement);
	}
	cli_add(&out, text);
	return out.data;
}

/* Prints why a script does not run, as an error of the script instead of a
 * migration. */
static void
print_failure(cli_database *db, const char *path)
{
	cli_text message = {0};
	char *named = replace(db->error.message, MIGRATION, path);
	char *text = replace(named, "In migration 1 up, s", "S");
	char *context = replace(db->error.context, MIGRATION, path);
	char *place = replace(context, "In migration 1 up, s", "S");
	char *detail = replace(db->error.detail, MIGRATION, path);
	char *hint = replace(db->error.hint, MIGRATION, path);

	cli_addf(&message, "the script does not run in an empty database: %s",
			 text);
	cli_set_error(db, message.data, detail, hint);
	cli_set_context(db, place);
	cli_print_error(db);
	cli_text_free(&message);
	free(detail);
	free(hint);
	free(named);
	free(text);
	free(context);
	free(place);
}

/* The schema that a script gives an empty database; NULL after a failure, which
 * is printed. */
static char *
run_script(cli_database *empty, const char *path, const char *script)
{
	cli_text files = {0};
	const char *args[] = {NULL, NULL};
	const char *options[] = {NULL, "{\"skip_lint\": true}"};
	char *loaded;
	char *applied = NULL;
	char *schema = NULL;

	cli_add(&files, "{\"" MIGRATION "\": ");
	cli_add_json(&files, script);
	cli_add(&files, "}");
	args[0] = files.data;
	loaded = cli_call_value(empty, "dbmigrate_load", args);
	if (loaded)
		applied = cli_call_value(empty, "dbmigrate_apply", options);
	if (applied)
		schema = cli_call_value(empty, "dbmigrate_schema", NULL);
	if (!schema)
		print_failure(empty, path);
	free(loaded);
	free(applied);
	cli_text_free(&files);
	return schema;
}

/* The statement that creates or drops a database on the server. */
static bool
command_about(cli_database *server, const char *command, const char *database,
			  const char *options)
{
	cli_text text = {0};
	bool done;

	cli_addf(&text, "%s \"%s\" %s", command, database, options);
	done = cli_command(server, text.data);
	if (!done)
		cli_print_error(server);
	cli_text_free(&text);
	return done;
}

/* The first cell of what a statement that reads gives; NULL: no row, or a failure,
 * which is printed. */
static char *
read_name(cli_database *server, const char *sql)
{
	cli_result result;
	char *name = NULL;

	if (!server->driver->run(server, sql, 0, NULL, &result))
	{
		cli_print_error(server);
		return NULL;
	}
	if (result.nrows > 0)
		name = cli_copy(*cli_cell(&result, 0, 0));
	cli_free_result(&result);
	return name;
}

/* On PostgreSQL the new database has the name of the session that makes it. */
#define NAME                                                \
	"pg_catalog.format('dbcare_schema_%s_%s', a.pid, cast(" \
	"1000000 * extract(epoch from a.backend_start) as bigint))"

/* Drops what sessions of this role have left that have ended.  When a session began
 * can be hidden: that of another user who has taken the role. */
static void
drop_left(cli_database *server)
{
	char *name;

	while (
		(name = read_name(
			 server, "select d.datname from pg_catalog.pg_database as d "
					 "where d.datname ~ '^dbcare_schema_[0-9]+_[0-9]{16}$' "
					 "and pg_catalog.pg_get_userbyid(d.datdba) = current_user "
					 "and not exists ("
					 "select from pg_catalog.pg_stat_activity as a "
					 "where case when a.backend_start is null "
					 "then d.datname like pg_catalog.format("
					 "'dbcare\\_schema\\_%s\\_%%', a.pid) "
					 "else d.datname = " NAME " end) "
					 "limit 1")) != NULL &&
		command_about(server, "drop database", name, "(force)"))
		free(name);
	free(name);
}

/* Runs a script in an empty database beside another one. */
static char *
read_script(const char *path, const char *script, cli_database *beside)
{
	bool on_server = beside->target.engine == DBC_ON_POSTGRESQL;
	cli_database empty = {.quiet = true};
	cli_target target = {DBC_ON_SQLITE, ":memory:", path, NULL};
	char *name = NULL;
	char *schema = NULL;

	if (on_server)
	{
		drop_left(beside);
		name = read_name(beside, "select " NAME
								 " from pg_catalog.pg_stat_activity as a "
								 "where a.pid = pg_catalog.pg_backend_pid()");
		if (!name || !command_about(beside, "create database", name,
									"template template0"))
		{
			free(name);
			return NULL;
		}
		target = beside->target;
		target.database = name;
	}
	if (cli_open(&empty, &target, true))
		schema = run_script(&empty, path, script);
	cli_close(&empty);
	if (on_server && !command_about(beside, "drop database", name, "(force)"))
	{
		free(schema);
		schema = NULL;
	}
	free(name);
	return schema;
}

char *
cli_read_schema(const cli_schema_source *source, cli_database *beside)
{
	char *script;
	char *schema;

	if (!source->script)
	{
		schema = cli_call_value(beside, "dbmigrate_schema", NULL);
		if (!schema)
			cli_print_error(beside);
		return schema;
	}
	script = cli_read_file(source->script, NULL);
	if (!script)
		return NULL;
	schema = read_script(source->script, script, beside);
	free(script);
	return schema;
}
