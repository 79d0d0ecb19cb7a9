/*
 * held_search.h
 *	  Where the rows of holds are: in their tables, or among the deleted rows.
 */
#ifndef DBC_ROW_HELD_SEARCH_H
#define DBC_ROW_HELD_SEARCH_H

#include "common/row/key.h"

/* Columns of row/holds.sql. */
enum
{
	DBC_HOLD_ID,
	DBC_HOLD_TABLE,
	DBC_HOLD_KEY,
	DBC_HOLD_QUOTED,
	DBC_HOLD_REASON,
	DBC_HOLD_IS_OWN,
	DBC_HOLD_VALUES,
	DBC_HOLD_IS_MOVED
};

/* Holds whose rows are looked for, in their order. */
typedef struct dbc_row_searched
{
	const dbc_rows *holds;
	bool *present;		  /* whose keys rows of their tables have ... */
	int looked_to;		  /* ... up to here */
	const dbc_rows *kept; /* those with a deleted row; NULL: not read yet */
} dbc_row_searched;

/* A hold whose row is looked for. */
typedef struct dbc_row_search
{
	const char *table;
	const char *key;
	dbc_row_named present; /* its key as dbcare writes it now */
	bool is_there;
} dbc_row_search;

/* Looks for the row of hold i; false if it is neither in the table, which *s
 * then says, nor in the trash. */
extern bool dbc_row_is_found(dbc_host *host, dbc_row_searched *l, int i,
							 dbc_row_search *s, dbc_error *error);

/* Runs a query over tables of users. */
extern const dbc_rows *dbc_row_read_as(dbc_host *host, const char *query,
									   bool is_named);

#endif /* DBC_ROW_HELD_SEARCH_H */
