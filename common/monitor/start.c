/*
 * start.c
 *	  Starting and stopping to monitor, and how that goes.
 */
#include "common/registry/functions.h"
#include "common/sample/task.h"

#include <math.h>

#include "common/core/tables.h"
#include "common/core/clock.h"
#include "common/sample/sample.h"
#include "common/core/options.h"
#include "common/core/settings.h"

#define DEFAULT_INTERVAL 60
#define LEAST_INTERVAL	 0.1
#define MOST_INTERVAL	 86400

/* Samples that may be missing before that is silence. */
#define MISSED 3

enum
{
	OPTION_THREAD,
	OPTION_SAMPLES_FILE, /* the host reads it; see monitor/samples_file.c */
	OPTION_SAMPLES_OF,	 /* and this; see monitor/samples_of.c */
	OPTION_STATEMENTS_PER_SECOND
};
static const dbc_option options_known[] = {
	{.name = "thread", .type = DBC_O_BOOL},
	{.name = "samples_file", .type = DBC_O_TEXT},
	{.name = "samples_of", .type = DBC_O_TEXT},
	{.name = "statements_per_second",
	 .type = DBC_O_INT,
	 .minimum = 1,
	 .maximum = 1000000000}};
#define NOPTIONS					  4
#define DEFAULT_STATEMENTS_PER_SECOND 20000

/* Columns of monitor/sql/monitor.sql. */
enum
{
	COLUMN_ENABLED,
	COLUMN_INTERVAL,
	COLUMN_OPTIONS,
	COLUMN_CHANGED_AT,
	COLUMN_CHANGED_BY
};

/* What to watch with, from options and an interval. */
static dbc_watch
read_watch(dbc_host *host, const dbc_value *options, double interval_seconds)
{
	const dbc_given *given =
		dbc_read_options(host, options, options_known, NOPTIONS);
	const dbc_given *rate = &given[OPTION_STATEMENTS_PER_SECOND];
	int i;

	for (i = 0; i < NOPTIONS && host->engine == DBC_ON_POSTGRESQL; i++)
		if (given[i].given)
			dbc_fail(host, DBC_UNSUPPORTED,
					 "On PostgreSQL a background worker takes the samples, and "
					 "pg_stat_statements counts.",
					 "Leave it out.", "option \"%s\" exists on SQLite only",
					 options_known[i].name);
	return (dbc_watch){
		.interval_seconds = interval_seconds,
		.thread = given[OPTION_THREAD].given ? given[OPTION_THREAD].integer != 0
											 : host->engine == DBC_ON_SQLITE,
		.statements_per_second = rate->given ? (double) rate->integer
											 : DEFAULT_STATEMENTS_PER_SECOND};
}

/* An interval that was stored: one that dbmonitor_start() would take. */
double
dbc_interval_of(dbc_host *host, const dbc_rows *rows, int row, int col)
{
	double seconds = dbc_get_real(host, rows, row, col);

	return fmin(fmax(seconds, LEAST_INTERVAL), MOST_INTERVAL);
}

/* What there is to read of what dbmonitor_start() was told. */
typedef struct stored_watch
{
	dbc_value options;
	double interval_seconds;
	dbc_watch watch;
} stored_watch;

/* Reads stored options; may fail. */
static void
read_stored_watch(dbc_host *host, void *arg)
{
	stored_watch *stored = arg;

	stored->watch =
		read_watch(host, &stored->options, stored->interval_seconds);
}

/* What to watch with, as it was stored. */
static dbc_watch
stored_watch_of(dbc_host *host, const dbc_rows *rows)
{
	stored_watch stored = {
		dbc_text(dbc_get_json_or_null(host, rows, 0, COLUMN_OPTIONS)),
		dbc_interval_of(host, rows, 0, COLUMN_INTERVAL),
		{.thread = false}};
	dbc_error error;

	if (!dbc_guard(host, read_stored_watch, &stored, DBC_KEEP, true, &error))
		dbc_fail(host, DBC_CORRUPTED,
				 dbc_format(host, "These are the options in %s: %s.",
							host->engine == DBC_ON_SQLITE ? "dbcare_monitor"
														  : "dbcare.monitor",
							error.message),
				 "Call dbmonitor_start() again to replace them.",
				 "the stored options of the monitor are not valid");
	return stored.watch;
}

/* What dbmonitor_start() was told. */
bool
dbc_monitor_task_of(dbc_host *host, dbc_monitor_task *task)
{
	const dbc_rows *rows;

	*task = (dbc_monitor_task){.enabled = false};
	if (dbc_samples_version(host) < DBC_MONITOR_SINCE)
		return false;
	rows = dbc_query(host, "monitor/monitor", NULL, 0);
	if (rows->nrows == 0)
		return false;
	task->enabled = dbc_get_bool(host, rows, 0, COLUMN_ENABLED);
	task->watch = stored_watch_of(host, rows);
	task->changed_ms = dbc_get_time(host, rows, 0, COLUMN_CHANGED_AT);
	task->changed_by = dbc_get_text(host, rows, 0, COLUMN_CHANGED_BY);
	return true;
}

/* Seconds between two times, whichever way the clock was put. */
static double
seconds_between(int64_t left_ms, int64_t right_ms)
{
	return fabs((double) left_ms - (double) right_ms) / 1000;
}

/* Seconds for which no sample has been taken.  The start may have been noted
 * while the clock was wrong: the nearer of both times is the one to go by. */
double
dbc_silence(const dbc_monitor_task *task, bool has_sample, int64_t sample_ms,
			int64_t now_ms)
{
	double allowed = MISSED * task->watch.interval_seconds;
	double silent = seconds_between(now_ms, task->changed_ms);

	if (has_sample)
		silent = fmin(silent, seconds_between(now_ms, sample_ms));

	return task->enabled && silent > allowed ? silent : 0;
}

/* Seconds for which no sample has been taken by now. */
double
dbc_silence_now(dbc_host *host)
{
	dbc_sample sample = {.taken_ms = 0};
	dbc_monitor_task task;
	bool has_sample;

	if (!dbc_monitor_task_of(host, &task) || !task.enabled)
		return 0;
	has_sample = dbc_last_sample(host, &sample);
	return dbc_silence(&task, has_sample, sample.taken_ms, dbc_now_ms());
}

/* ---- SQL functions ---- */

/* Adds what dbmonitor_start() was told; nulls where it never was called.
 * Whether the database is to be monitored. */
static bool
put_task(dbc_host *host, dbc_node *node)
{
	dbc_monitor_task task;
	bool told = dbc_monitor_task_of(host, &task);
	dbc_value interval = dbc_real(task.watch.interval_seconds);

	dbc_put_bool(node, "enabled", task.enabled);
	if (!told)
		interval = dbc_null();
	dbc_put_value(node, "interval_seconds", &interval);
	dbc_put_text(node, "changed_at",
				 told ? dbc_time_text(host, task.changed_ms) : NULL);
	dbc_put_text(node, "changed_by", task.changed_by);
	return task.enabled;
}

/* Adds what samples there are. */
static void
put_samples(dbc_host *host, dbc_node *node)
{
	dbc_value none[] = {dbc_int(0), dbc_null(), dbc_null()};
	const dbc_value *span = none;

	if (dbc_samples_version(host) >= DBC_MONITOR_SINCE)
		span = dbc_get_row(host, dbc_query(host, "monitor/span", NULL, 0), 0,
						   "iTT");
	dbc_put_value(node, "samples", &span[0]);
	dbc_put_value(node, "first_sample_at", &span[1]);
	dbc_put_value(node, "last_sample_at", &span[2]);
}

/* Notes that samples are missing, where the host knows no reason. */
static void
note_silence(dbc_host *host, dbc_watched *watched, double silent)
{
	if (silent == 0 || watched->problem)
		return;
	watched->problem = dbc_format(host, "No sample has been taken for %s s.",
								  dbc_real_text(host, round(silent * 10) / 10));
	watched->hint = "Call dbmonitor_start() in the process that is to take "
					"samples, or dbmonitor_stop() where none is.";
}

/* Emits how monitoring goes. */
static void
emit_status(dbc_host *host)
{
	dbc_node *node = dbc_json_object(host);
	double silent = dbc_silence_now(host);
	dbc_watched watched;
	dbc_value pid;

	host->watched(host, &watched);
	pid = watched.pid ? dbc_int(watched.pid) : dbc_null();
	note_silence(host, &watched, silent);
	/* nothing hinders what nobody wants */
	if (!put_task(host, node))
		watched.problem = watched.hint = NULL;
	dbc_put_bool(node, "running", watched.running);
	dbc_put_value(node, "pid", &pid);
	dbc_put_bool(node, "statements", watched.statements);
	dbc_put_text(node, "samples_file", watched.samples_file);
	put_samples(host, node);
	dbc_put_bool(node, "silent", silent > 0);
	dbc_put_text(node, "problem", watched.problem);
	dbc_put_text(node, "hint", watched.hint);
	dbc_emit_json(host, node);
}

/* Notes whether to monitor, and how. */
static void
store_task(dbc_host *host, bool enabled, double interval_seconds,
		   const char *options)
{
	dbc_value args[] = {dbc_bool(enabled), dbc_real(interval_seconds),
						dbc_text(options), dbc_text(dbc_now(host)),
						dbc_text(dbc_actor(host, dbc_stored_settings(host)))};

	dbc_query(host, "monitor/monitor_store", args, 5);
}

/* dbmonitor_start(interval_seconds, options) */
void
dbc_run_dbmonitor_start(dbc_host *host, const dbc_value *args)
{
	double interval =
		args[0].kind == DBC_NULL ? DEFAULT_INTERVAL : args[0].real;
	dbc_watch watch = read_watch(host, &args[1], interval);

	/* not a number is outside, too */
	if (!(interval >= LEAST_INTERVAL && interval <= MOST_INTERVAL))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Seconds between samples must be from 0.1 to 86400.",
				 "interval_seconds cannot be %s",
				 dbc_real_text(host, interval));
	dbc_need_samples(host);
	store_task(host, true, interval, args[1].text);
	host->watch(host, &watch);
	emit_status(host);
}

/* dbmonitor_stop() */
void
dbc_run_dbmonitor_stop(dbc_host *host, const dbc_value *args)
{
	dbc_monitor_task task;

	(void) args;
	if (dbc_monitor_task_of(host, &task) && task.enabled)
	{
		const dbc_rows *rows;

		dbc_need_samples(host);
		rows = dbc_query(host, "monitor/monitor", NULL, 0);
		store_task(host, false, task.watch.interval_seconds,
				   dbc_get_text_or_null(host, rows, 0, COLUMN_OPTIONS));
	}
	host->watch(host, NULL);
	emit_status(host);
}

/* dbmonitor_status() */
void
dbc_run_dbmonitor_status(dbc_host *host, const dbc_value *args)
{
	(void) args;
	emit_status(host);
}
