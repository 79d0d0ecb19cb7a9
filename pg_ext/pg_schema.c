/*
 * pg_schema.c
 *	  The user's schema, from the catalog.
 */
#include "pg_ext.h"

/* Lists the objects of a schema; see host.h. */
const dbc_rows *
dbcpg_schema(dbc_host *base, dbc_schema_source source)
{
	(void) source;
	return dbc_query(base, "migrate/schema", NULL, 0);
}
