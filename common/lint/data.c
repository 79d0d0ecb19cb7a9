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

/* Whether a deed reaches every row there may be. */
static bool
is_of_all(const dbc_deed *deed)
{
	return (dbc_deed_is(deed, DBC_DF_NO_WHERE)) != 0;
}

/* Whether the script also changes what a table is like, in the transaction of
 * the current statement. */
static bool
is_with_change(const dbc_lint *lint, const dbc_subject *table)
{
	return dbc_in_transaction(lint) &&
		   dbc_deed_in(lint, 0, lint->script->nstatements, CHANGES, table,
					   NULL) != NULL;
}

/* Whether a statement is an UPDATE and nothing else, which
 * dbmigrate_backfill() takes. */
static bool
is_plain_update(const dbc_lint *lint, const dbc_deed *deed)
{
	return deed->verb == DBC_V_UPDATE && dbc_is_single(lint) &&
		   dbc_starts_with_nocase(dbc_statement_text(lint), "update");
}

/* Rows that are changed while the table is locked for its own change. */
static void
judge_backfill(dbc_lint *lint, const dbc_deed *deed)
{
	const dbc_subject *table = deed->subject;
	dbc_weight weight;

	if (!dbc_weigh(lint, DBC_RULE_backfill_in_ddl_txn, table, &weight))
		return;
	/* it may be one row */
	if (weight == DBC_W_ERROR && (!is_of_all(deed) || !table->measured))
		weight = DBC_W_WARNING;
	dbc_find_weighed(
		lint, DBC_RULE_backfill_in_ddl_txn, weight,
		is_plain_update(lint, deed)
			? dbc_format(lint->host,
						 "-- after this migration, not inside it\n%s",
						 dbc_recipe_backfill(lint, table, NULL,
											 dbc_statement_text(lint)))
			: "Give the rows a migration of their own, in small pieces.",
		"%s of %s runs in the transaction that changes the table, and keeps "
		"it locked meanwhile",
		deed->command, dbc_sized(lint, table));
}

/* UPDATE and DELETE. */
static void
judge_rows(dbc_lint *lint, const dbc_deed *deed)
{
	const dbc_subject *table = deed->subject;
	dbc_weight weight;

	if (is_with_change(lint, table))
		judge_backfill(lint, deed);
	else if (is_of_all(deed) &&
			 dbc_weigh(lint, DBC_RULE_update_no_where, table, &weight))
		dbc_find_weighed(lint, DBC_RULE_update_no_where, weight,
						 is_plain_update(lint, deed)
							 ? dbc_recipe_backfill(lint, table, NULL,
												   dbc_statement_text(lint))
							 : "Say which rows, with WHERE.",
						 deed->verb == DBC_V_UPDATE
							 ? "UPDATE changes all rows of %s"
							 : "DELETE removes all rows of %s",
						 dbc_sized(lint, table));
}

/* A table that is made of rows. */
static void
judge_table_as(dbc_lint *lint, const dbc_deed *deed)
{
	if (dbc_deed_is(deed, DBC_DF_FROM_QUERY) && !deed->subject->temporary &&
		dbc_same(deed->subject->type, "table"))
		dbc_find(lint, DBC_RULE_create_table_as,
				 "Make the table with its columns and constraints, then "
				 "INSERT ... SELECT.",
				 "table %s gets no keys, constraints or defaults from the "
				 "query it is made of",
				 deed->subject->shown);
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
	const dbc_reading *reading = &lint->readings[statement];

	return reading->ndeeds > 0 &&
		   (reading->deeds[0].verb == DBC_V_ADD_VALUE ||
			reading->deeds[0].verb == DBC_V_RENAME_VALUE);
}

/* A value of an enum that is used before it can be: a literal like it, in the
 * same transaction.  That of a new enum can be used at once. */
static void
judge_use(dbc_lint *lint, const dbc_deed *deed)
{
	const int added = lint->statement;
	int s;

	if (!dbc_in_transaction(lint) || dbc_is_exempt(lint, deed->subject))
		return;
	for (s = added + 1; s < lint->script->nstatements && !dbc_ends(lint, s);
		 s++)
		if (!is_of_values(lint, s) &&
			has_literal(lint, lint->script->statements[s].text, deed->name))
		{
			lint->statement = s;
			dbc_find(lint, DBC_RULE_enum_add_value_txn,
					 "Add the value in a migration of its own, before this "
					 "one.",
					 "value \"%s\" of type %s cannot be used in the "
					 "transaction that adds it",
					 deed->name, deed->subject->shown);
			lint->statement = added;
			return;
		}
}

/* A value of an enum that sorts last. */
static void
judge_value(dbc_lint *lint, const dbc_deed *deed)
{
	if (!(dbc_deed_is(deed, DBC_DF_PLACED)))
		dbc_find(lint, DBC_RULE_enum_order, "Say BEFORE or AFTER which value.",
				 "value \"%s\" becomes the last one of type %s", deed->name,
				 deed->subject->shown);
}

void
dbc_lint_data(dbc_lint *lint, const dbc_deed *deed, void **state)
{
	(void) state;
	if (!deed || !deed->subject)
		return;
	if (deed->verb == DBC_V_UPDATE || deed->verb == DBC_V_DELETE)
		judge_rows(lint, deed);
	else if (deed->verb == DBC_V_CREATE)
		judge_table_as(lint, deed);
	else if (deed->verb == DBC_V_ADD_VALUE)
	{
		judge_use(lint, deed);
		judge_value(lint, deed);
	}
}
