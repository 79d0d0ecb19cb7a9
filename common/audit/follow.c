/*
 * follow.c
 *	  The entries about a row, whatever keys it had.
 *
 * An entry has the key before its change, and an update of the key also the one
 * after it; both are in indexes, so that entries of other rows are not read.
 */
#include "common/audit/follow.h"

#include <stdlib.h>

#include "common/row/exact.h"

static void
add_entry(dbc_audit_replay *r, dbc_audit_follower *f, const dbc_rows *rows,
		  int row)
{
	const dbc_value *entry =
		dbc_audit_get_newer(r->host, rows, row, DBC_NEWER_SHAPES);
	const char *moved_to = dbc_audit_moved_to(r, entry);

	(void) dbc_audit_row_of(r, entry[DBC_NEWER_KEY].text);
	if (moved_to)
		(void) dbc_audit_row_of(r, moved_to);
	f->list = dbc_grow(r->host, f->list, (size_t) f->count, sizeof(*f->list));
	f->list[f->count++] = (dbc_audit_followed){
		.cells = entry,
		.stored = dbc_get_text(r->host, rows, row, DBC_NEWER_CHANGED)};
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

	return dbc_row_spellings(
		host, table, &row->key, 1, false,
		is_exact ? NULL : dbc_query(host, "audit/logged_keys", dbc_int(id)));
}

dbc_audit_follower
dbc_audit_follow(dbc_audit_replay *r, dbc_value since, const dbc_row_keys *keys)
{
	dbc_audit_follower f = {0};

	for (int i = 0; i < keys->count; i++)
		(void) dbc_audit_row_of(r, keys->list[i]);
	for (int i = 0; i < r->nrows; i++)
	{
		const char *next = r->rows[i]->key;
		const dbc_rows *rows =
			dbc_audit_entries_of(r->host, r->id, since, 0, &next, 1);

		for (int j = 0; j < rows->nrows; j++)
			add_entry(r, &f, rows, j);
		rows = dbc_query(r->host, "audit/moved_in", dbc_int(r->id), since,
						 dbc_text(next),
						 dbc_text(dbc_row_plain_key(r->host, next)));
		for (int j = 0; j < rows->nrows; j++)
			add_entry(r, &f, rows, j);
		dbc_poll(r->host);
	}
	if (f.count > 1)
		qsort(f.list, (size_t) f.count, sizeof(*f.list), compare_entries);
	drop_duplicates(&f);
	return f;
}
