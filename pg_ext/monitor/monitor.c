/*
 * monitor.c
 *	  Starting and stopping monitoring, and its status.
 *
 * What to monitor is stored in dbcare's tables and takes effect when the
 * transaction commits.  At its end, also after an abort, the launcher is
 * notified.
 */
#include "pg_ext/core/note.h"
#include "pg_ext/core/procedure.h"
#include "pg_ext/core/rooms.h"
#include "pg_ext/monitor/monitor.h"
#include "pg_ext/sample/sample.h"

#include "access/xlog.h"
#include "commands/async.h"

#include "common/core/text.h"

/* How long a launcher may take to start, in milliseconds. */
#define START_MS 10000

/* The size from which NOTIFY rejects a payload. */
#define PAYLOAD_LIMIT (BLCKSZ - NAMEDATALEN - 128)

/* What the transaction has made of the monitoring of this database. */
typedef struct change
{
	dbcpg_note note;
	int64 interval_ms; /* 0: stopped */
} change;

/* ---- at the end of the transaction ---- */

/* Notifies the launcher of the result of this transaction: its last change, if
 * one was committed. */
static void
show_change(const change *last)
{
	dbcpg_monitor_shared_state *shared = dbcpg_monitor_attach_shared_state();
	dbcpg_monitor_target *target;

	LWLockAcquire(&shared->lock, LW_EXCLUSIVE);
	target = dbcpg_monitor_find_target(shared, MyDatabaseId, false);
	if (target)
	{
		target->held = false;
		target->visit = true;
		if (last)
			target->interval_ms = last->interval_ms;
	}
	if (shared->launcher)
		SetLatch(shared->latch);
	LWLockRelease(&shared->lock);
}

static void at_event(XactEvent event);

static dbcpg_notes changes = {.at_event = at_event};

static void
at_event(XactEvent event)
{
	switch (event)
	{
		case XACT_EVENT_PRE_PREPARE:
			ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					errmsg("cannot prepare a transaction that has started or "
						   "stopped monitoring"),
					errhint("Commit the transaction instead."));
		case XACT_EVENT_COMMIT:
			show_change((const change *) changes.last);
			break;
		case XACT_EVENT_ABORT:
			show_change(NULL);
			break;
		default:
			break;
	}
}

/* Records that this transaction changes the monitoring of this database. */
static void
note_change(int64 interval)
{
	change *noted = dbcpg_add_note(&changes, sizeof(*noted));

	noted->interval_ms = interval;
}

/* ---- starting the launcher ---- */

/* Waits until a launcher that was started is running. */
static bool
wait_for_launcher(const dbcpg_monitor_shared_state *shared,
				  BackgroundWorkerHandle *handle)
{
	pid_t pid;

	if (WaitForBackgroundWorkerStartup(handle, &pid) != BGWH_STARTED)
		return shared->launcher != 0;
	for (int waited = 0; !shared->launcher && waited < START_MS; waited += 10)
		dbcpg_sleep(10);
	return shared->launcher != 0;
}

/* Starts a launcher unless one runs; returns whether one runs now. */
static bool
need_launcher(const dbcpg_monitor_shared_state *shared)
{
	BackgroundWorkerHandle *handle;
	BackgroundWorker worker;

	if (shared->launcher)
		return true;
	dbcpg_monitor_describe_launcher(&worker);
	worker.bgw_notify_pid = MyProcPid;
	return RegisterDynamicBackgroundWorker(&worker, &handle) &&
		   wait_for_launcher(shared, handle);
}

/* Adds an entry for this database, so that the launcher does not end. */
static void
hold_target(dbcpg_monitor_shared_state *shared)
{
	dbcpg_monitor_target *target;
	bool added;

	LWLockAcquire(&shared->lock, LW_EXCLUSIVE);
	added = !dbcpg_monitor_find_target(shared, MyDatabaseId, false);
	target = dbcpg_monitor_find_target(shared, MyDatabaseId, true);
	if (target && added)
		target->held = true;
	LWLockRelease(&shared->lock);
	if (!target)
		ereport(ERROR, errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
				errmsg("dbcare already monitors %d databases of this server",
					   DBCPG_MAX_WATCHED),
				errhint("Call dbmonitor_stop() in one of them."));
}

/* Starts or stops monitoring; see monitor/host.h. */
static void
watch(dbc_host *host, const dbc_sample_watch_options *task)
{
	dbcpg_monitor_shared_state *shared = dbcpg_monitor_attach_shared_state();

	(void) host;
	note_change(task ? Max((int64) (task->interval_seconds * 1000), 1) : 0);
	if (!task)
		return;
	hold_target(shared);
	if (!need_launcher(shared))
		ereport(WARNING,
				errmsg("no background worker is free to monitor the database"),
				errhint("Increase max_worker_processes, then call "
						"dbmonitor_start() again."));
}

/* ---- status ---- */

/* Reports that no launcher runs, and what to do. */
static void
describe_absence(dbc_monitor_watch_status *watched)
{
	if (RecoveryInProgress())
	{
		watched->problem = "A standby takes no samples.";
		watched->hint =
			dbcpg_monitor_is_preloaded
				? "After its promotion, samples are taken automatically."
				: "After its promotion, call dbmonitor_start().";
		return;
	}
	watched->problem = "No background worker monitors this database.";
	watched->hint = dbcpg_monitor_is_preloaded
						? "Call dbmonitor_start()."
						: "Call dbmonitor_start(). To start monitoring with "
						  "the server, add dbcare to shared_preload_libraries.";
}

/* Reports what prevents monitoring. */
static void
find_problem(dbcpg_host *host, bool crowded, const dbcpg_monitor_target *target,
			 dbc_monitor_watch_status *watched)
{
	if (crowded)
	{
		watched->problem = "No background worker is free to take samples.";
		watched->hint = "Increase max_worker_processes.";
	}
	else if (*target->failure)
	{
		watched->problem =
			dbc_format(&host->base, "The last sample failed: %s.",
					   dbcpg_to_core(host, target->failure));
		watched->hint =
			"Fix the cause of the failure; samples are then taken again.";
	}
	else if (!watched->running)
		describe_absence(watched);
	else if (target->checks_failed)
	{
		watched->problem = "The health checks did not complete.";
		watched->hint = "See the server log for the cause.";
	}
	else if (!dbcpg_monitor_is_preloaded)
	{
		watched->problem = "Monitoring ends with the server.";
		watched->hint = "To start monitoring with the server, add dbcare to "
						"shared_preload_libraries.";
	}
}

/* Returns the status of monitoring; see monitor/host.h. */
static void
read_watch_status(dbc_host *base, dbc_monitor_watch_status *watched)
{
	dbcpg_monitor_shared_state *shared = dbcpg_monitor_attach_shared_state();
	dbcpg_monitor_target copy = {.interval_ms = 0};
	const dbcpg_monitor_target *target;
	bool crowded;
	int launcher;

	LWLockAcquire(&shared->lock, LW_SHARED);
	target = dbcpg_monitor_find_target(shared, MyDatabaseId, false);
	if (target)
		copy = *target;
	launcher = shared->launcher;
	crowded = launcher && shared->crowded;
	LWLockRelease(&shared->lock);
	/* as after the commit of this transaction */
	if (changes.last)
		copy.interval_ms = ((const change *) changes.last)->interval_ms;
	*watched =
		(dbc_monitor_watch_status){.running = launcher && copy.interval_ms > 0};
	watched->pid = watched->running ? launcher : 0;
	watched->statements = dbcpg_sample_has_statements(base);
	find_problem(dbcpg_of(base), crowded, &copy, watched);
}

/* ---- other calls of the host interface ---- */

/* NOTIFY on channel dbcare_alert.  A payload that is too long is omitted:
 * listeners only learn that there is an alert. */
static void
notify(dbc_host *host, const char *payload)
{
	const char *text = dbcpg_from_core(payload);

	(void) host;
	Async_Notify("dbcare_alert", strlen(text) < PAYLOAD_LIMIT ? text : "");
}

const dbc_monitor_host dbcpg_monitor_host = {
	.watch = watch,
	.watched = read_watch_status,
	.notify = notify,
	.read_slow = dbcpg_monitor_read_slow,
	.limit_slow = dbcpg_monitor_limit_slow,
	.count_errors = dbcpg_monitor_count_errors,
	.forget = dbcpg_monitor_forget_slow,
};
