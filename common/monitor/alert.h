/*
 * alert.h
 *	  Alerts: their conditions, and the states they go through.
 */
#ifndef DBC_MONITOR_ALERT_H
#define DBC_MONITOR_ALERT_H

#include "common/health/finding.h"
#include "common/health/history.h"
#include "common/sample/task.h"

#define DBC_ALERT(name, ...) DBC_A_##name,
typedef enum dbc_monitor_alert_id
{
#include "common/monitor/alerts.def"
	DBC_NALERTS
} dbc_monitor_alert_id;
#undef DBC_ALERT

/* A condition; see monitor/alerts.def. */
typedef struct dbc_monitor_alert_kind
{
	const char *name;
	dbc_health_severity severity;
	int seconds;
	double leave;
	bool inhibited;
	const char *description;
} dbc_monitor_alert_kind;

extern const dbc_monitor_alert_kind dbc_monitor_alert_kinds[DBC_NALERTS];

/* How a condition is: between is neither met nor gone. */
typedef enum dbc_monitor_presence
{
	DBC_CLEARED,
	DBC_BETWEEN,
	DBC_MET
} dbc_monitor_presence;

/* What has been observed about one object. */
typedef struct dbc_monitor_observation
{
	dbc_monitor_alert_id alert;
	const char *object; /* "": there is but one */
	dbc_monitor_presence presence;
	dbc_health_severity severity;
	double value;
	double threshold;
	const char *message;
} dbc_monitor_observation;

/* Alerts that are open, while one sample is looked at. */
typedef struct dbc_monitor_alerts dbc_monitor_alerts;

/* Reads them.  The sample was taken at now_ms, the next one is due an interval
 * later. */
extern dbc_monitor_alerts *dbc_monitor_read_alerts(dbc_host *host,
												   int64_t now_ms,
												   double interval_seconds);

/* Does what follows from an observation: an alert becomes pending, is raised,
 * seen again or cleared. */
extern void dbc_monitor_observe(dbc_monitor_alerts *alerts,
								const dbc_monitor_observation *seen);

/* Clears the alerts of a condition that have not been observed and about whose
 * object is_gone() can tell that. */
extern void dbc_monitor_clear_unobserved(
	dbc_monitor_alerts *alerts, dbc_monitor_alert_id alert,
	bool (*is_gone)(const char *object, const void *arg), const void *arg);

/* Whether an alert is pending or raised. */
extern bool dbc_monitor_is_alert_open(const dbc_monitor_alerts *alerts,
									  dbc_monitor_alert_id alert,
									  const char *object);

/* Number of alerts that are raised now. */
extern int dbc_monitor_count_raised(const dbc_monitor_alerts *alerts);

/* ---- conditions (monitor/alert_condition.c) ---- */

/* Observes what a sample and those before it measured.  silent_seconds is how
 * long there was none before it. */
extern void dbc_monitor_observe_measures(dbc_monitor_alerts *alerts,
										 dbc_host *host,
										 const dbc_setting_values *stored,
										 const dbc_sample_task *task,
										 const dbc_sample_readings *now,
										 int64_t now_ms, double silent_seconds);

/* Observes what health checks found; what is suppressed raises no alert. */
extern void dbc_monitor_observe_findings(dbc_monitor_alerts *alerts,
										 dbc_host *host,
										 const dbc_setting_values *stored,
										 const dbc_findings *findings);

#endif /* DBC_MONITOR_ALERT_H */
