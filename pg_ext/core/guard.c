/*
 * guard.c
 *	  Errors: raising them, and catching them in a subtransaction.
 */
#include "pg_ext/core/guard.h"
#include "pg_ext/core/lock.h"
#include "pg_ext/core/query.h"
#include "pg_ext/core/script.h"

#include "access/xact.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"

#include "common/core/asserts.h"

/* Longer messages, details and hints of a caught error are truncated. */
#define LONGEST_TEXT 10000

/* ---- the origin of an error ---- */

/* Whether an error is a cancel, a termination or a timeout. */
bool
dbcpg_is_canceled(const ErrorData *failure)
{
	return failure->sqlerrcode == ERRCODE_QUERY_CANCELED && failure->funcname &&
		   strcmp(failure->funcname, "ProcessInterrupts") == 0;
}

/* A guard in the stack of error context callbacks. */
typedef struct origin
{
	ErrorContextCallback callback;
	dbcpg_host *host;
} origin;

/* Called for each error in a guard: records whether user code was running.
 * Functions in any language push an error context callback. dbcare's own
 * statements only have SPI's callback, and expressions evaluated without SPI
 * have none. */
static void
note_origin(void *arg)
{
	const origin *guard = arg;
	const ErrorContextCallback *entry = error_context_stack;
	int depth = 0;

	for (; entry && entry->callback != note_origin; entry = entry->previous)
		depth += entry->callback != dbcpg_add_error_context;
	/* an inner guard has already recorded it */
	if (entry && entry != &guard->callback &&
		((const origin *) entry->arg)->host == guard->host)
		return;
	guard->host->raised_by_code = depth > (guard->host->evaluates ? 0 : 1) ||
								  guard->host->next_raised_by_code;
	guard->host->next_raised_by_code = false;
}

/* Whether an error must end the call.  Out of shared memory, which means a full
 * lock table, has the SQLSTATE of out of memory, but the end of the
 * subtransaction releases its locks.  It also frees memory that user code has
 * allocated. */
static bool
passes_guards(const dbcpg_host *host, const ErrorData *failure)
{
	if (failure->sqlerrcode != ERRCODE_OUT_OF_MEMORY)
		return dbcpg_is_canceled(failure);
	return !host->raised_by_code &&
		   (!failure->message_id ||
			strcmp(failure->message_id, "out of shared memory") != 0);
}

/* ---- catching errors ---- */

/* A place for a failure instead of the oldest one. */
static dbcpg_kept_failure *
next_failure(dbcpg_host *host)
{
	dbcpg_kept_failure *kept =
		&host->failures[host->nfailures++ % DBCPG_KEPT_FAILURES];

	if (!kept->context)
		kept->context = AllocSetContextCreate(host->call, "dbcare failure",
											  ALLOCSET_SMALL_SIZES);
	MemoryContextReset(kept->context);
	kept->number = host->nfailures;
	return kept;
}

/* Copies the error data from PostgreSQL; the last ones are kept completely, so
 * that they can be raised again without loss. */
static ErrorData *
catch_failure(dbcpg_host *host)
{
	dbcpg_kept_failure *kept = next_failure(host);

	MemoryContextSwitchTo(kept->context);
	kept->data = host->failure = CopyErrorData();
	FlushErrorState();
	return host->failure;
}

/* Converts a string to the core's encoding, NULL to NULL. User code can raise
 * messages of any length, which would fill reports on many tables. */
static const char *
copy_text(dbcpg_host *host, const char *text)
{
	int length;

	if (!text)
		return NULL;
	length = (int) strlen(text);
	if (length > LONGEST_TEXT)
		text =
			psprintf("%.*s...", pg_mbcliplen(text, length, LONGEST_TEXT), text);
	return dbcpg_to_core(host, text);
}

/* Sets the table and the columns of a violated constraint.  The detail of a
 * unique or foreign key names them first, in every language: Key (a, b)=(1, 2)
 * ... */
static void
describe_constraint(dbcpg_host *host, const ErrorData *failure,
					dbc_error *error)
{
	const char *start = failure->detail ? strchr(failure->detail, '(') : NULL;
	const char *end = start ? strstr(start, ")=(") : NULL;

	if (!failure->table_name || !failure->schema_name)
		return;
	error->relation =
		dbcpg_to_core(host, quote_qualified_identifier(failure->schema_name,
													   failure->table_name));
	if (failure->column_name)
		error->columns =
			dbcpg_to_core(host, quote_identifier(failure->column_name));
	else if (end)
		error->columns =
			dbcpg_to_core(host, pnstrdup(start + 1, (Size) (end - start - 1)));
}

void
dbcpg_describe_failure(dbcpg_host *host, ErrorData *failure, dbc_error *error)
{
	int code = failure->sqlerrcode;
	dbcpg_kept_failure *kept =
		&host->failures[(host->nfailures - 1) % DBCPG_KEPT_FAILURES];

	/* one that was not caught here, but sent by a worker */
	if (kept->data != failure)
	{
		kept = next_failure(host);
		kept->data = failure;
	}

	/* from 18 on that of foreign keys with RESTRICT */
	if (code == ERRCODE_RESTRICT_VIOLATION)
		code = ERRCODE_FOREIGN_KEY_VIOLATION;
	error->sqlstate = MemoryContextStrdup(host->arena, unpack_sql_state(code));
	error->message =
		copy_text(host, failure->message ? failure->message : "unknown error");
	error->detail = copy_text(host, failure->detail);
	if (!error->detail && failure->sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE)
		error->detail = dbcpg_describe_lock_wait(host, &host->wait);
	error->hint = copy_text(host, failure->hint);
	describe_constraint(host, failure, error);
	error->statement_no = host->failed_statement;
	error->line = host->failed_line;
	error->column = host->failed_column;
	error->by_owner = host->raised_by_code ||
					  failure->sqlerrcode == ERRCODE_INSUFFICIENT_PRIVILEGE;
	host->failed_statement = 0;
	host->failed_line = 0;
	host->failed_column = 0;
	kept->message = error->message;
	error->caught = kept->number;
}

bool
dbcpg_guard(dbc_host *base, void (*fn)(dbc_host *, void *), void *arg,
			dbc_guard_mode mode, bool read_only, dbc_error *error)
{
	dbcpg_host *host = dbcpg_of(base);
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	bool was_read_only = host->read_only;
	bool evaluated = host->evaluates;
	bool fresh = read_only && !was_read_only;
	int level = GetCurrentTransactionNestLevel();
	ErrorData *volatile failure = NULL;
	origin guard = {.host = host};

	guard.callback = (ErrorContextCallback){.callback = note_origin,
											.arg = &guard,
											.previous = error_context_stack};
	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		/* PG_TRY() restores it at its end */
		error_context_stack = &guard.callback;
		/* the end of the subtransaction restores it */
		XactReadOnly |= read_only;
		host->read_only |= read_only;
		/* a read-only query needs a snapshot that includes the changes of this
		 * call */
		if (fresh)
		{
			CommandCounterIncrement();
			PushActiveSnapshot(GetTransactionSnapshot());
		}
		fn(base, arg);
		DBC_ASSERT(base, GetCurrentTransactionNestLevel() == level + 1);
		if (mode != DBC_UNDO)
		{
			if (fresh)
				PopActiveSnapshot();
			ReleaseCurrentSubTransaction();
		}
	}
	PG_CATCH();
	{
		failure = catch_failure(host);
	}
	PG_END_TRY();
	if (failure || mode == DBC_UNDO)
		RollbackAndReleaseCurrentSubTransaction();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	host->read_only = was_read_only;
	host->evaluates = evaluated;
	if (!failure)
		return true;
	if (passes_guards(host, failure))
		ReThrowError(failure);
	dbcpg_describe_failure(host, failure, error);
	return false;
}

/* Converts a string of the core to the database encoding, NULL to NULL. */
static char *
own_text(const char *text)
{
	return text ? unconstify(char *, dbcpg_from_core(text)) : NULL;
}

void
dbcpg_fail(dbc_host *base, const dbc_error *error)
{
	dbcpg_host *host = dbcpg_of(base);
	const char *state = error->sqlstate;

	host->failed_statement = error->statement_no;
	host->failed_line = error->line;
	host->failed_column = error->column;
	/* a failure that was caught, perhaps with another detail or hint */
	if (error->caught > 0)
	{
		dbcpg_kept_failure *kept =
			&host->failures[(error->caught - 1) % DBCPG_KEPT_FAILURES];

		if (kept->number == error->caught && kept->message == error->message)
		{
			kept->data->detail = own_text(error->detail);
			kept->data->hint = own_text(error->hint);
			ReThrowError(kept->data);
		}
	}
	ereport(
		ERROR,
		errcode(
			MAKE_SQLSTATE(state[0], state[1], state[2], state[3], state[4])),
		errmsg_internal("%s", own_text(error->message)),
		error->detail ? errdetail_internal("%s", own_text(error->detail)) : 0,
		error->hint ? errhint("%s", own_text(error->hint)) : 0,
		error->context ? errcontext_msg("%s", own_text(error->context)) : 0);
}
