/*
 * monitor.h
 *	  Monitoring: the calls of the seam, and what its files share.
 */
#ifndef DBCSL_MONITOR_MONITOR_H
#define DBCSL_MONITOR_MONITOR_H

#include <pthread.h>

#include "sqlite_ext/core/reopen.h"
#include "sqlite_ext/monitor/profile.h"

#include "common/monitor/host.h"

/* A thread that takes samples; see monitor/sampler.c. */
typedef struct dbcsl_monitor_sampler dbcsl_monitor_sampler;

/* ---- monitor/watched_files.c ---- */

/* What was seen of a statement. */
typedef struct dbcsl_monitor_statement_stats
{
	struct dbcsl_monitor_statement_stats *next;
	dbc_normalised_sql *normal;
	dbcsl_monitor_statement_counts counts;
} dbcsl_monitor_statement_stats;

/* A connection that is watched. */
typedef struct dbcsl_monitor_watcher
{
	struct dbcsl_monitor_watcher *next; /* of the same file */
	sqlite3 *db;
	dbcsl_monitor_profile *profile; /* NULL while it is not measured */
	bool wants_thread;				/* that takes samples */
	bool loaded_again;				/* the library is being so */
} dbcsl_monitor_watcher;

/*
 * A database file that connections of this process watch, by the way they have
 * opened it; for a database without a file, name is NULL and there is one
 * connection.  Everything in it
 * is under the mutex.
 */
struct dbcsl_monitor_file
{
	dbcsl_monitor_file *next;
	char *name; /* with its URI parameters */
	bool read_only;
	dbcsl_monitor_watcher *watchers;
	dbcsl_monitor_statement_stats *seen; /* not stored yet */
	dbcsl_monitor_statement_stats
		*storing;					/* by a transaction that has not ended */
	dbcsl_monitor_sampler *sampler; /* or NULL */
};

/* The file of a connection, or NULL; under the mutex. */
extern dbcsl_monitor_file *dbcsl_monitor_find_file(sqlite3 *db);

/* The same and its watcher, NULL if it is not watched; under the mutex. */
extern dbcsl_monitor_watcher *
dbcsl_monitor_find_watcher(sqlite3 *db, dbcsl_monitor_file **file);

/* Measures a connection; NULL without memory; under the mutex. */
extern dbcsl_monitor_watcher *dbcsl_monitor_start_watcher(sqlite3 *db,
														  double per_second);

/* Measures it no longer, whose hook is no more, and keeps what was seen; under
 * the mutex. */
extern void dbcsl_monitor_stop_watcher(dbcsl_monitor_watcher *watcher);

/* Takes a connection out, whose hook is no more, and its file with the last of
 * them; under the mutex. */
extern void dbcsl_monitor_remove_watcher(dbcsl_monitor_file *file,
										 dbcsl_monitor_watcher *watcher);

/* Some file that has a sampler, which it has no more then; under the mutex. */
extern dbcsl_monitor_sampler *dbcsl_monitor_take_sampler(void);

/* A thread starts or has ended a sample; under the mutex. */
extern void dbcsl_monitor_count_work(bool starts);

/* Waits for a condition for at most so many seconds, out of the mutex; false
 * if that was too short. */
extern bool dbcsl_monitor_wait_unlocked(pthread_cond_t *condition,
										double seconds);

/* Adds counts to counts. */
extern void
dbcsl_monitor_add_counts(dbcsl_monitor_statement_counts *sum,
						 const dbcsl_monitor_statement_counts *counts);

/* Frees statements. */
extern void dbcsl_monitor_free_statements(dbcsl_monitor_statement_stats **list);

/* ---- monitor/statements.c ---- */

extern const dbc_sample_statement_stats *
dbcsl_monitor_read_statements(dbc_host *host, int *nseen, const char **missing);
extern const dbc_sample_statement_stats *
dbcsl_monitor_read_unstored(dbc_host *host, int *nseen);
extern void dbcsl_monitor_forget_statements(dbc_host *host);

/* Ends what dbcsl_monitor_read_unstored() began: that is stored, or it is not.
 */
extern void dbcsl_monitor_finish_storing(dbcsl_host *h, bool stored);

/* ---- monitor/connection.c ---- */

/* Registers dbmonitor_start(), which keeps an eye on the connection. */
extern int dbcsl_monitor_register_start(sqlite3 *db, const dbc_function *fn,
										int nargs, int flags);

/* ---- monitor/samples_file.c ---- */

/* Attaches a file for samples; a code of SQLite. */
extern int dbcsl_monitor_attach_samples(sqlite3 *db, const char *file);

extern int dbcsl_monitor_ask_samples(dbc_host *host, int (*ask)(dbc_host *));

/* ---- monitor/samples_of.c ---- */

/* Once a call has begun: fails if it wants samples, and those in their file are
 * of another database. */
extern void dbcsl_monitor_verify_samples_owner(dbcsl_host *h);

/* Before a call ends: stores whose samples they are, if it writes them. */
extern void dbcsl_monitor_store_samples_owner(dbcsl_host *h);

/* Whether two names are of one file that exists. */
extern bool dbcsl_monitor_is_same_file(const char *left, const char *right);

/* ---- monitor/sampler.c ---- */

/* Starts the thread for the file of a connection that is watched, unless it has
 * one. */
extern void dbcsl_monitor_start_sampler(dbcsl_host *h, double interval_seconds);

/* Interrupts the sample it takes, if any, for a fork that has waited so long;
 * it is taken again, and the next fork waits longer; under the mutex.  NULL has
 * none. */
extern void dbcsl_monitor_interrupt_sampler(dbcsl_monitor_sampler *sampler,
											int64_t waited_ms);

/* Ends and frees one that no file has any more, or NULL. */
extern void dbcsl_monitor_end_sampler(dbcsl_monitor_sampler *sampler);

/* Whether the file of a connection has one; returns why its last sample could
 * not be taken, from sqlite3_malloc(), or NULL. */
extern char *dbcsl_monitor_describe_sampler_failure(sqlite3 *db, bool *running);

#endif /* DBCSL_MONITOR_MONITOR_H */
