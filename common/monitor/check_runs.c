/*
 * check_runs.c
 *	  Running health checks while monitoring, and storing their results.
 */
#include "common/monitor/retention.h"

#include "common/retention/schedule.h"
#include "common/backup/schedule.h"

#include "common/core/clock.h"
#include "common/core/tables.h"
#include "common/health/run.h"

#define MINUTE_MS INT64_C(60000)
#define DAY_MS	  INT64_C(86400000)

/* The fast checks run once in each period of this length, with its first
 * sample: the one that stays when samples are thinned, so that the score stays.
 */
#define PAUSE_MS (5 * MINUTE_MS)

/* How long after full_checks_at the checks of level full may still begin; later
 * they wait for the next day. */
#define FULL_WINDOW_MS (60 * MINUTE_MS)

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

/* Whether a check is of level full. */
static bool
is_full(const char *id)
{
	for (int i = 0; i < dbc_health_nchecks; i++)
		if (dbc_same(dbc_health_checks[i].id, id))
			return dbc_health_checks[i].level == DBC_LEVEL_FULL;
	return false;
}

/* The last run of a check of level full; 0 if there was none. */
static int64_t
last_full_run(dbc_host *host)
{
	const dbc_rows *rows = dbc_query(host, "monitor/check_runs");
	int64_t last = 0;

	for (int i = 0; i < rows->nrows; i++)
	{
		int64_t run_ms = dbc_get_time(host, rows, i, 1);

		if (run_ms > last && is_full(dbc_get_text(host, rows, i, 0)))
			last = run_ms;
	}
	return last;
}

bool
dbc_monitor_full_checks_due(dbc_host *host, const dbc_setting_values *stored,
							int64_t now_ms)
{
	const char *at = dbc_setting_text(host, stored, DBC_SETTING_full_checks_at);
	int64_t passed;
	int minutes;

	if (!at || !dbc_parse_time_of_day(at, &minutes))
		return false;
	/* since that time of day */
	passed = (now_ms % DAY_MS - minutes * MINUTE_MS + DAY_MS) % DAY_MS;
	return passed < FULL_WINDOW_MS && last_full_run(host) < now_ms - passed;
}

bool
dbc_monitor_seal_due(dbc_host *host, const dbc_setting_values *stored,
					 int64_t now_ms)
{
	int64_t minutes =
		dbc_setting_int(host, stored, DBC_SETTING_audit_seal_minutes);

	if (minutes == 0 || !dbc_has_tables(host))
		return false;
	return dbc_get_bool(
		host,
		dbc_query(host, "monitor/seal_due",
				  dbc_text(dbc_time_text(host, now_ms - minutes * MINUTE_MS))),
		0, 0);
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

	if (!dbc_is_here(host, check->engines))
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

void
dbc_monitor_store_checks(dbc_host *host, const dbc_findings *findings,
						 int64_t now_ms)
{
	const char *now = dbc_time_text(host, now_ms);

	for (int i = 0; i < findings->count; i++)
		if (i == 0 || findings->list[i].check != findings->list[i - 1].check)
			store_run(host, findings, i, now);
}

const dbc_schedule *
dbc_monitor_find_due_schedule(dbc_host *host, int64_t now_ms)
{
	/* a backup before what deletes rows */
	static const dbc_schedule *const all[] = {&dbc_backup_schedule,
											  &dbc_retention_schedule};

	for (int i = 0; i < (int) (sizeof(all) / sizeof(all[0])); i++)
		if (dbc_schedule_is_due(host, all[i], now_ms))
			return all[i];
	return NULL;
}
