/*
 * task.h
 *	  The stored options of dbmonitor_start().
 */
#ifndef DBC_SAMPLE_TASK_H
#define DBC_SAMPLE_TASK_H

#include "common/sample/host.h"

/* The range of the interval in seconds. */
#define DBC_LEAST_INTERVAL 0.1
#define DBC_MOST_INTERVAL  86400

/* The column of sample/sql/monitor.sql with the options. */
#define DBC_TASK_OPTIONS 2

typedef struct dbc_sample_task
{
	bool enabled;
	dbc_sample_watch_options watch;
	int64_t changed_ms;
	const char *changed_by;
} dbc_sample_task;

/* Monitoring options from JSON and an interval; fails for unknown options. */
extern dbc_sample_watch_options dbc_sample_read_watch(dbc_host *host,
													  const dbc_value *options,
													  double interval_seconds);

/* Reads the stored options; false if monitoring was never started or
 * stopped. */
extern bool dbc_sample_read_task(dbc_host *host, dbc_sample_task *task);

/* A stored interval, limited to the range of dbmonitor_start(). */
extern double dbc_sample_read_interval(dbc_host *host, const dbc_rows *rows,
									   int row, int col);

/* Seconds without a sample at a time, if monitoring is on and more than three
 * intervals have passed; otherwise 0.  A clock that was set back does not hide
 * missing samples. */
extern double dbc_sample_measure_silence(const dbc_sample_task *task,
										 bool has_sample, int64_t sample_ms,
										 int64_t now_ms);

/* The same now, by the stored samples. */
extern double dbc_sample_measure_silence_now(dbc_host *host);

#endif /* DBC_SAMPLE_TASK_H */
