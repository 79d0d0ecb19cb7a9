/*
 * schedule.c
 *	  A daily run, by the thread that takes samples.
 */
#include "sqlite_ext/call/query.h"
#include "sqlite_ext/monitor/monitor.h"

#include "common/core/clock.h"
#include "common/core/text.h"

/* Runs a call; returns why it failed, or NULL. */
static char *
run_call(sqlite3 *db, const char *text, bool *is_locked)
{
	int code = sqlite3_exec(db, text, NULL, NULL, NULL);

	/* the application has ended the thread, or forks */
	*is_locked = (code & 0xff) == SQLITE_BUSY || code == SQLITE_INTERRUPT;
	return code == SQLITE_OK ? NULL : sqlite3_mprintf("%s", sqlite3_errmsg(db));
}

/* Stores something about a run.  The application repeats the interrupt that ends a
 * run until the thread has ended: it must not end this, too, or the run would count
 * as one that goes on. */
static void
store(dbcsl_host *h, void (*fn)(dbc_host *, void *), void *arg)
{
	int tries = 0;

	while (!dbcsl_try(h, fn, arg))
		if (++tries == 100 || !dbc_same(h->error.sqlstate, DBCSL_INTERRUPTED))
			dbcsl_rethrow(h);
}

static void
postpone(dbc_host *host, void *arg)
{
	dbc_schedule_postpone(host, arg);
}

static void
end(dbc_host *host, void *arg)
{
	dbc_schedule_end(host, arg);
}

/* Runs the calls one by one.  What is stored about them commits at once, since
 * no transaction is open. */
static void
run_calls(dbc_host *host, void *arg)
{
	const dbc_schedule *schedule = arg;
	dbcsl_host *h = dbcsl_of(host);
	const dbc_rows *rows;
	bool failed = false;

	host->user = dbcsl_get_user(h); /* for events */
	rows = dbc_schedule_begin(host, schedule, dbc_now_ms()).calls;
	if (!rows)
		return;
	for (int i = 0; i < rows->nrows; i++)
	{
		const char *text =
			dbc_get_text_or_null(host, rows, i, DBC_SCHEDULED_CALL);
		bool is_locked = false;
		char *failure;
		const char *problem;

		if (failed && dbc_get_bool(host, rows, i, DBC_SCHEDULED_FOLLOWS))
			continue;
		failure = text ? run_call(h->db, text, &is_locked) : NULL;
		problem = text ? failure ? dbcsl_printf(h, "%s", failure) : NULL
					   : dbc_get_text(host, rows, i, DBC_SCHEDULED_PROBLEM);
		sqlite3_free(failure);
		failed = failed || problem;
		if (is_locked && dbc_get_bool(host, rows, i, DBC_SCHEDULED_POSTPONES))
			store(h, postpone, arg);
		else if (problem)
			dbc_schedule_note(host, schedule,
							  dbc_get_text(host, rows, i, DBC_SCHEDULED_STEP),
							  problem);
	}
	store(h, end, arg);
}

char *
dbcsl_monitor_run_schedule(sqlite3 *db, const dbc_schedule *schedule)
{
	dbc_function self = {.name = schedule->function, .class = DBC_WRITE};
	char *problem = NULL;
	dbcsl_host h;

	dbcsl_open(&h, db, &self);
	if (!dbcsl_try(&h, run_calls, (void *) (uintptr_t) schedule))
		problem = sqlite3_mprintf("%s", h.error.message);
	dbcsl_close_all(&h);
	dbcsl_close(&h);
	return problem;
}
