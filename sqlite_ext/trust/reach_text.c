/*
 * reach_text.c
 *	  What the text of a statement tells trust/reach.c.
 */
#include "sqlite_ext/trust/reach_text.h"

#include <string.h>

#include "common/core/text.h"

bool
dbcsl_may_be_name(const dbcsl_token *token)
{
	return token->kind == DBCSL_WORD || token->kind == DBCSL_QUOTED;
}

bool
dbcsl_is_option(const dbcsl_token *before, const dbcsl_token *token)
{
	return dbcsl_may_be_name(token) && before->length == 1 &&
		   *before->text == '=';
}

bool
dbcsl_is_one_of(const dbcsl_token *token, const char *const *words)
{
	while (*words && !dbcsl_is_word(token, *words))
		words++;
	return *words != NULL;
}

bool
dbcsl_contains(const char *text, const char *name)
{
	int length = (int) strlen(name);

	while (*text && sqlite3_strnicmp(text, name, length) != 0)
		text++;
	return *text != '\0';
}

void
dbcsl_nest(dbcsl_nesting *n, const dbcsl_token *token,
		   const dbcsl_token *before)
{
	static const char *const queries[] = {"select", "with", "values", NULL};
	static const char *const groups[] = {"from", "join", NULL};
	char character = token->length == 1 ? *token->text : '\0';

	if (character == '(' && ++n->depth < DBCSL_MOST_NESTED)
		n->calls[n->depth] =
			dbcsl_may_be_name(before) && !dbcsl_is_one_of(before, groups);
	else if (character == ')' && n->depth > 0)
		n->depth--;
	else if (n->depth < DBCSL_MOST_NESTED && dbcsl_is_one_of(token, queries))
		n->calls[n->depth] = false;
}

bool
dbcsl_is_no_table(const dbcsl_nesting *n, const dbcsl_token *before,
				  const dbcsl_token *next)
{
	return dbcsl_is_word(before, "as") ||
		   (next->length == 1 && *next->text == '.') ||
		   (n->depth < DBCSL_MOST_NESTED && n->calls[n->depth] &&
			!dbcsl_is_word(before, "in") &&
			!(before->length == 1 && *before->text == '.'));
}

/* Whether a statement is a PRAGMA that evaluates no definition, or is about
 * transactions. */
static bool
is_setting(const dbcsl_token *first)
{
	static const char *const others[] = {
		"begin", "commit", "end", "savepoint", "release", "rollback", NULL};
	dbcsl_token token = *first;

	if (!dbcsl_is_word(first, "pragma"))
		return dbcsl_is_one_of(first, others);
	while (token.kind != DBCSL_END &&
		   (token.kind != DBCSL_WORD || token.length < strlen("_check") ||
			sqlite3_strnicmp(token.text + token.length - strlen("_check"),
							 "_check", (int) strlen("_check")) != 0))
		token = dbcsl_next_token(&token);
	return token.kind == DBCSL_END;
}

unsigned
dbcsl_use_of(const char *text)
{
	static const char *const stored[] = {"trigger", "view", "virtual", NULL};
	static const char *const writing[] = {"into",
										  "update",
										  "delete",
										  "reindex",
										  "drop",
										  "alter",
										  "vacuum",
										  "quick_check",
										  "integrity_check",
										  "pragma_quick_check",
										  "pragma_integrity_check",
										  NULL};
	dbcsl_token token = dbcsl_first_token(text);
	dbcsl_token next = dbcsl_next_token(&token);

	if (is_setting(&token) ||
		(dbcsl_is_word(&token, "explain") && !dbcsl_is_word(&next, "query")) ||
		((dbcsl_is_word(&token, "create") || dbcsl_is_word(&token, "drop")) &&
		 dbcsl_is_one_of(&next, stored)))
		return 0;
	for (; token.kind != DBCSL_END; token = dbcsl_next_token(&token))
		if (dbcsl_is_one_of(&token, writing))
			return DBCSL_WRITES;
	return DBCSL_READS;
}

bool
dbcsl_names_attached(dbcsl_host *h, const char *text)
{
	dbcsl_token token = dbcsl_first_token(text);

	while (token.kind != DBCSL_END)
	{
		dbcsl_token next = dbcsl_next_token(&token);

		if (dbcsl_may_be_name(&token) && next.length == 1 && *next.text == '.')
		{
			const char *name = dbcsl_unquote_token(h, &token);

			if (sqlite3_stricmp(name, "main") != 0 &&
				sqlite3_stricmp(name, "temp") != 0 &&
				sqlite3_db_readonly(h->db, name) >= 0)
				return true;
		}
		token = next;
	}
	return false;
}

const char *
dbcsl_shape_of(dbcsl_host *h, const char *text)
{
	dbcsl_token token = dbcsl_first_token(text);
	bool is_value = false;
	dbc_buffer shape;

	dbc_buffer_init(&shape, &h->base);
	for (; token.kind != DBCSL_END; token = dbcsl_next_token(&token))
	{
		if (token.kind == DBCSL_NUMBER || (is_value && *token.text == '\''))
			dbc_append(&shape, "?");
		else
			dbc_append_bytes(&shape, token.text, token.length);
		dbc_append(&shape, " ");
		is_value = token.length == 1 && *token.text == '=';
	}
	return shape.data ? shape.data : "";
}
