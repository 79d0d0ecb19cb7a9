/*
 * rebuild.h
 *	  [SQLite] Rebuilding a table, as dbmigrate_rebuild asks the engine for it.
 */
#ifndef DBC_MIGRATE_REBUILD_H
#define DBC_MIGRATE_REBUILD_H

#include "common/core/json_write.h"

/* What a column of the new table gets instead of the values of its name. */
typedef struct dbc_filling
{
	const char *column;
	const char *expression; /* over the columns of the old table */
} dbc_filling;

struct dbc_rebuild
{
	const dbc_relation *table;
	const char *create_sql; /* of the table as it shall be */
	const dbc_filling *fillings;
	int nfillings;
	const char *const *drop_columns; /* whose values may be lost; ended by NULL,
									  * or NULL */

	/* what came of it: arrays of texts, to be filled */
	dbc_node *kept;		 /* columns with the values they had */
	dbc_node *added;	 /* other columns of the new table */
	dbc_node *dropped;	 /* columns of the old one that are in no new one */
	dbc_node *recreated; /* "index i", ... */
	dbc_node *changed;	 /* what is said of the table as a whole */
	int64_t rows;
	const char *sql; /* what was run */
};

#endif /* DBC_MIGRATE_REBUILD_H */
