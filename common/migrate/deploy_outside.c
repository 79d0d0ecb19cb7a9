/*
 * deploy_outside.c
 *	  Steps of dbmigrate_deploy outside a transaction: one, or several at once.
 *
 * Steps may run at once if none depends on another, and they work on different
 * tables.  All of them end before the next one starts, also if one fails.
 */
#include "common/migrate/deploy.h"

#include "common/core/clock.h"
#include "common/core/retry.h"

/* A step that runs at the same time as others. */
typedef struct together
{
	dbc_migrate_step step;
	dbc_outside_result result;
} together;

/* ---- transactions ---- */

void
dbc_migrate_commit_deploy(dbc_migrate_deploy *d, int64_t pause_ms)
{
	d->maybe_changed = dbc_commit(d->run.host, pause_ms);
}

/* Whether the plan still holds: no other runner has written to the log. */
static bool
plan_holds(dbc_migrate_deploy *d)
{
	return !d->changed &&
		   (!d->maybe_changed || dbc_ledger_log_is_unchanged(&d->run.log));
}

void
dbc_migrate_lock_step(dbc_host *host, void *arg)
{
	dbc_migrate_deploy *d = arg;
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

/* ---- one script ---- */

/* Excludes other processes from the script of the next step. */
void
dbc_migrate_lock_script(dbc_host *host, void *runner)
{
	const dbc_migrate_runner *r = runner;

	if (DBC_ROOM(host, migrate)->lock_script)
		host->rooms.migrate->lock_script(host,
										 r->steps[r->done].migration->version);
}

void
dbc_migrate_catch_up(dbc_migrate_deploy *d)
{
	if (!d->run.log.ready || dbc_ledger_log_is_unchanged(&d->run.log))
		return;
	dbc_migrate_read_migrations(&d->run);
	d->changed = true;
}

/* The start of the script of the next step. */
typedef struct script_start
{
	dbc_migrate_runner *runner;
	dbc_outside_script *work;
} script_start;

/* Finds the first statement to run, and excludes other processes from it. */
static void
find_start(dbc_host *host, void *arg)
{
	script_start *start = arg;
	dbc_outside_script *work = start->work;

	work->first = dbc_migrate_find_start(start->runner, &work->begun);
	dbc_migrate_lock_script(host, start->runner);
}

bool
dbc_migrate_begin_step(dbc_migrate_deploy *d, dbc_outside_script *work,
					   dbc_error *error)
{
	dbc_migrate_runner *r = &d->run;
	dbc_migrate_step *step = &r->steps[r->done];

	*work = (dbc_outside_script){.script = &step->script->script,
								 .version = step->migration->version,
								 .lasting = step->script->lasting};
	script_start start = {r, work};

	if (step->script->error)
	{
		*error = *step->script->error;
		return false;
	}
	if (!dbc_guard(r->host, dbc_migrate_lock_step, d, DBC_KEEP, false, error))
		return false;
	if (d->stale)
		return true;
	if (!dbc_guard(r->host, find_start, &start, DBC_KEEP, false, error))
		return false;
	/* so that recording the step removes its progress */
	step->migration->state = DBC_FAILED;
	step->running = work->script;
	dbc_migrate_progress(r->host, work->version, r->done, r->nsteps);
	return true;
}

bool
dbc_migrate_end_step(dbc_migrate_runner *r, dbc_outside_result *result)
{
	dbc_migrate_step *step = &r->steps[r->done];
	int statement_no = step->script->script.nstatements + 1;

	if (result->failed)
		statement_no = result->error.statement_no;
	else
		result->failed = !dbc_guard(r->host, dbc_migrate_verify_step, r,
									DBC_KEEP, false, &result->error);
	if (result->failed)
	{
		dbc_ledger_save_progress(r->host, step->migration, statement_no, false);
		return false;
	}
	step->duration_ms = dbc_int(result->duration_us / 1000);
	step->finished_at = dbc_now(r->host);
	return true;
}

bool
dbc_migrate_try_outside(dbc_migrate_deploy *d, dbc_error *error)
{
	dbc_migrate_runner *r = &d->run;
	dbc_outside_result result = {.ran = true};
	int64_t start = dbc_microseconds();
	dbc_outside_script work;

	if (!dbc_migrate_begin_step(d, &work, error))
		return false;
	if (d->stale)
		return true;
	result.failed = !dbc_outside(r->host, &work, &result.error);
	result.duration_us = dbc_microseconds() - start;
	dbc_migrate_catch_up(d);
	if (dbc_migrate_end_step(r, &result))
		return true;
	*error = result.error;
	return false;
}

/* ---- several at once ---- */

/* Whether a migration names another in depends_on. */
static bool
depends_on(const dbc_migration *migration, const dbc_migration *other)
{
	const char *const *version = migration->depends_on;

	while (*version && !dbc_same(*version, other->version))
		version++;
	return *version != NULL;
}

/* Whether a step may run at the same time as another. */
static bool
are_independent(dbc_host *host, const dbc_migrate_step *left,
				const dbc_migrate_step *right)
{
	return !depends_on(left->migration, right->migration) &&
		   !depends_on(right->migration, left->migration) &&
		   !dbc_may_share_tables(host, &left->script->script,
								 &right->script->script);
}

/* Whether a step runs outside a transaction. */
static bool
runs_outside(dbc_host *host, const dbc_migrate_step *step)
{
	return !step->script->error &&
		   dbc_migrate_way_of(host, step->migration, step->script) ==
			   DBC_MIGRATE_OUTSIDE;
}

int
dbc_migrate_count_independent(dbc_migrate_deploy *d)
{
	const dbc_migrate_runner *r = &d->run;
	const dbc_migrate_step *steps = &r->steps[r->done];
	int count = 1;

	if (d->alone > 0 || d->parallel == 1 || !runs_outside(r->host, &steps[0]))
		return 1;
	for (; count < d->parallel && r->done + count < r->nsteps; count++)
	{
		if (!runs_outside(r->host, &steps[count]))
			return count;
		for (int i = 0; i < count; i++)
			if (!are_independent(r->host, &steps[i], &steps[count]))
				return count;
	}
	return count;
}

/* Begins the next steps; returns how many can run. */
static int
begin_all(dbc_migrate_deploy *d, dbc_outside_script *works, int count)
{
	dbc_migrate_runner *r = &d->run;
	int first = r->done;
	int end = first + count;
	dbc_error error;

	/* before anything is recorded of one that will not run */
	for (; r->done < end && !d->stale; r->done++)
		if (!dbc_guard(r->host, dbc_migrate_lock_step, d, DBC_KEEP, false,
					   &error))
			break;
	end = r->done;
	r->done = first;
	while (r->done < end &&
		   dbc_migrate_begin_step(d, &works[r->done - first], &error) &&
		   !d->stale)
		r->done++;
	count = r->done - first;
	r->done = first;
	return count;
}

/* Records the steps that succeeded; those that did not are moved behind
 * them.  Returns how many failed. */
static int
record_all(dbc_migrate_runner *r, together *steps, int count)
{
	int nfailed = 0;
	int place;

	for (int i = 0; i < count; i++)
	{
		r->steps[r->done] = steps[i].step;
		if (!steps[i].result.ran)
			continue;
		if (dbc_migrate_end_step(r, &steps[i].result))
			dbc_migrate_record_step(r, &r->steps[r->done++]);
		else
			nfailed++;
	}
	place = r->done;
	for (int failed = 1; failed >= 0; failed--)
		for (int i = 0; i < count; i++)
			if (steps[i].result.failed == failed &&
				(failed || !steps[i].result.ran))
				r->steps[place++] = steps[i].step;
	return nfailed;
}

/* Records the failures that are not retried, the first one last: that is the
 * failure of the call. */
static void
record_failures(dbc_migrate_deploy *d, const together *steps, int count)
{
	dbc_migrate_runner *r = &d->run;

	for (int i = count - 1; i >= 0; i--)
	{
		const dbc_outside_result *result = &steps[i].result;

		if (!result->failed)
			continue;
		if (dbc_is_transient(&result->error) && d->lock_retries > 0)
		{
			const char *version = steps[i].step.migration->version;

			dbc_notice(r->host, "migration %s: %s; it runs again, alone",
					   version, result->error.message);
			/* newer ones may be applied, should this call end before that */
			if (r->up)
				dbc_query(r->host, "migrate/mark_failed", dbc_text(version),
						  dbc_text(result->error.message));
			continue;
		}
		if (r->error)
			dbc_notice(r->host, "migration %s has failed, too: %s",
					   r->steps[r->done].migration->version, r->error->message);
		r->steps[r->done] = steps[i].step;
		r->error = dbc_alloc(r->host, sizeof(*r->error));
		*r->error = result->error;
		dbc_migrate_add_hint(r, r->error);
		dbc_migrate_record_failure(r);
	}
}

bool
dbc_migrate_deploy_together(dbc_migrate_deploy *d, int count)
{
	dbc_migrate_runner *r = &d->run;
	size_t room = (size_t) count;
	dbc_outside_script *works = dbc_alloc(r->host, room * sizeof(*works));
	dbc_outside_result *results = dbc_alloc(r->host, room * sizeof(*results));
	together *steps = dbc_alloc(r->host, room * sizeof(*steps));

	count = begin_all(d, works, count);
	if (d->stale)
		return false;
	if (count == 0)
	{
		/* its failure is reported there */
		d->alone = 1;
		return true;
	}
	dbc_outside_together(r->host, works, count, results);
	dbc_migrate_catch_up(d);
	for (int i = 0; i < count; i++)
		steps[i] = (together){r->steps[r->done + i], results[i]};
	d->alone = record_all(r, steps, count);
	record_failures(d, steps, count);
	if (!r->error)
		d->retries += d->alone;
	dbc_migrate_commit_deploy(d, d->alone > 0 && !r->error ? dbc_retry_pause(2)
														   : 0);
	return true;
}
