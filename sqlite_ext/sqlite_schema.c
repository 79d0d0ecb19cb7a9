/*
 * sqlite_schema.c
 *	  The user's schema, from the text SQLite keeps of it.
 */
#include "sqlite_ext.h"

/* Lists the objects of a schema; see host.h. */
const dbc_rows *
dbcsl_schema(dbc_host *host, dbc_schema_source source)
{
	(void) source;
	return dbc_query(host, "migrate/schema", NULL, 0);
}
