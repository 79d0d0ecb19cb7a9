/*
 * rebuild.h
 *	  [SQLite] Rebuilding a table, as dbmigrate_rebuild asks the engine for it.
 */
#ifndef DBC_MIGRATE_REBUILD_H
#define DBC_MIGRATE_REBUILD_H

#include "common/core/json_write.h"
#include "common/migrate/host.h"

/* What a column of the new table gets instead of the values of its name. */
typedef struct dbc_migrate_rebuild_fill
{
	const char *column;
	const char *expression; /* over the columns of the old table */
} dbc_migrate_rebuild_fill;

struct dbc_migrate_rebuild
{
	const dbc_relation *table;
	const char *create_sql; /* of the table as it shall be */
	const dbc_migrate_rebuild_fill *fillings;
	int nfillings;
	const char *const *drop_columns; /* whose values may be lost; ended by NULL,
									  * or NULL */

	/* what came of it: arrays of texts, to be filled */
	dbc_json_node *kept;	/* columns with the values they had */
	dbc_json_node *added;	/* other columns of the new table */
	dbc_json_node *dropped; /* columns of the old one that are in no new one */
	dbc_json_node *recreated; /* "index i", ... */
	dbc_json_node *changed;	  /* what is said of the table as a whole */
	int64_t rows;
	const char *sql; /* what was run */
};

#endif /* DBC_MIGRATE_REBUILD_H */
