/*
 * undo_conflict.c
 *	  Later changes of the rows whose changes are undone.
 */
#include "common/audit/undo.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/asserts.h"
#include "common/core/sort.h"
#include "common/row/held.h"
#include "common/row/spelling.h"

/* ---- entries ---- */

/* Adds an entry that is undone, and the rows that it is about. */
void
dbc_audit_undo_add_entry(dbc_undo_slice *s, const dbc_value *entry)
{
	dbc_audit_replay *r = &s->replay;
	int64_t id = entry[DBC_NEWER_ID].integer;
	const char *keys[] = {dbc_audit_entry_key(r, entry),
						  dbc_audit_moved_to(r, entry)};

	for (int i = 0; i < 2 && keys[i]; i++)
	{
		dbc_audit_row *row = dbc_audit_row_of(r, keys[i]);

		if (row->first == 0 || id < row->first)
			row->first = id;
		if (id > row->last)
			row->last = id;
	}
	s->entries = dbc_grow(s->undo->host, s->entries, (size_t) s->nentries,
						  sizeof(*s->entries));
	s->entries[s->nentries++] = entry;
}

static int
compare_entries(const void *left, const void *right)
{
	int64_t l = (*(const dbc_value *const *) left)[DBC_NEWER_ID].integer;
	int64_t r = (*(const dbc_value *const *) right)[DBC_NEWER_ID].integer;

	return l > r ? -1 : l < r;
}

void
dbc_audit_undo_sort_entries(dbc_undo_slice *s)
{
	dbc_sort(s->entries, (size_t) s->nentries, sizeof(*s->entries),
			 compare_entries);
}

/* Whether an entry is one of the first n of those to undo. */
static bool
is_chosen(const dbc_undo_slice *s, int n, int64_t entry)
{
	const dbc_value id[] = {dbc_int(entry)};
	const dbc_value *key = id;

	return dbc_search(&key, s->entries, (size_t) n, sizeof(*s->entries),
					  compare_entries) != NULL;
}

/* ---- later changes ---- */

/* Rows of the replay, and the entries about them after the first one of them
 * that is undone. */
typedef struct later
{
	dbc_undo *undo;
	dbc_undo_slice *slice;
	int nchosen; /* entries that are undone */
	int first;	 /* the rows from here to end */
	int end;
	bool has_others;
	const dbc_rows *entries; /* of each row, the newest first */
	/* of one row */
	const dbc_audit_row *row;
	int from; /* its entries, up to but not with to */
	int to;
	bool is_known; /* how it is at present */
	bool cancel_out;
} later;

static int64_t
id_of(const later *l, int i)
{
	return dbc_get_int(l->undo->host, l->entries, i, DBC_NEWER_ID);
}

static const dbc_value *
later_entry(const later *l, int i)
{
	return dbc_audit_get_newer(l->undo->host, l->entries, i, DBC_NEWER_SHAPES);
}

/* The key of an entry, with the present names. */
static const char *
key_at(const later *l, int i)
{
	return dbc_audit_entry_key(&l->slice->replay, later_entry(l, i));
}

/* Whether an entry is about a change that is not undone. */
static bool
is_other(const later *l, int i)
{
	return !is_chosen(l->slice, l->nchosen, id_of(l, i));
}

/* Reads the present rows that have other changes; for dbc_guard(). */
static void
read_present(dbc_host *host, void *arg)
{
	later *l = arg;
	dbc_audit_replay *present = &l->slice->present;
	int first;

	if (!present->host)
		dbc_audit_begin_replay(present, host, l->slice->replay.table,
							   l->slice->replay.id);
	first = present->nrows;
	for (int i = 0; i < l->entries->nrows; i++)
		if (is_other(l, i))
			(void) dbc_audit_row_of(present, key_at(l, i));
	dbc_audit_read_present(present, first, NULL);
}

/* Whether a row has the values of another one. */
static bool
is_same(const dbc_audit_row *row, const dbc_audit_row *other)
{
	if (row->exists != other->exists ||
		(row->exists && row->count != other->count))
		return false;
	for (int i = 0; row->exists && i < row->count; i++)
		if (row->cells[i].column != other->cells[i].column ||
			!dbc_same(row->cells[i].value, other->cells[i].value))
			return false;
	return true;
}

/* A row with its own cells. */
static dbc_audit_row
copy_row(dbc_host *host, const dbc_audit_row *row)
{
	dbc_audit_row copy = *row;

	copy.cells = NULL;
	copy.places = NULL;
	copy.count = copy.nplaces = 0;
	for (int i = 0; i < row->count; i++)
		dbc_audit_set_cell(host, &copy, row->cells[i].from,
						   row->cells[i].value);
	return copy;
}

/* Compares the row as it is with what it was before these changes; for
 * dbc_guard(). */
static void
compare_row(dbc_host *host, void *arg)
{
	later *l = arg;
	const dbc_audit_row *now =
		dbc_audit_row_of(&l->slice->present, l->row->key);
	dbc_audit_replay r = l->slice->present;
	dbc_audit_row *row;

	l->cancel_out = false;
	r.rows = NULL;
	r.places = NULL;
	r.nrows = r.nplaces = 0;
	row = dbc_audit_row_of(&r, l->row->key);
	*row = copy_row(host, now);
	for (int i = l->from; i < l->to && id_of(l, i) > l->row->last; i++)
	{
		const dbc_value *entry = later_entry(l, i);

		if (dbc_audit_moved_to(&r, entry))
			return;
		dbc_audit_take_back(&r, entry);
	}
	l->cancel_out = is_same(row, now);
}

/* Whether the changes of a row that are not undone have all come later, and
 * have left it as it was: as an undo of changes has. */
static bool
cancel_out(later *l)
{
	dbc_error error;
	bool any = false;

	for (int i = l->from; i < l->to; i++)
	{
		int64_t entry = id_of(l, i);

		any = any || entry > l->row->last;
		if (entry > l->row->first && entry < l->row->last && is_other(l, i))
			return false;
	}
	return any && l->is_known &&
		   dbc_guard(l->undo->host, compare_row, l, DBC_UNDO, false, &error) &&
		   l->cancel_out;
}

/* Finds changes of a row after the first one that is undone, besides those that
 * are undone; returns whether there are any. */
static bool
find_later(later *l)
{
	bool others = false;

	for (int i = l->from; i < l->to && !others; i++)
		others = id_of(l, i) > l->row->first && is_other(l, i);
	if (!others || cancel_out(l))
		return false;
	for (int i = l->from; i < l->to; i++)
	{
		int64_t entry = id_of(l, i);

		if (entry <= l->row->first || !is_other(l, i))
			continue;
		dbc_audit_undo_add_conflict(l->slice, l->row, entry);
		if (l->undo->overwrites)
			dbc_audit_undo_add_entry(l->slice, later_entry(l, i));
	}
	return true;
}

/* Reads the entries about the rows. */
static void
read_entries(later *l)
{
	dbc_audit_row **rows = l->slice->replay.rows;
	const char *keys[DBC_AUDIT_BATCH];
	int64_t after = INT64_MAX;

	for (int i = l->first; i < l->end; i++)
	{
		keys[i - l->first] = rows[i]->key;
		if (rows[i]->first < after)
			after = rows[i]->first;
	}
	l->entries = dbc_audit_entries_of(&l->slice->replay,
									  dbc_text("0001-01-01T00:00:00.000Z"),
									  after, NULL, 0, keys, l->end - l->first);
}

/* Finds whether the rows have other changes; for dbc_scoped(). */
static void
find_others(dbc_host *host, void *arg)
{
	later *l = arg;

	l->has_others = false;
	read_entries(l);
	dbc_poll(host);
	for (int i = 0; i < l->entries->nrows && !l->has_others; i++)
		l->has_others = is_other(l, i);
	l->slice->replay.last = (dbc_audit_columns){0};
}

/* Finds the conflicts of the rows.  Most rows have none: what was read of them
 * is freed. */
static void
find_conflicts(later *l)
{
	dbc_host *host = l->undo->host;
	dbc_audit_replay *r = &l->slice->replay;
	bool *kept = l->slice->kept;
	dbc_error error;

	/* reads what the scope must not free */
	(void) dbc_audit_key_names(r, r->rows[l->first]->key);
	dbc_scoped(host, find_others, l);
	if (!l->has_others)
		return;
	read_entries(l);
	l->is_known = dbc_guard(host, read_present, l, DBC_KEEP, false, &error);
	for (l->from = 0; l->from < l->entries->nrows; l->from = l->to)
	{
		const char *key = key_at(l, l->from);
		int number = dbc_audit_number_of(r, key);

		for (l->to = l->from + 1; l->to < l->entries->nrows; l->to++)
			if (!dbc_same(key_at(l, l->to), key))
				break;
		l->row = r->rows[number];
		kept[number] = find_later(l);
	}
}

void
dbc_audit_undo_find_conflicts(dbc_undo_slice *s)
{
	later l = {.undo = s->undo, .slice = s};

	do
	{
		int nrows = s->replay.nrows;

		l.nchosen = s->nentries;
		s->kept = dbc_alloc(s->undo->host, (size_t) nrows + 1);
		memset(s->kept, 0, (size_t) nrows + 1);
		for (l.first = 0; l.first < nrows; l.first = l.end)
		{
			l.end = l.first + DBC_AUDIT_BATCH < nrows
						? l.first + DBC_AUDIT_BATCH
						: nrows;
			find_conflicts(&l);
		}
		dbc_audit_undo_sort_entries(s);
	} while (s->nentries > l.nchosen);
}

/* ---- kept rows ---- */

/* Rows that are kept together: parents[i] is a row of the same group. */
static int
group_of(int *parents, int row)
{
	while (parents[row] != row)
		row = parents[row] = parents[parents[row]];
	return row;
}

/* Puts the rows that had or got each other's key into groups. */
static int *
read_groups(dbc_undo_slice *s)
{
	dbc_audit_replay *r = &s->replay;
	int *groups =
		dbc_alloc(s->undo->host, ((size_t) r->nrows + 1) * sizeof(*groups));

	for (int i = 0; i < r->nrows; i++)
		groups[i] = i;
	for (int i = 0; i < s->nentries; i++)
	{
		const char *to = dbc_audit_moved_to(r, s->entries[i]);

		if (to)
			groups[group_of(groups, dbc_audit_number_of(r, to))] = group_of(
				groups,
				dbc_audit_number_of(r, dbc_audit_entry_key(r, s->entries[i])));
	}
	return groups;
}

/* Keeps a row because it is held. */
static void
keep_held(dbc_undo_slice *s, int row)
{
	if (s->kept[row])
		return;
	s->kept[row] = true;
	dbc_audit_undo_add_conflict(s, s->replay.rows[row], 0);
}

void
dbc_audit_undo_read_held(dbc_host *host, dbc_undo_table *t)
{
	t->held = dbc_row_list_held(host, t->base.table, &t->nheld);
	t->is_exact =
		t->nheld == 0 || dbc_row_read_rule(host, t->base.table).is_exact;
	if (t->is_exact && t->nheld > 1)
		dbc_sort(t->held, (size_t) t->nheld, sizeof(*t->held),
				 dbc_compare_texts);
}

/* Keeps the rows whose keys the table takes for those of held ones. */
static void
keep_spellings(dbc_undo_slice *s)
{
	dbc_host *host = s->undo->host;
	dbc_audit_replay *r = &s->replay;
	const char **keys =
		dbc_alloc(host, ((size_t) r->nrows + 1) * sizeof(*keys));
	const bool *found;

	for (int i = 0; i < r->nrows; i++)
		keys[i] = r->rows[i]->key;
	found = dbc_row_match(host, r->table, keys, r->nrows, s->table->held,
						  s->table->nheld, false);
	for (int i = 0; i < r->nrows; i++)
		if (found[i])
			keep_held(s, i);
}

/* Keeps held rows. */
static void
keep_all_held(dbc_undo_slice *s)
{
	const dbc_undo_table *t = s->table;

	if (t->nheld == 0)
		return;
	if (!t->is_exact)
	{
		keep_spellings(s);
		return;
	}
	DBC_ASSERT(
		s->replay.host,
		dbc_is_sorted(t->held, t->nheld, sizeof(*t->held), dbc_compare_texts));
	for (int i = 0; i < s->replay.nrows; i++)
		if (dbc_search(&s->replay.rows[i]->key, t->held, (size_t) t->nheld,
					   sizeof(*t->held), dbc_compare_texts))
			keep_held(s, i);
}

void
dbc_audit_undo_spread_kept(dbc_undo_slice *s)
{
	dbc_audit_replay *r = &s->replay;
	int *groups = read_groups(s);
	bool *keeps = dbc_alloc(s->undo->host, (size_t) r->nrows + 1);

	memset(keeps, 0, (size_t) r->nrows + 1);
	keep_all_held(s);
	for (int i = 0; i < r->nrows; i++)
		if (s->kept[i])
			keeps[group_of(groups, i)] = true;
	for (int i = 0; i < r->nrows; i++)
		s->kept[i] = keeps[group_of(groups, i)];
}
