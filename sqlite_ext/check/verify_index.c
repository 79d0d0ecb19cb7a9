/*
 * verify_index.c
 *	  Parsing CREATE INDEX.
 *
 * dbcare_index_condition(sql) returns the WHERE condition of an index, for the
 * health checks, which evaluate it as SQLite does; null if there is none, or
 * if it calls an unsafe function.  Only the text of an expression is returned,
 * so it can be put into parentheses.
 */
#include "sqlite_ext/check/verify.h"
#include "sqlite_ext/core/call.h"
#include "sqlite_ext/core/query.h"

#define CONDITION "dbcare_index_condition"

typedef struct condition_call
{
	const char *sql;
	const char *condition; /* or NULL */
} condition_call;

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

dbcsl_check_index_text
dbcsl_check_read_index_text(dbcsl_host *h, const char *sql)
{
	dbcsl_token token = dbcsl_first_token(sql);
	dbcsl_check_index_text text = {0};

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

/* ---- the function ---- */

/* Parses the condition of an index, unless it calls an unsafe function. */
static void
find_condition(dbc_host *host, void *arg)
{
	dbcsl_host *h = dbcsl_of(host);
	condition_call *call = arg;

	call->condition = dbcsl_check_read_index_text(h, call->sql).condition;
	if (call->condition && dbcsl_check_find_unsafe(h, call->condition))
		call->condition = NULL;
}

/* dbcare_index_condition(sql) */
static void
index_condition(sqlite3_context *context, int nvalues, sqlite3_value **values)
{
	static const dbc_function function = {.name = CONDITION, .class = DBC_READ};
	condition_call call = {.sql = (const char *) sqlite3_value_text(values[0])};
	dbcsl_host h;

	(void) nvalues;
	if (!call.sql)
		return;
	dbcsl_open(&h, sqlite3_context_db_handle(context), &function);
	if (!dbcsl_try(&h, find_condition, &call))
		dbcsl_set_result_error(context, &h.error);
	else if (call.condition)
		sqlite3_result_text(context, call.condition, -1, SQLITE_TRANSIENT);
	dbcsl_close_all(&h);
	dbcsl_close(&h);
}

int
dbcsl_check_register_condition(sqlite3 *db)
{
	return sqlite3_create_function_v2(db, CONDITION, 1,
									  SQLITE_UTF8 | SQLITE_DIRECTONLY, NULL,
									  index_condition, NULL, NULL, NULL);
}
