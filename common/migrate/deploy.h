/*
 * deploy.h
 *	  dbmigrate_deploy: its state, and steps outside a transaction.
 */
#ifndef DBC_MIGRATE_DEPLOY_H
#define DBC_MIGRATE_DEPLOY_H

#include "common/migrate/host.h"
#include "common/migrate/run.h"

/* The most steps that run at once. */
#define DBC_MIGRATE_MOST_PARALLEL 32

typedef struct dbc_migrate_deploy
{
	dbc_migrate_runner run;
	const dbc_setting_values *stored;
	const char *target;
	const dbmigrate_deploy_options *given;
	int64_t lock_retries;	/* of one migration */
	int64_t retries;		/* of all migrations */
	int parallel;			/* steps that may run at once */
	int alone;				/* number of next steps that must not */
	bool maybe_changed;		/* others may have written to the log since the last
							 * commit */
	bool stale;				/* the log has changed, so the step was not run */
	bool changed;			/* the log changed while a script ran outside */
	bool remains;			/* something of the step that failed is committed */
	dbc_json_node *planned; /* versions, as an array */
} dbc_migrate_deploy;

/* Commits. */
extern void dbc_migrate_commit_deploy(dbc_migrate_deploy *d, int64_t pause_ms);

/*
 * Locks the next step until the transaction ends, and checks whether the plan
 * still holds; for dbc_guard().  The runners' lock excludes others already;
 * this lock makes sure that no script runs twice if that one is lost.
 */
extern void dbc_migrate_lock_step(dbc_host *host, void *deploy);

/* Locks the next step, and finds the statements to run; false with an error.
 * If the plan is stale, there are none. */
extern bool dbc_migrate_begin_step(dbc_migrate_deploy *d,
								   dbc_outside_script *work, dbc_error *error);

/* Verifies the next step, whose script has run; false with an error. */
extern bool dbc_migrate_end_step(dbc_migrate_runner *r,
								 dbc_outside_result *result);

/* Rereads the log if others wrote to it while a script ran outside. */
extern void dbc_migrate_catch_up(dbc_migrate_deploy *d);

/* Locks the script of the next step against other processes; for dbc_guard().
 */
extern void dbc_migrate_lock_script(dbc_host *host, void *runner);

/* How far an earlier deploy came with the script of the next step: the first
 * statement to run, and whether that was begun.  Fails if what has run was
 * modified since (migrate/deploy_resume.c). */
extern int dbc_migrate_find_start(dbc_migrate_runner *r, bool *begun);

/* Tries the next step once, in the transactions of its script
 * (migrate/deploy_parts.c). */
extern bool dbc_migrate_try_parts(dbc_migrate_deploy *d, dbc_error *error);

/* Tries the next step outside a transaction once. */
extern bool dbc_migrate_try_outside(dbc_migrate_deploy *d, dbc_error *error);

/* The number of next steps that may run at once. */
extern int dbc_migrate_count_independent(dbc_migrate_deploy *d);

/* Runs so many steps at once and records the outcome; false if the log has
 * changed meanwhile. */
extern bool dbc_migrate_deploy_together(dbc_migrate_deploy *d, int count);

#endif /* DBC_MIGRATE_DEPLOY_H */
