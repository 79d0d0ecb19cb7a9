/*
 * rebuild.h
 *	  [SQLite] What dbmigrate_rebuild asks of the engine.
 */
#ifndef DBC_MIGRATE_REBUILD_H
#define DBC_MIGRATE_REBUILD_H

#include "common/core/json_write.h"
#include "common/migrate/host.h"

/* The expression that fills a column, instead of the old column of its name. */
typedef struct dbc_migrate_rebuild_fill
{
	const char *column;
	const char *expression; /* over the columns of the old table */
} dbc_migrate_rebuild_fill;

struct dbc_migrate_rebuild
{
	const dbc_relation *table;
	const char *create_sql; /* of the new table */
	const dbc_migrate_rebuild_fill *fillings;
	int nfillings;
	const char *const *drop_columns; /* that may lose values; ends with NULL; or
									  * NULL */

	/* results: arrays of texts */
	dbc_json_node *kept;	  /* columns with their old values */
	dbc_json_node *added;	  /* other columns of the new table */
	dbc_json_node *dropped;	  /* columns that the new table lacks */
	dbc_json_node *recreated; /* "index i", ... */
	dbc_json_node *changed;	  /* properties of the whole table */
	int64_t rows;
	const char *sql; /* the statements that ran */
};

#endif /* DBC_MIGRATE_REBUILD_H */
