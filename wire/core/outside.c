/*
 * outside.c
 *	  Running a script outside any transaction: this connection does it itself.
 */
#include "wire/core/script.h"
#include "wire/core/session.h"

#include <string.h>

#include "common/core/text.h"

/* A script that runs. */
typedef struct outside
{
	const dbc_outside_script *work;
	int first;
	int number;		   /* of the statement that runs */
	bool bounds_waits; /* the script sets lock_timeout itself */
	bool inside;	   /* between BEGIN and COMMIT */
} outside;

/* Whether a statement may wait for locks without a timeout.  A statement that
 * locks at most SHARE UPDATE EXCLUSIVE only blocks other schema changes, and a
 * lock timeout in a concurrent index build would discard the work done.  A
 * migration must proceed; other work, mainly VACUUM, can be repeated later. */
static bool
is_patient(const dbc_outside_script *work, const dbc_statement *statement)
{
	return statement->kind == DBC_STATEMENT_OUTSIDE &&
		   (dbc_ends_with(statement->command, "CONCURRENTLY") ||
			(work->version && statement->is_vacuum));
}

/* Records the first unfinished statement and whether it was begun, with the
 * rights and the names of dbcare, and commits. */
static void
record(dbcw_host *h, const dbc_outside_script *work, int number, bool begun)
{
	bool was_pinned = h->connection->pinned;

	dbcw_run_utility(h, dbcw_local_settings(h));
	h->connection->pinned = true;
	if (work->script->role)
	{
		dbcw_run_own(h, dbcw_role_check(h, work->script->role));
		dbcw_run_utility(h, "set local role none");
	}
	dbc_query(&h->base, "core/deployment_at", dbc_text(work->version),
			  dbc_int(number), dbc_bool(begun));
	dbcw_run_utility(h, "commit");
	h->connection->pinned = was_pinned;
}

/* Does that in a separate transaction. */
static void
record_apart(dbcw_host *h, const dbc_outside_script *work, int number,
			 bool begun)
{
	if (!work->version)
		return;
	dbcw_run_utility(h, "begin");
	record(h, work, number, begun);
}

/* Runs a text as the user would, for a statement of the script. */
static void
run_text(dbcw_host *h, const outside *o, const char *text)
{
	if (dbcw_run_simple(h, text, NULL, NULL) < 0)
		return;
	dbcw_describe_failure(h, o->work->script, o->number, NULL, 0, &h->error);
	dbcw_rethrow(h);
}

/* Runs one statement as the user would. */
static void
run_one(dbcw_host *h, const outside *o)
{
	run_text(h, o, o->work->script->statements[o->number - 1].text);
}

/* Records the end of a transaction, and commits.  Deferred triggers fire before,
 * with the role and the settings of the script. */
static void
end_transaction(dbcw_host *h, const outside *o)
{
	run_text(h, o, "set constraints all immediate");
	record(h, o->work, o->number + 1, false);
}

/* Limits the waits of the next statement, unless the script does. */
static void
limit_waits(dbcw_host *h, const outside *o)
{
	const dbc_statement *s = &o->work->script->statements[o->number - 1];
	long long limit =
		h->base.lock_timeout_ms > 0 ? (long long) h->base.lock_timeout_ms : 1;

	if (!o->bounds_waits)
		dbcw_run_utility(h, dbc_format(&h->base, "set lock_timeout = %lld",
									   is_patient(o->work, s) ? 0 : limit));
}

/* Runs a statement of a pair, whose end is recorded in its transaction. */
static void
run_in_pair(dbcw_host *h, outside *o)
{
	const dbc_statement *s = &o->work->script->statements[o->number - 1];

	if (s->kind == DBC_STATEMENT_BEGIN)
		limit_waits(h, o);
	o->inside = s->kind != DBC_STATEMENT_COMMIT;
	if (o->inside)
		run_one(h, o);
	else
		end_transaction(h, o);
}

/* Runs a statement, and records that it has run. */
static void
run_statement(dbcw_host *h, outside *o)
{
	const dbc_statement *s = &o->work->script->statements[o->number - 1];
	bool outside = dbc_runs_alone(s);

	if (o->number < o->first)
	{
		run_one(h, o);
		return;
	}
	if (o->inside || s->kind == DBC_STATEMENT_BEGIN)
	{
		run_in_pair(h, o);
		return;
	}
	if (s->kind == DBC_STATEMENT_SETTING)
	{
		run_one(h, o);
		record_apart(h, o->work, o->number + 1, false);
		return;
	}
	limit_waits(h, o);
	if (outside)
		record_apart(h, o->work, o->number, true);
	else
		dbcw_run_utility(h, "begin");
	run_one(h, o);
	if (outside)
		record_apart(h, o->work, o->number + 1, false);
	else if (o->work->version)
		end_transaction(h, o);
	else
		dbcw_run_utility(h, "commit");
}

/* Runs a script in a session with the settings of its user. */
static void
run_statements(dbc_host *host, void *arg)
{
	dbcw_host *h = dbcw_of(host);
	outside *o = arg;
	const dbc_script *script = o->work->script;

	dbcw_refuse_role_change(h, script);
	/* quoting a name may ask the server */
	if (script->role)
		dbcw_run_utility(
			h, dbc_format(host, "set role %s", dbc_quote(host, script->role)));
	if (!script->is_own)
		dbcw_leave(h);
	for (o->number = 1; o->number <= dbc_outside_end(o->work); o->number++)
		if (dbc_outside_runs(o->work, o->first, o->number))
			run_statement(h, o);
}

/* Drops the invalid indexes that a statement has left or that would make it
 * fail. */
static void
sweep(dbcw_host *h, const dbc_outside_script *work, int number)
{
	const dbc_rows *rows = dbcw_find_leftovers(
		h, work->version, &work->script->statements[number - 1]);

	if (rows->nrows == 0)
		return;
	dbcw_commit_transaction(h);
	for (int i = 0; i < rows->nrows; i++)
	{
		const char *index = dbc_get_text(&h->base, rows, i, 0);

		dbc_notice(&h->base, "dropping index %s, which is not valid", index);
		dbcw_run_own(h,
					 dbc_format(&h->base,
								"drop index concurrently if exists %s", index));
	}
	dbcw_begin_transaction(h);
}

/* Gives the session dbcare's settings again after a script. */
static void
leave_script(dbc_host *host, void *arg)
{
	(void) arg;
	if (dbcw_pq.PQtransactionStatus(dbcw_of(host)->connection->pg) !=
		PQTRANS_IDLE)
		dbcw_run_utility(dbcw_of(host), "rollback");
	dbcw_enter(dbcw_of(host), "reset role;");
	dbcw_begin_transaction(dbcw_of(host));
}

/* Whether a script sets its own lock timeout. */
static bool
bounds_waits(const dbc_script *script)
{
	for (int i = 0; i < script->nstatements; i++)
		if (script->statements[i].kind == DBC_STATEMENT_SETTING &&
			strstr(script->statements[i].text, "lock_timeout"))
			return true;
	return false;
}

bool
dbcw_run_outside(dbc_host *host, const dbc_outside_script *work,
				 dbc_error *error)
{
	dbcw_host *h = dbcw_of(host);
	outside o = {.work = work, .first = work->first};
	bool done;
	bool passes;

	o.bounds_waits = bounds_waits(work->script);
	if (!work->version)
		h->invalid_before =
			dbc_get_text(host, dbc_query(host, "core/invalid_before"), 0, 0);
	if (work->begun && work->first <= work->script->nstatements &&
		dbcw_is_statement_done(h, work->version,
							   &work->script->statements[work->first - 1]))
		o.first++;
	for (int i = o.first; i <= dbc_outside_end(work); i++)
		sweep(h, work, i);
	if (o.first > dbc_outside_end(work))
		return true;
	dbcw_commit_transaction(h);
	done = dbcw_try(h, run_statements, &o);
	*error = h->error;
	passes = h->passes;
	if (done || dbcw_is_connected(h))
		leave_script(host, NULL);
	if (done)
		return true;
	if (passes || !dbcw_is_connected(h))
	{
		h->error = *error;
		h->passes = passes;
		dbcw_rethrow(h);
	}
	/* the script may have been refused before its first statement */
	if (o.number > 0)
		sweep(h, work, o.number);
	return false;
}
