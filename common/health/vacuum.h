/*
 * vacuum.h
 *	  Tables that are due for autovacuum.
 */
#ifndef DBC_HEALTH_VACUUM_H
#define DBC_HEALTH_VACUUM_H

#include "common/core/host.h"

/* [PG] Stores which tables are due, so that it is known since when. */
extern void dbc_health_store_vacuum_due(dbc_host *host, int64_t now_ms);

#endif /* DBC_HEALTH_VACUUM_H */
