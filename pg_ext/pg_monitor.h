/*
 * pg_monitor.h
 *	  Monitoring: the calls of the seam, and what its files share.
 */
#ifndef DBC_PG_MONITOR_H
#define DBC_PG_MONITOR_H

#include "pg_ext.h"

#include "monitor.h"

extern const dbc_seen *dbcpg_statements(dbc_host *host, int *nseen,
										const char **missing);
extern void dbcpg_watch(dbc_host *host, const dbc_watch *task);
extern void dbcpg_watched(dbc_host *host, dbc_watched *watched);
extern void dbcpg_forget(dbc_host *host);
extern void dbcpg_notify(dbc_host *host, const char *payload);

#endif /* DBC_PG_MONITOR_H */
