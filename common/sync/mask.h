/*
 * mask.h
 *	  Values that do not get into a file.
 */
#ifndef DBC_SYNC_MASK_H
#define DBC_SYNC_MASK_H

#include "common/sync/encode.h"

/* For each column of a table whether the options mask and hash of
 * dbaudit_enable() name it; NULL: none. */
extern const bool *dbc_sync_find_masks(dbc_host *host,
									   const dbc_sync_table *table);

/* What is in the file instead of a value; number is that of the row. */
extern dbc_sync_value dbc_sync_masked(dbc_host *host,
									  const dbc_sync_column *column,
									  const dbc_sync_value *value,
									  int64_t number);

#endif /* DBC_SYNC_MASK_H */
