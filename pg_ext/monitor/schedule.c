/*
 * schedule.c
 *	  What is done once a day, by a sampler that ends afterwards.
 *
 * Procedures commit, so they cannot run in security-restricted operations.
 * Instead the session belongs for good to the owner of dbcare's tables, or to
 * the role that has scheduled the run: code that a call fires cannot get more
 * rights than this role has.  The table that names the role says so only if the
 * role has written that itself, or the owner has; the owner must be able to act
 * as that role anyway.
 */
#include "pg_ext/core/outside.h"
#include "pg_ext/core/owner.h"
#include "pg_ext/core/procedure.h"
#include "pg_ext/core/query.h"
#include "pg_ext/core/role.h"
#include "pg_ext/monitor/monitor.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timeout.h"

#include "common/core/clock.h"

/* A call, and what became of it. */
typedef struct call
{
	const char *step; /* all in the encoding of the core */
	const char *text; /* NULL: it cannot be made */
	bool postpones;
	bool follows;
	const char *error;
	bool is_locked; /* another process holds its lock */
} call;

typedef struct run
{
	const dbc_schedule *schedule;
	MemoryContext context; /* of the calls */
	MemoryContext scratch; /* of one of them */
	bool begun;			   /* by this process */
	const char *role;	   /* that makes the calls, or NULL */
	const char *problem;   /* no call is made */
	List *calls;
	const call *current;
} run;

/* Runs fn(host, arg) in a transaction, with the rights of the owner of dbcare's
 * tables. */
static void
in_transaction(void (*fn)(dbc_host *, run *), run *r)
{
	dbc_function self = {.name = r->schedule->function, .class = DBC_WRITE};
	Oid user;
	int security;
	dbcpg_host host;

	StartTransactionCommand();
	GetUserIdAndSecContext(&user, &security);
	SetUserIdAndSecContext(
		dbcpg_owner_of_schema(get_namespace_oid("dbcare", false)),
		SECURITY_RESTRICTED_OPERATION);
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
	SetUserIdAndSecContext(user, security);
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
	dbc_schedule_run begun =
		dbc_schedule_begin(host, r->schedule, dbc_now_ms());
	const dbc_rows *rows = begun.calls;

	r->begun = rows != NULL;
	r->role = copy_text(r, begun.role);
	for (int i = 0; rows && i < rows->nrows; i++)
	{
		MemoryContext before = MemoryContextSwitchTo(r->context);
		call *c = palloc(sizeof(*c));

		c->is_locked = false;
		c->postpones = dbc_get_bool(host, rows, i, DBC_SCHEDULED_POSTPONES);
		c->follows = dbc_get_bool(host, rows, i, DBC_SCHEDULED_FOLLOWS);
		c->step = copy_text(r, dbc_get_text(host, rows, i, DBC_SCHEDULED_STEP));
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
		dbc_schedule_postpone(host, r->schedule);
	else
		dbc_schedule_note(host, r->schedule, r->current->step,
						  r->current->error);
}

static void
end(dbc_host *host, run *r)
{
	dbc_schedule_end(host, r->schedule);
}

/* Gives the session to the role of the run; sets the problem if it must not
 * have it. */
static void
become_role(run *r)
{
	Oid role;
	Oid owner;

	if (!r->role)
		return;
	StartTransactionCommand();
	owner = dbcpg_owner_of_schema(get_namespace_oid("dbcare", false));
	role = get_role_oid(dbcpg_from_core(r->role), true);
	if (!OidIsValid(role))
		r->problem = copy_text(
			r, psprintf("role \"%s\", which has scheduled it, does not exist",
						r->role));
	else if (!dbcpg_may_become(owner, role))
		r->problem = copy_text(
			r, psprintf("the owner of dbcare's tables is not a member of role "
						"\"%s\", which has scheduled it",
						r->role));
	else
	{
		SetConfigOption("session_authorization", GetUserNameFromId(role, false),
						PGC_SUSET, PGC_S_SESSION);
		/* a backup may wait for locks longer than a sample */
		SetConfigOption("lock_timeout", "60000", PGC_SUSET, PGC_S_SESSION);
	}
	CommitTransactionCommand();
}

/* Runs a call; sets its error. */
static void
run_call(const run *r, call *c)
{
	MemoryContextReset(r->scratch);
	enable_timeout_after(STATEMENT_TIMEOUT, (int) r->schedule->most_ms);
	PG_TRY();
	{
		StartTransactionCommand();
		dbcpg_run_top_level(r->scratch, dbcpg_from_core(c->text), true);
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
			c->postpones && failure->sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE;
		AbortCurrentTransaction();
	}
	PG_END_TRY();
	disable_timeout(STATEMENT_TIMEOUT, false);
}

/* Runs the calls one by one. */
static void
run_calls(run *r)
{
	bool failed = false;
	ListCell *cell;

	foreach (cell, r->calls)
	{
		call *c = lfirst(cell);

		if (failed && c->follows)
			continue;
		if (r->problem)
			c->error = r->problem;
		else if (c->text)
			run_call(r, c);
		failed = failed || c->error;
		r->current = c;
		if (c->error)
			in_transaction(note, r);
	}
}

void
dbcpg_monitor_run_schedule(const dbc_schedule *schedule)
{
	run r = {.schedule = schedule,
			 .context = AllocSetContextCreate(
				 TopMemoryContext, "dbcare schedule", ALLOCSET_DEFAULT_SIZES)};

	r.scratch =
		AllocSetContextCreate(r.context, "dbcare call", ALLOCSET_DEFAULT_SIZES);
	in_transaction(begin, &r);
	if (r.begun)
		become_role(&r);
	(void) dbcpg_fix_role(true);
	if (r.begun)
	{
		run_calls(&r);
		in_transaction(end, &r);
	}
	MemoryContextDelete(r.context);
}
