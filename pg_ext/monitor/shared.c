/*
 * shared.c
 *	  The shared memory of monitoring.
 *
 * A library that is loaded when the server starts asks for room.  One that is
 * loaded later makes do with what PostgreSQL has to spare for such cases.
 */
#include "pg_ext/monitor/monitor.h"

#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/shmem.h"

/* How long after a failure the launcher is started again, in seconds. */
#define RESTART_SECONDS 5

bool dbcpg_monitor_is_preloaded = false;

static dbcpg_monitor_shared_state *shared = NULL;

/* ---- when the server starts ---- */

#if DBCPG_HAS_SHMEM_REQUEST
static shmem_request_hook_type next_request;

/* Asks for room when that is to be done. */
static void
request_room(void)
{
	if (next_request)
		next_request();
	RequestAddinShmemSpace(sizeof(dbcpg_monitor_shared_state));
}
#endif

/* What RegisterBackgroundWorker() is told of a launcher. */
void
dbcpg_monitor_describe_launcher(BackgroundWorker *worker)
{
	*worker =
		(BackgroundWorker){.bgw_flags = BGWORKER_SHMEM_ACCESS |
										BGWORKER_BACKEND_DATABASE_CONNECTION,
						   /* on a standby, once that is promoted */
						   .bgw_start_time = BgWorkerStart_RecoveryFinished,
						   .bgw_restart_time = RESTART_SECONDS,
						   .bgw_library_name = "dbcare",
						   .bgw_function_name = "dbcare_launcher",
						   .bgw_name = "dbcare launcher",
						   .bgw_type = "dbcare launcher"};
}

/* Has a launcher and room for what is shared, if the server starts. */
void
dbcpg_monitor_prepare(void)
{
	BackgroundWorker worker;

	if (!process_shared_preload_libraries_in_progress)
		return;
	dbcpg_monitor_is_preloaded = true;
#if DBCPG_HAS_SHMEM_REQUEST
	next_request = shmem_request_hook;
	shmem_request_hook = request_room;
#else
	RequestAddinShmemSpace(sizeof(dbcpg_monitor_shared_state));
#endif
	if (IsBinaryUpgrade)
		return;
	dbcpg_monitor_describe_launcher(&worker);
	RegisterBackgroundWorker(&worker);
}

/* ---- later ---- */

/* What is shared, made by whoever comes first. */
dbcpg_monitor_shared_state *
dbcpg_monitor_attach_shared_state(void)
{
	dbcpg_monitor_shared_state *found;
	bool is_there;

	if (shared)
		return shared;
	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	found = ShmemInitStruct("dbcare monitor", sizeof(*found), &is_there);
	if (!is_there)
	{
		memset(found, 0, sizeof(*found));
		LWLockInitialize(&found->lock, LWLockNewTrancheId());
	}
	LWLockRelease(AddinShmemInitLock);
	LWLockRegisterTranche(found->lock.tranche, "dbcare");
	return shared = found;
}

/* The entry of a database; see monitor/monitor.h. */
dbcpg_monitor_target *
dbcpg_monitor_find_target(dbcpg_monitor_shared_state *area, Oid database,
						  bool add)
{
	dbcpg_monitor_target *unused = NULL;
	int i;

	for (i = 0; i < DBCPG_MAX_WATCHED; i++)
	{
		dbcpg_monitor_target *target = &area->targets[i];

		if (target->database == database)
			return target;
		if (!unused && !OidIsValid(target->database))
			unused = target;
	}
	if (!add || !unused)
		return NULL;
	*unused = (dbcpg_monitor_target){.database = database};
	return unused;
}
