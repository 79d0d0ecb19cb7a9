/*
 * sql_place.h
 *	  Which tokens of a statement are values and which are names.
 */
#ifndef DBC_CORE_SQL_PLACE_H
#define DBC_CORE_SQL_PLACE_H

#include "common/core/sql_scan.h"

/* What the whole of a statement is. */
typedef enum dbc_sql_context
{
	DBC_IN_START, /* not known yet */
	DBC_IN_ORDINARY,
	DBC_IN_PRAGMA, /* what is set here are words, too */
	DBC_IN_ATTACH, /* so is what is attached */
	DBC_IN_VACUUM  /* INTO comes before an expression */
} dbc_sql_context;

/* A place between two lexemes. */
typedef struct dbc_sql_place
{
	int engine;
	dbc_lexeme last; /* that was written; END at the start */
	dbc_sql_context in;
	int depth;		  /* open parentheses */
	uint64_t lists;	  /* bit i: those at depth i are a list of values */
	uint64_t names;	  /* bit i: items at depth i begin with a name */
	bool wants_table; /* a name here, and then ( begins a list of names */
	bool has_table;	  /* that name was the last lexeme */
} dbc_sql_place;

/* Whether a lexeme is one of some words, which are in blanks. */
extern bool dbc_lexeme_is_one_of(const dbc_lexeme *lexeme, const char *words);

/* Whether it is this symbol. */
extern bool dbc_lexeme_is_symbol(const dbc_lexeme *lexeme, const char *symbol);

/* Whether it is a symbol that stands before an operand. */
extern bool dbc_lexeme_is_operator(const dbc_lexeme *lexeme);

/* Whether it is a word that an expression follows. */
extern bool dbc_lexeme_precedes_expression(const dbc_lexeme *lexeme);

/* The lexeme after one. */
extern dbc_lexeme dbc_sql_next(const dbc_sql_place *place,
							   const dbc_lexeme *lexeme);

/* Whether what comes next is an operand, so that + and - are signs. */
extern bool dbc_sql_at_operand(const dbc_sql_place *place);

/* Whether a lexeme is a value where it stands. */
extern bool dbc_sql_is_value(const dbc_sql_place *place,
							 const dbc_lexeme *lexeme);

/* Notes what a lexeme that is no value means for those after it. */
extern void dbc_sql_advance(dbc_sql_place *place, const dbc_lexeme *lexeme);

#endif /* DBC_CORE_SQL_PLACE_H */
