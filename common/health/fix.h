/*
 * fix.h
 *	  Running the SQL that repairs the findings of health checks.
 */
#ifndef DBC_HEALTH_FIX_H
#define DBC_HEALTH_FIX_H

#include "common/core/json_write.h"
#include "common/core/settings.h"
#include "common/health/finding.h"

/* One call that repairs. */
typedef struct dbc_health_fixer
{
	dbc_host *host;
	const dbc_setting_values *stored;
	bool dry_run;
	const char *path; /* statement that comes before each repair, or NULL */
	int fixed;
	int failed;
	int skipped;
	dbc_json_node *steps; /* what was done of each, as an array */
	const char **done;	  /* repairs that were tried, ended by NULL */
	int ndone;
} dbc_health_fixer;

/*
 * Gets ready; unless it is a dry run, keeps migrations out until the call ends,
 * and in production demands confirm.  harm says what "the call" does, detail
 * why that matters.
 */
extern dbc_health_fixer dbc_health_start_fixer(dbc_host *host,
											   const dbc_value *args,
											   bool dry_run,
											   const char *confirm);

/* What one check finds now. */
extern dbc_findings *dbc_health_rerun_check(dbc_health_fixer *fixer,
											const char *check_id);

/* Adds a step: object may be NULL, reason is why it is left out, or NULL. */
extern dbc_json_node *
dbc_health_add_fix_step(dbc_health_fixer *fixer, const char *object,
						const char *sql, const char *state, const char *reason);

/*
 * Repairs a finding in a transaction of its own, or outside of any where the
 * engine wants that, unless there is a reason not to; adds the step.  Whatever
 * comes of it, the next one can be tried.
 */
extern dbc_json_node *dbc_health_fix_finding(dbc_health_fixer *fixer,
											 const dbc_finding *finding);

/* Adds what all results have. */
extern void dbc_health_put_fix_result(dbc_json_node *result,
									  const dbc_health_fixer *fixer);

#endif /* DBC_HEALTH_FIX_H */
