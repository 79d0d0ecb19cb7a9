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
#include "utils/timestamp.h"

/* Seconds until the launcher is restarted after a failure. */
#define RESTART_SECONDS 5

bool dbcpg_monitor_is_preloaded = false;

static dbcpg_monitor_shared_state *shared = NULL;

dbcpg_monitor_shared_state *dbcpg_monitor_shared = NULL;
dbcpg_monitor_records *dbcpg_monitor_recorded = NULL;

static shmem_startup_hook_type next_startup;

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
	RequestAddinShmemSpace(sizeof(dbcpg_monitor_records));
}
#endif

/* Creates the shared memory in the hook; child processes inherit the
 * addresses. */
static void
create_room(void)
{
	bool is_there;

	if (next_startup)
		next_startup();
	/* after a crash, the addresses are those of the old memory */
	shared = NULL;
	dbcpg_monitor_shared = dbcpg_monitor_attach_shared_state();
	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	dbcpg_monitor_recorded = ShmemInitStruct(
		"dbcare records", sizeof(*dbcpg_monitor_recorded), &is_there);
	if (!is_there)
		memset(dbcpg_monitor_recorded, 0, sizeof(*dbcpg_monitor_recorded));
	LWLockRelease(AddinShmemInitLock);
}

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
	RequestAddinShmemSpace(sizeof(dbcpg_monitor_records));
#endif
	next_startup = shmem_startup_hook;
	shmem_startup_hook = create_room;
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
		dbcpg_make_lock(&found->lock);
	}
	LWLockRelease(AddinShmemInitLock);
	dbcpg_name_lock(&found->lock);
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
	if (dbcpg_monitor_recorded)
		memset(&dbcpg_monitor_recorded->errors[unused - area->targets], 0,
			   sizeof(dbcpg_monitor_errors));
	*unused = (dbcpg_monitor_target){.database = database,
									 .added_at = GetCurrentTimestamp()};
	area->added++;
	return unused;
}

const dbcpg_monitor_target *
dbcpg_monitor_own_target(void)
{
	static const dbcpg_monitor_target *own = NULL;
	static uint32 looked = 0;

	if (!dbcpg_monitor_shared)
		return NULL;
	if (looked != dbcpg_monitor_shared->added)
	{
		looked = dbcpg_monitor_shared->added;
		own = dbcpg_monitor_find_target(dbcpg_monitor_shared, MyDatabaseId,
										false);
	}
	return own && own->database == MyDatabaseId ? own : NULL;
}

const char *
dbcpg_monitor_no_records(const char **hint)
{
	if (!dbcpg_monitor_is_preloaded)
	{
		*hint = "Add dbcare to shared_preload_libraries, then restart the "
				"server.";
		return "Slow executions and failed statements are recorded only if "
			   "dbcare is loaded when the server starts.";
	}
	*hint = "Call dbmonitor_start().";
	return dbcpg_monitor_own_target() ? NULL
									  : "This database is not monitored.";
}
