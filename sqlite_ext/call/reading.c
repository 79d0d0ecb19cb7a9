/*
 * reading.c
 *	  The snapshot of a READ call.
 */
#include "sqlite_ext/call/transaction.h"
#include "sqlite_ext/core/connection.h"
#include "sqlite_ext/trust/prepare.h"

/* Maximum nesting of calls.  Stored SQL can recurse without end: a CHECK, a
 * view or a rule may call the function that evaluates it. */
#define MOST_NESTED 2

void
dbcsl_begin_reading(dbcsl_host *h)
{
	bool is_kept;
	bool is_verified; /* it evaluates nothing */
	int code;

	if (h->connection && dbcsl_begin_recall(h) > MOST_NESTED)
		dbc_fail(&h->base, DBC_TOO_COMPLEX, NULL,
				 "A constraint, view or rule calls the function.",
				 "calls of %s are nested too deeply", h->base.function->name);
	h->reader = dbcsl_take_kept(h, DBCSL_READER, &is_verified);
	is_kept = h->reader != NULL;
	if (!is_kept)
	{
		h->reader = dbcsl_prepare(h, DBCSL_READER);
		h->uncached = NULL;
	}
	code = sqlite3_step(h->reader);
	if (code != SQLITE_ROW)
		dbcsl_fail_engine(h, code);
	dbcsl_plan_to_keep(h);
	if (h->connection)
		dbcsl_check_recall(
			h, sqlite3_column_int(h->reader, 0),
			is_kept && sqlite3_stmt_status(
						   h->reader, SQLITE_STMTSTATUS_REPREPARE, 0) == 0);
}

void
dbcsl_end_reading(dbcsl_host *h)
{
	if (h->reads)
	{
		dbcsl_keep(h, h->reader, true);
		dbcsl_end_recall(h);
	}
	else
		sqlite3_finalize(h->reader);
	h->reader = NULL;
}
