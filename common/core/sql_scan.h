/*
 * sql_scan.h
 *	  Lexical scanner for the SQL of either engine.
 *
 * Needs no host: nothing is allocated, and no text is an error.  An
 * unterminated quote or comment extends to the end of the text.
 */
#ifndef DBC_CORE_SQL_SCAN_H
#define DBC_CORE_SQL_SCAN_H

#include "common/core/dbc.h"

typedef enum dbc_lexeme_kind
{
	DBC_LEX_END,	   /* of the text */
	DBC_LEX_WORD,	   /* a keyword or a name without quotes */
	DBC_LEX_NAME,	   /* in quotes */
	DBC_LEX_TEXT,	   /* a literal in quotes, of any type */
	DBC_LEX_NUMBER,	   /* without a sign */
	DBC_LEX_PARAMETER, /* of a statement */
	DBC_LEX_SYMBOL	   /* an operator, or any other character */
} dbc_lexeme_kind;

typedef struct dbc_lexeme
{
	dbc_lexeme_kind kind;
	const char *text;
	size_t length;
} dbc_lexeme;

/*
 * The first lexeme of a text in the dialect of an engine (DBC_ON_*); white
 * space and comments are passed over.
 */
extern dbc_lexeme dbc_scan_sql(const char *text, int engine);

/* A character of names, keywords and numbers; all of UTF-8 is. */
static inline bool
dbc_is_word_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		   (c >= '0' && c <= '9') || c == '_' || c == '$' || (c & 0x80) != 0;
}

#endif /* DBC_CORE_SQL_SCAN_H */
