/*
 * alert.h
 *	  Alerts: what is observed, and what becomes of it.
 */
#ifndef DBC_MONITOR_ALERT_H
#define DBC_MONITOR_ALERT_H

#include "common/health/finding.h"
#include "common/health/history.h"
#include "common/sample/task.h"

#define DBC_ALERT(name, ...) DBC_A_##name,
typedef enum dbc_alert_id
{
#include "common/monitor/alerts.def"
	DBC_NALERTS
} dbc_alert_id;
#undef DBC_ALERT

/* A condition; see monitor/alerts.def. */
typedef struct dbc_alert
{
	const char *name;
	dbc_severity severity;
	int seconds;
	double leave;
	bool inhibited;
	const char *description;
} dbc_alert;

extern const dbc_alert dbc_alert_kinds[DBC_NALERTS];

/* How a condition is: between is neither met nor gone. */
typedef enum dbc_presence
{
	DBC_GONE,
	DBC_BETWEEN,
	DBC_MET
} dbc_presence;

/* What has been observed about one object. */
typedef struct dbc_observation
{
	dbc_alert_id alert;
	const char *object; /* "": there is but one */
	dbc_presence presence;
	dbc_severity severity;
	double value;
	double threshold;
	const char *message;
} dbc_observation;

/* Alerts that are open, while one sample is looked at. */
typedef struct dbc_alerts dbc_alerts;

/* Reads them.  The sample was taken at now_ms, the next one is due an interval
 * later. */
extern dbc_alerts *dbc_open_alerts(dbc_host *host, int64_t now_ms,
								   double interval_seconds);

/* Does what follows from an observation: an alert becomes pending, is raised,
 * seen again or cleared. */
extern void dbc_observe(dbc_alerts *alerts, const dbc_observation *seen);

/* Clears the alerts of a condition that have not been observed and about whose
 * object is_gone() can tell that. */
extern void dbc_clear_unseen(dbc_alerts *alerts, dbc_alert_id alert,
							 bool (*is_gone)(const char *object,
											 const void *arg),
							 const void *arg);

/* Whether an alert is pending or raised. */
extern bool dbc_is_open(const dbc_alerts *alerts, dbc_alert_id alert,
						const char *object);

/* Number of alerts that are raised now. */
extern int dbc_count_raised(const dbc_alerts *alerts);

/* ---- conditions (monitor/alert_condition.c) ---- */

/* Observes what a sample and those before it measured.  silent_seconds is how
 * long there was none before it. */
extern void dbc_observe_measures(dbc_alerts *alerts, dbc_host *host,
								 const dbc_stored *stored,
								 const dbc_monitor_task *task,
								 const dbc_readings *now, int64_t now_ms,
								 double silent_seconds);

/* Observes what health checks found; what is suppressed raises no alert. */
extern void dbc_observe_findings(dbc_alerts *alerts, dbc_host *host,
								 const dbc_stored *stored,
								 const dbc_findings *findings);

#endif /* DBC_MONITOR_ALERT_H */
