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
	const char *key_sql; /* expression for the key of any row, of its columns */
} dbc_row_named;

/* A key of an argument as JSON. */
extern const char *dbc_row_key_as_json(dbc_host *host, const dbc_value *key);

/* What identifies the row among saved ones, whatever the names of columns. */
extern dbc_value dbc_row_identifies(const dbc_row_named *row);

/* The row of an argument: the value of a key of one column, or a JSON object
 * with a member for each column.  Fails if the table has another key. */
extern dbc_row_named dbc_row_find(dbc_host *host, const dbc_relation *table,
								  const dbc_value *row_key);

/* The condition that finds the rows with some keys, each JSON as stored with
 * saved rows. */
extern const char *dbc_row_find_all(dbc_host *host, const dbc_relation *table,
									const char *const *keys, int nkeys);

/* The expression for the key of any row of a table, of its columns. */
extern const char *dbc_row_key_sql(dbc_host *host, const dbc_relation *table);

#endif /* DBC_ROW_KEY_H */
