/*
 * drift.h
 *	  The schema after the last migration, and how today's differs from it.
 */
#ifndef DBC_MIGRATE_DRIFT_H
#define DBC_MIGRATE_DRIFT_H

#include "common/migrate/schema_objects.h"

/* Stores today's schema; call it after the migrations are logged. */
extern void dbc_migrate_take_snapshot(dbc_host *host);

/* Whether the schema is known that the last migration left. */
extern bool dbc_migrate_has_snapshot(dbc_host *host);

/* Whether that is known, and today's schema is the same. */
extern bool dbc_migrate_is_as_left(dbc_host *host);

/* How today's schema differs from the stored one; empty if none was stored
 * after the last migration. */
extern dbc_migrate_differences dbc_migrate_find_drift(dbc_host *host);

#endif /* DBC_MIGRATE_DRIFT_H */
