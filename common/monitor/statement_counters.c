/*
 * statement_counters.c
 *	  Statement statistics between two samples.
 *
 * PostgreSQL's counters are cumulative.  A mark stores the last value of each
 * counter; a counter below its mark was reset and counts in full.  On SQLite
 * the host returns only the counts not stored yet.
 */
#include "common/monitor/retention.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/clock.h"
#include "common/core/sort.h"
#include "common/monitor/errors.h"
#include "common/monitor/host.h"
#include "common/monitor/sketch.h"

#define HOUR_MS 3600000

/* The maximum number of statements with marks and hourly statistics. */
#define MOST_MARKED 5000
#define MOST_KEPT	100

/* Columns of monitor/sql/mark_read.sql. */
enum
{
	COLUMN_FINGERPRINT,
	COLUMN_CALLS,
	COLUMN_ERRORS,
	COLUMN_TOTAL_MS,
	COLUMN_ROWS
};

/* The statistics of one statement since the last sample. */
typedef struct statement_growth
{
	const dbc_sample_statement_stats *stats;
	int64_t calls;
	int64_t errors; /* -1: unknown */
	double total_ms;
	int64_t rows;
} statement_growth;

typedef struct gathering
{
	dbc_host *host;
	const dbc_sample *sample;
	const char *source;
	bool is_first; /* there are no marks yet */
	bool is_cut;   /* some statements have no mark */
	statement_growth *list;
	int count;
} gathering;

/* For qsort(): the highest total time first. */
static int
compare_cost(const void *left, const void *right)
{
	double l = ((const dbc_sample_statement_stats *) left)->total_ms;
	double r = ((const dbc_sample_statement_stats *) right)->total_ms;

	return (r > l) - (r < l);
}

/* For qsort(): by fingerprint. */
static int
compare_fingerprint(const void *left, const void *right)
{
	return strcmp(((const dbc_sample_statement_stats *) left)->fingerprint,
				  ((const dbc_sample_statement_stats *) right)->fingerprint);
}

/* For qsort(): the highest total time first. */
static int
compare_growth(const void *left, const void *right)
{
	double l = ((const statement_growth *) left)->total_ms;
	double r = ((const statement_growth *) right)->total_ms;

	return (r > l) - (r < l);
}

/* A number as a parameter; null if it is negative. */
static dbc_value
count_value(int64_t count)
{
	return count < 0 ? dbc_null() : dbc_int(count);
}

/* A column as a number; -1 if it is null. */
static int64_t
count_of(const dbc_value *value)
{
	return value->kind == DBC_NULL ? -1 : value->integer;
}

/* A real column, which SQLite may return as an integer. */
static double
number_of(const dbc_value *value)
{
	return value->kind == DBC_INT ? (double) value->integer : value->real;
}

/* The increase of a counter. */
static int64_t
grown(int64_t before, int64_t now)
{
	if (before < 0 || now < before)
		return now;
	return now - before;
}

/* Stores the counters of a statement as its mark. */
static void
store_mark(const gathering *g, const dbc_sample_statement_stats *stats)
{
	dbc_query(g->host, "monitor/mark_store", dbc_text(g->source),
			  dbc_text(stats->fingerprint), dbc_int(stats->calls),
			  count_value(stats->errors), dbc_real(stats->total_ms),
			  count_value(stats->rows),
			  dbc_text(dbc_time_text(g->host, g->sample->taken_ms)));
}

/* Computes the statistics of a statement since its mark; NULL: it has none. */
static void
compare_mark(gathering *g, const dbc_sample_statement_stats *stats,
			 const dbc_value *mark)
{
	statement_growth *growth = &g->list[g->count];
	bool anew = !mark || stats->calls < mark[COLUMN_CALLS].integer;

	if (!anew && stats->calls == mark[COLUMN_CALLS].integer &&
		stats->errors == count_of(&mark[COLUMN_ERRORS]))
		return;
	store_mark(g, stats);
	/* without a mark, the statement may not be new */
	if (g->is_first || (g->is_cut && !mark))
		return;
	*growth = (statement_growth){
		.stats = stats,
		.calls = anew ? stats->calls
					  : grown(mark[COLUMN_CALLS].integer, stats->calls),
		.errors = anew ? stats->errors
					   : grown(count_of(&mark[COLUMN_ERRORS]), stats->errors),
		.total_ms =
			anew ? stats->total_ms
				 : fmax(0, stats->total_ms - number_of(&mark[COLUMN_TOTAL_MS])),
		.rows = anew ? stats->rows
					 : grown(count_of(&mark[COLUMN_ROWS]), stats->rows)};
	g->count++;
}

/* Deletes the mark of a statement that the engine no longer has. */
static void
drop_mark(const gathering *g, const dbc_value *mark)
{
	dbc_query(g->host, "monitor/mark_drop", dbc_text(g->source),
			  mark[COLUMN_FINGERPRINT]);
}

/* For qsort(): by fingerprint. */
static int
compare_marks(const void *left, const void *right)
{
	return strcmp((*(const dbc_value *const *) left)->text,
				  (*(const dbc_value *const *) right)->text);
}

/* Compares all statements with all marks, both sorted by fingerprint. */
static void
compare_all(gathering *g, const dbc_sample_statement_stats *stats, int nstats)
{
	dbc_value source = dbc_text(g->source);
	const dbc_rows *rows = dbc_query(g->host, "monitor/mark_read", source);
	const dbc_value **marks =
		dbc_alloc(g->host, ((size_t) rows->nrows + 1) * sizeof(*marks));
	int m = 0;

	for (int i = 0; i < rows->nrows; i++)
		marks[i] = dbc_get_row(g->host, rows, i, "tiIrI");
	dbc_sort(marks, (size_t) rows->nrows, sizeof(*marks), compare_marks);
	g->is_first = !g->host->rooms.monitor->unstored && rows->nrows == 0;
	for (int i = 0; i < nstats; i++)
	{
		int order = 1;

		while (m < rows->nrows &&
			   (order = strcmp(marks[m]->text, stats[i].fingerprint)) < 0)
			drop_mark(g, marks[m++]);
		compare_mark(g, &stats[i],
					 m < rows->nrows && order == 0 ? marks[m++] : NULL);
	}
	while (m < rows->nrows)
		drop_mark(g, marks[m++]);
}

/* The histogram of an hour with the new counts added; NULL if there is none. */
static const char *
merge_sketch(dbc_host *host, const dbc_sample_statement_stats *stats,
			 const dbc_value *hour)
{
	const dbc_rows *rows;
	dbc_monitor_sketch sketch;

	if (!stats->sketch)
		return NULL;
	rows = dbc_query(host, "monitor/query_sketch", dbc_text(stats->fingerprint),
					 *hour);
	if (rows->nrows == 0 || !dbc_get_text_or_null(host, rows, 0, 0))
		return stats->sketch;
	dbc_monitor_sketch_read(dbc_format(host, "%s %s",
									   dbc_get_text_or_null(host, rows, 0, 0),
									   stats->sketch),
							&sketch);
	return dbc_monitor_sketch_text(host, &sketch);
}

/* Stores the statistics of a statement. */
static void
store_growth(const gathering *g, const statement_growth *growth)
{
	dbc_host *host = g->host;
	int64_t now_ms = g->sample->taken_ms;
	dbc_value now = dbc_text(dbc_time_text(host, now_ms));
	dbc_value fingerprint = dbc_text(growth->stats->fingerprint);
	dbc_value hour = dbc_text(dbc_time_text(host, now_ms - now_ms % HOUR_MS));

	dbc_query(host, "monitor/query_add", fingerprint,
			  dbc_text(growth->stats->query), now);
	dbc_query(host, "monitor/query_stats_add", fingerprint, hour,
			  dbc_int(growth->calls), count_value(growth->errors),
			  dbc_real(growth->total_ms), dbc_real(growth->stats->max_ms),
			  count_value(growth->rows), now,
			  dbc_text(merge_sketch(host, growth->stats, &hour)));
}

/* Adds the statistics of all statements to the counters of the last sample and
 * stores them in the new one. */
static void
add_up(const gathering *g, dbc_sample *sample, const dbc_sample *before)
{
	static const int counters[] = {DBC_M_statements, DBC_M_statement_errors,
								   DBC_M_statement_ms};
	double sums[] = {0, 0, 0};
	bool errors_known = false;

	for (int i = 0; i < g->count; i++)
	{
		sums[0] += (double) g->list[i].calls;
		sums[2] += g->list[i].total_ms;
		if (g->list[i].errors < 0)
			continue;
		sums[1] += (double) g->list[i].errors;
		errors_known = true;
	}
	for (int i = 0; i < 3; i++)
	{
		double from = before ? before->readings.values[counters[i]] : NAN;

		if (i != 1 || errors_known || !isnan(from))
			sample->readings.values[counters[i]] =
				(isnan(from) ? 0 : from) + sums[i];
	}
}

/* Reads the statistics that the host has not stored yet. */
static void
gather_unstored(gathering *g)
{
	int nstats;
	const dbc_sample_statement_stats *stats =
		g->host->rooms.monitor->unstored(g->host, &nstats);

	g->list = dbc_alloc(g->host, ((size_t) nstats + 1) * sizeof(*g->list));
	for (g->count = 0; g->count < nstats; g->count++, stats++)
		g->list[g->count] = (statement_growth){.stats = stats,
											   .calls = stats->calls,
											   .errors = stats->errors,
											   .total_ms = stats->total_ms,
											   .rows = stats->rows};
}

/* Computes the increase of all counters; no list if there are no statistics. */
static void
gather_growth(gathering *g)
{
	const char *missing;
	int nstats;
	const dbc_sample_statement_stats *all =
		dbc_sample_read_statements(g->host, &nstats, &missing);
	dbc_sample_statement_stats *stats;

	if (!all)
		return;
	stats = dbc_alloc(g->host, ((size_t) nstats + 1) * sizeof(*stats));
	memcpy(stats, all, (size_t) nstats * sizeof(*stats));
	dbc_sort(stats, (size_t) nstats, sizeof(*stats), compare_cost);
	g->is_cut = nstats > MOST_MARKED;
	if (g->is_cut)
		nstats = MOST_MARKED;
	dbc_sort(stats, (size_t) nstats, sizeof(*stats), compare_fingerprint);
	g->source = dbc_sample_read_origin(g->host).source;
	g->list = dbc_alloc(g->host, ((size_t) nstats + 1) * sizeof(*g->list));
	compare_all(g, stats, nstats);
	dbc_sort(g->list, (size_t) g->count, sizeof(*g->list), compare_growth);
}

/* Stores the number of failed statements, if the host counts them.  The engine
 * counts only successful ones, so they are added to all statements, too. */
static void
count_errors(dbc_host *host, dbc_sample *sample, const dbc_sample *before)
{
	double *values = sample->readings.values;
	double from =
		before ? before->readings.values[DBC_M_statement_errors] : NAN;
	int64_t count;
	double errors;

	if (!dbc_monitor_count_errors(host, &count))
		return;
	errors = (double) count;
	values[DBC_M_statement_errors] = errors;
	/* the first sample does not know since when they were counted */
	if (!isnan(from) && !isnan(values[DBC_M_statements]))
		values[DBC_M_statements] +=
			dbc_same(before->epoch, sample->epoch) && errors >= from
				? errors - from
				: errors;
}

void
dbc_monitor_store_statements(dbc_host *host, dbc_sample *sample,
							 const dbc_sample *before)
{
	gathering g = {.host = host, .sample = sample};

	if (host->rooms.monitor->unstored)
		gather_unstored(&g);
	else
		gather_growth(&g);
	for (int i = 0;
		 i < g.count && (host->rooms.monitor->unstored || i < MOST_KEPT); i++)
		store_growth(&g, &g.list[i]);
	if (g.list)
		add_up(&g, sample, before);
	count_errors(host, sample, before);
}
