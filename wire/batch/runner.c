/*
 * runner.c
 *	  The session that does long work holds a lock on its name.
 */
#include "wire/core/lock.h"
#include "wire/core/rooms.h"

#include "common/batch/host.h"

/* The lock key of a name: that of the extension. */
static int64_t
key_of(dbc_host *host, const char *work)
{
	return dbc_get_int(host, dbc_query(host, "batch/lock_key", dbc_text(work)),
					   0, 0);
}

static int64_t
runner_of(dbc_host *host, const char *work)
{
	return dbc_get_int_or(
		host, dbc_query(host, "batch/runner", dbc_int(key_of(host, work))), 0,
		0, 0);
}

static bool
lock_work(dbc_host *host, const char *work)
{
	return dbcw_try_lock(dbcw_of(host), DBCW_LOCKS_OF_WORK,
						 key_of(host, work)) &&
		   runner_of(host, work) == 0;
}

/* NAMEDATALEN without the terminating zero. */
const dbc_batch_host dbcw_batch_host = {
	.name_limit = 63,
	.lock = lock_work,
	.runner_of = runner_of,
};
