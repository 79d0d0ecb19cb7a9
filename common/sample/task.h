/*
 * task.h
 *	  The stored options of dbmonitor_start().
 */
#ifndef DBC_SAMPLE_TASK_H
#define DBC_SAMPLE_TASK_H

#include "common/sample/host.h"

/* Seconds between samples. */
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

/* What to watch with, from options and an interval; fails for options that do
 * not exist. */
extern dbc_sample_watch_options dbc_sample_read_watch(dbc_host *host,
													  const dbc_value *options,
													  double interval_seconds);

/* Reads it; false where nobody ever started or stopped monitoring. */
extern bool dbc_sample_read_task(dbc_host *host, dbc_sample_task *task);

/* An interval that was stored: one that dbmonitor_start() would take. */
extern double dbc_sample_read_interval(dbc_host *host, const dbc_rows *rows,
									   int row, int col);

/*
 * Seconds for which no sample has been taken at a time although somebody should
 * have: 0 unless these are more than three intervals.  A clock that was put
 * back is no excuse.
 */
extern double dbc_sample_measure_silence(const dbc_sample_task *task,
										 bool has_sample, int64_t sample_ms,
										 int64_t now_ms);

/* The same now, by the stored samples, whichever process asks. */
extern double dbc_sample_measure_silence_now(dbc_host *host);

#endif /* DBC_SAMPLE_TASK_H */
