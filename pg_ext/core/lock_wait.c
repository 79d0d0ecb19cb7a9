/*
 * lock_wait.c
 *	  Which lock a script waits for, and which sessions hold it.
 *
 * When PostgreSQL reports a lock timeout, the lock is no longer known.  So
 * while a script runs that may wait, a timer checks several times per lock
 * timeout.  A signal handler may read what this process waits for, because
 * only the process itself changes that, and not while it waits.
 */
#include "pg_ext/core/lock.h"

#include "port/atomics.h"
#include "storage/ipc.h"
#include "utils/timeout.h"

#include "common/core/text.h"

/* Number of checks per lock timeout. */
#define CHECKS 4

/* Interval of the checks without a lock timeout, in milliseconds. */
#define CHECK_MS 1000

static TimeoutId timer;
static bool registered = false;
static dbcpg_lock_wait *watched = NULL;

/* Time until the next check; a script may change the timeout. */
static int
interval(void)
{
	return LockTimeout > 0 ? Max(LockTimeout / CHECKS, 1) : CHECK_MS;
}

/* Records a lock that this process waits for; also called for another
 * process. */
static void
record_lock(const LOCK *lock)
{
	bool known = watched->waiting &&
				 memcmp(&watched->tag, &lock->tag, sizeof(LOCKTAG)) == 0;

	watched->over = false;
	if (known)
		return;
	watched->waiting = false;
	pg_write_barrier();
	watched->since = GetCurrentTimestamp();
	watched->tag = lock->tag;
	watched->mode = MyProc->waitLockMode;
	pg_write_barrier();
	watched->waiting = true;
}

/*
 * Checks for a lock wait.  This runs in a signal handler, perhaps while the
 * error to be explained is being raised, so a wait is discarded only at the
 * second check.  A process that exits has no MyProc from some point on, and
 * what is watched may be in a segment that is no longer mapped.
 */
static void
check_wait(void)
{
	const LOCK *lock;

	if (!watched || proc_exit_inprogress || !MyProc)
		return;
	lock = MyProc->waitLock;
	if (lock)
		record_lock(lock);
	else if (watched->over)
		watched->waiting = false;
	else
		watched->over = true;
	enable_timeout_after(timer, interval());
}

/* Called when the process exits, before shared memory is detached. */
static void
stop_at_exit(int code, Datum arg)
{
	(void) code;
	(void) arg;
	dbcpg_stop_lock_wait_watch();
}

/* Creates the timer, once per process. */
static void
make_timer(void)
{
	if (registered)
		return;
	timer = RegisterTimeout(USER_TIMEOUT, check_wait);
	before_shmem_exit(stop_at_exit, (Datum) 0);
	registered = true;
}

/* Records in *wait which lock this process waits for. */
void
dbcpg_watch_lock_wait(dbcpg_lock_wait *wait)
{
	make_timer();
	memset(wait, 0, sizeof(*wait));
	watched = wait;
	enable_timeout_after(timer, interval());
}

void
dbcpg_stop_lock_wait_watch(void)
{
	if (!watched)
		return;
	watched = NULL;
	disable_timeout(timer, false);
}

const char *
dbcpg_describe_lock_wait(dbcpg_host *host, const dbcpg_lock_wait *wait)
{
	VirtualTransactionId *holders;
	dbc_buffer pids;
	int count;

	if (!wait->waiting)
		return NULL;
	dbc_buffer_init(&pids, &host->base);
	holders = GetLockConflicts(&wait->tag, wait->mode, &count);
	for (int i = 0; i < count; i++)
		dbc_append_format(&pids, " %d", dbcpg_pid_of(&holders[i]));
	return dbc_get_text_or_null(
		&host->base,
		dbc_query(
			&host->base, "core/blockers", dbc_text(pids.data),
			dbc_text(dbcpg_to_core(host, timestamptz_to_str(wait->since)))),
		0, 0);
}
