/*
 * plans.h
 *	  Plans of statements, and those that became slower with another plan.
 */
#ifndef DBC_MONITOR_PLANS_H
#define DBC_MONITOR_PLANS_H

#include "common/monitor/alert.h"

/* A look at the statements that have run since the last one. */
typedef struct dbc_monitor_plans dbc_monitor_plans;

/* Plans statements that are new, or take much longer or shorter than before;
 * writes nothing.  NULL: the host plans none. */
extern dbc_monitor_plans *dbc_monitor_look_at_plans(dbc_host *host);

/* Stores what was found. */
extern void dbc_monitor_store_plans(dbc_host *host,
									const dbc_monitor_plans *plans,
									int64_t now_ms);

/* Observes the statements that became slower. */
extern void dbc_monitor_observe_plans(dbc_monitor_alerts *alerts,
									  dbc_host *host, int64_t now_ms);

/* Deletes the plans of statements that did not run for so many days. */
extern void dbc_monitor_prune_plans(dbc_host *host, int64_t now_ms,
									int64_t keep_days);

#endif /* DBC_MONITOR_PLANS_H */
