/*
 * data.c
 *	  Rules of dbmigrate_lint about rows and values.
 */
#include "common/lint/rewrite.h"

#include <string.h>

#include "common/core/sql_scan.h"

/* Operations that alter a table. */
#define CHANGES                                                               \
	(DBC_VERB(ADD_COLUMN) | DBC_VERB(DROP_COLUMN) | DBC_VERB(RENAME_COLUMN) | \
	 DBC_VERB(CHANGE_TYPE) | DBC_VERB(SET_NOT_NULL) | DBC_VERB(SET_DEFAULT) | \
	 DBC_VERB(ADD_CHECK) | DBC_VERB(ADD_UNIQUE) | DBC_VERB(ADD_PRIMARY_KEY) | \
	 DBC_VERB(ADD_FOREIGN_KEY) | DBC_VERB(DROP_CONSTRAINT) |                  \
	 DBC_VERB(CREATE_INDEX) | DBC_VERB(RENAME))

/* Whether an operation affects all rows. */
static bool
affects_all_rows(const dbc_lint_operation *operation)
{
	return (dbc_lint_has_flag(operation, DBC_OP_NO_WHERE)) != 0;
}

/* Whether the transaction of the current statement also alters the table. */
static bool
alters_table(const dbc_lint *lint, const dbc_lint_object *table)
{
	return dbc_lint_is_in_transaction(lint) &&
		   dbc_lint_find_operation(lint, 0, lint->script->nstatements, CHANGES,
								   table, NULL) != NULL;
}

/* Whether the current statement is a single UPDATE, as dbmigrate_backfill()
 * needs. */
static bool
is_plain_update(const dbc_lint *lint, const dbc_lint_operation *operation)
{
	return operation->verb == DBC_V_UPDATE &&
		   dbc_lint_is_single_operation(lint) &&
		   dbc_starts_with_nocase(dbc_lint_statement_text(lint), "update");
}

/* Reports rows that are changed while ALTER TABLE holds its lock. */
static void
check_backfill(dbc_lint *lint, const dbc_lint_operation *operation)
{
	const dbc_lint_object *table = operation->object;
	dbc_lint_severity severity;

	if (!dbc_lint_rate_by_size(lint, DBC_RULE_backfill_in_ddl_txn, table,
							   &severity))
		return;
	/* may be a single row */
	if (severity == DBC_LINT_ERROR &&
		(!affects_all_rows(operation) || !table->measured))
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

/* Reports UPDATE and DELETE. */
static void
check_rows(dbc_lint *lint, const dbc_lint_operation *operation)
{
	const dbc_lint_object *table = operation->object;
	dbc_lint_severity severity;

	if (alters_table(lint, table))
		check_backfill(lint, operation);
	else if (affects_all_rows(operation) &&
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

/* Reports CREATE TABLE AS. */
static void
check_table_as(dbc_lint *lint, const dbc_lint_operation *operation)
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

/* Whether a statement contains a literal with this text. */
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

/* Whether a statement, counted from 0, adds or renames enum values. */
static bool
changes_enum(const dbc_lint *lint, int statement)
{
	const dbc_lint_analysis *analysis = &lint->analyses[statement];

	return analysis->noperations > 0 &&
		   (analysis->operations[0].verb == DBC_V_ADD_VALUE ||
			analysis->operations[0].verb == DBC_V_RENAME_VALUE);
}

/* Reports a new enum value that a literal of the same transaction uses.
 * PostgreSQL allows this only if the transaction also creates the enum. */
static void
check_use(dbc_lint *lint, const dbc_lint_operation *operation)
{
	const int added = lint->statement;

	if (!dbc_lint_is_in_transaction(lint) ||
		dbc_lint_is_exempt(lint, operation->object))
		return;
	for (int s = added + 1;
		 s < lint->script->nstatements && !dbc_lint_ends_transaction(lint, s);
		 s++)
		if (!changes_enum(lint, s) &&
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

/* Reports a new enum value without a position. */
static void
check_value(dbc_lint *lint, const dbc_lint_operation *operation)
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
		check_rows(lint, operation);
	else if (operation->verb == DBC_V_CREATE)
		check_table_as(lint, operation);
	else if (operation->verb == DBC_V_ADD_VALUE)
	{
		check_use(lint, operation);
		check_value(lint, operation);
	}
}
