/*
 * mask.h
 *	  Values that do not get into a file.
 */
#ifndef DBC_SYNC_MASK_H
#define DBC_SYNC_MASK_H

#include "common/core/json.h"
#include "common/core/options.h"
#include "common/sync/encode.h"

/* Columns of a table that the caller names. */
typedef struct dbc_sync_mask
{
	const dbc_relation *table;
	const dbc_json_item *columns; /* an array */
} dbc_sync_mask;

typedef struct dbc_sync_masks
{
	/* those that the options mask and hash of dbaudit_enable() name, too */
	bool logged;
	dbc_sync_mask *list;
	int count;
} dbc_sync_masks;

/* Reads an option with lists of columns, by table; fails unless these are among
 * the tables that are exported. */
extern dbc_sync_masks dbc_sync_read_masks(dbc_host *host, bool logged,
										  const dbc_option_value *columns,
										  const dbc_relation *tables,
										  int ntables);

/* For each column of a table whether it is masked; NULL: none is. */
extern const bool *dbc_sync_find_masks(dbc_host *host,
									   const dbc_sync_masks *masks,
									   const dbc_sync_table *table);

/* What is in the file instead of a value; number is that of the row. */
extern dbc_sync_value dbc_sync_masked(dbc_host *host,
									  const dbc_sync_column *column,
									  const dbc_sync_value *value,
									  int64_t number);

#endif /* DBC_SYNC_MASK_H */
