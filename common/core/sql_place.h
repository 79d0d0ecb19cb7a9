/*
 * sql_place.h
 *	  Which tokens of a statement are values and which are names.
 */
#ifndef DBC_CORE_SQL_PLACE_H
#define DBC_CORE_SQL_PLACE_H

#include "common/core/sql_scan.h"

/* The kind of a statement. */
typedef enum dbc_sql_context
{
	DBC_IN_START, /* unknown yet */
	DBC_IN_ORDINARY,
	DBC_IN_PRAGMA, /* values are words, too */
	DBC_IN_ATTACH, /* the file is a word, too */
	DBC_IN_VACUUM  /* INTO precedes an expression */
} dbc_sql_context;

/* A position between two lexemes. */
typedef struct dbc_sql_place
{
	int engine;
	dbc_lexeme last; /* last one written; END at the start */
	dbc_sql_context in;
	int depth;		  /* number of open parentheses */
	uint64_t lists;	  /* bit i: those at depth i contain a list of values */
	uint64_t names;	  /* bit i: items at depth i start with a name */
	bool wants_table; /* a table name is expected, and then ( starts a list of
						 names */
	bool has_table;	  /* the last lexeme was that name */
} dbc_sql_place;

/* Whether a lexeme is one of some words, separated by blanks. */
extern bool dbc_lexeme_is_one_of(const dbc_lexeme *lexeme, const char *words);

extern bool dbc_lexeme_is_symbol(const dbc_lexeme *lexeme, const char *symbol);

/* Whether a lexeme is a symbol that precedes an operand. */
extern bool dbc_lexeme_is_operator(const dbc_lexeme *lexeme);

/* Whether a lexeme is a word that precedes an expression. */
extern bool dbc_lexeme_precedes_expression(const dbc_lexeme *lexeme);

/* The lexeme after another one. */
extern dbc_lexeme dbc_sql_next(const dbc_sql_place *place,
							   const dbc_lexeme *lexeme);

/* Whether an operand is expected, so that + and - are signs. */
extern bool dbc_sql_at_operand(const dbc_sql_place *place);

/* Whether a lexeme is a value at this position. */
extern bool dbc_sql_is_value(const dbc_sql_place *place,
							 const dbc_lexeme *lexeme);

/* Updates the context after a lexeme that is not a value. */
extern void dbc_sql_advance(dbc_sql_place *place, const dbc_lexeme *lexeme);

#endif /* DBC_CORE_SQL_PLACE_H */
