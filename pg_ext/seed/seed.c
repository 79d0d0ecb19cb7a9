/*
 * seed.c
 *	  Passwords and secrets of seeds; see common/seed/host.h.
 */
#include "pg_ext/core/lock.h"
#include "pg_ext/core/procedure.h"
#include "pg_ext/core/rooms.h"

#include "storage/lmgr.h"

#include "common/seed/host.h"

/* Kind of an advisory lock that no SQL function can acquire. */
#define LOCK_KIND 0xdbca

static void
pause_call(dbc_host *host, int milliseconds)
{
	(void) host;
	dbcpg_sleep(milliseconds);
}

/* With an advisory lock, since a standby has no other that excludes. */
static void
one_at_a_time(dbc_host *host, uint32_t key, void (*fn)(dbc_host *, void *),
			  void *arg)
{
	LOCKTAG tag;

	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, DBCPG_LOCKS, key, LOCK_KIND);
	(void) LockAcquire(&tag, ExclusiveLock, false, false);
	PG_TRY();
	{
		fn(host, arg);
	}
	PG_FINALLY();
	{
		(void) LockRelease(&tag, ExclusiveLock, false);
	}
	PG_END_TRY();
}

const dbc_seed_host dbcpg_seed_host = {
	.one_at_a_time = one_at_a_time,
	.pause = pause_call,
};
