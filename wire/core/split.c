/*
 * split.c
 *	  Splitting a script into statements.
 *
 * Lexically, as psql does: a parser in the client would know the grammar of one
 * version of PostgreSQL, and refuse statements that the server accepts.  What
 * is wrong with a statement the server says when it runs.
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
	bool routine; /* the statement may be CREATE FUNCTION or PROCEDURE */
	bool named;	  /* it is one */
	bool in_body; /* of a SQL function, which has statements */
} position;

static dbc_lexeme
next(const dbc_lexeme *at)
{
	return dbc_scan_sql(at->text + at->length, DBC_ON_POSTGRESQL);
}

/* Follows the body of a SQL function: BEGIN ATOMIC ...; END.  Its statements end
 * with semicolons, and none of them begins with END; names can be any of these
 * words. */
static void
follow(position *p, const dbc_lexeme *at, const dbc_lexeme *before, int number)
{
	if (number == 1)
		p->routine = dbc_lexeme_is_one_of(at, " create ");
	else if (p->routine && !p->named)
	{
		p->named = dbc_lexeme_is_one_of(at, " function procedure ");
		p->routine = p->named || dbc_lexeme_is_one_of(at, " or replace ");
	}
	else if (p->routine && p->depth == 0 &&
			 dbc_lexeme_is_one_of(before, " begin ") &&
			 dbc_lexeme_is_one_of(at, " atomic "))
		p->in_body = true;
	else if (p->in_body && dbc_lexeme_is_one_of(at, " end ") &&
			 (dbc_lexeme_is_symbol(before, ";") ||
			  dbc_lexeme_is_one_of(before, " atomic ")))
		p->in_body = p->routine = false;
	p->depth += dbc_lexeme_is_symbol(at, "(") - dbc_lexeme_is_symbol(at, ")");
}

/* The end of the statement that starts at a lexeme: its ';' or the end of the
 * text; *last is its last lexeme. */
static dbc_lexeme
find_end(const dbc_lexeme *start, dbc_lexeme *last)
{
	position p = {.depth = 0};
	dbc_lexeme at = *start;

	for (int number = 1; at.kind != DBC_LEX_END; number++, at = next(&at))
	{
		if (p.depth <= 0 && !p.in_body && dbc_lexeme_is_symbol(&at, ";"))
			break;
		follow(&p, &at, last, number);
		*last = at;
	}
	return at;
}

/* Fails for a lexeme of a statement of the script. */
static void
refuse(dbcw_host *h, const dbc_script *script, int statement_no,
	   const char *text, const dbc_lexeme *at, const char *message,
	   const char *hint)
{
	dbc_error error = {.sqlstate = DBC_SYNTAX_ERROR,
					   .message = message,
					   .hint = hint,
					   .statement_no = statement_no,
					   .line = script->first_line,
					   .column = dbc_column_of(text, at->text)};

	for (; text < at->text; text++)
		error.line += *text == '\n';
	if (script->label)
		error.context =
			dbc_describe_position(&h->base, script, statement_no, error.line);
	dbc_rethrow(&h->base, &error);
}

/* Fails unless the last lexeme of a script ends: what follows the script in the
 * text that is sent would be a part of it. */
static void
require_end(dbcw_host *h, const dbc_script *script, int statement_no,
			const char *text, const dbc_lexeme *last)
{
	const char *longer =
		dbc_format(&h->base, "%.*s x", (int) last->length, last->text);

	if (last->kind != DBC_LEX_END &&
		dbc_scan_sql(longer, DBC_ON_POSTGRESQL).length > last->length)
		refuse(h, script, statement_no, text, last,
			   dbc_format(&h->base, "unterminated %s at or near \"%s\"",
						  last->kind == DBC_LEX_NAME ? "quoted identifier"
						  : *last->text == '$'		 ? "dollar-quoted string"
													 : "quoted string",
						  last->text),
			   NULL);
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
		dbc_lexeme last = at;
		dbc_lexeme start = at;

		if (dbc_lexeme_is_symbol(&at, ";"))
			continue;
		for (; counted < start.text; counted++)
			line += *counted == '\n';
		if (*start.text == '\\')
			refuse(h, script, count + 1, text, &start,
				   "syntax error at or near \"\\\"",
				   "Commands that start with a backslash are psql commands, "
				   "not SQL.");
		at = find_end(&start, &last);
		if (at.kind == DBC_LEX_END)
			require_end(h, script, count + 1, text, &last);
		list = dbc_grow(host, list, (size_t) count, sizeof(*list));
		list[count] = (dbc_statement){
			.text = dbc_copy(host, start.text,
							 (size_t) (last.text - start.text) + last.length),
			.line = line};
		dbcw_classify(h, &list[count++]);
		if (at.kind == DBC_LEX_END)
			break;
	}
	script->statements = list;
	script->nstatements = count;
}
