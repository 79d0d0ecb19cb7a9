/*
 * follow.c
 *	  The entries about a row, whatever keys it had.
 *
 * An entry has the key before its change, and an update of the key also the one
 * after it; both are in indexes, so that entries of other rows are not read.
 */
#include "common/audit/follow.h"

#include <stdlib.h>

#include "common/core/sort.h"
#include "common/row/exact.h"

/* Adds an entry, unless it is about another row than the one with a key: its
 * columns had other names then. */
static void
add_entry(dbc_audit_replay *r, dbc_audit_follower *f, const char *key,
		  const dbc_rows *rows, int row)
{
	const dbc_value *entry =
		dbc_audit_get_newer(r->host, rows, row, DBC_NEWER_SHAPES);
	const char *from = dbc_audit_entry_key(r, entry);
	const char *moved_to = dbc_audit_moved_to(r, entry);

	if (!dbc_same(from, key) && !(moved_to && dbc_same(moved_to, key)))
		return;
	(void) dbc_audit_row_of(r, from);
	if (moved_to)
		(void) dbc_audit_row_of(r, moved_to);
	f->list = dbc_grow(r->host, f->list, (size_t) f->count, sizeof(*f->list));
	f->list[f->count++] = (dbc_audit_followed){
		.cells = entry,
		.stored = dbc_get_text(r->host, rows, row, DBC_NEWER_CHANGED)};
}

/* Adds the entries that gave a row a key, written with the names of some time.
 */
static void
add_moved_in(dbc_audit_replay *r, dbc_audit_follower *f, dbc_value since,
			 const char *key, const char *written)
{
	const dbc_rows *rows = dbc_query(
		r->host, "audit/moved_in", dbc_int(r->id), since, dbc_text(written),
		dbc_text(dbc_row_plain_key(r->host, written)));

	for (int i = 0; i < rows->nrows; i++)
		add_entry(r, f, key, rows, i);
	dbc_poll(r->host);
}

/* The newest first. */
static int
compare_entries(const void *left, const void *right)
{
	int64_t l =
		((const dbc_audit_followed *) left)->cells[DBC_NEWER_ID].integer;
	int64_t r =
		((const dbc_audit_followed *) right)->cells[DBC_NEWER_ID].integer;

	return (l < r) - (l > r);
}

/* Removes entries that were found by both of their keys. */
static void
drop_duplicates(dbc_audit_follower *f)
{
	int kept = 0;

	for (int i = 0; i < f->count; i++)
		if (kept == 0 || compare_entries(&f->list[i], &f->list[kept - 1]) != 0)
			f->list[kept++] = f->list[i];
	f->count = kept;
}

/* The keys that entries of a table have, with the present names. */
static const dbc_rows *
read_logged_keys(dbc_host *host, const dbc_relation *table, int64_t id)
{
	const dbc_rows *rows = dbc_query(host, "audit/logged_keys", dbc_int(id));
	dbc_rows *keys = dbc_alloc(host, sizeof(*keys));
	dbc_value *values =
		dbc_alloc(host, ((size_t) rows->nrows * (size_t) rows->ncols + 1) *
							sizeof(*values));
	dbc_audit_columns shape = {0};
	dbc_audit_replay r;

	dbc_audit_begin_columns(&r, host, table, id);
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "tij");

		if (shape.shape != cells[1].integer)
			shape = dbc_audit_read_columns(host, cells[2].text);
		shape.shape = cells[1].integer;
		for (int j = 0; j < rows->ncols; j++)
			values[i * rows->ncols + j] = cells[j];
		values[i * rows->ncols].text =
			dbc_audit_present_key(&r, &shape, cells[0].text);
	}
	*keys = *rows;
	keys->values = values;
	return keys;
}

dbc_row_keys
dbc_audit_spellings(dbc_host *host, const dbc_relation *table, int64_t id,
					const dbc_row_named *row)
{
	bool is_exact =
		row->is_exact &&
		!dbc_get_bool(host,
					  dbc_query(host, "audit/key_changed", dbc_int(id),
								dbc_text(table->schema), dbc_text(table->name)),
					  0, 0);

	return dbc_row_spellings(host, table, &row->key, 1, false,
							 is_exact ? NULL
									  : read_logged_keys(host, table, id));
}

dbc_audit_follower
dbc_audit_follow(dbc_audit_replay *r, dbc_value since, const dbc_row_keys *keys)
{
	dbc_audit_follower f = {0};

	for (int i = 0; i < keys->count; i++)
		(void) dbc_audit_row_of(r, keys->list[i]);
	for (int i = 0; i < r->nrows; i++)
	{
		const char *key = r->rows[i]->key;
		dbc_row_keys names = dbc_audit_key_names(r, key);

		const dbc_rows *rows =
			dbc_audit_entries_of(r, since, 0, NULL, 0, &key, 1);

		for (int j = 0; j < rows->nrows; j++)
			add_entry(r, &f, key, rows, j);
		for (int j = 0; j < names.count; j++)
			add_moved_in(r, &f, since, key, names.list[j]);
	}
	dbc_sort(f.list, (size_t) f.count, sizeof(*f.list), compare_entries);
	drop_duplicates(&f);
	return f;
}
