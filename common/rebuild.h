/*
 * rebuild.h
 *	  [SQLite] Rebuilding a table, as dbmigrate_rebuild asks the engine for it.
 */
#ifndef DBC_REBUILD_H
#define DBC_REBUILD_H

#include "host.h"

struct dbc_rebuild
{
	const dbc_relation *table;
	const char *create_sql; /* of the table as it shall be */

	/* what came of it */
	int64_t rows;
};

#endif /* DBC_REBUILD_H */
