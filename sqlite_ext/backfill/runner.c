/*
 * runner.c
 *	  The process that runs a backfill.
 */
#include "sqlite_ext/core/progress.h"
#include "sqlite_ext/core/rooms.h"

#include <unistd.h>

#include "common/backfill/host.h"
#include "common/core/text.h"

/*
 * The process that runs a backfill.  A process records itself after each batch;
 * records expire after a minute, since the process id of one that died can be
 * reused.  If two processes do run the same backfill, each batch continues at
 * the saved place, so no row is skipped.
 */
static int64_t
find_runner(dbc_host *host, const char *name)
{
	dbcsl_host *h = dbcsl_of(host);
	const dbc_rows *rows =
		dbc_query(host, "migrate/backfill_runner", dbc_text(name));
	int64_t runner = rows->nrows > 0 ? dbc_get_int_or(host, rows, 0, 0, 0) : 0;
	bool running =
		runner != 0 &&
		dbcsl_is_running(h, runner, dbc_format(host, "backfill %s", name));

	dbcsl_progress_lock(h, NULL);
	return running ? runner : 0;
}

/* Locks a backfill for this call; see backfill/host.h. */
static bool
lock_backfill(dbc_host *host, const char *name, int64_t timeout_ms)
{
	(void) timeout_ms; /* SQLite locks no rows */
	if (find_runner(host, name) != 0)
		return false;
	(void) dbcsl_is_running(dbcsl_of(host), 0,
							dbc_format(host, "backfill %s", name));
	dbc_query(host, "migrate/backfill_claim", dbc_text(name),
			  dbc_int(getpid()));
	return true;
}

const dbc_backfill_host dbcsl_backfill_host = {
	.lock = lock_backfill,
	.runner_of = find_runner,
};
