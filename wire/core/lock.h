/*
 * lock.h
 *	  Locks by which sessions that run dbcare exclude each other.
 */
#ifndef DBCW_CORE_LOCK_H
#define DBCW_CORE_LOCK_H

#include "wire/core/host.h"

extern void dbcw_lock_runners(dbc_host *host, int64_t timeout_ms);
extern void dbcw_exclude(dbc_host *host, dbc_exclusion what);
extern bool dbcw_commit_work(dbc_host *host, int64_t pause_ms);

/* Locks a key of a class until the session ends or the lock is released; false
 * if another session has it. */
extern bool dbcw_try_lock(dbcw_host *h, int class, int64_t key);

/* Releases the locks of the call. */
extern void dbcw_unlock(dbcw_host *h);

/* Classes of locks, as of the extension. */
#define DBCW_LOCKS		   1684169571
#define DBCW_LOCKS_OF_WORK 1684169572

#endif /* DBCW_CORE_LOCK_H */
