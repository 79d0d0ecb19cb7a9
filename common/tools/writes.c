/*
 * writes.c
 *	  Which embedded statements write dbcare's tables.
 *
 * Only the owner of dbcare's tables may write them.  PostgreSQL's binding runs
 * a statement that does as that owner, so such a statement must reach nothing
 * else, and must be static: the build fails if it names an object that is
 * neither a table of dbcare nor in pg_catalog, or asks for the rights of the
 * current user, who is then the owner.
 *
 * A target that begins with a colon is filled in by room adopt, which runs the
 * statement as the caller.
 */
#include "common/tools/writes.h"

#include <stdio.h>
#include <string.h>

#include "common/core/sql_scan.h"

#define MOST_LEXEMES 20000

typedef struct statement
{
	dbc_lexeme at[MOST_LEXEMES + 4]; /* the last ones are DBC_LEX_END */
	int count;
	const char *problem;
	int culprit;
} statement;

static void
scan(statement *s, const char *text)
{
	dbc_lexeme at = dbc_scan_sql(text, DBC_ON_POSTGRESQL);

	memset(s, 0, sizeof(*s));
	for (; at.kind != DBC_LEX_END && s->count < MOST_LEXEMES;
		 at = dbc_scan_sql(at.text + at.length, DBC_ON_POSTGRESQL))
		s->at[s->count++] = at;
	if (at.kind != DBC_LEX_END)
		s->problem = "the statement is too long to be checked";
}

/* Whether lexeme i is this word or symbol; none is before the first one. */
static bool
is(const statement *s, int i, const char *word)
{
	return i >= 0 && s->at[i].length == strlen(word) &&
		   strncmp(s->at[i].text, word, s->at[i].length) == 0;
}

static bool
is_same(const statement *s, int i, int j)
{
	return s->at[i].length == s->at[j].length &&
		   strncmp(s->at[i].text, s->at[j].text, s->at[i].length) == 0;
}

/* The lexeme with the table that lexeme i writes or locks; 0: it does not. */
static int
target_at(const statement *s, int i)
{
	if (s->at[i].kind != DBC_LEX_WORD)
		return 0;
	if ((is(s, i, "insert") || is(s, i, "merge")) && is(s, i + 1, "into"))
		return i + 2;
	if (is(s, i, "delete") && is(s, i + 1, "from"))
		return i + 2;
	if ((is(s, i, "lock") || is(s, i, "truncate")) && is(s, i + 1, "table"))
		return i + 2;
	if (is(s, i, "update") && !is(s, i - 1, "for") && !is(s, i - 1, "key") &&
		!is(s, i - 1, "do"))
		return i + 1;
	return 0;
}

/* Whether lexeme i locks rows that the statement reads, or advances a
 * sequence. */
static bool
locks_at(const statement *s, int i)
{
	return (is(s, i, "for") &&
			(is(s, i + 1, "update") || is(s, i + 1, "share") ||
			 is(s, i + 1, "no") || is(s, i + 1, "key"))) ||
		   is(s, i, "nextval") || is(s, i, "setval");
}

/* Whether the name before a dot is that of a row of the statement. */
static bool
is_alias(const statement *s, int name)
{
	if (is(s, name, "excluded"))
		return true;
	for (int i = 0; i < s->count; i++)
	{
		if (!is_same(s, i, name) || is(s, i + 1, "."))
			continue;
		if (is(s, i - 1, "as") || is(s, i - 1, ".") ||
			(is(s, i + 1, "as") && is(s, i + 2, "(")))
			return true;
	}
	return false;
}

static void
refuse(statement *s, int i, const char *problem)
{
	if (s->problem)
		return;
	s->problem = problem;
	s->culprit = i;
}

/* Checks lexeme i of a statement that runs as the owner. */
static void
check(statement *s, int i)
{
	static const char *const asks[] = {"current_user",
									   "current_role",
									   "pg_has_role",
									   "row_security_active",
									   "has_table_privilege",
									   "has_schema_privilege",
									   "has_function_privilege",
									   "has_column_privilege",
									   "has_any_column_privilege"};

	if (s->at[i].kind != DBC_LEX_WORD && s->at[i].kind != DBC_LEX_NAME)
		return;
	for (size_t j = 0; j < sizeof(asks) / sizeof(asks[0]); j++)
		if (is(s, i, asks[j]))
			refuse(s, i, "asks for the current user, who is the owner");
	if (!is(s, i + 1, ".") || is(s, i - 1, ".") || is(s, i, "pg_catalog"))
		return;
	if (!is(s, i, "dbcare") && !is_alias(s, i))
		refuse(s, i, "names an object outside of dbcare and pg_catalog");
	if (is(s, i, "dbcare") && is(s, i + 3, "(") && !is(s, i - 1, "into"))
		refuse(s, i + 2, "calls a function of schema dbcare");
}

/* Whether a literal is, or begins, a statement that writes a table of dbcare:
 * it would run as the caller. */
static bool
is_made_statement(const dbc_lexeme *at)
{
	static const char *const verbs[] = {"update dbcare.", "insert into dbcare.",
										"delete from dbcare."};

	for (size_t i = 0; at->kind == DBC_LEX_TEXT && i < 3; i++)
	{
		const char *found = strstr(at->text, verbs[i]);

		if (found && found < at->text + at->length)
			return true;
	}
	return false;
}

bool
writes_own_tables(const char *text, bool is_read_as_owner, const char **problem,
				  char word[64])
{
	static statement s;
	bool writes = false;

	scan(&s, text);
	for (int i = 0; i < s.count; i++)
	{
		int target = target_at(&s, i);

		if (is_made_statement(&s.at[i]))
			refuse(&s, i, "makes a statement that writes dbcare's tables");
		writes |= locks_at(&s, i) || (target && !is(&s, target, ":"));
		if (target && !is(&s, target, ":") &&
			!(is(&s, target, "dbcare") && is(&s, target + 1, ".")))
			refuse(&s, target, "writes a table that is not dbcare's");
	}
	for (int i = 0; (writes || is_read_as_owner) && i < s.count; i++)
		check(&s, i);
	*problem = s.problem;
	snprintf(word, 64, "%.*s", (int) s.at[s.culprit].length,
			 s.at[s.culprit].text ? s.at[s.culprit].text : "");
	return writes;
}
