/*
 * drift.h
 *	  The schema the last migration left, and how today's differs from it.
 */
#ifndef DBC_MIGRATE_DRIFT_H
#define DBC_MIGRATE_DRIFT_H

#include "common/migrate/schema_objects.h"

/* Stores today's schema, after the events of the migrations are logged. */
extern void dbc_migrate_take_snapshot(dbc_host *host);

/* How today's schema differs from the one that was kept; nothing if none was
 * after the last migration. */
extern dbc_migrate_differences dbc_migrate_find_drift(dbc_host *host);

#endif /* DBC_MIGRATE_DRIFT_H */
