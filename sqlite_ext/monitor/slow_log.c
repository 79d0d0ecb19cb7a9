/*
 * slow_log.c
 *	  Slow executions of the monitored connections, in memory of fixed size.
 *
 * The trace hook adds them under the mutex of monitor/watched_files.c; a slow
 * execution is rare or, above the rate limit, only counted.
 */
#include "sqlite_ext/monitor/monitor.h"
#include "sqlite_ext/sql/token.h"
#include "sqlite_ext/trust/views.h"

#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "common/core/clock.h"
#include "common/core/text.h"

int64_t
dbcsl_monitor_slow_limit(dbcsl_monitor_file *file)
{
	return atomic_load_explicit(&file->slow.limit, memory_order_relaxed);
}

void
dbcsl_monitor_record_slow(dbcsl_monitor_file *file,
						  const dbc_normalised_sql *normal,
						  uint64_t nanoseconds, int64_t rows,
						  const dbcsl_monitor_work *work)
{
	dbcsl_monitor_slow *slow = &file->slow;
	int64_t now_ms = dbc_now_ms();
	dbcsl_monitor_slow_entry *entry;

	dbcsl_monitor_lock_files();
	slow->number++;
	if (dbc_monitor_may_keep(&slow->rate, now_ms))
	{
		entry = &slow->entries[slow->next++ % DBCSL_SLOW_ENTRIES];
		sqlite3_free(entry->normal);
		*entry = (dbcsl_monitor_slow_entry){
			slow->number,
			now_ms - (int64_t) (nanoseconds / 1000000),
			(int64_t) nanoseconds,
			rows,
			*work,
			dbcsl_monitor_copy_normal(normal)};
	}
	dbcsl_monitor_unlock_files();
}

void
dbcsl_monitor_drop_slow(dbcsl_monitor_file *file, int64_t count)
{
	dbcsl_monitor_lock_files();
	file->slow.number += count;
	dbcsl_monitor_unlock_files();
}

/* ---- calls of the host interface ---- */

/* A copy of an entry, with its texts. */
typedef struct copy
{
	dbcsl_monitor_slow_entry entry;
	char fingerprint[DBC_FINGERPRINT];
	char text[DBC_NORMAL_TEXT + 1];
} copy;

typedef struct copies
{
	bool found; /* the file is monitored */
	int64_t since_ms;
	int64_t number;
	int room;
	int count;
	copy *all;
} copies;

/* Copies the entries of the file of a connection while there is space, and
 * counts all.  No error may be raised while the mutex is held. */
static void
copy_entries(sqlite3 *db, copies *to)
{
	const dbcsl_monitor_file *file;

	to->count = 0;
	dbcsl_monitor_lock_files();
	file = dbcsl_monitor_find_file(db);
	to->found = file != NULL;
	if (file)
	{
		to->since_ms = file->slow.since_ms;
		to->number = file->slow.number;
	}
	for (int i = 0; file && i < DBCSL_SLOW_ENTRIES; i++)
	{
		const dbcsl_monitor_slow_entry *entry = &file->slow.entries[i];

		if (!entry->normal)
			continue;
		if (to->count < to->room)
		{
			copy *at = &to->all[to->count];

			at->entry = *entry;
			memcpy(at->text, entry->normal->text, entry->normal->length + 1);
			memcpy(at->fingerprint, entry->normal->fingerprint,
				   DBC_FINGERPRINT);
		}
		to->count++;
	}
	dbcsl_monitor_unlock_files();
}

void
dbcsl_monitor_read_slow(dbc_host *host, dbc_monitor_slow_log *log)
{
	sqlite3 *db = dbcsl_of(host)->db;
	copies from = {.room = 0};
	dbc_monitor_execution *list;

	copy_entries(db, &from);
	from.room = from.count;
	from.all = dbc_alloc(host, ((size_t) from.room + 1) * sizeof(*from.all));
	copy_entries(db, &from);
	if (from.count > from.room)
		from.count = from.room;
	*log = (dbc_monitor_slow_log){.count = from.count, .last = from.number};
	if (!from.found)
	{
		log->problem = "Statements are measured only on connections that have "
					   "called dbmonitor_start(), and none has.";
		log->hint = "Call dbmonitor_start() on the connections to measure.";
		return;
	}
	log->source = dbc_format(host, "%lld %lld", (long long) from.since_ms,
							 (long long) getpid());
	list = dbc_alloc(host, ((size_t) from.count + 1) * sizeof(*list));
	for (int i = 0; i < from.count; i++)
	{
		const dbcsl_monitor_slow_entry *entry = &from.all[i].entry;

		list[i] = (dbc_monitor_execution){
			.number = entry->number,
			.started_ms = entry->started_ms,
			.duration_ms = (double) entry->nanoseconds / 1e6,
			.fingerprint = from.all[i].fingerprint,
			.query = from.all[i].text,
			.rows = entry->rows,
			.full_scan_steps = entry->work.full_scan_steps,
			.sorts = entry->work.sorts,
			.automatic_indexes = entry->work.automatic_indexes};
	}
	log->list = list;
}

void
dbcsl_monitor_limit_slow(dbc_host *host, double slow_ms, bool with_plan)
{
	double nanoseconds = slow_ms * 1e6;
	int64_t limit = nanoseconds < 1		 ? 1
					: nanoseconds > 9e18 ? INT64_MAX
										 : (int64_t) nanoseconds;
	dbcsl_monitor_file *file;

	(void) with_plan;
	dbcsl_monitor_lock_files();
	file = dbcsl_monitor_find_file(dbcsl_of(host)->db);
	if (file)
		atomic_store_explicit(&file->slow.limit, limit, memory_order_relaxed);
	dbcsl_monitor_unlock_files();
}

/* ---- plans ---- */

/* A statement that is planned. */
typedef struct planning
{
	const char *query;
	const dbc_rows *rows; /* id, parent, not used, text */
} planning;

/* Compiles a statement, for a guard; SQLite lists the plan without running
 * it. */
static void
explain(dbc_host *host, void *arg)
{
	planning *p = arg;

	p->rows = dbc_query_text(
		host, dbc_format(host, "explain query plan %s", p->query));
}

/* The number of steps that contain a step, which come before it. */
static int
depth_of(dbc_host *host, const dbc_rows *rows, int row)
{
	int64_t parent = dbc_get_int(host, rows, row, 1);
	int depth = 0;

	while (row-- > 0)
		if (dbc_get_int(host, rows, row, 0) == parent)
		{
			parent = dbc_get_int(host, rows, row, 1);
			depth++;
		}
	return depth;
}

const char *
dbcsl_monitor_plan_slow(dbc_host *host, const char *query)
{
	dbcsl_token first = dbcsl_first_token(query);
	planning p = {.query = query};
	dbc_buffer plan;
	dbc_error error;

	/* a text of that length may have been shortened */
	if (!(dbcsl_is_word(&first, "select") || dbcsl_is_word(&first, "with")) ||
		strlen(query) > DBC_NORMAL_TEXT - 4 ||
		dbcsl_is_any_view_deep(dbcsl_of(host)) ||
		!dbc_guard(host, explain, &p, DBC_UNDO, true, &error))
		return NULL;
	dbc_buffer_init(&plan, host);
	for (int i = 0; i < p.rows->nrows; i++)
		dbc_append_format(&plan, "%s%*s%s", i > 0 ? "\n" : "",
						  2 * depth_of(host, p.rows, i), "",
						  dbc_get_text(host, p.rows, i, 3));
	return p.rows->nrows > 0 ? plan.data : NULL;
}
