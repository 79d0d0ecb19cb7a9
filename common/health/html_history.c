/*
 * html_history.c
 *	  The page of dbhealth_html(): measurements over time, from the stored
 *	  samples.
 */
#include "common/health/html_chart.h"

#include <math.h>

#include "common/core/clock.h"
#include "common/sample/sample.h"

#define HOUR_MS INT64_C(3600000)
#define DAY_MS	(24 * HOUR_MS)

/* The last day, and the last 30 days. */
#define PERIODS 2

/* What is drawn: a gauge, or the increase of a counter per second. */
static const struct
{
	const char *title;
	const char *unit;
	dbc_sample_measure_id measure;
	bool bytes;
	double least; /* the least distance of two grid lines */
} kinds[] = {{"Size", "", DBC_M_size_bytes, true, 1},
			 {"Connections", "", DBC_M_connections, false, 1},
			 {"Queries per second", "", DBC_M_statements, false, 0.001},
			 {"Query time per second", " ms", DBC_M_statement_ms, false, 0.001},
			 {"Health score", "", DBC_M_score, false, 20}};

#define NKINDS (sizeof(kinds) / sizeof(kinds[0]))

/* The samples of the last day and of the last 30 days. */
typedef struct history
{
	int64_t now_ms;
	dbc_sample_series series[PERIODS];
} history;

static void
ask_history(dbc_host *host, void *arg)
{
	history *asked = arg;
	dbc_sample_series *day = &asked->series[0];

	asked->now_ms = dbc_now_ms();
	*day = dbc_sample_read_stored(host, asked->now_ms - DAY_MS, DBC_PER_MINUTE);
	/* monitoring has just begun */
	if (day->count > 0 && day->list[0].taken_ms > asked->now_ms - HOUR_MS)
		*day = dbc_sample_read_stored(host, asked->now_ms - HOUR_MS,
									  DBC_PER_SECOND);
	asked->series[1] =
		dbc_sample_read_stored(host, asked->now_ms - 30 * DAY_MS, DBC_PER_HOUR);
	if (asked->series[1].count > 0 &&
		asked->series[1].list[0].taken_ms >= asked->now_ms - DAY_MS)
		asked->series[1].count = 0;
}

/* The value of a measure at a sample: NAN if unknown. */
static double
value_of(const dbc_sample_series *series, int i, dbc_sample_measure_id measure)
{
	const dbc_sample *sample = &series->list[i];
	double value = sample->readings.values[measure];
	double increase;

	if (!dbc_sample_measures[measure].is_counter)
		return value;
	if (i == 0 || (!dbc_sample_measures[measure].is_total &&
				   !dbc_same(sample[-1].epoch, sample->epoch)))
		return NAN;
	increase = value - sample[-1].readings.values[measure];
	return increase >= 0 ? 1000 * increase /
							   (double) (sample->taken_ms - sample[-1].taken_ms)
						 : NAN;
}

/* Reads the points of a chart, in ascending order of time. */
static void
read_points(dbc_host *host, const dbc_sample_series *series,
			dbc_sample_measure_id measure, dbc_health_trend *trend)
{
	dbc_health_point *points =
		dbc_alloc(host, ((size_t) series->count + 1) * sizeof(*points));
	int count = 0;

	for (int i = 0; i < series->count; i++)
	{
		dbc_health_point point = {(double) series->list[i].taken_ms,
								  value_of(series, i, measure)};

		/* a clock may have been set back */
		if (isfinite(point.value) &&
			(count == 0 || point.ms > points[count - 1].ms))
			points[count++] = point;
	}
	trend->points = points;
	trend->npoints = count;
}

/* "30 days". */
static const char *
period_text(dbc_host *host, double span_ms)
{
	double minutes = fmax(1, span_ms / 60000);

	if (minutes < 120)
		return dbc_count_text(host, llround(minutes), "minute");
	if (minutes < 2880)
		return dbc_count_text(host, llround(minutes / 60), "hour");
	return dbc_count_text(host, llround(minutes / 1440), "day");
}

/* Chooses the axes of a chart. */
static void
choose_frame(dbc_host *host, dbc_health_trend *trend, const history *asked,
			 int period, size_t kind)
{
	double low = trend->points[0].value;
	double high = low;

	for (int i = 1; i < trend->npoints; i++)
	{
		low = fmin(low, trend->points[i].value);
		high = fmax(high, trend->points[i].value);
	}
	/* a distant limit would compress the line */
	if (trend->limit < 1.5 * high)
		high = fmax(high, trend->limit);
	if (kinds[kind].measure == DBC_M_score)
	{
		low = 0;
		high = 100;
	}
	trend->frame.values =
		dbc_health_choose_axis(low, high, kinds[kind].least, kinds[kind].bytes);
	trend->frame.first_ms = (double) asked->series[period].list[0].taken_ms;
	trend->frame.last_ms = (double) asked->now_ms;
	trend->period =
		period_text(host, trend->frame.last_ms - trend->frame.first_ms);
}

/* The limit of a measure at the last sample; NAN: none. */
static double
limit_of(const dbc_sample_series *series, dbc_sample_measure_id measure)
{
	if (measure != DBC_M_connections || series->count == 0)
		return NAN;
	return series->list[series->count - 1]
		.readings.values[DBC_M_connections_max];
}

/* Appends the charts of a measure; returns their number. */
static int
append_kind(dbc_health_page *page, const history *asked, size_t kind)
{
	int drawn = 0;

	for (int period = 0; period < PERIODS; period++)
	{
		const dbc_sample_series *series = &asked->series[period];
		dbc_health_trend trend = {.title = kinds[kind].title,
								  .unit = kinds[kind].unit,
								  .limit =
									  limit_of(series, kinds[kind].measure)};

		read_points(page->host, series, kinds[kind].measure, &trend);
		if (trend.npoints < 2)
			continue;
		choose_frame(page->host, &trend, asked, period, kind);
		dbc_health_append_trend(page, &trend);
		drawn++;
	}
	return drawn;
}

/* Appends the charts, and the names of those that have too few samples. */
static void
append_kinds(dbc_health_page *page, const history *asked)
{
	const char *missing = NULL;

	dbc_append(&page->text,
			   "<p class=\"hint\">Mean and range of the samples; times are "
			   "UTC. Lines end where no samples were taken.</p>\n"
			   "<div class=\"trends\">\n");
	for (size_t i = 0; i < NKINDS; i++)
		if (dbc_is_here(page->host,
						dbc_sample_measures[kinds[i].measure].engines) &&
			append_kind(page, asked, i) == 0)
			missing = missing ? dbc_format(page->host, "%s, %s", missing,
										   kinds[i].title)
							  : kinds[i].title;
	dbc_append(&page->text, "</div>\n");
	if (missing)
		dbc_health_append_markup(
			&page->text,
			"<p class=\"hint\">Without a chart, for lack of samples: %s.</p>\n",
			missing);
}

/* Appends the section of the stored samples. */
void
dbc_health_page_history(dbc_health_page *page)
{
	history asked;

	dbc_health_open_section(page, "history", "History");
	if (!dbc_health_query_for_page(page, ask_history, &asked))
		;
	else if (asked.series[0].count < 2 && asked.series[1].count < 2)
		dbc_append(&page->text,
				   "<p>There are too few samples for charts: "
				   "dbmonitor_start() starts monitoring, which takes a sample "
				   "every minute.</p>\n");
	else
		append_kinds(page, &asked);
	dbc_health_close_section(page);
}
