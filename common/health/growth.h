/*
 * growth.h
 *	  Growth of the database, and when it is full.
 */
#ifndef DBC_HEALTH_GROWTH_H
#define DBC_HEALTH_GROWTH_H

#include "common/core/json_write.h"
#include "common/core/settings.h"

/* Days of samples that are looked at unless asked otherwise. */
#define DBC_GROWTH_DAYS 30

/* A growing size at a time. */
typedef struct dbc_health_growth_point
{
	double day; /* increases from point to point */
	double bytes;
} dbc_health_growth_point;

/* How fast a series grows, in bytes per day. */
typedef struct dbc_health_slope
{
	double low; /* that it is between the two is 90 percent sure */
	double likely;
	double high;
} dbc_health_slope;

/*
 * The slope of a series of at least two points: the median of the slopes of
 * all pairs (Theil and Sen), which a load or a VACUUM FULL does not move much,
 * and the slopes that Kendall's tau calls plausible.
 */
extern dbc_health_slope
dbc_health_estimate_slope(dbc_host *host, const dbc_health_growth_point *points,
						  int npoints);

/* NAN: unknown, or never. */
typedef struct dbc_health_growth
{
	int samples;
	double span_days;
	double size_bytes; /* of the database now */
	double free_bytes; /* of these, that will be used first */
	dbc_health_slope slope;
	double acceleration;	/* the last third's slope to that of all */
	double limit_bytes;		/* the size at which the database is full */
	const char *limited_by; /* disk, max_page_count, storage_limit_bytes */
	double days_low;		/* until then */
	double days_likely;
	double days_high;
	const char *reason; /* why there is no forecast, else NULL */
} dbc_health_growth;

extern dbc_health_growth
dbc_health_estimate_growth(dbc_host *host, const dbc_setting_values *stored,
						   int64_t days);

/* The same as the document of dbhealth_growth(), with the tables that grow
 * fastest. */
extern dbc_json_node *dbc_health_growth_json(dbc_host *host,
											 const dbc_setting_values *stored,
											 int64_t days);

#endif /* DBC_HEALTH_GROWTH_H */
