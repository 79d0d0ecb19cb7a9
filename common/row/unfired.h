/*
 * unfired.h
 *	  Triggers of the application that rows were changed without.
 */
#ifndef DBC_ROW_UNFIRED_H
#define DBC_ROW_UNFIRED_H

#include "common/core/json_write.h"

/* Events, as in tgtype of pg_trigger. */
#define DBC_ROWS_INSERTED 4
#define DBC_ROWS_DELETED  8
#define DBC_ROWS_UPDATED  16
/* [PG] in partitions, whose own triggers have fired */
#define DBC_ROWS_OF_PARTS 1

typedef struct dbc_row_unfired
{
	const char **names;
	int count;
} dbc_row_unfired;

/* Adds the triggers of a table that events would have fired; and puts them into
 * a result, if there are any. */
extern void dbc_row_add_unfired(dbc_host *host, dbc_row_unfired *unfired,
								const dbc_relation *table, int events);
extern void dbc_row_put_unfired(dbc_host *host, const dbc_row_unfired *unfired,
								dbc_json_node *result);

#endif /* DBC_ROW_UNFIRED_H */
