/*
 * run.h
 *	  Running migrations, shared by dbmigrate_apply, _rollback and _deploy:
 *	  steps, what is recorded of them, and the MigrationResult.
 */
#ifndef DBC_MIGRATE_RUN_H
#define DBC_MIGRATE_RUN_H

#include "common/core/functions.h"
#include "common/core/settings.h"
#include "common/migrate/migrate.h"

/* One migration to run. */
typedef struct dbc_migrate_step
{
	dbc_migration *migration;
	dbc_migrate_prepared_script *script;
	const dbc_script *running; /* that one, or its verify_sql */
	dbc_value duration_ms;
	const char *finished_at;
} dbc_migrate_step;

/* One call that runs migrations. */
typedef struct dbc_migrate_runner
{
	dbc_host *host;
	dbc_ledger_log log;
	int64_t start; /* of the call, in microseconds */
	bool up;
	bool dry_run;
	bool verify; /* runs verify_sql after each step */
	bool backup; /* makes one before anything is changed */
	const char *backup_name;
	bool report; /* put failures into the result, do not raise */
	const char *app_version;
	const char *git_sha;
	const char *ticket;
	const char *role; /* role of the scripts, NULL: the caller's */
	dbc_migrations list;
	dbc_migrate_step *steps;
	int nsteps;
	int64_t position;		 /* of the last applied migration */
	int done;				 /* number of steps that succeeded */
	dbc_json_node *finished; /* their versions, as an array */
	dbc_error *error;		 /* of the step that failed, or NULL */
	bool undone;			 /* nothing of that step stays */
	bool no_kept;			 /* see dbc_migrate_kept_retry() */
} dbc_migrate_runner;

/* A runner for this call with its common options. */
extern dbc_migrate_runner
dbc_migrate_make_runner(dbc_host *host, const dbc_run_options *given, bool up);

/* Locks out other runners, then reads the migrations. */
extern void dbc_migrate_start_runner(dbc_migrate_runner *r,
									 const dbc_setting_values *stored);

/* Fails in production unless a rollback is confirmed. */
extern void dbc_migrate_confirm_rollback(dbc_host *host,
										 const dbc_setting_values *stored,
										 const char *confirm);

/* Reads the migrations, under the lock of dbc_migrate_start_runner(). */
extern void dbc_migrate_read_migrations(dbc_migrate_runner *r);

/* Sets the steps of a plan, each with its script. */
extern void dbc_migrate_take_steps(dbc_migrate_runner *r,
								   const dbc_migrate_plan *plan);

/* Fails in production if the lint finds errors in the steps
 * (migrate/lint_step.c).
 */
extern void dbc_migrate_refuse_dangerous(dbc_migrate_runner *r,
										 const dbc_setting_values *stored);

/* Runs the verify_sql of the next step if r->verify; for dbc_guard(). */
extern void dbc_migrate_verify_step(dbc_host *host, void *runner);

/* Adds a hint to the error of the next step: which call shows the rows that
 * violate a constraint, or that the step needs no transaction around it.  The
 * step must have been undone. */
extern void dbc_migrate_add_hint(dbc_migrate_runner *r, dbc_error *error);

/* Runs statements of the script of the next step: those that are not to be
 * skipped. */
extern void dbc_migrate_run_statements(dbc_migrate_runner *r, const bool *skip);

/* Runs the script of the next step and its verify_sql; for dbc_guard(). */
extern void dbc_migrate_run_step(dbc_host *host, void *runner);

/* Notes in the ledger that a migration is applied. */
extern void dbc_migrate_add_to_ledger(dbc_migrate_runner *r,
									  const dbc_migrate_step *step,
									  bool baseline);

/* Logs what happened to a step; error may be NULL. */
extern void dbc_migrate_log_step(dbc_migrate_runner *r, const char *event,
								 const dbc_migrate_step *step,
								 const char *error);

/* Records a step that succeeded. */
extern void dbc_migrate_record_step(dbc_migrate_runner *r,
									dbc_migrate_step *step);

/* Records r->error as the failure of the next step. */
extern void dbc_migrate_record_failure(dbc_migrate_runner *r);

/* Runs the steps and returns the MigrationResult; a dry run undoes them.
 * Forbidden steps are refused before any runs (migrate/apply.c). */
extern dbc_json_node *dbc_migrate_run_steps(dbc_migrate_runner *r);

/* Records a migration as applied without running it. */
extern void dbc_migrate_record_baseline(dbc_migrate_runner *r,
										dbc_migration *migration);

/* Stores the schema after the steps, to detect drift; false if no step ran. */
extern bool dbc_migrate_save_schema(dbc_migrate_runner *r);

/* The MigrationResult. */
extern dbc_json_node *dbc_migrate_make_result(dbc_migrate_runner *r);

#endif /* DBC_MIGRATE_RUN_H */
