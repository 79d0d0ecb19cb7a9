/*
 * column.c
 *	  Rules of dbmigrate_lint about columns.
 */
#include "common/lint/rewrite.h"

/* Reports a new NOT NULL column that gets no value. */
static void
check_required(dbc_lint *lint, const dbc_lint_operation *operation)
{
	const dbc_lint_object *table = operation->object;
	bool known = table->measured && !table->may_grow;
	const char *advice =
		"Give the column a default; or add it without NOT NULL, fill it in all "
		"rows, and make it NOT NULL with dbmigrate_rebuild().";
	dbc_lint_severity severity;

	if (dbc_lint_has_flag(operation, DBC_OP_DEFAULT | DBC_OP_IDENTITY |
										 DBC_OP_SERIAL | DBC_OP_STORED |
										 DBC_OP_VIRTUAL) ||
		!dbc_lint_has_flag(operation, DBC_OP_NOT_NULL | DBC_OP_PRIMARY) ||
		!dbc_lint_rate_by_size(lint, DBC_RULE_add_required_column, table,
							   &severity))
		return;
	if (lint->engine == DBC_ON_POSTGRESQL || operation->alters_null)
		advice = dbc_format(
			lint->host,
			"-- migration 1; then fill the column in all rows\n"
			"ALTER TABLE %s ADD COLUMN %s %s;\n"
			"%s",
			table->shown, dbc_lint_quote(lint, operation->column),
			operation->type ? operation->type : "...",
			operation->alters_null
				? dbc_format(lint->host,
							 "-- migration 2\n"
							 "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL;",
							 table->shown,
							 dbc_lint_quote(lint, operation->column))
				: dbc_lint_rewrite_not_null(lint, table, operation->column, 2));
	dbc_lint_report_as(
		lint, DBC_RULE_add_required_column,
		known ? DBC_LINT_ERROR : DBC_LINT_WARNING, advice,
		"column %s cannot be added to %s%s: it is NOT NULL and has no default",
		dbc_lint_quote(lint, operation->column),
		dbc_lint_sized_name(lint, table), known ? "" : " if it has rows");
}

/* Why the values of a new column differ between rows, or NULL. */
static const char *
volatility(const dbc_lint_operation *operation)
{
	if (dbc_lint_has_flag(operation, DBC_OP_SERIAL))
		return "its sequence";
	if (dbc_lint_has_flag(operation, DBC_OP_IDENTITY))
		return "its identity";
	if (dbc_lint_has_flag(operation, DBC_OP_STORED))
		return "its stored expression";
	return "its default";
}

/* Reports a new column whose value must be written into every row. */
static void
check_written(dbc_lint *lint, const dbc_lint_operation *operation)
{
	const dbc_lint_object *table = operation->object;
	dbc_lint_severity severity;
	const char *sql;

	if (!dbc_lint_has_flag(operation, DBC_OP_VOLATILE | DBC_OP_STORED |
										  DBC_OP_SERIAL | DBC_OP_IDENTITY) ||
		!dbc_lint_rate_by_size(lint, DBC_RULE_add_column_volatile_default,
							   table, &severity))
		return;
	sql = dbc_lint_rewrite_add_column(lint, operation);
	dbc_lint_report_as(lint, DBC_RULE_add_column_volatile_default, severity,
					   sql ? sql
						   : "Add a plain column, backfill it in batches, and "
							 "let a trigger or the application fill new rows.",
					   "new column %s rewrites all of %s under an ACCESS "
					   "EXCLUSIVE lock: %s differs from row to row",
					   dbc_lint_quote(lint, operation->column),
					   dbc_lint_sized_name(lint, table), volatility(operation));
}

/* Reports a change of type.  If the old type is unknown, the change may need no
 * rewrite. */
static void
check_type_change(dbc_lint *lint, const dbc_lint_operation *operation)
{
	const dbc_lint_object *table = operation->object;
	dbc_lint_severity severity;

	if (dbc_lint_has_flag(operation, DBC_OP_NO_REWRITE) ||
		!dbc_lint_rate_by_size(lint, DBC_RULE_change_type, table, &severity))
		return;
	if (!operation->old_type && severity > DBC_LINT_WARNING)
		severity = DBC_LINT_WARNING;
	dbc_lint_report_as(
		lint, DBC_RULE_change_type, severity,
		operation->type ? dbc_lint_rewrite_change_type(lint, operation) : NULL,
		"column %s changes to %s, which %s all of %s and its indexes under an "
		"ACCESS EXCLUSIVE lock",
		dbc_lint_quote(lint, operation->column),
		operation->type ? operation->type : "another type",
		operation->old_type ? "rewrites" : "may rewrite",
		dbc_lint_sized_name(lint, table));
}

/* Reports SET NOT NULL and DROP NOT NULL. */
static void
check_null(dbc_lint *lint, const dbc_lint_operation *operation)
{
	const dbc_lint_object *table = operation->object;
	const char *column = dbc_lint_quote(lint, operation->column);
	dbc_lint_severity severity;

	if (operation->verb == DBC_V_SET_NOT_NULL &&
		!dbc_lint_has_flag(operation, DBC_OP_IMPLIED) &&
		dbc_lint_rate_by_size(lint, DBC_RULE_set_not_null, table, &severity))
		dbc_lint_report_as(
			lint, DBC_RULE_set_not_null, severity,
			dbc_lint_rewrite_not_null(lint, table, operation->column, 1),
			"SET NOT NULL on column %s blocks reads and writes of %s until all "
			"rows are checked",
			column, dbc_lint_sized_name(lint, table));
	if (operation->verb == DBC_V_DROP_NOT_NULL &&
		dbc_lint_rate_break(lint, DBC_RULE_drop_not_null, table, &severity))
		dbc_lint_report_as(
			lint, DBC_RULE_drop_not_null, severity,
			"Check that every query that reads the column handles null.",
			"column %s of %s becomes nullable", column, table->shown);
}

/* Reports a change of a column that another server has, too. */
static void
check_foreign(dbc_lint *lint, const dbc_lint_operation *operation)
{
	const dbc_lint_object *table = operation->object;
	const char *column = dbc_lint_quote(lint, operation->column);

	if (!table->foreign || dbc_lint_has_flag(operation, DBC_OP_INITIAL))
		return;
	dbc_lint_report(
		lint, DBC_RULE_foreign_partition,
		dbc_format(lint->host,
				   "Change column %s on the server of %s, too: before it is "
				   "added here, after it is dropped here.",
				   column, table->foreign),
		"the change of column %s of %s does not reach the table behind %s",
		column, table->shown, table->foreign);
}

/* ---- advice about types ---- */

/* Reports a type for which a better one exists. */
static void
report_better_type(dbc_lint *lint, dbc_lint_rule_id rule,
				   const dbc_lint_operation *operation, const char *better)
{
	dbc_lint_report(lint, rule, better, "column %s of %s has the type %s",
					dbc_lint_quote(lint, operation->column),
					operation->object->shown, operation->type);
}

static bool
has_type(const dbc_lint_operation *operation, const char *type)
{
	return dbc_same(operation->type, type);
}

/* Whether a column is a key on its own. */
static bool
is_key(const dbc_lint *lint, const dbc_lint_operation *operation)
{
	const dbc_lint_operation *key;

	if (dbc_lint_has_flag(operation, DBC_OP_PRIMARY))
		return true;
	key = dbc_lint_find_operation(lint, lint->statement, lint->statement + 1,
								  DBC_VERB(ADD_PRIMARY_KEY), operation->object,
								  NULL);
	return key && key->columns && key->columns[0] && !key->columns[1] &&
		   dbc_same(key->columns[0], operation->column);
}

static void
check_type(dbc_lint *lint, const dbc_lint_operation *operation)
{
	bool narrow = has_type(operation, "smallint");

	if ((narrow || has_type(operation, "integer")) && is_key(lint, operation) &&
		!dbc_lint_has_flag(operation, DBC_OP_REFERENCES))
		report_better_type(lint, DBC_RULE_int_pk, operation, "Use bigint.");
	if (narrow)
		report_better_type(lint, DBC_RULE_smallint, operation,
						   "Use integer or bigint.");
	if (dbc_lint_has_flag(operation, DBC_OP_SERIAL))
		dbc_lint_report(
			lint, DBC_RULE_serial, "Use GENERATED BY DEFAULT AS IDENTITY.",
			"column %s of %s is serial",
			dbc_lint_quote(lint, operation->column), operation->object->shown);
	if (has_type(operation, "character") ||
		dbc_starts_with(operation->type, "character("))
		report_better_type(lint, DBC_RULE_char_type, operation, "Use text.");
	if (dbc_starts_with(operation->type, "character varying("))
		report_better_type(
			lint, DBC_RULE_varchar_type, operation,
			"Use text, with a CHECK of the length if it matters.");
	if (dbc_starts_with(operation->type, "timestamp") &&
		!dbc_ends_with(operation->type, "with time zone"))
		report_better_type(lint, DBC_RULE_timestamp_without_time_zone,
						   operation, "Use timestamp with time zone.");
	if (has_type(operation, "json"))
		report_better_type(lint, DBC_RULE_json_type, operation, "Use jsonb.");
}

void
dbc_lint_check_column(dbc_lint *lint, const dbc_lint_operation *operation,
					  void **state)
{
	(void) state;
	/* constraints of a domain have no column */
	if (!operation || !operation->object || !operation->column)
		return;
	switch (operation->verb)
	{
		case DBC_V_ADD_COLUMN:
			check_foreign(lint, operation);
			if (!dbc_lint_has_flag(operation, DBC_OP_INITIAL))
			{
				check_required(lint, operation);
				check_written(lint, operation);
			}
			if (operation->type)
				check_type(lint, operation);
			break;
		case DBC_V_DROP_COLUMN:
		case DBC_V_RENAME_COLUMN:
			check_foreign(lint, operation);
			break;
		case DBC_V_CHANGE_TYPE:
			check_foreign(lint, operation);
			check_type_change(lint, operation);
			if (operation->type)
				check_type(lint, operation);
			break;
		case DBC_V_SET_NOT_NULL:
		case DBC_V_DROP_NOT_NULL:
			check_null(lint, operation);
			break;
		default:
			break;
	}
}
