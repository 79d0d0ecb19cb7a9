/*
 * policy_rows.c
 *	  What retention policies do to live rows: archive, delete, anonymise.
 */
#include "common/retention/policy.h"

#include <string.h>

#include "common/archive/host.h"
#include "common/archive/packed.h"
#include "common/archive/stays.h"
#include "common/check/check.h"
#include "common/core/json.h"
#include "common/core/tables.h"
#include "common/core/text.h"
#include "common/row/held.h"
#include "common/row/unfired.h"
#include "common/core/names.h"

/* Columns of retention/policy_target.sql. */
enum
{
	T_TARGET,
	T_COLUMNS,
	T_SAME_KEY,
	T_IMAGES,
	T_STATEMENTS,
	T_IS_SAME,
	T_IS_APART,
	T_PROBLEM
};

/* Columns of retention/policy_move.sql. */
enum
{
	M_TAKEN,
	M_COPY,
	M_MISSING,
	M_REMOVE
};

/* Ends SQL text with a newline, in case it ends with a comment. */
static const char *
ended(dbc_host *host, const char *text)
{
	return strstr(text, "--") ? dbc_format(host, "%s\n", text) : text;
}

/* ---- preparing ---- */

/* Fails unless an expression and the condition of the policy are valid. */
static void
try_rule(dbc_host *host, const dbc_policy_rows *rows, const char *expression,
		 const char *assignments)
{
	const dbc_option_value *where = &rows->options->where;
	dbc_check_data_rule rule = {
		.name = "policy",
		.expression = expression,
		.condition = where->given ? ended(host, where->text) : NULL};

	DBC_CALL(host, check, try_rule)(host, rows->table, &rule, assignments);
}

/* Reads what a policy sets columns to. */
static void
read_assignments(dbc_host *host, dbc_policy_rows *rows)
{
	dbc_json_entries columns = dbc_json_read_entries(
		host, rows->options->columns.text, "option \"columns\"");
	dbc_buffer assignments;
	dbc_buffer differs;

	dbc_buffer_init(&assignments, host);
	dbc_buffer_init(&differs, host);
	for (int i = 0; i < columns.count; i++)
	{
		const dbc_json_entry *entry = &columns.list[i];
		const char *column = dbc_quote(host, entry->key);
		const char *value;

		if (entry->kind != DBC_I_STRING && entry->kind != DBC_I_NULL)
			dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
					 "Write SQL as a string: {\"name\": \"'anonymous'\"}; or "
					 "null.",
					 "column \"%s\" of option \"columns\" is not an expression",
					 entry->key);
		value = entry->text ? ended(host, entry->text) : "null";
		try_rule(host, rows, dbc_format(host, "(%s) is null", value), NULL);
		dbc_append_format(&assignments, "%s%s = (%s)", i > 0 ? ", " : "",
						  column, value);
		/* not IS DISTINCT FROM, which SQLite has since 3.39 */
		dbc_append_format(
			&differs, "%snot coalesce(%s = (%s), %s is null and (%s) is null)",
			i > 0 ? " or " : "", column, value, column, value);
	}
	if (columns.count == 0)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
				 "option \"columns\" is empty");
	rows->assignments = assignments.data;
	rows->differs = differs.data;
}

/* Reads the table that a policy archives rows in. */
static void
read_target(dbc_host *host, dbc_policy_rows *rows)
{
	const char *name = rows->options->to.text;
	const char *schema = NULL;
	const dbc_rows *target;

	if (name && name[0] && DBC_ROOM(host, archive)->split_name)
		name = DBC_ROOM(host, archive)->split_name(host, name, &schema);
	target = dbc_query(
		host, "retention/policy_target", dbc_text(rows->table->schema),
		dbc_text(rows->table->name), dbc_text(name), dbc_text(schema));

	if (!dbc_is_null(host, target, 0, T_PROBLEM))
		dbc_fail(host, DBC_INVALID_PARAMETER,
				 dbc_get_text(host, target, 0, T_PROBLEM), NULL,
				 "option \"to\" cannot be \"%s\"",
				 rows->options->to.given ? rows->options->to.text : "");
	rows->to = dbc_get_text(host, target, 0, T_TARGET);
	rows->columns = dbc_get_text(host, target, 0, T_COLUMNS);
	rows->same_key = dbc_get_text_or_null(host, target, 0, T_SAME_KEY);
	rows->images = dbc_get_text(host, target, 0, T_IMAGES);
	rows->statements = dbc_get_text(host, target, 0, T_STATEMENTS);
	rows->is_apart = dbc_get_bool(host, target, 0, T_IS_APART);
	if (!rows->same_key)
		dbc_fail(host, DBC_WRONG_OBJECT_TYPE, NULL, "Add a primary key.",
				 "table %s has no primary key", rows->table->shown);
	if (dbc_get_bool(host, target, 0, T_IS_SAME))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
				 "rows of table %s cannot be archived in the same table",
				 rows->table->shown);
}

/* Reads where a policy archives rows. */
static void
read_place(dbc_host *host, dbc_policy_rows *rows)
{
	if (rows->options->to_directory.given)
		dbc_archive_packed_prepare(host, rows->table,
								   rows->options->to_directory.text);
	else
		read_target(host, rows);
	if (rows->options->cascade.integer)
		dbc_fail(host, DBC_UNSUPPORTED, NULL,
				 "Archive the children by policies of their tables: rows that "
				 "others refer to stay.",
				 "option \"cascade\" does not go with \"archive_after_days\"");
}

void
dbc_retention_prepare(dbc_host *host, dbc_policy_rows *rows)
{
	const dbarchive_policy_options *given = rows->options;
	const dbc_rows *age =
		dbc_query(host, "archive/policy_age", dbc_text(rows->table->schema),
				  dbc_text(rows->table->name),
				  dbc_text(given->timestamp_column.text), dbc_int(rows->days));
	const char *mode;

	if (age->nrows == 0)
		dbc_fail(host, DBC_UNDEFINED_COLUMN, NULL, NULL,
				 "column \"%s\" of table %s does not exist",
				 given->timestamp_column.text, rows->table->shown);
	rows->age = dbc_get_text_or_null(host, age, 0, 0);
	rows->shown = dbc_get_text(host, age, 0, 1);
	rows->bytes = dbc_get_text(host, age, 0, 2);
	rows->lock = dbc_get_text_or_null(host, age, 0, 3);
	if (!rows->age)
		dbc_fail(host, DBC_WRONG_OBJECT_TYPE, NULL,
				 "Name a column of type date, timestamp or timestamptz.",
				 "column \"%s\" of table %s is not a date or time",
				 given->timestamp_column.text, rows->table->shown);
	mode = dbc_archive_mode(host, rows->table);
	if (rows->action == DBC_POLICY_DELETE && mode && dbc_same(mode, "flag"))
		dbc_fail(host, DBC_UNSUPPORTED, NULL,
				 "Use archive_after_days, or purge_deleted_after_days for the "
				 "rows that are marked.",
				 "option \"delete_after_days\" does not go with mode flag of "
				 "table %s",
				 rows->table->shown);
	dbc_retention_find_partitions(host, rows);
	if (rows->partitions)
		return;
	if (rows->action == DBC_POLICY_ANONYMISE)
		read_assignments(host, rows);
	if (rows->action == DBC_POLICY_ARCHIVE)
		read_place(host, rows);
	try_rule(host, rows, "1 = 1", rows->assignments);
}

void
dbc_retention_lock(dbc_host *host, const dbc_policy_rows *rows)
{
	if (rows->lock)
		dbc_archive_run_sql(host, NULL, rows->lock);
}

void
dbc_retention_make_target(dbc_host *host, const dbc_policy_rows *rows)
{
	dbc_json_entries statements;

	if (!rows->statements)
		return;
	statements = dbc_json_read_entries(host, rows->statements, "statements");
	for (int i = 0; i < statements.count; i++)
		dbc_archive_run_sql(host, NULL, statements.list[i].text);
	if (statements.count > 0 &&
		dbc_starts_with(statements.list[0].text, "create table "))
		dbc_revoke_defaults(host, rows->to);
}

/* ---- running ---- */

const char *
dbc_retention_age(dbc_host *host, const dbc_policy_rows *rows)
{
	const dbc_option_value *where = &rows->options->where;

	return dbc_format(
		host, "%s%s%s%s%s%s%s", rows->age, where->given ? " and (" : "",
		where->given ? ended(host, where->text) : "", where->given ? ")" : "",
		rows->differs ? " and (" : "", rows->differs ? rows->differs : "",
		rows->differs ? ")" : "");
}

const char *
dbc_retention_condition(dbc_host *host, const dbc_policy_rows *rows)
{
	const char *stays;

	if (rows->action == DBC_POLICY_ANONYMISE)
		stays = dbc_row_held(host, rows->table);
	else
		stays =
			dbc_archive_stays(host, rows->table,
							  &(dbc_archive_followers){
								  .cascade = rows->options->cascade.integer});
	return dbc_format(host, "%s and not (%s)", dbc_retention_age(host, rows),
					  stays);
}

/* Fails if the table of the archive does not have rows as they are. */
static void
require_exact(dbc_host *host, const dbc_policy_rows *rows, int64_t missing)
{
	if (missing > 0)
		dbc_fail(host, DBC_NOT_READY, NULL,
				 "Give its columns the types that the table has, and look what "
				 "its triggers do.",
				 "table %s does not hold %lld of the rows as they are",
				 rows->to, (long long) missing);
}

/* How many rows a move is about, and how many of them are not the rows that the
 * table of the archive has under their keys. */
static const dbc_value *
count_taken(dbc_host *host, const dbc_policy_rows *rows,
			const dbc_rows *statements)
{
	return dbc_archive_read_row(
		host, rows->table, dbc_get_text(host, statements, 0, M_TAKEN), "ii");
}

/* Copies rows to the table of the archive; returns their number, or -1 if it was
 * proven here that it holds them as they are: else what removes them proves it. */
static int64_t
copy(dbc_host *host, const dbc_policy_rows *rows, const dbc_rows *statements)
{
	const dbc_value *before = count_taken(host, rows, statements);
	int64_t copied =
		dbc_archive_run_sql(host, rows->table,
							dbc_get_text(host, statements, 0, M_COPY))
			->affected;

	if (copied == before[0].integer && !rows->is_apart)
		return copied;
	require_exact(host, rows,
				  dbc_archive_read_row(
					  host, rows->table,
					  dbc_get_text(host, statements, 0, M_MISSING), "i")[0]
						  .integer -
					  before[1].integer);
	return -1;
}

/* Moves rows to the table of the archive; in_target is the range as a condition
 * of its rows. */
static int64_t
move(dbc_host *host, const dbc_policy_rows *rows, const char *condition,
	 const char *in_target, bool *copied)
{
	const dbc_rows *statements = dbc_query(
		host, "retention/policy_move", dbc_text(rows->table->shown),
		dbc_text(condition), dbc_text(rows->to), dbc_text(rows->columns),
		dbc_text(rows->same_key), dbc_text(rows->images), dbc_text(in_target));
	bool in_one = dbc_is_null(host, statements, 0, M_COPY);
	int64_t unproven = -1;
	const dbc_rows *removed;
	const dbc_value *counts;

	if (!in_one && !*copied)
	{
		unproven = copy(host, rows, statements);
		*copied = rows->is_apart;
		if (*copied)
			return 0;
	}
	*copied = false;
	removed = dbc_archive_run_sql(host, rows->table,
								  dbc_get_text(host, statements, 0, M_REMOVE));
	if (!in_one)
	{
		if (removed->affected < unproven)
			require_exact(host, rows,
						  count_taken(host, rows, statements)[1].integer);
		return removed->affected;
	}
	counts = dbc_get_row(host, removed, 0, "ii");
	require_exact(host, rows, counts[1].integer);
	return counts[0].integer;
}

int64_t
dbc_retention_run(dbc_host *host, const dbc_policy_rows *rows,
				  const char *range, const char *in_target, bool *copied)
{
	/* "is true" keeps planners from reading all old rows by an index, again
	 * for each range */
	const char *condition =
		dbc_format(host, "(%s) and %s", range,
				   dbc_is_true(host, dbc_retention_condition(host, rows)));
	const char *removal = dbc_format(host, "delete from %s where %s",
									 rows->table->shown, condition);

	if (rows->action != DBC_POLICY_ANONYMISE)
		dbc_archive_know_columns(host);
	if (rows->action == DBC_POLICY_ARCHIVE)
		return rows->options->to_directory.given
				   ? dbc_archive_packed_move(
						 host, rows->table, rows->options->to_directory.text,
						 rows->options->name.given ? rows->options->name.text
												   : "default",
						 removal)
				   : move(host, rows, condition, in_target, copied);
	if (rows->action == DBC_POLICY_ANONYMISE)
		return dbc_archive_run_sql(host, rows->table,
								   dbc_format(host, "update %s set %s where %s",
											  rows->table->shown,
											  rows->assignments, condition))
			->affected;
	return dbc_archive_run_sql(host, rows->table, removal)->affected;
}

const char *
dbc_retention_explain_left(dbc_host *host, const dbc_policy_rows *rows,
						   int64_t done)
{
	dbc_row_unfired triggers = {.count = 0};
	int64_t left;

	/* rows whose key the archive has stay on purpose */
	if (rows->action != DBC_POLICY_DELETE)
		return NULL;
	dbc_row_add_unfired(host, &triggers, rows->table, DBC_ROWS_DELETED);
	if (done > 0 && triggers.count == 0)
		return NULL;
	left =
		dbc_archive_read_row(
			host, rows->table,
			dbc_format(host, "select count(*) from %s where %s",
					   rows->table->shown, dbc_retention_condition(host, rows)),
			"i")[0]
			.integer;
	if (left == 0)
		return NULL;
	return dbc_format(host,
					  "%s of table %s that should be deleted %s still there: a "
					  "trigger or a rule keeps or inserts %s",
					  dbc_count_text(host, left, "row"), rows->table->shown,
					  left == 1 ? "is" : "are", left == 1 ? "it" : "them");
}

/* ---- dry run ---- */

void
dbc_retention_preview(dbc_host *host, const dbc_policy_rows *rows,
					  dbc_json_node *result)
{
	const char *condition = dbc_retention_condition(host, rows);
	const dbc_value *all = dbc_archive_read_row(
		host, rows->table,
		dbc_format(host,
				   "select count(*), sum(case when %s then 1 else 0 end) "
				   "from %s where %s",
				   dbc_row_held(host, rows->table), rows->table->shown,
				   dbc_retention_age(host, rows)),
		"iI");
	const dbc_value *some = dbc_archive_read_row(
		host, rows->table,
		dbc_format(host,
				   "select count(*), sum(%s), min(%s), max(%s) "
				   "from %s where %s",
				   rows->bytes, rows->shown, rows->shown, rows->table->shown,
				   condition),
		"iITT");
	int64_t held = all[1].kind == DBC_NULL ? 0 : all[1].integer;
	dbc_json_node *children = dbc_json_object(host);

	DBC_PUT_INT(result, rows, some[0].integer);
	DBC_PUT_INT(result, bytes, some[1].kind == DBC_NULL ? 0 : some[1].integer);
	DBC_PUT_TEXT(result, oldest, some[2].text);
	DBC_PUT_TEXT(result, newest, some[3].text);
	DBC_PUT_INT(result, held, held);
	DBC_PUT_INT(result, referenced, all[0].integer - some[0].integer - held);
	if (rows->action == DBC_POLICY_DELETE && rows->options->cascade.integer)
		dbc_retention_count_children(host, rows->table, condition, children);
	DBC_PUT(result, children, children);
}
