/*
 * waits.c
 *	  What statements wait for: a look at the sessions with every sample, and
 *	  dbmonitor_waits().
 */
#include "common/core/functions.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/clock.h"
#include "common/core/options.h"
#include "common/core/sort.h"
#include "common/core/sql_normal.h"
#include "common/core/text.h"
#include "common/monitor/retention.h"
#include "common/monitor/slow_log.h"

/* Statements with their events that are stored of a sample. */
#define MOST_KEPT 100

#define DEFAULT_LIMIT 1000

#define BUCKET_MS (5 * INT64_C(60000))
#define HOUR_MS	  INT64_C(3600000)
#define DAY_MS	  (24 * HOUR_MS)

/* Columns of monitor/sql/waits_now.sql. */
enum
{
	COLUMN_QUERY,
	COLUMN_TYPE,
	COLUMN_EVENT,
	COLUMN_SESSIONS
};

/* Sessions that run a statement and wait for an event. */
typedef struct wait_count
{
	const char *fingerprint; /* empty: the statement is not known */
	const char *query;		 /* normalised */
	const char *type;
	const char *event;
	int64_t sessions;
} wait_count;

/* For qsort(): by statement and event. */
static int
compare_wait(const void *left, const void *right)
{
	const wait_count *l = left;
	const wait_count *r = right;
	int order = strcmp(l->fingerprint, r->fingerprint);

	if (order == 0)
		order = strcmp(l->type, r->type);
	return order ? order : strcmp(l->event, r->event);
}

/* For qsort(): the most sessions first. */
static int
compare_sessions(const void *left, const void *right)
{
	int64_t l = ((const wait_count *) left)->sessions;
	int64_t r = ((const wait_count *) right)->sessions;

	return l == r ? compare_wait(left, right) : (r > l) - (r < l);
}

static wait_count
read_wait(dbc_host *host, const dbc_rows *rows, int row)
{
	const char *query = dbc_get_text_or_null(host, rows, row, COLUMN_QUERY);
	wait_count wait = {.fingerprint = "",
					   .type = dbc_get_text(host, rows, row, COLUMN_TYPE),
					   .event = dbc_get_text(host, rows, row, COLUMN_EVENT),
					   .sessions =
						   dbc_get_int(host, rows, row, COLUMN_SESSIONS)};
	dbc_normalised_sql normal;

	if (query)
	{
		dbc_normalise_sql(query, host->engine, &normal);
		wait.fingerprint =
			dbc_copy(host, normal.fingerprint, DBC_FINGERPRINT - 1);
		wait.query = dbc_copy(host, normal.text, normal.length);
	}
	return wait;
}

/* Adds up the sessions whose statements differ in values only; returns how many
 * are left. */
static int
merge_waits(wait_count *waits, int count)
{
	int kept = 0;

	dbc_sort(waits, (size_t) count, sizeof(*waits), compare_wait);
	for (int i = 0; i < count; i++)
		if (kept > 0 && compare_wait(&waits[kept - 1], &waits[i]) == 0)
			waits[kept - 1].sessions += waits[i].sessions;
		else
			waits[kept++] = waits[i];
	dbc_sort(waits, (size_t) kept, sizeof(*waits), compare_sessions);
	return kept < MOST_KEPT ? kept : MOST_KEPT;
}

/* A time as a parameter. */
static dbc_value
time_value(dbc_host *host, int64_t time_ms)
{
	return dbc_text(dbc_time_text(host, time_ms));
}

void
dbc_monitor_store_waits(dbc_host *host, int64_t now_ms)
{
	dbc_value bucket = time_value(host, now_ms - now_ms % BUCKET_MS);
	const dbc_rows *rows;
	wait_count *waits;
	int count;

	if (!dbc_find_sql(host, "monitor/waits_now"))
		return;
	rows = dbc_query(host, "monitor/waits_now");
	waits = dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*waits));
	for (int i = 0; i < rows->nrows; i++)
		waits[i] = read_wait(host, rows, i);
	count = merge_waits(waits, rows->nrows);
	for (int i = 0; i < count; i++)
	{
		dbc_value fingerprint = dbc_text(waits[i].fingerprint);

		if (waits[i].query)
			dbc_query(host, "monitor/query_add", fingerprint,
					  dbc_text(waits[i].query), time_value(host, now_ms));
		dbc_query(host, "monitor/wait_add", bucket, fingerprint,
				  dbc_text(waits[i].type), dbc_text(waits[i].event),
				  dbc_int(waits[i].sessions));
	}
}

void
dbc_monitor_prune_waits(dbc_host *host, int64_t now_ms, int64_t keep_days)
{
	int64_t day_ago = now_ms - DAY_MS;

	if (!dbc_find_sql(host, "monitor/waits_now"))
		return;
	dbc_query(host, "monitor/wait_roll",
			  time_value(host, day_ago - day_ago % HOUR_MS));
	dbc_query(host, "monitor/wait_prune",
			  time_value(host, now_ms - keep_days * DAY_MS),
			  time_value(host, now_ms - now_ms % BUCKET_MS));
}

/* ---- dbmonitor_waits() ---- */

/* dbmonitor_waits(options) */
DBC_RUN(dbmonitor_waits)
{
	const dbmonitor_waits_options *given =
		dbc_read_options(host, &args->options, dbmonitor_waits_options);
	int64_t since_ms = dbc_read_since(host, &given->since);
	const dbc_rows *rows;

	if (!dbc_sample_has_tables(host))
		return;
	rows = dbc_query(host, "monitor/waits", time_value(host, since_ms),
					 dbc_int(dbc_option_or(&given->limit, DEFAULT_LIMIT)));
	for (int i = 0; i < rows->nrows; i++)
		dbc_emit_row(host, rows, i);
}
