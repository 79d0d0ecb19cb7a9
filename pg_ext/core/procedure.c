/*
 * procedure.c
 *	  Functions that are procedures and commit while they run.
 *
 * A commit ends every GUC level, so the parameters are pinned again in each
 * transaction.  The call's data is in the portal's memory, which survives a
 * commit.
 */
#include "pg_ext/core/guard.h"
#include "pg_ext/core/parameters.h"
#include "pg_ext/core/procedure.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "pgstat.h"
#include "storage/latch.h"
#include "utils/portal.h"
#include "utils/snapmgr.h"

#include "common/core/asserts.h"
#include "common/core/clock.h"

void
dbcpg_refuse_transaction(FunctionCallInfo fcinfo, const dbc_function *fn)
{
	const CallContext *call = (const CallContext *) fcinfo->context;

	if (call && IsA(call, CallContext) && !call->atomic)
		return;
	if (IsTransactionBlock())
		ereport(
			ERROR, errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
			errmsg("%s cannot run inside a transaction", fn->name),
			errhint(
				"Repeat the call outside a transaction, with autocommit on."));
	ereport(ERROR, errcode(ERRCODE_INVALID_TRANSACTION_TERMINATION),
			errmsg("%s cannot be called from a function", fn->name),
			errhint("Run a separate statement: CALL %s(...);", fn->name));
}

void
dbcpg_limit_lock_waits(dbcpg_host *host)
{
	char limit[32];

	if (host->base.lock_timeout_ms < 0)
		return;
	/* 0 would mean no limit */
	snprintf(limit, sizeof(limit), INT64_FORMAT,
			 Max((int64) host->base.lock_timeout_ms, 1));
	(void) set_config_option("lock_timeout", limit, PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
}

void
dbcpg_begin_transaction(dbcpg_host *host)
{
	if (host->base.one_snapshot)
		XactIsoLevel = XACT_REPEATABLE_READ;
	host->guc_level = NewGUCNestLevel();
	dbcpg_pin_parameters(host);
	dbcpg_limit_lock_waits(host);
}

void
dbcpg_end_transaction(void)
{
	SPI_commit();
	/* needed by minor releases before June 2022, no operation since */
	SPI_start_transaction();
	InvalidateCatalogSnapshot();
}

void
dbcpg_sleep(int64_t milliseconds)
{
	TimestampTz end =
		TimestampTzPlusMilliseconds(GetCurrentTimestamp(), milliseconds);
	long left;

	while ((left = TimestampDifferenceMilliseconds(GetCurrentTimestamp(),
												   end)) > 0)
	{
		(void) WaitLatch(MyLatch,
						 WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, left,
						 PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
	}
}

bool
dbcpg_commit_work(dbc_host *base, int64_t pause_ms)
{
	dbcpg_host *host = dbcpg_of(base);
	int64_t start = dbc_microseconds();

	/* a subtransaction of a guard cannot be committed */
	DBC_ASSERT(base, base->function->class == DBC_PROC &&
						 GetCurrentTransactionNestLevel() == 1);
	dbcpg_end_transaction();
	base->commit_us = dbc_microseconds() - start;
	dbcpg_sleep(pause_ms);
	dbcpg_begin_transaction(host);
	return true;
}

/* Aborts the transaction of a failed procedure and starts another one.  The
 * abort ends all connections to SPI, those of calling procedures, too: only an
 * error can follow. */
static void
start_over(dbcpg_host *host)
{
	/* the failed part has left its snapshots above that of the portal */
	while (ActiveSnapshotSet() &&
		   GetActiveSnapshot() != ActivePortal->portalSnapshot)
		PopActiveSnapshot();
	ForgetPortalSnapshots();
	AbortOutOfAnyTransaction();
	StartTransactionCommand();
	SPI_connect_ext(SPI_OPT_NONATOMIC);
	dbcpg_begin_transaction(host);
}

void
dbcpg_survive(dbc_host *base, void (*fn)(dbc_host *, void *),
			  void (*failed)(dbc_host *, void *, const char *), void *arg)
{
	dbcpg_host *host = dbcpg_of(base);
	ErrorData *volatile failure = NULL;

	PG_TRY();
	{
		fn(base, arg);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(host->call);
		failure = CopyErrorData();
		FlushErrorState();
	}
	PG_END_TRY();
	if (!failure)
		return;
	PG_TRY();
	{
		start_over(host);
		failed(base, arg, unpack_sql_state(failure->sqlerrcode));
		dbcpg_end_transaction();
	}
	PG_CATCH();
	{
		/* the failure of the procedure is what the user must see */
		MemoryContextSwitchTo(host->call);
		FlushErrorState();
	}
	PG_END_TRY();
	ReThrowError(failure);
}

bool
dbcpg_write(dbc_host *base, void (*fn)(dbc_host *, void *), void *arg)
{
	dbcpg_host *host = dbcpg_of(base);
	dbc_error error;
	bool done;

	if (XactReadOnly || RecoveryInProgress())
		return false;
	host->read_only = false;
	done = dbcpg_guard(base, fn, arg, DBC_KEEP, false, &error);
	host->read_only = true;
	return done;
}

Datum
dbcpg_procedure_result(TupleDesc type, const dbc_value *value)
{
	bool isnull;
	Datum datum =
		dbcpg_datum_of(value, TupleDescAttr(type, 0)->atttypid, &isnull);

	return HeapTupleGetDatum(
		heap_form_tuple(BlessTupleDesc(type), &datum, &isnull));
}
