/*
 * ddl_index.c
 *	  Parsing CREATE INDEX.
 */
#include "sqlite_ext/sql/ddl.h"

static bool
is(const dbcsl_token *token, char c)
{
	return token->length == 1 && token->text[0] == c;
}

/* The text from start to the end of a token. */
static const char *
text_to(dbcsl_host *h, const char *start, const dbcsl_token *last)
{
	return dbc_copy(&h->base, start,
					(size_t) (last->text + last->length - start));
}

/* Parses an item of the list and moves *token to the comma or parenthesis after
 * it.  ASC and DESC are not part of the item. */
static const char *
read_item(dbcsl_host *h, dbcsl_token *token)
{
	const char *start = token->text;
	dbcsl_token last = *token;
	int depth = 0;

	while (token->kind != DBCSL_END &&
		   (depth > 0 || (!is(token, ',') && !is(token, ')'))))
	{
		depth += is(token, '(') - is(token, ')');
		if (depth > 0 ||
			(!dbcsl_is_word(token, "asc") && !dbcsl_is_word(token, "desc")))
			last = *token;
		*token = dbcsl_next_token(token);
	}
	return text_to(h, start, &last);
}

/* Parses the expression that begins with a token; NULL if a parenthesis is
 * closed that it did not open. */
static const char *
read_condition(dbcsl_host *h, dbcsl_token token)
{
	const char *start = token.text;
	dbcsl_token last = token;
	int depth = 0;

	while (token.kind != DBCSL_END && token.kind != DBCSL_SEMICOLON &&
		   token.kind != DBCSL_OPEN_COMMENT && depth >= 0)
	{
		depth += is(&token, '(') - is(&token, ')');
		last = token;
		token = dbcsl_next_token(&token);
	}
	return depth == 0 ? text_to(h, start, &last) : NULL;
}

dbcsl_index_text
dbcsl_read_index_text(dbcsl_host *h, const char *sql)
{
	dbcsl_token token = dbcsl_first_token(sql);
	dbcsl_index_text text = {0};

	/* a parenthesis in a name is quoted */
	while (token.kind != DBCSL_END && !is(&token, '('))
		token = dbcsl_next_token(&token);
	do
	{
		token = dbcsl_next_token(&token);
		text.items = dbc_grow(&h->base, text.items, (size_t) text.nitems,
							  sizeof(*text.items));
		text.items[text.nitems++] = read_item(h, &token);
	} while (is(&token, ','));
	token = dbcsl_next_token(&token);
	if (dbcsl_is_word(&token, "where"))
		text.condition = read_condition(h, dbcsl_next_token(&token));
	return text;
}
