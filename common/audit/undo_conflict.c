/*
 * undo_conflict.c
 *	  Later changes of the rows whose changes are undone.
 */
#include "common/audit/undo.h"

#include <stdlib.h>
#include <string.h>

#include "common/row/held.h"

/* Conflicts that are listed. */
#define MOST_LISTED 20

/* Adds a conflict: an entry that is not undone has changed a row, or, if that
 * is 0, the row is held. */
static void
add_conflict(dbc_undo *u, const dbc_undo_table *t, const char *key,
			 int64_t entry)
{
	dbc_host *host = u->host;
	const char *table = t->replay.table->shown;
	dbc_value value = dbc_json(key);
	dbc_json_node *node;

	if (u->nconflicts++ >= MOST_LISTED)
		return;
	dbc_append(&u->conflicts, u->conflicts.length > 0 ? " " : "");
	if (entry)
		dbc_append_format(&u->conflicts,
						  "Entry %lld has changed row %s of table %s.",
						  (long long) entry, key, table);
	node = dbc_json_object(host);
	dbc_json_put_text(node, "table_name", table);
	dbc_json_put_value(node, "row_key", &value);
	if (entry)
		dbc_json_put_int(node, "entry", entry);
	else
		dbc_json_put_text(node, "entry", NULL);
	dbc_json_push(u->listed, node);
}

void
dbc_undo_refuse_conflicts(const dbc_undo *u)
{
	if (u->nconflicts > 0 && !u->keeps && !u->overwrites)
		dbc_fail(u->host, DBC_NOT_READY, u->conflicts.data,
				 "Undo these changes, too, which {\"on_conflict\": "
				 "\"overwrite\"} does, or undo the others with "
				 "{\"on_conflict\": \"keep\"}.",
				 "the changes cannot be undone");
}

/* ---- entries ---- */

/* Adds an entry that is undone, and the rows that it is about. */
void
dbc_undo_add_entry(dbc_undo *u, dbc_undo_table *t, const dbc_value *entry)
{
	dbc_audit_replay *r = &t->replay;
	int64_t id = entry[DBC_NEWER_ID].integer;
	const char *keys[] = {entry[DBC_NEWER_KEY].text,
						  dbc_audit_moved_to(r, entry)};

	for (int i = 0; i < 2 && keys[i]; i++)
	{
		dbc_audit_row *row = dbc_audit_row_of(r, keys[i]);

		if (row->first == 0 || id < row->first)
			row->first = id;
		if (id > row->last)
			row->last = id;
	}
	t->entries = dbc_grow(u->host, t->entries, (size_t) t->nentries,
						  sizeof(*t->entries));
	t->entries[t->nentries++] = entry;
}

static int
compare_entries(const void *left, const void *right)
{
	int64_t l = (*(const dbc_value *const *) left)[DBC_NEWER_ID].integer;
	int64_t r = (*(const dbc_value *const *) right)[DBC_NEWER_ID].integer;

	return l > r ? -1 : l < r;
}

/* Whether an entry is one of the first n of those to undo. */
static bool
is_chosen(const dbc_undo_table *t, int n, int64_t entry)
{
	const dbc_value id[] = {dbc_int(entry)};
	const dbc_value *key = id;

	return bsearch(&key, t->entries, (size_t) n, sizeof(*t->entries),
				   compare_entries) != NULL;
}

/* Later changes of a row, the newest first, that may have cancelled out. */
typedef struct later
{
	dbc_undo_table *table;
	const dbc_audit_row *row;
	const dbc_rows *entries;
	bool cancel_out;
} later;

/* Compares the row as it is with what it was before these changes; for
 * dbc_guard(). */
static void
compare_row(dbc_host *host, void *arg)
{
	later *l = arg;
	dbc_audit_replay r;
	dbc_audit_row *row;
	dbc_audit_row now;

	l->cancel_out = false;
	dbc_audit_begin_replay(&r, host, l->table->replay.table,
						   l->table->replay.id);
	dbc_audit_read_present(&r, l->row->key);
	row = dbc_audit_row_of(&r, l->row->key);
	now = *row;
	now.cells = dbc_alloc(host, ((size_t) now.count + 1) * sizeof(*now.cells));
	memcpy(now.cells, row->cells, (size_t) now.count * sizeof(*now.cells));
	for (int i = 0; i < l->entries->nrows; i++)
	{
		const dbc_value *entry =
			dbc_audit_get_newer(host, l->entries, i, DBC_NEWER_SHAPES);

		if (entry[DBC_NEWER_ID].integer <= l->row->last)
			break;
		if (dbc_audit_moved_to(&r, entry))
			return;
		dbc_audit_take_back(&r, entry);
	}
	if (row->exists != now.exists || (row->exists && row->count != now.count))
		return;
	for (int i = 0; row->exists && i < now.count; i++)
		if (row->cells[i].column != now.cells[i].column ||
			!dbc_same(row->cells[i].value, now.cells[i].value))
			return;
	l->cancel_out = true;
}

/* Whether the changes of a row that are not undone have all come later, and
 * have left it as it was: as an undo of changes has. */
static bool
cancel_out(dbc_undo *u, dbc_undo_table *t, const dbc_audit_row *row,
		   const dbc_rows *rows, int n)
{
	later l = {.table = t, .row = row, .entries = rows};
	dbc_error error;
	bool any = false;

	for (int i = 0; i < rows->nrows; i++)
	{
		int64_t entry = dbc_get_int(u->host, rows, i, DBC_NEWER_ID);

		any = any || entry > row->last;
		if (entry > row->first && entry < row->last && !is_chosen(t, n, entry))
			return false;
	}
	return any &&
		   dbc_guard(u->host, compare_row, &l, DBC_UNDO, false, &error) &&
		   l.cancel_out;
}

/* Finds changes of a row after the first one that is undone, besides the first
 * n entries; returns whether there are any. */
static bool
find_later(dbc_undo *u, dbc_undo_table *t, const dbc_audit_row *row, int n)
{
	const dbc_rows *rows = dbc_audit_entries_of(
		u->host, t->replay.id, dbc_text("0001-01-01T00:00:00.000Z"), row->key);
	bool found = false;

	if (cancel_out(u, t, row, rows, n))
		return false;
	for (int i = 0; i < rows->nrows; i++)
	{
		int64_t entry = dbc_get_int(u->host, rows, i, DBC_NEWER_ID);

		if (entry <= row->first || is_chosen(t, n, entry))
			continue;
		found = true;
		add_conflict(u, t, row->key, entry);
		if (u->overwrites)
			dbc_undo_add_entry(
				u, t, dbc_audit_get_newer(u->host, rows, i, DBC_NEWER_SHAPES));
	}
	return found;
}

/* Finds conflicts of all rows; those that are overwritten may lead to others.
 */
void
dbc_undo_find_conflicts(dbc_undo *u, dbc_undo_table *t)
{
	dbc_audit_replay *r = &t->replay;
	int n;

	t->kept = NULL;
	do
	{
		int nrows = r->nrows;

		n = t->nentries;
		t->kept = dbc_alloc(u->host, (size_t) nrows + 1);
		for (int i = 0; i < nrows; i++)
			t->kept[i] = find_later(u, t, r->rows[i], n);
		qsort(t->entries, (size_t) t->nentries, sizeof(*t->entries),
			  compare_entries);
	} while (t->nentries > n);
}

/* Keeps held rows, and the rows that had or got the key of one that is kept. */
void
dbc_undo_spread_kept(dbc_undo *u, dbc_undo_table *t)
{
	dbc_audit_replay *r = &t->replay;
	bool more = true;

	for (int i = 0; i < r->nrows && dbc_row_has_holds(u->host); i++)
		if (!t->kept[i] &&
			dbc_row_hold_reason(u->host, r->table, r->rows[i]->key))
		{
			t->kept[i] = true;
			add_conflict(u, t, r->rows[i]->key, 0);
		}
	while (more)
	{
		more = false;
		for (int i = 0; i < t->nentries; i++)
		{
			const char *to = dbc_audit_moved_to(r, t->entries[i]);
			bool *from = &t->kept[dbc_audit_number_of(
				r, t->entries[i][DBC_NEWER_KEY].text)];
			bool *after = to ? &t->kept[dbc_audit_number_of(r, to)] : from;

			more = more || *from != *after;
			*from = *after = *from || *after;
		}
	}
}
