/*
 * history.h
 *	  Recent history from the stored samples, for checks and metrics.
 */
#ifndef DBC_HEALTH_HISTORY_H
#define DBC_HEALTH_HISTORY_H

#include "common/core/settings.h"
#include "common/sample/sample.h"

/* Some time up to the last sample of it. */
typedef struct dbc_health_window
{
	double seconds;			  /* that counters were compared over */
	dbc_sample_readings last; /* counters: by how much they grew; gauges: what
							   * they are.  NAN where unknown */
} dbc_health_window;

/* The time since a moment.  Between samples of two epochs counters do not
 * compare, nor where one of them went down, nor while the clock was put. */
extern dbc_health_window dbc_health_read_window(dbc_host *host,
												int64_t since_ms, int per);

/*
 * A JSON object for the SQL of checks, of numbers where they are known; NULL
 * without bookkeeping for samples:
 *
 *	  (name of a measure)	its last value, or its growth in the last hour
 *	  seconds				of that hour that counters were compared over
 *	  monitored				1 if samples should be taken
 *	  silent_seconds		for which none was, or 0; see sample/task.h
 *	  bytes_per_day, days_until_full
 *							as health/growth.h thinks likely
 *	  slow_statements		[SQLite] with at least 10 calls and a mean time
 *							above avg_query_warning_ms
 */
extern const char *dbc_health_read_history(dbc_host *host,
										   const dbc_setting_values *stored);

#endif /* DBC_HEALTH_HISTORY_H */
