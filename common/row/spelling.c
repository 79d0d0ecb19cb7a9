/*
 * spelling.c
 *	  Keys of rows that the engine takes for equal although they are written in
 *	  several ways.
 */
#include "common/row/spelling.h"

#include <string.h>

#include "common/core/json_write.h"
#include "common/row/exact.h"

/* Bytes of the keys that one statement compares. */
#define MOST_BYTES 1000000

/* Appends a key to an array of JSON. */
static void
append_key(dbc_buffer *array, const char *key)
{
	dbc_append(array, array->length > 1 ? ", " : "");
	dbc_append(array, dbc_row_exact(array->host, key));
}

/* Sets *found for the keys from row from on that the table takes for one of
 * others, an array. */
static void
match_part(dbc_host *host, const dbc_relation *table, dbc_buffer *part,
		   const char *others, bool by_values, bool *found)
{
	const dbc_rows *rows;
	const char *problem;

	dbc_append(part, "]");
	rows = dbc_query(host, "row/match", dbc_text(table->schema),
					 dbc_text(table->name), dbc_text(part->data),
					 dbc_text(others), dbc_bool(by_values));
	problem = dbc_get_text_or_null(host, rows, 0, 1);
	if (problem)
		dbc_fail(host, DBC_UNSUPPORTED,
				 "Equal keys can be written in several ways.", NULL,
				 "keys of table %s cannot be compared: %s", table->shown,
				 problem);
	if (dbc_same(part->data, "[]"))
		return;
	rows = dbc_query_text(host, dbc_get_text(host, rows, 0, 0));
	for (int i = 0; i < rows->nrows; i++)
		found[dbc_get_int(host, rows, i, 0)] = true;
	dbc_buffer_init(part, host);
	dbc_append(part, "[");
	dbc_poll(host);
}

const bool *
dbc_row_match(dbc_host *host, const dbc_relation *table,
			  const char *const *keys, int nkeys, const char *const *others,
			  int nothers, bool by_values)
{
	bool *found = dbc_alloc(host, (size_t) nkeys + 1);
	dbc_buffer array;
	dbc_buffer part;
	int from = 0;

	memset(found, 0, (size_t) nkeys + 1);
	if (nothers == 0)
		return found;
	dbc_buffer_init(&array, host);
	dbc_append(&array, "[");
	for (int i = 0; i < nothers; i++)
		append_key(&array, others[i]);
	dbc_append(&array, "]");
	dbc_buffer_init(&part, host);
	dbc_append(&part, "[");
	for (int i = 0; i < nkeys; i++)
	{
		append_key(&part, keys[i]);
		if (part.length < MOST_BYTES)
			continue;
		match_part(host, table, &part, array.data, by_values, found + from);
		from = i + 1;
	}
	/* without keys, too: whether they can be compared */
	if (from == 0 || from < nkeys)
		match_part(host, table, &part, array.data, by_values, found + from);
	return found;
}

const char **
dbc_row_list_column(dbc_host *host, const dbc_rows *rows, int column)
{
	const char **list =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*list));

	for (int i = 0; i < rows->nrows; i++)
		list[i] = dbc_get_text(host, rows, i, column);
	return list;
}

static void
add_key(dbc_host *host, dbc_row_keys *keys, const char *key)
{
	for (int i = 0; i < keys->count; i++)
		if (dbc_same(keys->list[i], key))
			return;
	keys->list =
		dbc_grow(host, keys->list, (size_t) keys->count, sizeof(*keys->list));
	keys->list[keys->count++] = key;
}

dbc_row_keys
dbc_row_spellings(dbc_host *host, const dbc_relation *table,
				  const char *const *keys, int nkeys, bool by_values,
				  const dbc_rows *stored)
{
	dbc_row_keys all = {0};
	const char **list;
	const bool *found;

	for (int i = 0; i < nkeys; i++)
		add_key(host, &all, keys[i]);
	if (!stored)
		return all;
	list = dbc_row_list_column(host, stored, 0);
	found =
		dbc_row_match(host, table, list, stored->nrows, keys, nkeys, by_values);
	for (int i = 0; i < stored->nrows; i++)
		if (found[i])
			add_key(host, &all, dbc_row_exact(host, list[i]));
	return all;
}

dbc_value
dbc_row_list_keys(dbc_host *host, const dbc_row_keys *keys)
{
	dbc_json_node *list = dbc_json_array(host);

	for (int i = 0; i < keys->count; i++)
	{
		const char *plain = dbc_row_plain_key(host, keys->list[i]);

		dbc_json_push_text(list, keys->list[i]);
		if (plain != keys->list[i])
			dbc_json_push_text(list, plain);
	}
	return dbc_text(dbc_json_text(list));
}

dbc_value
dbc_row_identifies(dbc_host *host, const dbc_relation *table,
				   const dbc_row_named *row)
{
	const char *identity = row->values ? row->values : row->key;
	dbc_row_keys keys = {&identity, 1};
	dbc_value list = dbc_row_list_keys(host, &keys);

	/* a key of one spelling may be older than the type of its column */
	if (row->is_exact &&
		dbc_get_bool(
			host, dbc_query(host, "row/has_kept", dbc_text(table->shown), list),
			0, 0))
		return list;
	keys = dbc_row_spellings(
		host, table, &identity, 1, row->values != NULL,
		dbc_query(host, "row/kept_keys", dbc_text(table->shown)));
	return dbc_row_list_keys(host, &keys);
}
