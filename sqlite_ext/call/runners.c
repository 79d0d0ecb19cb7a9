/*
 * runners.c
 *	  The process that runs a long operation: a script outside any
 *	  transaction, a backfill or retention policies.
 *
 * dbcare's tables store its PID. The calls of one process are in the list of
 * calls that report progress.
 */
#include "sqlite_ext/call/progress.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "common/core/tables.h"
#include "common/core/text.h"

/* Whether a process that has locked an operation still runs it, as far as can
 * be determined: the PID of a dead process may have been reused. */
bool
dbcsl_is_running(dbcsl_host *h, int64_t runner, const char *what)
{
	const char *file = sqlite3_db_filename(h->db, "main");

	if (runner != 0 && runner != getpid())
		return kill((pid_t) runner, 0) == 0 || errno == EPERM;
	return !dbcsl_progress_lock(
		h, dbc_format(&h->base, "%s %s", what, file ? file : ""));
}

/* Fails while another call, of any process, runs a script outside a
 * transaction, because that call relies on the registered and applied
 * migrations. */
void
dbcsl_refuse_running_script(dbcsl_host *h)
{
	const dbc_rows *rows;

	if (!dbc_has_tables(&h->base))
		return;
	rows = dbc_query(&h->base, "core/deployment_runners");
	for (int i = 0; i < rows->nrows; i++)
	{
		int64_t runner = dbc_get_int_or(&h->base, rows, i, 1, 0);

		if (dbcsl_is_running(h, runner, dbc_get_text(&h->base, rows, i, 0)))
			dbc_fail(&h->base, DBC_LOCK_NOT_AVAILABLE, NULL,
					 "Try again when that process has ended; if the process is "
					 "another program, call dbmigrate_repair().",
					 "migrations are running in process %lld",
					 (long long) runner);
		dbcsl_progress_lock(h, NULL);
	}
}

/* Excludes other runners.  The write lock is held from the start of the call,
 * which excludes all but a runner of a script outside a transaction.  Another
 * deploy waits for that script, and a repair unlocks a script that no longer
 * runs. */
void
dbcsl_lock(dbc_host *host, int64_t timeout_ms)
{
	(void) timeout_ms;
	if (host->function->class != DBC_PROC &&
		!dbc_same(host->function->name, "dbmigrate_repair"))
		dbcsl_refuse_running_script(dbcsl_of(host));
}
