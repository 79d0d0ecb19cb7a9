/*
 * slow_log.c
 *	  Single slow executions: storing and listing them.
 */
#include "common/monitor/slow_log.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/options.h"
#include "common/core/sort.h"

/* The rate limit: executions per second, and at once. */
#define PER_SECOND 5
#define AT_ONCE	   100

/* How long, and how many, slow executions stay stored. */
#define KEEP_MS	  (14 * 24 * INT64_C(3600000))
#define MOST_KEPT 10000

#define DEFAULT_LIMIT 100

/* Columns of dbmonitor_slow_log() and of monitor/sql/slow_log.sql. */
enum
{
	COLUMN_STARTED_AT,
	COLUMN_DURATION,
	COLUMN_FINGERPRINT,
	COLUMN_QUERY,
	COLUMN_ROWS,
	COLUMN_USER,
	COLUMN_APPLICATION,
	COLUMN_FULL_SCAN_STEPS,
	COLUMN_SORTS,
	COLUMN_AUTOMATIC_INDEXES,
	COLUMN_PLAN,
	COLUMN_DROPPED,
	NCOLUMNS
};

bool
dbc_monitor_may_keep(dbc_monitor_slow_rate *rate, int64_t now_ms)
{
	int64_t more = (now_ms - rate->counted_ms) * PER_SECOND / 1000;

	/* the clock may have been set back */
	if (rate->counted_ms == 0 || now_ms < rate->counted_ms || more >= AT_ONCE)
		*rate = (dbc_monitor_slow_rate){now_ms, AT_ONCE};
	else
	{
		rate->left += more;
		rate->counted_ms += more * 1000 / PER_SECOND;
		if (rate->left > AT_ONCE)
			rate->left = AT_ONCE;
	}
	if (rate->left == 0)
		return false;
	rate->left--;
	return true;
}

/* A count as a value; null if it is negative. */
static dbc_value
count_value(int64_t count)
{
	return count < 0 ? dbc_null() : dbc_int(count);
}

/* For qsort(): by number. */
static int
compare_number(const void *left, const void *right)
{
	int64_t l = ((const dbc_monitor_execution *) left)->number;
	int64_t r = ((const dbc_monitor_execution *) right)->number;

	return (l > r) - (l < r);
}

/* The executions in memory after a number, ascending; without those the
 * retention would delete at once. */
static dbc_monitor_slow_log
read_after(dbc_host *host, const dbc_monitor_slow_log *all, int64_t number,
		   int64_t from_ms)
{
	dbc_monitor_slow_log later = *all;
	dbc_monitor_execution *list =
		dbc_alloc(host, ((size_t) all->count + 1) * sizeof(*list));

	later.count = 0;
	for (int i = 0; i < all->count; i++)
		if (all->list[i].number > number && all->list[i].started_ms >= from_ms)
			list[later.count++] = all->list[i];
	dbc_sort(list, (size_t) later.count, sizeof(*list), compare_number);
	later.list = list;
	return later;
}

/* The executions that are not stored yet; *number is set to that of the last
 * stored one. */
static dbc_monitor_slow_log
read_unstored(dbc_host *host, int64_t now_ms, int64_t *number)
{
	dbc_monitor_slow_log log = {.count = 0};

	*number = 0;
	DBC_CALL(host, monitor, read_slow)(host, &log);
	if (!log.source)
		return log;
	if (dbc_sample_has_tables(host))
		*number = dbc_get_int(
			host, dbc_query(host, "monitor/slow_last", dbc_text(log.source)), 0,
			0);
	return read_after(host, &log, *number, now_ms - KEEP_MS);
}

void
dbc_monitor_set_slow_limit(dbc_host *host, const dbc_setting_values *stored)
{
	DBC_CALL(host, monitor, limit_slow)
	(host, dbc_setting_real(host, stored, DBC_SETTING_slow_query_ms),
	 dbc_same(dbc_setting_text(host, stored, DBC_SETTING_slow_log_plans),
			  "true"));
}

void
dbc_monitor_store_slow(dbc_host *host, int64_t now_ms)
{
	int64_t number;
	dbc_monitor_slow_log log = read_unstored(host, now_ms, &number);

	for (int i = 0; i < log.count; i++)
	{
		const dbc_monitor_execution *one = &log.list[i];

		dbc_query(host, "monitor/slow_add", dbc_text(log.source),
				  dbc_int(one->number),
				  dbc_text(dbc_time_text(host, one->started_ms)),
				  dbc_real(one->duration_ms), dbc_text(one->fingerprint),
				  dbc_text(one->query), count_value(one->rows),
				  dbc_text(one->user_name), dbc_text(one->application),
				  count_value(one->full_scan_steps), count_value(one->sorts),
				  count_value(one->automatic_indexes), dbc_text(one->plan),
				  dbc_int(one->number - number - 1));
		number = one->number;
	}
}

void
dbc_monitor_prune_slow(dbc_host *host, int64_t now_ms)
{
	dbc_query(host, "monitor/slow_prune",
			  dbc_text(dbc_time_text(host, now_ms - KEEP_MS)),
			  dbc_int(MOST_KEPT));
}

void
dbc_monitor_put_slow(dbc_host *host, dbc_json_node *node)
{
	dbc_json_node *state = dbc_json_object(host);
	int64_t number;
	dbc_monitor_slow_log log = read_unstored(host, dbc_now_ms(), &number);
	int64_t kept = 0;
	int64_t dropped = 0;

	if (dbc_sample_has_tables(host))
	{
		const dbc_rows *rows = dbc_query(host, "monitor/slow_counts");

		kept = dbc_get_int(host, rows, 0, 0);
		dropped = dbc_get_int(host, rows, 0, 1);
	}
	DBC_PUT_BOOL(state, recording, !log.problem);
	DBC_PUT_INT(state, executions, kept + log.count);
	DBC_PUT_INT(state, dropped,
				dropped + (log.source ? log.last - number - log.count : 0));
	DBC_PUT_TEXT(state, problem, log.problem);
	DBC_PUT_TEXT(state, hint, log.hint);
	DBC_PUT(node, slow_log, state);
}

/* ---- dbmonitor_slow_log() ---- */

typedef struct listing
{
	const dbmonitor_slow_log_options *given;
	int64_t since_ms;
	int count;
	const dbc_value **rows;
} listing;

/* For qsort(): the latest first. */
static int
compare_start(const void *left, const void *right)
{
	const dbc_value *l = *(const dbc_value *const *) left;
	const dbc_value *r = *(const dbc_value *const *) right;
	int order = strcmp(r[COLUMN_STARTED_AT].text, l[COLUMN_STARTED_AT].text);

	return order ? order
				 : (r[COLUMN_DURATION].real > l[COLUMN_DURATION].real) -
					   (r[COLUMN_DURATION].real < l[COLUMN_DURATION].real);
}

/* The row of an execution in memory. */
static const dbc_value *
row_of(dbc_host *host, const dbc_monitor_execution *one, int64_t dropped)
{
	dbc_value *row = dbc_alloc(host, NCOLUMNS * sizeof(*row));

	row[COLUMN_STARTED_AT] = dbc_text(dbc_time_text(host, one->started_ms));
	row[COLUMN_DURATION] = dbc_real(one->duration_ms);
	row[COLUMN_FINGERPRINT] = dbc_text(one->fingerprint);
	row[COLUMN_QUERY] = dbc_text(one->query);
	row[COLUMN_ROWS] = count_value(one->rows);
	row[COLUMN_USER] = dbc_text(one->user_name);
	row[COLUMN_APPLICATION] = dbc_text(one->application);
	row[COLUMN_FULL_SCAN_STEPS] = count_value(one->full_scan_steps);
	row[COLUMN_SORTS] = count_value(one->sorts);
	row[COLUMN_AUTOMATIC_INDEXES] = count_value(one->automatic_indexes);
	row[COLUMN_PLAN] = dbc_text(one->plan);
	row[COLUMN_DROPPED] = dbc_int(dropped);
	return row;
}

/* Adds the executions in memory. */
static void
list_unstored(dbc_host *host, listing *l, const dbc_monitor_slow_log *log,
			  int64_t number)
{
	for (int i = 0; i < log->count; i++)
	{
		const dbc_monitor_execution *one = &log->list[i];

		if (one->started_ms >= l->since_ms &&
			one->duration_ms >= (double) l->given->min_ms.integer)
			l->rows[l->count++] = row_of(host, one, one->number - number - 1);
		number = one->number;
	}
}

/* dbmonitor_slow_log(options) */
DBC_RUN(dbmonitor_slow_log)
{
	const dbmonitor_slow_log_options *given =
		dbc_read_options(host, &args->options, dbmonitor_slow_log_options);
	int64_t limit = dbc_option_or(&given->limit, DEFAULT_LIMIT);
	listing l = {.given = given,
				 .since_ms = dbc_read_since(host, &given->since)};
	const dbc_rows *stored = NULL;
	int nstored = 0;
	int64_t number;
	dbc_monitor_slow_log log;

	/* the privilege to read the table is the privilege to read the log */
	if (dbc_sample_has_tables(host))
	{
		stored = dbc_query(host, "monitor/slow_log",
						   dbc_text(dbc_time_text(host, l.since_ms)),
						   dbc_int(given->min_ms.integer), dbc_int(limit));
		nstored = stored->nrows;
	}
	log = read_unstored(host, dbc_now_ms(), &number);
	if (log.problem && nstored == 0)
		dbc_fail(host, DBC_NOT_READY, log.problem, log.hint,
				 "slow executions are not recorded");
	l.rows = dbc_alloc(host, ((size_t) nstored + (size_t) log.count + 1) *
								 sizeof(*l.rows));
	list_unstored(host, &l, &log, number);
	for (int i = 0; i < nstored; i++)
		l.rows[l.count++] = dbc_get_row(host, stored, i, "trttITTIIITi");
	dbc_sort(l.rows, (size_t) l.count, sizeof(*l.rows), compare_start);
	for (int i = 0; i < l.count && i < limit; i++)
	{
		dbc_value row[NCOLUMNS];

		memcpy(row, l.rows[i], sizeof(row));
		if (!given->plan.integer)
			row[COLUMN_PLAN] = dbc_null();
		else if (host->rooms.monitor->plan_slow)
			row[COLUMN_PLAN] = dbc_text(
				host->rooms.monitor->plan_slow(host, row[COLUMN_QUERY].text));
		dbc_emit_array(host, row, NCOLUMNS);
	}
}
