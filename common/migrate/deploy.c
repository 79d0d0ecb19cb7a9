/*
 * deploy.c
 *	  dbmigrate_deploy: apply for a database in use.
 *
 * Each migration has its own transaction, so that its locks are held no longer
 * than it runs.  A migration that exceeds the lock timeout is rolled back,
 * which releases its locks, and retried later: queries behind it never wait
 * longer than that timeout.  A failure is recorded and raised; earlier
 * migrations stay.  Scripts that cannot run inside a transaction run outside of
 * any, statement by statement, and those with several transactions in these,
 * see ledger/deployment.c.
 */
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/migrate/deploy.h"

#include "common/core/clock.h"
#include "common/core/retry.h"
#include "common/core/tables.h"

typedef dbc_migrate_deploy deploy;

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
	dbc_migrate_commit_deploy(d, pause);
}

/* Runs the next, transactional step unless the plan has changed. */
static void
run_inside(dbc_host *host, void *arg)
{
	deploy *d = arg;

	dbc_migrate_lock_step(host, d);
	if (d->stale)
		return;
	dbc_migrate_note_pairs(host, d->run.steps[d->run.done].script);
	dbc_migrate_run_step(host, &d->run);
}

/* Tries the next, transactional step once. */
static bool
try_inside(deploy *d, dbc_error *error)
{
	return dbc_guard(d->run.host, run_inside, d, DBC_KEEP, false, error);
}

/* Runs the next step and records the outcome; false if the log has changed
 * meanwhile. */
static bool
deploy_step(deploy *d)
{
	dbc_migrate_runner *r = &d->run;
	dbc_migrate_step *step = &r->steps[r->done];
	bool (*const ways[])(deploy *, dbc_error *) = {
		[DBC_MIGRATE_INSIDE] = try_inside,
		[DBC_MIGRATE_OUTSIDE] = dbc_migrate_try_outside,
		[DBC_MIGRATE_PARTS] = dbc_migrate_try_parts};
	dbc_migrate_way way =
		dbc_migrate_way_of(r->host, step->migration, step->script);
	dbc_error error = {0};
	int64_t attempt = 1;

	d->remains = way == DBC_MIGRATE_OUTSIDE;
	while (!ways[way](d, &error))
	{
		if (dbc_is_transient(&error) && attempt <= d->lock_retries)
		{
			pause_before_retry(d, &error, ++attempt);
			continue;
		}
		dbc_migrate_add_hint(r, &error);
		r->error = dbc_alloc(r->host, sizeof(error));
		*r->error = error;
		r->undone = !d->remains;
		dbc_migrate_record_failure(r);
		dbc_migrate_commit_deploy(d, 0);
		return true;
	}
	if (d->stale)
		return false;
	dbc_migrate_record_step(r, step);
	r->done++;
	d->alone -= d->alone > 0;
	dbc_migrate_commit_deploy(d, 0);
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
	{
		int count = dbc_migrate_count_independent(d);

		if (!(count > 1 ? dbc_migrate_deploy_together(d, count)
						: deploy_step(d)))
			return false;
	}
	if (!r->error)
		dbc_progress_end(r->host, r->nsteps);
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
	if (r->backup_name)
		dbc_append_format(&words, " Backup \"%s\" is of the time before.",
						  r->backup_name);
	r->error->detail = words.data;
	dbc_rethrow(r->host, r->error);
}

/* Fails for options of a rollback without rollback. */
static void
check_options(dbc_host *host, const dbmigrate_deploy_options *given)
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
	const dbmigrate_deploy_options *given;
	dbc_json_node *result;
	deploy d = {.target = args->target.text};

	dbc_refuse_options(host, args->target.text, "target");
	given = dbc_read_options(host, &args->options, dbmigrate_deploy_options);
	d.given = given;
	d.parallel = (int) dbc_option_or(&given->parallel, 1);
	d.stored = dbc_read_settings(host);
	check_options(host, given);
	d.run = dbc_migrate_make_runner(host, (const dbc_run_options *) given,
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
		dbc_commit(host, 0);
	if (d.run.error && !d.run.report)
		raise_failure(&d.run);
	result = dbc_migrate_make_result(&d.run);
	DBC_PUT(result, planned, d.planned);
	DBC_PUT_INT(result, retries, d.retries);
	dbc_json_emit(host, result);
}
