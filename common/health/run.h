/*
 * run.h
 *	  Running the health checks.
 */
#ifndef DBC_HEALTH_RUN_H
#define DBC_HEALTH_RUN_H

#include "common/core/settings.h"
#include "common/health/finding.h"

/* Runs the checks requested by options: null, or JSON with categories, checks
 * and level.  Each requested check returns at least one finding: a check that
 * cannot be run is unknown, never an error.  Fails for invalid options or
 * settings, and if no check is requested. */
extern dbc_findings *dbc_health_run_checks(dbc_host *host,
										   const dbc_setting_values *stored,
										   const dbc_value *options);

/* The sizes and row counts that the next two functions need; reads the whole
 * file on SQLite, null on PostgreSQL. */
extern dbc_value dbc_health_read_storage(dbc_host *host);

/* The rows of dbhealth_tables() and dbhealth_indexes(). */
extern const dbc_rows *dbc_health_read_table_sizes(dbc_host *host,
												   dbc_value storage);
extern const dbc_rows *dbc_health_read_indexes(dbc_host *host,
											   dbc_value storage);

/* The rows of dbhealth_connections(). */
extern const dbc_rows *dbc_health_read_connections(dbc_host *host);

#endif /* DBC_HEALTH_RUN_H */
