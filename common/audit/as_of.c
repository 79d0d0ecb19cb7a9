/*
 * as_of.c
 *	  dbaudit_as_of and dbaudit_table_as_of: rows at a moment in the past.
 */
#include "common/audit/follow.h"

#include <stdlib.h>

#include "common/check/user_table.h"
#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/sort.h"
#include "common/core/text.h"
#include "common/row/key.h"
#include "common/row/shown.h"

/* A moment of a table. */
typedef struct moment
{
	const dbc_relation *table;
	int64_t id;		/* of the table in audited_table */
	dbc_value time; /* as dbcare's tables have it */
} moment;

/* The time of an argument, as times are stored. */
static dbc_value
read_time(dbc_host *host, const dbc_value *given)
{
	int64_t ms;

	if (!dbc_parse_time(given->text, &ms))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Write a time such as 2026-11-21T09:00:00Z.",
				 "\"%s\" is not a time", given->text);
	return host->traits->microseconds ? *given
									  : dbc_text(dbc_time_text(host, ms));
}

/* Fails unless the log has all changes of the table since the moment. */
static moment
read_moment(dbc_host *host, const dbc_value *relation, const dbc_value *time)
{
	moment m = {.table = dbc_check_user_table(host, relation),
				.time = read_time(host, time)};
	const dbc_value *since;

	m.id = dbc_audit_find(host, m.table).id;
	since = m.id ? dbc_get_row(host,
							   dbc_query(host, "audit/logged_since",
										 dbc_int(m.id), m.time),
							   0, "Tbb")
				 : NULL;
	if (!since || since[2].integer)
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
				 "dbaudit_enable() begins to log them.",
				 "changes of table %s are not logged", m.table->shown);
	if (since[0].kind == DBC_NULL)
		dbc_fail(host, DBC_NOT_READY, NULL,
				 "Ask for the rows of that table, or, if this one was "
				 "detached, for those after its next change.",
				 "changes of table %s are logged with the table that it is a "
				 "partition of",
				 m.table->shown);
	if (since[1].integer)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
				 "the log of table %s begins at %s", m.table->shown,
				 since[0].text);
	return m;
}

static dbc_audit_columns
columns_at(dbc_host *host, const moment *m)
{
	const dbc_rows *rows =
		dbc_query(host, "audit/shape_at", dbc_int(m->id), m->time);

	return dbc_audit_read_columns(host, dbc_get_json(host, rows, 0, 0));
}

/* ---- one row ---- */

/* dbaudit_as_of(relation, row_key, moment) */
DBC_RUN(dbaudit_as_of)
{
	moment m = read_moment(host, &args->relation, &args->moment);
	dbc_row_named named = dbc_row_find(host, m.table, &args->row_key);
	dbc_row_keys keys = dbc_audit_spellings(host, m.table, m.id, &named);
	dbc_audit_columns columns = columns_at(host, &m);
	dbc_audit_follower entries;
	dbc_audit_replay r;
	dbc_audit_row *row;

	dbc_audit_begin_replay(&r, host, m.table, m.id);
	entries = dbc_audit_follow(&r, m.time, &keys);
	dbc_audit_read_present(&r, 0, NULL);
	for (int i = 0; i < entries.count; i++)
		dbc_audit_take_back(&r, entries.list[i].cells);
	/* a table has one row at most whose key is equal */
	row = dbc_audit_row_of(&r, keys.list[0]);
	for (int i = 1; i < keys.count && !row->exists; i++)
		row = dbc_audit_row_of(&r, keys.list[i]);
	dbc_emit(host,
			 row->exists
				 ? dbc_row_shown(host, dbc_audit_row_text(&r, row, &columns))
				 : dbc_null());
}

/* ---- tables ---- */

/* A table at a moment.  Its rows are rebuilt some at a time, since the rows of a
 * page have changes of their own, unless their keys have changed: these are
 * rebuilt first, and stay, so that no page has them again. */
typedef struct past_table
{
	dbc_audit_replay base; /* without rows */
	dbc_value time;
	dbc_audit_columns columns;
	/* rows whose keys have changed since, with the rows that had or have these
	 */
	dbc_audit_replay moved;
} past_table;

static void
emit_row(const past_table *past, const dbc_audit_row *row, const char *key)
{
	dbc_host *host = past->base.host;

	if (row->exists)
		dbc_emit(host, dbc_json(key),
				 dbc_row_shown(host, dbc_audit_row_text(&past->base, row,
														&past->columns)));
}

/* Takes back changes, the newest of each row first, and emits what the rows
 * were. */
static void
emit_rebuilt(const past_table *past, dbc_audit_replay *r,
			 const dbc_value *const *entries, int count)
{
	dbc_audit_read_present(r, 0, NULL);
	for (int i = 0; i < count; i++)
	{
		dbc_audit_take_back(r, entries[i]);
		if (i % DBC_AUDIT_BATCH == 0)
			dbc_poll(r->host);
	}
	for (int i = 0; i < r->nrows; i++)
		emit_row(past, r->rows[i], r->rows[i]->key);
}

static const dbc_rows *
entries_of(const past_table *past, dbc_audit_replay *r, const char *const *keys,
		   int count)
{
	return dbc_audit_entries_of(r, past->time, 0, NULL, 0, keys, count);
}

static int
compare_entries(const void *left, const void *right)
{
	int64_t l = (*(const dbc_value *const *) left)[DBC_NEWER_ID].integer;
	int64_t r = (*(const dbc_value *const *) right)[DBC_NEWER_ID].integer;

	return (l < r) - (l > r);
}

/* Emits the rows whose keys have changed. */
static void
emit_moved(past_table *past)
{
	dbc_audit_replay *r = &past->moved;
	dbc_host *host = r->host;
	const dbc_rows *moves =
		dbc_query(host, "audit/moves", dbc_int(r->id), past->time);
	const dbc_value **entries = NULL;
	int count = 0;

	for (int i = 0; i < moves->nrows; i++)
	{
		const dbc_value *entry =
			dbc_audit_get_newer(host, moves, i, DBC_NEWER_SHAPES);
		const char *moved_to = dbc_audit_moved_to(r, entry);

		(void) dbc_audit_row_of(r, dbc_audit_entry_key(r, entry));
		if (moved_to)
			(void) dbc_audit_row_of(r, moved_to);
	}
	for (int first = 0; first < r->nrows; first += DBC_AUDIT_BATCH)
	{
		const char *keys[DBC_AUDIT_BATCH];
		int nkeys = 0;
		const dbc_rows *rows;

		while (nkeys < DBC_AUDIT_BATCH && first + nkeys < r->nrows)
		{
			keys[nkeys] = r->rows[first + nkeys]->key;
			nkeys++;
		}
		rows = entries_of(past, r, keys, nkeys);
		for (int i = 0; i < rows->nrows; i++)
		{
			entries = dbc_grow(host, entries, (size_t) count, sizeof(*entries));
			entries[count++] =
				dbc_audit_get_newer(host, rows, i, DBC_NEWER_SHAPES "ib");
		}
		dbc_poll(host);
	}
	dbc_sort(entries, (size_t) count, sizeof(*entries), compare_entries);
	emit_rebuilt(past, r, entries, count);
}

/* Emits present rows that have not changed; for dbc_query_text_pages(). */
static void
emit_unchanged(dbc_host *host, void *arg, const dbc_rows *rows)
{
	const past_table *past = arg;
	dbc_audit_replay r = past->base;
	dbc_audit_row *present =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*present));
	const char **keys =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*keys));
	const dbc_rows *entries;

	for (int i = 0; i < rows->nrows; i++)
	{
		present[i] = dbc_audit_present_row(&r, rows, i);
		keys[i] = dbc_audit_key_of(host, &present[i], &r.present);
	}
	entries = entries_of(past, &r, keys, rows->nrows);
	for (int i = 0; i < entries->nrows; i++)
		present[dbc_get_int(host, entries, i, DBC_NEWER_PLACE)].exists = false;
	for (int i = 0; i < rows->nrows; i++)
		if (dbc_audit_find_row(&past->moved, keys[i]) < 0)
			emit_row(past, &present[i], keys[i]);
}

/* Emits rows that have changed, from their last changes; for
 * dbc_query_pages(). */
static void
emit_changed(dbc_host *host, void *arg, const dbc_rows *rows)
{
	const past_table *past = arg;
	dbc_audit_replay r = past->base;
	const char **keys =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*keys));
	int64_t *newest =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*newest));
	const dbc_value **entries;
	const dbc_rows *found;
	int64_t last = -1;
	bool counts = false;
	int count = 0;

	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *entry =
			dbc_audit_get_newer(host, rows, i, DBC_NEWER_SHAPES);

		keys[count] = dbc_audit_entry_key(&r, entry);
		newest[count] = entry[DBC_NEWER_ID].integer;
		count += dbc_audit_find_row(&past->moved, keys[count]) < 0;
	}
	found = entries_of(past, &r, keys, count);
	entries = dbc_alloc(host, ((size_t) found->nrows + 1) * sizeof(*entries));
	count = 0;
	for (int i = 0; i < found->nrows; i++)
	{
		const dbc_value *entry =
			dbc_audit_get_newer(host, found, i, DBC_NEWER_SHAPES "ib");
		int64_t place = entry[DBC_NEWER_PLACE].integer;

		/* a row comes once for each way in which its key was written, and counts
		 * with its last change */
		if (place != last)
			counts = newest[place] == entry[DBC_NEWER_ID].integer;
		last = place;
		if (!counts)
			continue;
		(void) dbc_audit_row_of(&r, keys[place]);
		entries[count++] = entry;
	}
	emit_rebuilt(past, &r, entries, count);
}

/* dbaudit_table_as_of(relation, moment) */
DBC_RUN(dbaudit_table_as_of)
{
	moment m = read_moment(host, &args->relation, &args->moment);
	past_table past = {.time = m.time, .columns = columns_at(host, &m)};

	dbc_audit_begin_replay(&past.base, host, m.table, m.id);
	/* what the names of the key were is read once */
	(void) dbc_audit_key_names(&past.base, "{}");
	past.moved = past.base;
	emit_moved(&past);
	dbc_query_text_pages(host, past.base.statement, true, emit_unchanged,
						 &past);
	dbc_query_pages(host, "audit/newer_keys", emit_changed, &past,
					dbc_int(m.id), m.time);
}
