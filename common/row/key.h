/*
 * key.h
 *	  Rows named by their keys.
 */
#ifndef DBC_ROW_KEY_H
#define DBC_ROW_KEY_H

#include "common/core/host.h"

/* A row named by its key. */
typedef struct dbc_row_named
{
	const char *key;	   /* JSON, as stored with saved rows */
	const char *values;	   /* of a key of several columns, whatever their names;
							* or NULL */
	const char *condition; /* that finds it */
	const char *unqualified; /* ... without the name of the table */
	const char *key_sql; /* expression for the key of any row, of its columns */
	bool is_exact;		 /* equal keys have one spelling; see row/spelling.h */
} dbc_row_named;

/* A key of an argument as JSON. */
extern const char *dbc_row_key_as_json(dbc_host *host, const dbc_value *key);

/* The row of an argument: the value of a key of one column, or a JSON object
 * with a member for each column.  Fails if the table has another key. */
extern dbc_row_named dbc_row_find(dbc_host *host, const dbc_relation *table,
								  const dbc_value *row_key);

/* The condition that finds the rows with some keys, each JSON as stored with
 * saved rows. */
extern const char *dbc_row_find_all(dbc_host *host, const dbc_relation *table,
									const char *const *keys, int nkeys);

/* How the keys of a table are written, and whether equal ones have one
 * spelling.
 */
typedef struct dbc_row_rule
{
	const char *key_sql;
	bool is_exact;
} dbc_row_rule;

extern dbc_row_rule dbc_row_read_rule(dbc_host *host,
									  const dbc_relation *table);

/* The expression for the key of any row of a table, of its columns. */
extern const char *dbc_row_key_sql(dbc_host *host, const dbc_relation *table);

#endif /* DBC_ROW_KEY_H */
