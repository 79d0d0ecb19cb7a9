/*
 * health_metrics.c
 *	  dbhealth_metrics(): score, checks, sizes and monitoring for Prometheus.
 *
 * What is unknown has no sample, so that nobody takes a gap for a zero.
 */
#include "functions.h"

#include <math.h>

#include "bookkeeping.h"
#include "clock.h"
#include "health_run.h"
#include "health_score.h"
#include "metrics.h"

/* A question of which the answer may be denied. */
typedef struct question
{
	const char *sql;
	const dbc_rows *rows;
} question;

/* A value as a number, NAN where there is none. */
static double
number_of(const dbc_value *value)
{
	if (value->kind == DBC_INT)
		return (double) value->integer;
	return value->kind == DBC_REAL ? value->real : NAN;
}

/* A measurement of the host, NAN where it is unknown. */
static double
fact_of(int64_t fact)
{
	return fact < 0 ? NAN : (double) fact;
}

/* ---- checks ---- */

/* Findings of a check by severity. */
static void
count_findings(const dbc_findings *findings, const dbc_check *check,
			   int *counts)
{
	int i;

	for (i = 0; i < DBC_NSEVERITIES; i++)
		counts[i] = 0;
	for (i = 0; i < findings->count; i++)
		if (findings->list[i].check == check)
			counts[findings->list[i].severity]++;
}

/* The status of a check as a number, NAN if nobody wanted to know it. */
static double
status_of(const int *counts)
{
	int severity;

	for (severity = DBC_CRITICAL; severity >= DBC_INFO; severity--)
		if (counts[severity])
			return severity;
	if (counts[DBC_UNKNOWN])
		return -1;
	return counts[DBC_OK] ? 0 : NAN;
}

/* The status of each check. */
static void
add_statuses(dbc_metrics *metrics, const dbc_findings *findings)
{
	int counts[DBC_NSEVERITIES];
	int i;

	for (i = 0; i < dbc_nchecks; i++)
	{
		count_findings(findings, &dbc_checks[i], counts);
		dbc_add_metric(metrics, DBC_METRIC_dbhealth_check_status,
					   status_of(counts), "check", dbc_checks[i].id, "category",
					   dbc_checks[i].category, NULL);
	}
}

/* The number of findings of each check that could be judged. */
static void
add_findings(dbc_metrics *metrics, const dbc_findings *findings)
{
	int counts[DBC_NSEVERITIES];
	int severity;
	int i;

	for (i = 0; i < dbc_nchecks; i++)
	{
		count_findings(findings, &dbc_checks[i], counts);
		if (!(status_of(counts) >= 0))
			continue;
		for (severity = DBC_INFO; severity <= DBC_CRITICAL; severity++)
			dbc_add_metric(metrics, DBC_METRIC_dbhealth_check_findings,
						   counts[severity], "check", dbc_checks[i].id,
						   "severity", dbc_severity_names[severity], NULL);
	}
}

/* Rows that a check of data has found; NAN unless all of it is known. */
static double
rows_found(const dbc_findings *findings, const char *check)
{
	double rows = NAN;
	int i;

	for (i = 0; i < findings->count; i++)
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

/* Rows that are not what they should be. */
static void
add_rows(dbc_metrics *metrics, const dbc_findings *findings)
{
	dbc_add_metric(metrics, DBC_METRIC_dbcheck_violations,
				   rows_found(findings, "constraint_violations"), "kind",
				   "constraint", NULL);
	dbc_add_metric(metrics, DBC_METRIC_dbcheck_violations,
				   rows_found(findings, "duplicate_keys"), "kind", "key", NULL);
	dbc_add_metric(metrics, DBC_METRIC_dbcheck_violations,
				   rows_found(findings, "data_rules_failed"), "kind", "rule",
				   NULL);
	dbc_add_metric(metrics, DBC_METRIC_dbcheck_orphaned_rows,
				   rows_found(findings, "orphaned_rows"), NULL);
}

/* ---- size ---- */

/* Sizes of the database and of what it is stored on. */
static void
add_sizes(dbc_metrics *metrics, dbc_host *host, const dbc_value *size)
{
	dbc_facts facts;
	double total;
	double free;

	host->facts(host, &facts);
	total = fact_of(facts.disk_total);
	free = fact_of(facts.disk_free);
	dbc_add_metric(metrics, DBC_METRIC_dbhealth_database_size_bytes,
				   number_of(size), NULL);
	dbc_add_metric(metrics, DBC_METRIC_dbhealth_storage_size_bytes, total,
				   NULL);
	dbc_add_metric(metrics, DBC_METRIC_dbhealth_storage_free_bytes, free, NULL);
	if (total > 0)
		dbc_add_metric(metrics, DBC_METRIC_dbhealth_storage_free_ratio,
					   free / total, NULL);
}

/* ---- monitoring ---- */

/* Asks the bookkeeping, if it has the tables of monitoring. */
static void
ask(dbc_host *host, void *arg)
{
	question *asked = arg;

	if (dbc_bookkeeping_version(host) >= 4)
		asked->rows = dbc_query(host, asked->sql, NULL, 0);
}

/* The answer to a question, without rows if there is none. */
static const dbc_rows *
answer(dbc_host *host, const char *sql)
{
	static const dbc_rows nothing;
	question asked = {sql, &nothing};
	dbc_error error;

	return dbc_guard(host, ask, &asked, DBC_KEEP, true, &error) ? asked.rows
																: &nothing;
}

/* Adds a family of which a question gives one sample per check. */
static void
add_runs(dbc_metrics *metrics, const dbc_rows *runs, dbc_metric metric, int col)
{
	int i;

	for (i = 0; i < runs->nrows; i++)
		dbc_add_metric(metrics, metric, number_of(dbc_cell(runs, i, col)),
					   "check", dbc_cell(runs, i, 0)->text, NULL);
}

/* Alerts, and when the monitor was last at work. */
static void
add_monitoring(dbc_metrics *metrics, dbc_host *host)
{
	const dbc_rows *alerts = answer(host, "monitor/metric_alerts");
	const dbc_rows *sample = answer(host, "monitor/metric_sample");
	int i;

	for (i = 0; i < alerts->nrows; i++)
		dbc_add_metric(metrics, DBC_METRIC_dbmonitor_alerts,
					   number_of(dbc_cell(alerts, i, 2)), "severity",
					   dbc_cell(alerts, i, 0)->text, "state",
					   dbc_cell(alerts, i, 1)->text, NULL);
	if (sample->nrows > 0)
		dbc_add_metric(metrics,
					   DBC_METRIC_dbmonitor_last_sample_timestamp_seconds,
					   number_of(dbc_cell(sample, 0, 0)), NULL);
}

/* ---- SQL function ---- */

/* dbhealth_metrics(options) */
void
dbc_run_dbhealth_metrics(dbc_host *host, const dbc_value *args)
{
	int64_t started = dbc_microseconds();
	dbc_findings *findings =
		dbc_run_checks(host, dbc_stored_settings(host), &args[0]);
	dbc_score score = dbc_score_findings(findings);
	const dbc_rows *ping = dbc_query(host, "health/ping", NULL, 0);
	const dbc_rows *runs = answer(host, "monitor/metric_runs");
	dbc_metrics metrics;
	dbc_value text;

	dbc_begin_metrics(&metrics, host, dbc_required_text(host, ping, 0, 1));
	dbc_add_metric(&metrics, DBC_METRIC_dbhealth_up, 1, NULL);
	dbc_add_metric(&metrics, DBC_METRIC_dbmonitor_info, 1, "version",
				   DBC_VERSION, "engine_version",
				   dbc_required_text(host, ping, 0, 0), "score_version",
				   dbc_format(host, "%d", DBC_SCORE_VERSION), NULL);
	dbc_add_metric(&metrics, DBC_METRIC_dbhealth_score, score.score, NULL);
	dbc_add_metric(&metrics, DBC_METRIC_dbhealth_coverage_ratio, score.coverage,
				   NULL);
	add_statuses(&metrics, findings);
	add_findings(&metrics, findings);
	add_runs(&metrics, runs, DBC_METRIC_dbhealth_check_duration_seconds, 1);
	add_runs(&metrics, runs,
			 DBC_METRIC_dbhealth_check_last_run_timestamp_seconds, 2);
	add_rows(&metrics, findings);
	add_sizes(&metrics, host, dbc_cell(ping, 0, 3));
	add_monitoring(&metrics, host);
	dbc_add_metric(&metrics, DBC_METRIC_dbmonitor_scrape_duration_seconds,
				   (double) (dbc_microseconds() - started) / 1e6, NULL);
	text = dbc_text(dbc_end_metrics(&metrics));
	dbc_emit(host, &text);
}
