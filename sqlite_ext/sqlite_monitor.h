/*
 * sqlite_monitor.h
 *	  Monitoring: the calls of the seam, and what its files share.
 */
#ifndef DBC_SQLITE_MONITOR_H
#define DBC_SQLITE_MONITOR_H

#include "sqlite_ext.h"

#include "monitor.h"

extern const dbc_seen *dbcsl_statements(dbc_host *host, int *nseen,
										const char **missing);
extern void dbcsl_watch(dbc_host *host, const dbc_watch *task);
extern void dbcsl_watched(dbc_host *host, dbc_watched *watched);
extern void dbcsl_forget(dbc_host *host);
extern void dbcsl_notify(dbc_host *host, const char *payload);

#endif /* DBC_SQLITE_MONITOR_H */
