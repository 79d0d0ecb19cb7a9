/*
 * dbcare.c
 *	  The functions of dbcare itself: version, list of functions, progress,
 *	  grants, uninstalling.
 */
#include "common/core/arguments.h"

#include "common/backup/before.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/options.h"
#include "common/core/result.h"
#include "common/core/settings.h"
#include "common/core/tables.h"

/* Fails for a version given as a number. */
_Noreturn void
dbc_refuse_number(dbc_host *host, const char *number)
{
	dbc_fail(host, DBC_INVALID_PARAMETER,
			 "Versions are text: as a number, 1.10 would become 1.1.",
			 "Quote the version: '1.10'.", "version %s is a number", number);
}

/* Fails for an argument that is null. */
_Noreturn void
dbc_refuse_null(dbc_host *host, const char *argument)
{
	dbc_fail(host, DBC_NULL_NOT_ALLOWED, NULL, NULL,
			 "argument %s of %s must not be null", argument,
			 host->function->name);
}

void
dbc_refuse_missing(dbc_host *host)
{
	static const struct
	{
		const char *function;
		const char *instead;
	} others[] = {
		{"dbbackup_accept", "A restored file is used as it is."},
		{"dbbackup_follow",
		 "PostgreSQL archives its log: archive_command = 'dbcare archive-wal "
		 "\"%p\" DIR', see doc/backup.md."},
		{"dbbackup_follow_start",
		 "PostgreSQL archives its log: archive_command = 'dbcare archive-wal "
		 "\"%p\" DIR', see doc/backup.md."},
		{"dbbackup_follow_stop", "PostgreSQL archives its log: see "
								 "archive_command, and doc/backup.md."},
		{"dbbackup_follow_status",
		 "PostgreSQL archives its log: see pg_stat_archiver."},
		{"dbbackup_wal_archive",
		 "SQLite has no archive of its log: dbbackup_list() has the moments "
		 "that can be restored."},
		{"dbcare_grant", "SQLite has no roles: use file permissions."},
		{"dbhealth_advise",
		 "Compare plans: EXPLAIN with and without an index."},
		{"dbhealth_fleet",
		 "Query each file separately: SELECT dbhealth_report();"},
		{"dbhealth_vacuum", "SQLite leaves no dead rows; the health check "
							"free_pages finds free space."},
		{"dbmigrate_measure", "dbmigrate_plan() lists what pending statements "
							  "lock; dbmigrate_test() "
							  "runs them and rolls them back."},
		{"dbmigrate_rebuild", "Change the table by ALTER TABLE; "
							  "dbmigrate_diff() returns such statements."},
		{"dbmigrate_watch", "SQLite does not record who changes a schema; "
							"dbmigrate_drift() lists the changes."},
		{"dbmonitor_errors", "SQLite does not tell a library which statements "
							 "fail: count them in the application."},
		{"dbmonitor_locks",
		 "SQLite does not tell which connection holds a "
		 "lock; let others wait: PRAGMA busy_timeout = 5000;"},
		{"dbaudit_watch", "SQLite does not record who changes a schema; "
						  "dbmigrate_drift() lists the changes."},
		{"dbmonitor_plans",
		 "No sampler plans statements on SQLite; EXPLAIN QUERY PLAN shows "
		 "how a statement is run now."},
		{"dbmonitor_tables", "SQLite does not count reads and writes of "
							 "tables; dbhealth_growth() has their growth."},
		{"dbmonitor_waits", "SQLite has no wait events; dbmonitor_queries() "
							"has the time of statements."},
	};
	const dbc_function *fn = host->function;
	const char *hint = NULL;

	if (dbc_is_here(host, fn->engines))
		return;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (dbc_same(others[i].function, fn->name))
			hint = others[i].instead;
	dbc_fail(host, DBC_UNSUPPORTED, NULL, hint, "%s exists on %s only",
			 fn->name, dbc_engine_title(fn->engines));
}

/* dbcare_version() */
DBC_RUN(dbcare_version)
{
	dbc_emit(host, dbc_text(DBC_VERSION));
}

/* Names and types of arguments, optional ones in brackets. */
static const char *
describe_arguments(dbc_host *host, const dbc_field *field)
{
	dbc_buffer buffer;
	int brackets = 0;
	bool first = true;

	dbc_buffer_init(&buffer, host);
	for (; field->type != DBC_T_END; field++)
	{
		if (field->optional)
		{
			dbc_append(&buffer, first ? "[" : " [");
			brackets++;
		}
		dbc_append_format(&buffer, "%s%s %s", first ? "" : ", ", field->name,
						  dbc_type_name(field->type, DBC_ON_BOTH));
		first = false;
	}
	while (brackets-- > 0)
		dbc_append(&buffer, "]");
	return buffer.data;
}

/* The type of a result, or the columns of its rows. */
static const char *
describe_result(dbc_host *host, const dbc_function *fn)
{
	dbc_buffer buffer;

	if (fn->result != DBC_T_ROWS)
		return dbc_type_name(fn->result, DBC_ON_BOTH);
	dbc_buffer_init(&buffer, host);
	dbc_append(&buffer, "rows (");
	for (const dbc_field *column = fn->columns; column->type != DBC_T_END;
		 column++)
		dbc_append_format(&buffer, "%s%s %s", column == fn->columns ? "" : ", ",
						  column->name,
						  dbc_type_name(column->type, DBC_ON_BOTH));
	dbc_append(&buffer, ")");
	return buffer.data;
}

/* The options of a function on this engine as an array, or NULL. */
static const char *
describe_options(dbc_host *host, const dbc_function *fn)
{
	dbc_json_node *list = dbc_json_array(host);

	for (const dbc_option *option = fn->options; option->name; option++)
	{
		dbc_json_node *entry = dbc_json_object(host);
		dbc_json_node *choices = dbc_json_array(host);

		if (!dbc_is_here(host, option->engines))
			continue;
		DBC_PUT_TEXT(entry, name, option->name);
		DBC_PUT_TEXT(entry, type, dbc_option_type_name(option->type));
		DBC_PUT_TEXT(entry, default, option->default_value);
		if (option->type == DBC_O_INT)
		{
			DBC_PUT_INT(entry, minimum, option->minimum);
			DBC_PUT_INT(entry, maximum, option->maximum);
		}
		for (int i = 0; option->choices && option->choices[i]; i++)
			dbc_json_push_text(choices, option->choices[i]);
		if (option->choices)
			DBC_PUT(entry, choices, choices);
		DBC_PUT_TEXT(entry, description, option->doc);
		dbc_json_push(list, entry);
	}
	return dbc_json_length(list) > 0 ? dbc_json_text(list) : NULL;
}

/* dbcare_functions() */
DBC_RUN(dbcare_functions)
{
	for (int i = 0; i < dbc_nfunctions; i++)
	{
		const dbc_function *fn = &dbc_functions[i];

		if (dbc_is_here(host, fn->engines))
			dbc_emit(host, dbc_text(fn->name),
					 dbc_text(dbc_class_name(fn->class)),
					 dbc_text(describe_arguments(host, fn->args)),
					 dbc_text(describe_result(host, fn)),
					 dbc_text(dbc_function_area(host, fn)), dbc_text(fn->doc),
					 dbc_json(describe_options(host, fn)),
					 dbc_json(dbc_result_schema(host, fn)));
	}
}

/* dbcare_progress() */
DBC_RUN(dbcare_progress)
{
	const dbc_rows *rows = dbc_list_running(host);

	for (int i = 0; i < rows->nrows; i++)
		dbc_emit_row(host, rows, i);
}

/* Fails for an unknown area, and lists the areas. */
static _Noreturn void
refuse_area(dbc_host *host, const char *area, const dbc_rows *grants)
{
	const char *last = "";
	dbc_buffer hint;

	dbc_buffer_init(&hint, host);
	dbc_append(&hint, "Valid areas are:");
	for (int i = 0; i < grants->nrows; i++)
	{
		const char *name = dbc_get_text(host, grants, i, 0);

		if (!dbc_same(name, last))
			dbc_append_format(&hint, "%s %s", *last ? "," : "", name);
		last = name;
	}
	dbc_append(&hint, ".");
	dbc_fail(host, DBC_INVALID_PARAMETER, NULL, hint.data,
			 "area \"%s\" does not exist", area);
}

/* dbcare_grant(role_name, area, options) */
DBC_RUN(dbcare_grant)
{
	const dbcare_grant_options *given =
		dbc_read_options(host, &args->options, dbcare_grant_options);
	dbc_json_node *result = dbc_json_object(host);
	dbc_json_node *done = dbc_json_array(host);
	const dbc_rows *grants;

	dbc_need_tables(host);
	grants = dbc_query(host, "core/grants", args->role_name);
	for (int i = 0; i < grants->nrows; i++)
	{
		const char *statement = dbc_get_text_or_null(host, grants, i, 1);

		if (!dbc_same(dbc_get_text(host, grants, i, 0), args->area.text))
			continue;
		/* the role does not exist, so it has no quoted name */
		if (!statement)
			dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL, NULL,
					 "role \"%s\" does not exist", args->role_name.text);
		dbc_query_text(host, statement);
		dbc_json_push_text(done, statement);
	}
	if (dbc_json_length(done) == 0)
		refuse_area(host, args->area.text, grants);
	DBC_PUT_TEXT(result, role, args->role_name.text);
	DBC_PUT_TEXT(result, area, args->area.text);
	DBC_PUT_INT(result, granted, dbc_json_length(done));
	if (!dbc_is_null(host, grants, 0, 2))
		DBC_PUT_TEXT(result, note, dbc_get_text(host, grants, 0, 2));
	if (given->verbose.integer)
		DBC_PUT(result, grants, done);
	dbc_json_emit(host, result);
}

/* The contents of dbcare's tables, as a sentence and as an object. */
static const char *
describe_contents(dbc_host *host, dbc_json_node *lost)
{
	const dbc_rows *rows = dbc_query(host, "core/contents");
	dbc_buffer sentence;

	dbc_buffer_init(&sentence, host);
	dbc_append(&sentence, "Data that would be lost:");
	for (int i = 0; i < rows->nrows; i++)
	{
		const char *name = dbc_get_text(host, rows, i, 0);
		int64_t count = dbc_get_int(host, rows, i, 1);

		dbc_json_put_int(lost, name, count);
		dbc_append_format(&sentence, "%s %lld in %s", i ? "," : "",
						  (long long) count, name);
	}
	dbc_append(&sentence, ".");
	return sentence.data;
}

/* dbcare_uninstall(options) */
DBC_RUN(dbcare_uninstall)
{
	const dbcare_uninstall_options *given =
		dbc_read_options(host, &args->options, dbcare_uninstall_options);
	const char *database = dbc_database_name(host);
	dbc_json_node *result = dbc_json_object(host);
	dbc_json_node *lost = dbc_json_object(host);
	const char *backup = NULL;
	const char *losing;
	const dbc_rows *statements;

	if (dbc_find_tables(host))
	{
		/* it has what is committed, so nothing may be written before */
		if (given->backup.integer && given->confirm.text &&
			dbc_same(given->confirm.text, database))
			backup = dbc_backup_before(host);
		dbc_need_tables(host); /* older versions lack tables that are counted */
		losing = describe_contents(host, lost);
		if (!given->confirm.text || !dbc_same(given->confirm.text, database))
			dbc_fail(host, DBC_INVALID_PARAMETER, losing,
					 dbc_format(host,
								"Repeat the call with {\"confirm\": \"%s\"}.",
								database),
					 "uninstalling drops dbcare's tables and their history");
		/* wait until running migrations have ended */
		dbc_lock(host, dbc_lock_timeout(host));
		statements = dbc_query(host, "core/uninstall");
		for (int i = 0; i < statements->nrows; i++)
			dbc_query_text(host, dbc_get_text(host, statements, i, 0));
		host->tables_version = 0;
	}
	DBC_PUT(result, dropped, lost);
	if (given->backup.integer)
		DBC_PUT_TEXT(result, backup, backup);
	dbc_json_emit(host, result);
}
