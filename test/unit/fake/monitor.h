/*
 * monitor.h
 *	  Monitoring that the fake host only pretends.
 */
#ifndef FAKE_MONITOR_H
#define FAKE_MONITOR_H

#include "test/unit/fake/host.h"

/* What seam calls ask of it; statements and state are those of the fake. */
extern const dbc_sample_statement_stats *
fake_statements(dbc_host *host, int *nseen, const char **missing);
extern void fake_watch(dbc_host *host, const dbc_sample_watch_options *task);
extern void fake_watched(dbc_host *host, dbc_monitor_watch_status *watched);
extern void fake_forget(dbc_host *host);
extern void fake_exclude(dbc_host *host, dbc_exclusion what);
extern void fake_notify(dbc_host *host, const char *payload);

#endif /* FAKE_MONITOR_H */
