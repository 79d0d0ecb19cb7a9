/*
 * metrics_text.h
 *	  Writing metrics as text that is valid in both OpenMetrics and the older
 *	  Prometheus text format.
 *
 * The formats differ in the name that the TYPE line of a counter must have:
 * without _total in OpenMetrics, with it in Prometheus.  So counters have no
 * TYPE line and an unknown type in both; rate() and similar functions ignore
 * types.
 */
#ifndef DBC_HEALTH_METRICS_TEXT_H
#define DBC_HEALTH_METRICS_TEXT_H

#include "common/core/text.h"

#define DBC_METRIC(name, ...) DBC_METRIC_##name,
typedef enum dbc_health_metric
{
#include "common/health/metrics.def"
	DBC_NMETRICS
} dbc_health_metric;
#undef DBC_METRIC

typedef struct dbc_health_metrics
{
	dbc_buffer text;
	const char *labels;		/* of every sample, escaped */
	dbc_health_metric last; /* family of the last sample, or DBC_NMETRICS */
} dbc_health_metrics;

/* Starts the metrics of one database. */
extern void dbc_health_begin_metrics(dbc_health_metrics *metrics,
									 dbc_host *host, const char *database);

/* Adds a sample with further labels: pairs of name and value, ended by NULL. A
 * NAN is skipped.  Samples of a family must be consecutive, and families in the
 * order of health/metrics.def. */
extern void dbc_health_add_metric(dbc_health_metrics *metrics,
								  dbc_health_metric metric, double value, ...);

/* The metrics as text; the caller ends the last line. */
extern const char *dbc_health_end_metrics(dbc_health_metrics *metrics);

#endif /* DBC_HEALTH_METRICS_TEXT_H */
