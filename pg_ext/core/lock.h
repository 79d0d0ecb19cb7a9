/*
 * lock.h
 *	  Locks of dbcare, and waits for locks.
 */
#ifndef DBCPG_CORE_LOCK_H
#define DBCPG_CORE_LOCK_H

#include "pg_ext/core/host.h"

/* Classes of locks; SQL that reads pg_locks contains these numbers, too. */
typedef enum dbcpg_lock_class
{
	DBCPG_LOCKS = 1684169571,		 /* 'dbca' */
	DBCPG_LOCKS_OF_WORK = 1684169572 /* keys are hashes of names */
} dbcpg_lock_class;

/* Keys of the first class. */
enum
{
	DBCPG_LOCK_TABLES = 1, /* dbcare's tables are created or upgraded */
	DBCPG_LOCK_RUNNER,	   /* a migration runs in a transaction */
	DBCPG_LOCK_GATE,	   /* see core/runners.c */
	DBCPG_LOCK_WORKER,	   /* a worker runs statements of a deploy */
	DBCPG_LOCK_SAMPLES,	   /* samples are stored */
	DBCPG_LOCK_SEALS,	   /* the audit log is sealed */
	DBCPG_LOCK_HOLDS	   /* rows are held, or deleted for good */
};

/* Whether this transaction has a lock. */
extern bool dbcpg_holds_key(uint32 key);

/* Acquires a lock until the transaction ends, waiting for it. */
extern void dbcpg_wait_for_lock(uint32 key);

/* Acquires a lock if that is possible without waiting; and releases a lock
 * early. */
extern bool dbcpg_try_lock(uint32 key, LOCKMODE mode);
extern void dbcpg_unlock(uint32 key, LOCKMODE mode);

/* Whether no other session has the advisory lock that stands for a lock where
 * the extension is absent.  The caller has the lock itself, so that a session
 * which this prevents from acquiring it would have given up anyway. */
extern bool dbcpg_is_advisory_free(uint32 key);

/* Acquires a lock without waiting, until it is released or the process exits.
 * The last one is released first. */
extern bool dbcpg_try_lock_session(dbcpg_lock_class class, uint32 key,
								   LOCKMODE mode);
extern void dbcpg_unlock_session(void);

/* Fails unless each statement has a new snapshot. */
extern void dbcpg_refuse_old_snapshot(const dbc_function *fn);

extern void dbcpg_exclude(dbc_host *base, dbc_exclusion what);

/* ---- core/runners.c ---- */

extern void dbcpg_lock_runners(dbc_host *base, int64_t timeout_ms);

/* Releases the lock on runners at the end of a procedure, even after an
 * error. */
extern void dbcpg_unlock_runners(dbcpg_host *host);

/* ---- core/lock_wait.c ---- */

/* Start and stop recording in *wait which lock this process waits for. */
extern void dbcpg_watch_lock_wait(dbcpg_lock_wait *wait);
extern void dbcpg_stop_lock_wait_watch(void);

/* The holders of a lock that was waited for, as a sentence, or NULL. */
extern const char *dbcpg_describe_lock_wait(dbcpg_host *host,
											const dbcpg_lock_wait *wait);

#endif /* DBCPG_CORE_LOCK_H */
