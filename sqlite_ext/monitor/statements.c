/*
 * statements.c
 *	  Statement statistics of this process, combined with those in dbcare's
 *	  tables.
 */
#include "sqlite_ext/monitor/monitor.h"

#include <math.h>
#include <string.h>

#include "common/core/clock.h"

/* Columns of monitor/sql/seen.sql. */
enum
{
	S_FINGERPRINT,
	S_QUERY,
	S_CALLS,
	S_TOTAL_MS,
	S_MAX_MS,
	S_ROWS,
	S_SKETCHES,
	S_LAST_AT
};

/* A copy of a statement in the arena. */
typedef struct copy
{
	char fingerprint[DBC_FINGERPRINT];
	char text[DBC_NORMAL_TEXT + 1];
	dbcsl_monitor_statement_counts counts;
} copy;

typedef struct copies
{
	int room;
	int count;
	copy *all;
} copies;

/* ---- statistics of this process ---- */

/* The copy of a statement among the first ones, or NULL. */
static copy *
find_copy(const copies *in, int count, const char *fingerprint)
{
	for (int i = 0; i < count; i++)
		if (strcmp(in->all[i].fingerprint, fingerprint) == 0)
			return &in->all[i];
	return NULL;
}

/* Copies statements while there is space; counts all of them. */
static void
copy_statements(copies *to, const dbcsl_monitor_statement_stats *from)
{
	int before = to->count < to->room ? to->count : to->room;

	for (; from; from = from->next)
	{
		copy *at = find_copy(to, before, from->normal->fingerprint);

		if (at)
		{
			dbcsl_monitor_add_counts(&at->counts, &from->counts);
			continue;
		}
		if (to->count < to->room)
		{
			at = &to->all[to->count];
			memcpy(at->fingerprint, from->normal->fingerprint, DBC_FINGERPRINT);
			memcpy(at->text, from->normal->text, from->normal->length + 1);
			at->counts = from->counts;
		}
		to->count++;
	}
}

/* Collects the statistics of the connections to a file. */
static void
collect(dbcsl_monitor_file *file)
{
	for (dbcsl_monitor_watcher *watcher = file->watchers; watcher;
		 watcher = watcher->next)
		if (watcher->profile)
			dbcsl_monitor_collect_profile(watcher->profile);
}

/* Copies the statistics of this process for the file; false if it is not
 * monitored. */
static bool
copy_file(dbcsl_host *h, copies *to)
{
	const dbcsl_monitor_state *state = h->monitor;
	dbcsl_monitor_file *file;

	to->count = 0;
	dbcsl_monitor_lock_files();
	file = dbcsl_monitor_find_file(h->db);
	if (file)
	{
		collect(file);
		copy_statements(to, file->storing);
		if (!state->storing)
			copy_statements(to, file->stats);
	}
	dbcsl_monitor_unlock_files();
	return file != NULL;
}

/* The same with sufficient space.  No error may be raised while the mutex is
 * held, so the space is allocated before. */
static bool
copy_stats(dbcsl_host *h, copies *to, int more)
{
	bool watched = copy_file(h, to);

	to->room = to->count + more;
	to->all = dbcsl_alloc(&h->base, (size_t) to->room * sizeof(*to->all));
	to->room = to->count;
	if (watched)
		watched = copy_file(h, to);
	if (to->count > to->room)
		to->count = to->room;
	return watched;
}

/* ---- stored statistics ---- */

/* The maximum of a stored count, so that sums cannot overflow. */
#define MOST_COUNTED (INT64_MAX / 4)

/* Adds a stored count. */
static void
add_count(int64_t *sum, int64_t count)
{
	if (count > 0 && count < MOST_COUNTED && *sum < MOST_COUNTED)
		*sum += count;
}

/* Milliseconds as nanoseconds; 0 for null. */
static int64_t
nanoseconds(const dbc_value *value)
{
	double ms = value->kind == DBC_INT ? (double) value->integer : value->real;

	return ms > 0 && ms < (double) MOST_COUNTED / 1e6 ? (int64_t) (ms * 1e6)
													  : 0;
}

/* Adds the stored statistics of a statement. */
static void
add_stored(copies *to, const dbc_value *cells)
{
	dbc_monitor_sketch sketch;
	int64_t last_ms;
	copy *at = find_copy(to, to->count, cells[S_FINGERPRINT].text);
	int64_t longest = nanoseconds(&cells[S_MAX_MS]);

	if (!at)
	{
		at = &to->all[to->count++];
		memset(at, 0, sizeof(*at));
		strncpy(at->fingerprint, cells[S_FINGERPRINT].text,
				DBC_FINGERPRINT - 1);
		strncpy(at->text, cells[S_QUERY].text, DBC_NORMAL_TEXT);
	}
	add_count(&at->counts.calls, cells[S_CALLS].integer);
	add_count(&at->counts.nanoseconds, nanoseconds(&cells[S_TOTAL_MS]));
	add_count(&at->counts.rows, cells[S_ROWS].integer);
	if (longest > at->counts.longest)
		at->counts.longest = longest;
	if (cells[S_LAST_AT].text &&
		dbc_parse_time(cells[S_LAST_AT].text, &last_ms) &&
		last_ms > at->counts.last_ms)
		at->counts.last_ms = last_ms;
	if (cells[S_SKETCHES].text)
	{
		dbc_monitor_sketch_read(cells[S_SKETCHES].text, &sketch);
		dbc_monitor_sketch_merge(&at->counts.sketch, &sketch);
	}
}

/* ---- calls of the host interface ---- */

/* Converts copies for the core. */
static const dbc_sample_statement_stats *
show(dbcsl_host *h, const copies *from)
{
	dbc_sample_statement_stats *all =
		dbcsl_alloc(&h->base, (size_t) from->count * sizeof(*all));

	for (int i = 0; i < from->count; i++)
	{
		const copy *at = &from->all[i];
		const dbcsl_monitor_statement_counts *counts = &at->counts;

		all[i] = (dbc_sample_statement_stats){
			.fingerprint = at->fingerprint,
			.query = at->text,
			.calls = counts->calls,
			.errors = -1,
			.total_ms = (double) counts->nanoseconds / 1e6,
			.max_ms = (double) counts->longest / 1e6,
			.p95_ms = dbc_monitor_sketch_quantile(&counts->sketch, 0.95),
			.sketch = dbc_monitor_sketch_text(&h->base, &counts->sketch),
			.rows = counts->rows,
			.last_at = counts->last_ms > 0
						   ? dbc_time_text(&h->base, counts->last_ms)
						   : NULL};
	}
	return all;
}

/* Returns statement statistics; see sample/host.h. */
const dbc_sample_statement_stats *
dbcsl_monitor_read_statements(dbc_host *host, int *nstats, const char **missing)
{
	dbcsl_host *h = dbcsl_of(host);
	const dbc_rows *stored = NULL;
	copies stats = {.room = 0};
	bool watched;

	if (dbc_sample_has_tables(host))
		stored = dbc_query(host, "monitor/query_stats");
	watched = copy_stats(h, &stats, stored ? stored->nrows : 0);
	for (int i = 0; stored && i < stored->nrows; i++)
		add_stored(&stats, dbc_get_row(host, stored, i, "ttirRITT"));
	*nstats = stats.count;
	if (!watched && stats.count == 0)
	{
		*missing = "Statements are measured only on connections that have "
				   "called dbmonitor_start(), and none has.";
		return NULL;
	}
	return show(h, &stats);
}

/* Returns statistics that are not stored yet; see monitor/host.h. */
const dbc_sample_statement_stats *
dbcsl_monitor_read_unstored(dbc_host *host, int *nstats)
{
	dbcsl_host *h = dbcsl_of(host);
	dbcsl_monitor_state *state = h->monitor;
	copies stats = {.room = 0};
	dbcsl_monitor_file *file;

	dbcsl_monitor_lock_files();
	file = dbcsl_monitor_find_file(h->db);
	/* another call of this process may be storing them */
	if (file && !file->storing)
	{
		collect(file);
		file->storing = file->stats;
		file->stats = NULL;
		state->storing = true;
	}
	dbcsl_monitor_unlock_files();
	if (state->storing)
		copy_stats(h, &stats, 0);
	*nstats = stats.count;
	return show(h, &stats);
}

void
dbcsl_monitor_finish_storing(dbcsl_host *h, bool stored)
{
	dbcsl_monitor_state *state = h->monitor;
	dbcsl_monitor_file *file;

	if (!state || !state->storing)
		return;
	state->storing = false;
	dbcsl_monitor_lock_files();
	file = dbcsl_monitor_find_file(h->db);
	if (file)
	{
		for (dbcsl_monitor_statement_stats *at = stored ? NULL : file->storing;
			 at; at = at->next)
			dbcsl_monitor_add_to_file(file, at->normal, &at->counts);
		dbcsl_monitor_free_statements(&file->storing);
	}
	dbcsl_monitor_unlock_files();
}

/* Resets the statistics of this process. */
void
dbcsl_monitor_forget_statements(dbc_host *host)
{
	dbcsl_monitor_file *file;

	dbcsl_monitor_lock_files();
	file = dbcsl_monitor_find_file(dbcsl_of(host)->db);
	if (file)
	{
		collect(file);
		dbcsl_monitor_free_statements(&file->stats);
		dbcsl_monitor_reset_slow(&file->slow);
	}
	dbcsl_monitor_unlock_files();
}
