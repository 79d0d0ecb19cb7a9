/*
 * rule.c
 *	  Validating the texts of a data rule.
 */
#include "sqlite_ext/sql/quotes.h"
#include "sqlite_ext/trust/prepare.h"
#include "sqlite_ext/trust/unsafe.h"

#include "common/check/check.h"

/* Whether a text stays part of one statement: it has no unbalanced parenthesis,
 * semicolon, open quote or open comment. */
static bool
is_closed(const char *text)
{
	dbcsl_token token = dbcsl_first_token(text);
	int depth = 0;

	if (token.kind == DBCSL_END)
		return false;
	for (; token.kind != DBCSL_END && depth >= 0;
		 token = dbcsl_next_token(&token))
	{
		if (token.kind == DBCSL_SEMICOLON || token.kind == DBCSL_OPEN_QUOTE ||
			token.kind == DBCSL_OPEN_BRACKET ||
			token.kind == DBCSL_OPEN_COMMENT)
			return false;
		if (token.length == 1 && token.text[0] == '(')
			depth++;
		if (token.length == 1 && token.text[0] == ')')
			depth--;
	}
	return depth == 0;
}

static void
expect_closed(dbcsl_host *h, const char *text, const char *what)
{
	if (!text)
		return;
	if (!is_closed(text))
		dbc_fail(&h->base, DBC_SYNTAX_ERROR, NULL, NULL, "not %s: %s", what,
				 text);
	dbcsl_refuse_unsafe(h, text);
}

/* Fails if a statement cannot be prepared as it is written. */
static void
prepare(dbcsl_host *h, const char *text)
{
	dbcsl_prepare(h, text);
	dbcsl_finalize_statement(h);
	dbcsl_refuse_quoted_texts(h, text);
}

/* Fails unless a rule is valid; see check/host.h. */
void
dbcsl_check_try_rule(dbc_host *host, const dbc_relation *table,
					 const dbc_check_data_rule *rule, const char *assignments)
{
	dbcsl_host *h = dbcsl_of(host);
	const dbc_rows *rows;

	expect_closed(h, rule->expression, "one expression");
	expect_closed(h, rule->condition, "one condition");
	expect_closed(h, assignments, "assignments");
	rows = dbc_query(host, "check/rule_texts", dbc_text(table->schema),
					 dbc_text(table->name), dbc_text(rule->expression),
					 dbc_text(rule->condition), dbc_text(assignments));
	prepare(h, dbc_get_text(host, rows, 0, 0));
	if (assignments)
		prepare(h, dbc_get_text(host, rows, 0, 1));
}
