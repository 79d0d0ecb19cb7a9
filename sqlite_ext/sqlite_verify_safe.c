/*
 * sqlite_verify_safe.c
 *	  Functions that stored SQL must not call.
 *
 * A CHECK, an index or a rule may be of a file from anywhere; verifying and
 * repairing run it as if the user had typed it.  So what SQLite says of
 * functions in schemas must hold for them, too: SQLITE_DIRECTONLY,
 * SQLITE_INNOCUOUS, trusted_schema.
 */
#include "sqlite_repair.h"
#include "sqlite_verify.h"

#include <string.h>

#include "text.h"

/* Whether a token, of which next is the one after it, calls a function. */
static bool
calls(const dbcsl_token *token, const dbcsl_token *next)
{
	static const char *const operators[] = {"like", "glob", "regexp", "match"};
	size_t i;

	if (token->kind != DBCSL_WORD &&
		(token->kind != DBCSL_QUOTED || token->text[0] == '\''))
		return false;
	if (next->length == 1 && next->text[0] == '(')
		return true;
	for (i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
		if (dbcsl_is_word(token, operators[i]))
			return true;
	return false;
}

/* Whether a function is one that stored SQL must not call. */
static bool
is_unsafe(dbcsl_host *h, const char *name)
{
	int i;

	if (!h->unsafe)
	{
		int trusted = 1;
		dbc_value trust;

		sqlite3_db_config(h->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, -1, &trusted);
		trust = dbc_int(trusted);
		h->unsafe = dbc_query(&h->base, "check/unsafe_functions", &trust, 1);
	}
	for (i = 0; i < h->unsafe->nrows; i++)
		if (sqlite3_stricmp(dbc_get_text(&h->base, h->unsafe, i, 0), name) == 0)
			return true;
	return false;
}

/* A function that an expression calls and must not, or NULL. */
const char *
dbcsl_find_unsafe(dbcsl_host *h, const char *expression)
{
	dbcsl_token token = dbcsl_first_token(expression);

	while (token.kind != DBCSL_END)
	{
		dbcsl_token next = dbcsl_next_token(&token);

		if (calls(&token, &next))
		{
			const char *name = dbcsl_unquoted(h, &token);

			if (is_unsafe(h, name))
				return name;
		}
		token = next;
	}
	return NULL;
}

/* Gives a test up if one of its expressions calls what it must not. */
void
dbcsl_refuse_unsafe(dbcsl_verification *v, dbcsl_test *test)
{
	const char *unsafe = NULL;
	int i;

	if (test->expression && !test->parent)
		unsafe = dbcsl_find_unsafe(v->h, test->expression);
	if (test->condition && !unsafe)
		unsafe = dbcsl_find_unsafe(v->h, test->condition);
	for (i = 0; i < test->nvalues && !unsafe; i++)
		unsafe = dbcsl_find_unsafe(v->h, test->values[i]);
	if (!unsafe)
		return;
	test->method = DBCSL_HOPELESS;
	test->verdict.reason =
		dbc_format(&v->h->base, "unsafe use of %s()", unsafe);
}

/* Fails if the SQL of a step of a repair, which may be a rule's, calls what it
 * must not. */
void
dbcsl_refuse_unsafe_step(dbcsl_host *h, const dbc_step *step)
{
	const char *unsafe =
		step->assignments ? dbcsl_find_unsafe(h, step->assignments) : NULL;
	int i;

	for (i = 0; i < step->ncauses && !unsafe; i++)
		unsafe = dbcsl_find_unsafe(h, step->causes[i].condition);
	if (unsafe)
		dbc_fail(&h->base, DBC_INSUFFICIENT, NULL, NULL, "unsafe use of %s()",
				 unsafe);
}
