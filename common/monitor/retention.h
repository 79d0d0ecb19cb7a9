/*
 * retention.h
 *	  The data stored with a sample, and its retention.
 */
#ifndef DBC_MONITOR_RETENTION_H
#define DBC_MONITOR_RETENTION_H

#include "common/core/settings.h"
#include "common/health/finding.h"
#include "common/sample/sample.h"
#include "common/schedule/schedule.h"

/* Whether two times are in different periods of so many milliseconds. */
extern bool dbc_monitor_is_other_span(int64_t left_ms, int64_t right_ms,
									  int64_t span_ms);

/* Sets drop[i] for the samples to delete, of samples taken at times, in
 * ascending order: of each period the first one with a score stays, or else the
 * first one.  The age of a sample only counts time with monitoring, so
 * that a jump of the clock deletes nothing. */
extern void dbc_monitor_thin_samples(const int64_t *times, const bool *scored,
									 int ntimes, int64_t keep_days, bool *drop);

/* Stores the sizes of the largest tables, and on PostgreSQL the use of tables.
 */
extern void dbc_monitor_store_tables(dbc_host *host, const dbc_sample *sample);

/* Stores the statistics of statements since the last sample, and adds them to
 * the counters of the new one; before is NULL if this is the first sample. */
extern void dbc_monitor_store_statements(dbc_host *host, dbc_sample *sample,
										 const dbc_sample *before);

/* Stores what sessions wait for, or deletes what is older than that or too
 * much. */
extern void dbc_monitor_store_waits(dbc_host *host, int64_t now_ms);
extern void dbc_monitor_prune_waits(dbc_host *host, int64_t now_ms,
									int64_t keep_days);

/* Thins samples and deletes old data. */
extern void dbc_monitor_prune(dbc_host *host, const dbc_setting_values *stored,
							  int64_t now_ms);

/* ---- health checks ---- */

/* Whether those of level fast should run again, and whether those of level full
 * should: once a day, within an hour after the setting full_checks_at. */
extern bool dbc_monitor_checks_due(dbc_host *host, int64_t now_ms);
extern bool dbc_monitor_full_checks_due(dbc_host *host,
										const dbc_setting_values *stored,
										int64_t now_ms);

/* Whether the log of changes should be sealed; see audit_seal_minutes. */
extern bool dbc_monitor_seal_due(dbc_host *host,
								 const dbc_setting_values *stored,
								 int64_t now_ms);

/* The daily run that is due, or NULL. */
extern const dbc_schedule *dbc_monitor_find_due_schedule(dbc_host *host,
														 int64_t now_ms);

/* Stores the results of checks. */
extern void dbc_monitor_store_checks(dbc_host *host,
									 const dbc_findings *findings,
									 int64_t now_ms);

#endif /* DBC_MONITOR_RETENTION_H */
