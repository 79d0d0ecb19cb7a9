/*
 * data.c
 *	  What statements do that change rows.
 */
#include "sqlite_ext/lint/analysis.h"

/* Passes over "OR action". */
static void
skip_conflict(dbcsl_reader *r)
{
	if (dbcsl_accept_word(r, "or"))
		dbcsl_advance(r);
}

/* Whether a word comes outside of parentheses before the end. */
static bool
has_word(const dbcsl_reader *r, const char *word)
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

/* Notes that the script sets the numbers AUTOINCREMENT goes on with. */
static void
note_sequences(dbcsl_lint *lint, const dbc_deed *deed)
{
	if (sqlite3_stricmp(deed->subject->name, "sqlite_sequence") == 0)
		lint->past->sets_sequences = true;
}

/* Reads INSERT or REPLACE. */
void
dbcsl_lint_insert(dbcsl_lint *lint)
{
	dbcsl_reader *r = &lint->r;
	dbcsl_name name;
	dbc_deed *deed;

	dbcsl_advance(r);
	skip_conflict(r);
	dbcsl_expect_word(r, "into");
	name = dbcsl_read_qualified(r);
	if (r->refused)
		return;
	deed =
		dbcsl_add_deed(lint, DBC_V_INSERT, dbcsl_subject(lint, "table", name));
	if (has_word(r, "select"))
	{
		deed->flags |= DBC_DF_FROM_QUERY;
		dbcsl_note_copy(lint);
	}
	deed->subject->may_grow = true;
	note_sequences(lint, deed);
	dbcsl_lint_copy(lint, deed->subject);
}

/* Reads UPDATE. */
void
dbcsl_lint_update(dbcsl_lint *lint)
{
	dbcsl_reader *r = &lint->r;
	dbcsl_name name;
	dbc_deed *deed;

	dbcsl_advance(r);
	skip_conflict(r);
	name = dbcsl_read_qualified(r);
	if (r->refused)
		return;
	deed =
		dbcsl_add_deed(lint, DBC_V_UPDATE, dbcsl_subject(lint, "table", name));
	if (!has_word(r, "where"))
		deed->flags |= DBC_DF_NO_WHERE;
	note_sequences(lint, deed);
}

/* Reads DELETE. */
void
dbcsl_lint_delete(dbcsl_lint *lint)
{
	dbcsl_reader *r = &lint->r;
	dbcsl_name name;
	dbc_deed *deed;

	dbcsl_advance(r);
	dbcsl_expect_word(r, "from");
	name = dbcsl_read_qualified(r);
	if (r->refused)
		return;
	deed =
		dbcsl_add_deed(lint, DBC_V_DELETE, dbcsl_subject(lint, "table", name));
	if (!has_word(r, "where"))
		deed->flags |= DBC_DF_NO_WHERE;
}
