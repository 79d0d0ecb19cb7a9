/*
 * batch.h
 *	  Long work on a table in short transactions: its rows in the order of its
 *	  key, and a loop that runs one batch of them per transaction.
 *
 * The caller saves its place in the transaction of each batch, so that the work
 * resumes at the first row that is not done.
 */
#ifndef DBC_BATCH_BATCH_H
#define DBC_BATCH_BATCH_H

#include "common/core/host.h"

/* ---- batch/table.c ---- */

typedef struct dbc_batch_key_column
{
	const char *name;	   /* as in the catalog */
	const char *quoted;	   /* quoted as in SQL */
	const char *collation; /* COLLATE clause for comparisons, or empty */
	const char *literal;   /* expression that returns its value as a literal */
} dbc_batch_key_column;

/* A table and the key that orders its rows. */
typedef struct dbc_batch_table
{
	const dbc_relation *relation;
	const char *shown;	   /* as the user would write it */
	const char *quoted;	   /* quoted as in SQL */
	const char *estimate;  /* query for its number of rows, or null */
	const char *operators; /* [PG] schema of its operators, or NULL */
	dbc_batch_key_column *key;
	int nkey;
	/* JSON array of other names of the key, or of columns that it is computed
	 * from; or NULL */
	const char *aliases;
} dbc_batch_table;

/* Reads a table; fails if its rows cannot be read in the order of a key. */
extern dbc_batch_table dbc_batch_read_table(dbc_host *host,
											const char *relation);

/* The columns of the key, as a JSON array. */
extern const char *dbc_batch_key_names(dbc_host *host,
									   const dbc_batch_table *table);

/* A place in a table is a JSON array of literals, one per column of the key.
 * NULL is before the first row, or after the last one. */

/* The condition for the rows after one place up to another; qualifier is the
 * prefix of the columns. */
extern const char *dbc_batch_range(dbc_host *host, const dbc_batch_table *table,
								   const char *qualifier, const char *after,
								   const char *up_to);

/* The place of row n, from 1, of the rows after one place up to another; NULL
 * if there are fewer rows. */
extern const char *dbc_batch_nth_place(dbc_host *host,
									   const dbc_batch_table *table,
									   const char *after, const char *up_to,
									   int64_t n);

/* The last place after a place; NULL if no row follows. */
extern const char *dbc_batch_last_place(dbc_host *host,
										const dbc_batch_table *table,
										const char *after);

/* The span of the rows for which a condition is true, in which alias is the
 * name of the table: after a place up to another; false if there is no such
 * row.  On SQLite that of all rows. */
extern bool dbc_batch_find_span(dbc_host *host, const dbc_batch_table *table,
								const char *alias, const char *condition,
								const char **after, const char **up_to);

/* The number of rows after one place up to another. */
extern int64_t dbc_batch_count_rows(dbc_host *host,
									const dbc_batch_table *table,
									const char *after, const char *up_to);

/* ---- batch/lock.c ---- */

/* PROC only.  Locks work with a name until the call ends; fails if another call
 * of any process has locked it: "SUBJECT running in process N". */
extern void dbc_batch_lock(dbc_host *host, const char *work,
						   const char *subject, const char *hint);

/* The process that has locked work; 0 if none is known.  Not for calls that
 * have locked it themselves. */
extern int64_t dbc_batch_runner_of(dbc_host *host, const char *work);

/* Tells other processes that this call still does the work; at least once a
 * minute.  NULL: none. */
extern void dbc_batch_renew(dbc_host *host, const char *work);

/* ---- batch/run.c ---- */

/* A run; PROC only.  The caller sets the members up to arg. */
typedef struct dbc_batch_run dbc_batch_run;
struct dbc_batch_run
{
	int64_t batch_ms;	   /* no transaction should take longer */
	int64_t pause_ms;	   /* between batches; -1: as long as a batch */
	int64_t max_seconds;   /* time limit of the call; -1: none */
	int64_t max_lag_bytes; /* [PG] pauses beyond it; -1: never */
	int64_t retries;	   /* of a batch after a lock timeout */
	bool survives;		   /* a failed batch ends the run, but not the call */
	const char *work;	   /* that the call has locked, or NULL */
	/* what has been proven is about it: no batch runs on another one; or NULL */
	const dbc_relation *table;

	/* Processes the next rows, at most run->rows, and sets run->done to their
	 * number; sets run->over at the end of the work. */
	void (*step)(dbc_host *host, dbc_batch_run *run);

	/* If not NULL, a batch of the only writer can have several steps.  Stores what a
	 * step changes in memory, or, after a failed batch, restores it. */
	void (*keep)(dbc_batch_run *run, bool restore);

	/* Saves that the run ends before its work does: because of an error, as a
	 * sentence, or, if that is NULL, at max_seconds. */
	void (*stop)(dbc_host *host, dbc_batch_run *run, const char *error);
	void *arg;

	int64_t rows;		  /* of the next batch */
	int64_t done;		  /* rows of the last batch, 0 if it did not run */
	bool cut;			  /* a step has ended early for lack of time */
	int64_t turn;		  /* number of the batch ... */
	int64_t turn_started; /* ... and when it began, in microseconds */
	int64_t longest_us;	  /* the longest transaction so far, in microseconds */
	bool over;

	int64_t started;	/* microseconds */
	int64_t attempt;	/* at the current batch, counting lock timeouts */
	int64_t endings;	/* attempts to save an early end that have failed */
	int64_t wait_ms;	/* before the next batch */
	bool may_lag;		/* ask whether a standby lags behind before it */
	int64_t us;			/* microseconds the last batch took */
	int64_t tried_rows; /* rows of an earlier batch, to be halved ... */
	int64_t tried_us;	/* ... and its microseconds without the commit */
	bool alone;			/* the transaction has nothing but the batch */
};

/* Runs batches until a step ends the work or max_seconds have passed.  If a
 * batch fails, fails after stop(); earlier batches are kept. */
extern void dbc_batch_execute(dbc_host *host, dbc_batch_run *run);

/* Whether a batch has time for more rows. */
extern bool dbc_batch_has_time(dbc_host *host, const dbc_batch_run *run);

/* Why a batch has failed, as run->stop() gets it. */
extern const char *dbc_batch_error(dbc_host *host, const dbc_error *error);

#endif /* DBC_BATCH_BATCH_H */
