/*
 * retention.c
 *	  Retention of samples, and of the data stored with them.
 */
#include "common/monitor/retention.h"

#include "common/core/clock.h"
#include "common/health/vacuum.h"
#include "common/monitor/plans.h"
#include "common/monitor/slow_log.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS	  (60 * MINUTE_MS)
#define DAY_MS	  (24 * HOUR_MS)

/* Longer gaps between two samples do not add to the age of earlier ones. */
#define MOST_GAP_MS (2 * DAY_MS)

/* Below this number, all samples of the last day are kept. */
#define MOST_RECENT 5000

/* The maximum number of samples. */
#define MOST_SAMPLES 20000

/* The number of days for which hourly statement statistics are kept. */
#define STATEMENT_DAYS 14

/* Whether two times are in different periods. */
bool
dbc_monitor_is_other_span(int64_t left_ms, int64_t right_ms, int64_t span_ms)
{
	return left_ms / span_ms != right_ms / span_ms;
}

/* The period of which one sample is kept, by the age of the samples; 0 keeps
 * all. */
static int64_t
span_of(int64_t age_ms, int newer)
{
	if (age_ms < DAY_MS && newer < MOST_RECENT)
		return 0;
	if (age_ms < 14 * DAY_MS)
		return 5 * MINUTE_MS;
	return age_ms < 90 * DAY_MS ? HOUR_MS : DAY_MS;
}

/* The time between two samples, without gaps in monitoring. */
static int64_t
gap_between(int64_t from_ms, int64_t to_ms)
{
	int64_t gap = to_ms - from_ms;

	if (gap < 0)
		return 0;
	return gap < MOST_GAP_MS ? gap : MOST_GAP_MS;
}

void
dbc_monitor_thin_samples(const int64_t *times, const bool *scored, int ntimes,
						 int64_t keep_days, bool *drop)
{
	int64_t age = 0;
	int kept = -1;
	int count = 0;

	for (int i = 0; i + 1 < ntimes; i++)
		age += gap_between(times[i], times[i + 1]);
	for (int i = 0; i < ntimes; i++)
	{
		int64_t span = span_of(age, ntimes - 1 - i);

		drop[i] = age > keep_days * DAY_MS ||
				  (span > 0 && kept >= 0 &&
				   !dbc_monitor_is_other_span(times[kept], times[i], span));
		if (drop[i] && age <= keep_days * DAY_MS && scored[i] && !scored[kept])
		{
			drop[kept] = true;
			drop[i] = false;
			kept = i;
		}
		else if (!drop[i])
		{
			kept = i;
			count++;
		}
		if (i + 1 < ntimes)
			age -= gap_between(times[i], times[i + 1]);
	}
	for (int i = 0; count > MOST_SAMPLES; i++)
		if (!drop[i])
		{
			drop[i] = true;
			count--;
		}
}

/* Deletes consecutive samples, and the table sizes stored with them. */
static void
drop_samples(dbc_host *host, const dbc_rows *rows, int first, int last)
{
	dbc_value from = dbc_get_value(host, rows, first, 0);
	dbc_value to = dbc_get_value(host, rows, last, 0);

	dbc_query(host, "monitor/sample_drop", from, to);
	dbc_query(host, "monitor/table_sample_drop", from, to);
}

static void
thin_samples(dbc_host *host, int64_t keep_days)
{
	const dbc_rows *rows = dbc_query(host, "monitor/sample_times");
	int64_t *times =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*times));
	bool *scored = dbc_alloc(host, (size_t) rows->nrows + 1);
	bool *drop = dbc_alloc(host, (size_t) rows->nrows + 1);
	int last;

	for (int i = 0; i < rows->nrows; i++)
	{
		times[i] = dbc_get_time(host, rows, i, 1);
		scored[i] = dbc_get_bool(host, rows, i, 2);
	}
	dbc_monitor_thin_samples(times, scored, rows->nrows, keep_days, drop);
	for (int i = 0; i < rows->nrows; i = last + 1)
	{
		last = i;
		if (!drop[i])
			continue;
		while (last + 1 < rows->nrows && drop[last + 1])
			last++;
		drop_samples(host, rows, i, last);
	}
}

/* A time so many days before another, as a parameter. */
static dbc_value
days_before(dbc_host *host, int64_t now_ms, int64_t days)
{
	return dbc_text(dbc_time_text(host, now_ms - days * DAY_MS));
}

/* Deletes old samples and old data. */
void
dbc_monitor_prune(dbc_host *host, const dbc_setting_values *stored,
				  int64_t now_ms)
{
	int64_t sample_days =
		dbc_setting_int(host, stored, DBC_SETTING_sample_keep_days);
	int64_t log_days = dbc_setting_int(host, stored, DBC_SETTING_log_keep_days);
	int64_t statement_days =
		sample_days < STATEMENT_DAYS ? sample_days : STATEMENT_DAYS;
	dbc_value source;

	thin_samples(host, sample_days);
	source = dbc_text(dbc_sample_read_origin(host).source);
	dbc_query(host, "monitor/mark_touch", source, days_before(host, now_ms, 0));
	dbc_query(host, "monitor/mark_prune", source, days_before(host, now_ms, 1));
	dbc_query(host, "monitor/query_thin",
			  days_before(host, now_ms - now_ms % HOUR_MS, 0));
	dbc_query(host, "monitor/query_prune",
			  days_before(host, now_ms, statement_days));
	dbc_monitor_prune_waits(host, now_ms, statement_days);
	dbc_monitor_prune_plans(host, now_ms, statement_days);
	dbc_health_store_vacuum_due(host, now_ms);
	dbc_query(host, "monitor/query_forget");
	dbc_monitor_prune_slow(host, now_ms);
	dbc_query(host, "monitor/alert_prune", days_before(host, now_ms, log_days));
}
