/*
 * part.c
 *	  [PG] The partitions that rows of a table are in.
 */
#include "common/audit/part.h"

#include <string.h>

#include "common/core/text.h"

/* Columns of audit/parts.sql. */
enum
{
	P_RELID,
	P_SCHEMA,
	P_NAME,
	P_SHOWN
};

dbc_audit_parts
dbc_audit_read_parts(dbc_host *host, const dbc_relation *table,
					 bool is_partitioned)
{
	dbc_audit_parts parts = {.root = table, .is_partitioned = is_partitioned};
	const dbc_rows *rows;

	if (!is_partitioned)
	{
		parts.list = dbc_alloc(host, sizeof(*parts.list));
		parts.list[0] = (dbc_audit_part){.table = *table};
		parts.count = 1;
		return parts;
	}
	rows = dbc_query(host, "audit/parts", dbc_text(table->schema),
					 dbc_text(table->name));
	parts.count = rows->nrows;
	parts.list =
		dbc_alloc(host, (size_t) (rows->nrows + 1) * sizeof(*parts.list));
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "ittt");

		parts.list[i] =
			(dbc_audit_part){.relid = cells[P_RELID].integer,
							 .table = {.schema = cells[P_SCHEMA].text,
									   .name = cells[P_NAME].text,
									   .shown = cells[P_SHOWN].text,
									   .id = cells[P_RELID].integer}};
	}
	return parts;
}

/* The number of a part; -1 if there is none. */
static int
number_of(const dbc_audit_parts *parts, int64_t relid)
{
	int low = 0;
	int high = parts->count - 1;

	while (low <= high)
	{
		int middle = low + (high - low) / 2;

		if (parts->list[middle].relid == relid)
			return middle;
		if (parts->list[middle].relid < relid)
			low = middle + 1;
		else
			high = middle - 1;
	}
	return -1;
}

void
dbc_audit_find_parts(dbc_host *host, const dbc_audit_parts *parts,
					 const char *condition, bool *used)
{
	const dbc_rows *rows;

	memset(used, !parts->is_partitioned, (size_t) parts->count);
	if (!parts->is_partitioned)
		return;
	rows = dbc_query_text(
		host,
		dbc_format(host,
				   "select distinct %s.tableoid::pg_catalog.int8 as relid "
				   "from %s where %s",
				   dbc_quote(host, parts->root->name), parts->root->shown,
				   condition));
	for (int i = 0; i < rows->nrows; i++)
	{
		int part = number_of(parts, dbc_get_int(host, rows, i, 0));

		if (part >= 0)
			used[part] = true;
	}
}

void
dbc_audit_route(dbc_host *host, const dbc_audit_parts *parts,
				const char *const *images, int nimages, int *to)
{
	const dbc_rows *rows;
	dbc_buffer list;

	memset(to, 0, (size_t) nimages * sizeof(*to));
	if (!parts->is_partitioned || nimages == 0)
		return;
	dbc_buffer_init(&list, host);
	for (int i = 0; i < nimages; i++)
		dbc_append_format(&list, "%s%s", i > 0 ? "," : "[", images[i]);
	dbc_append(&list, "]");
	rows = dbc_query(host, "audit/routes", dbc_text(parts->root->schema),
					 dbc_text(parts->root->name));
	rows = dbc_query_text(host, dbc_get_text(host, rows, 0, 0));
	rows = dbc_query(host, "audit/route", dbc_text(parts->root->schema),
					 dbc_text(parts->root->name), dbc_text(list.data),
					 dbc_text(dbc_get_text(host, rows, 0, 0)));
	rows = dbc_query_text(host, dbc_get_text(host, rows, 0, 0));
	for (int i = 0; i < nimages; i++)
	{
		to[i] = number_of(parts, dbc_get_int_or(host, rows, i, 0, 0));
		if (to[i] < 0)
			dbc_fail(host, DBC_NOT_READY,
					 dbc_format(host, "The row was %s.", images[i]), NULL,
					 "table %s has no partition for a row", parts->root->shown);
	}
}
