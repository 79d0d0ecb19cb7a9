/*
 * subset.h
 *	  A consistent part of a database: the option where of dbsync_export().
 *
 * Conditions leave rows of some tables out.  Rows that refer to a row left out
 * are left out as well, as if deletions cascaded; all others stay.
 */
#ifndef DBC_SYNC_SUBSET_H
#define DBC_SYNC_SUBSET_H

#include "common/core/options.h"
#include "common/sync/table.h"

typedef struct dbc_sync_subset dbc_sync_subset;

/* Reads the option: an object with a condition for each of some tables.  Fails
 * if a table is missing or a condition invalid; NULL if it is not given. */
extern const dbc_sync_subset *
dbc_sync_read_subset(dbc_host *host, const dbc_option_value *where);

/* The table in whose schema the conditions find names: the first one that has a
 * condition. */
extern const dbc_relation *dbc_sync_subset_root(const dbc_sync_subset *subset);

/* The query of those rows of a table that stay. */
extern const char *dbc_sync_subset_query(const dbc_sync_subset *subset,
										 const dbc_sync_table *table);

#endif /* DBC_SYNC_SUBSET_H */
