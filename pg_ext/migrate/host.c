/*
 * host.c
 *	  The calls of the seam.
 */
#include "pg_ext/core/rooms.h"
#include "pg_ext/migrate/track.h"

const dbc_migrate_host dbcpg_migrate_host = {
	.schema = dbcpg_migrate_list_schema,
	.store_schema = dbcpg_migrate_store_schema,
	.preview = dbcpg_migrate_preview,
	.diff = dbcpg_migrate_diff,
	.track = dbcpg_migrate_track,
	.touched = dbcpg_migrate_read_changes,
};
