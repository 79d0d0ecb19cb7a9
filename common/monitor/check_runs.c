/*
 * check_runs.c
 *	  Running health checks while monitoring, and storing their results.
 */
#include "common/monitor/retention.h"

#include "common/core/clock.h"
#include "common/health/run.h"

/* The fast checks run once in each period of this length, with its first
 * sample: the one that stays when samples are thinned, so that the score stays.
 */
#define PAUSE_MS (5 * INT64_C(60000))

/* The order of severities, to find the worst one of a check. */
static const int rank[DBC_NSEVERITIES] = {
	[DBC_NOT_APPLICABLE] = 0, [DBC_OK] = 1,		 [DBC_INFO] = 2,
	[DBC_UNKNOWN] = 3,		  [DBC_WARNING] = 4, [DBC_CRITICAL] = 5};

/* Whether the fast checks should run again.  A last run in the future means
 * that the clock was set back. */
bool
dbc_monitor_checks_due(dbc_host *host, int64_t now_ms)
{
	const dbc_rows *rows = dbc_query(host, "monitor/check_runs");
	int64_t last = INT64_MIN;

	for (int i = 0; i < rows->nrows; i++)
	{
		int64_t run_ms = dbc_get_time(host, rows, i, 1);

		if (run_ms > last)
			last = run_ms;
	}
	return last == INT64_MIN || last > now_ms ||
		   dbc_monitor_is_other_span(last, now_ms, PAUSE_MS);
}

/* Stores the result of one check, whose findings start at first.  A skipped
 * check keeps its last result. */
static void
store_run(dbc_host *host, const dbc_findings *findings, int first,
		  const char *now)
{
	const dbc_health_check *check = findings->list[first].check;
	dbc_health_severity worst = DBC_NOT_APPLICABLE;
	int64_t found = 0;

	if (!(check->engines & host->engine))
		return;
	for (int i = first; i < findings->count && findings->list[i].check == check;
		 i++)
	{
		dbc_health_severity severity = findings->list[i].severity;

		if (severity == DBC_SKIPPED)
			return;
		found += severity >= DBC_INFO && severity <= DBC_CRITICAL;
		if (rank[severity] > rank[worst])
			worst = severity;
	}
	dbc_query(host, "monitor/check_run_store", dbc_text(check->id),
			  dbc_text(now),
			  dbc_real(findings->duration_ms[check - dbc_health_checks]),
			  dbc_text(dbc_health_severity_names[worst]), dbc_int(found));
}

dbc_findings *
dbc_monitor_run_checks(dbc_host *host, const dbc_setting_values *stored,
					   const dbc_value *options, int64_t now_ms)
{
	dbc_findings *findings = dbc_health_run_checks(host, stored, options);
	const char *now = dbc_time_text(host, now_ms);

	for (int i = 0; i < findings->count; i++)
		if (i == 0 || findings->list[i].check != findings->list[i - 1].check)
			store_run(host, findings, i, now);
	return findings;
}
