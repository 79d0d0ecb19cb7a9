/*
 * reach_text.h
 *	  What the text of a statement tells trust/reach.c.
 */
#ifndef DBCSL_TRUST_REACH_TEXT_H
#define DBCSL_TRUST_REACH_TEXT_H

#include "sqlite_ext/sql/ddl.h"

/* How an object is used. */
#define DBCSL_READS	 1u
#define DBCSL_WRITES 2u

/* Whether a token can be the name of a table; fts5 also takes a string. */
extern bool dbcsl_may_be_name(const dbcsl_token *token);

/* Whether a token is the value of an option of a virtual table. */
extern bool dbcsl_is_option(const dbcsl_token *before,
							const dbcsl_token *token);

/* Whether a text contains a name, in whatever case. */
extern bool dbcsl_contains(const char *text, const char *name);

extern bool dbcsl_is_one_of(const dbcsl_token *token, const char *const *words);

/* Parentheses that are open, up to a depth. */
#define DBCSL_MOST_NESTED 100
typedef struct dbcsl_nesting
{
	int depth;
	bool calls[DBCSL_MOST_NESTED]; /* arguments of a function, and no query */
} dbcsl_nesting;

/* Follows a token after the one before it. */
extern void dbcsl_nest(dbcsl_nesting *n, const dbcsl_token *token,
					   const dbcsl_token *before);

/* Whether a token cannot be the name of a table: what follows AS is an alias,
 * what a dot follows a schema or a table that is named elsewhere, too, and an
 * argument of a function in a definition a value, but behind IN. */
extern bool dbcsl_is_no_table(const dbcsl_nesting *n, const dbcsl_token *before,
							  const dbcsl_token *next);

/* What a statement does with the objects that it names; 0: nothing, as one that
 * stores or drops a definition, or EXPLAIN of the caller's statement, which the
 * caller has prepared: reading the schema, before there is a transaction, could
 * find it locked. */
extern unsigned dbcsl_use_of(const char *text);

/* Whether a statement names an attached database. */
extern bool dbcsl_names_attached(dbcsl_host *h, const char *text);

/* The text of a statement without numbers and compared strings: others of the
 * same shape name the same. */
extern const char *dbcsl_shape_of(dbcsl_host *h, const char *text);

#endif /* DBCSL_TRUST_REACH_TEXT_H */
