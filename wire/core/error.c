/*
 * error.c
 *	  Errors: raising them, and catching them.
 */
#include "wire/core/session.h"

#include <string.h>

#include "common/core/asserts.h"
#include "common/core/text.h"

/* ---- raising errors ---- */

_Noreturn void
dbcw_rethrow(dbcw_host *h)
{
	DBC_ASSERT(&h->base, h->pad);
	longjmp(h->pad->place, 1);
}

void
dbcw_fail(dbc_host *host, const dbc_error *error)
{
	dbcw_host *h = dbcw_of(host);

	h->error = *error;
	/* the same error again is what it was */
	if (!dbc_same(error->sqlstate, "57014") &&
		!dbc_same(error->sqlstate, DBCW_OUT_OF_MEMORY))
		h->passes = false;
	dbcw_rethrow(h);
}

/* Raises an error without allocating memory. */
_Noreturn void
dbcw_fail_memory(dbcw_host *h)
{
	h->error =
		(dbc_error){.sqlstate = DBCW_OUT_OF_MEMORY, .message = "out of memory"};
	h->passes = true;
	dbcw_rethrow(h);
}

_Noreturn void
dbcw_fail_cancelled(dbcw_host *h)
{
	h->passes = true;
	dbc_fail(&h->base, "57014", NULL, NULL, "cancelled");
}

/* A field of the last result, copied; or NULL. */
static const char *
field(dbcw_host *h, int code)
{
	const char *text =
		h->connection->result
			? dbcw_pq.PQresultErrorField(h->connection->result, code)
			: NULL;

	return text ? dbc_copy(&h->base, text, strlen(text)) : NULL;
}

/* Sets the table and the columns of a violated constraint.  The detail of a
 * unique or foreign key names them first, in every language: Key (a, b)=(1, 2)
 * ... */
static void
describe_constraint(dbcw_host *h, dbc_error *error)
{
	const char *schema = field(h, PG_DIAG_SCHEMA_NAME);
	const char *table = field(h, PG_DIAG_TABLE_NAME);
	const char *column = field(h, PG_DIAG_COLUMN_NAME);
	const char *start = error->detail ? strchr(error->detail, '(') : NULL;
	const char *end = start ? strstr(start, ")=(") : NULL;

	if (!schema || !table)
		return;
	/* no statement can run now, so that keywords may not be known */
	error->relation = dbc_format(&h->base, "%s.%s", schema, table);
	if (column)
		error->columns = column;
	else if (end)
		error->columns =
			dbc_copy(&h->base, start + 1, (size_t) (end - start - 1));
}

/* An error of the connection, which has ended. */
static void
describe_loss(dbcw_host *h, dbc_error *error)
{
	const char *text = dbcw_pq.PQerrorMessage(h->connection->pg);
	size_t length = strlen(text);

	while (length > 0 && text[length - 1] == '\n')
		length--;
	error->sqlstate = DBCW_CONNECTION_LOST;
	error->message = length > 0 ? dbc_copy(&h->base, text, length)
								: "the connection to the server was lost";
	h->passes = true;
}

/* Whether an error ends the call: a cancel or timeout, or out of memory; but
 * not a full lock table, which has that SQLSTATE. */
static bool
passes_guards(dbcw_host *h, const char *sqlstate)
{
	const char *function = field(h, PG_DIAG_SOURCE_FUNCTION);

	if (!dbcw_is_connected(h))
		return true;
	if (dbc_same(sqlstate, "57014"))
		return function && dbc_same(function, "ProcessInterrupts");
	return dbc_same(sqlstate, DBCW_OUT_OF_MEMORY) &&
		   !(function && dbc_starts_with(function, "LockAcquire"));
}

void
dbcw_describe_result(dbcw_host *h, dbc_error *error)
{
	const char *sqlstate = field(h, PG_DIAG_SQLSTATE);

	*error = (dbc_error){.sqlstate = sqlstate};
	if (!sqlstate)
	{
		describe_loss(h, error);
		return;
	}
	error->message = field(h, PG_DIAG_MESSAGE_PRIMARY);
	error->detail = field(h, PG_DIAG_MESSAGE_DETAIL);
	error->hint = field(h, PG_DIAG_MESSAGE_HINT);
	error->by_owner = dbc_same(sqlstate, DBC_INSUFFICIENT) ||
					  field(h, PG_DIAG_CONTEXT) != NULL;
	describe_constraint(h, error);
	h->passes = passes_guards(h, sqlstate);
}

_Noreturn void
dbcw_fail_result(dbcw_host *h)
{
	dbcw_describe_result(h, &h->error);
	dbcw_rethrow(h);
}

/* ---- catching errors ---- */

bool
dbcw_try(dbcw_host *h, void (*fn)(dbc_host *, void *), void *arg)
{
	dbcw_jump_target pad;

	/* no local variable changes between setjmp() and longjmp(), as C
	 * requires */
	pad.outer = h->pad;
	h->pad = &pad;
	if (setjmp(pad.place) == 0)
	{
		fn(&h->base, arg);
		h->pad = h->pad->outer;
		return true;
	}
	h->pad = h->pad->outer;
	return false;
}
