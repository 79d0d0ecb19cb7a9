/*
 * html_trend.c
 *	  A chart of values over time.
 *
 * The points are reduced to about a hundred columns, so that the size of a page
 * does not depend on their number.
 */
#include "common/health/html_chart.h"

#include <math.h>
#include <stdlib.h>

#include "common/core/clock.h"
#include "common/core/sort.h"

#define COLUMNS 120

/* Points further apart than this many times the usual distance are not
 * connected. */
#define MOST_APART 3

/* The points of a column. */
typedef struct column
{
	double ms; /* mean of their times */
	double mean;
	double low;
	double high;
	int count;
	bool follows; /* the column before is connected with it */
} column;

/* ---- columns ---- */

/* For qsort(). */
static int
compare_numbers(const void *left, const void *right)
{
	double a = *(const double *) left;
	double b = *(const double *) right;

	return (a > b) - (a < b);
}

/* The time above which two points are not connected. */
static double
most_apart(dbc_host *host, const dbc_health_trend *trend)
{
	int count = trend->npoints - 1;
	double *apart = dbc_alloc(host, (size_t) count * sizeof(*apart));

	for (int i = 0; i < count; i++)
		apart[i] = trend->points[i + 1].ms - trend->points[i].ms;
	dbc_sort(apart, (size_t) count, sizeof(*apart), compare_numbers);
	return MOST_APART * apart[count / 2];
}

/* Adds a point to a column. */
static void
add_point(column *column, const dbc_health_point *point)
{
	if (column->count == 0)
		column->low = column->high = point->value;
	column->low = fmin(column->low, point->value);
	column->high = fmax(column->high, point->value);
	column->count++;
	column->ms += (point->ms - column->ms) / column->count;
	column->mean += (point->value - column->mean) / column->count;
}

/* Reduces the points to columns; returns the number of columns. */
static int
fill_columns(dbc_host *host, const dbc_health_trend *trend, column *columns)
{
	double width = (trend->frame.last_ms - trend->frame.first_ms) / COLUMNS;
	double apart = most_apart(host, trend);
	double place = -1;
	int count = 0;

	for (int i = 0; i < trend->npoints; i++)
	{
		const dbc_health_point *point = &trend->points[i];
		bool follows = i > 0 && point->ms - point[-1].ms <= apart;
		double at = floor((point->ms - trend->frame.first_ms) / width);

		if (at != place || !follows)
			columns[count++] = (column){.follows = follows};
		place = at;
		add_point(&columns[count - 1], point);
	}
	return count;
}

/* ---- drawing ---- */

/* Appends the range of the values of connected columns, from first to last. */
static void
append_band(dbc_health_page *page, const dbc_health_frame *frame,
			const column *columns, int first, int last)
{
	dbc_append(&page->text, "<polygon class=\"cone\" points=\"");
	for (int i = first; i <= last; i++)
		dbc_health_append_place(page, frame, columns[i].ms, columns[i].high);
	for (int i = last; i >= first; i--)
		dbc_health_append_place(page, frame, columns[i].ms, columns[i].low);
	dbc_append(&page->text, "\"/>");
}

/* Appends the lines between connected columns; a column alone is a dot. */
static void
append_lines(dbc_health_page *page, const dbc_health_frame *frame,
			 const column *columns, int count)
{
	int first = 0;

	for (int i = 1; i <= count; i++)
		if (i == count || !columns[i].follows)
		{
			append_band(page, frame, columns, first, i - 1);
			first = i;
		}
	dbc_append(&page->text, "<path class=\"past\" d=\"");
	for (int i = 0; i < count; i++)
	{
		bool alone =
			!columns[i].follows && (i + 1 == count || !columns[i + 1].follows);

		dbc_append(&page->text, columns[i].follows ? "L" : "M");
		dbc_health_append_place(page, frame, columns[i].ms, columns[i].mean);
		if (alone)
			dbc_append(&page->text, "h0");
	}
	dbc_append(&page->text, "\"/>");
}

/* The value of a column, with its range if it has one. */
static const char *
column_text(dbc_host *host, const dbc_health_trend *trend, const column *column)
{
	const dbc_health_axis *axis = &trend->frame.values;
	const char *low = dbc_health_value_text(host, axis, column->low);
	const char *high = dbc_health_value_text(host, axis, column->high);
	const char *mean = dbc_health_value_text(host, axis, column->mean);

	if (dbc_same(low, high))
		return dbc_format(host, "%s%s", mean, trend->unit);
	return dbc_format(host, "%s%s (%s to %s)", mean, trend->unit, low, high);
}

/* The time of a column. */
static const char *
time_text(dbc_host *host, const dbc_health_frame *frame, double ms)
{
	const char *iso = dbc_time_text(host, (int64_t) ms);
	bool seconds = frame->last_ms - frame->first_ms < 7200000;

	return dbc_format(host, "%s %s", dbc_copy(host, iso + 5, 5),
					  dbc_copy(host, iso + 11, seconds ? 8 : 5));
}

/* Appends what the pointer finds: an area for each column, half way to its
 * neighbours. */
static void
append_titles(dbc_health_page *page, const dbc_health_trend *trend,
			  const column *columns, int count)
{
	dbc_host *host = page->host;
	const dbc_health_frame *frame = &trend->frame;
	double half = (frame->last_ms - frame->first_ms) / COLUMNS / 2;

	dbc_append(&page->text, "<g class=\"titles\">");
	for (int i = 0; i < count; i++)
	{
		const column *column = &columns[i];
		double from = column->follows ? (column[-1].ms + column->ms) / 2
									  : column->ms - half;
		double to = i + 1 < count && column[1].follows
						? (column->ms + column[1].ms) / 2
						: column->ms + half;
		int left = dbc_health_column_of(frame, from);

		dbc_health_append_markup(
			&page->text,
			"<rect x=\"%d\" width=\"%d\"><title>%s: %s</title></rect>", left,
			dbc_health_column_of(frame, to) - left,
			time_text(host, frame, column->ms),
			column_text(host, trend, column));
	}
	dbc_append(&page->text, "</g>");
}

void
dbc_health_append_trend(dbc_health_page *page, const dbc_health_trend *trend)
{
	dbc_host *host = page->host;
	const dbc_health_frame *frame = &trend->frame;
	/* a gap within a column begins another one */
	column *columns =
		dbc_alloc(host, (size_t) trend->npoints * sizeof(*columns));
	int count = fill_columns(host, trend, columns);
	column whole = {0};
	const char *last;

	for (int i = 0; i < trend->npoints; i++)
		add_point(&whole, &trend->points[i]);
	last = dbc_health_value_text(host, &frame->values,
								 trend->points[trend->npoints - 1].value);
	dbc_health_append_markup(
		&page->text,
		"<figure class=\"trend\">\n<figcaption><strong>%s</strong> "
		"<span>%s</span> <span class=\"last\">last %s%s</span></figcaption>\n",
		trend->title, trend->period, last, trend->unit);
	dbc_health_open_chart(
		page, frame,
		dbc_format(host, "%s, %s: %s, last %s%s", trend->title, trend->period,
				   column_text(host, trend, &whole), last, trend->unit));
	if (trend->limit <= frame->values.high)
	{
		dbc_append(&page->text, "<polyline class=\"limit\" points=\"");
		dbc_health_append_place(page, frame, frame->first_ms, trend->limit);
		dbc_health_append_place(page, frame, frame->last_ms, trend->limit);
		dbc_append(&page->text, "\"/>");
	}
	append_lines(page, frame, columns, count);
	append_titles(page, trend, columns, count);
	dbc_health_close_chart(page);
	dbc_append(&page->text, "</figure>\n");
}
