/*
 * html_chart.h
 *	  Charts of the page of dbhealth_html(): a frame with axes, and values over
 *	  time in it.
 */
#ifndef DBC_HEALTH_HTML_CHART_H
#define DBC_HEALTH_HTML_CHART_H

#include "common/health/html_page.h"

/* An axis of values, from one round number to another. */
typedef struct dbc_health_axis
{
	double low;
	double high;
	double step; /* between two grid lines */
	double unit; /* 1, or the bytes of a unit: 1024, 1048576, ... */
	bool bytes;
} dbc_health_axis;

/* The axis for values between low and high; that of bytes begins at 0 only if
 * the low end is well below the high one.  least is the smallest step. */
extern dbc_health_axis dbc_health_choose_axis(double low, double high,
											  double least, bool bytes);

/* A value with the digits that its axis can show. */
extern const char *dbc_health_value_text(dbc_host *host,
										 const dbc_health_axis *axis,
										 double value);

/* The area of a chart. */
typedef struct dbc_health_frame
{
	double first_ms;
	double last_ms;
	dbc_health_axis values;
} dbc_health_frame;

/* Open and close a chart, with grid lines and the text of both axes.  What is
 * drawn in between has the coordinates of dbc_health_append_place(). */
extern void dbc_health_open_chart(dbc_health_page *page,
								  const dbc_health_frame *frame,
								  const char *label);
extern void dbc_health_close_chart(dbc_health_page *page);

/* Where a time is from left to right. */
extern int dbc_health_column_of(const dbc_health_frame *frame, double ms);

extern void dbc_health_append_place(dbc_health_page *page,
									const dbc_health_frame *frame, double ms,
									double value);

/* A value at a time. */
typedef struct dbc_health_point
{
	double ms;
	double value;
} dbc_health_point;

/* A chart of values over time. */
typedef struct dbc_health_trend
{
	const char *title;
	const char *unit;	/* after a value: "ms", "" */
	const char *period; /* "24 hours" */
	const dbc_health_point *points;
	int npoints;  /* at least 2 */
	double limit; /* drawn if it is near; NAN: none */
	dbc_health_frame frame;
} dbc_health_trend;

/* Appends the chart: the mean of the points in each of about a hundred
 * columns, with their range, and nothing where points are missing. */
extern void dbc_health_append_trend(dbc_health_page *page,
									const dbc_health_trend *trend);

#endif /* DBC_HEALTH_HTML_CHART_H */
