/*
 * split.c
 *	  Splitting a script into statements.
 *
 * Lexically, as psql does: a parser in the client would know the grammar of one
 * version of PostgreSQL, and refuse statements that the server accepts.  What
 *is wrong with a statement the server says when it runs.
 */
#include "wire/core/script.h"

#include <string.h>

#include "common/core/excerpt.h"
#include "common/core/sql_place.h"
#include "common/core/text.h"

/* Where the scanner is in a statement. */
typedef struct position
{
	int depth;	  /* open parentheses */
	int words;	  /* first words of CREATE FUNCTION that were found */
	int bodies;	  /* open BEGIN and CASE of a SQL function */
	bool routine; /* the statement is CREATE FUNCTION or PROCEDURE */
} position;

static dbc_lexeme
next(const dbc_lexeme *at)
{
	return dbc_scan_sql(at->text + at->length, DBC_ON_POSTGRESQL);
}

/* Follows the body of a SQL function: BEGIN ATOMIC ...; END. */
static void
follow(position *p, const dbc_lexeme *at, int number)
{
	if (number == 1)
		p->routine = dbc_lexeme_is_one_of(at, " create ");
	else if (p->routine && p->words == 0)
	{
		if (dbc_lexeme_is_one_of(at, " function procedure "))
			p->words = 1;
		else
			p->routine = dbc_lexeme_is_one_of(at, " or replace ");
	}
	else if (p->routine && dbc_lexeme_is_one_of(at, " begin "))
		p->bodies++;
	else if (p->bodies > 0 && dbc_lexeme_is_one_of(at, " case "))
		p->bodies++;
	else if (p->bodies > 0 && dbc_lexeme_is_one_of(at, " end "))
		p->bodies--;
	p->depth += dbc_lexeme_is_symbol(at, "(") - dbc_lexeme_is_symbol(at, ")");
}

/* The end of the statement that starts at a lexeme: its ';' or the end of the
 * text; *last is the end of its last lexeme. */
static dbc_lexeme
find_end(const dbc_lexeme *start, const char **last)
{
	position p = {.depth = 0};
	dbc_lexeme at = *start;

	for (int number = 1; at.kind != DBC_LEX_END; number++, at = next(&at))
	{
		if (p.depth <= 0 && p.bodies == 0 && dbc_lexeme_is_symbol(&at, ";"))
			break;
		*last = at.text + at.length;
		follow(&p, &at, number);
	}
	return at;
}

/* Fails for a command of psql. */
static void
refuse_command(dbcw_host *h, const dbc_script *script, int statement_no,
			   int line, int column)
{
	dbc_error error = {
		.sqlstate = DBC_SYNTAX_ERROR,
		.message = "syntax error at or near \"\\\"",
		.hint = "Commands that start with a backslash are psql commands, not "
				"SQL.",
		.statement_no = statement_no,
		.line = line,
		.column = column};

	if (script->label)
		error.context =
			dbc_describe_position(&h->base, script, statement_no, line);
	dbc_rethrow(&h->base, &error);
}

/* Splits a script; see core/host.h. */
void
dbcw_split(dbc_host *host, const char *text, dbc_script *script)
{
	dbcw_host *h = dbcw_of(host);
	dbc_statement *list = NULL;
	const char *counted = text;
	int line = script->first_line;
	int count = 0;
	dbc_lexeme at = dbc_scan_sql(text, DBC_ON_POSTGRESQL);

	for (; at.kind != DBC_LEX_END; at = next(&at))
	{
		const char *end = at.text;
		dbc_lexeme start = at;

		if (dbc_lexeme_is_symbol(&at, ";"))
			continue;
		for (; counted < start.text; counted++)
			line += *counted == '\n';
		if (*start.text == '\\')
			refuse_command(h, script, count + 1, line,
						   dbc_column_of(text, start.text));
		at = find_end(&start, &end);
		list = dbc_grow(host, list, (size_t) count, sizeof(*list));
		list[count] = (dbc_statement){
			.text = dbc_copy(host, start.text, (size_t) (end - start.text)),
			.line = line};
		dbcw_classify(h, &list[count++]);
		if (at.kind == DBC_LEX_END)
			break;
	}
	script->statements = list;
	script->nstatements = count;
}
