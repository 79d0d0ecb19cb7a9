/*
 * history.h
 *	  Recent history from the stored samples, for checks and metrics.
 */
#ifndef DBC_HEALTH_HISTORY_H
#define DBC_HEALTH_HISTORY_H

#include "common/core/settings.h"
#include "common/sample/sample.h"

/* The samples of a period. */
typedef struct dbc_health_window
{
	double seconds; /* over which counters were compared */
	/* counters: increase; gauges: last value; NAN: unknown */
	dbc_sample_readings last;
} dbc_health_window;

/* The samples since a time.  Counters are not compared between samples of
 * different epochs, where a counter decreased, or where the clock was set
 * back. */
extern dbc_health_window dbc_health_read_window(dbc_host *host,
												int64_t since_ms, int per);

/*
 * A JSON object for the SQL of checks, with those of these numbers that are
 * known; NULL if dbcare's tables for samples do not exist:
 *
 *	  (name of a measure)	last value, or increase in the last hour
 *	  seconds				of that hour over which counters were compared
 *	  monitored				1 if samples should be taken
 *	  silent_seconds		time without a due sample, or 0; see sample/task.h
 *	  bytes_per_day, days_until_full
 *							expected values of health/growth.h
 *	  slow_statements		[SQLite] number with at least 10 calls and a mean
 *							time above slow_query_ms
 */
extern const char *dbc_health_read_history(dbc_host *host,
										   const dbc_setting_values *stored);

#endif /* DBC_HEALTH_HISTORY_H */
