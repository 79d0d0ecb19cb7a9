/*
 * history.c
 *	  Recent history from the stored samples, for checks and metrics.
 */
#include "common/health/history.h"

#include <math.h>

#include "common/core/clock.h"
#include "common/health/growth.h"
#include "common/sample/task.h"

#define HOUR_MS 3600000

/* Samples further apart are not compared. */
#define MOST_APART_MS (24 * INT64_C(3600000))

/* The least number of calls for a mean execution time. */
#define LEAST_CALLS 10

/* Adds the increase of a counter between two samples, unless it was reset. */
static void
add_growth(double *total, double from, double to)
{
	if (isnan(from) || isnan(to) || to < from)
		return;
	*total = (isnan(*total) ? 0 : *total) + (to - from);
}

/* Adds the increase of all counters between two samples, if they can be
 * compared. */
static void
add_pair(dbc_health_window *window, const dbc_sample *from,
		 const dbc_sample *to)
{
	int64_t apart = to->taken_ms - from->taken_ms;

	bool same = dbc_same(from->epoch, to->epoch);

	if (apart <= 0 || apart > MOST_APART_MS)
		return;
	if (same)
		window->seconds += (double) apart / 1000;
	for (int i = 0; i < DBC_NMEASURES; i++)
		if (dbc_sample_measures[i].is_counter &&
			(same || dbc_sample_measures[i].is_total))
			add_growth(&window->last.values[i], from->readings.values[i],
					   to->readings.values[i]);
}

dbc_health_window
dbc_health_read_window(dbc_host *host, int64_t since_ms, int per)
{
	dbc_sample_series samples = dbc_sample_read_stored(host, since_ms, per);
	dbc_health_window window = {.last = dbc_sample_no_readings()};

	for (int i = 1; i < samples.count; i++)
		add_pair(&window, &samples.list[i - 1], &samples.list[i]);
	for (int i = 0; i < DBC_NMEASURES && samples.count > 0; i++)
		if (!dbc_sample_measures[i].is_counter)
			window.last.values[i] =
				samples.list[samples.count - 1].readings.values[i];
	return window;
}

/* The number of statements with a high mean execution time; NAN if statements
 * are not recorded. */
static double
count_slow(dbc_host *host, double slow_ms)
{
	const char *missing;
	int nstats;
	const dbc_sample_statement_stats *stats =
		dbc_sample_read_statements(host, &nstats, &missing);
	int count = 0;

	if (!stats)
		return NAN;
	for (int i = 0; i < nstats; i++)
		count += stats[i].calls >= LEAST_CALLS &&
				 stats[i].total_ms / (double) stats[i].calls > slow_ms;
	return count;
}

/* Adds a number unless it is unknown. */
static void
put_known(dbc_json_node *node, const char *key, double number)
{
	dbc_value value = dbc_real(number);

	if (!isnan(number))
		dbc_json_put_value(node, key, &value);
}

const char *
dbc_health_read_history(dbc_host *host, const dbc_setting_values *stored)
{
	dbc_sample_task task;
	dbc_health_window window;
	dbc_health_growth growth;
	dbc_json_node *node;

	if (!dbc_sample_has_tables(host))
		return NULL;
	window =
		dbc_health_read_window(host, dbc_now_ms() - HOUR_MS, DBC_PER_MINUTE);
	growth = dbc_health_estimate_growth(host, stored, DBC_GROWTH_DAYS);
	node = dbc_sample_readings_json(host, &window.last);
	put_known(node, "seconds", window.seconds);
	(void) dbc_sample_read_task(host, &task);
	put_known(node, "monitored", task.enabled);
	put_known(node, "silent_seconds", dbc_sample_measure_silence_now(host));
	put_known(node, "bytes_per_day", growth.slope.likely);
	put_known(node, "days_until_full", growth.days_likely);
	/* [PG] the SQL of the check counts them */
	if (dbc_sample_is_in_process(host))
		put_known(
			node, "slow_statements",
			count_slow(host, dbc_setting_real(host, stored,
											  DBC_SETTING_slow_query_ms)));
	return dbc_json_text(node);
}
