/*
 * rule.c
 *	  Validating the texts of a data rule.
 *
 * The server analyzes each text as a part of a statement, which it does not
 * run.  That the text is one part, and does not end the part before it, is seen
 * from its lexemes.
 */
#include "wire/check/rule.h"
#include "wire/core/owned.h"
#include "wire/core/session.h"

#include "common/core/sql_place.h"
#include "common/core/text.h"

/* Whether a text is one part of a statement: not empty, with parentheses that
 * match, and outside of them no semicolon and none of the words that would
 * begin another part. */
static bool
is_one_part(const char *text, const char *words, bool is_list)
{
	dbc_lexeme at = dbc_scan_sql(text, DBC_ON_POSTGRESQL);
	dbc_lexeme before = {0};
	int depth = 0;

	if (at.kind == DBC_LEX_END)
		return false;
	for (; at.kind != DBC_LEX_END;
		 before = at, at = dbc_scan_sql(at.text + at.length, DBC_ON_POSTGRESQL))
	{
		bool distinct_from = before.text &&
							 dbc_lexeme_is_one_of(&before, " distinct ") &&
							 dbc_lexeme_is_one_of(&at, " from ");

		depth +=
			dbc_lexeme_is_symbol(&at, "(") || dbc_lexeme_is_symbol(&at, "[");
		depth -=
			dbc_lexeme_is_symbol(&at, ")") || dbc_lexeme_is_symbol(&at, "]");
		if (depth < 0 || dbc_lexeme_is_symbol(&at, ";") ||
			(depth == 0 && dbc_lexeme_is_symbol(&at, ",") && !is_list) ||
			(depth == 0 && !distinct_from && dbc_lexeme_is_one_of(&at, words)))
			return false;
	}
	return depth == 0;
}

static void
require_expression(dbc_host *host, const char *text, const char *what)
{
	if (!is_one_part(text,
					 " select with values table as into from where group "
					 "having window union intersect except order limit offset "
					 "fetch for ",
					 false))
		dbc_fail(host, DBC_SYNTAX_ERROR, NULL, NULL, "not one %s: %s", what,
				 text);
}

/* Statements to analyze. */
typedef struct analysis
{
	const char *path;
	const char *texts[2]; /* the last one, or NULL */
} analysis;

static void
analyze(dbc_host *host, void *arg)
{
	const analysis *a = arg;
	dbcw_host *h = dbcw_of(host);

	dbcw_add_pending(h, NULL,
					 dbc_format(host, "set local search_path = %s", a->path),
					 NULL, 0);
	for (int i = 0; i < 2 && a->texts[i]; i++)
		dbcw_analyze(h, a->texts[i]);
}

/* Says why a table of the same schema is not found. */
static void
explain_missing_table(dbc_host *host, dbc_error *error, const char *schema)
{
	schema = dbc_quote(host, schema);
	error->detail = dbc_format(host,
							   "Schema %s is not searched, because untrusted "
							   "roles may create objects in it.",
							   schema);
	error->hint = dbc_format(host,
							 "Write %s.NAME, or call REVOKE CREATE ON SCHEMA "
							 "%s FROM PUBLIC.",
							 schema, schema);
}

void
dbcw_check_try_rule(dbc_host *host, const dbc_relation *table,
					const dbc_check_data_rule *rule, const char *assignments)
{
	analysis a = {.path = dbcw_require_owner(host, table).path};
	const dbc_rows *texts;
	dbc_error error;

	require_expression(host, rule->expression, "expression");
	if (rule->condition)
		require_expression(host, rule->condition, "condition");
	if (assignments &&
		!is_one_part(assignments, " from where returning ", true))
		dbc_fail(host, DBC_SYNTAX_ERROR, NULL, NULL, "not assignments: %s",
				 assignments);
	texts = dbc_query(host, "check/rule_texts", dbc_text(table->schema),
					  dbc_text(table->name), dbc_text(rule->expression),
					  dbc_text(rule->condition), dbc_text(assignments));
	a.texts[0] = dbc_get_text(host, texts, 0, 0);
	a.texts[1] = dbc_get_text_or_null(host, texts, 0, 1);
	if (dbc_guard(host, analyze, &a, DBC_UNDO, true, &error))
		return;
	if (dbc_same(error.sqlstate, DBC_UNDEFINED_TABLE) &&
		dbc_same(a.path, "pg_catalog, pg_temp"))
		explain_missing_table(host, &error, table->schema);
	dbc_rethrow(host, &error);
}
