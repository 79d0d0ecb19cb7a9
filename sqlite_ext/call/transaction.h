/*
 * transaction.h
 *	  Transactions of a call, and waits for other connections.
 */
#ifndef DBCSL_CALL_TRANSACTION_H
#define DBCSL_CALL_TRANSACTION_H

#include "sqlite_ext/core/host.h"

/* ---- call/transaction.c ---- */

/* Opens what the class of the function requires; see the file. */
extern void dbcsl_begin_call(dbcsl_host *h);
extern void dbcsl_end_transaction(dbcsl_host *h);

/* Opens the next transaction of a PROC, after dbcsl_end_transaction(). */
extern void dbcsl_begin_transaction(dbcsl_host *h);

extern bool dbcsl_commit_work(dbc_host *host, int64_t pause_ms);
extern void dbcsl_divide_work(dbc_host *host, int64_t pause_ms);

extern void dbcsl_survive(dbc_host *host, void (*fn)(dbc_host *, void *),
						  void (*failed)(dbc_host *, void *, const char *),
						  void *arg);

/* Opens a transaction that can be undone. */
extern void dbcsl_begin_writing(dbcsl_host *h);

/* ---- call/write.c ---- */

extern bool dbcsl_write(dbc_host *host, void (*fn)(dbc_host *, void *),
						void *arg);

/* ---- call/reading.c ---- */

/* The statement that holds the snapshot of a call. */
#define DBCSL_READER "pragma main.schema_version"

/* Opens and ends the snapshot of a READ call. */
extern void dbcsl_begin_reading(dbcsl_host *h);
extern void dbcsl_end_reading(dbcsl_host *h);

/* ---- call/transaction.c ---- */

/* Whether a result code means that another connection has a lock. */
extern bool dbcsl_is_locked(int code);

/* Retries a function while another connection has a required lock, as long as
 * the call may wait; returns the last code.  The shell's busy timeout is 0, so
 * SQLite's busy handler alone is not sufficient. */
extern int dbcsl_retry_while_locked(dbcsl_host *h,
									int (*attempt)(dbcsl_host *));

/* The maximum wait for other connections, in milliseconds. */
extern int64_t dbcsl_lock_wait_limit(dbcsl_host *h);

/* Keeps h->reader running while SQLite prepares statements again:
 * dbcsl_undo_work() must be able to run it without memory.  Meanwhile nothing
 * can be dropped. */
extern void dbcsl_hold_read_statement(dbcsl_host *h);
extern void dbcsl_refresh_read_statement(dbcsl_host *h);

/* Rolls back the work of the call, as far as SQLite allows. */
extern void dbcsl_undo_work(dbcsl_host *h);

extern bool dbcsl_guard(dbc_host *host, void (*fn)(dbc_host *, void *),
						void *arg, dbc_guard_mode mode, bool read_only,
						dbc_error *error);
extern void dbcsl_lock(dbc_host *host, int64_t timeout_ms);

#endif /* DBCSL_CALL_TRANSACTION_H */
