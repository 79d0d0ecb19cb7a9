/*
 * run.c
 *	  Running migrations: steps, what is recorded of them, and the
 *	  MigrationResult.
 */
#include "common/migrate/run.h"

#include "common/adopt/adopt.h"
#include "common/backup/before.h"
#include "common/core/clock.h"
#include "common/migrate/drift.h"
#include "common/migrate/kept.h"
#include "common/core/names.h"

dbc_migrate_runner
dbc_migrate_make_runner(dbc_host *host, const dbc_run_options *given, bool up)
{
	const char *on_error = given->on_error.text;

	return (dbc_migrate_runner){.host = host,
								.start = dbc_microseconds(),
								.up = up,
								.dry_run = given->dry_run.integer,
								.report =
									on_error && dbc_same(on_error, "report"),
								.backup = given->backup.integer,
								.app_version = given->app_version.text,
								.git_sha = given->git_sha.text,
								.ticket = given->ticket.text,
								.role = given->role.text,
								.finished = dbc_json_array(host)};
}

void
dbc_migrate_confirm_rollback(dbc_host *host, const dbc_setting_values *stored,
							 const char *confirm)
{
	dbc_require_confirmation(host, stored, confirm, "destroys data",
							 "Rolling back drops the objects that the "
							 "migrations created, with their data.");
}

/* ---- steps ---- */

void
dbc_migrate_read_migrations(dbc_migrate_runner *r)
{
	r->list = dbc_migrate_list_migrations(r->host);
	r->position = 0;
	for (int i = 0; i < r->list.count; i++)
		if (r->list.items[i].position > r->position)
			r->position = r->list.items[i].position;
}

/* Makes a backup if there is something to run: before anything is written,
 * since it has what is committed. */
static void
back_up(dbc_migrate_runner *r)
{
	dbc_migrate_read_migrations(r);
	if (r->up && dbc_migrate_plan_up(r->host, &r->list, NULL, true).count == 0)
		return;
	r->backup_name = dbc_backup_before(r->host);
}

void
dbc_migrate_start_runner(dbc_migrate_runner *r,
						 const dbc_setting_values *stored)
{
	dbc_lock(r->host, dbc_lock_timeout(r->host));
	if (r->backup && !r->dry_run)
		back_up(r);
	if (!r->dry_run &&
		dbc_adopt_record_mirror(r->host, dbc_actor(r->host, stored)))
		dbc_migrate_take_snapshot(r->host);
	dbc_migrate_read_migrations(r);
	r->log = dbc_ledger_open_log(r->host, dbc_actor(r->host, stored));
	r->log.run_as = r->role;
}

void
dbc_migrate_take_steps(dbc_migrate_runner *r, const dbc_migrate_plan *plan)
{
	const dbc_rows *foreign = dbc_migrate_foreign_texts(r->host, r->role, NULL);

	r->done = 0;
	r->nsteps = plan->count;
	r->steps =
		dbc_alloc(r->host, ((size_t) plan->count + 1) * sizeof(*r->steps));
	for (int i = 0; i < plan->count; i++)
	{
		dbc_migrate_require_own_text(r->host, foreign, plan->steps[i]->version);
		dbc_adopt_check_mirror(r->host, &r->list, plan->steps[i], r->up);
		r->steps[i].migration = plan->steps[i];
		r->steps[i].script =
			dbc_migrate_prepare_script(r->host, plan->steps[i], r->up);
		r->steps[i].script->script.role = r->role;
		r->steps[i].running = &r->steps[i].script->script;
	}
}

void
dbc_migrate_verify_step(dbc_host *host, void *runner)
{
	dbc_migrate_runner *r = runner;
	dbc_migrate_step *step = &r->steps[r->done];

	if (r->verify && step->script->verifiable)
		dbc_migrate_require_verified(host, step->migration, r->role,
									 &step->running);
}

void
dbc_migrate_run_statements(dbc_migrate_runner *r, const bool *skip)
{
	dbc_migrate_prepared_script *script = r->steps[r->done].script;
	dbc_migrate_doubt doubt = dbc_migrate_read_doubt(r->host);

	script->script.retry = dbc_migrate_kept_retry(r->host, &doubt, &r->no_kept);
	dbc_migrate_run_script(r->host, script, skip);
	if (script->script.retry)
		dbc_migrate_refresh_after(r->host, &script->script, &doubt);
}

void
dbc_migrate_run_step(dbc_host *host, void *runner)
{
	dbc_migrate_runner *r = runner;
	dbc_migrate_step *step = &r->steps[r->done];
	int64_t start = dbc_microseconds();

	step->running = &step->script->script;
	dbc_migrate_progress(host, step->migration->version, r->done, r->nsteps);
	dbc_migrate_run_statements(r, step->script->skip);
	dbc_migrate_verify_step(host, r);
	step->duration_ms = dbc_int((dbc_microseconds() - start) / 1000);
	step->finished_at = dbc_now(host);
}

/* ---- recording ---- */

void
dbc_migrate_log_step(dbc_migrate_runner *r, const char *event,
					 const dbc_migrate_step *step, const char *error)
{
	dbc_ledger_event logged = {.event = event,
							   .version = step->migration->version,
							   .name = step->migration->name,
							   .checksum = step->migration->checksum,
							   .happened_at = step->finished_at,
							   .duration_ms = step->duration_ms,
							   .error = error,
							   .app_version = r->app_version,
							   .git_sha = r->git_sha,
							   .ticket = r->ticket};

	dbc_ledger_log_event(&r->log, &logged);
}

void
dbc_migrate_add_to_ledger(dbc_migrate_runner *r, const dbc_migrate_step *step,
						  bool baseline)
{
	dbc_query(r->host, "migrate/ledger_add", dbc_text(step->migration->version),
			  dbc_int(++r->position), dbc_bool(baseline),
			  dbc_text(r->log.actor), step->duration_ms,
			  dbc_text(step->finished_at),
			  dbc_text(r->role ? r->role : r->host->role));
	dbc_adopt_write_mirror(r->host, &r->list, step->migration, true,
						   r->log.actor, &step->duration_ms);
}

void
dbc_migrate_record_step(dbc_migrate_runner *r, dbc_migrate_step *step)
{
	dbc_value version = dbc_text(step->migration->version);

	if (r->up)
		dbc_migrate_add_to_ledger(r, step, false);
	else
	{
		dbc_adopt_write_mirror(r->host, &r->list, step->migration, false,
							   r->log.actor, &step->duration_ms);
		dbc_query(r->host, "ledger/ledger_remove", version);
	}
	if (step->migration->state == DBC_FAILED)
		dbc_ledger_clear_failed(r->host, step->migration);
	dbc_migrate_log_step(r, r->up ? "apply" : "rollback", step,
						 !r->up && step->migration->empty_down
							 ? "the down script is empty; the schema was not "
							   "changed"
							 : NULL);
	dbc_json_push_text(r->finished, step->migration->version);
	if (!r->dry_run)
		step->migration->applied = r->up;
}

void
dbc_migrate_record_failure(dbc_migrate_runner *r)
{
	dbc_migrate_step *step = &r->steps[r->done];
	const dbc_error *error = r->error;
	const char *place = dbc_migrate_locate_error(r->host, step->running, error);
	const char *words =
		place ? dbc_format(r->host, "%s. %s", error->message, place)
			  : error->message;

	step->finished_at = dbc_now(r->host);
	step->duration_ms = dbc_null();
	if (r->up)
		dbc_query(r->host, "migrate/mark_failed",
				  dbc_text(step->migration->version), dbc_text(words));
	dbc_migrate_log_step(r, "failure", step, words);
}

/* ---- the result ---- */

/* The error of the step that failed, or NULL. */
static dbc_json_node *
describe_error(dbc_migrate_runner *r)
{
	const dbc_migrate_step *step = &r->steps[r->done];
	dbc_json_node *node;

	if (!r->error)
		return NULL;
	node = dbc_migrate_describe_error(r->host, step->running, r->error);
	DBC_PUT_TEXT(node, version, step->migration->version);
	DBC_PUT_TEXT(node, severity, r->undone ? "error" : "critical");
	return node;
}

bool
dbc_migrate_save_schema(dbc_migrate_runner *r)
{
	if (r->dry_run || dbc_json_length(r->finished) == 0)
		return false;
	dbc_migrate_take_snapshot(r->host);
	return true;
}

dbc_json_node *
dbc_migrate_make_result(dbc_migrate_runner *r)
{
	dbc_json_node *result = dbc_json_object(r->host);
	dbc_json_node *none = dbc_json_array(r->host);

	DBC_PUT_BOOL(result, success, !r->error);
	DBC_PUT(result, applied, r->up ? r->finished : none);
	DBC_PUT(result, rolled_back, r->up ? none : r->finished);
	DBC_PUT_TEXT(result, failed,
				 r->error ? r->steps[r->done].migration->version : NULL);
	DBC_PUT(result, error, describe_error(r));
	if (r->error)
	{
		DBC_PUT_BOOL(result, rollback_performed, r->undone);
		r->host->failure = r->error->sqlstate;
	}
	DBC_PUT_TEXT(result, version, dbc_ledger_last_applied_version(&r->list));
	DBC_PUT_INT(result, duration_ms, (dbc_microseconds() - r->start) / 1000);
	DBC_PUT_BOOL(result, dry_run, r->dry_run);
	if (r->backup)
		DBC_PUT_TEXT(result, backup, r->backup_name);
	DBC_PUT(result, head, r->dry_run ? NULL : dbc_ledger_log_head(&r->log));
	return result;
}
