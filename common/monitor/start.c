/*
 * start.c
 *	  Starting and stopping monitoring, and its status.
 */
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/monitor/slow_log.h"
#include "common/sample/task.h"

#include "common/core/clock.h"
#include "common/core/settings.h"
#include "common/core/wording.h"
#include "common/sample/sample.h"

#define DEFAULT_INTERVAL 60

/* ---- SQL functions ---- */

/* Adds the options of dbmonitor_start(), nulls if it was never called; returns
 * whether monitoring is on. */
static bool
put_task(dbc_host *host, dbc_json_node *node)
{
	dbc_sample_task task;
	bool told = dbc_sample_read_task(host, &task);
	dbc_value interval = dbc_real(task.watch.interval_seconds);

	DBC_PUT_BOOL(node, enabled, task.enabled);
	if (!told)
		interval = dbc_null();
	DBC_PUT_VALUE(node, interval_seconds, &interval);
	DBC_PUT_TEXT(node, changed_at,
				 told ? dbc_time_text(host, task.changed_ms) : NULL);
	DBC_PUT_TEXT(node, changed_by, task.changed_by);
	return task.enabled;
}

/* Adds the number and times of samples. */
static void
put_samples(dbc_host *host, dbc_json_node *node)
{
	dbc_value none[] = {dbc_int(0), dbc_null(), dbc_null()};
	const dbc_value *span = none;

	if (dbc_sample_has_tables(host))
		span = dbc_get_row(host, dbc_query(host, "monitor/span"), 0, "iTT");
	DBC_PUT_VALUE(node, samples, &span[0]);
	DBC_PUT_VALUE(node, first_sample_at, &span[1]);
	DBC_PUT_VALUE(node, last_sample_at, &span[2]);
}

/* Reports missing samples, if the host has not reported a problem. */
static void
note_silence(dbc_host *host, dbc_monitor_watch_status *watched, double silent)
{
	if (silent == 0 || watched->problem)
		return;
	watched->problem = dbc_format(host, "No sample has been taken for %s s.",
								  dbc_digits_text(host, silent));
	watched->hint = "Call dbmonitor_start() in the process that takes the "
					"samples, or dbmonitor_stop() if none does.";
}

/* Emits the status of monitoring. */
static void
emit_status(dbc_host *host)
{
	dbc_json_node *node = dbc_json_object(host);
	double silent = dbc_sample_measure_silence_now(host);
	dbc_monitor_watch_status watched;
	dbc_value pid;

	DBC_CALL(host, monitor, watched)(host, &watched);
	pid = watched.pid ? dbc_int(watched.pid) : dbc_null();
	note_silence(host, &watched, silent);
	/* if monitoring is off, there is no problem to report */
	if (!put_task(host, node))
		watched.problem = watched.hint = NULL;
	DBC_PUT_BOOL(node, running, watched.running);
	DBC_PUT_VALUE(node, pid, &pid);
	DBC_PUT_BOOL(node, statements, watched.statements);
	DBC_PUT_TEXT(node, samples_file, watched.samples_file);
	put_samples(host, node);
	dbc_monitor_put_slow(host, node);
	DBC_PUT_BOOL(node, silent, silent > 0);
	DBC_PUT_TEXT(node, problem, watched.problem);
	DBC_PUT_TEXT(node, hint, watched.hint);
	dbc_json_emit(host, node);
}

/* Stores whether and how to monitor. */
static void
store_task(dbc_host *host, bool enabled, double interval_seconds,
		   const char *options)
{
	dbc_query(host, "monitor/monitor_store", dbc_bool(enabled),
			  dbc_real(interval_seconds), dbc_text(options),
			  dbc_text(dbc_now(host)),
			  dbc_text(dbc_actor(host, dbc_read_settings(host))));
}

/* dbmonitor_start(interval_seconds, options) */
DBC_RUN(dbmonitor_start)
{
	double interval = args->interval_seconds.kind == DBC_NULL
						  ? DEFAULT_INTERVAL
						  : args->interval_seconds.real;
	dbc_sample_watch_options watch =
		dbc_sample_read_watch(host, &args->options, interval);

	/* rejects NaN, too */
	if (!(interval >= DBC_LEAST_INTERVAL && interval <= DBC_MOST_INTERVAL))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Seconds between samples must be from 0.1 to 86400.",
				 "interval_seconds cannot be %s",
				 dbc_real_text(host, interval));
	dbc_sample_need_tables(host);
	store_task(host, true, interval, args->options.text);
	DBC_CALL(host, monitor, watch)(host, &watch);
	dbc_monitor_set_slow_limit(host, dbc_read_settings(host));
	emit_status(host);
}

/* dbmonitor_stop() */
DBC_RUN(dbmonitor_stop)
{
	dbc_sample_task task;

	if (dbc_sample_read_task(host, &task) && task.enabled)
	{
		const dbc_rows *rows;

		dbc_sample_need_tables(host);
		rows = dbc_query(host, "sample/monitor");
		store_task(host, false, task.watch.interval_seconds,
				   dbc_get_text_or_null(host, rows, 0, DBC_TASK_OPTIONS));
	}
	DBC_CALL(host, monitor, watch)(host, NULL);
	emit_status(host);
}

/* dbmonitor_status() */
DBC_RUN(dbmonitor_status)
{
	emit_status(host);
}
