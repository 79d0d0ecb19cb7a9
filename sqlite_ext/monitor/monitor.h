/*
 * monitor.h
 *	  Monitoring: the calls of the host interface, and shared declarations.
 */
#ifndef DBCSL_MONITOR_MONITOR_H
#define DBCSL_MONITOR_MONITOR_H

#include <pthread.h>

#include "sqlite_ext/monitor/profile.h"
#include "sqlite_ext/trust/reopen.h"

#include "common/monitor/slow_log.h"
#include "common/schedule/schedule.h"

/* A thread that takes samples; see monitor/sampler.c. */
typedef struct dbcsl_monitor_sampler dbcsl_monitor_sampler;

/* ---- monitor/schedule.c ---- */

/* Does what is due once a day, unless another process does; returns why that
 * failed, or NULL. */
extern char *dbcsl_monitor_run_schedule(sqlite3 *db,
										const dbc_schedule *schedule);

/* ---- monitor/watched_files.c ---- */

/* Statistics of a statement. */
typedef struct dbcsl_monitor_statement_stats
{
	struct dbcsl_monitor_statement_stats *next;
	dbc_normalised_sql *normal;
	dbcsl_monitor_statement_counts counts;
} dbcsl_monitor_statement_stats;

/* A monitored connection. */
typedef struct dbcsl_monitor_watcher
{
	struct dbcsl_monitor_watcher *next; /* of the same file */
	sqlite3 *db;
	dbcsl_monitor_profile *profile; /* NULL if statements are not measured */
	bool wants_thread;				/* requests a thread that takes samples */
} dbcsl_monitor_watcher;

/* Slow executions of a file in memory; the oldest one is replaced. */
#define DBCSL_SLOW_ENTRIES 500

/* A slow execution. */
typedef struct dbcsl_monitor_slow_entry
{
	int64_t number;
	int64_t started_ms;
	int64_t nanoseconds;
	int64_t rows;
	dbcsl_monitor_work work; /* -1: unknown */
	dbc_normalised_sql *normal;
} dbcsl_monitor_slow_entry;

/* The slow executions of a file. */
typedef struct dbcsl_monitor_slow
{
	_Atomic int64_t limit; /* in nanoseconds; 0: none yet.  Without mutex. */
	int64_t since_ms;	   /* identifies the source, with the process */
	int64_t number;		   /* of the last slow execution */
	dbc_monitor_slow_rate rate;
	unsigned next; /* entry to replace */
	dbcsl_monitor_slow_entry entries[DBCSL_SLOW_ENTRIES];
} dbcsl_monitor_slow;

/* A database file that connections of this process monitor, opened in the same
 * way.  A database without a file has a NULL name and one connection.  All
 * members are protected by the mutex. */
struct dbcsl_monitor_file
{
	dbcsl_monitor_file *next;
	char *name; /* with its URI parameters */
	bool read_only;
	dbcsl_monitor_watcher *watchers;
	dbcsl_monitor_statement_stats *stats;	/* not stored yet */
	dbcsl_monitor_statement_stats *storing; /* by an open transaction */
	dbcsl_monitor_sampler *sampler;			/* or NULL */
	dbcsl_monitor_slow slow;
};

/* The file of a connection, or NULL; requires the mutex. */
extern dbcsl_monitor_file *dbcsl_monitor_find_file(sqlite3 *db);

/* The same with its watcher, NULL if it is not monitored; requires the
 * mutex. */
extern dbcsl_monitor_watcher *
dbcsl_monitor_find_watcher(sqlite3 *db, dbcsl_monitor_file **file);

/* Detaches the sampler of any file that has one; requires the mutex. */
extern dbcsl_monitor_sampler *dbcsl_monitor_take_sampler(void);

/* Adds a file, NULL if out of memory; and removes one that no connection
 * monitors any longer.  Require the mutex. */
extern dbcsl_monitor_file *dbcsl_monitor_add_file(sqlite3 *db);
extern void dbcsl_monitor_remove_file(dbcsl_monitor_file *file);

/* Before a fork: locks the mutex when no thread takes a sample, and asks to
 * interrupt those that do. */
extern void dbcsl_monitor_wait_for_samples(
	void (*interrupt)(dbcsl_monitor_sampler *sampler, int64_t waited_ms));

/* In the child: forgets the connections of the parent, and unlocks the
 * mutex. */
extern void dbcsl_monitor_forget_files(void);

/* Counts running samples; requires the mutex. */
extern void dbcsl_monitor_count_work(bool starts);

/* Waits for a condition for at most so many seconds, without the mutex; false
 * on timeout. */
extern bool dbcsl_monitor_wait_unlocked(pthread_cond_t *condition,
										double seconds);

/* Adds counts to total. */
extern void
dbcsl_monitor_add_counts(dbcsl_monitor_statement_counts *sum,
						 const dbcsl_monitor_statement_counts *counts);

extern void dbcsl_monitor_free_statements(dbcsl_monitor_statement_stats **list);

/* Deletes the slow executions in memory, and begins a new source; requires the
 * mutex. */
extern void dbcsl_monitor_reset_slow(dbcsl_monitor_slow *slow);

/* ---- monitor/watchers.c ---- */

/* Starts to measure a connection; NULL if out of memory; requires the mutex. */
extern dbcsl_monitor_watcher *dbcsl_monitor_start_watcher(sqlite3 *db,
														  double per_second);

/* Stops measuring a connection whose hook was removed, and keeps its
 * statistics; requires the mutex. */
extern void dbcsl_monitor_stop_watcher(dbcsl_monitor_watcher *watcher);

/* Removes a connection whose hook was removed, and with the last one its file;
 * requires the mutex. */
extern void dbcsl_monitor_remove_watcher(dbcsl_monitor_file *file,
										 dbcsl_monitor_watcher *watcher);

/* ---- monitor/statements.c ---- */

extern const dbc_sample_statement_stats *
dbcsl_monitor_read_statements(dbc_host *host, int *nstats,
							  const char **missing);
extern const dbc_sample_statement_stats *
dbcsl_monitor_read_unstored(dbc_host *host, int *nstats);
extern void dbcsl_monitor_forget_statements(dbc_host *host);

/* ---- monitor/slow_log.c ---- */

extern void dbcsl_monitor_read_slow(dbc_host *host, dbc_monitor_slow_log *log);
extern void dbcsl_monitor_limit_slow(dbc_host *host, double slow_ms,
									 bool with_plan);
extern const char *dbcsl_monitor_plan_slow(dbc_host *host, const char *query);

/* The length of the header of a database file. */
#define DBCSL_MONITOR_HEADER 100

/* What the room keeps during a call, in h->monitor: NULL until it began. */
typedef struct dbcsl_monitor_state
{
	bool moved;				/* where samples are, by this call */
	const char *moved_to;	/* the file they are to be in */
	const char *problem;	/* why it must not be used, or NULL */
	const char *moved_from; /* what attaches the one they were in, or NULL */
	bool own_samples;		/* the database itself has data of monitoring */
	bool for_call;			/* the default file: detached when the call ends */
	sqlite3_stmt *detach;	/* does that, or NULL */
	bool stays;				/* ... but after the commit it might fail */
	bool continues;			/* the samples of another database */
	unsigned char header[DBCSL_MONITOR_HEADER]; /* of an unlocked database */
	bool storing; /* what dbcsl_monitor_read_unstored() gave */
} dbcsl_monitor_state;

/* Ends what dbcsl_monitor_read_unstored() began: the statistics were stored, or
 * not. */
extern void dbcsl_monitor_finish_storing(dbcsl_host *h, bool stored);

/* ---- monitor/samples_file.c ---- */

/* Attaches a file for samples, and makes it if there is none; returns an SQLite
 * result code.  *problem is why the file must not be used, or NULL. */
extern int dbcsl_monitor_attach_samples(sqlite3 *db, const char *file,
										const char **problem);

/* ---- monitor/own_file.c ---- */

/* Makes the file of samples, unless there is one; returns why it must not be
 * used, as the rest of a sentence, or NULL. */
extern const char *dbcsl_monitor_own_file(sqlite3 *db, const char *name);

extern int dbcsl_monitor_ask_samples(dbc_host *host, int (*ask)(dbc_host *));

/* ---- monitor/samples_of.c ---- */

/* At the start of a call: fails if it uses samples, and those in the separate
 * file belong to another database. */
extern void dbcsl_monitor_verify_samples_owner(dbcsl_host *h);

/* At the end of a call that writes samples: stores the database they belong
 * to. */
extern void dbcsl_monitor_store_samples_owner(dbcsl_host *h);

/* Whether two names refer to the same existing file. */
extern bool dbcsl_monitor_is_same_file(const char *left, const char *right);

/* ---- monitor/unlocked.c ---- */

/* Replaces a connection that has not read yet by one that takes no locks, if
 * the database has no write-ahead log; returns an SQLite result code. */
extern int
dbcsl_monitor_reopen_unlocked(const char *uri, const char *vfs,
							  const dbcsl_connection_settings *settings,
							  sqlite3 **db);

/* At the start and the end of a call: fails if the schema of a database that is
 * read without locks has changed. */
extern void dbcsl_monitor_remember_schema(dbcsl_host *h);
extern void dbcsl_monitor_verify_schema(dbcsl_host *h);

/* ---- monitor/sampler.c ---- */

/* Starts the thread for the file of a monitored connection, unless it has
 * one. */
extern void dbcsl_monitor_start_sampler(dbcsl_host *h, double interval_seconds);

/* Interrupts the running sample, if any, so that a fork need not wait longer.
 * The sample is repeated, and the next fork waits longer.  Requires the mutex;
 * sampler may be NULL. */
extern void dbcsl_monitor_interrupt_sampler(dbcsl_monitor_sampler *sampler,
											int64_t waited_ms);

/* Ends and frees a sampler that was detached from its file; may be NULL. */
extern void dbcsl_monitor_end_sampler(dbcsl_monitor_sampler *sampler);

/* Does once what the thread does, on the file of a connection: takes a sample,
 * unless another process just has, and what is due besides if works is true;
 * returns why that failed, allocated by sqlite3_malloc(), or NULL.  *taken is false
 * if the database is not monitored; *due: a seal, the full checks or a daily run
 * were due. */
extern char *dbcsl_monitor_take_turn(sqlite3 *db, bool works, bool *taken,
									 double *interval_seconds, bool *due);

/* Sets *running to whether the file of a connection has a sampler; returns why
 * its last sample failed, allocated by sqlite3_malloc(), or NULL. */
extern char *dbcsl_monitor_describe_sampler_failure(sqlite3 *db, bool *running);

#endif /* DBCSL_MONITOR_MONITOR_H */
