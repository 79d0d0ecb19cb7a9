/*
 * outside.c
 *	  Running a script outside any transaction.
 */
#include "pg_ext/core/guard.h"
#include "pg_ext/core/outside.h"
#include "pg_ext/core/parameters.h"
#include "pg_ext/core/procedure.h"
#include "pg_ext/core/role.h"
#include "pg_ext/core/script.h"

#include <string.h>

#include "utils/memutils.h"

#include "common/core/clock.h"
#include "common/core/excerpt.h"
#include "common/core/text.h"

/* Whether a statement may wait for locks without a timeout.  A statement that
 * locks at most SHARE UPDATE EXCLUSIVE only blocks other schema changes, and a
 * lock timeout in a concurrent index build would discard the work done.  A
 * migration must proceed; other work, mainly VACUUM, can be repeated later. */
static bool
is_patient(const dbc_outside_script *work, const dbc_statement *statement)
{
	return statement->kind == DBC_STATEMENT_OUTSIDE &&
		   (dbc_ends_with(statement->command, "CONCURRENTLY") ||
			(work->version && statement->is_vacuum));
}

/* How the worker runs a statement; a pair is recorded as a whole. */
static dbcpg_worker_task_mode
manner_of(const dbc_outside_script *work, const dbc_statement *statement,
		  bool again, bool *in_pair)
{
	if (again || !work->version)
		return DBCPG_UNNOTED;
	if (statement->kind == DBC_STATEMENT_COMMIT)
	{
		*in_pair = false;
		return DBCPG_COMMIT;
	}
	*in_pair |= statement->kind == DBC_STATEMENT_BEGIN;
	if (*in_pair)
		return DBCPG_UNNOTED;
	return dbc_runs_alone(statement) ? DBCPG_OUTSIDE : DBCPG_PLAIN;
}

/* The tasks of a script from the first unfinished statement on, with the
 * settings before it. */
static int
make_tasks(dbcpg_host *host, const dbc_outside_script *work, int first,
		   dbcpg_worker_task *tasks)
{
	const dbc_script *script = work->script;
	int ntasks = 0;
	bool in_pair = false;

	for (int i = 0; i < dbc_outside_end(work); i++)
	{
		const dbc_statement *s = &script->statements[i];
		dbcpg_worker_task *task = &tasks[ntasks];

		if (!dbc_outside_runs(work, first, i + 1))
			continue;
		task->number = i + 1;
		task->text = MemoryContextStrdup(host->arena, dbcpg_from_core(s->text));
		task->patient = is_patient(work, s);
		task->manner = manner_of(work, s, i + 1 < first, &in_pair);
		ntasks++;
	}
	return ntasks;
}

/* The number of lines from the start of a statement to its error, and its
 * column. */
static int
lines_to_error(const char *text, const ErrorData *failure, int *column)
{
	const char *at = text;

	*column = 0;
	if (failure->cursorpos <= 0)
		return 0;
	for (int position = failure->cursorpos; position > 1 && *at; position--)
		at += pg_mblen(at);
	return dbcpg_count_lines(text, at, column);
}

/* Describes the error of a statement for the core, with its position. */
static void
describe(dbcpg_host *host, const dbc_outside_script *work, int number,
		 ErrorData *failure, dbc_error *error)
{
	const dbc_statement *s = &work->script->statements[number - 1];
	const char *place;
	const char *excerpt;

	host->failed_statement = number;
	host->failed_line = s->line + lines_to_error(dbcpg_from_core(s->text),
												 failure, &host->failed_column);
	place = dbc_describe_position(&host->base, work->script, number,
								  host->failed_line);
	excerpt = dbc_excerpt(&host->base, work->script, number, host->failed_line,
						  host->failed_column);
	if (excerpt)
		place = dbc_format(&host->base, "%s\n%s", place, excerpt);
	place = dbcpg_from_core(place);
	if (dbcpg_is_of_fixed_role(failure))
		failure->hint = MemoryContextStrdup(
			host->arena,
			work->script->role ? DBCPG_FIXED_ROLE_HINT : DBCPG_TAKEN_ROLE_HINT);
	/* clients would apply the position to the calling statement */
	failure->cursorpos = 0;
	failure->context =
		failure->context
			? MemoryContextStrdup(host->arena,
								  psprintf("%s\n%s", failure->context, place))
			: unconstify(char *, place);
	host->failure = failure;
	dbcpg_describe_failure(host, failure, error);
}

/* Drops the invalid indexes that a statement has left or that would make it
 * fail; if that fails, the next attempt of the statement reports it. */
static void
sweep(dbcpg_host *host, const dbc_outside_script *work, int number)
{
	const dbc_statement *s = &work->script->statements[number - 1];
	dbcpg_worker_run run = {.work = work};
	dbcpg_worker_task *tasks;

	if (s->kind != DBC_STATEMENT_OUTSIDE)
		return;
	run.ntasks =
		dbcpg_find_invalid_indexes(host, work->version, s, number, &tasks);
	if (run.ntasks == 0)
		return;
	run.tasks = tasks;
	dbcpg_end_transaction();
	dbcpg_run_worker_requests(host, &run, 1);
	dbcpg_begin_transaction(host);
}

/* Whether an interrupted call had finished its last statement. */
static bool
was_finished(dbcpg_host *host, const dbc_outside_script *work)
{
	return work->begun && work->first <= work->script->nstatements &&
		   dbcpg_is_statement_done(host, work->version,
								   &work->script->statements[work->first - 1]);
}

/* Makes the tasks of a script; there are none if it has finished. */
static dbcpg_worker_run
prepare(dbcpg_host *host, const dbc_outside_script *work)
{
	int first = work->first + was_finished(host, work);
	dbcpg_worker_run run = {.work = work};
	dbcpg_worker_task *tasks = dbc_alloc(
		&host->base, ((size_t) work->script->nstatements + 1) * sizeof(*tasks));

	for (int i = first; i <= dbc_outside_end(work); i++)
		sweep(host, work, i);
	if (first <= dbc_outside_end(work))
		run.ntasks = make_tasks(host, work, first, tasks);
	run.tasks = tasks;
	return run;
}

/* Describes the error of a script, and cleans up after it. */
static void
handle_failure(dbcpg_host *host, const dbcpg_worker_run *run, dbc_error *error)
{
	host->wait = run->wait;
	describe(host, run->work, run->number, run->failure, error);
	sweep(host, run->work, run->number);
}

void
dbcpg_run_outside_together(dbc_host *base, const dbc_outside_script *works,
						   int nworks, dbc_outside_result *results)
{
	dbcpg_host *host = dbcpg_of(base);
	int64 start = dbc_microseconds();
	dbcpg_worker_run *runs =
		dbc_alloc(base, ((size_t) nworks + 1) * sizeof(*runs));
	int *of = dbc_alloc(base, ((size_t) nworks + 1) * sizeof(*of));
	int nruns = 0;

	for (int i = 0; i < nworks; i++)
	{
		runs[nruns] = prepare(host, &works[i]);
		results[i] = (dbc_outside_result){.ran = true};
		of[nruns] = i;
		nruns += runs[nruns].ntasks > 0;
	}
	if (nruns == 0)
		return;
	dbcpg_end_transaction();
	dbcpg_run_worker_requests(host, runs, nruns);
	dbcpg_begin_transaction(host);
	for (int i = 0; i < nruns; i++)
	{
		dbc_outside_result *result = &results[of[i]];

		result->ran = runs[i].started;
		result->failed = runs[i].failure != NULL;
		result->duration_us = runs[i].ended_us - start;
		if (result->failed)
			handle_failure(host, &runs[i], &result->error);
	}
}

bool
dbcpg_run_outside(dbc_host *base, const dbc_outside_script *work,
				  dbc_error *error)
{
	dbcpg_host *host = dbcpg_of(base);
	dbc_outside_result result;

	if (!work->version)
		host->invalid_before =
			dbc_get_text(base, dbc_query(base, "core/invalid_before"), 0, 0);
	dbcpg_run_outside_together(base, work, 1, &result);
	if (result.failed)
		*error = result.error;
	return !result.failed;
}
