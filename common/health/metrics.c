/*
 * metrics.c
 *	  dbhealth_metrics(): score, checks, sizes and monitoring for Prometheus.
 *
 * An unknown value has no sample, so that a gap is not read as zero.
 */
#include "common/core/functions.h"

#include <math.h>

#include "common/backup/overview.h"
#include "common/core/clock.h"
#include "common/core/recent.h"
#include "common/health/growth.h"
#include "common/health/metrics_text.h"
#include "common/health/run.h"
#include "common/health/score.h"
#include "common/sample/sample.h"

/* ---- checks ---- */

/* Counts the findings of a check by severity; suppressed ones count as OK. */
static void
count_findings(const dbc_findings *findings, const dbc_health_check *check,
			   int *counts)
{
	for (int i = 0; i < DBC_NSEVERITIES; i++)
		counts[i] = 0;
	for (int i = 0; i < findings->count; i++)
	{
		const dbc_finding *finding = &findings->list[i];

		if (finding->check == check)
			counts[finding->suppressed ? DBC_OK : finding->severity]++;
	}
}

/* The status of a check as a number; NAN if it was not run. */
static double
status_of(const int *counts)
{
	for (int severity = DBC_CRITICAL; severity >= DBC_INFO; severity--)
		if (counts[severity])
			return severity;
	if (counts[DBC_UNKNOWN])
		return -1;
	return counts[DBC_OK] ? 0 : NAN;
}

static void
add_statuses(dbc_health_metrics *metrics, const dbc_findings *findings)
{
	int counts[DBC_NSEVERITIES];

	for (int i = 0; i < dbc_health_nchecks; i++)
	{
		count_findings(findings, &dbc_health_checks[i], counts);
		dbc_health_add_metric(
			metrics, DBC_METRIC_dbhealth_check_status, status_of(counts),
			"check", dbc_health_checks[i].id, "category",
			dbc_health_categories[dbc_health_checks[i].category], NULL);
	}
}

/* The number of findings of each check with a result. */
static void
add_findings(dbc_health_metrics *metrics, const dbc_findings *findings)
{
	int counts[DBC_NSEVERITIES];

	for (int i = 0; i < dbc_health_nchecks; i++)
	{
		count_findings(findings, &dbc_health_checks[i], counts);
		if (!(status_of(counts) >= 0))
			continue;
		for (int severity = DBC_INFO; severity <= DBC_CRITICAL; severity++)
			dbc_health_add_metric(metrics, DBC_METRIC_dbhealth_check_findings,
								  counts[severity], "check",
								  dbc_health_checks[i].id, "severity",
								  dbc_health_severity_names[severity], NULL);
	}
}

/* The number of rows that a check found; NAN unless it is completely known. */
static double
rows_found(const dbc_findings *findings, const char *check)
{
	double rows = NAN;

	for (int i = 0; i < findings->count; i++)
	{
		const dbc_finding *finding = &findings->list[i];

		if (!dbc_same(finding->check->id, check))
			continue;
		if (finding->severity > DBC_CRITICAL)
			return NAN;
		rows = (isnan(rows) ? 0 : rows) +
			   (finding->severity == DBC_OK ? 0 : finding->value);
	}
	return rows;
}

/* The number of violating rows by kind. */
static void
add_rows(dbc_health_metrics *metrics, const dbc_findings *findings)
{
	dbc_health_add_metric(metrics, DBC_METRIC_dbcheck_violations,
						  rows_found(findings, "constraint_violations"), "kind",
						  "constraint", NULL);
	dbc_health_add_metric(metrics, DBC_METRIC_dbcheck_violations,
						  rows_found(findings, "duplicate_keys"), "kind", "key",
						  NULL);
	dbc_health_add_metric(metrics, DBC_METRIC_dbcheck_violations,
						  rows_found(findings, "data_rules_failed"), "kind",
						  "rule", NULL);
	dbc_health_add_metric(metrics, DBC_METRIC_dbcheck_orphaned_rows,
						  rows_found(findings, "orphaned_rows"), NULL);
}

/* Adds what is known of backups. */
static void
add_backups(dbc_health_metrics *metrics, const dbc_backup_overview *backups)
{
	const dbc_backup_newest *newest;
	const dbc_backup_result *result;

	if (!backups || !backups->configured || backups->problem)
		return;
	newest = &backups->newest;
	result = &newest->record.result;
	dbc_health_add_metric(metrics, DBC_METRIC_dbbackup_backups, newest->count,
						  NULL);
	dbc_health_add_metric(metrics, DBC_METRIC_dbbackup_damaged_backups,
						  backups->ndamaged, NULL);
	if (!newest->has_good)
		return;
	dbc_health_add_metric(metrics, DBC_METRIC_dbbackup_last_timestamp_seconds,
						  (double) newest->started_ms / 1000, NULL);
	dbc_health_add_metric(metrics, DBC_METRIC_dbbackup_last_verified,
						  result->level >= 0 && result->known && result->ok,
						  NULL);
}

/* ---- sizes ---- */

/* Adds the metric that corresponds to a measure. */
static void
add_measure(dbc_health_metrics *metrics, dbc_health_metric metric,
			const dbc_sample_readings *readings, dbc_sample_measure_id measure)
{
	dbc_health_add_metric(metrics, metric, readings->values[measure], NULL);
}

/* A ratio; NAN if a part is unknown or the whole is zero. */
static double
share_of(double part, double whole)
{
	return whole > 0 ? part / whole : NAN;
}

static void
take_readings(dbc_host *host, void *arg)
{
	dbc_sample_readings *readings = arg;

	*readings = dbc_sample_take_readings(host);
}

/* Adds measurements of the database now. */
static void
add_readings(dbc_health_metrics *metrics, dbc_host *host, double size)
{
	dbc_sample_readings now;
	const double *values = now.values;
	dbc_error error;

	if (!dbc_guard(host, take_readings, &now, DBC_KEEP, true, &error))
		now = dbc_sample_no_readings();
	dbc_health_add_metric(metrics, DBC_METRIC_dbhealth_database_size_bytes,
						  size, NULL);
	add_measure(metrics, DBC_METRIC_dbhealth_database_free_bytes, &now,
				DBC_M_free_bytes);
	add_measure(metrics, DBC_METRIC_dbhealth_wal_size_bytes, &now,
				DBC_M_wal_bytes);
	add_measure(metrics, DBC_METRIC_dbhealth_storage_size_bytes, &now,
				DBC_M_disk_total_bytes);
	add_measure(metrics, DBC_METRIC_dbhealth_storage_free_bytes, &now,
				DBC_M_disk_free_bytes);
	dbc_health_add_metric(
		metrics, DBC_METRIC_dbhealth_storage_free_ratio,
		share_of(values[DBC_M_disk_free_bytes], values[DBC_M_disk_total_bytes]),
		NULL);
	add_measure(metrics, DBC_METRIC_dbhealth_connections, &now,
				DBC_M_connections);
	add_measure(metrics, DBC_METRIC_dbhealth_connections_max, &now,
				DBC_M_connections_max);
	dbc_health_add_metric(
		metrics, DBC_METRIC_dbhealth_cache_hit_ratio,
		share_of(values[DBC_M_cache_hits],
				 values[DBC_M_cache_hits] + values[DBC_M_cache_misses]),
		NULL);
	add_measure(metrics, DBC_METRIC_dbhealth_xid_age_transactions, &now,
				DBC_M_xid_age);
	dbc_health_add_metric(metrics, DBC_METRIC_dbhealth_transactions_total,
						  values[DBC_M_commits], "outcome", "commit", NULL);
	dbc_health_add_metric(metrics, DBC_METRIC_dbhealth_transactions_total,
						  values[DBC_M_rollbacks], "outcome", "rollback", NULL);
	add_measure(metrics, DBC_METRIC_dbhealth_deadlocks_total, &now,
				DBC_M_deadlocks);
	add_measure(metrics, DBC_METRIC_dbhealth_temp_bytes_total, &now,
				DBC_M_temp_bytes);
}

/* ---- monitoring ---- */

/* The data stored by the monitor, as far as it can be read. */
typedef struct monitored
{
	const dbc_setting_values *stored;
	dbc_health_growth growth;
	bool sampled;
	dbc_sample last;
	const dbc_rows *runs;	/* of checks */
	const dbc_rows *alerts; /* number of alerts */
} monitored;

static void
read_samples(dbc_host *host, void *arg)
{
	monitored *found = arg;

	found->growth =
		dbc_health_estimate_growth(host, found->stored, DBC_GROWTH_DAYS);
	found->sampled = dbc_sample_read_last(host, &found->last);
}

static void
read_runs(dbc_host *host, void *arg)
{
	monitored *found = arg;

	if (dbc_sample_has_tables(host))
		found->runs = dbc_query(host, "health/metric_runs");
}

static void
read_alerts(dbc_host *host, void *arg)
{
	monitored *found = arg;

	if (dbc_sample_has_tables(host))
		found->alerts = dbc_query(host, "health/metric_alerts");
}

/* Reads the data stored by the monitor.  A read that is denied does not affect
 * the others. */
static monitored
read_monitored(dbc_host *host, const dbc_setting_values *stored)
{
	static void (*const readers[])(dbc_host *, void *) = {
		read_samples, read_runs, read_alerts};
	static const dbc_rows nothing;
	monitored found = {.stored = stored, .runs = &nothing, .alerts = &nothing};
	dbc_error error;

	found.growth.reason = "unknown";
	for (int i = 0; i < 3; i++)
		(void) dbc_guard(host, readers[i], &found, DBC_KEEP, true, &error);
	return found;
}

/* Types of a row of health/sql/metric_runs.sql for dbc_describe_mismatch(). */
#define RUN_SHAPE "trR"

/* Adds duration and time of the last run of each check; rows of a wrong type
 * are skipped. */
static void
add_runs(dbc_health_metrics *metrics, dbc_host *host, const dbc_rows *runs)
{
	for (int i = 0; i < runs->nrows; i++)
		if (!dbc_describe_mismatch(host, runs, i, RUN_SHAPE))
			dbc_health_add_metric(metrics,
								  DBC_METRIC_dbhealth_check_duration_seconds,
								  dbc_get_real(host, runs, i, 1), "check",
								  dbc_get_text(host, runs, i, 0), NULL);
	for (int i = 0; i < runs->nrows; i++)
		if (!dbc_describe_mismatch(host, runs, i, RUN_SHAPE))
			dbc_health_add_metric(
				metrics, DBC_METRIC_dbhealth_check_last_run_timestamp_seconds,
				dbc_get_real_or_nan(host, runs, i, 2), "check",
				dbc_get_text(host, runs, i, 0), NULL);
}

static void
add_growth(dbc_health_metrics *metrics, const dbc_health_growth *growth)
{
	if (growth->reason)
		return;
	dbc_health_add_metric(metrics,
						  DBC_METRIC_dbhealth_database_growth_bytes_per_day,
						  growth->slope.likely, NULL);
	dbc_health_add_metric(metrics,
						  DBC_METRIC_dbhealth_storage_remaining_seconds,
						  growth->days_likely * 86400, NULL);
}

/* Adds the statement counters of the last sample, which only increase. */
static void
add_statements(dbc_health_metrics *metrics, const monitored *found)
{
	const double *values = found->last.readings.values;

	if (!found->sampled)
		return;
	dbc_health_add_metric(metrics, DBC_METRIC_dbmonitor_queries_total,
						  values[DBC_M_statements], NULL);
	dbc_health_add_metric(metrics, DBC_METRIC_dbmonitor_query_seconds_total,
						  values[DBC_M_statement_ms] / 1000, NULL);
	dbc_health_add_metric(metrics, DBC_METRIC_dbmonitor_query_errors_total,
						  values[DBC_M_statement_errors], NULL);
}

static void
count_slow(dbc_host *host, void *arg)
{
	double *slow = arg;
	double limit = *slow;
	const char *missing;
	const dbc_sample_statement_stats *stats;
	int nstats;

	*slow = NAN;
	stats = dbc_sample_read_statements(host, &nstats, &missing);
	if (!stats)
		return;
	*slow = 0;
	for (int i = 0; i < nstats; i++)
		*slow += stats[i].calls > 0 &&
				 stats[i].total_ms / (double) stats[i].calls > limit;
}

/* Adds the number of statements slower than a setting. */
static void
add_slow(dbc_health_metrics *metrics, dbc_host *host,
		 const dbc_setting_values *stored)
{
	double slow = dbc_setting_real(host, stored, DBC_SETTING_slow_query_ms);
	dbc_error error;

	if (dbc_guard(host, count_slow, &slow, DBC_KEEP, true, &error))
		dbc_health_add_metric(metrics, DBC_METRIC_dbmonitor_slow_queries, slow,
							  NULL);
}

/* Adds the number of alerts, and when the monitor last ran. */
static void
add_monitoring(dbc_health_metrics *metrics, dbc_host *host,
			   const monitored *found)
{
	for (int i = 0; i < found->alerts->nrows; i++)
		dbc_health_add_metric(metrics, DBC_METRIC_dbmonitor_alerts,
							  dbc_get_real(host, found->alerts, i, 2),
							  "severity",
							  dbc_get_text(host, found->alerts, i, 0), "state",
							  dbc_get_text(host, found->alerts, i, 1), NULL);
	if (found->sampled)
		dbc_health_add_metric(
			metrics, DBC_METRIC_dbmonitor_last_sample_timestamp_seconds,
			(double) found->last.taken_ms / 1000, NULL);
}

/* The metrics. */
static dbc_value
make_metrics(dbc_host *host, const void *given)
{
	int64_t started = dbc_microseconds();
	const dbc_setting_values *stored = dbc_read_settings(host);
	dbc_findings *findings = dbc_health_run_checks(host, stored, given);
	dbc_health_score score = dbc_health_score_findings(findings);
	const dbc_rows *ping = dbc_query(host, "core/ping");
	monitored found = read_monitored(host, stored);
	dbc_health_metrics metrics;

	dbc_health_begin_metrics(&metrics, host, dbc_get_text(host, ping, 0, 1));
	dbc_health_add_metric(&metrics, DBC_METRIC_dbhealth_up, 1, NULL);
	dbc_health_add_metric(&metrics, DBC_METRIC_dbmonitor_info, 1, "version",
						  DBC_VERSION, "engine_version",
						  dbc_get_text(host, ping, 0, 0), "score_version",
						  dbc_format(host, "%d", DBC_SCORE_VERSION), NULL);
	dbc_health_add_metric(&metrics, DBC_METRIC_dbhealth_score, score.score,
						  NULL);
	dbc_health_add_metric(&metrics, DBC_METRIC_dbhealth_coverage_ratio,
						  score.coverage, NULL);
	add_statuses(&metrics, findings);
	add_findings(&metrics, findings);
	dbc_health_add_metric(&metrics, DBC_METRIC_dbhealth_suppressed_findings,
						  score.suppressed, NULL);
	add_runs(&metrics, host, found.runs);
	add_rows(&metrics, findings);
	add_backups(&metrics, findings->backups);
	add_readings(&metrics, host, dbc_get_real_or_nan(host, ping, 0, 3));
	add_growth(&metrics, &found.growth);
	add_statements(&metrics, &found);
	add_slow(&metrics, host, stored);
	add_monitoring(&metrics, host, &found);
	dbc_health_add_metric(&metrics,
						  DBC_METRIC_dbmonitor_scrape_duration_seconds,
						  (double) (dbc_microseconds() - started) / 1e6, NULL);
	return dbc_text(dbc_health_end_metrics(&metrics));
}

/* dbhealth_metrics(options) */
DBC_RUN(dbhealth_metrics)
{
	const dbhealth_metrics_options *given =
		dbc_read_options(host, &args->options, dbhealth_metrics_options);

	dbc_emit_recent(host, &args->options, &given->max_age_ms, make_metrics,
					given);
}
