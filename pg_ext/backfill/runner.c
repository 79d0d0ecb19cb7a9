/*
 * runner.c
 *	  The process that runs a backfill holds a session lock on its name, apart
 *	  from the lock of migrations.
 */
#include "pg_ext/core/lock.h"
#include "pg_ext/core/rooms.h"

#include "common/hashfn.h"

#include "common/backfill/host.h"

/* The lock key of a backfill. */
static uint32
key_of(const char *name)
{
	return hash_bytes((const unsigned char *) name, (int) strlen(name));
}

/* The process that runs a backfill; see backfill/host.h. */
static int64_t
find_runner(dbc_host *base, const char *name)
{
	return dbc_get_int_or(
		base, dbc_query(base, "backfill/runner", dbc_int(key_of(name))), 0, 0,
		0);
}

/* Locks a backfill for this call; see backfill/host.h. */
static bool
lock_backfill(dbc_host *base, const char *name, int64_t timeout_ms)
{
	dbcpg_host *host = dbcpg_of(base);

	host->base.lock_timeout_ms = timeout_ms;
	host->holds_lock = dbcpg_try_lock_session(DBCPG_LOCKS_OF_BACKFILLS,
											  key_of(name), ExclusiveLock);
	return host->holds_lock;
}

/* NAMEDATALEN without the terminating zero, in any encoding. */
const dbc_backfill_host dbcpg_backfill_host = {
	.name_limit = NAMEDATALEN - 1,
	.lock = lock_backfill,
	.runner_of = find_runner,
};
