/*
 * runner.c
 *	  The process that does long work.
 *
 * The calls of a process know each other by the list of calls that report
 * progress; other processes by a row of dbcare's tables, which is renewed with
 * each batch.  It is valid for a minute and as long as the process lives, since
 * the PID of one that died can be reused.  It is deleted when the call ends,
 * except after an interrupt, when SQLite runs no statement.  Should two
 * processes do the same work, each batch continues at what is left, so no row
 * is skipped.
 */
#include "sqlite_ext/call/progress.h"
#include "sqlite_ext/core/rooms.h"

#include <unistd.h>

#include "common/batch/host.h"
#include "common/core/tables.h"

/* The process that has locked a name; see batch/host.h. */
static int64_t
find_runner(dbc_host *host, const char *work)
{
	dbcsl_host *h = dbcsl_of(host);
	int64_t runner = getpid();
	bool running = dbcsl_is_running(h, runner, work);
	const dbc_rows *rows;

	dbcsl_progress_lock(h, NULL);
	if (running || !dbc_has_tables(host))
		return running ? runner : 0;
	rows = dbc_query(host, "batch/runner", dbc_text(work));
	if (rows->nrows > 0)
		runner = dbc_get_int(host, rows, 0, 0);
	return runner != getpid() && dbcsl_is_running(h, runner, work) ? runner : 0;
}

/* Locks a name for this call; see batch/host.h. */
static bool
lock_work(dbc_host *host, const char *work)
{
	dbcsl_host *h = dbcsl_of(host);

	if (find_runner(host, work) != 0 || dbcsl_is_running(h, getpid(), work))
		return false;
	dbc_query(host, "batch/lock", dbc_text(work), dbc_int(getpid()));
	h->work = work;
	return true;
}

/* Unlocks the work of a call that has completed. */
static void
finish(dbcsl_host *h)
{
	if (h->work)
		dbc_query(&h->base, "batch/unlock", dbc_text(h->work),
				  dbc_int(getpid()));
}

/* Unlocks the work of a call that has failed, if that is possible. */
static void
end(dbcsl_host *h, bool done)
{
	char *sql;

	if (done || !h->work || !sqlite3_get_autocommit(h->db))
		return;
	sql = sqlite3_mprintf(
		"delete from main.dbcare_runner where work = %Q and pid = %d", h->work,
		(int) getpid());
	if (sql)
		sqlite3_exec(h->db, sql, NULL, NULL, NULL);
	sqlite3_free(sql);
}

const dbcsl_hooks dbcsl_batch_hooks = {.finish = finish, .end = end};

const dbc_batch_host dbcsl_batch_host = {
	.lock = lock_work,
	.runner_of = find_runner,
};
