/*
 * profile.c
 *	  Statistics of the statements of one connection, taken by its trace hook.
 *
 * SQLite reports when a statement starts (STMT), returns a row (ROW) and has
 * ended or is reset (PROFILE).  The times it reports are in milliseconds, so
 * this uses another clock.  Events of nested statements, of triggers or of
 * functions, are ignored: their time is part of the outer one.
 *
 * A statement is identified by its address and its text, in a slot, so that a
 * text is normalised once.  An entry has the statistics of a normalised text.
 *
 * PROFILE alone costs two calls of the system's clock.  Above the requested
 * rate it is therefore turned off for the rest of a time window, and the
 * statements of the first part of the window are extrapolated to all of it.
 */
#include "sqlite_ext/monitor/profile.h"

#include <stdatomic.h>
#include <string.h>

#include "common/core/clock.h"
#include "common/core/text.h"

/* Statements cached by address. */
#define SLOTS 512

/* The maximum number of normalised texts of a connection; the least recently
 * used one is evicted. */
#define MOST_ENTRIES 500
#define CHAINS		 256

/* The maximum length of a text stored in a slot. */
#define LONGEST_KEPT 16384

/* The length of a window in nanoseconds, and the maximum number of statements
 * timed in one. */
#define WINDOW		10000000
#define MOST_LOGGED 4096

/* The number of untimed statements between two reads of the clock. */
#define LOOK_EVERY 8

#define EVENTS_TIMED \
	(SQLITE_TRACE_STMT | SQLITE_TRACE_ROW | SQLITE_TRACE_PROFILE)

/* Keeps rarely executed code out of the fast path. */
#define RARE __attribute__((cold))

/* Adds to a counter that only this thread writes. */
#define ADD(counter, n)                                               \
	atomic_store_explicit(                                            \
		&(counter),                                                   \
		atomic_load_explicit(&(counter), memory_order_relaxed) + (n), \
		memory_order_relaxed)
#define READ(counter) atomic_load_explicit(&(counter), memory_order_relaxed)
#define WRITE(counter, value) \
	atomic_store_explicit(&(counter), value, memory_order_relaxed)

/* Statistics of a normalised text. */
typedef struct entry
{
	struct entry *next; /* in its hash chain */
	_Atomic int64_t calls;
	_Atomic int64_t nanoseconds;
	_Atomic int64_t longest;
	_Atomic int64_t rows;
	_Atomic uint64_t last; /* in ticks */
	_Atomic uint32_t buckets[DBC_SKETCH_BUCKETS];

	/* part already returned by dbcsl_monitor_collect_profile(); protected by
	 * the mutex */
	int64_t given_calls;
	int64_t given_nanoseconds;
	int64_t given_rows;
	uint32_t given_buckets[DBC_SKETCH_BUCKETS];

	dbc_normalised_sql *normal;
} entry;

/* A statement cached by its address. */
typedef struct slot
{
	sqlite3_stmt *statement;
	entry *entry;
	uint64_t started; /* in ticks; 0 unless it is running */
	int64_t rows;
	int changes;			 /* total changes of the connection at its start */
	dbcsl_monitor_work work; /* counters of the statement at its start */
	bool writes;
	char *sql; /* text of the statement */
	size_t room;
} slot;

/* A statement timed in this window. */
typedef struct logged
{
	entry *entry;
	uint64_t nanoseconds;
	int64_t rows;
} logged;

struct dbcsl_monitor_profile
{
	sqlite3 *db;
	dbcsl_monitor_file *file; /* file that collects the statistics */
	dbcsl_monitor_clock clock;

	/* the current window */
	uint64_t window; /* length in nanoseconds, and in ticks */
	uint64_t window_ticks;
	uint64_t begun; /* in ticks */
	uint64_t until; /* end of the untimed part, in nanoseconds */
	int budget;		/* maximum number of timed starts */
	int timed;		/* starts while timing was on */
	int64_t within; /* starts of nested statements meanwhile */
	int64_t passed; /* starts after timing was turned off */
	bool timing;
	int nlog;
	logged log[MOST_LOGGED];

	int nentries;
	entry *chains[CHAINS];
	slot slots[SLOTS];
};

static int on_event(unsigned type, void *context, void *p, void *x);

/* Counts calls with the same execution time. */
static void
count(entry *entry, int64_t calls, uint64_t nanoseconds, int64_t rows)
{
	ADD(entry->calls, calls);
	ADD(entry->nanoseconds, calls * (int64_t) nanoseconds);
	ADD(entry->rows, calls * rows);
	ADD(entry->buckets[dbc_monitor_sketch_bucket(nanoseconds)],
		(uint32_t) calls);
}

/* The wall-clock time so many ticks ago. */
static int64_t
wall_ms(const dbcsl_monitor_profile *profile, uint64_t ticks)
{
	uint64_t now = dbcsl_monitor_ticks(&profile->clock);

	return dbc_now_ms() -
		   (int64_t) (dbcsl_monitor_elapsed(&profile->clock, ticks, now) /
					  1000000);
}

/* The statistics since the last call; false if there are none. */
static bool
take_counts(const dbcsl_monitor_profile *profile, entry *entry,
			dbcsl_monitor_statement_counts *counts)
{
	int64_t calls = READ(entry->calls);
	int64_t nanoseconds = READ(entry->nanoseconds);
	int64_t rows = READ(entry->rows);

	if (calls == entry->given_calls)
		return false;
	counts->calls = calls - entry->given_calls;
	counts->nanoseconds = nanoseconds - entry->given_nanoseconds;
	counts->rows = rows - entry->given_rows;
	counts->longest = atomic_exchange(&entry->longest, 0);
	counts->last_ms = wall_ms(profile, READ(entry->last));
	entry->given_calls = calls;
	entry->given_nanoseconds = nanoseconds;
	entry->given_rows = rows;
	for (int i = 0; i < DBC_SKETCH_BUCKETS; i++)
	{
		uint32_t bucket = READ(entry->buckets[i]);

		counts->sketch.counts[i] = bucket - entry->given_buckets[i];
		entry->given_buckets[i] = bucket;
	}
	return true;
}

static void
free_entry(entry *entry)
{
	sqlite3_free(entry->normal);
	sqlite3_free(entry);
}

/* Evicts the least recently used entry and adds it to the statistics of the
 * file. */
static void
evict(dbcsl_monitor_profile *profile)
{
	entry **oldest = NULL;
	entry *gone;
	dbcsl_monitor_statement_counts counts;

	for (int i = 0; i < CHAINS; i++)
	{
		entry **place = &profile->chains[i];

		for (; *place; place = &(*place)->next)
			if (!oldest || READ((*place)->last) < READ((*oldest)->last))
				oldest = place;
	}
	gone = *oldest;
	*oldest = gone->next;
	profile->nentries--;
	for (int i = 0; i < SLOTS; i++)
		if (profile->slots[i].entry == gone)
			profile->slots[i].statement = NULL;
	for (int i = 0; i < profile->nlog; i++)
		if (profile->log[i].entry == gone)
			profile->log[i--] = profile->log[--profile->nlog];
	if (take_counts(profile, gone, &counts))
		dbcsl_monitor_add_to_file(profile->file, gone->normal, &counts);
	free_entry(gone);
}

/* Adds an entry for a text; NULL if out of memory. */
static entry *
add_entry(dbcsl_monitor_profile *profile, const dbc_normalised_sql *normal)
{
	entry *added = sqlite3_malloc(sizeof(*added));
	entry **chain = &profile->chains[normal->hash % CHAINS];

	if (!added)
		return NULL;
	memset(added, 0, sizeof(*added));
	added->normal = dbcsl_monitor_copy_normal(normal);
	if (!added->normal)
	{
		sqlite3_free(added);
		return NULL;
	}
	dbcsl_monitor_lock_files();
	if (profile->nentries == MOST_ENTRIES)
		evict(profile);
	added->next = *chain;
	*chain = added;
	profile->nentries++;
	dbcsl_monitor_unlock_files();
	return added;
}

/* The entry of a statement; NULL if out of memory. */
static entry *
find_entry(dbcsl_monitor_profile *profile, const char *sql)
{
	dbc_normalised_sql normal;

	dbc_normalise_sql(sql, DBC_ON_SQLITE, &normal);
	/* the text is stored in a table, so it must be valid UTF-8 */
	for (size_t at = dbc_valid_utf8(normal.text, normal.length);
		 at < normal.length;
		 at += dbc_valid_utf8(normal.text + at, normal.length - at))
		normal.text[at] = '?';
	for (entry *found = profile->chains[normal.hash % CHAINS]; found;
		 found = found->next)
		if (found->normal->hash == normal.hash)
			return found;
	return add_entry(profile, &normal);
}

/* The slot of a statement, or NULL. */
static slot *
slot_of(dbcsl_monitor_profile *profile, const sqlite3_stmt *statement)
{
	uintptr_t address = (uintptr_t) statement;

	return &profile->slots[(address >> 4 ^ address >> 13) % SLOTS];
}

/* Assigns a slot to a statement; false if that is not possible. */
static RARE bool
fill_slot(dbcsl_monitor_profile *profile, slot *slot, sqlite3_stmt *statement,
		  const char *sql)
{
	size_t size = strlen(sql) + 1;

	slot->started = 0;
	slot->statement = NULL;
	slot->entry = find_entry(profile, sql);
	if (!slot->entry)
		return false;
	if (size > slot->room)
	{
		sqlite3_free(slot->sql);
		slot->sql = size <= LONGEST_KEPT ? sqlite3_malloc64(size) : NULL;
		slot->room = slot->sql ? size : 0;
	}
	if (slot->sql)
		memcpy(slot->sql, sql, size);
	slot->statement = statement;
	slot->writes = !sqlite3_stmt_readonly(statement);
	return true;
}

/* Extrapolates the timed statements of the last window to those that were not
 * timed. */
static void
count_passed(dbcsl_monitor_profile *profile)
{
	/* nested statements start, too, but are not counted */
	int64_t left =
		profile->passed * profile->nlog / (profile->timed + profile->within);
	int64_t limit = dbcsl_monitor_slow_limit(profile->file);
	int64_t slow = 0;

	for (int i = 0; i < profile->nlog; i++)
	{
		const logged *stats = &profile->log[i];
		int64_t share = left / (profile->nlog - i);

		count(stats->entry, share, stats->nanoseconds, stats->rows);
		left -= share;
		if (limit > 0 && (int64_t) stats->nanoseconds > limit)
			slow += share;
	}
	if (slow > 0)
		dbcsl_monitor_drop_slow(profile->file, slow);
}

/* Starts a window, in which statements are timed. */
static RARE void
begin_window(dbcsl_monitor_profile *profile, uint64_t now)
{
	if (profile->passed > 0 && profile->timed > 0)
		count_passed(profile);
	profile->begun = now;
	profile->timed = 0;
	profile->within = 0;
	profile->passed = 0;
	profile->nlog = 0;
	if (!profile->timing)
		sqlite3_trace_v2(profile->db, EVENTS_TIMED, on_event, profile);
	profile->timing = true;
}

/* Whether the untimed part of a window is over; reads the clock only now and
 * then. */
static bool
is_over(const dbcsl_monitor_profile *profile)
{
	return profile->passed % LOOK_EVERY == 0 &&
		   dbcsl_monitor_coarse_nanoseconds() >= profile->until;
}

/* The hook while timing is off.  It does almost nothing: without PROFILE, the
 * end of a statement is not reported. */
static int
on_passed(unsigned type, void *context, void *p, void *x)
{
	dbcsl_monitor_profile *profile = context;

	(void) type;
	(void) p;
	(void) x;
	profile->passed++;
	if (is_over(profile))
		begin_window(profile, dbcsl_monitor_ticks(&profile->clock));
	return 0;
}

/* Turns timing off for the rest of this window. */
static RARE void
end_timing(dbcsl_monitor_profile *profile)
{
	profile->timing = false;
	profile->until = dbcsl_monitor_coarse_nanoseconds() + profile->window;
	sqlite3_trace_v2(profile->db, SQLITE_TRACE_STMT, on_passed, profile);
}

/* Whether a slot belongs to a statement with this text. */
static bool
is_slot_of(const slot *slot, const sqlite3_stmt *statement, const char *sql)
{
	return slot->statement == statement && slot->sql &&
		   strcmp(slot->sql, sql) == 0;
}

/* The counters of a statement, which the application may read and reset. */
static dbcsl_monitor_work
work_of(sqlite3_stmt *statement)
{
	return (dbcsl_monitor_work){
		sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_FULLSCAN_STEP, 0),
		sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_SORT, 0),
		sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_AUTOINDEX, 0)};
}

/* Called when a statement starts.  The text of a nested statement is reported
 * as a comment. */
static void
on_start(dbcsl_monitor_profile *profile, sqlite3_stmt *statement,
		 const char *sql)
{
	uint64_t now = dbcsl_monitor_ticks(&profile->clock);
	slot *slot = slot_of(profile, statement);
	bool known = is_slot_of(slot, statement, sql);

	if (now - profile->begun >= profile->window_ticks)
		begin_window(profile, now);
	if (!known && sql != sqlite3_sql(statement))
	{
		profile->within++;
		return;
	}
	if (profile->timed == profile->budget)
	{
		profile->passed++;
		end_timing(profile);
		return;
	}
	profile->timed++;
	if (!known && !fill_slot(profile, slot, statement, sql))
		return;
	slot->rows = 0;
	if (slot->writes)
		slot->changes = sqlite3_total_changes(profile->db);
	slot->work = work_of(statement);
	slot->started = now;
}

/* The increase of a counter; -1 if the application has reset it. */
static int
grown(int before, int now)
{
	return now < before ? -1 : now - before;
}

/* Records a slow execution. */
static RARE void
record_slow(dbcsl_monitor_profile *profile, const slot *slot,
			sqlite3_stmt *statement, uint64_t nanoseconds, int64_t rows)
{
	dbcsl_monitor_work now = work_of(statement);
	dbcsl_monitor_work work = {
		grown(slot->work.full_scan_steps, now.full_scan_steps),
		grown(slot->work.sorts, now.sorts),
		grown(slot->work.automatic_indexes, now.automatic_indexes)};

	dbcsl_monitor_record_slow(profile->file, slot->entry->normal, nanoseconds,
							  rows, &work);
}

/* Called when a statement has ended. */
static void
on_end(dbcsl_monitor_profile *profile, sqlite3_stmt *statement)
{
	int64_t limit = dbcsl_monitor_slow_limit(profile->file);
	uint64_t now = dbcsl_monitor_ticks(&profile->clock);
	slot *slot = slot_of(profile, statement);
	entry *entry = slot->entry;
	int64_t rows = slot->rows;
	uint64_t nanoseconds;

	if (slot->statement != statement || slot->started == 0)
		return;
	nanoseconds = dbcsl_monitor_elapsed(&profile->clock, slot->started, now);
	slot->started = 0;
	if (slot->writes)
		rows = sqlite3_total_changes(profile->db) != slot->changes
				   ? sqlite3_changes(profile->db)
				   : 0;
	count(entry, 1, nanoseconds, rows);
	WRITE(entry->last, now);
	if ((int64_t) nanoseconds > READ(entry->longest))
		WRITE(entry->longest, (int64_t) nanoseconds);
	if (limit > 0 && (int64_t) nanoseconds > limit)
		record_slow(profile, slot, statement, nanoseconds, rows);
	if (profile->nlog < MOST_LOGGED)
		profile->log[profile->nlog++] = (logged){entry, nanoseconds, rows};
}

/* The trace hook. */
static int
on_event(unsigned type, void *context, void *p, void *x)
{
	dbcsl_monitor_profile *profile = context;
	slot *slot;

	switch (type)
	{
		case SQLITE_TRACE_STMT:
			on_start(profile, p, x);
			break;
		case SQLITE_TRACE_ROW:
			slot = slot_of(profile, p);
			slot->rows += slot->statement == p;
			break;
		case SQLITE_TRACE_PROFILE:
			on_end(profile, p);
			break;
	}
	return 0;
}

/* Starts to measure statements. */
dbcsl_monitor_profile *
dbcsl_monitor_start_profile(sqlite3 *db, dbcsl_monitor_file *file,
							double per_second)
{
	dbcsl_monitor_profile *profile = sqlite3_malloc(sizeof(*profile));
	double budget = per_second * WINDOW / 1e9;

	if (!profile)
		return NULL;
	memset(profile, 0, sizeof(*profile));
	profile->db = db;
	profile->file = file;
	dbcsl_monitor_start_clock(&profile->clock);
	profile->budget = budget < 1			 ? 1
					  : budget > MOST_LOGGED ? MOST_LOGGED
											 : (int) budget;
	/* window length at which the budget is the requested rate */
	profile->window = (uint64_t) (profile->budget / per_second * 1e9);
	profile->window_ticks =
		(uint64_t) ((double) profile->window * 4294967296.0 /
					(double) profile->clock.factor);
	begin_window(profile, dbcsl_monitor_ticks(&profile->clock));
	return profile;
}

void
dbcsl_monitor_stop_profile(dbcsl_monitor_profile *profile)
{
	for (int i = 0; i < CHAINS; i++)
		while (profile->chains[i])
		{
			entry *first = profile->chains[i];

			profile->chains[i] = first->next;
			free_entry(first);
		}
	for (int i = 0; i < SLOTS; i++)
		sqlite3_free(profile->slots[i].sql);
	sqlite3_free(profile);
}

/* Whether the hook is still registered. */
bool
dbcsl_monitor_profile_is_active(dbcsl_monitor_profile *profile)
{
	int64_t within = profile->within;
	int64_t passed = profile->passed;
	uint64_t begun = profile->begun;

	/* this statement is nested in the caller's; a failing one would not be
	 * traced */
	if (sqlite3_exec(profile->db, "select 1", NULL, NULL, NULL) != SQLITE_OK)
		return true;
	return profile->within != within || profile->passed != passed ||
		   profile->begun != begun;
}

/* Adds the statistics since the last call to the file. */
void
dbcsl_monitor_collect_profile(dbcsl_monitor_profile *profile)
{
	dbcsl_monitor_statement_counts counts;

	for (int i = 0; i < CHAINS; i++)
		for (entry *next = profile->chains[i]; next; next = next->next)
			if (take_counts(profile, next, &counts))
				dbcsl_monitor_add_to_file(profile->file, next->normal, &counts);
}
