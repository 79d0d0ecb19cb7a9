/*
 * shared.c
 *	  The shared memory of monitoring.
 *
 * A library that is loaded at server start requests it.  One that is loaded
 * later uses the reserve that PostgreSQL keeps.
 */
#include "pg_ext/monitor/monitor.h"

#include "storage/ipc.h"
#include "storage/shmem.h"

/* Seconds until the launcher is restarted after a failure. */
#define RESTART_SECONDS 5

bool dbcpg_monitor_is_preloaded = false;

static dbcpg_monitor_shared_state *shared = NULL;

/* ---- when the server starts ---- */

#if DBCPG_HAS_SHMEM_REQUEST
static shmem_request_hook_type next_request;

/* Requests shared memory in the hook. */
static void
request_room(void)
{
	if (next_request)
		next_request();
	RequestAddinShmemSpace(sizeof(dbcpg_monitor_shared_state));
}
#endif

/* The arguments of RegisterBackgroundWorker() for a launcher. */
void
dbcpg_monitor_describe_launcher(BackgroundWorker *worker)
{
	*worker =
		(BackgroundWorker){.bgw_flags = BGWORKER_SHMEM_ACCESS |
										BGWORKER_BACKEND_DATABASE_CONNECTION,
						   /* on a standby, after promotion */
						   .bgw_start_time = BgWorkerStart_RecoveryFinished,
						   .bgw_restart_time = RESTART_SECONDS,
						   .bgw_library_name = "dbcare",
						   .bgw_function_name = "dbcare_launcher",
						   .bgw_name = "dbcare launcher",
						   .bgw_type = "dbcare launcher"};
}

/* Registers a launcher and requests shared memory if the server is starting. */
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

/* The shared memory, created by the first caller. */
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

	for (int i = 0; i < DBCPG_MAX_WATCHED; i++)
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
