/*
 * runners.c
 *	  Mutual exclusion of migration runners.
 *
 * Runners in a transaction wait for each other at one lock.  Before that they
 * take another lock, the gate, in shared mode.  A deploy closes the gate for
 * all of its transactions: it holds that lock exclusively for the session, and
 * waits for it without a snapshot.  No runner waits at a closed gate, since
 * the snapshot of a waiting call would block a concurrent index build of the
 * deploy forever.  The worker of a deploy has a lock that keeps the gate
 * closed if the worker outlives its leader.
 */
#include "pg_ext/core/lock.h"
#include "pg_ext/core/procedure.h"
#include "pg_ext/core/script.h"

#include "access/xact.h"
#include "utils/builtins.h"

#include "common/core/text.h"

/* How long a deploy waits for a lock by default, and every runner waits for a
 * prepared transaction. */
#define PATIENCE_MS 5000

/* Interval at which a deploy tests the gate. */
#define CHECK_MS 100

/* Columns of core/runner.sql. */
enum
{
	R_PID, /* or null: it is ... */
	R_GID, /* ... a prepared transaction */
	R_WORDS
};

/* Error context of a wait for another runner that took too long. */
static void
explain_wait(void *arg)
{
	(void) arg;
	errcontext("waiting for another session that runs migrations");
}

/* Whether so many milliseconds have passed. */
static bool
is_over(TimestampTz start, int64_t limit_ms)
{
	return TimestampDifferenceExceeds(start, GetCurrentTimestamp(),
									  (int) limit_ms);
}

/* The holder of a lock: one row or none. */
static const dbc_rows *
find_holder(dbcpg_host *host, uint32 key)
{
	return dbc_query(&host->base, "core/runner", dbc_int(key));
}

/* Whether the holder is a prepared transaction. */
static bool
is_prepared(dbcpg_host *host, const dbc_rows *holder)
{
	return holder->nrows > 0 && dbc_is_null(&host->base, holder, 0, R_PID);
}

/* Fails because of a prepared transaction, which does not end by itself. */
static _Noreturn void
refuse_prepared(dbcpg_host *host, const dbc_rows *holder)
{
	const char *gid = dbc_get_text(&host->base, holder, 0, R_GID);
	const char *literal =
		dbcpg_to_core(host, quote_literal_cstr(dbcpg_from_core(gid)));

	dbc_fail(&host->base, DBC_LOCK_NOT_AVAILABLE,
			 dbc_get_text(&host->base, holder, 0, R_WORDS),
			 dbc_format(&host->base,
						"Run COMMIT PREPARED %s or ROLLBACK PREPARED %s.",
						literal, literal),
			 "migrations were run in prepared transaction \"%s\", which has "
			 "not ended",
			 gid);
}

/* Fails with the name of the runner if one holds a lock. */
static void
refuse_holder(dbcpg_host *host, uint32 key)
{
	const dbc_rows *holder = find_holder(host, key);

	if (is_prepared(host, holder))
		refuse_prepared(host, holder);
	if (holder->nrows > 0)
		dbc_fail(&host->base, DBC_LOCK_NOT_AVAILABLE,
				 dbc_get_text(&host->base, holder, 0, R_WORDS),
				 "Try again when that process has ended.",
				 "migrations are running in process %lld",
				 (long long) dbc_get_int(&host->base, holder, 0, R_PID));
}

/* Whether no worker of an ended deploy is still running. */
static bool
has_no_worker(void)
{
	if (!dbcpg_try_lock(DBCPG_LOCK_WORKER, ShareLock))
		return false;
	/* a worker of this call will acquire it */
	dbcpg_unlock(DBCPG_LOCK_WORKER, ShareLock);
	return true;
}

/* Waits a limited time for a prepared transaction that has run migrations. */
static void
wait_for_prepared(dbcpg_host *host)
{
	TimestampTz start = GetCurrentTimestamp();
	const dbc_rows *holder;

	for (;;)
	{
		holder = find_holder(host, DBCPG_LOCK_RUNNER);
		if (!is_prepared(host, holder))
			return;
		if (is_over(start, LockTimeout > 0 ? LockTimeout : PATIENCE_MS))
			refuse_prepared(host, holder);
		dbcpg_sleep(CHECK_MS);
	}
}

/* Passes the gate, then waits for other runners in transactions. */
static void
lock_transaction(dbcpg_host *host)
{
	ErrorContextCallback callback = {.callback = explain_wait,
									 .previous = error_context_stack};

	/* an earlier call in this transaction has come all the way */
	if (dbcpg_holds_key(DBCPG_LOCK_RUNNER))
		return;
	dbcpg_refuse_old_snapshot(host->base.function);
	while (!dbcpg_try_lock(DBCPG_LOCK_GATE, ShareLock))
		refuse_holder(host, DBCPG_LOCK_GATE);
	while (!has_no_worker())
		refuse_holder(host, DBCPG_LOCK_WORKER);
	if (!dbcpg_try_lock(DBCPG_LOCK_RUNNER, ExclusiveLock))
	{
		wait_for_prepared(host);
		error_context_stack = &callback;
		dbcpg_wait_for_lock(DBCPG_LOCK_RUNNER);
		error_context_stack = callback.previous;
	}
	/* only a session without the extension can have it now; reading all locks
	 * takes longer than many a call */
	if (!dbcpg_is_advisory_free(DBCPG_LOCK_RUNNER))
		refuse_holder(host, DBCPG_LOCK_RUNNER);
}

/* Closes the gate unless another runner has passed it; sets *key to the lock
 * that the runner holds. */
static bool
try_gate(dbcpg_host *host, uint32 *key)
{
	*key = DBCPG_LOCK_GATE;
	if (!dbcpg_try_lock_session(DBCPG_LOCKS, DBCPG_LOCK_GATE, ExclusiveLock))
		return false;
	host->locks++;
	*key = has_no_worker() ? DBCPG_LOCK_RUNNER : DBCPG_LOCK_WORKER;
	/* only a session without the extension can have the former now */
	if (*key == DBCPG_LOCK_RUNNER && find_holder(host, *key)->nrows == 0)
		return true;
	dbcpg_unlock_session();
	host->locks--;
	return false;
}

/* Waits until the gate can be closed. */
static void
shut_gate(dbcpg_host *host, int64_t timeout_ms)
{
	TimestampTz start = GetCurrentTimestamp();
	bool told = false;
	uint32 key;

	while (!try_gate(host, &key))
	{
		if (timeout_ms >= 0 && is_over(start, timeout_ms))
			refuse_holder(host, key);
		if (is_over(start, host->base.lock_timeout_ms) &&
			is_prepared(host, find_holder(host, key)))
			refuse_holder(host, key);
		if (!told)
			dbc_notice(&host->base,
					   "waiting for another session that runs migrations");
		told = true;
		dbcpg_commit_work(&host->base, CHECK_MS);
	}
	/* this transaction may have an older snapshot */
	dbcpg_commit_work(&host->base, 0);
}

void
dbcpg_unlock_runners(dbcpg_host *host)
{
	for (; host->locks > 0; host->locks--)
		dbcpg_unlock_session();
}

void
dbcpg_lock_runners(dbc_host *base, int64_t timeout_ms)
{
	dbcpg_host *host = dbcpg_of(base);
	bool procedure = base->function->class == DBC_PROC;

	/* fixes of health checks and migrations may call them under their lock */
	if (dbcpg_is_in_migration() &&
		(dbc_same(base->function->name, "dbaudit_enable") ||
		 dbc_same(base->function->name, "dbarchive_enable")))
	{
		base->in_migration = true;
		return;
	}
	/* it would run that migration again, or wait for itself */
	if (dbcpg_is_in_migration())
		ereport(
			ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			errmsg("%s cannot be called by a migration", base->function->name));
	host->base.lock_timeout_ms = timeout_ms;
	if (procedure && timeout_ms < 0)
		host->base.lock_timeout_ms =
			LockTimeout > 0 ? LockTimeout : PATIENCE_MS;
	dbcpg_limit_lock_waits(host);
	if (procedure)
		shut_gate(host, timeout_ms);
	else
		lock_transaction(host);
}
