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
extern void fake_exclude(dbc_host *host, dbc_exclusion what);

/* The calls about monitoring. */
extern dbc_monitor_host fake_monitor_host(bool is_sqlite);

#endif /* FAKE_MONITOR_H */
