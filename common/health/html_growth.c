/*
 * html_growth.c
 *	  The page of dbhealth_html(): growth of the database, as a chart and a
 *	  table.
 */
#include "common/health/html_chart.h"

#include <math.h>

#include "common/core/clock.h"
#include "common/health/growth.h"
#include "common/sample/sample.h"

#define DAY_MS 86400000.0

/* The days of the forecast in the chart. */
#define HORIZON 30

/* The chart, and the bytes it must show. */
typedef struct chart
{
	dbc_health_growth growth;
	dbc_health_growth_point *points;
	int npoints;
	double lowest;
	double highest;
	dbc_health_frame frame;
} chart;

/* A chart, and the settings for it. */
typedef struct growth_question
{
	chart *chart;
	const dbc_setting_values *stored;
} growth_question;

/* ---- data ---- */

/* Reads the samples and computes the forecast. */
static void
ask_growth(dbc_host *host, void *arg)
{
	growth_question *asked = arg;
	chart *chart = asked->chart;
	dbc_sample_series series = dbc_sample_read_stored(
		host, dbc_now_ms() - (int64_t) (DBC_GROWTH_DAYS * DAY_MS),
		DBC_PER_HOUR);

	chart->growth =
		dbc_health_estimate_growth(host, asked->stored, DBC_GROWTH_DAYS);
	chart->npoints = 0;
	chart->points =
		dbc_alloc(host, ((size_t) series.count + 1) * sizeof(*chart->points));
	for (int i = 0; i < series.count; i++)
	{
		const dbc_sample *sample = &series.list[i];
		double free_bytes = sample->readings.values[DBC_M_free_bytes];
		dbc_health_growth_point point = {
			(double) sample->taken_ms / DAY_MS,
			sample->readings.values[DBC_M_size_bytes] -
				(isnan(free_bytes) ? 0 : free_bytes)};

		if (!isnan(point.bytes) &&
			(chart->npoints == 0 ||
			 point.day > chart->points[chart->npoints - 1].day))
			chart->points[chart->npoints++] = point;
	}
}

/* The last point. */
static const dbc_health_growth_point *
now_of(const chart *chart)
{
	return &chart->points[chart->npoints - 1];
}

/* Extends the range of the chart to a number of bytes. */
static void
include(chart *chart, double bytes)
{
	chart->lowest = fmin(chart->lowest, bytes);
	chart->highest = fmax(chart->highest, bytes);
}

/* Chooses the axes of the chart. */
static void
choose_frame(chart *chart)
{
	const dbc_health_growth *growth = &chart->growth;
	const dbc_health_growth_point *now = now_of(chart);

	chart->lowest = chart->highest = now->bytes;
	for (int i = 0; i < chart->npoints; i++)
		include(chart, chart->points[i].bytes);
	if (!growth->reason)
		include(chart, now->bytes + HORIZON * growth->slope.high);
	/* a distant limit would compress the line of the size */
	if (growth->limit_bytes < chart->highest * 1.5)
		include(chart, growth->limit_bytes);
	chart->frame = (dbc_health_frame){
		DAY_MS * chart->points[0].day,
		DAY_MS * (now->day + (growth->reason ? 0 : HORIZON)),
		dbc_health_choose_axis(chart->lowest, chart->highest, 1, true)};
}

/* ---- drawing ---- */

/* Appends the coordinates of a point. */
static void
append_place(dbc_health_page *page, const chart *chart, double day,
			 double bytes)
{
	dbc_health_append_place(page, &chart->frame, DAY_MS * day, bytes);
}

/* Appends a line of the forecast. */
static void
append_ahead(dbc_health_page *page, const chart *chart, double slope)
{
	append_place(page, chart, now_of(chart)->day + HORIZON,
				 now_of(chart)->bytes + HORIZON * slope);
}

/* Appends the lines of the chart. */
static void
append_lines(dbc_health_page *page, const chart *chart)
{
	const dbc_health_growth *growth = &chart->growth;
	const dbc_health_growth_point *now = now_of(chart);

	if (!growth->reason)
	{
		dbc_append(&page->text, "<polygon class=\"cone\" points=\"");
		append_place(page, chart, now->day, now->bytes);
		append_ahead(page, chart, growth->slope.low);
		append_ahead(page, chart, growth->slope.high);
		dbc_append(&page->text, "\"/><polyline class=\"likely\" points=\"");
		append_place(page, chart, now->day, now->bytes);
		append_ahead(page, chart, growth->slope.likely);
		dbc_append(&page->text, "\"/>");
	}
	if (growth->limit_bytes <= chart->highest)
	{
		dbc_append(&page->text, "<polyline class=\"limit\" points=\"");
		dbc_health_append_place(page, &chart->frame, chart->frame.first_ms,
								growth->limit_bytes);
		dbc_health_append_place(page, &chart->frame, chart->frame.last_ms,
								growth->limit_bytes);
		dbc_append(&page->text, "\"/>");
	}
	dbc_append(&page->text, "<polyline class=\"past\" points=\"");
	for (int i = 0; i < chart->npoints; i++)
		append_place(page, chart, chart->points[i].day, chart->points[i].bytes);
	dbc_append(&page->text, "\"/>");
}

static void
append_legend(dbc_health_page *page, const char *class, const char *text)
{
	dbc_health_append_markup(
		&page->text,
		"<span><svg viewBox=\"0 0 20 6\" aria-hidden=\"true\">"
		"<path class=\"%s\" d=\"M0 3H20\"/></svg>%s</span>",
		class, text);
}

/* The date of a time. */
static const char *
date_of(dbc_host *host, double day)
{
	return dbc_copy(host, dbc_time_text(host, (int64_t) (day * DAY_MS)), 10);
}

/* Appends the chart. */
static void
append_chart(dbc_health_page *page, const chart *chart)
{
	dbc_host *host = page->host;
	const dbc_health_growth *growth = &chart->growth;

	dbc_append(&page->text, "<figure class=\"growth\">\n<figcaption>");
	append_legend(page, "past", "bytes in use");
	if (!growth->reason)
		append_legend(page, "likely", "forecast with its 90 % range");
	if (growth->limit_bytes <= chart->highest)
		append_legend(page, "limit",
					  dbc_format(host, "full at %s (%s)",
								 dbc_bytes_text(host, growth->limit_bytes),
								 growth->limited_by));
	dbc_append(&page->text, "</figcaption>\n");
	dbc_health_open_chart(
		page, &chart->frame,
		dbc_format(host, "Bytes in use: %s on %s, %s on %s",
				   dbc_bytes_text(host, chart->points[0].bytes),
				   date_of(host, chart->points[0].day),
				   dbc_bytes_text(host, now_of(chart)->bytes),
				   date_of(host, now_of(chart)->day)));
	append_lines(page, chart);
	dbc_health_close_chart(page);
	dbc_append(&page->text, "</figure>\n");
}

/* ---- table ---- */

static void
append_forecast(dbc_health_page *page, const char *name, const char *likely,
				const char *low, const char *high)
{
	dbc_health_append_markup(&page->text,
							 "<tr><th scope=\"row\">%s</th><td>%s</td>"
							 "<td class=\"range\">%s to %s</td></tr>\n",
							 name, likely, low, high);
}

/* The size after so many days at a slope. */
static const char *
bytes_after(dbc_health_page *page, const chart *chart, int days, double slope)
{
	return dbc_bytes_text(page->host, now_of(chart)->bytes + days * slope);
}

/* The days until the database is full, as text. */
static const char *
days_text(dbc_health_page *page, double days)
{
	return isnan(days)
			   ? "never"
			   : dbc_format(page->host, "%s days",
							dbc_grouped_text(page->host,
											 llround(fmin(days, 1000000))));
}

/* Appends the table of the forecast. */
static void
append_forecasts(dbc_health_page *page, const chart *chart)
{
	static const int days[] = {7, 30, 90};
	dbc_host *host = page->host;
	const dbc_health_growth *growth = &chart->growth;
	const dbc_health_slope *slope = &growth->slope;

	dbc_health_open_table(
		page, "forecast", "Forecast",
		"<th scope=\"col\">What</th><th scope=\"col\">Likely</th><th "
		"scope=\"col\">90 % range</th>");
	append_forecast(page, "Growth per day", dbc_bytes_text(host, slope->likely),
					dbc_bytes_text(host, slope->low),
					dbc_bytes_text(host, slope->high));
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++)
		append_forecast(page, dbc_format(host, "In use in %d days", days[i]),
						bytes_after(page, chart, days[i], slope->likely),
						bytes_after(page, chart, days[i], slope->low),
						bytes_after(page, chart, days[i], slope->high));
	if (growth->limited_by)
		append_forecast(page,
						dbc_format(host, "Full (%s) in", growth->limited_by),
						days_text(page, growth->days_likely),
						days_text(page, growth->days_low),
						days_text(page, growth->days_high));
	dbc_health_close_table(page);
}

/* Appends the section of growth. */
void
dbc_health_page_growth(dbc_health_page *page)
{
	chart chart;
	growth_question asked = {&chart, page->stored};

	dbc_health_open_section(page, "growth", "Growth");
	if (dbc_health_query_for_page(page, ask_growth, &asked))
	{
		if (chart.growth.reason)
			dbc_health_append_markup(&page->text, "<p>No forecast: %s.</p>\n",
									 chart.growth.reason);
		if (chart.npoints > 1)
		{
			choose_frame(&chart);
			append_chart(page, &chart);
			if (!chart.growth.reason)
				append_forecasts(page, &chart);
		}
	}
	dbc_health_close_section(page);
}
