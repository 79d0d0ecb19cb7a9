/*
 * run.h
 *	  Running the health checks.
 */
#ifndef DBC_HEALTH_RUN_H
#define DBC_HEALTH_RUN_H

#include "common/core/functions.h"
#include "common/core/settings.h"
#include "common/health/finding.h"

/* The options of a function that shows health, as those that it runs checks
 * with; name is FUNCTION_options. */
#define dbc_health_read(host, options, name) \
	((const dbc_health_options *) dbc_read_options(host, options, name))

/* Runs the checks that options request.  Each requested check returns at least one finding: a check that
 * cannot be run is unknown, never an error.  Fails for invalid settings,
 * and if no check is requested. */
extern dbc_findings *dbc_health_run_checks(dbc_host *host,
										   const dbc_setting_values *stored,
										   const dbc_health_options *given);

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
