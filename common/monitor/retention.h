/*
 * retention.h
 *	  The data stored with a sample, and its retention.
 */
#ifndef DBC_MONITOR_RETENTION_H
#define DBC_MONITOR_RETENTION_H

#include "common/core/settings.h"
#include "common/health/finding.h"
#include "common/sample/sample.h"

/* Whether two times are not in the same span of so many milliseconds. */
extern bool dbc_monitor_is_other_span(int64_t left_ms, int64_t right_ms,
									  int64_t span_ms);

/*
 * How far samples may be thinned.  Sets drop[i] for those that go, of samples
 * taken at times, in their order.  What counts as a sample's age is the time
 * that was watched after it, so that a clock that jumps ages nothing.
 */
extern void dbc_monitor_thin_samples(const int64_t *times, int ntimes,
									 int64_t keep_days, bool *drop);

/* Stores how large the largest tables are. */
extern void dbc_monitor_store_table_sizes(dbc_host *host,
										  const dbc_sample *sample);

/* Stores what statements have done since the last sample, and adds it to its
 * counters; before is NULL if this is the first one. */
extern void dbc_monitor_store_statements(dbc_host *host, dbc_sample *sample,
										 const dbc_sample *before);

/* Thins samples and forgets what is too old. */
extern void dbc_monitor_prune(dbc_host *host, const dbc_setting_values *stored,
							  int64_t now_ms);

/* ---- health checks ---- */

/* Whether the fast checks should run again. */
extern bool dbc_monitor_checks_due(dbc_host *host, int64_t now_ms);

/* Runs checks as dbhealth_checks(options) does and keeps how they went. */
extern dbc_findings *dbc_monitor_run_checks(dbc_host *host,
											const dbc_setting_values *stored,
											const dbc_value *options,
											int64_t now_ms);

#endif /* DBC_MONITOR_RETENTION_H */
