/*
 * mask.c
 *	  Values that do not get into a file: those of columns that the log of
 *	  changes does not store either.
 */
#include "common/sync/mask.h"

#include <string.h>

#include "common/audit/audit.h"
#include "common/core/json.h"
#include "common/core/tables.h"
#include "common/core/text.h"

static void
add_masks(dbc_host *host, const dbc_sync_table *table, const dbc_value *options,
		  const char *option, bool *masked, bool *any)
{
	const dbc_json_item *list = dbc_json_find(host, options, option);
	const dbc_json_item *item = list ? list + 1 : NULL;

	for (uint32_t i = 0; list && list->kind == DBC_I_ARRAY && i < list->length;
		 i++, item = dbc_json_next(item))
	{
		const char *name = dbc_json_string_or_null(host, item);
		bool found = false;

		for (int j = 0; name && j < table->ncolumns; j++)
			if (dbc_same(table->columns[j].name, name) &&
				table->columns[j].key == 0)
				masked[j] = found = *any = true;
		/* it may have another name now */
		if (!found)
			dbc_fail(host, DBC_UNDEFINED_COLUMN, NULL,
					 "Call dbaudit_enable() with the columns to mask.",
					 "column %s of table %s is masked in the log, but the "
					 "table has no such column outside its key",
					 name ? name : "null", table->relation->shown);
	}
}

const bool *
dbc_sync_find_masks(dbc_host *host, const dbc_sync_table *table)
{
	const dbc_relation *relation = table->relation;
	bool *masked;
	bool any = false;
	const dbc_rows *rows;
	dbc_value options;
	int64_t id;

	if (!dbc_has_tables(host))
		return NULL;
	rows = dbc_query(host, "audit/table", dbc_text(relation->schema),
					 dbc_text(relation->name), dbc_text(relation->shown));
	id = rows->nrows > 0 ? dbc_get_int(host, rows, 0, 0) : 0;
	rows = dbc_query(host, "sync/masks", dbc_int(id));
	if (id == 0 || rows->nrows == 0)
		return NULL;
	options = dbc_json(dbc_get_json(host, rows, 0, 0));
	masked = dbc_alloc(host, (size_t) table->ncolumns + 1);
	memset(masked, 0, (size_t) table->ncolumns + 1);
	add_masks(host, table, &options, "mask", masked, &any);
	add_masks(host, table, &options, "hash", masked, &any);
	return any ? masked : NULL;
}

dbc_sync_value
dbc_sync_masked(dbc_host *host, const dbc_sync_column *column,
				const dbc_sync_value *value, int64_t number)
{
	dbc_sync_value masked = {.kind = DBC_SYNC_TEXT};
	long long n = (long long) number;

	if (value->kind == DBC_SYNC_NULL || !column->is_required)
		return (dbc_sync_value){.kind = DBC_SYNC_NULL};
	switch (column->class)
	{
		case DBC_SYNC_WHOLE:
		case DBC_SYNC_NUMBERS:
		case DBC_SYNC_BOOLEANS:
			return (dbc_sync_value){.kind = DBC_SYNC_INTEGER};
		case DBC_SYNC_DATES:
			return (dbc_sync_value){.kind = DBC_SYNC_DAYS};
		case DBC_SYNC_TIMESTAMPS:
			return (dbc_sync_value){.kind = DBC_SYNC_MICROSECONDS};
		case DBC_SYNC_BLOBS:
			return (dbc_sync_value){.kind = DBC_SYNC_BLOB, .bytes = ""};
		case DBC_SYNC_TIMES:
			masked.bytes = "00:00:00";
			break;
		case DBC_SYNC_DOCUMENTS:
			masked.bytes = "null";
			break;
		case DBC_SYNC_UUIDS:
			masked.bytes =
				dbc_format(host, "00000000-0000-0000-0000-%012llx", n);
			break;
		default:
			if (value->kind != DBC_SYNC_TEXT)
				return (dbc_sync_value){.kind = DBC_SYNC_INTEGER};
			masked.bytes = dbc_format(host, "masked %lld", n);
	}
	masked.length = strlen(masked.bytes);
	return masked;
}
