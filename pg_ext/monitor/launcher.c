/*
 * launcher.c
 *	  The launcher: starts samplers when samples are due.
 *
 * It can see the databases of the server but is connected to none, so it
 * blocks no DROP DATABASE or ALTER DATABASE.  At its start it has every
 * database inspected; later it samples the monitored ones, and inspects those
 * where a session starts or stops monitoring.  A launcher that was not started
 * with the server ends when there is nothing left to monitor.
 */
#include "pg_ext/monitor/monitor.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_database.h"
#include "pgstat.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/proc.h"
#include "storage/procarray.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

/* How long after a failure a database is inspected again, and how long the
 * launcher sleeps at most, in milliseconds. */
#define RETRY_MS 60000

/* How long it waits after finding no free worker slot. */
#define CROWDED_MS 1000

extern PGDLLEXPORT void dbcare_launcher(Datum unused);

typedef struct launcher
{
	dbcpg_monitor_shared_state *shared;
	BackgroundWorkerHandle *handles[DBCPG_MAX_SAMPLERS];
	List *unvisited;		/* databases to inspect, by OID */
	List *failed;			/* databases to inspect again ... */
	TimestampTz retry_from; /* ... after this time */
	TimestampTz start_from; /* when the next sampler may be started */
} launcher;

/* The databases that allow connections, in the current context; in a
 * transaction. */
static List *
list_databases(void)
{
	List *databases = NIL;
	Relation relation = table_open(DatabaseRelationId, AccessShareLock);
	TableScanDesc scan = table_beginscan_catalog(relation, 0, NULL);
	HeapTuple tuple;

	while ((tuple = heap_getnext(scan, ForwardScanDirection)))
	{
		Form_pg_database database = (Form_pg_database) GETSTRUCT(tuple);

		if (database->datallowconn)
			databases = lappend_oid(databases, database->oid);
	}
	table_endscan(scan);
	table_close(relation, AccessShareLock);
	return databases;
}

/* Has every database inspected. */
static void
visit_all(launcher *l)
{
	List *databases;

	StartTransactionCommand();
	databases = list_databases();
	MemoryContextSwitchTo(TopMemoryContext);
	l->unvisited = list_copy(databases);
	CommitTransactionCommand();
}

static bool
exists(Oid database)
{
	bool found;

	StartTransactionCommand();
	found = SearchSysCacheExists1(DATABASEOID, ObjectIdGetDatum(database));
	CommitTransactionCommand();
	return found;
}

/* ---- samplers ---- */

/* A free sampler, or NULL. */
static dbcpg_monitor_sampler *
find_free(launcher *l)
{
	for (int i = 0; i < DBCPG_MAX_SAMPLERS; i++)
		if (!OidIsValid(l->shared->samplers[i].database))
			return &l->shared->samplers[i];
	return NULL;
}

/* Whether a sampler is taking a sample of a database. */
static bool
is_busy(const launcher *l, Oid database)
{
	for (int i = 0; i < DBCPG_MAX_SAMPLERS; i++)
		if (l->shared->samplers[i].database == database &&
			!l->shared->samplers[i].checks)
			return true;
	return false;
}

/* Schedules another inspection after a sampler that ended without a result. */
static void
note_silence(launcher *l, Oid database)
{
	dbcpg_monitor_target *target =
		dbcpg_monitor_find_target(l->shared, database, false);

	if (target)
		strlcpy(target->failure, "the sampler ended before it finished",
				sizeof(target->failure));
	else
	{
		l->failed = lappend_oid(l->failed, database);
		l->retry_from =
			TimestampTzPlusMilliseconds(GetCurrentTimestamp(), RETRY_MS);
	}
}

/* Handles samplers that have ended; one without a handle was started by an
 * earlier launcher. */
static void
reap(launcher *l)
{
	LWLockAcquire(&l->shared->lock, LW_EXCLUSIVE);
	for (int i = 0; i < DBCPG_MAX_SAMPLERS; i++)
	{
		dbcpg_monitor_sampler *sampler = &l->shared->samplers[i];
		pid_t pid;

		if (!OidIsValid(sampler->database))
			continue;
		if (l->handles[i]
				? GetBackgroundWorkerPid(l->handles[i], &pid) != BGWH_STOPPED
				: sampler->pid != 0)
			continue;
		if (!sampler->reported)
			note_silence(l, sampler->database);
		sampler->database = InvalidOid;
		if (l->handles[i])
			pfree(l->handles[i]);
		l->handles[i] = NULL;
	}
	LWLockRelease(&l->shared->lock);
}

/* Assigns a free sampler to a database; returns its number. */
static int
assign(launcher *l, Oid database)
{
	dbcpg_monitor_sampler *sampler;
	dbcpg_monitor_target *target;

	LWLockAcquire(&l->shared->lock, LW_EXCLUSIVE);
	sampler = find_free(l);
	*sampler = (dbcpg_monitor_sampler){.database = database};
	target = dbcpg_monitor_find_target(l->shared, database, false);
	if (target)
	{
		target->visit = false;
		target->begun_at = GetCurrentTimestamp();
	}
	LWLockRelease(&l->shared->lock);
	return (int) (sampler - l->shared->samplers);
}

/* Undoes that: there is no worker slot. */
static void
give_back(launcher *l, int number)
{
	dbcpg_monitor_sampler *sampler = &l->shared->samplers[number];
	dbcpg_monitor_target *target;

	LWLockAcquire(&l->shared->lock, LW_EXCLUSIVE);
	target = dbcpg_monitor_find_target(l->shared, sampler->database, false);
	if (target)
		target->visit = true;
	else
		l->unvisited = lappend_oid(l->unvisited, sampler->database);
	sampler->database = InvalidOid;
	LWLockRelease(&l->shared->lock);
	l->start_from =
		TimestampTzPlusMilliseconds(GetCurrentTimestamp(), CROWDED_MS);
}

/* Logs, once, that samples are not taken for lack of worker slots. */
static void
show_crowded(launcher *l, bool crowded)
{
	if (crowded && !l->shared->crowded)
		ereport(WARNING,
				errmsg("dbcare: no background worker is free to take samples"),
				errhint("Increase max_worker_processes."));
	l->shared->crowded = crowded;
}

/* Starts a sampler. */
static void
start_sampler(launcher *l, Oid database)
{
	int number = assign(l, database);
	BackgroundWorker worker = {.bgw_flags =
								   BGWORKER_SHMEM_ACCESS |
								   BGWORKER_BACKEND_DATABASE_CONNECTION,
							   .bgw_start_time = BgWorkerStart_RecoveryFinished,
							   .bgw_restart_time = BGW_NEVER_RESTART,
							   .bgw_library_name = "dbcare",
							   .bgw_function_name = "dbcare_sampler",
							   .bgw_type = "dbcare sampler",
							   .bgw_main_arg = Int32GetDatum(number),
							   .bgw_notify_pid = MyProcPid};
	bool started;

	snprintf(worker.bgw_name, BGW_MAXLEN, "dbcare sampler of database %u",
			 database);
	started = RegisterDynamicBackgroundWorker(&worker, &l->handles[number]);
	if (!started)
	{
		l->handles[number] = NULL;
		give_back(l, number);
	}
	show_crowded(l, !started);
}

/* ---- schedule ---- */

/* When a target is due. */
static TimestampTz
due_at(const dbcpg_monitor_target *target, TimestampTz now)
{
	if (target->held)
		return DT_NOEND;
	/* the clock may have been set back */
	if (target->visit || target->begun_at > now)
		return now;
	return TimestampTzPlusMilliseconds(
		target->begun_at, target->interval_ms ? target->interval_ms : RETRY_MS);
}

/* The database with the oldest due time, or InvalidOid; *next is set to the
 * next due time. */
static Oid
find_due(launcher *l, TimestampTz now, TimestampTz *next)
{
	Oid found = InvalidOid;

	*next = TimestampTzPlusMilliseconds(now, RETRY_MS);
	LWLockAcquire(&l->shared->lock, LW_SHARED);
	for (int i = 0; i < DBCPG_MAX_WATCHED; i++)
	{
		const dbcpg_monitor_target *target = &l->shared->targets[i];
		TimestampTz due;

		if (!OidIsValid(target->database) || is_busy(l, target->database))
			continue;
		due = due_at(target, now);
		if (due > *next)
			continue;
		*next = due;
		found = due <= now ? target->database : InvalidOid;
	}
	LWLockRelease(&l->shared->lock);
	return found;
}

/* The next database to start a sampler for, or InvalidOid; *next is set to the
 * next due time. */
static Oid
choose(launcher *l, TimestampTz now, TimestampTz *next)
{
	Oid database;

	if (now < l->start_from)
	{
		*next = l->start_from;
		return InvalidOid;
	}
	if (!l->unvisited && now >= l->retry_from)
	{
		l->unvisited = l->failed;
		l->failed = NIL;
	}
	if (!l->unvisited)
	{
		database = find_due(l, now, next);
		if (l->failed)
			*next = Min(*next, l->retry_from);
		return database;
	}
	database = linitial_oid(l->unvisited);
	l->unvisited = list_delete_first(l->unvisited);
	return database;
}

/* Removes a database that was dropped. */
static void
forget(launcher *l, Oid database)
{
	dbcpg_monitor_target *target;

	LWLockAcquire(&l->shared->lock, LW_EXCLUSIVE);
	target = dbcpg_monitor_find_target(l->shared, database, false);
	if (target)
		target->database = InvalidOid;
	LWLockRelease(&l->shared->lock);
}

/* Has samplers that stay decide whether to end: for want of slots, or since
 * the monitoring of their database has changed. */
static void
recall(launcher *l, bool wanted)
{
	LWLockAcquire(&l->shared->lock, LW_EXCLUSIVE);
	l->shared->wanted = wanted || l->shared->crowded;
	for (int i = 0; i < DBCPG_MAX_SAMPLERS; i++)
	{
		int pid = l->shared->samplers[i].pid;
		PGPROC *process = pid ? BackendPidGetProc(pid) : NULL;

		if (process)
			SetLatch(&process->procLatch);
	}
	LWLockRelease(&l->shared->lock);
}

/* Starts due samplers; returns the time of the next tick. */
static TimestampTz
tick(launcher *l)
{
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz next = TimestampTzPlusMilliseconds(now, RETRY_MS);
	bool wanted = false;

	reap(l);
	while (find_free(l))
	{
		Oid database = choose(l, now, &next);

		if (!OidIsValid(database))
			break;
		if (is_busy(l, database))
			continue;
		if (exists(database))
			start_sampler(l, database);
		else
			forget(l, database);
		/* a sampler that ends sets the latch, too */
		next = TimestampTzPlusMilliseconds(now, RETRY_MS);
	}
	if (!find_free(l))
		wanted = l->unvisited || OidIsValid(find_due(l, now, &next));
	if (wanted)
		next = TimestampTzPlusMilliseconds(now, RETRY_MS);
	recall(l, wanted);
	return next;
}

/* ---- start and end ---- */

/* Called when the launcher ends. */
static void
leave(int code, Datum arg)
{
	dbcpg_monitor_shared_state *shared = dbcpg_monitor_attach_shared_state();

	(void) code;
	(void) arg;
	LWLockAcquire(&shared->lock, LW_EXCLUSIVE);
	if (shared->launcher == MyProcPid)
		shared->launcher = 0;
	LWLockRelease(&shared->lock);
}

/* Registers this process as the launcher; false if there is one. */
static bool
enter(dbcpg_monitor_shared_state *shared)
{
	bool is_first;

	LWLockAcquire(&shared->lock, LW_EXCLUSIVE);
	is_first = !shared->launcher;
	if (is_first)
	{
		shared->launcher = MyProcPid;
		shared->latch = MyLatch;
	}
	LWLockRelease(&shared->lock);
	if (is_first)
		before_shmem_exit(leave, (Datum) 0);
	return is_first;
}

/* Whether a launcher that can be started at any time has nothing to do; then
 * it is deregistered. */
static bool
is_idle(launcher *l)
{
	bool idle = !dbcpg_monitor_is_preloaded && !l->unvisited && !l->failed;

	LWLockAcquire(&l->shared->lock, LW_EXCLUSIVE);
	for (int i = 0; i < DBCPG_MAX_SAMPLERS; i++)
		idle &= !OidIsValid(l->shared->samplers[i].database);
	for (int i = 0; i < DBCPG_MAX_WATCHED; i++)
		idle &= !OidIsValid(l->shared->targets[i].database);
	if (idle)
		l->shared->launcher = 0;
	LWLockRelease(&l->shared->lock);
	return idle;
}

/* Waits until a time, or until the latch is set. */
static void
wait_until(TimestampTz moment)
{
	long left = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), moment);

	(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
					 Max(left, 1), PG_WAIT_EXTENSION);
	ResetLatch(MyLatch);
	CHECK_FOR_INTERRUPTS();
	if (!ConfigReloadPending)
		return;
	ConfigReloadPending = false;
	ProcessConfigFile(PGC_SIGHUP);
}

/* Entry point of the launcher. */
void
dbcare_launcher(Datum unused)
{
	launcher l = {.shared = NULL};

	(void) unused;
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnection(NULL, NULL, 0);
	SetConfigOption("application_name", "dbcare launcher", PGC_USERSET,
					PGC_S_SESSION);
	pgstat_report_activity(STATE_IDLE, NULL);
	l.shared = dbcpg_monitor_attach_shared_state();
	if (!enter(l.shared))
		return;
	MemoryContextSwitchTo(TopMemoryContext);
	visit_all(&l);
	for (;;)
	{
		TimestampTz next = tick(&l);

		if (is_idle(&l))
			break;
		wait_until(next);
	}
}
