/*
 * task.c
 *	  The stored options of dbmonitor_start(), and whether samples are missing.
 */
#include "common/sample/task.h"

#include <math.h>

#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/sample/sample.h"

/* The number of missing samples that are tolerated. */
#define MISSED 3

/* The host reads samples_file and samples_of; see monitor/samples_file.c and
 * monitor/samples_of.c. */
#define DEFAULT_STATEMENTS_PER_SECOND 20000

/* Columns of sample/sql/monitor.sql. */
enum
{
	COLUMN_ENABLED,
	COLUMN_INTERVAL,
	COLUMN_OPTIONS = DBC_TASK_OPTIONS,
	COLUMN_CHANGED_AT,
	COLUMN_CHANGED_BY
};

/* Monitoring options from JSON and an interval. */
dbc_sample_watch_options
dbc_sample_read_watch(dbc_host *host, const dbc_value *options,
					  double interval_seconds)
{
	const dbmonitor_start_options *given =
		dbc_read_options(host, options, dbmonitor_start_options);
	const dbc_option_value *rate = &given->statements_per_second;

	return (dbc_sample_watch_options){
		.interval_seconds = interval_seconds,
		.thread = dbc_option_or(&given->thread, dbc_sample_is_in_process(host)),
		.statements_per_second = rate->given ? (double) rate->integer
											 : DEFAULT_STATEMENTS_PER_SECOND};
}

/* A stored interval, limited to the range of dbmonitor_start(). */
double
dbc_sample_read_interval(dbc_host *host, const dbc_rows *rows, int row, int col)
{
	double seconds = dbc_get_real(host, rows, row, col);

	return fmin(fmax(seconds, DBC_LEAST_INTERVAL), DBC_MOST_INTERVAL);
}

/* A read of the stored options, in a guard. */
typedef struct stored_watch
{
	dbc_value options;
	double interval_seconds;
	dbc_sample_watch_options watch;
} stored_watch;

/* Parses the stored options; may fail. */
static void
read_stored_watch(dbc_host *host, void *arg)
{
	stored_watch *stored = arg;

	stored->watch =
		dbc_sample_read_watch(host, &stored->options, stored->interval_seconds);
}

/* The stored options; fails if they are invalid. */
static dbc_sample_watch_options
stored_watch_of(dbc_host *host, const dbc_rows *rows)
{
	stored_watch stored = {
		dbc_text(dbc_get_json_or_null(host, rows, 0, DBC_TASK_OPTIONS)),
		dbc_sample_read_interval(host, rows, 0, COLUMN_INTERVAL),
		{.thread = false}};
	dbc_error error;

	if (!dbc_guard(host, read_stored_watch, &stored, DBC_KEEP, true, &error))
		dbc_fail(host, DBC_CORRUPTED,
				 dbc_format(host, "The options stored in %smonitor are: %s.",
							host->table_prefix, error.message),
				 "To replace the stored options, call dbmonitor_start() again.",
				 "the stored options of the monitor are not valid");
	return stored.watch;
}

bool
dbc_sample_read_task(dbc_host *host, dbc_sample_task *task)
{
	const dbc_rows *rows;

	*task = (dbc_sample_task){.enabled = false};
	if (!dbc_sample_has_tables(host))
		return false;
	rows = dbc_query(host, "sample/monitor");
	if (rows->nrows == 0)
		return false;
	task->enabled = dbc_get_bool(host, rows, 0, COLUMN_ENABLED);
	task->watch = stored_watch_of(host, rows);
	task->changed_ms = dbc_get_time(host, rows, 0, COLUMN_CHANGED_AT);
	task->changed_by = dbc_get_text(host, rows, 0, COLUMN_CHANGED_BY);
	return true;
}

/* Seconds between two times; positive even if the clock was set back. */
static double
seconds_between(int64_t left_ms, int64_t right_ms)
{
	return fabs((double) left_ms - (double) right_ms) / 1000;
}

/* Seconds without a sample.  The start may have been stored with a wrong clock,
 * so the nearer of both times counts. */
double
dbc_sample_measure_silence(const dbc_sample_task *task, bool has_sample,
						   int64_t sample_ms, int64_t now_ms)
{
	double allowed = MISSED * task->watch.interval_seconds;
	double silent = seconds_between(now_ms, task->changed_ms);

	if (has_sample)
		silent = fmin(silent, seconds_between(now_ms, sample_ms));

	return task->enabled && silent > allowed ? silent : 0;
}

double
dbc_sample_measure_silence_now(dbc_host *host)
{
	dbc_sample sample = {.taken_ms = 0};
	dbc_sample_task task;
	bool has_sample;

	if (!dbc_sample_read_task(host, &task) || !task.enabled)
		return 0;
	has_sample = dbc_sample_read_last(host, &sample);
	return dbc_sample_measure_silence(&task, has_sample, sample.taken_ms,
									  dbc_now_ms());
}
