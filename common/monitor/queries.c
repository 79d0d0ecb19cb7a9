/*
 * queries.c
 *	  Statement statistics, and resetting them.
 */
#include "common/core/functions.h"
#include "common/core/names.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/options.h"
#include "common/core/clock.h"
#include "common/core/settings.h"
#include "common/core/sort.h"
#include "common/health/history.h"
#include "common/monitor/errors.h"
#include "common/monitor/host.h"
#include "common/sample/sample.h"

#define DEFAULT_LIMIT 100
#define HOUR_MS		  3600000

/* The number of statements in dbmonitor_statistics(). */
#define SLOWEST 5

/* ---- sort orders ---- */

/* The mean execution time of a statement. */
static double
mean_ms(const dbc_sample_statement_stats *stats)
{
	return stats->calls > 0 ? stats->total_ms / (double) stats->calls : 0;
}

/* Compares numbers, the greatest first, then statements by fingerprint. */
static int
compare(double left, double right, const void *l, const void *r)
{
	if (left != right)
		return left < right ? 1 : -1;
	return strcmp(((const dbc_sample_statement_stats *) l)->fingerprint,
				  ((const dbc_sample_statement_stats *) r)->fingerprint);
}

#define ORDER(name, number)                                                  \
	static int by_##name(const void *l, const void *r)                       \
	{                                                                        \
		const dbc_sample_statement_stats *left = l;                          \
		const dbc_sample_statement_stats *right = r;                         \
                                                                             \
		return compare((double) number(left), (double) number(right), l, r); \
	}
#define TOTAL_MS(stats) ((stats)->total_ms)
#define MAX_MS(stats)	((stats)->max_ms)
#define CALLS(stats)	((stats)->calls)
#define ERRORS(stats)	((stats)->errors)
ORDER(total_ms, TOTAL_MS)
ORDER(mean_ms, mean_ms)
ORDER(max_ms, MAX_MS)
ORDER(calls, CALLS)
ORDER(errors, ERRORS)

/* In the order of the choices of dbmonitor_queries(). */
static int (*const orders[])(const void *, const void *) = {
	by_total_ms, by_mean_ms, by_max_ms, by_calls, by_errors};

/* ---- statements ---- */

/* The sorted statements; NULL with *missing if there are no statistics. */
static dbc_sample_statement_stats *
sorted_statements(dbc_host *host, int (*order)(const void *, const void *),
				  int *nstats, const char **missing)
{
	const dbc_sample_statement_stats *all =
		dbc_sample_read_statements(host, nstats, missing);
	dbc_sample_statement_stats *stats;

	if (!all)
		return NULL;
	stats = dbc_alloc(host, ((size_t) *nstats + 1) * sizeof(*stats));
	memcpy(stats, all, (size_t) *nstats * sizeof(*stats));
	dbc_sort(stats, (size_t) *nstats, sizeof(*stats), order);
	return stats;
}

/* The same; fails if there are no statistics. */
static dbc_sample_statement_stats *
require_statements(dbc_host *host, int (*order)(const void *, const void *),
				   int *nstats)
{
	const char *missing;
	dbc_sample_statement_stats *stats =
		sorted_statements(host, order, nstats, &missing);

	if (!stats)
		dbc_fail(host, DBC_NOT_READY, missing, NULL,
				 "statements are not counted");
	return stats;
}

/* A quantile from the sketch with three significant digits, which is its
 * precision, and not above the largest value. */
static double
shown_quantile(double quantile, double largest)
{
	double unit = pow(10, 2 - floor(log10(quantile)));

	return quantile > 0 ? fmin(round(quantile * unit) / unit, largest)
						: quantile;
}

static void
emit_statement(dbc_host *host, const dbc_sample_statement_stats *stats)
{
	dbc_emit(host, dbc_text(stats->fingerprint), dbc_text(stats->query),
			 dbc_int(stats->calls),
			 stats->errors < 0 ? dbc_null() : dbc_int(stats->errors),
			 dbc_real(stats->total_ms), dbc_real(mean_ms(stats)),
			 dbc_real(stats->max_ms),
			 isnan(stats->p95_ms)
				 ? dbc_null()
				 : dbc_real(shown_quantile(stats->p95_ms, stats->max_ms)),
			 stats->rows < 0 ? dbc_null() : dbc_int(stats->rows),
			 dbc_text(stats->last_at));
}

/* dbmonitor_queries(options) */
DBC_RUN(dbmonitor_queries)
{
	const dbmonitor_queries_options *given =
		dbc_read_options(host, &args->options, dbmonitor_queries_options);
	int64_t limit = dbc_option_or(&given->limit, DEFAULT_LIMIT);
	int nstats;
	const dbc_sample_statement_stats *stats =
		require_statements(host, orders[given->order_by.choice], &nstats);

	for (int i = 0; i < nstats && i < limit; i++)
		emit_statement(host, &stats[i]);
}

/* dbmonitor_slow_queries(options) */
DBC_RUN(dbmonitor_slow_queries)
{
	const dbmonitor_slow_queries_options *given =
		dbc_read_options(host, &args->options, dbmonitor_slow_queries_options);
	int64_t limit = dbc_option_or(&given->limit, DEFAULT_LIMIT);
	double slow = given->slow_query_ms.given
					  ? (double) given->slow_query_ms.integer
					  : dbc_setting_real(host, dbc_read_settings(host),
										 DBC_SETTING_slow_query_ms);
	int nstats;
	const dbc_sample_statement_stats *stats =
		require_statements(host, by_mean_ms, &nstats);

	for (int i = 0; i < nstats && i < limit && mean_ms(&stats[i]) > slow; i++)
		emit_statement(host, &stats[i]);
}

/* Adds a number, or null if it is unknown. */
static void
put_real(dbc_json_node *node, const char *key, double number)
{
	dbc_value value = dbc_real(number);

	dbc_json_put_value(node, key, &value);
}

static dbc_json_node *
slowest_node(dbc_host *host, const dbc_sample_statement_stats *stats,
			 int nstats)
{
	dbc_json_node *node = dbc_json_array(host);

	for (int i = 0; i < nstats && i < SLOWEST; i++)
	{
		dbc_json_node *one = dbc_json_object(host);

		DBC_PUT_TEXT(one, fingerprint, stats[i].fingerprint);
		DBC_PUT_TEXT(one, query, stats[i].query);
		DBC_PUT_INT(one, calls, stats[i].calls);
		put_real(one, "mean_ms", mean_ms(&stats[i]));
		put_real(one, "max_ms", stats[i].max_ms);
		dbc_json_push(node, one);
	}
	return node;
}

/* Adds failed statements by SQLSTATE, if the host counts them, and their share
 * of the last hour: statements and failures are counted since different times.
 * Returns whether it does. */
static bool
put_errors(dbc_host *host, dbc_json_node *node)
{
	int64_t errors;
	dbc_json_node *states = dbc_monitor_count_errors(host, &errors);
	dbc_health_window window;

	if (!states)
	{
		DBC_PUT_TEXT(node, errors_by_sqlstate, NULL);
		return false;
	}
	window =
		dbc_health_read_window(host, dbc_now_ms() - HOUR_MS, DBC_PER_MINUTE);
	DBC_PUT_INT(node, errors, errors);
	put_real(node, "error_rate",
			 window.last.values[DBC_M_statement_errors] /
				 window.last.values[DBC_M_statements]);
	DBC_PUT(node, errors_by_sqlstate, states);
	return true;
}

/* Adds the totals of all statements. */
static void
put_statements(dbc_host *host, dbc_json_node *node)
{
	const char *missing;
	int nstats = 0;
	const dbc_sample_statement_stats *stats =
		sorted_statements(host, by_mean_ms, &nstats, &missing);
	double calls = stats ? 0 : NAN;
	double errors = NAN;
	double total_ms = 0;

	for (int i = 0; stats && i < nstats; i++)
	{
		calls += (double) stats[i].calls;
		total_ms += stats[i].total_ms;
		if (stats[i].errors >= 0)
			errors = (isnan(errors) ? 0 : errors) + (double) stats[i].errors;
	}
	put_real(node, "queries", calls);
	put_real(node, "avg_query_time_ms", calls > 0 ? total_ms / calls : NAN);
	if (!put_errors(host, node))
	{
		put_real(node, "errors", errors);
		put_real(node, "error_rate", calls > 0 ? errors / calls : NAN);
	}
	DBC_PUT(node, slowest, slowest_node(host, stats, nstats));
	DBC_PUT_TEXT(node, note, stats ? NULL : missing);
}

/* dbmonitor_statistics() */
DBC_RUN(dbmonitor_statistics)
{
	dbc_json_node *node = dbc_json_object(host);
	dbc_sample_readings now = dbc_sample_take_readings(host);
	double hits = now.values[DBC_M_cache_hits];
	double pages = hits + now.values[DBC_M_cache_misses];

	put_statements(host, node);
	put_real(node, "cache_hit_ratio", pages > 0 ? hits / pages : NAN);
	put_real(node, "connections", now.values[DBC_M_connections]);
	put_real(node, "connections_max", now.values[DBC_M_connections_max]);
	dbc_json_emit(host, node);
}

/* ---- reset ---- */

/* What is deleted, in the order of the result; some has no key there. */
static const struct
{
	const char *key;
	const char *statement;
} resets[] = {
	{"samples", "monitor/reset_samples"},
	{NULL, "monitor/reset_table_samples"},
	{"statements", "monitor/reset_queries"},
	{NULL, "monitor/reset_query_seen"},
	{NULL, "monitor/reset_marks"},
	{NULL, "monitor/reset_check_runs"},
	{"alerts", "monitor/reset_alerts"},
	{"slow_log", "monitor/reset_slow_log"},
	/* [PG] */
	{NULL, "monitor/reset_waits"},
	{NULL, "monitor/reset_plans"},
	{NULL, "monitor/reset_vacuum_due"},
};

/* dbmonitor_reset(options) */
DBC_RUN(dbmonitor_reset)
{
	const dbmonitor_reset_options *given =
		dbc_read_options(host, &args->options, dbmonitor_reset_options);
	dbc_json_node *result = dbc_json_object(host);

	dbc_require_confirmation(
		host, dbc_read_settings(host), given->confirm.text,
		"deletes all monitoring data",
		"Deleted samples, statement statistics and alerts cannot be restored.");
	dbc_sample_need_tables(host);
	dbc_exclude(host, DBC_X_SAMPLES);
	for (size_t i = 0; i < sizeof(resets) / sizeof(resets[0]); i++)
	{
		const dbc_rows *deleted;

		if (!dbc_find_sql(host, resets[i].statement))
			continue;
		deleted = dbc_query(host, resets[i].statement);
		if (resets[i].key)
			dbc_json_put_int(result, resets[i].key, deleted->affected);
	}
	if (DBC_ROOM(host, monitor)->forget)
		host->rooms.monitor->forget(host);
	dbc_json_emit(host, result);
}
