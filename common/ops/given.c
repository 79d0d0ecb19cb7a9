/*
 * given.c
 *	  Rows and keys that a caller gives.
 */
#include "common/ops/ops.h"

#include <string.h>

const dbc_json_item **
dbc_ops_read_rows(dbc_host *host, const dbc_value *json, const char *of,
				  int *count)
{
	const char *problem;
	const dbc_json_item *item =
		dbc_json_read(host, json->text, strlen(json->text), NULL, 0, &problem);
	bool is_array = item && item->kind == DBC_I_ARRAY;
	const dbc_json_item **rows;

	*count = is_array ? (int) item->length : 1;
	rows = dbc_alloc(host, ((size_t) *count + 1) * sizeof(*rows));
	item = is_array ? item + 1 : item;
	for (int i = 0; i < *count; i++, item = dbc_json_next(item))
	{
		if (!item || item->kind != DBC_I_OBJECT)
			dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
					 "Pass a JSON object with a member for each column, or an "
					 "array of such objects.",
					 "row %d%s is not a JSON object", i + 1, of);
		rows[i] = item;
	}
	return rows;
}

/* Whether a column is one of a key. */
static bool
is_in(const char *name, const dbc_ops_column *const *key, int nkey)
{
	for (int i = 0; i < nkey; i++)
		if (dbc_same(name, key[i]->name))
			return true;
	return false;
}

void
dbc_ops_require_unique(dbc_host *host, const dbc_ops_table *table,
					   const dbc_ops_column *const *key, int nkey)
{
	const dbc_rows *rows;
	dbc_buffer names;

	if (nkey == 0)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Pass the columns of a unique index as the option key.",
				 "table %s has no primary key", table->relation->shown);
	for (int i = 1; i < nkey; i++)
		if (is_in(key[i]->name, key, i))
			dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
					 "option key names column \"%s\" twice", key[i]->name);
	rows = dbc_query(host, "ops/unique_keys", dbc_text(table->relation->schema),
					 dbc_text(table->relation->name));
	for (int i = 0; i < rows->nrows; i++)
	{
		dbc_json_entries columns = dbc_json_read_entries(
			host, dbc_get_text(host, rows, i, 0), "columns");
		int found = 0;

		for (int j = 0; j < columns.count; j++)
			found += is_in(columns.list[j].text, key, nkey);
		if (found == nkey && columns.count == nkey)
			return;
	}
	dbc_buffer_init(&names, host);
	for (int i = 0; i < nkey; i++)
		dbc_append_format(&names, "%s%s", i > 0 ? ", " : "",
						  dbc_quote(host, key[i]->name));
	dbc_fail(host, "42P10", NULL,
			 dbc_format(host, "CREATE UNIQUE INDEX ON %s (%s);",
						table->relation->shown, names.data),
			 "table %s has no unique index on (%s)", table->relation->shown,
			 names.data);
}
