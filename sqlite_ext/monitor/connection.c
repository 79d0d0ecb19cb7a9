/*
 * connection.c
 *	  Monitoring a connection: start, status, end.
 */
#include "sqlite_ext/core/api.h"
#include "sqlite_ext/core/rooms.h"
#include "sqlite_ext/core/samples_file.h"
#include "sqlite_ext/monitor/monitor.h"
#include "sqlite_ext/sample/sample.h"

#include <string.h>
#include <unistd.h>

/* Whether any connection to a file requests a thread. */
static bool
is_thread_wanted(const dbcsl_monitor_file *file)
{
	const dbcsl_monitor_watcher *watcher = file->watchers;

	while (watcher && !watcher->wants_thread)
		watcher = watcher->next;
	return watcher != NULL;
}

/* Stops measuring a connection whose hook was removed.  Its statistics are kept
 * until the connection closes. */
static void
end_watch(sqlite3 *db, bool closes)
{
	dbcsl_monitor_sampler *idle = NULL;
	dbcsl_monitor_watcher *watcher;
	dbcsl_monitor_file *file;

	dbcsl_monitor_lock_files();
	watcher = dbcsl_monitor_find_watcher(db, &file);
	if (watcher)
	{
		watcher->wants_thread = false;
		if (!is_thread_wanted(file))
		{
			idle = file->sampler;
			file->sampler = NULL;
		}
		dbcsl_monitor_stop_watcher(watcher);
		if (closes)
			dbcsl_monitor_remove_watcher(file, watcher);
	}
	dbcsl_monitor_unlock_files();
	dbcsl_monitor_end_sampler(idle);
}

static bool
is_measured(sqlite3 *db)
{
	const dbcsl_monitor_watcher *watcher;
	dbcsl_monitor_file *file;
	bool measured;

	dbcsl_monitor_lock_files();
	watcher = dbcsl_monitor_find_watcher(db, &file);
	measured = watcher && watcher->profile;
	dbcsl_monitor_unlock_files();
	return measured;
}

/* The connection closes, or another copy of the library is loaded into it. */
static void
end_connection(sqlite3 *db)
{
	if (is_measured(db))
		sqlite3_trace_v2(db, 0, NULL, NULL);
	end_watch(db, true);
}

const dbcsl_hooks dbcsl_monitor_watch_hooks = {.gone = end_connection};

/* ---- start ---- */

/* Fails if the database cannot be used by a thread. */
static void
check_thread(dbcsl_host *h)
{
	static const char hint[] =
		"Start with {\"thread\": false}, and call dbmonitor_sample().";
	const char *samples = dbcsl_find_samples_file(h->db) ? DBCSL_SAMPLES : NULL;
	const char *why = dbcsl_why_no_thread(h->db, samples);

	if (why)
		dbc_fail(&h->base, DBC_UNSUPPORTED, NULL, hint,
				 "the sampling thread needs its own connection, %s", why);
}

/* Starts or stops monitoring; see monitor/host.h. */
static void
watch(dbc_host *host, const dbc_sample_watch_options *task)
{
	dbcsl_host *h = dbcsl_of(host);
	dbcsl_monitor_watcher *watcher;
	dbcsl_monitor_file *file;

	if (task && task->thread)
		check_thread(h);
	if (task && !dbcsl_has_trace())
		dbc_fail(host, DBC_UNSUPPORTED,
				 "Monitoring measures the statements of the connection.", NULL,
				 "this SQLite is built without sqlite3_trace_v2()");
	dbcsl_monitor_lock_files();
	watcher = dbcsl_monitor_find_watcher(h->db, &file);
	dbcsl_monitor_unlock_files();
	if (watcher && watcher->profile &&
		dbcsl_monitor_profile_is_active(watcher->profile))
		sqlite3_trace_v2(h->db, 0, NULL, NULL);
	end_watch(h->db, false);
	if (!task)
		return;
	dbcsl_monitor_lock_files();
	watcher = dbcsl_monitor_start_watcher(h->db, task->statements_per_second);
	if (watcher)
		watcher->wants_thread = task->thread;
	dbcsl_monitor_unlock_files();
	if (!watcher)
		dbcsl_fail_memory(h);
	if (task->thread)
		dbcsl_monitor_start_sampler(h, task->interval_seconds);
}

/* ---- status ---- */

/* Reports that storing samples in the database can make writes of this
 * connection fail. */
static void
note_missing_timeout(dbcsl_host *h, dbc_monitor_watch_status *watched)
{
	const char *file = sqlite3_db_filename(h->db, "main");

	if (!file || !file[0] || h->has_samples_file ||
		dbc_get_int(&h->base, dbc_query_text(&h->base, "pragma busy_timeout"),
					0, 0) > 0)
		return;
	watched->problem =
		"Samples are stored in the database, and this connection has no busy "
		"timeout: its writes fail while a sample is stored.";
	watched->hint = "Set PRAGMA busy_timeout, or name a file with the option "
					"samples_file of dbmonitor_start().";
}

/* Returns the status of monitoring; see monitor/host.h. */
static void
read_watch_status(dbc_host *host, dbc_monitor_watch_status *watched)
{
	dbcsl_host *h = dbcsl_of(host);
	dbcsl_monitor_watcher *watcher;
	dbcsl_monitor_file *file;
	char *problem;

	*watched = (dbc_monitor_watch_status){.running = false};
	if (h->has_samples_file)
		watched->samples_file = dbcsl_find_samples_file(h->db);
	dbcsl_monitor_lock_files();
	watcher = dbcsl_monitor_find_watcher(h->db, &file);
	dbcsl_monitor_unlock_files();
	if (watcher && watcher->profile)
	{
		watched->statements = dbcsl_monitor_profile_is_active(watcher->profile);
		if (!watched->statements)
		{
			watched->problem = "The application has set its own trace hook on "
							   "this connection.";
			watched->hint = "Call dbmonitor_start() after the application has "
							"set its hook.";
		}
		else
			note_missing_timeout(h, watched);
	}
	problem = dbcsl_monitor_describe_sampler_failure(h->db, &watched->running);
	if (watched->running)
		watched->pid = getpid();
	/* the next sample may succeed, but the hook stays removed */
	if (problem && !watched->problem)
	{
		watched->problem =
			dbcsl_printf(h, "The last sample could not be taken: %z.", problem);
	}
}

/* Samples are stored in the attached file for samples, if there is one;
 * statement statistics are those of monitored connections. */
const dbc_sample_host dbcsl_monitor_sample_host = {
	.in_process = true,
	.facts = dbcsl_sample_read_facts,
	.statements = dbcsl_monitor_read_statements,
	.ask_samples = dbcsl_monitor_ask_samples,
};

const dbc_monitor_host dbcsl_monitor_host = {
	.reads_tables = true,
	.unstored = dbcsl_monitor_read_unstored,
	.watch = watch,
	.watched = read_watch_status,
	.read_slow = dbcsl_monitor_read_slow,
	.limit_slow = dbcsl_monitor_limit_slow,
	.plan_slow = dbcsl_monitor_plan_slow,
	.forget = dbcsl_monitor_forget_statements,
};
