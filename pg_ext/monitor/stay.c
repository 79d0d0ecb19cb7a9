/*
 * stay.c
 *	  A sampler between two samples of its database.
 *
 * Starting a process and filling its catalog caches costs more than a sample,
 * so a sampler stays for the next samples that are due soon.  While it waits,
 * it has no transaction, no lock and no open file, and other processes do not
 * count it as connected to the database: statements that require exclusive use
 * of the database, such as DROP DATABASE, neither wait for it nor fail because
 * of it.  It comes back as a new session would: under a lock on the database,
 * and only if that still exists.
 */
#include "pg_ext/monitor/monitor.h"

#include "catalog/pg_database.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/interrupt.h"
#include "storage/fd.h"
#include "storage/lmgr.h"
#include "storage/proc.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include <unistd.h>

/* Milliseconds after its start from which a sampler does not stay.  A new one
 * has the settings of the database as they are by then, and no memory that
 * caches have taken. */
#define STAY_MS 60000

/* ---- the database ---- */

/* Leaves the database, outside a transaction. */
static void
leave_database(void)
{
	(void) pgstat_report_stat(true);
	pgstat_report_activity(STATE_IDLE, NULL);
	closeAllVfds();
	MyProc->databaseId = InvalidOid;
}

/* Comes back; false if the database was dropped or moved, or another session
 * needs it exclusively.  The catalog must not be read before. */
static bool
enter_database(void)
{
	char path[MAXPGPATH];
	bool is_there;
	LOCKTAG tag;

	SET_LOCKTAG_OBJECT(tag, InvalidOid, DatabaseRelationId, MyDatabaseId, 0);
	if (LockAcquire(&tag, RowExclusiveLock, true, true) ==
		LOCKACQUIRE_NOT_AVAIL)
		return false;
	snprintf(path, sizeof(path), "%s/PG_VERSION", DatabasePath);
	is_there = access(path, F_OK) == 0;
	/* who gets a conflicting lock from now on sees this process */
	if (is_there)
		MyProc->databaseId = MyDatabaseId;
	(void) LockRelease(&tag, RowExclusiveLock, true);
	return is_there;
}

/* ---- waiting ---- */

/* Milliseconds until the next sample; -1 if this sampler must not take it.  It
 * leaves that to a new one if anything has changed, or if others need its
 * slot. */
static int64
time_left(dbcpg_monitor_shared_state *shared, int launcher, TimestampTz until)
{
	const dbcpg_monitor_target *target;
	TimestampTz now = GetCurrentTimestamp();
	int64 left = -1;

	LWLockAcquire(&shared->lock, LW_SHARED);
	target = dbcpg_monitor_find_target(shared, MyDatabaseId, false);
	if (target && !target->visit && target->interval_ms > 0 &&
		!*target->failure && shared->launcher == launcher && !shared->wanted &&
		!ConfigReloadPending &&
		target->begun_at + target->interval_ms * 1000 < until)
		/* the clock may have been set back */
		left =
			target->begun_at > now
				? 0
				: Max(target->interval_ms - (now - target->begun_at) / 1000, 0);
	LWLockRelease(&shared->lock);
	return left;
}

/* Records that the next sample begins. */
static void
begin_sample(dbcpg_monitor_shared_state *shared)
{
	dbcpg_monitor_target *target;

	LWLockAcquire(&shared->lock, LW_EXCLUSIVE);
	target = dbcpg_monitor_find_target(shared, MyDatabaseId, false);
	if (target)
		target->begun_at = GetCurrentTimestamp();
	LWLockRelease(&shared->lock);
}

bool
dbcpg_monitor_stay(dbcpg_monitor_shared_state *shared, int launcher)
{
	TimestampTz until = TimestampTzPlusMilliseconds(MyStartTimestamp, STAY_MS);
	int64 left;

	leave_database();
	while ((left = time_left(shared, launcher, until)) > 0)
	{
		(void) WaitLatch(MyLatch,
						 WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
						 (long) left, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
	}
	if (left < 0 || !enter_database())
		return false;
	begin_sample(shared);
	return true;
}
