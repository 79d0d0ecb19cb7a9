/*
 * profile.h
 *	  Statistics of the statements of one connection, taken by its trace hook.
 *
 * The hook runs in the thread that uses the connection, and only it writes
 * counters; other threads may read them.  Counters are therefore atomic,
 * without a lock, and entries are added and removed under the mutex of
 * monitor/watched_files.c.
 */
#ifndef DBCSL_MONITOR_PROFILE_H
#define DBCSL_MONITOR_PROFILE_H

#include "sqlite_ext/core/host.h"

#include "common/core/sql_normal.h"
#include "common/monitor/sketch.h"

/* ---- monitor/ticks.c ---- */

/* The fastest clock there is. */
typedef struct dbcsl_monitor_clock
{
	bool counter;	 /* the processor's, which has one speed on all of them */
	uint64_t factor; /* nanoseconds of a tick, in units of 2^-32 */
} dbcsl_monitor_clock;

/* Finds the clock and measures its speed, which takes 2 ms. */
extern void dbcsl_monitor_start_clock(dbcsl_monitor_clock *clock);

/* Nanoseconds of the system's clock that never goes back. */
extern uint64_t dbcsl_monitor_nanoseconds(void);

/* The same, exact to some milliseconds, in a fraction of the time. */
extern uint64_t dbcsl_monitor_coarse_nanoseconds(void);

/* The time. */
static inline uint64_t
dbcsl_monitor_ticks(const dbcsl_monitor_clock *clock)
{
#ifdef __x86_64__
	if (clock->counter)
		return __builtin_ia32_rdtsc();
#endif
	return dbcsl_monitor_nanoseconds();
}

/* Nanoseconds between two times. */
static inline uint64_t
dbcsl_monitor_elapsed(const dbcsl_monitor_clock *clock, uint64_t from,
					  uint64_t to)
{
	uint64_t ticks = to > from ? to - from : 0;

	return (uint64_t) ((unsigned __int128) ticks * clock->factor >> 32);
}

/* ---- monitor/profile.c ---- */

/* What has been seen of a statement. */
typedef struct dbcsl_monitor_statement_counts
{
	int64_t calls;
	int64_t nanoseconds;
	int64_t longest; /* in nanoseconds */
	int64_t rows;
	int64_t last_ms; /* since 1970 */
	dbc_monitor_sketch sketch;
} dbcsl_monitor_statement_counts;

typedef struct dbcsl_monitor_profile dbcsl_monitor_profile;

/* A database file, as monitor/watched_files.c knows it. */
typedef struct dbcsl_monitor_file dbcsl_monitor_file;

/*
 * Starts to take statistics for a file, of at most so many statements per
 * second: above that, of some, and counters are estimates.  Takes the
 * connection's trace hook.  NULL without memory.
 */
extern dbcsl_monitor_profile *
dbcsl_monitor_start_profile(sqlite3 *db, dbcsl_monitor_file *file,
							double per_second);

/* Frees everything, once the hook is no more; under the mutex. */
extern void dbcsl_monitor_stop_profile(dbcsl_monitor_profile *profile);

/* Whether the hook is still there: the application may have set its own. */
extern bool dbcsl_monitor_profile_is_active(dbcsl_monitor_profile *profile);

/* Gives what has been seen since the last time to the file; under the mutex. */
extern void dbcsl_monitor_collect_profile(dbcsl_monitor_profile *profile);

/* ---- monitor/watched_files.c ---- */

/* The mutex around what connections and threads share. */
extern void dbcsl_monitor_lock_files(void);
extern void dbcsl_monitor_unlock_files(void);

/* A copy of as much as there is of it; NULL without memory. */
extern dbc_normalised_sql *
dbcsl_monitor_copy_normal(const dbc_normalised_sql *normal);

/* Adds to what was seen of a statement in a file; under the mutex. */
extern void
dbcsl_monitor_add_to_file(dbcsl_monitor_file *file,
						  const dbc_normalised_sql *normal,
						  const dbcsl_monitor_statement_counts *counts);

#endif /* DBCSL_MONITOR_PROFILE_H */
