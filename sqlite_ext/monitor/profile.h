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

/* The fastest available clock. */
typedef struct dbcsl_monitor_clock
{
	bool counter;	 /* the processor's counter, which has the same speed on all
						cores */
	uint64_t factor; /* nanoseconds per tick, in units of 2^-32 */
} dbcsl_monitor_clock;

/* Chooses the clock and measures its speed, which takes 2 ms. */
extern void dbcsl_monitor_start_clock(dbcsl_monitor_clock *clock);

/* The system's monotonic clock in nanoseconds. */
extern uint64_t dbcsl_monitor_nanoseconds(void);

/* The same with a precision of some milliseconds, at a fraction of the cost. */
extern uint64_t dbcsl_monitor_coarse_nanoseconds(void);

/* The current time in ticks. */
static inline uint64_t
dbcsl_monitor_ticks(const dbcsl_monitor_clock *clock)
{
#ifdef __x86_64__
	if (clock->counter)
		return __builtin_ia32_rdtsc();
#else
	(void) clock;
#endif
	return dbcsl_monitor_nanoseconds();
}

/* The nanoseconds between two times in ticks. */
static inline uint64_t
dbcsl_monitor_elapsed(const dbcsl_monitor_clock *clock, uint64_t from,
					  uint64_t to)
{
	uint64_t ticks = to > from ? to - from : 0;

	return (uint64_t) ((unsigned __int128) ticks * clock->factor >> 32);
}

/* ---- monitor/profile.c ---- */

/* Statistics of a statement. */
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

/* A database file; see monitor/watched_files.c. */
typedef struct dbcsl_monitor_file dbcsl_monitor_file;

/* Counters of the work of a statement, or their increase by an execution. */
typedef struct dbcsl_monitor_work
{
	int full_scan_steps;
	int sorts;
	int automatic_indexes;
} dbcsl_monitor_work;

/* Starts to measure statements of a file, at most so many per second: above
 * that rate only some are measured, and counters are estimates.  Registers the
 * connection's trace hook.  NULL if out of memory. */
extern dbcsl_monitor_profile *
dbcsl_monitor_start_profile(sqlite3 *db, dbcsl_monitor_file *file,
							double per_second);

/* Frees the profile after the hook was removed; requires the mutex. */
extern void dbcsl_monitor_stop_profile(dbcsl_monitor_profile *profile);

/* Whether the hook is still registered: the application may have replaced
 * it. */
extern bool dbcsl_monitor_profile_is_active(dbcsl_monitor_profile *profile);

/* Adds the statistics since the last call to the file; requires the mutex. */
extern void dbcsl_monitor_collect_profile(dbcsl_monitor_profile *profile);

/* ---- monitor/watched_files.c ---- */

/* The mutex of the data shared by connections and threads. */
extern void dbcsl_monitor_lock_files(void);
extern void dbcsl_monitor_unlock_files(void);

/* Copies a normalised text; NULL if out of memory. */
extern dbc_normalised_sql *
dbcsl_monitor_copy_normal(const dbc_normalised_sql *normal);

/* Adds statistics of a statement to a file; requires the mutex. */
extern void
dbcsl_monitor_add_to_file(dbcsl_monitor_file *file,
						  const dbc_normalised_sql *normal,
						  const dbcsl_monitor_statement_counts *counts);

/* ---- monitor/slow_log.c ---- */

/* The limit of slow executions of a file, in nanoseconds; 0: none yet. */
extern int64_t dbcsl_monitor_slow_limit(dbcsl_monitor_file *file);

/* Records a slow execution that has just ended. */
extern void dbcsl_monitor_record_slow(dbcsl_monitor_file *file,
									  const dbc_normalised_sql *normal,
									  uint64_t nanoseconds, int64_t rows,
									  const dbcsl_monitor_work *work);

/* Counts slow executions that were not timed. */
extern void dbcsl_monitor_drop_slow(dbcsl_monitor_file *file, int64_t count);

#endif /* DBCSL_MONITOR_PROFILE_H */
