/*
 * undo_read.c
 *	  Reading the rows of an undo, and storing what they become.
 *
 * Rows are read some at a time.  Those whose keys have changed since are read
 * together: they may have had, or have, the keys of each other.
 */
#include "common/audit/undo.h"

#include <string.h>

#include "common/core/text.h"

/* Bytes of rows that are stored together; a row with more is stored alone. */
#define MOST_BYTES 1000000

/* A time before all entries. */
#define ALWAYS "0001-01-01T00:00:00.000Z"

/* Columns of audit/newer_rows.sql after those of audit/moves.sql. */
#define ENTRY_SHAPES DBC_NEWER_SHAPES "ib"

/* ---- entries ---- */

/* Adds the entries that are undone of rows with keys, of which newest has the
 * last one.  A row that comes again was written in another way, and counts with
 * its last entry. */
static void
add_entries(dbc_undo_slice *s, const char *const *keys, const int64_t *newest,
			int count)
{
	dbc_host *host = s->undo->host;
	int64_t last = -1;
	bool counts = false;
	const dbc_rows *entries =
		dbc_audit_entries_of(&s->replay, dbc_text(ALWAYS), s->table->first - 1,
							 s->undo->chosen, s->table->last, keys, count);

	for (int i = 0; i < entries->nrows; i++)
	{
		const dbc_value *entry =
			dbc_audit_get_newer(host, entries, i, ENTRY_SHAPES);
		int64_t place = entry[DBC_NEWER_PLACE].integer;

		if (!entry[DBC_NEWER_IS_CHOSEN].integer)
			continue;
		if (place != last)
			counts = newest[place] == entry[DBC_NEWER_ID].integer;
		last = place;
		if (counts)
			dbc_audit_undo_add_entry(s, entry);
		if (i % DBC_AUDIT_BATCH == 0)
			dbc_poll(host);
	}
}

/* Adds the entries that are undone of rows of audit/undo_keys.sql. */
static void
add_rows(dbc_undo_slice *s, const dbc_rows *rows)
{
	dbc_host *host = s->undo->host;
	const char **keys =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*keys));
	int64_t *newest =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*newest));

	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *entry =
			dbc_audit_get_newer(host, rows, i, DBC_NEWER_SHAPES);

		keys[i] = dbc_audit_entry_key(&s->replay, entry);
		newest[i] = entry[DBC_NEWER_ID].integer;
	}
	for (int i = 0; i < rows->nrows; i += DBC_AUDIT_BATCH)
	{
		int left = rows->nrows - i;

		add_entries(s, keys + i, newest + i,
					left < DBC_AUDIT_BATCH ? left : DBC_AUDIT_BATCH);
		dbc_poll(host);
	}
	dbc_audit_undo_sort_entries(s);
}

/* ---- storing ---- */

/* Rows that are stored together, whose parts are not known yet. */
typedef struct staging
{
	dbc_undo_slice *slice;
	int rows[DBC_AUDIT_BATCH]; /* of the replay */
	const char *images[DBC_AUDIT_BATCH];
	int count;
	size_t bytes;
} staging;

/* The step with the rows of a part, which has a number from now on. */
static const dbc_row_step *
step_for(dbc_undo *u, const dbc_undo_table *t, int part, bool updates)
{
	dbc_row_step *step = &t->steps[part + (updates ? t->parts.count : 0)];

	if (step->number == 0)
		*step = (dbc_row_step){.set_id = DBC_UNDO_RESTORED,
							   .number = ++u->step,
							   .table = &t->parts.list[part].table,
							   .assignments = updates ? "" : NULL,
							   .partial = true,
							   .fires = u->fires};
	return step;
}

/* Adds a row to those that are stored: a step, its table, a key, the row, and
 * whether it is in the table. */
static void
push_row(const dbc_undo_slice *s, dbc_json_node *list, int64_t step,
		 const char *table, int row, const char *image)
{
	dbc_value number = dbc_int(step);
	dbc_json_node *cells = dbc_json_array(s->undo->host);

	dbc_json_push_value(cells, &number);
	dbc_json_push_text(cells, table);
	dbc_json_push_text(cells, s->replay.rows[row]->key);
	dbc_json_push_text(cells, image);
	dbc_json_push_text(cells, s->existed[row] ? "exists" : "");
	dbc_json_push(list, cells);
}

static void
store(const dbc_undo_slice *s, const dbc_json_node *list)
{
	if (dbc_json_length(list) > 0)
		dbc_query(s->undo->host, "audit/stage_rows", dbc_int(DBC_UNDO_RESTORED),
				  dbc_text(dbc_json_text(list)), dbc_int(s->replay.id));
	dbc_poll(s->undo->host);
}

/* Stores a large row, without the copies that lists of rows need. */
static void
store_alone(const dbc_undo_slice *s, const dbc_row_step *step, int row,
			const char *image)
{
	dbc_query(s->undo->host, "audit/stage_row", dbc_int(DBC_UNDO_RESTORED),
			  dbc_int(step->number), dbc_text(step->table->shown),
			  dbc_text(s->replay.rows[row]->key), dbc_text(image),
			  dbc_text(s->existed[row] ? "exists" : ""), dbc_int(s->replay.id));
	dbc_poll(s->undo->host);
}

/* Stores the rows that are inserted or updated. */
static void
store_written(staging *g)
{
	dbc_undo_slice *s = g->slice;
	dbc_json_node *list = dbc_json_array(s->undo->host);
	int to[DBC_AUDIT_BATCH];

	dbc_audit_route(s->undo->host, &s->table->parts, g->images, g->count, to);
	for (int i = 0; i < g->count; i++)
	{
		const dbc_row_step *step = step_for(
			s->undo, s->table, to[i], s->undo->fires && s->existed[g->rows[i]]);

		if (strlen(g->images[i]) <= MOST_BYTES)
		{
			push_row(s, list, step->number, step->table->shown, g->rows[i],
					 g->images[i]);
			continue;
		}
		store(s, list);
		list = dbc_json_array(s->undo->host);
		store_alone(s, step, g->rows[i], g->images[i]);
	}
	store(s, list);
	g->count = 0;
	g->bytes = 0;
}

/* Stores what the rows of a slice become. */
static void
store_rows(dbc_undo_slice *s)
{
	dbc_undo *u = s->undo;
	dbc_undo_table *t = s->table;
	staging *g = dbc_alloc(u->host, sizeof(*g));
	dbc_json_node *removed = dbc_json_array(u->host);

	u->writes = true;
	g->slice = s;
	g->count = 0;
	g->bytes = 0;
	for (int i = 0; i < s->replay.nrows; i++)
	{
		const dbc_audit_row *row = s->replay.rows[i];

		if (!row->exists && s->existed[i])
		{
			if (t->removed == 0)
				t->removed = ++u->step;
			push_row(s, removed, t->removed, s->replay.table->shown, i, "");
		}
		if (!row->exists)
			continue;
		u->rows += !s->existed[i];
		g->rows[g->count] = i;
		g->images[g->count] = dbc_audit_present_text(&s->replay, row);
		g->bytes += strlen(g->images[g->count++]);
		if (g->count == DBC_AUDIT_BATCH || g->bytes > MOST_BYTES)
			store_written(g);
	}
	if (g->count > 0)
		store_written(g);
	store(s, removed);
	u->writes = false;
}

/* ---- rows ---- */

/* Fails if a value of a row is not in the log. */
static void
require_values(const dbc_undo_slice *s, const dbc_audit_row *row)
{
	for (int i = 0; row->exists && i < row->count; i++)
	{
		const char *value = row->cells[i].value;

		if (dbc_starts_with(value, "{\"masked\"") ||
			dbc_starts_with(value, "{\"hash\"") ||
			dbc_starts_with(value, "{\"erased\""))
			dbc_fail(s->undo->host, DBC_NOT_READY, NULL, NULL,
					 "row %s of table %s cannot be restored: a value is "
					 "masked, hashed or erased",
					 row->key, s->replay.table->shown);
	}
}

/* Rebuilds the rows of a slice as they were. */
static void
take_back(dbc_undo_slice *s)
{
	dbc_audit_replay *r = &s->replay;

	s->existed = dbc_alloc(s->undo->host, (size_t) r->nrows + 1);
	dbc_audit_read_present(r, 0, s->kept);
	for (int i = 0; i < r->nrows; i++)
		s->existed[i] = r->rows[i]->exists;
	for (int i = 0; i < s->nentries; i++)
	{
		if (!s->kept[dbc_audit_number_of(
				r, dbc_audit_entry_key(r, s->entries[i]))])
			dbc_audit_take_back(r, s->entries[i]);
		if (i % DBC_AUDIT_BATCH == 0)
			dbc_poll(s->undo->host);
	}
	for (int i = 0; i < r->nrows; i++)
		require_values(s, r->rows[i]);
}

/* Reads rows of audit/undo_keys.sql. */
static void
read_slice(dbc_undo *u, dbc_undo_table *t, const dbc_rows *rows, bool lasts)
{
	dbc_undo_slice *s = dbc_alloc(u->host, sizeof(*s));

	*s = (dbc_undo_slice){
		.undo = u, .table = t, .replay = t->base, .lasts = lasts};
	add_rows(s, rows);
	if (s->nentries == 0)
		return;
	dbc_audit_undo_find_conflicts(s);
	/* the undo will fail: only the conflicts are of interest */
	if (u->nconflicts > 0 && !u->keeps && !u->overwrites)
		return;
	if (u->keeps)
		dbc_audit_undo_spread_kept(s);
	for (int i = 0; i < s->replay.nrows; i++)
	{
		s->kept[i] = s->kept[i] && !u->overwrites;
		u->kept += s->kept[i];
	}
	take_back(s);
	dbc_audit_undo_find_deleted(s);
	store_rows(s);
}

/* ---- tables ---- */

typedef struct reading
{
	dbc_undo *undo;
	dbc_undo_table *table;
} reading;

/* Reads some rows; for dbc_query_pages(). */
static void
read_page(dbc_host *host, void *arg, const dbc_rows *rows)
{
	reading *r = arg;

	(void) host;
	read_slice(r->undo, r->table, rows, false);
}

void
dbc_audit_undo_read_table(dbc_undo *u, dbc_undo_table *t)
{
	dbc_host *host = u->host;
	reading r = {u, t};
	const dbc_rows *moved;
	/* what the names of the key were is read once */
	bool together = dbc_audit_key_names(&t->base, "{}").count > 1 || t->is_odd;

	if (u->keeps)
		dbc_audit_undo_read_held(host, t);
	moved = dbc_query(host, "audit/undo_keys",
					  DBC_UNDO_CHOSEN(u, u->chosen[0], dbc_int(t->last)),
					  dbc_int(t->base.id), dbc_int(t->first),
					  together ? dbc_null() : dbc_bool(true));
	if (moved->nrows > 0)
		read_slice(u, t, moved, true);
	if (!together)
		dbc_query_pages(host, "audit/undo_keys", read_page, &r,
						DBC_UNDO_CHOSEN(u, u->chosen[0], dbc_int(t->last)),
						dbc_int(t->base.id), dbc_int(t->first),
						dbc_bool(false));
}
