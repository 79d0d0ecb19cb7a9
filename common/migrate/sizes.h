/*
 * sizes.h
 *	  Limits of migrations that run to be undone, on a database in use.
 */
#ifndef DBC_MIGRATE_SIZES_H
#define DBC_MIGRATE_SIZES_H

#include "common/migrate/run.h"

/* How long they wait for a lock by default: others wait behind them. */
#define DBC_MIGRATE_PROBE_MS 100

/* The size of the largest table that they use as a whole by default. */
#define DBC_MIGRATE_MAX_MB 100

/* Fails if a statement reads, changes or rewrites all of a larger table. */
extern void dbc_migrate_refuse_large(dbc_host *host,
									 const dbc_migrate_step *steps, int nsteps,
									 int64_t max_mb);

#endif /* DBC_MIGRATE_SIZES_H */
