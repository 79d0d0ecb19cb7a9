/*
 * deploy.c
 *	  dbmigrate_deploy: apply for a database in use.
 *
 * Each migration has its own transaction, so that its locks are held no longer
 * than it runs.  A migration that exceeds the lock timeout is rolled back,
 * which releases its locks, and retried later: queries behind it never wait
 * longer than that timeout.  A failure is recorded and raised; earlier
 * migrations stay.  Scripts that cannot run inside a transaction run outside of
 * any, statement by statement, see ledger/deployment.c.
 */
#include "common/core/functions.h"
#include "common/migrate/host.h"
#include "common/migrate/run.h"

#include "common/core/clock.h"
#include "common/core/retry.h"
#include "common/core/tables.h"

#define DEPLOY_OPTIONS(O)         \
	DBC_COMMON_RUN_OPTIONS(O)     \
	O(allow_out_of_order, BOOL)   \
	O(lock_retries, INT, 0, 1000) \
	O(skip_lint, BOOL)            \
	O(verify, BOOL)               \
	O(rollback, BOOL)             \
	O(confirm, TEXT)              \
	O(include_baselined, BOOL)    \
	O(allow_empty_down, BOOL)
DBC_OPTIONS(deploy_options, DEPLOY_OPTIONS);

typedef struct deploy
{
	dbc_migrate_runner run;
	const dbc_setting_values *stored;
	const char *target;
	const deploy_options *given;
	int64_t lock_retries;	/* of one migration */
	int64_t retries;		/* of all migrations */
	bool maybe_changed;		/* others may have written to the log since the last
							 * commit */
	bool stale;				/* the log has changed, so the step was not run */
	bool changed;			/* the log changed while a script ran outside */
	dbc_json_node *planned; /* versions, as an array */
} deploy;

/* ---- transactions ---- */

/* Commits. */
static void
commit(deploy *d, int64_t pause_ms)
{
	d->maybe_changed = d->run.host->commit(d->run.host, pause_ms);
}

/* Whether the plan still holds: no other runner has written to the log. */
static bool
plan_holds(deploy *d)
{
	return !d->changed &&
		   (!d->maybe_changed || dbc_ledger_log_is_unchanged(&d->run.log));
}

/* ---- one migration ---- */

/* Reports why a step has to be retried, and pauses before that. */
static void
pause_before_retry(deploy *d, const dbc_error *error, int64_t attempt)
{
	dbc_migrate_runner *r = &d->run;
	int64_t pause = dbc_retry_pause(attempt);

	d->retries++;
	dbc_notice(r->host, "migration %s: %s; attempt %lld of %lld in %lld ms%s%s",
			   r->steps[r->done].migration->version, error->message,
			   (long long) attempt, (long long) d->lock_retries + 1,
			   (long long) pause, error->detail ? ". " : "",
			   error->detail ? error->detail : "");
	commit(d, pause);
}

/*
 * Locks the next step until the transaction ends, and checks whether the plan
 * still holds.  The runners' lock excludes others already; this lock makes sure
 * that no script runs twice if that one is lost.
 */
static void
lock_step(dbc_host *host, void *arg)
{
	deploy *d = arg;
	dbc_migrate_runner *r = &d->run;
	dbc_value version = dbc_text(r->steps[r->done].migration->version);
	const dbc_rows *applied;

	dbc_query(host, "migrate/step_lock", version);
	applied = dbc_query(host, "migrate/step_done", version);
	d->stale = !plan_holds(d);
	if (r->up)
		d->stale |= applied->nrows > 0 && dbc_get_bool(host, applied, 0, 0);
	else
		d->stale |= applied->nrows == 0;
}

/* Runs the next, transactional step unless the plan has changed. */
static void
run_inside(dbc_host *host, void *arg)
{
	deploy *d = arg;

	lock_step(host, d);
	if (!d->stale)
		dbc_migrate_run_step(host, &d->run);
}

/* Tries the next, transactional step once. */
static bool
try_inside(deploy *d, dbc_error *error)
{
	return dbc_guard(d->run.host, run_inside, d, DBC_KEEP, false, error);
}

/* Logs that an earlier deploy was interrupted in this step. */
static void
log_interruption(dbc_migrate_runner *r, const dbc_migrate_step *step,
				 int statement_no)
{
	const dbc_script *script = &step->script->script;
	dbc_migrate_step logged = *step;
	const char *place =
		statement_no <= script->nstatements
			? dbc_describe_position(r->host, script, statement_no,
									script->statements[statement_no - 1].line)
			: "At the end of the script.";

	logged.finished_at = dbc_now(r->host);
	dbc_migrate_log_step(r, "failure", &logged,
						 dbc_format(r->host, "interrupted. %s", place));
	dbc_notice(r->host, "migration %s resumes where it was interrupted: %s",
			   step->migration->version, place);
}

/* Excludes other processes from the script of the next step. */
static void
lock_script(dbc_host *host, void *runner)
{
	const dbc_migrate_runner *r = runner;

	if (DBC_ROOM(host, migrate)->lock_script)
		host->rooms.migrate->lock_script(host,
										 r->steps[r->done].migration->version);
}

/*
 * Finds the first statement to run: the first of the script, or the one that
 * failed or was interrupted (*begun is true).  False if another process runs
 * it.
 */
static bool
find_start(dbc_migrate_runner *r, int *first, bool *begun, dbc_error *error)
{
	const dbc_migrate_step *step = &r->steps[r->done];
	const char *checksum = dbc_sha256(r->host, step->script->text);

	*first =
		dbc_ledger_find_interrupted(r->host, step->migration, checksum, begun);
	if (*first == 0)
	{
		dbc_query(r->host, "migrate/deployment_start",
				  dbc_text(step->migration->version), dbc_text(checksum));
		*first = 1;
		*begun = false;
	}
	if (!dbc_guard(r->host, lock_script, r, DBC_KEEP, false, error))
		return false;
	if (*begun)
		log_interruption(r, step, *first);
	return true;
}

/* Rereads the log if others wrote to it while a script ran outside. */
static void
catch_up(deploy *d)
{
	if (!d->run.log.ready || dbc_ledger_log_is_unchanged(&d->run.log))
		return;
	dbc_migrate_read_migrations(&d->run);
	d->changed = true;
}

/* Tries the next step outside a transaction once. */
static bool
try_outside(deploy *d, dbc_error *error)
{
	dbc_migrate_runner *r = &d->run;
	dbc_migrate_step *step = &r->steps[r->done];
	dbc_outside_script work = {.script = &step->script->script,
							   .version = step->migration->version};
	int64_t start = dbc_microseconds();
	bool done;

	if (step->script->error)
	{
		*error = *step->script->error;
		return false;
	}
	if (!dbc_guard(r->host, lock_step, d, DBC_KEEP, false, error))
		return false;
	if (d->stale)
		return true;
	if (!find_start(r, &work.first, &work.begun, error))
		return false;
	/* so that recording the step removes its progress */
	step->migration->state = DBC_FAILED;
	step->running = work.script;
	dbc_progress(r->host, work.version, r->done, r->nsteps);
	done = r->host->outside(r->host, &work, error);
	catch_up(d);
	if (!done ||
		!dbc_guard(r->host, dbc_migrate_verify_step, r, DBC_KEEP, false, error))
	{
		dbc_ledger_save_progress(
			r->host, step->migration,
			done ? work.script->nstatements + 1 : error->statement_no, false);
		return false;
	}
	step->duration_ms = dbc_int((dbc_microseconds() - start) / 1000);
	step->finished_at = dbc_now(r->host);
	return true;
}

/* Runs the next step and records the outcome; false if the log has changed
 * meanwhile. */
static bool
deploy_step(deploy *d)
{
	dbc_migrate_runner *r = &d->run;
	dbc_migrate_step *step = &r->steps[r->done];
	bool (*try)(deploy *, dbc_error *) =
		dbc_migrate_must_run_outside(r->host, step->migration, step->script)
			? try_outside
			: try_inside;
	dbc_error error = {0};
	int64_t attempt = 1;

	while (!try(d, &error))
	{
		if (dbc_is_transient(&error) && attempt <= d->lock_retries)
		{
			pause_before_retry(d, &error, ++attempt);
			continue;
		}
		dbc_migrate_hint_at_rows(r, &error);
		r->error = dbc_alloc(r->host, sizeof(error));
		*r->error = error;
		r->undone = try == try_inside;
		dbc_migrate_record_failure(r);
		commit(d, 0);
		return true;
	}
	if (d->stale)
		return false;
	dbc_migrate_record_step(r, step);
	r->done++;
	commit(d, 0);
	return true;
}

/* ---- all of them ---- */

/* Plans a rollback.  Without a target it is one migration, also when it is
 * planned again because the log has changed. */
static dbc_migrate_plan
plan_rollback(deploy *d)
{
	const dbc_migrate_down_options allowed = {
		.baselined = d->given->include_baselined.integer,
		.empty_down = d->given->allow_empty_down.integer};

	if (!d->target && dbc_json_length(d->run.finished) > 0)
		return (dbc_migrate_plan){NULL, 0};
	return dbc_migrate_plan_down(d->run.host, &d->run.list, d->target, allowed);
}

/* Plans the pending migrations. */
static dbc_migrate_plan
plan_apply(deploy *d)
{
	dbc_migrate_refuse_modified(d->run.host, &d->run.list);
	return dbc_migrate_plan_up(d->run.host, &d->run.list, d->target,
							   d->given->allow_out_of_order.integer);
}

/* Makes the plan; forbidden steps are refused before anything runs. */
static void
make_plan(deploy *d)
{
	dbc_migrate_runner *r = &d->run;
	dbc_migrate_plan plan;

	d->maybe_changed = d->changed = d->stale = false;
	dbc_migrate_read_migrations(r);
	plan = r->up ? plan_apply(d) : plan_rollback(d);
	if (!r->up && !r->dry_run)
		dbc_migrate_confirm_rollback(r->host, d->stored,
									 d->given->confirm.text);
	dbc_migrate_take_steps(r, &plan);
	if (r->up && !d->given->skip_lint.integer)
		dbc_migrate_refuse_dangerous(r, d->stored);
	d->planned = dbc_json_array(r->host);
	for (int i = 0; i < r->nsteps; i++)
		dbc_json_push_text(d->planned, r->steps[i].migration->version);
	if (r->nsteps == 0 || r->dry_run)
		return;
	dbc_need_tables(r->host);
	dbc_ledger_read_log_end(&r->log);
}

/* Runs the plan to its end or to a failure; false if the log has changed, so
 * that a new plan is needed. */
static bool
run_plan(deploy *d)
{
	dbc_migrate_runner *r = &d->run;

	while (r->done < r->nsteps && !r->error)
		if (!deploy_step(d))
			return false;
	return true;
}

/* Raises the failure of a step; the detail lists what stays applied. */
static _Noreturn void
raise_failure(dbc_migrate_runner *r)
{
	const char *detail = r->error->detail;
	const char *done = r->up ? "applied" : "rolled back";
	dbc_buffer words;

	dbc_buffer_init(&words, r->host);
	if (detail)
		dbc_append_format(&words, "%s ", detail);
	if (dbc_json_length(r->finished) == 0)
		dbc_append_format(&words, "No migration was %s.", done);
	else
		dbc_append_format(&words,
						  "Migrations %s before the failure remain %s: %s.",
						  done, done, dbc_json_text(r->finished));
	r->error->detail = words.data;
	dbc_rethrow(r->host, r->error);
}

/* Fails for options of a rollback without rollback. */
static void
check_options(dbc_host *host, const deploy_options *given)
{
	if (!given->rollback.integer &&
		(given->confirm.given || given->include_baselined.given ||
		 given->allow_empty_down.given))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Remove the options, or pass {\"rollback\": true}.",
				 "options confirm, include_baselined and allow_empty_down are "
				 "for a rollback");
}

/* dbmigrate_deploy(target, options) */
DBC_RUN(dbmigrate_deploy)
{
	const deploy_options *given;
	dbc_json_node *result;
	deploy d = {.target = args->target.text};

	dbc_refuse_options(host, args->target.text, "target");
	given = dbc_read_options(host, &args->options, deploy_options);
	d.given = given;
	d.stored = dbc_read_settings(host);
	check_options(host, given);
	d.run =
		dbc_migrate_make_runner(host, (const dbc_migrate_run_options *) given,
								!given->rollback.integer);
	d.run.verify = dbc_option_or(&given->verify, true);
	d.lock_retries = dbc_option_or(
		&given->lock_retries,
		dbc_setting_int(host, d.stored, DBC_SETTING_lock_retries));
	dbc_migrate_start_runner(&d.run, d.stored);
	do
		make_plan(&d);
	while (!d.run.dry_run && !run_plan(&d));
	if (dbc_migrate_save_schema(&d.run))
		host->commit(host, 0);
	if (d.run.error && !d.run.report)
		raise_failure(&d.run);
	result = dbc_migrate_make_result(&d.run);
	dbc_json_put(result, "planned", d.planned);
	dbc_json_put_int(result, "retries", d.retries);
	dbc_json_emit(host, result);
}
