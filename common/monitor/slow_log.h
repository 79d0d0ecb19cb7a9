/*
 * slow_log.h
 *	  Single executions slower than slow_query_ms.
 *
 * A host keeps the last ones of each database in memory of fixed size.  It
 * numbers all slow executions, and a rate limit decides which are kept, so a
 * gap in the numbers is the number of dropped ones.  A sample stores those
 * after the last stored number of the same source.
 */
#ifndef DBC_MONITOR_SLOW_LOG_H
#define DBC_MONITOR_SLOW_LOG_H

#include "common/core/json_write.h"
#include "common/core/options.h"
#include "common/core/settings.h"
#include "common/monitor/host.h"

/* ---- for hosts ---- */

/* The state of the rate limit; initially zero. */
typedef struct dbc_monitor_slow_rate
{
	int64_t counted_ms;
	int64_t left;
} dbc_monitor_slow_rate;

/* Whether a slow execution may be kept: 5 per second, and up to 100 at once. */
extern bool dbc_monitor_may_keep(dbc_monitor_slow_rate *rate, int64_t now_ms);

/* ---- for the sample and the status ---- */

/* Passes the settings to the host. */
extern void dbc_monitor_set_slow_limit(dbc_host *host,
									   const dbc_setting_values *stored);

/* Stores the executions that are not stored yet. */
extern void dbc_monitor_store_slow(dbc_host *host, int64_t now_ms);

/* Deletes stored executions that are too old or too many. */
extern void dbc_monitor_prune_slow(dbc_host *host, int64_t now_ms);

/* Adds the state of the log to the status of monitoring. */
extern void dbc_monitor_put_slow(dbc_host *host, dbc_json_node *node);

#endif /* DBC_MONITOR_SLOW_LOG_H */
