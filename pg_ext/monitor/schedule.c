/*
 * schedule.c
 *	  The daily purge, by a sampler that ends afterwards.
 *
 * Procedures commit, so they cannot run in security-restricted operations.
 * Instead the session belongs to the owner of dbcare's tables for good: code
 * that a purge fires cannot get more rights than this role has.
 */
#include "pg_ext/core/outside.h"
#include "pg_ext/core/procedure.h"
#include "pg_ext/core/query.h"
#include "pg_ext/monitor/monitor.h"

#include "access/xact.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timeout.h"

#include "common/archive/schedule.h"
#include "common/core/clock.h"

/* The longest purge of a table, in milliseconds. */
#define PURGE_MS (6 * 3600000)

/* A call, and what became of it. */
typedef struct call
{
	const char *table_name; /* all in the encoding of the core */
	const char *text;		/* NULL: it cannot be made */
	bool applies;			/* policies */
	const char *error;
	bool is_locked; /* another process applies policies */
} call;

typedef struct run
{
	MemoryContext context; /* of the calls */
	MemoryContext scratch; /* of one of them */
	bool begun;			   /* by this process */
	List *calls;
	const call *current;
} run;

/* Runs fn(host, arg) in a transaction. */
static void
in_transaction(void (*fn)(dbc_host *, run *), run *r)
{
	static const dbc_function self = {.name = "dbarchive_schedule",
									  .class = DBC_WRITE};
	dbcpg_host host;

	StartTransactionCommand();
	dbcpg_open(&host, &self);
	dbcpg_begin_transaction(&host);
	PushActiveSnapshot(GetTransactionSnapshot());
	SPI_connect();
	fn(&host.base, r);
	SPI_finish();
	PopActiveSnapshot();
	AtEOXact_GUC(false, host.guc_level);
	MemoryContextDelete(host.arena);
	CommitTransactionCommand();
}

static const char *
copy_text(const run *r, const char *text)
{
	return text ? MemoryContextStrdup(r->context, text) : NULL;
}

/* Begins the run. */
static void
begin(dbc_host *host, run *r)
{
	const dbc_rows *rows = dbc_archive_begin_schedule(host, dbc_now_ms());

	r->begun = rows != NULL;
	for (int i = 0; rows && i < rows->nrows; i++)
	{
		MemoryContext before = MemoryContextSwitchTo(r->context);
		call *c = palloc(sizeof(*c));

		c->is_locked = false;
		c->applies = dbc_get_bool(host, rows, i, DBC_SCHEDULED_APPLIES);
		c->table_name =
			copy_text(r, dbc_get_text(host, rows, i, DBC_SCHEDULED_TABLE));
		c->text = copy_text(
			r, dbc_get_text_or_null(host, rows, i, DBC_SCHEDULED_CALL));
		c->error = c->text ? NULL
						   : copy_text(r, dbc_get_text(host, rows, i,
													   DBC_SCHEDULED_PROBLEM));
		r->calls = lappend(r->calls, c);
		MemoryContextSwitchTo(before);
	}
}

static void
note(dbc_host *host, run *r)
{
	if (r->current->is_locked)
		dbc_archive_postpone_schedule(host);
	else
		dbc_archive_note_schedule(host, r->current->table_name,
								  r->current->error);
}

static void
end(dbc_host *host, run *r)
{
	(void) r;
	dbc_archive_end_schedule(host);
}

/* Runs a call; sets its error. */
static void
run_call(const run *r, call *c)
{
	MemoryContextReset(r->scratch);
	enable_timeout_after(STATEMENT_TIMEOUT, PURGE_MS);
	PG_TRY();
	{
		StartTransactionCommand();
		dbcpg_run_top_level(r->scratch, dbcpg_from_core(c->text));
		CommitTransactionCommand();
	}
	PG_CATCH();
	{
		ErrorData *failure;

		MemoryContextSwitchTo(r->context);
		failure = CopyErrorData();
		FlushErrorState();
		c->error = failure->message;
		c->is_locked =
			c->applies && failure->sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE;
		AbortCurrentTransaction();
	}
	PG_END_TRY();
	disable_timeout(STATEMENT_TIMEOUT, false);
}

void
dbcpg_monitor_run_schedule(void)
{
	run r = {.context = AllocSetContextCreate(
				 TopMemoryContext, "dbcare schedule", ALLOCSET_DEFAULT_SIZES)};
	ListCell *cell;

	r.scratch =
		AllocSetContextCreate(r.context, "dbcare call", ALLOCSET_DEFAULT_SIZES);
	dbcpg_freeze_parameter("role");
	dbcpg_freeze_parameter("session_authorization");
	in_transaction(begin, &r);
	foreach (cell, r.calls)
	{
		call *c = lfirst(cell);

		if (c->text)
			run_call(&r, c);
		r.current = c;
		if (c->error)
			in_transaction(note, &r);
	}
	if (r.begun)
		in_transaction(end, &r);
	MemoryContextDelete(r.context);
}
