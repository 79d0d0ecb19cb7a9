/*
 * diff.c
 *	  SQL that turns one schema into another.
 */
#include "pg_ext/migrate/diff.h"
#include "pg_ext/migrate/schema.h"

/* See common/migrate/host.h. */
const char *
dbcpg_migrate_diff(dbc_host *base, const dbc_migrate_schema *from,
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
