/*
 * data.c
 *	  Statements that change rows.
 */
#include "sqlite_ext/lint/analysis.h"

/* Skips "OR action". */
static void
skip_conflict(dbcsl_ddl_reader *r)
{
	if (dbcsl_ddl_accept_word(r, "or"))
		dbcsl_ddl_advance(r);
}

/* Whether a word occurs outside parentheses before the end. */
static bool
has_word(const dbcsl_ddl_reader *r, const char *word)
{
	dbcsl_token token = r->token;
	int depth = 0;

	for (; token.kind != DBCSL_END; token = dbcsl_next_token(&token))
	{
		if (token.kind == DBCSL_OTHER)
			depth += (token.text[0] == '(') - (token.text[0] == ')');
		if (depth == 0 && dbcsl_is_word(&token, word))
			return true;
	}
	return false;
}

/* Records that the script sets AUTOINCREMENT's counters. */
static void
record_sequences(dbcsl_lint_analyzer *lint, const dbc_lint_operation *operation)
{
	if (sqlite3_stricmp(operation->object->name, "sqlite_sequence") == 0)
		lint->past->sets_sequences = true;
}

/* Reads INSERT or REPLACE. */
void
dbcsl_lint_analyze_insert(dbcsl_lint_analyzer *lint)
{
	dbcsl_ddl_reader *r = &lint->r;
	dbcsl_lint_qualified_name name;
	dbc_lint_operation *operation;

	dbcsl_ddl_advance(r);
	skip_conflict(r);
	dbcsl_ddl_expect_word(r, "into");
	name = dbcsl_lint_read_qualified_name(r);
	if (r->refused)
		return;
	operation = dbcsl_lint_add_operation(
		lint, DBC_V_INSERT, dbcsl_lint_find_object(lint, "table", name));
	if (has_word(r, "select"))
	{
		operation->flags |= DBC_OP_FROM_QUERY;
		dbcsl_lint_record_copy(lint);
	}
	operation->object->may_grow = true;
	record_sequences(lint, operation);
	dbcsl_lint_analyze_copy(lint, operation->object);
}

/* Reads UPDATE. */
void
dbcsl_lint_analyze_update(dbcsl_lint_analyzer *lint)
{
	dbcsl_ddl_reader *r = &lint->r;
	dbcsl_lint_qualified_name name;
	dbc_lint_operation *operation;

	dbcsl_ddl_advance(r);
	skip_conflict(r);
	name = dbcsl_lint_read_qualified_name(r);
	if (r->refused)
		return;
	operation = dbcsl_lint_add_operation(
		lint, DBC_V_UPDATE, dbcsl_lint_find_object(lint, "table", name));
	if (!has_word(r, "where"))
		operation->flags |= DBC_OP_NO_WHERE;
	record_sequences(lint, operation);
}

/* Reads DELETE. */
void
dbcsl_lint_analyze_delete(dbcsl_lint_analyzer *lint)
{
	dbcsl_ddl_reader *r = &lint->r;
	dbcsl_lint_qualified_name name;
	dbc_lint_operation *operation;

	dbcsl_ddl_advance(r);
	dbcsl_ddl_expect_word(r, "from");
	name = dbcsl_lint_read_qualified_name(r);
	if (r->refused)
		return;
	operation = dbcsl_lint_add_operation(
		lint, DBC_V_DELETE, dbcsl_lint_find_object(lint, "table", name));
	if (!has_word(r, "where"))
		operation->flags |= DBC_OP_NO_WHERE;
}
