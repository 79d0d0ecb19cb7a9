/*
 * apply.c
 *	  dbmigrate_apply, _rollback and _baseline.
 *
 * A call runs in the caller's transaction, so that ledger, log and schema
 * change together.  A failure is raised and everything is rolled back.  With
 * on_error 'report' each migration runs in a guard instead: those before the
 * failed one stay, and the failure is logged.
 */
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/migrate/run.h"

#include "common/adopt/adopt.h"
#include "common/core/clock.h"

/* Runs steps up to the end or to the first failure, which is saved in r->error
 * if a report is wanted. */
static void
run_scripts(dbc_migrate_runner *r)
{
	for (r->done = 0; r->done < r->nsteps; r->done++)
	{
		dbc_error error;

		if (!r->report)
			dbc_migrate_run_step(r->host, r);
		else if (!dbc_guard(r->host, dbc_migrate_run_step, r, DBC_KEEP, false,
							&error))
		{
			dbc_migrate_add_hint(r, &error);
			r->error = dbc_alloc(r->host, sizeof(error));
			*r->error = error;
			r->undone = true;
			return;
		}
	}
	dbc_progress_end(r->host, r->nsteps);
}

/*
 * Runs all steps, then records all of them: statements on dbcare's tables
 * between two schema changes would be prepared again each time.
 */
static void
run_steps(dbc_host *host, void *arg)
{
	dbc_migrate_runner *r = arg;

	(void) host;
	run_scripts(r);
	r->log.holds_head = true;
	for (int i = 0; i < r->done; i++)
		dbc_migrate_record_step(r, &r->steps[i]);
	if (r->error)
		dbc_migrate_record_failure(r);
	dbc_ledger_move_head(&r->log);
}

dbc_json_node *
dbc_migrate_run_steps(dbc_migrate_runner *r)
{
	dbc_error error;

	for (int i = 0; i < r->nsteps; i++)
	{
		dbc_migrate_refuse_outside(r->host, r->steps[i].migration,
								   r->steps[i].script, r->up);
		dbc_migrate_note_pairs(r->host, r->steps[i].script);
	}
	if (!dbc_guard(r->host, run_steps, r, r->dry_run ? DBC_UNDO : DBC_KEEP,
				   false, &error))
	{
		dbc_migrate_add_hint(r, &error);
		dbc_rethrow(r->host, &error);
	}
	dbc_migrate_save_schema(r);
	return dbc_migrate_make_result(r);
}

/* dbmigrate_apply(target, options) */
DBC_RUN(dbmigrate_apply)
{
	const dbc_setting_values *stored;
	const dbmigrate_apply_options *given;
	dbc_migrate_runner r;
	dbc_migrate_plan plan;

	dbc_refuse_options(host, args->target.text, "target");
	given = dbc_read_options(host, &args->options, dbmigrate_apply_options);
	stored = dbc_read_settings(host);
	r = dbc_migrate_make_runner(host, (const dbc_run_options *) given, true);
	r.verify = dbc_option_or(&given->verify, true);
	dbc_migrate_start_runner(&r, stored);
	dbc_migrate_refuse_modified(host, &r.list);
	plan = dbc_migrate_plan_up(host, &r.list, args->target.text,
							   given->allow_out_of_order.integer);
	dbc_migrate_take_steps(&r, &plan);
	if (!given->skip_lint.integer)
		dbc_migrate_refuse_dangerous(&r, stored);
	dbc_json_emit(host, dbc_migrate_run_steps(&r));
}

/* dbmigrate_rollback(target, options) */
DBC_RUN(dbmigrate_rollback)
{
	const dbc_setting_values *stored;
	const dbmigrate_rollback_options *given;
	dbc_migrate_runner r;
	dbc_migrate_plan plan;

	dbc_refuse_options(host, args->target.text, "target");
	given = dbc_read_options(host, &args->options, dbmigrate_rollback_options);
	stored = dbc_read_settings(host);
	r = dbc_migrate_make_runner(host, (const dbc_run_options *) given, false);
	dbc_migrate_start_runner(&r, stored);
	plan = dbc_migrate_plan_down(
		host, &r.list, args->target.text,
		(dbc_migrate_down_options){
			.baselined = given->include_baselined.integer,
			.empty_down = given->allow_empty_down.integer});
	if (!r.dry_run)
		dbc_migrate_confirm_rollback(host, stored, given->confirm.text);
	dbc_migrate_take_steps(&r, &plan);
	dbc_json_emit(host, dbc_migrate_run_steps(&r));
}

void
dbc_migrate_record_baseline(dbc_migrate_runner *r, dbc_migration *migration)
{
	dbc_migrate_step step = {.migration = migration,
							 .finished_at = dbc_now(r->host)};

	dbc_adopt_check_mirror(r->host, &r->list, migration, true);
	dbc_migrate_add_to_ledger(r, &step, true);
	if (migration->state == DBC_FAILED)
		dbc_ledger_clear_failed(r->host, migration);
	dbc_migrate_log_step(r, "baseline", &step, NULL);
	dbc_json_push_text(r->finished, migration->version);
}

/* dbmigrate_baseline(version) */
DBC_RUN(dbmigrate_baseline)
{
	static const dbc_run_options nothing;
	dbc_migrate_runner r = dbc_migrate_make_runner(host, &nothing, true);
	dbc_json_node *result = dbc_json_object(host);
	dbc_migrations list;
	dbc_migrate_plan plan;

	dbc_refuse_options(host, args->version.text, "version");
	dbc_migrate_start_runner(&r, dbc_read_settings(host));
	plan = dbc_migrate_plan_up(host, &r.list, args->version.text, true);
	r.log.holds_head = true;
	for (int i = 0; i < plan.count; i++)
		if (!plan.steps[i]->repeatable)
			dbc_migrate_record_baseline(&r, plan.steps[i]);
	dbc_ledger_move_head(&r.log);
	list = dbc_migrate_list_migrations(host);
	dbc_migrate_save_schema(&r);
	DBC_PUT(result, baselined, r.finished);
	DBC_PUT_TEXT(result, version, dbc_ledger_last_applied_version(&list));
	dbc_json_emit(host, result);
}
