/*
 * fix.h
 *	  Running the SQL that repairs the findings of health checks.
 */
#ifndef DBC_HEALTH_FIX_H
#define DBC_HEALTH_FIX_H

#include "common/core/json_write.h"
#include "common/core/settings.h"
#include "common/health/finding.h"

/* A call that repairs findings. */
typedef struct dbc_health_fixer
{
	dbc_host *host;
	const dbc_setting_values *stored;
	bool dry_run;
	dbc_health_risk risk; /* the worst that may be done */
	const char *step; /* of dbhealth_optimize(), shown in the result, or NULL */
	int fixed;
	int failed;
	int skipped;
	dbc_json_node *steps; /* results, as an array */
	const char **done;	  /* repairs that were tried, ended by NULL */
	int ndone;
	bool was_as_left; /* no drift when the call began */
	const char *run;  /* the statements that succeeded, or NULL */
	/* [PG] schemas at the start: findings have their names; or null */
	dbc_value schemas;
} dbc_health_fixer;

/* Starts a call.  Unless it is a dry run, locks out migrations until the call
 * ends, and requires the option confirm in production. harm describes what "the
 * call" does, detail why that matters. */
extern dbc_health_fixer dbc_health_start_fixer(dbc_host *host, bool dry_run,
											   dbc_health_risk risk,
											   const char *confirm);

/* Runs one check. */
extern dbc_findings *dbc_health_rerun_check(dbc_health_fixer *fixer,
											const char *check_id);

/* Adds a step without a statement; reason is why it has none. */
extern void dbc_health_add_step(dbc_health_fixer *fixer, const char *object,
								const char *state, const char *reason);

/* Repairs a finding in a separate transaction, or outside of any if the engine
 * requires that, unless there is a reason not to; adds the step.  A failure
 * does not prevent the next repair. */
extern void dbc_health_fix_finding(dbc_health_fixer *fixer,
								   const dbc_finding *finding);

/* Adds a step that says why a check leaves nothing to do. */
extern void dbc_health_add_idle_step(dbc_health_fixer *fixer,
									 const dbc_findings *findings);

/* Adds the statements for a migration file, which other databases need, if they
 * have changed a schema that was as migrations had left it; it then counts as
 * left by them. */
extern void dbc_health_put_migration(dbc_json_node *result,
									 const dbc_health_fixer *fixer);

/* Adds the members that all results have. */
extern void dbc_health_put_fix_result(dbc_json_node *result,
									  const dbc_health_fixer *fixer);

#endif /* DBC_HEALTH_FIX_H */
