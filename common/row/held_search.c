/*
 * held_search.c
 *	  Where the rows of holds are.
 *
 * The rows of many holds are looked for by one statement, by their keys as
 * these are written; those that it does not find, one by one.
 */
#include "common/row/held_search.h"

#include <string.h>

#include "common/core/json_write.h"
#include "common/core/sort.h"
#include "common/core/text.h"
#include "common/row/held.h"
#include "common/row/spelling.h"

/* Rows that one statement looks for. */
#define MOST_KEYS 500

/* ---- reading tables of users ---- */

typedef struct reading
{
	const char *query;
	bool is_named; /* the caller has named the table */
	const dbc_rows *rows;
} reading;

static void
read_rows(dbc_host *host, void *arg)
{
	reading *r = arg;
	dbc_script script = {.label = "the statement",
						 .first_line = 1,
						 .is_own = true,
						 .as_owner = r->is_named,
						 .is_fix = !r->is_named,
						 .has_places = true};

	dbc_split(host, r->query, &script);
	r->rows = dbc_run_script(host, &script, NULL);
}

const dbc_rows *
dbc_row_read_as(dbc_host *host, const char *query, bool is_named)
{
	reading r = {.query = query, .is_named = is_named};
	dbc_error error;

	if (!dbc_guard(host, read_rows, &r, DBC_KEEP, true, &error))
		dbc_rethrow(host, &error);
	return r.rows;
}

const dbc_rows *
dbc_row_read(dbc_host *host, const char *query)
{
	return dbc_row_read_as(host, query, true);
}

/* ---- one row ---- */

static void
find_row(dbc_host *host, void *arg)
{
	dbc_row_search *s = arg;
	const dbc_relation *table = dbc_resolve(host, s->table);
	dbc_value key = dbc_json(s->key);
	dbc_row_named row = dbc_row_find(host, table, &key);
	const dbc_rows *rows =
		dbc_row_read_as(host,
						dbc_format(host, "select 1 from %s where %s",
								   table->shown, row.condition),
						false);

	s->present = row;
	s->is_there = rows->nrows > 0;
}

/* ---- many rows ---- */

/* Holds of one table. */
typedef struct part
{
	const dbc_row_searched *searched;
	int from;
	int to;
} part;

/* Notes which holds have the key of a row as it is written. */
static void
look_for_part(dbc_host *host, void *arg)
{
	const part *p = arg;
	const dbc_rows *holds = p->searched->holds;
	const dbc_relation *table =
		dbc_resolve(host, dbc_get_text(host, holds, p->from, DBC_HOLD_TABLE));
	const char **keys = dbc_row_list_column(host, holds, DBC_HOLD_KEY);
	const dbc_rows *rows =
		dbc_row_read_as(host,
						dbc_format(host, "select %s from %s where %s",
								   dbc_row_key_sql(host, table), table->shown,
								   dbc_row_find_all(host, table, keys + p->from,
													p->to - p->from)),
						false);
	const char **found = dbc_row_list_column(host, rows, 0);

	dbc_sort(found, (size_t) rows->nrows, sizeof(*found), dbc_compare_texts);
	for (int i = p->from; i < p->to; i++)
		p->searched->present[i] =
			dbc_search(&keys[i], found, (size_t) rows->nrows, sizeof(*found),
					   dbc_compare_texts) != NULL;
}

/* Looks for the rows of hold i and of those after it, as far as they are of its
 * table. */
static void
look_for_some(dbc_host *host, dbc_row_searched *l, int i)
{
	part p = {.searched = l, .from = i, .to = i + 1};
	const char *table = dbc_get_text(host, l->holds, i, DBC_HOLD_TABLE);
	dbc_error error;

	if (!l->present)
	{
		l->present = dbc_alloc(host, (size_t) l->holds->nrows);
		memset(l->present, 0, (size_t) l->holds->nrows);
	}
	while (p.to < l->holds->nrows && p.to - i < MOST_KEYS &&
		   dbc_same(dbc_get_text(host, l->holds, p.to, DBC_HOLD_TABLE), table))
		p.to++;
	l->looked_to = p.to;
	/* if it fails, they are looked for one by one */
	(void) dbc_guard(host, look_for_part, &p, DBC_KEEP, false, &error);
}

/* ---- deleted rows ---- */

/* Reads which holds have a row in the trash.  Where that has no index of keys,
 * all of it is read: once for all holds, and only if a row is not in its
 * table. */
static const dbc_rows *
read_kept(dbc_host *host, const dbc_rows *holds)
{
	dbc_json_node *ids = dbc_json_array(host);

	for (int i = 0; i < holds->nrows; i++)
		dbc_json_push_text(ids, dbc_format(host, "%lld",
										   (long long) dbc_get_int(
											   host, holds, i, DBC_HOLD_ID)));
	return dbc_query(host, "row/kept_holds", dbc_json(dbc_json_text(ids)));
}

/* Whether the trash has the row of hold i. */
static bool
is_kept(dbc_host *host, dbc_row_searched *l, int i)
{
	int64_t id = dbc_get_int(host, l->holds, i, DBC_HOLD_ID);
	int low = 0;
	int high;

	if (!l->kept)
		l->kept = read_kept(host, l->holds);
	high = l->kept->nrows;
	while (low < high)
	{
		int middle = low + (high - low) / 2;

		if (dbc_get_int(host, l->kept, middle, 0) < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < l->kept->nrows && dbc_get_int(host, l->kept, low, 0) == id;
}

/* ---- all of them ---- */

bool
dbc_row_is_found(dbc_host *host, dbc_row_searched *l, int i, dbc_row_search *s,
				 dbc_error *error)
{
	*s = (dbc_row_search){.table =
							  dbc_get_text(host, l->holds, i, DBC_HOLD_TABLE),
						  .key = dbc_get_text(host, l->holds, i, DBC_HOLD_KEY)};
	s->present.key = s->key;
	error->message =
		dbc_get_bool(host, l->holds, i, DBC_HOLD_IS_MOVED)
			? "The table was created again with another key, or another order "
			  "of its columns, which may have exchanged their names"
			: NULL;
	if (error->message)
		return false;
	if (i >= l->looked_to)
		look_for_some(host, l, i);
	return l->present[i] || is_kept(host, l, i) ||
		   (dbc_guard(host, find_row, s, DBC_KEEP, false, error) &&
			s->is_there);
}
