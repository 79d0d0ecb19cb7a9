/*
 * token.h
 *	  Tokens of SQL text.
 */
#ifndef DBCSL_SQL_TOKEN_H
#define DBCSL_SQL_TOKEN_H

#include "sqlite_ext/core/host.h"

typedef enum dbcsl_token_kind
{
	DBCSL_END, /* end of the text */
	DBCSL_WORD,
	DBCSL_NUMBER, /* without a sign */
	DBCSL_QUOTED, /* '', "", `` or [] */
	DBCSL_BLOB,	  /* x'' */
	DBCSL_SEMICOLON,
	DBCSL_OTHER,		/* an operator, or any other character */
	DBCSL_OPEN_QUOTE,	/* an unclosed quote */
	DBCSL_OPEN_BRACKET, /* an unclosed [ */
	DBCSL_OPEN_COMMENT	/* an unclosed comment */
} dbcsl_token_kind;

typedef struct dbcsl_token
{
	dbcsl_token_kind kind;
	const char *text;
	size_t length;
} dbcsl_token;

/* The first token of a text, after white space and comments. */
extern dbcsl_token dbcsl_first_token(const char *text);
extern dbcsl_token dbcsl_next_token(const dbcsl_token *token);

/* The text of a name or a value without its quotes. */
extern const char *dbcsl_unquote_token(dbcsl_host *h, const dbcsl_token *token);

/* Whether a token is a word, ignoring case. */
extern bool dbcsl_is_word(const dbcsl_token *token, const char *word);

#endif /* DBCSL_SQL_TOKEN_H */
