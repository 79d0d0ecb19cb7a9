/*
 * diff.c
 *	  SQL that turns one schema into another, and the calls of the seam.
 */
#include "pg_ext/core/rooms.h"
#include "pg_ext/migrate/diff.h"
#include "pg_ext/migrate/track.h"

/* See common/migrate/host.h. */
static const char *
write_diff(dbc_host *base, const dbc_migrate_schema *from,
		   const dbc_migrate_schema *to)
{
	diff d = {.host = base};

	dbc_buffer_init(&d.out, base);
	dbcpg_migrate_add_nodes(&d, from, to);
	dbcpg_migrate_decide_actions(&d);
	dbcpg_migrate_write_steps(&d);
	/* function bodies may use objects that are created later */
	if (d.has_functions)
		return dbc_format(base, "SET check_function_bodies = off;\n%s",
						  d.out.data);
	return d.out.data;
}

const dbc_migrate_host dbcpg_migrate_host = {
	.has_roles = true,
	.schema = dbcpg_migrate_list_schema,
	.store_schema = dbcpg_migrate_store_schema,
	.preview = dbcpg_migrate_preview,
	.diff = write_diff,
	.track = dbcpg_migrate_track,
	.touched = dbcpg_migrate_read_changes,
};
