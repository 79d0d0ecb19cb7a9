/*
 * schedule.c
 *	  The daily purge, by the thread that takes samples.
 */
#include "sqlite_ext/core/query.h"
#include "sqlite_ext/monitor/monitor.h"

#include "common/archive/schedule.h"
#include "common/core/clock.h"

/* Runs a call; returns why it failed, or NULL. */
static char *
run_call(sqlite3 *db, const char *text, bool *is_locked)
{
	int code = sqlite3_exec(db, text, NULL, NULL, NULL);

	*is_locked = (code & 0xff) == SQLITE_BUSY;
	return code == SQLITE_OK ? NULL : sqlite3_mprintf("%s", sqlite3_errmsg(db));
}

/* Runs the calls one by one.  What is stored about them commits at once, since
 * no transaction is open. */
static void
run_calls(dbc_host *host, void *arg)
{
	dbcsl_host *h = dbcsl_of(host);
	const dbc_rows *rows;

	(void) arg;
	rows = dbc_archive_begin_schedule(host, dbc_now_ms());
	if (!rows)
		return;
	for (int i = 0; i < rows->nrows; i++)
	{
		const char *text =
			dbc_get_text_or_null(host, rows, i, DBC_SCHEDULED_CALL);
		bool is_locked = false;
		char *failure = text ? run_call(h->db, text, &is_locked) : NULL;
		const char *problem =
			text ? failure ? dbcsl_printf(h, "%s", failure) : NULL
				 : dbc_get_text(host, rows, i, DBC_SCHEDULED_PROBLEM);

		sqlite3_free(failure);
		if (is_locked && dbc_get_bool(host, rows, i, DBC_SCHEDULED_APPLIES))
			dbc_archive_postpone_schedule(host);
		else if (problem)
			dbc_archive_note_schedule(
				host, dbc_get_text(host, rows, i, DBC_SCHEDULED_TABLE),
				problem);
	}
	dbc_archive_end_schedule(host);
}

char *
dbcsl_monitor_run_schedule(sqlite3 *db)
{
	static const dbc_function self = {.name = "dbarchive_schedule",
									  .class = DBC_WRITE};
	char *problem = NULL;
	dbcsl_host h;

	dbcsl_open(&h, db, &self);
	if (!dbcsl_try(&h, run_calls, NULL))
		problem = sqlite3_mprintf("%s", h.error.message);
	dbcsl_close_all(&h);
	dbcsl_close(&h);
	return problem;
}
