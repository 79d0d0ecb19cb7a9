/*
 * run.h
 *	  Running the health checks.
 */
#ifndef DBC_HEALTH_RUN_H
#define DBC_HEALTH_RUN_H

#include "common/core/settings.h"
#include "common/health/finding.h"

/*
 * Runs the checks that options (null, or JSON with categories, checks and
 * level) ask for.  Every check asked for gives at least one finding: a check
 * that cannot be run is unknown, never a failure.  Fails for options that are
 * wrong or ask for no check at all, and for wrong settings.
 */
extern dbc_findings *dbc_health_run_checks(dbc_host *host,
										   const dbc_setting_values *stored,
										   const dbc_value *options);

/* The rows of dbhealth_tables(). */
extern const dbc_rows *dbc_health_read_table_sizes(dbc_host *host);

#endif /* DBC_HEALTH_RUN_H */
