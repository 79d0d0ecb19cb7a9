/*
 * growth.h
 *	  Growth of the database, and when it is full.
 */
#ifndef DBC_HEALTH_GROWTH_H
#define DBC_HEALTH_GROWTH_H

#include "common/core/json_write.h"
#include "common/core/settings.h"

/* The default number of days of samples. */
#define DBC_GROWTH_DAYS 30

/* The size at a point in time. */
typedef struct dbc_health_growth_point
{
	double day; /* strictly ascending */
	double bytes;
} dbc_health_growth_point;

/* The growth rate of a series, in bytes per day. */
typedef struct dbc_health_slope
{
	double low; /* bounds of the 90 percent confidence interval */
	double likely;
	double high;
} dbc_health_slope;

/* The slope of a series of at least two points: the median of the slopes of all
 * pairs (Theil and Sen), which a bulk load or a VACUUM FULL changes little,
 * with the confidence interval by Kendall's tau. */
extern dbc_health_slope
dbc_health_estimate_slope(dbc_host *host, const dbc_health_growth_point *points,
						  int npoints);

/* The growth of the database.  NAN means unknown, or never. */
typedef struct dbc_health_growth
{
	int samples;
	double span_days;
	double size_bytes; /* of the database now */
	double free_bytes; /* of these, free space that is reused first */
	dbc_health_slope slope;
	/* slope of the last third divided by the overall slope */
	double acceleration;
	double limit_bytes;		/* size at which the database is full */
	const char *limited_by; /* disk, max_page_count, storage_limit_bytes */
	double days_low;		/* until the limit is reached */
	double days_likely;
	double days_high;
	const char *reason; /* why there is no forecast, else NULL */
} dbc_health_growth;

extern dbc_health_growth
dbc_health_estimate_growth(dbc_host *host, const dbc_setting_values *stored,
						   int64_t days);

/* The result of dbhealth_growth(), with the fastest growing tables. */
extern dbc_json_node *dbc_health_growth_json(dbc_host *host,
											 const dbc_setting_values *stored,
											 int64_t days);

#endif /* DBC_HEALTH_GROWTH_H */
