/*
 * pg_schema.c
 *	  The user's schema, from the catalog.
 */
#include "pg_ext.h"

#include "text.h"

/* Stands for the query of the schema in another one. */
#define MARK "/* schema */"

/* Lists the objects of a schema; see host.h. */
const dbc_rows *
dbcpg_schema(dbc_host *base, dbc_schema_source source)
{
	return dbc_query(base,
					 source == DBC_SCHEMA_STORED ? "migrate/stored_schema"
												 : "migrate/schema",
					 NULL, 0);
}

/* Keeps today's schema in the bookkeeping. */
void
dbcpg_store_schema(dbc_host *base)
{
	const char *schema = dbc_find_sql(base, "migrate/schema")->text;
	const char *store = dbc_find_sql(base, "migrate/store_schema")->text;
	const char *mark = strstr(store, MARK);

	dbc_query_text(base, dbc_format(base, "%.*s%s%s", (int) (mark - store),
									store, schema, mark + strlen(MARK)));
}
