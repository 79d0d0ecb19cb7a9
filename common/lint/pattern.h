/*
 * pattern.h
 *	  Search for patterns of lexemes in SQL text of any dialect.
 *
 * A pattern is a list of items separated by blanks:
 *
 *	word	this word, in any case
 *	^word	the same at the start of a statement
 *	%word	the same in the place of a column type
 *	@		a name, with a schema or without
 *	&		a name with a schema, neither main nor temp
 *	#		a number
 *	'		text in single quotes; e' and x': with this prefix
 *	'now'	this text
 *	$$		text in dollar quotes
 *	` [ "	a name in these quotes
 *	...		anything; parentheses within are balanced
 *	other	this symbol
 */
#ifndef DBC_LINT_PATTERN_H
#define DBC_LINT_PATTERN_H

#include "common/core/host.h"
#include "common/core/sql_scan.h"

/* A statement of a text. */
typedef struct dbc_lint_lexed_statement
{
	const dbc_lexeme *items; /* the last one is of kind DBC_LEX_END */
	int count;				 /* without the last one */
	int number;				 /* of the statement, from 1 */
	int line;				 /* of its first lexeme in the text, from 1 */
} dbc_lint_lexed_statement;

/* Splits a text in the dialect of an engine into statements. */
extern const dbc_lint_lexed_statement *
dbc_lint_lex(dbc_host *host, const char *text, int engine, int *count);

/* Whether a pattern matches anywhere in a statement. */
extern bool dbc_lint_has_pattern(const dbc_lint_lexed_statement *statement,
								 const char *pattern);

#endif /* DBC_LINT_PATTERN_H */
