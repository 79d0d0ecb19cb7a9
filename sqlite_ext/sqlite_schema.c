/*
 * sqlite_schema.c
 *	  The user's schema, from the text SQLite keeps of it.
 */
#include "sqlite_ext.h"

/* Lists the objects of a schema; see host.h. */
const dbc_rows *
dbcsl_schema(dbc_host *host, dbc_schema_source source)
{
	return dbc_query(host,
					 source == DBC_SCHEMA_STORED ? "migrate/stored_schema"
												 : "migrate/schema",
					 NULL, 0);
}

/* Keeps today's schema in the bookkeeping: what has changed of it is replaced.
 */
void
dbcsl_store_schema(dbc_host *host)
{
	dbc_query(host, "migrate/forget_schema", NULL, 0);
	dbc_query(host, "migrate/store_schema", NULL, 0);
}
