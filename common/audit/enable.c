/*
 * enable.c
 *	  dbaudit_enable and dbaudit_disable: whether changes of a table are logged.
 */
#include "common/audit/audit.h"

#include <string.h>

#include "common/check/user_table.h"
#include "common/core/act.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/inner_call.h"
#include "common/core/options.h"
#include "common/core/retry.h"
#include "common/core/rights.h"
#include "common/core/settings.h"
#include "common/core/tables.h"
#include "common/core/text.h"
#include "common/row/unfired.h"

/* Columns of audit/columns.sql. */
enum
{
	C_NUMBER,
	C_NAME,
	C_TYPE,
	C_KEY,
	C_VERSION,
	C_LABELS
};

typedef struct call
{
	const dbc_relation *table;
	dbc_audit_logged logged;
	const dbaudit_enable_options *given; /* NULL: disable */
	const char *options;				 /* their text */
	const char *mode;
	bool dry_run;
	dbc_json_node *columns;	  /* as stored in audit_shape */
	int64_t last;			  /* highest number of a column, logged or not */
	bool is_whole;			  /* all columns are logged */
	dbc_json_node *arguments; /* of the triggers: treatment, name, number */
	dbc_json_node *statements;
} call;

/* ---- columns ---- */

/* Whether a list of the options has a column. */
static bool
has(const dbc_option_value *list, const char *name)
{
	for (int i = 0; list->given && list->texts[i]; i++)
		if (dbc_same(list->texts[i], name))
			return true;
	return false;
}

/* Adds a column to the arguments of the triggers. */
static void
add_argument(dbc_host *host, call *c, const char *word, const char *name,
			 int64_t number)
{
	dbc_json_node *argument = dbc_json_array(host);

	dbc_json_push_text(argument, word);
	dbc_json_push_text(argument, name);
	dbc_json_push_value(argument,
						&(dbc_value){.kind = DBC_INT, .integer = number});
	dbc_json_push(c->arguments, argument);
}

/* Fails if a column of a list does not exist, or cannot be treated that way;
 * adds it to the arguments of the triggers. */
static void
read_list(dbc_host *host, call *c, const dbc_rows *columns, const char *word,
		  const dbc_option_value *list)
{
	for (int i = 0; list->given && list->texts[i]; i++)
	{
		const char *name = list->texts[i];
		int row = 0;

		while (row < columns->nrows &&
			   !dbc_same(dbc_get_text(host, columns, row, C_NAME), name))
			row++;
		if (row == columns->nrows)
			dbc_fail(host, DBC_UNDEFINED_COLUMN, NULL,
					 "Name columns that are stored in the table.",
					 "column \"%s\" of table %s does not exist", name,
					 c->table->shown);
		if (!dbc_same(word, "include") &&
			!dbc_is_null(host, columns, row, C_KEY))
			dbc_fail(host, DBC_INVALID_PARAMETER,
					 "Entries name their row by the primary key.",
					 dbc_format(host, "Remove the column from %s.", word),
					 "column \"%s\" belongs to the primary key of table %s",
					 name, c->table->shown);
		add_argument(host, c, word, name,
					 dbc_get_int(host, columns, row, C_NUMBER));
	}
}

/* Fails if a column is in two lists that contradict each other. */
static void
refuse_twice(dbc_host *host, const dbc_option_value *left,
			 const dbc_option_value *right, const char *words)
{
	for (int i = 0; left->given && left->texts[i]; i++)
		if (has(right, left->texts[i]))
			dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
					 "Name each column in one of them.",
					 "column \"%s\" is in both %s", left->texts[i], words);
}

/* The treatment of a column; NULL if it is not logged. */
static const char *
treatment_of(const dbaudit_enable_options *given, const char *name, bool in_key)
{
	if (has(&given->mask, name))
		return "mask";
	if (has(&given->hash, name))
		return "hash";
	if (has(&given->exclude, name))
		return NULL;
	if (given->include.given && !in_key && !has(&given->include, name))
		return NULL;
	return "plain";
}

/* Reads the columns of the table and how they are logged. */
static void
read_columns(dbc_host *host, call *c)
{
	const dbaudit_enable_options *given = c->given;
	const dbc_rows *rows =
		dbc_query(host, "audit/columns", dbc_text(c->table->schema),
				  dbc_text(c->table->name), dbc_int(c->logged.id));

	refuse_twice(host, &given->include, &given->exclude, "include and exclude");
	refuse_twice(host, &given->mask, &given->hash, "mask and hash");
	refuse_twice(host, &given->mask, &given->exclude, "mask and exclude");
	refuse_twice(host, &given->hash, &given->exclude, "hash and exclude");
	/* the first one that names a column counts */
	read_list(host, c, rows, "mask", &given->mask);
	read_list(host, c, rows, "hash", &given->hash);
	read_list(host, c, rows, "exclude", &given->exclude);
	read_list(host, c, rows, "include", &given->include);
	if (given->insert_values.integer)
		add_argument(host, c, "inserts", "", 0);
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "ittITTbTb");
		bool in_key = cells[C_KEY].kind != DBC_NULL;
		const char *treatment = treatment_of(given, cells[C_NAME].text, in_key);
		dbc_json_node *column = dbc_json_object(host);

		if (cells[C_NUMBER].integer > c->last)
			c->last = cells[C_NUMBER].integer;
		/* for when the primary key is dropped */
		if (in_key)
			add_argument(host, c, "key", cells[C_NAME].text,
						 cells[C_NUMBER].integer);
		if (!treatment)
		{
			c->is_whole = false;
			continue;
		}
		DBC_PUT_INT(column, n, cells[C_NUMBER].integer);
		if (cells[C_VERSION].text)
			DBC_PUT_TEXT(column, v, cells[C_VERSION].text);
		if (in_key)
			DBC_PUT_INT(column, key, cells[C_KEY].integer);
		DBC_PUT_TEXT(column, name, cells[C_NAME].text);
		DBC_PUT_TEXT(column, type, cells[C_TYPE].text);
		if (!dbc_same(treatment, "plain"))
			DBC_PUT_TEXT(column, treat, treatment);
		if (cells[C_LABELS].text)
		{
			dbc_value labels = dbc_json(cells[C_LABELS].text);

			DBC_PUT_VALUE(column, labels, &labels);
		}
		dbc_json_push(c->columns, column);
	}
}

/* ---- triggers ---- */

/* Runs statements that a query has returned. */
static void
run_statements(dbc_host *host, call *c, const dbc_rows *rows)
{
	for (int i = 0; i < rows->nrows; i++)
	{
		const char *statement = dbc_get_text(host, rows, i, 0);

		if (c->dry_run)
		{
			dbc_json_push_text(c->statements, statement);
			dbc_query_text(host, statement);
		}
		else
			dbc_run_later(host, c->table->shown, statement);
	}
}

/* The number of the columns in audit_shape.  They are stored with the highest
 * number, which tells that a column is newer than an entry.  [SQLite] No number
 * tells that of a column that is not logged; and before are the same columns
 * without the highest number, for entries of rows that may have more columns
 * than the triggers know. */
static int64_t
shape_id(dbc_host *host, const call *c)
{
	dbc_value columns = dbc_text(dbc_json_text(c->columns));
	bool numbers_last = host->traits->lasting_numbers;
	dbc_value stored = columns;
	const dbc_rows *rows;

	if (c->is_whole || numbers_last)
		stored = dbc_text(dbc_format(host, "[{\"last\": %lld, %s",
									 (long long) c->last,
									 columns.text + strlen("[{")));
	rows = dbc_query(host, "audit/last_shape", dbc_int(c->logged.id), stored);
	if (rows->nrows == 0 && c->is_whole && !numbers_last)
		dbc_query(host, "audit/add_shape", dbc_int(c->logged.id), columns);
	if (rows->nrows == 0)
		rows =
			dbc_query(host, "audit/add_shape", dbc_int(c->logged.id), stored);
	return dbc_get_int(host, rows, 0, 0);
}

/* Begins an attempt. */
static void
begin(dbc_host *host, call *c)
{
	c->columns = dbc_json_array(host);
	c->is_whole = true;
	c->arguments = dbc_json_array(host);
	c->statements = dbc_json_array(host);
	dbc_lock(host, dbc_schema_lock_timeout(host));
	dbc_run_waiting(host, c->table->shown);
}

/* Logs that changes of a table, others or none are logged from now on, with its
 * row of audited_table. */
static void
log_state(dbc_host *host, const call *c)
{
	dbc_json_node *details = dbc_json_object(host);
	dbc_value options = dbc_json(c->options);

	if (c->options)
		DBC_PUT_VALUE(details, options, &options);
	DBC_PUT_CELL(details, state,
				 dbc_query(host, "audit/table_states", dbc_int(c->logged.id)),
				 0, 1);
	dbc_log_protection(host, c->table, NULL, details);
}

/* Records the table, and creates its triggers anew. */
static void
enable(dbc_host *host, void *arg)
{
	call *c = arg;
	dbc_value actor = dbc_text(dbc_actor(host, dbc_read_settings(host)));
	const dbc_rows *rows;
	int64_t number;
	int64_t shape;

	begin(host, c);
	dbc_need_tables(host);
	dbc_require_table_owner(host, c->table);
	number = dbc_know_table(host, c->table);
	c->logged = dbc_audit_find(host, c->table);
	if (c->logged.problem)
		dbc_fail(host, DBC_NOT_READY, NULL, NULL,
				 "changes of table %s cannot be logged: %s", c->table->shown,
				 c->logged.problem);
	read_columns(host, c);
	rows = dbc_query(host, c->logged.id ? "audit/set_table" : "audit/add_table",
					 dbc_text(c->table->shown), dbc_text(c->mode),
					 dbc_text(c->options), actor, dbc_int(c->logged.id),
					 dbc_int(number));
	c->logged.id = dbc_get_int(host, rows, 0, 0);
	shape = shape_id(host, c);
	if (c->given->hash.given)
		dbc_query(host, "audit/add_key");
	run_statements(host, c,
				   dbc_query(host, "audit/drop_triggers",
							 dbc_text(c->table->schema),
							 dbc_text(c->table->name)));
	run_statements(host, c,
				   dbc_query(host, "audit/triggers", dbc_text(c->table->schema),
							 dbc_text(c->table->name), dbc_int(c->logged.id),
							 dbc_text(dbc_json_text(c->arguments)),
							 dbc_text(dbc_json_text(c->columns)),
							 dbc_int(shape), dbc_text(c->mode),
							 dbc_bool(c->given->always.integer),
							 dbc_bool(c->given->insert_values.integer)));
	if (dbc_find_sql(host, "audit/mark_triggers"))
		dbc_query(host, "audit/mark_triggers", dbc_text(c->table->schema),
				  dbc_text(c->table->name), dbc_int(c->logged.id));
	log_state(host, c);
}

/* Drops the triggers of the table. */
static void
disable(dbc_host *host, void *arg)
{
	call *c = arg;

	begin(host, c);
	dbc_require_table_owner(host, c->table);
	run_statements(host, c,
				   dbc_query(host, "audit/drop_triggers",
							 dbc_text(c->table->schema),
							 dbc_text(c->table->name)));
	dbc_query(host, "audit/end_table", dbc_int(c->logged.id),
			  dbc_text(c->table->shown));
	if (dbc_find_sql(host, "audit/note_gap"))
		dbc_query(host, "audit/note_gap", dbc_int(c->logged.id));
	log_state(host, c);
}

static void
emit_result(dbc_host *host, const call *c)
{
	dbc_json_node *result = dbc_json_object(host);
	dbc_row_unfired unfired = {.count = 0};

	DBC_PUT_TEXT(result, table_name, c->table->shown);
	DBC_PUT_TEXT(result, mode, c->mode);
	if (c->given)
		dbc_row_add_unfired(host, &unfired, c->table,
							DBC_ROWS_INSERTED | DBC_ROWS_DELETED |
								DBC_ROWS_UPDATED);
	dbc_row_put_unfired(host, &unfired, result);
	if (c->given)
		DBC_PUT(result, columns, c->columns);
	DBC_PUT_BOOL(result, dry_run, c->dry_run);
	if (c->dry_run)
		DBC_PUT(result, statements, c->statements);
	dbc_json_emit(host, result);
}

/* Runs the change, in a dry run with a rollback. */
static void
run(dbc_host *host, call *c, void (*change)(dbc_host *, void *))
{
	int64_t retries = dbc_setting_int(host, dbc_read_settings(host),
									  DBC_SETTING_lock_retries);
	dbc_error error;

	if (c->given)
		retries = dbc_option_or(&c->given->lock_retries, retries);
	if (!dbc_guard_retrying(host, change, c, c->dry_run ? DBC_UNDO : DBC_KEEP,
							retries, &error))
		dbc_rethrow(host, &error);
	emit_result(host, c);
}

/* The mode of a call: the options', or the engine's. */
static const char *
mode_of(dbc_host *host, const dbaudit_enable_options *given)
{
	const dbc_rows *rows =
		dbc_query(host, "audit/mode",
				  given->mode.given ? dbc_text(given->mode.text) : dbc_null());
	const char *mode = dbc_get_text_or_null(host, rows, 0, 0);

	if (!mode)
		dbc_fail(host, DBC_UNSUPPORTED,
				 dbc_format(host, "On %s triggers always run code of dbcare.",
							host->engine_title),
				 "Leave out mode, or set it to strict.",
				 "mode portable is for SQLite");
	if (given->hash.given && dbc_same(mode, "portable"))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Set mode to strict, or mask the columns.",
				 "columns cannot be hashed in mode portable");
	return mode;
}

/* dbaudit_enable(relation, options) */
DBC_RUN(dbaudit_enable)
{
	const dbaudit_enable_options *given =
		dbc_read_options(host, &args->options, dbaudit_enable_options);
	call c = {.table = dbc_check_user_table(host, &args->relation),
			  .given = given,
			  .options =
				  args->options.kind == DBC_NULL ? "{}" : args->options.text,
			  .mode = mode_of(host, given),
			  .dry_run = given->dry_run.integer};

	run(host, &c, enable);
}

/* dbaudit_disable(relation) */
DBC_RUN(dbaudit_disable)
{
	call c = {.table = dbc_check_user_table(host, &args->relation)};

	c.logged = dbc_audit_find(host, c.table);
	if (!c.logged.enabled)
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL, NULL,
				 "changes of table %s are not logged", c.table->shown);
	run(host, &c, disable);
}
