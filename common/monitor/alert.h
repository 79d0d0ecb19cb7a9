/*
 * alert.h
 *	  Alerts: their conditions and states.
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

/* The state of a condition; between the two thresholds it is neither met nor
 * cleared. */
typedef enum dbc_monitor_presence
{
	DBC_CLEARED,
	DBC_BETWEEN,
	DBC_MET
} dbc_monitor_presence;

/* The state of a condition for one object. */
typedef struct dbc_monitor_observation
{
	dbc_monitor_alert_id alert;
	const char *object; /* "": the condition has no object */
	dbc_monitor_presence presence;
	dbc_health_severity severity;
	double value;
	double threshold;
	const char *message;
} dbc_monitor_observation;

/* The open alerts while a sample is processed. */
typedef struct dbc_monitor_alerts dbc_monitor_alerts;

/* Reads the open alerts.  The sample was taken at now_ms; the next one is due
 * one interval later. */
extern dbc_monitor_alerts *dbc_monitor_read_alerts(dbc_host *host,
												   int64_t now_ms,
												   double interval_seconds);

/* Updates the alert of an observation: it becomes pending, is raised, repeated
 * or cleared. */
extern void dbc_monitor_observe(dbc_monitor_alerts *alerts,
								const dbc_monitor_observation *found);

/* Clears the alerts of a condition that were not observed, if is_cleared()
 * returns true for the object. */
extern void dbc_monitor_clear_unobserved(
	dbc_monitor_alerts *alerts, dbc_monitor_alert_id alert,
	bool (*is_cleared)(const char *object, const void *arg), const void *arg);

extern bool dbc_monitor_is_alert_open(const dbc_monitor_alerts *alerts,
									  dbc_monitor_alert_id alert,
									  const char *object);

extern int dbc_monitor_count_raised(const dbc_monitor_alerts *alerts);

/* ---- conditions (monitor/alert_condition.c) ---- */

/* Observes the measurements of a sample and its predecessors. silent_seconds is
 * the time without samples before it. */
extern void dbc_monitor_observe_measures(dbc_monitor_alerts *alerts,
										 dbc_host *host,
										 const dbc_setting_values *stored,
										 const dbc_sample_task *task,
										 const dbc_sample_readings *now,
										 int64_t now_ms, double silent_seconds);

/* Observes the findings of health checks; suppressed ones raise no alert. */
extern void dbc_monitor_observe_findings(dbc_monitor_alerts *alerts,
										 dbc_host *host,
										 const dbc_setting_values *stored,
										 const dbc_findings *findings);

#endif /* DBC_MONITOR_ALERT_H */
