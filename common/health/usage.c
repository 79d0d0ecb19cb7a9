/*
 * usage.c
 *	  Contents and usage of the database: dbhealth_size(), _tables(),
 *	  _indexes(), _connections(), _schema() and _statistics().
 */
#include "common/core/functions.h"

#include "common/health/run.h"

#include "common/core/names.h"
#include "common/sample/host.h"

/* Columns of health/schema_tables.sql, health/statistics.sql. */
static const char *const table_keys[] = {
	"table_name",	"columns",	"primary_key", "indexes",
	"foreign_keys", "triggers", NULL};
static const char *const statistics_keys[] = {
	"since",		"commits",		   "rollbacks",	  "cache_hits",
	"cache_misses", "cache_hit_ratio", "rows_read",	  "rows_inserted",
	"rows_updated", "rows_deleted",	   "temp_files",  "temp_bytes",
	"deadlocks",	"conflicts",	   "connections", NULL};

/* Emits rows unchanged. */
static void
emit_rows(dbc_host *host, const dbc_rows *rows)
{
	for (int i = 0; i < rows->nrows; i++)
		dbc_emit_row(host, rows, i);
}

/* Rows as a JSON array of objects. */
static dbc_json_node *
row_node(dbc_host *host, const dbc_rows *rows, int row, const char *const *keys)
{
	dbc_json_node *node = dbc_json_object(host);

	for (int i = 0; keys[i]; i++)
		dbc_json_put_cell(node, keys[i], rows, row, i);
	return node;
}

/* Sizes and row counts as JSON text, a parameter of the SQL of size, tables and
 * indexes; null on an engine whose catalog has them. */
dbc_value
dbc_health_read_storage(dbc_host *host)
{
	const dbc_rows *rows;

	if (!dbc_find_sql(host, "health/storage"))
		return dbc_null();
	rows = dbc_query(host, "health/storage");
	rows = dbc_query_text(host, dbc_get_text_or_null(host, rows, 0, 0));
	return dbc_text(dbc_get_text_or_null(host, rows, 0, 0));
}

/* dbhealth_size() */
DBC_RUN(dbhealth_size)
{
	dbc_facts facts;

	dbc_sample_read_facts(host, &facts);
	emit_rows(host, dbc_query(host, "health/size",
							  facts.wal_bytes < 0 ? dbc_null()
												  : dbc_int(facts.wal_bytes),
							  dbc_health_read_storage(host)));
}

const dbc_rows *
dbc_health_read_table_sizes(dbc_host *host, dbc_value storage)
{
	return dbc_query(host, "health/tables", storage);
}

const dbc_rows *
dbc_health_read_indexes(dbc_host *host, dbc_value storage)
{
	return dbc_query(host, "health/indexes", storage);
}

const dbc_rows *
dbc_health_read_connections(dbc_host *host)
{
	return dbc_query(host, "health/connections");
}

/* dbhealth_tables() */
DBC_RUN(dbhealth_tables)
{
	emit_rows(host,
			  dbc_health_read_table_sizes(host, dbc_health_read_storage(host)));
}

/* dbhealth_indexes() */
DBC_RUN(dbhealth_indexes)
{
	emit_rows(host,
			  dbc_health_read_indexes(host, dbc_health_read_storage(host)));
}

/* dbhealth_connections() */
DBC_RUN(dbhealth_connections)
{
	emit_rows(host, dbc_health_read_connections(host));
}

/* dbhealth_schema() */
DBC_RUN(dbhealth_schema)
{
	dbc_json_node *result = dbc_json_object(host);
	dbc_json_node *objects = dbc_json_object(host);
	dbc_json_node *tables = dbc_json_array(host);
	const dbc_rows *rows = dbc_query(host, "health/schema_objects");

	for (int i = 0; i < rows->nrows; i++)
		dbc_json_put_cell(objects, dbc_get_text(host, rows, i, 0), rows, i, 1);
	rows = dbc_query(host, "health/schema_tables");
	for (int i = 0; i < rows->nrows; i++)
		dbc_json_push(tables, row_node(host, rows, i, table_keys));
	DBC_PUT_TEXT(result, engine, host->engine_name);
	DBC_PUT(result, objects, objects);
	DBC_PUT(result, tables, tables);
	dbc_json_emit(host, result);
}

/* dbhealth_statistics() */
DBC_RUN(dbhealth_statistics)
{
	dbc_facts facts;
	dbc_value details;
	const dbc_rows *rows;
	dbc_json_node *result;

	dbc_sample_read_facts(host, &facts);
	details = dbc_text(facts.details);
	rows = dbc_query(host, "health/statistics", details);
	result = row_node(host, rows, 0, statistics_keys);
	DBC_PUT_TEXT(result, engine, host->engine_name);
	dbc_json_emit(host, result);
}
