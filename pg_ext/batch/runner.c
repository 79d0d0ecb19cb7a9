/*
 * runner.c
 *	  The process that does long work holds a session lock on its name, apart
 *	  from the lock of migrations.
 */
#include "pg_ext/core/lock.h"
#include "pg_ext/core/rooms.h"

#include "common/hashfn.h"

#include "common/batch/host.h"

/* The lock key of a name. */
static uint32
key_of(const char *work)
{
	return hash_bytes((const unsigned char *) work, (int) strlen(work));
}

/* The process that has locked a name; see batch/host.h. */
static int64_t
find_runner(dbc_host *base, const char *work)
{
	return dbc_get_int_or(
		base, dbc_query(base, "batch/runner", dbc_int(key_of(work))), 0, 0, 0);
}

/* Locks a name for this call; see batch/host.h. */
static bool
lock_work(dbc_host *base, const char *work)
{
	dbcpg_host *host = dbcpg_of(base);

	if (!dbcpg_try_lock_session(DBCPG_LOCKS_OF_WORK, key_of(work),
								ExclusiveLock))
		return false;
	host->locks++;
	/* a session without the extension has another kind of lock */
	return find_runner(base, work) == 0;
}

/* NAMEDATALEN without the terminating zero, in any encoding. */
const dbc_batch_host dbcpg_batch_host = {
	.name_limit = NAMEDATALEN - 1,
	.lock = lock_work,
	.runner_of = find_runner,
};
