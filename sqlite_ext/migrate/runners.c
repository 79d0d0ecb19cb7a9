/*
 * runners.c
 *	  Which process is at a long piece of work: a script outside any
 *	  transaction, or a backfill.
 *
 * The bookkeeping has its number.  Of the calls of one process, the list of
 * those that show progress tells.
 */
#include "sqlite_ext/core/sqlite_ext.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "common/core/tables.h"
#include "common/core/text.h"

/* The version of the bookkeeping that notes who runs a script. */
#define HAS_RUNNER 2

/* Whether a process that has claimed a thing is still at it, as far as can be
 * told: one that has died has left its number, which a newer one may have by
 * now. */
static bool
is_running(dbcsl_host *h, int64_t runner, const char *what)
{
	const char *file = sqlite3_db_filename(h->db, "main");

	if (runner != 0 && runner != getpid())
		return kill((pid_t) runner, 0) == 0 || errno == EPERM;
	return !dbcsl_progress_lock(
		h, dbc_format(&h->base, "%s %s", what, file ? file : ""));
}

/* ---- scripts ---- */

/* Keeps other calls, of any process, from a script. */
void
dbcsl_migrate_lock_script(dbc_host *host, const char *version)
{
	dbc_value values[] = {dbc_text(version), dbc_int(getpid())};
	const dbc_rows *rows =
		dbc_query(host, "migrate/deployment_runner", values, 1);
	int64_t runner = dbc_get_int_or(host, rows, 0, 0, 0);

	if (is_running(dbcsl_of(host), runner, version))
		dbc_fail(host, DBC_LOCK_NOT_AVAILABLE, NULL,
				 "If that is another program, call dbmigrate_repair().",
				 "process %lld is running it", (long long) runner);
	dbc_query(host, "core/deployment_claim", values, 2);
}

/* Fails while another call, of any process, runs a script outside a
 * transaction: it counts on what is registered and applied. */
void
dbcsl_migrate_refuse_running_script(dbcsl_host *h)
{
	const dbc_rows *rows;
	int i;

	if (dbc_tables_version(&h->base) < HAS_RUNNER)
		return;
	rows = dbc_query(&h->base, "migrate/deployment_runners", NULL, 0);
	for (i = 0; i < rows->nrows; i++)
	{
		int64_t runner = dbc_get_int_or(&h->base, rows, i, 1, 0);

		if (is_running(h, runner, dbc_get_text(&h->base, rows, i, 0)))
			dbc_fail(&h->base, DBC_LOCK_NOT_AVAILABLE, NULL,
					 "Try again when it has ended. If that is another program, "
					 "call dbmigrate_repair().",
					 "migrations are running in process %lld",
					 (long long) runner);
		dbcsl_progress_lock(h, NULL);
	}
}

/* ---- backfills ---- */

/*
 * The process that runs a backfill.  One that is at it notes that after each
 * batch, so that the number of one that has died is not taken for another's for
 * long.  Should two run a backfill after all, each batch goes on where the last
 * one has ended, whosever that was.
 */
int64_t
dbcsl_migrate_find_backfill_runner(dbc_host *host, const char *name)
{
	dbcsl_host *h = dbcsl_of(host);
	dbc_value value = dbc_text(name);
	const dbc_rows *rows =
		dbc_query(host, "migrate/backfill_runner", &value, 1);
	int64_t runner = rows->nrows > 0 ? dbc_get_int_or(host, rows, 0, 0, 0) : 0;
	bool running = runner != 0 &&
				   is_running(h, runner, dbc_format(host, "backfill %s", name));

	dbcsl_progress_lock(h, NULL);
	return running ? runner : 0;
}

/* Makes this call the one that runs a backfill; see core/host.h. */
bool
dbcsl_migrate_lock_backfill(dbc_host *host, const char *name,
							int64_t timeout_ms)
{
	dbc_value values[] = {dbc_text(name), dbc_int(getpid())};

	(void) timeout_ms; /* waiting for the database locks nothing */
	if (dbcsl_migrate_find_backfill_runner(host, name) != 0)
		return false;
	(void) is_running(dbcsl_of(host), 0, dbc_format(host, "backfill %s", name));
	dbc_query(host, "migrate/backfill_claim", values, 2);
	return true;
}
