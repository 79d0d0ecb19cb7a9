/*
 * mask.c
 *	  Values that do not get into a file: those of columns that the caller
 * names, or that the log of changes does not store either.
 */
#include "common/sync/mask.h"

#include <string.h>

#include "common/audit/audit.h"
#include "common/core/json.h"
#include "common/core/tables.h"
#include "common/core/text.h"

/* The masked columns of a table. */
typedef struct found
{
	const dbc_sync_table *table;
	bool *masked;
	bool any;
} found;

/* Masks the column with a name; false if the table has none outside its key. */
static bool
add_mask(found *f, const char *name)
{
	for (int i = 0; name && i < f->table->ncolumns; i++)
		if (dbc_same(f->table->columns[i].name, name) &&
			f->table->columns[i].key == 0)
			return f->masked[i] = f->any = true;
	return false;
}

/* Adds those that the caller names. */
static void
add_named(dbc_host *host, found *f, const dbc_json_item *list)
{
	const dbc_json_item *item = list + 1;

	for (uint32_t i = 0; i < list->length; i++, item = dbc_json_next(item))
	{
		const char *name = dbc_json_string_or_null(host, item);

		if (!add_mask(f, name))
			dbc_fail(host, DBC_UNDEFINED_COLUMN, NULL,
					 "Name columns that are not in the primary key.",
					 "column %s of table %s cannot be masked: the table has no "
					 "such column outside its key",
					 name ? name : "null", f->table->relation->shown);
	}
}

/* Adds those that the log masks or hashes, whatever their names are now. */
static void
add_logged(dbc_host *host, found *f)
{
	const dbc_relation *relation = f->table->relation;
	const dbc_rows *rows;
	int64_t id;

	if (!dbc_has_tables(host))
		return;
	rows = dbc_query(host, "audit/table", dbc_text(relation->schema),
					 dbc_text(relation->name), dbc_text(relation->shown));
	id = rows->nrows > 0 ? dbc_get_int(host, rows, 0, 0) : 0;
	rows = dbc_query(host, "sync/masks", dbc_int(id));
	for (int i = 0; i < rows->nrows; i++)
		if (!add_mask(f, dbc_get_text_or_null(host, rows, i, 1)))
			dbc_fail(host, DBC_UNDEFINED_COLUMN, NULL,
					 "Call dbaudit_enable() with the columns to mask.",
					 "column %s of table %s is masked in the log, but the "
					 "table has no such column outside its key",
					 dbc_get_text(host, rows, i, 0), relation->shown);
}

const bool *
dbc_sync_find_masks(dbc_host *host, const dbc_sync_masks *masks,
					const dbc_sync_table *table)
{
	found f = {.table = table,
			   .masked = dbc_alloc(host, (size_t) table->ncolumns + 1)};

	memset(f.masked, 0, (size_t) table->ncolumns + 1);
	for (int i = 0; i < masks->count; i++)
		if (dbc_same(masks->list[i].table->shown, table->relation->shown))
			add_named(host, &f, masks->list[i].columns);
	if (masks->logged)
		add_logged(host, &f);
	return f.any ? f.masked : NULL;
}

/* A table that the caller names and exports. */
static const dbc_relation *
find_table(dbc_host *host, const char *name, const dbc_relation *tables,
		   int ntables)
{
	const dbc_relation *table = dbc_resolve(host, name);

	for (int i = 0; i < ntables; i++)
		if (dbc_same(tables[i].shown, table->shown))
			return &tables[i];
	dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
			 "Add the table to the option tables.",
			 "option \"mask_columns\" names table %s, which is not exported",
			 table->shown);
}

dbc_sync_masks
dbc_sync_read_masks(dbc_host *host, bool logged,
					const dbc_option_value *columns, const dbc_relation *tables,
					int ntables)
{
	dbc_sync_masks masks = {.logged = logged};
	const dbc_json_item *object;
	const dbc_json_item *key;
	const char *problem;

	if (!columns->given)
		return masks;
	object = dbc_json_read(host, columns->text, strlen(columns->text), NULL, 0,
						   &problem);
	masks.list =
		dbc_alloc(host, ((size_t) object->length + 1) * sizeof(*masks.list));
	key = object + 1;
	for (uint32_t i = 0; i < object->length; i++)
	{
		const char *name = dbc_json_string(host, key);
		const dbc_json_item *list = dbc_json_next(key);

		if (list->kind != DBC_I_ARRAY)
			dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
					 "Pass an object such as {\"person\": [\"name\"]}.",
					 "option \"mask_columns\" has no list of columns for table "
					 "%s",
					 name);
		masks.list[masks.count++] =
			(dbc_sync_mask){find_table(host, name, tables, ntables), list};
		key = dbc_json_next(list);
	}
	return masks;
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
