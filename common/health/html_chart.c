/*
 * html_chart.c
 *	  The frame of a chart: round numbers, grid lines and the text of axes.
 */
#include "common/health/html_chart.h"

#include <math.h>

#include "common/core/clock.h"

/* Coordinates within a chart, whatever its size on the screen. */
#define SIDE 1000

/* The number of grid lines to aim at. */
#define GRID_LINES 4
#define TIME_LINES 6

#define DAY_MS 86400000.0

/* ---- axes ---- */

/* The least of 1, 2, 5, 10, 20, ... that is not below a number. */
static double
round_up(double number)
{
	double power = pow(10, floor(log10(number)));
	double digit = number / power;

	return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
}

dbc_health_axis
dbc_health_choose_axis(double low, double high, double least, bool bytes)
{
	dbc_health_axis axis = {.unit = 1, .bytes = bytes};

	while (bytes && high >= 1024 * axis.unit)
		axis.unit *= 1024;
	if (!bytes || low < 0.4 * high)
		low = fmin(low, 0);
	/* noise is not to fill the chart */
	axis.step = fmax(fmax(high - low, 0.02 * fabs(high)) / GRID_LINES, least);
	axis.step = axis.unit * round_up(axis.step / axis.unit);
	axis.low = axis.step * floor(low / axis.step);
	axis.high = axis.step * ceil(high / axis.step);
	if (axis.high <= axis.low)
		axis.high = axis.low + axis.step;
	return axis;
}

/* A value with so many digits after the point, in the unit of its axis. */
static const char *
number_text(dbc_host *host, const dbc_health_axis *axis, double value,
			int decimals)
{
	static const char *const units[] = {" bytes", " kB", " MB",
										" GB",	  " TB", " PB"};
	const char *digits;
	int unit = 0;

	for (double size = 1; size < axis->unit && unit < 5; size *= 1024)
		unit++;
	value /= axis->unit;
	digits = fabs(value) >= 1000
				 ? dbc_grouped_text(host, llround(value))
				 : dbc_health_decimals_text(host, value, decimals);
	return dbc_format(host, "%s%s", digits, axis->bytes ? units[unit] : "");
}

/* The digits after the point that tell two grid lines apart. */
static int
decimals_of(const dbc_health_axis *axis)
{
	return (int) fmax(0, ceil(-log10(axis->step / axis->unit) - 1e-9));
}

const char *
dbc_health_value_text(dbc_host *host, const dbc_health_axis *axis, double value)
{
	return number_text(host, axis, value, decimals_of(axis) + 1);
}

/* The time between two grid lines. */
static double
choose_time_step(double span_ms)
{
	static const double steps[] = {1,	  5,	 10,	30,	   60,	 120,
								   300,	  600,	 900,	1800,  3600, 7200,
								   10800, 14400, 21600, 43200, 86400};
	size_t i = 0;

	while (i < sizeof(steps) / sizeof(steps[0]) - 1 &&
		   span_ms / (steps[i] * 1000) > TIME_LINES)
		i++;
	return fmax(1000 * steps[i], DAY_MS * ceil(span_ms / DAY_MS / TIME_LINES) *
									 (span_ms > TIME_LINES * DAY_MS));
}

/* The time at a grid line: a date at midnight, or else a time of day. */
static const char *
tick_text(dbc_host *host, double ms, double step)
{
	const char *iso = dbc_time_text(host, (int64_t) ms);

	/* 2026-11-20T10:00:00.000Z */
	if ((int64_t) ms % (int64_t) DAY_MS == 0)
		return dbc_copy(host, iso + 5, 5);
	return dbc_copy(host, iso + 11, step < 60000 ? 8 : 5);
}

/* ---- the frame ---- */

/* Where a part of a whole is, as a percentage. */
static const char *
percent_text(dbc_host *host, double part, double whole)
{
	return dbc_health_decimals_text(host, 100 * part / whole, 2);
}

/* Appends the grid lines of values. */
static void
append_values(dbc_health_page *page, const dbc_health_axis *axis)
{
	dbc_host *host = page->host;
	int lines = (int) lround((axis->high - axis->low) / axis->step);

	for (int i = 0; i <= lines; i++)
	{
		const char *y = percent_text(host, lines - i, lines);

		dbc_health_append_markup(
			&page->text,
			"<line class=\"%s\" x2=\"100%%\" y1=\"%s%%\" y2=\"%s%%\"/>"
			"<text class=\"value\" x=\"-8\" y=\"%s%%\">%s</text>",
			i == 0 ? "base" : "grid", y, y, y,
			number_text(host, axis, axis->low + i * axis->step,
						decimals_of(axis)));
	}
}

/* Appends the text of times. */
static void
append_times(dbc_health_page *page, const dbc_health_frame *frame)
{
	dbc_host *host = page->host;
	double span = frame->last_ms - frame->first_ms;
	double step = choose_time_step(span);

	for (double ms = step * ceil(frame->first_ms / step); ms <= frame->last_ms;
		 ms += step)
	{
		const char *x = percent_text(host, ms - frame->first_ms, span);

		dbc_health_append_markup(
			&page->text,
			"<line class=\"grid\" x1=\"%s%%\" x2=\"%s%%\" y2=\"100%%\"/>", x,
			x);
		/* at the end it would be wider than the chart */
		if (ms < frame->last_ms - span / 20)
			dbc_health_append_markup(
				&page->text,
				"<text class=\"time\" x=\"%s%%\" y=\"100%%\">%s</text>", x,
				tick_text(host, ms, step));
	}
}

void
dbc_health_open_chart(dbc_health_page *page, const dbc_health_frame *frame,
					  const char *label)
{
	dbc_health_append_markup(
		&page->text, "<svg class=\"plot\" role=\"img\" aria-label=\"%s\">",
		label);
	append_values(page, &frame->values);
	append_times(page, frame);
	dbc_health_append_markup(
		&page->text,
		"<svg viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" "
		"aria-hidden=\"true\">",
		SIDE, SIDE);
}

void
dbc_health_close_chart(dbc_health_page *page)
{
	dbc_append(&page->text, "</svg></svg>\n");
}

int
dbc_health_column_of(const dbc_health_frame *frame, double ms)
{
	return (int) lround(SIDE * (ms - frame->first_ms) /
						(frame->last_ms - frame->first_ms));
}

void
dbc_health_append_place(dbc_health_page *page, const dbc_health_frame *frame,
						double ms, double value)
{
	const dbc_health_axis *axis = &frame->values;
	double height = (axis->high - value) / (axis->high - axis->low);

	dbc_health_append_markup(&page->text, "%d,%d ",
							 dbc_health_column_of(frame, ms),
							 (int) lround(SIDE * height));
}
