/*
 * data.c
 *	  Rules of dbmigrate_lint about rows and values.
 */
#include "common/lint/rewrite.h"

#include <string.h>

#include "common/core/sql_scan.h"

/* What makes a table other than it was. */
#define CHANGES                                                               \
	(DBC_VERB(ADD_COLUMN) | DBC_VERB(DROP_COLUMN) | DBC_VERB(RENAME_COLUMN) | \
	 DBC_VERB(CHANGE_TYPE) | DBC_VERB(SET_NOT_NULL) | DBC_VERB(SET_DEFAULT) | \
	 DBC_VERB(ADD_CHECK) | DBC_VERB(ADD_UNIQUE) | DBC_VERB(ADD_PRIMARY_KEY) | \
	 DBC_VERB(ADD_FOREIGN_KEY) | DBC_VERB(DROP_CONSTRAINT) |                  \
	 DBC_VERB(CREATE_INDEX) | DBC_VERB(RENAME))

/* Whether an operation reaches every row there may be. */
static bool
is_of_all(const dbc_lint_operation *operation)
{
	return (dbc_lint_has_flag(operation, DBC_OP_NO_WHERE)) != 0;
}

/* Whether the script also changes what a table is like, in the transaction of
 * the current statement. */
static bool
is_with_change(const dbc_lint *lint, const dbc_lint_object *table)
{
	return dbc_lint_is_in_transaction(lint) &&
		   dbc_lint_find_operation(lint, 0, lint->script->nstatements, CHANGES,
								   table, NULL) != NULL;
}

/* Whether a statement is an UPDATE and nothing else, which
 * dbmigrate_backfill() takes. */
static bool
is_plain_update(const dbc_lint *lint, const dbc_lint_operation *operation)
{
	return operation->verb == DBC_V_UPDATE &&
		   dbc_lint_is_single_operation(lint) &&
		   dbc_starts_with_nocase(dbc_lint_statement_text(lint), "update");
}

/* Rows that are changed while the table is locked for its own change. */
static void
judge_backfill(dbc_lint *lint, const dbc_lint_operation *operation)
{
	const dbc_lint_object *table = operation->object;
	dbc_lint_severity severity;

	if (!dbc_lint_rate_by_size(lint, DBC_RULE_backfill_in_ddl_txn, table,
							   &severity))
		return;
	/* it may be one row */
	if (severity == DBC_LINT_ERROR &&
		(!is_of_all(operation) || !table->measured))
		severity = DBC_LINT_WARNING;
	dbc_lint_report_as(
		lint, DBC_RULE_backfill_in_ddl_txn, severity,
		is_plain_update(lint, operation)
			? dbc_format(lint->host,
						 "-- after this migration, not inside it\n%s",
						 dbc_lint_rewrite_backfill(
							 lint, table, NULL, dbc_lint_statement_text(lint)))
			: "Change the rows in a separate migration, in batches.",
		"%s of %s runs in the same transaction as the schema change and "
		"prolongs its lock",
		operation->command, dbc_lint_sized_name(lint, table));
}

/* UPDATE and DELETE. */
static void
judge_rows(dbc_lint *lint, const dbc_lint_operation *operation)
{
	const dbc_lint_object *table = operation->object;
	dbc_lint_severity severity;

	if (is_with_change(lint, table))
		judge_backfill(lint, operation);
	else if (is_of_all(operation) &&
			 dbc_lint_rate_by_size(lint, DBC_RULE_update_no_where, table,
								   &severity))
		dbc_lint_report_as(
			lint, DBC_RULE_update_no_where, severity,
			is_plain_update(lint, operation)
				? dbc_lint_rewrite_backfill(lint, table, NULL,
											dbc_lint_statement_text(lint))
				: "Add a WHERE clause.",
			operation->verb == DBC_V_UPDATE ? "UPDATE changes all rows of %s"
											: "DELETE removes all rows of %s",
			dbc_lint_sized_name(lint, table));
}

/* A table that is made of rows. */
static void
judge_table_as(dbc_lint *lint, const dbc_lint_operation *operation)
{
	if (dbc_lint_has_flag(operation, DBC_OP_FROM_QUERY) &&
		!operation->object->temporary &&
		dbc_same(operation->object->type, "table"))
		dbc_lint_report(
			lint, DBC_RULE_create_table_as,
			"Create the table with its columns and constraints, then fill it "
			"with INSERT ... SELECT.",
			"table %s gets no keys, constraints or defaults from its query",
			operation->object->shown);
}

/* Whether a statement has a literal of some text. */
static bool
has_literal(const dbc_lint *lint, const char *sql, const char *text)
{
	size_t length = strlen(text);
	dbc_lexeme lexeme = dbc_scan_sql(sql, lint->engine);

	for (; lexeme.kind != DBC_LEX_END;
		 lexeme = dbc_scan_sql(lexeme.text + lexeme.length, lint->engine))
		if (lexeme.kind == DBC_LEX_TEXT && lexeme.length == length + 2 &&
			strncmp(lexeme.text + 1, text, length) == 0)
			return true;
	return false;
}

/* Whether a statement, from 0, is about values of enums itself. */
static bool
is_of_values(const dbc_lint *lint, int statement)
{
	const dbc_lint_analysis *analysis = &lint->analyses[statement];

	return analysis->noperations > 0 &&
		   (analysis->operations[0].verb == DBC_V_ADD_VALUE ||
			analysis->operations[0].verb == DBC_V_RENAME_VALUE);
}

/* A value of an enum that is used before it can be: a literal like it, in the
 * same transaction.  That of a new enum can be used at once. */
static void
judge_use(dbc_lint *lint, const dbc_lint_operation *operation)
{
	const int added = lint->statement;
	int s;

	if (!dbc_lint_is_in_transaction(lint) ||
		dbc_lint_is_exempt(lint, operation->object))
		return;
	for (s = added + 1;
		 s < lint->script->nstatements && !dbc_lint_ends_transaction(lint, s);
		 s++)
		if (!is_of_values(lint, s) &&
			has_literal(lint, lint->script->statements[s].text,
						operation->name))
		{
			lint->statement = s;
			dbc_lint_report(
				lint, DBC_RULE_enum_add_value_txn,
				"Add the value in a separate migration before this one.",
				"value \"%s\" of type %s cannot be used in the "
				"transaction that adds it",
				operation->name, operation->object->shown);
			lint->statement = added;
			return;
		}
}

/* A value of an enum that sorts last. */
static void
judge_value(dbc_lint *lint, const dbc_lint_operation *operation)
{
	if (!(dbc_lint_has_flag(operation, DBC_OP_PLACED)))
		dbc_lint_report(lint, DBC_RULE_enum_order,
						"Place the value with BEFORE or AFTER.",
						"value \"%s\" becomes the last value of type %s",
						operation->name, operation->object->shown);
}

void
dbc_lint_check_data(dbc_lint *lint, const dbc_lint_operation *operation,
					void **state)
{
	(void) state;
	if (!operation || !operation->object)
		return;
	if (operation->verb == DBC_V_UPDATE || operation->verb == DBC_V_DELETE)
		judge_rows(lint, operation);
	else if (operation->verb == DBC_V_CREATE)
		judge_table_as(lint, operation);
	else if (operation->verb == DBC_V_ADD_VALUE)
	{
		judge_use(lint, operation);
		judge_value(lint, operation);
	}
}
