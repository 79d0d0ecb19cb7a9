/*
 * pg_runners.c
 *	  Migration runners keep each other out.
 *
 * Runners in a transaction wait for each other at one advisory lock.  Before
 * that they pass the gate, another one, which they share.  A deploy shuts the
 * gate for all of its transactions: it takes it for the session and alone, and
 * holds no snapshot while it waits for that.  At a gate that is shut nobody
 * waits, since the snapshot of a waiting call would keep a concurrent index
 * build of the deploy from ever ending.
 *
 * Who runs a backfill has a lock of its name for the session.  A backfill is in
 * no runner's way.
 */
#include "pg_ext.h"

#include "access/xact.h"
#include "storage/proc.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/timestamp.h"

/* The keys; see also core/bookkeeping_lock and migrate/interrupted. */
#define LOCK_CLASS	1684169571 /* 'dbca' */
#define LOCK_RUNNER 2
#define LOCK_GATE	3

/* The class of the keys of backfills; see also migrate/backfill_runner. */
#define LOCK_BACKFILLS (LOCK_CLASS + 1)

/* How long a deploy waits for a lock if nothing else is said. */
#define PATIENCE_MS 5000

/* How often a deploy looks whether the gate is free. */
#define LOOK_MS 100

/*
 * Refuses a transaction that would not see what another runner did while this
 * one waited for it.
 */
static void
refuse_old_snapshot(const dbc_function *fn)
{
	if (IsolationUsesXactSnapshot())
		ereport(ERROR, errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				errmsg("%s cannot run in a %s transaction", fn->name,
					   XactIsoLevel == XACT_SERIALIZABLE ? "SERIALIZABLE"
														 : "REPEATABLE READ"),
				errdetail("It cannot see what another session has done since "
						  "it began."),
				errhint("Use a READ COMMITTED transaction."));
}

/* Explains a wait for another runner that was too long. */
static void
explain_wait(void *arg)
{
	(void) arg;
	errcontext("waiting for another session that runs migrations");
}

/* Calls one of the functions for advisory locks. */
static bool
call_lock(PGFunction function, int32 class, int32 key)
{
	return DatumGetBool(DirectFunctionCall2(function, Int32GetDatum(class),
											Int32GetDatum(key)));
}

/* Fails if a runner holds the gate, saying which. */
static void
refuse_runner(dbcpg_host *host)
{
	const dbc_rows *rows = dbc_query(&host->base, "migrate/runner", NULL, 0);

	if (rows->nrows > 0)
		dbc_fail(&host->base, DBC_LOCK_NOT_AVAILABLE,
				 dbc_get_text(&host->base, rows, 0, 1),
				 "Try again when it has ended.",
				 "migrations are running in process %lld",
				 (long long) dbc_get_int_or(&host->base, rows, 0, 0, 0));
}

/* Passes the gate, then waits for other runners in transactions. */
static void
lock_transaction(dbcpg_host *host)
{
	ErrorContextCallback callback = {.callback = explain_wait,
									 .previous = error_context_stack};

	refuse_old_snapshot(host->base.function);
	while (!call_lock(pg_try_advisory_xact_lock_shared_int4, LOCK_CLASS,
					  LOCK_GATE))
		refuse_runner(host);
	error_context_stack = &callback;
	(void) call_lock(pg_advisory_xact_lock_int4, LOCK_CLASS, LOCK_RUNNER);
	error_context_stack = callback.previous;
}

/* Shuts the gate, once nobody is past it. */
static void
shut_gate(dbcpg_host *host, int64_t timeout_ms)
{
	TimestampTz start = GetCurrentTimestamp();
	bool told = false;

	while (!call_lock(pg_try_advisory_lock_int4, LOCK_CLASS, LOCK_GATE))
	{
		if (timeout_ms >= 0 &&
			TimestampDifferenceExceeds(start, GetCurrentTimestamp(),
									   (int) timeout_ms))
			refuse_runner(host);
		if (!told)
			dbc_notice(&host->base,
					   "waiting for another session that runs migrations");
		told = true;
		dbcpg_commit(&host->base, LOOK_MS);
	}
	host->holds_gate = true;
	/* what this transaction sees may be from before */
	dbcpg_commit(&host->base, 0);
}

/* Lets other runners in again. */
void
dbcpg_leave_gate(dbcpg_host *host)
{
	if (host->holds_gate)
		(void) call_lock(pg_advisory_unlock_int4, LOCK_CLASS, LOCK_GATE);
	host->holds_gate = false;
	if (host->holds_backfill)
		(void) call_lock(pg_advisory_unlock_int4, LOCK_BACKFILLS,
						 host->backfill);
	host->holds_backfill = false;
}

/* Bounds lock waits of a call in this transaction. */
void
dbcpg_bound_waits(dbcpg_host *host)
{
	char limit[32];

	if (host->lock_timeout_ms < 0)
		return;
	/* 0 would be no limit at all */
	snprintf(limit, sizeof(limit), INT64_FORMAT,
			 Max((int64) host->lock_timeout_ms, 1));
	(void) set_config_option("lock_timeout", limit, PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
}

/* Keeps other migration runners out; see host.h. */
void
dbcpg_lock(dbc_host *base, int64_t timeout_ms)
{
	dbcpg_host *host = dbcpg_of(base);
	bool procedure = base->function->class == DBC_PROC;

	/* it would run that migration again, or wait for it */
	if (dbcpg_in_migration())
		ereport(
			ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			errmsg("%s cannot be called by a migration", base->function->name));
	host->lock_timeout_ms = timeout_ms;
	if (procedure && timeout_ms < 0)
		host->lock_timeout_ms = LockTimeout > 0 ? LockTimeout : PATIENCE_MS;
	dbcpg_bound_waits(host);
	if (procedure)
		shut_gate(host, timeout_ms);
	else
		lock_transaction(host);
}

/* ---- backfills ---- */

/* The process that runs a backfill, and the key of its lock; see host.h. */
static int64_t
find_runner(dbcpg_host *host, const char *name, int32 *key)
{
	dbc_value value = dbc_text(name);
	const dbc_rows *rows =
		dbc_query(&host->base, "migrate/backfill_runner", &value, 1);

	*key = (int32) dbc_get_int(&host->base, rows, 0, 0);
	return dbc_get_int_or(&host->base, rows, 0, 1, 0);
}

int64_t
dbcpg_runner_of(dbc_host *base, const char *name)
{
	int32 key;

	return find_runner(dbcpg_of(base), name, &key);
}

/* Makes this call the one that runs a backfill; see host.h. */
bool
dbcpg_reserve(dbc_host *base, const char *name, int64_t timeout_ms)
{
	dbcpg_host *host = dbcpg_of(base);

	(void) find_runner(host, name, &host->backfill);
	host->lock_timeout_ms = timeout_ms;
	host->holds_backfill =
		call_lock(pg_try_advisory_lock_int4, LOCK_BACKFILLS, host->backfill);
	return host->holds_backfill;
}
