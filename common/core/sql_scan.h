/*
 * sql_scan.h
 *	  Lexical scanner for the SQL of either engine.
 *
 * Needs no host: nothing is allocated, and any text can be scanned.  An
 * unterminated quote or comment extends to the end of the text.
 */
#ifndef DBC_CORE_SQL_SCAN_H
#define DBC_CORE_SQL_SCAN_H

#include "common/core/dbc.h"

typedef enum dbc_lexeme_kind
{
	DBC_LEX_END,	/* end of the text */
	DBC_LEX_WORD,	/* a keyword or an unquoted name */
	DBC_LEX_NAME,	/* a quoted name */
	DBC_LEX_TEXT,	/* a quoted literal of any type */
	DBC_LEX_NUMBER, /* without a sign */
	DBC_LEX_PARAMETER,
	DBC_LEX_SYMBOL /* an operator, or any other character */
} dbc_lexeme_kind;

typedef struct dbc_lexeme
{
	dbc_lexeme_kind kind;
	const char *text;
	size_t length;
} dbc_lexeme;

/* The first lexeme of a text in the dialect of an engine (DBC_ON_*), after
 * white space and comments. */
extern dbc_lexeme dbc_scan_sql(const char *text, int engine);

/* The same in the dialect of the engine of a call, and the lexeme after one. */
extern dbc_lexeme dbc_scan(const dbc_host *host, const char *text);
extern dbc_lexeme dbc_scan_next(const dbc_host *host, const dbc_lexeme *lexeme);

/* The length of the number at text, 0 if there is none, and of the operator or
 * other character there. */
extern size_t dbc_sql_number_length(const char *text);
extern size_t dbc_sql_symbol_length(const char *text, int engine);

/* A character of names, keywords and numbers, including all of UTF-8. */
static inline bool
dbc_is_word_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		   (c >= '0' && c <= '9') || c == '_' || c == '$' || (c & 0x80) != 0;
}

#endif /* DBC_CORE_SQL_SCAN_H */
