/*
 * deploy_parts.c
 *	  Steps of dbmigrate_deploy whose script has several transactions.
 *
 * Each part of the script is committed with the number of the first statement
 * behind it, so that a deploy that fails, or is interrupted, goes on there.  What
 * cannot run inside the transaction of the deploy runs outside: a statement for
 * which there must be none, and a pair that says how its transaction runs.
 */
#include "common/migrate/deploy.h"

#include "common/core/asserts.h"
#include "common/core/clock.h"

/* A part that runs. */
typedef struct running_part
{
	dbc_migrate_deploy *deploy;
	int first; /* numbers of its statements, from 1 */
	int last;
} running_part;

/* ---- one part ---- */

/* Whether no other process has gone on with the script. */
static bool
is_next(dbc_migrate_runner *r, const running_part *part)
{
	return dbc_ledger_find_progress(r->host,
									r->steps[r->done].migration->version)
			   .statement_no == part->first;
}

/* Locks the next part, unless the plan has changed. */
static void
lock_part(dbc_host *host, void *arg)
{
	running_part *part = arg;
	dbc_migrate_deploy *d = part->deploy;

	dbc_migrate_lock_step(host, d);
	d->stale |= !is_next(&d->run, part);
	if (!d->stale)
		dbc_migrate_lock_script(host, &d->run);
}

/* Unlocks the script of the next step for other processes. */
static void
unlock_script(dbc_migrate_runner *r)
{
	if (DBC_ROOM(r->host, migrate)->unlock_script)
		r->host->rooms.migrate->unlock_script(
			r->host, r->steps[r->done].migration->version);
}

/* Runs a part in the current transaction. */
static void
run_inside(dbc_host *host, void *arg)
{
	running_part *part = arg;
	dbc_migrate_deploy *d = part->deploy;
	dbc_migrate_step *step = &d->run.steps[d->run.done];

	lock_part(host, part);
	if (d->stale)
		return;
	dbc_migrate_run_statements(
		&d->run,
		dbc_migrate_skip_others(host, step->script, part->first, part->last));
	dbc_ledger_save_progress(host, step->migration, part->last + 1, false);
}

/* Whether the transaction of the deploy is none for a part. */
static bool
must_run_outside(const dbc_script *script, const running_part *part)
{
	for (int i = part->first - 1; i < part->last; i++)
		if (script->statements[i].kind == DBC_STATEMENT_OUTSIDE ||
			script->statements[i].sets_transaction)
			return true;
	return false;
}

/* Runs a part outside a transaction: settings, and the statement or the pair
 * behind them. */
static bool
run_outside(running_part *part, dbc_outside_script *work, dbc_error *error)
{
	dbc_migrate_deploy *d = part->deploy;
	dbc_host *host = d->run.host;
	bool done;

	if (!dbc_guard(host, lock_part, part, DBC_KEEP, false, error))
		return false;
	if (d->stale)
		return true;
	work->first = part->first;
	work->last = part->last;
	done = dbc_outside(host, work, error);
	work->begun = false;
	d->remains = true;
	dbc_migrate_catch_up(d);
	return done;
}

/* Runs a part, and commits; false with an error. */
static bool
run_part(running_part *part, dbc_outside_script *work, dbc_error *error)
{
	dbc_migrate_deploy *d = part->deploy;
	bool done;

	if (must_run_outside(work->script, part))
		return run_outside(part, work, error);
	done = dbc_guard(d->run.host, run_inside, part, DBC_KEEP, false, error);
	unlock_script(&d->run);
	if (!done || d->stale)
		return done;
	d->remains = true;
	dbc_migrate_commit_deploy(d, 0);
	return true;
}

/* ---- all of them ---- */

/* Runs the parts of a script from the first unfinished one on; false with an
 * error. */
static bool
run_parts(dbc_migrate_deploy *d, dbc_outside_script *work, dbc_error *error)
{
	const dbc_migrate_prepared_script *script =
		d->run.steps[d->run.done].script;
	running_part part = {.deploy = d};

	for (int i = work->first; i <= work->script->nstatements && !d->stale;
		 i = part.last + 1)
	{
		part.first = i;
		part.last = dbc_migrate_end_of_part(script, i);
		DBC_ASSERT(d->run.host, part.first >= 1 && part.last >= part.first &&
									part.last <= work->script->nstatements);
		if (!run_part(&part, work, error))
			return false;
	}
	return true;
}

bool
dbc_migrate_try_parts(dbc_migrate_deploy *d, dbc_error *error)
{
	dbc_migrate_runner *r = &d->run;
	dbc_outside_result result = {.ran = true};
	int64_t start = dbc_microseconds();
	dbc_outside_script work;

	d->remains = false;
	if (!dbc_migrate_begin_step(d, &work, error))
		return false;
	if (d->stale)
		return true;
	d->remains = work.first > 1 || work.begun;
	if (!run_parts(d, &work, error))
		return false;
	if (d->stale)
		return true;
	result.duration_us = dbc_microseconds() - start;
	if (dbc_migrate_end_step(r, &result))
		return true;
	*error = result.error;
	return false;
}
