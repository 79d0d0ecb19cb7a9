/*
 * statement.c
 *	  Classifying a statement by its first words.
 *
 * lock_level is "write" for a statement that writes to the database and NULL
 * for any other: SQLite does not lock tables but has one writer for the whole
 * file.
 */
#include "sqlite_ext/sql/pragma.h"
#include "sqlite_ext/sql/script.h"

#include <string.h>

#include "common/core/text.h"

typedef struct verb
{
	const char *word;
	dbc_statement_kind kind;
	bool writes;
	bool has_object; /* the message includes the kind of object: CREATE TABLE */
} verb;

/* Inside a transaction ATTACH cannot be undone, and DETACH and VACUUM fail. */
static const verb verbs[] = {
	{"ALTER", DBC_STATEMENT_PLAIN, true, true},
	{"ANALYZE", DBC_STATEMENT_PLAIN, true, false},
	{"ATTACH", DBC_STATEMENT_OUTSIDE, false, false},
	{"BEGIN", DBC_STATEMENT_BEGIN, false, false},
	{"COMMIT", DBC_STATEMENT_COMMIT, false, false},
	{"CREATE", DBC_STATEMENT_PLAIN, true, true},
	{"DELETE", DBC_STATEMENT_PLAIN, true, false},
	{"DETACH", DBC_STATEMENT_OUTSIDE, false, false},
	{"DROP", DBC_STATEMENT_PLAIN, true, true},
	{"END", DBC_STATEMENT_COMMIT, false, false},
	{"INSERT", DBC_STATEMENT_PLAIN, true, false},
	{"REINDEX", DBC_STATEMENT_PLAIN, true, false},
	{"RELEASE", DBC_STATEMENT_TRANSACTION, false, false},
	{"REPLACE", DBC_STATEMENT_PLAIN, true, false},
	{"ROLLBACK", DBC_STATEMENT_TRANSACTION, false, false},
	{"SAVEPOINT", DBC_STATEMENT_TRANSACTION, false, false},
	{"UPDATE", DBC_STATEMENT_PLAIN, true, false},
	{"VACUUM", DBC_STATEMENT_OUTSIDE, true, false},
};

#define NVERBS (sizeof(verbs) / sizeof(verbs[0]))

static const verb *
find_verb(const dbcsl_token *token)
{
	for (size_t i = 0; i < NVERBS; i++)
		if (dbcsl_is_word(token, verbs[i].word))
			return &verbs[i];
	return NULL;
}

/* A token in upper case. */
static const char *
upper_case(dbcsl_host *h, const dbcsl_token *token)
{
	char *text = dbc_copy(&h->base, token->text, token->length);

	for (char *c = text; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char) (*c - 'a' + 'A');
	return text;
}

dbcsl_token
dbcsl_token_after_with(dbcsl_token token)
{
	static const char *const words[] = {"select", "values",	 "insert",
										"update", "replace", "delete"};
	int depth = 0;

	for (; token.kind != DBCSL_END; token = dbcsl_next_token(&token))
	{
		if (token.text[0] == '(')
			depth++;
		else if (token.text[0] == ')')
			depth--;
		for (size_t i = 0; depth == 0 && i < sizeof(words) / sizeof(words[0]);
			 i++)
			if (dbcsl_is_word(&token, words[i]))
				return token;
	}
	return token;
}

/* The kind of object after CREATE, DROP or ALTER. */
static dbcsl_token
object_word(const dbcsl_token *first, bool *temporary)
{
	dbcsl_token token = dbcsl_next_token(first);

	while (dbcsl_is_word(&token, "temp") ||
		   dbcsl_is_word(&token, "temporary") ||
		   dbcsl_is_word(&token, "unique") || dbcsl_is_word(&token, "virtual"))
	{
		if (token.text[0] == 't' || token.text[0] == 'T')
			*temporary = true;
		token = dbcsl_next_token(&token);
	}
	return token;
}

/* Classifies a PRAGMA. */
static void
classify_pragma(dbcsl_host *h, dbc_statement *statement)
{
	dbcsl_pragma pragma;

	if (!dbcsl_parse_pragma(h, statement->text, &pragma))
		return;
	statement->command = dbc_format(&h->base, "PRAGMA %s", pragma.name);
	statement->kind = pragma.effect == DBCSL_PRAGMA_OUTSIDE
						  ? DBC_STATEMENT_OUTSIDE
						  : DBC_STATEMENT_SETTING;
	if (statement->kind == DBC_STATEMENT_OUTSIDE)
		statement->inside = "";
	if (pragma.effect == DBCSL_PRAGMA_WRITES)
		statement->lock_level = "write";
}

/* Whether a statement is a command of the sqlite3 shell or of psql, or requires
 * rows from psql. */
static bool
is_for_client(const dbcsl_token *first)
{
	if (first->kind == DBCSL_OTHER)
		return first->text[0] == '.' || first->text[0] == '\\';
	return dbcsl_is_word(first, "copy");
}

/* Whether a statement calls dbmigrate_rebuild(), which writes on another
 * connection. */
bool
dbcsl_calls_rebuild(dbcsl_host *h, const char *text)
{
	dbcsl_token token = dbcsl_first_token(text);

	for (; token.kind != DBCSL_END; token = dbcsl_next_token(&token))
		if ((token.kind == DBCSL_WORD || token.kind == DBCSL_QUOTED) &&
			sqlite3_stricmp(dbcsl_unquote_token(h, &token), DBCSL_REBUILD) == 0)
			return true;
	return false;
}

void
dbcsl_classify(dbcsl_host *h, dbc_statement *statement)
{
	dbcsl_token first = dbcsl_first_token(statement->text);
	const verb *known;
	bool temporary = false;

	if (is_for_client(&first))
	{
		statement->kind = DBC_STATEMENT_CLIENT;
		statement->command =
			dbc_copy(&h->base, first.text, strcspn(first.text, " \t\r\n"));
		return;
	}
	if (dbcsl_is_word(&first, "with"))
		first = dbcsl_token_after_with(first);
	known = find_verb(&first);
	statement->kind = known ? known->kind : DBC_STATEMENT_PLAIN;
	statement->command = upper_case(h, &first);
	if (known && known->has_object)
	{
		dbcsl_token object = object_word(&first, &temporary);

		if (object.kind == DBCSL_WORD)
			statement->command = dbc_format(
				&h->base, "%s %s", statement->command, upper_case(h, &object));
	}
	if (dbcsl_is_word(&first, "vacuum"))
		statement->inside = "";
	if ((known && known->writes && !temporary) ||
		dbcsl_calls_rebuild(h, statement->text))
		statement->lock_level = "write";
	classify_pragma(h, statement);
}
