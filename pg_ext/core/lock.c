/*
 * lock.c
 *	  Locks by which sessions that call dbcare exclude each other.
 *
 * These are heavyweight locks on objects of a class that is not a catalog.
 * Unlike advisory locks, no SQL statement can acquire or release them: neither
 * a script that dbcare runs (pg_advisory_unlock_all()), nor a role without
 * privileges on the functions that use them.  Locks on a table would conflict
 * with VACUUM. In pg_locks they have the locktype "object" and the classid
 * below.
 */
#include "pg_ext/core/lock.h"

#include "access/xact.h"
#include "storage/ipc.h"
#include "storage/lmgr.h"
#include "utils/snapmgr.h"
#include "utils/lsyscache.h"

/* The tag of a lock. */
static LOCKTAG
tag_of(dbcpg_lock_class class, uint32 key)
{
	LOCKTAG tag;

	SET_LOCKTAG_OBJECT(tag, MyDatabaseId, class, key, 0);
	return tag;
}

/* Acquires a lock until the transaction ends, waiting for it. */
void
dbcpg_wait_for_lock(uint32 key)
{
	LOCKTAG tag = tag_of(DBCPG_LOCKS, key);

	(void) LockAcquire(&tag, ExclusiveLock, false, false);
}

/* Whether this transaction has a lock. */
bool
dbcpg_holds_key(uint32 key)
{
	LOCKTAG tag = tag_of(DBCPG_LOCKS, key);

	return dbcpg_holds_lock(&tag, ExclusiveLock);
}

/* Acquires a lock if that is possible without waiting. */
bool
dbcpg_try_lock(uint32 key, LOCKMODE mode)
{
	LOCKTAG tag = tag_of(DBCPG_LOCKS, key);

	return LockAcquire(&tag, mode, false, true) != LOCKACQUIRE_NOT_AVAIL;
}

/* Releases a lock before the transaction ends. */
void
dbcpg_unlock(uint32 key, LOCKMODE mode)
{
	LOCKTAG tag = tag_of(DBCPG_LOCKS, key);

	(void) LockRelease(&tag, mode, false);
}

bool
dbcpg_is_advisory_free(uint32 key)
{
	LOCKTAG tag;

	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, DBCPG_LOCKS, key, 2);
	if (LockAcquire(&tag, ExclusiveLock, false, true) == LOCKACQUIRE_NOT_AVAIL)
		return false;
	(void) LockRelease(&tag, ExclusiveLock, false);
	return true;
}

/* ---- locks that outlast transactions ---- */

/* The session locks of this process, the last one last: that of long work, and
 * the gate of a step that excludes migrations. */
static struct
{
	LOCKTAG tag;
	LOCKMODE mode;
} held[4];
static int nheld = 0;

/* Releases the last one, unless the end of a failed transaction has released
 * it. */
void
dbcpg_unlock_session(void)
{
	nheld--;
	if (dbcpg_holds_lock(&held[nheld].tag, held[nheld].mode))
		(void) LockRelease(&held[nheld].tag, held[nheld].mode, true);
}

/* Called when the process exits.  PostgreSQL itself releases such a lock only
 * if there is a transaction to abort. */
static void
unlock_at_exit(int code, Datum arg)
{
	(void) code;
	(void) arg;
	while (!IsTransactionState() && nheld > 0)
		dbcpg_unlock_session();
}

/* Acquires a lock if that is possible without waiting, until it is released or
 * the process exits. */
bool
dbcpg_try_lock_session(dbcpg_lock_class class, uint32 key, LOCKMODE mode)
{
	static bool registered = false;
	LOCKTAG tag = tag_of(class, key);

	if (!registered)
		before_shmem_exit(unlock_at_exit, (Datum) 0);
	registered = true;
	if (nheld == lengthof(held))
		elog(ERROR, "too many session locks");
	if (LockAcquire(&tag, mode, true, true) == LOCKACQUIRE_NOT_AVAIL)
		return false;
	held[nheld].tag = tag;
	held[nheld++].mode = mode;
	return true;
}

/* ---- exclusion ---- */

/* Fails in a transaction that could not see what another runner did while it
 * waited for that runner. */
void
dbcpg_refuse_old_snapshot(const dbc_function *fn)
{
	if (IsolationUsesXactSnapshot() && FirstSnapshotSet)
		ereport(ERROR, errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				errmsg("%s cannot run in a %s transaction", fn->name,
					   XactIsoLevel == XACT_SERIALIZABLE ? "SERIALIZABLE"
														 : "REPEATABLE READ"),
				errdetail("The transaction cannot see changes that other "
						  "sessions have made since it began."),
				errhint("Use a READ COMMITTED transaction."));
}

/* Excludes other sessions until the transaction ends; see core/host.h. */
void
dbcpg_exclude(dbc_host *base, dbc_exclusion what)
{
	/* a hold that was committed while waiting must be seen */
	if (what == DBC_X_HOLDS)
		dbcpg_refuse_old_snapshot(base->function);
	dbcpg_wait_for_lock(what == DBC_X_SAMPLES ? DBCPG_LOCK_SAMPLES
						: what == DBC_X_SEALS ? DBCPG_LOCK_SEALS
						: what == DBC_X_HOLDS ? DBCPG_LOCK_HOLDS
											  : DBCPG_LOCK_TABLES);
}
