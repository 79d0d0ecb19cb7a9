/*
 * token.h
 *	  Tokens of SQL text.
 */
#ifndef DBCSL_CORE_TOKEN_H
#define DBCSL_CORE_TOKEN_H

#include "sqlite_ext/core/host.h"

typedef enum dbcsl_token_kind
{
	DBCSL_END, /* of the text */
	DBCSL_WORD,
	DBCSL_NUMBER, /* without a sign */
	DBCSL_QUOTED, /* '', "", `` or [] */
	DBCSL_BLOB,	  /* x'' */
	DBCSL_SEMICOLON,
	DBCSL_OTHER,		/* an operator, or any other character */
	DBCSL_OPEN_QUOTE,	/* a quote that never ends */
	DBCSL_OPEN_BRACKET, /* the same of [ */
	DBCSL_OPEN_COMMENT	/* the same of a comment */
} dbcsl_token_kind;

typedef struct dbcsl_token
{
	dbcsl_token_kind kind;
	const char *text;
	size_t length;
} dbcsl_token;

/* The first token of a text; white space and comments are passed over. */
extern dbcsl_token dbcsl_first_token(const char *text);
extern dbcsl_token dbcsl_next_token(const dbcsl_token *token);

/* The text of a name or a value, its quotes removed. */
extern const char *dbcsl_unquote_token(dbcsl_host *h, const dbcsl_token *token);

/* Whether a token is this word, in any case. */
extern bool dbcsl_is_word(const dbcsl_token *token, const char *word);

#endif /* DBCSL_CORE_TOKEN_H */
