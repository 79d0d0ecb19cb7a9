/*
 * query.h
 *	  What a query asks of its tables, read from its tokens: terms that an
 *	  index can find rows by, orders that an index can have, and the columns
 *	  that are read.
 *
 * The tokens are not a parse tree: what is not understood is left out, so that
 * a candidate is missing or useless, but the engine alone says what a query
 * means and costs.
 */
#ifndef DBC_ADVISE_QUERY_H
#define DBC_ADVISE_QUERY_H

#include "common/core/host.h"

typedef struct dbc_advise_column
{
	const char *name;
	const char *shown; /* quoted if necessary */
} dbc_advise_column;

/* An index that exists. */
typedef struct dbc_advise_existing
{
	const char *name;	 /* NULL: an INTEGER PRIMARY KEY */
	const char *columns; /* ",a,b,"; "" if it is more than a list of columns */
} dbc_advise_existing;

typedef struct dbc_advise_table
{
	const dbc_relation *relation;
	int ncolumns;
	dbc_advise_column *columns;
	int nindexes; /* with a name */
	int nexisting;
	dbc_advise_existing *existing;
} dbc_advise_table;

/* The tables that queries of this call name, each once. */
typedef struct dbc_advise_schema
{
	int ntables;
	dbc_advise_table **tables;
} dbc_advise_schema;

/* An item of a FROM clause. */
typedef struct dbc_advise_source
{
	int scope;
	const char *alias;
	const dbc_advise_table *table; /* NULL: a subquery, a view or a function */
	bool *reads;				   /* per column */
	bool reads_all;				   /* has a star */
	bool is_asked;				   /* of EXISTS: one row is enough */
} dbc_advise_source;

typedef enum dbc_advise_term_kind
{
	DBC_ADVISE_EQUAL, /* to a value or a list */
	DBC_ADVISE_RANGE,
	DBC_ADVISE_JOIN, /* equal to a column of another source */
	DBC_ADVISE_IS	 /* a condition without an operand: IS NULL, flag */
} dbc_advise_term_kind;

/* A term of WHERE or ON. */
typedef struct dbc_advise_term
{
	dbc_advise_term_kind kind;
	int source;
	int column;
	const char *function; /* of the column: "lower"; or NULL */
	int other;			  /* JOIN: source and column, or -1 */
	int other_column;
	/* the condition as SQL on the column alone; NULL if its operand is not
	 * known or is a parameter */
	const char *condition;
	bool every_row; /* all rows of the result meet it: it is not below an OR */
} dbc_advise_term;

#define DBC_ADVISE_KEYS 3

/* The first columns of GROUP BY or ORDER BY, all of one source. */
typedef struct dbc_advise_order
{
	int source;
	int ncolumns;
	int columns[DBC_ADVISE_KEYS];
	bool descending[DBC_ADVISE_KEYS];
} dbc_advise_order;

typedef struct dbc_advise_query
{
	const char *text;
	int nsources, nterms, norders;
	dbc_advise_source *sources;
	dbc_advise_term *terms;
	dbc_advise_order *orders;
	double limit; /* of the outermost query; 0: none */
} dbc_advise_query;

/* Fails unless text is one statement that can be planned. */
extern void dbc_advise_check_statement(dbc_host *host, const char *text);

extern const dbc_advise_query *dbc_advise_read_query(dbc_host *host,
													 dbc_advise_schema *schema,
													 const char *text);

#endif /* DBC_ADVISE_QUERY_H */
