/*
 * run.c
 *	  Runs batches, one per transaction.
 *
 * The number of rows is adapted to batch_ms: a batch that took too long at
 * least halves it, a faster one raises it by at most half.  Where most of the
 * time does not depend on the rows, as with a join that is prepared for each
 * batch, that would end at one row: if half of the rows take as long, batches
 * become larger instead.
 *
 * How long rows take differs: many are read quickly, and the next ones are all
 * changed.  SQLite has one writer, whom every other one waits for, so a batch
 * there can have several steps of few rows, and ends in time.
 */
#include "common/batch/batch.h"

#include "common/core/clock.h"
#include "common/core/retry.h"
#include "common/core/rights.h"
#include "common/core/text.h"

/* The rows of the first batch, small because the cache may be cold, and the
 * most rows of any batch. */
#define FIRST_ROWS 100
#define MOST_ROWS  1000000

/* The most rows of a step that is repeated. */
#define STEP_ROWS 2000

/* Share of batch_ms to aim at, so that most batches stay below it. */
#define AIM 0.5

/* How long to pause while a standby is behind, in milliseconds. */
#define LAG_PAUSE_MS 1000

/* The microseconds for the rows of a batch.  A commit takes as long for one row
 * as for many, so at least half of the time is for rows. */
static int64_t
time_for_rows(const dbc_batch_run *run, int64_t commit_us)
{
	int64_t limit = run->batch_ms * 1000;

	return commit_us < limit / 2 ? limit - commit_us : limit / 2;
}

/* Whether half of the rows of an earlier batch took about as long; used is the
 * duration of the last batch without its commit. */
static bool
shrinks_in_vain(dbc_batch_run *run, int64_t used)
{
	bool is_half = run->done * 2 <= run->tried_rows;

	if (is_half && (double) used > 0.8 * (double) run->tried_us)
		return true;
	if (is_half || run->done >= run->tried_rows)
	{
		run->tried_rows = run->done;
		run->tried_us = used;
	}
	return false;
}

/* Adapts the number of rows to the duration of the last batch. */
static void
adapt(dbc_batch_run *run, int64_t commit_us)
{
	int64_t us = time_for_rows(run, commit_us);
	int64_t used = run->us - commit_us;
	double rows = (double) run->rows;
	double wanted =
		(double) run->done * AIM * (double) us / (double) (used + 1);
	double most = run->keep ? STEP_ROWS : MOST_ROWS;

	if (run->done < run->rows && !run->cut)
		return; /* a last, smaller batch, or none */
	if (used > us && wanted > rows / 2)
		wanted = rows / 2;
	if (wanted > rows * 1.5)
		wanted = rows * 1.5 + 1;
	if (shrinks_in_vain(run, used) && wanted < rows)
		wanted = (double) run->tried_rows * 1.5 + 1;
	if (wanted < 1)
		wanted = 1;
	if (wanted > most)
		wanted = most;
	run->rows = (int64_t) wanted;
}

/* Whether a standby is too far behind. */
static bool
lags(dbc_host *host, const dbc_batch_run *run)
{
	return dbc_find_sql(host, "batch/lag") &&
		   /* null without a streaming standby */
		   dbc_get_int_or(host, dbc_query(host, "batch/lag"), 0, 0, 0) >
			   run->max_lag_bytes;
}

/* Why a run ends early. */
typedef struct ending
{
	dbc_batch_run *run;
	const char *error;
} ending;

/* Saves that; for dbc_guard(). */
static void
save_ending(dbc_host *host, void *arg)
{
	ending *e = arg;

	e->run->stop(host, e->run, e->error);
}

/* Ends the run early; see stop().  If saving that conflicts with another
 * session, the next turn comes to the same end. */
static void
stop(dbc_host *host, dbc_batch_run *run, const char *why)
{
	ending e = {.run = run, .error = why};
	dbc_error error;

	run->over = dbc_guard(host, save_ending, &e, DBC_KEEP, false, &error);
	if (run->over)
		return;
	if (!dbc_is_transient(&error) || run->endings++ >= run->retries)
		dbc_rethrow(host, &error);
	run->wait_ms = dbc_retry_pause(run->endings);
}

const char *
dbc_batch_error(dbc_host *host, const dbc_error *error)
{
	return dbc_format(host, "%s%s%s", error->message, error->detail ? ": " : "",
					  error->detail ? error->detail : "");
}

/* Saves that a batch has failed, and fails unless the run survives that. */
static void
fail_batch(dbc_host *host, dbc_batch_run *run, dbc_error *error)
{
	stop(host, run, dbc_batch_error(host, error));
	if (run->survives || !run->over)
		return;
	dbc_commit(host, 0);
	error->detail = dbc_format(
		host, "%s%sCompleted batches are kept and do not run again.",
		error->detail ? error->detail : "", error->detail ? " " : "");
	dbc_rethrow(host, error);
}

bool
dbc_batch_has_time(dbc_host *host, const dbc_batch_run *run)
{
	return (double) (dbc_microseconds() - run->turn_started) <
		   AIM * (double) time_for_rows(run, host->commit_us);
}

/* Runs the next step, or several; for dbc_guard(). */
static void
run_step(dbc_host *host, void *arg)
{
	dbc_batch_run *run = arg;
	int64_t done = 0;

	if (run->table && run->table->id != 0)
		dbc_require_same_table(host, run->table);
	run->cut = false;
	run->turn++;
	run->turn_started = dbc_microseconds();
	if (run->keep)
		run->keep(run, false);
	do
	{
		run->done = 0;
		run->step(host, run);
		done += run->done;
	} while (run->keep && !run->over && run->done == run->rows &&
			 dbc_batch_has_time(host, run));
	run->done = done;
	dbc_batch_renew(host, run->work);
	if (run->done > 0 && dbc_find_sql(host, "batch/quick_commit"))
		dbc_query(host, "batch/quick_commit");
}

/* Runs a batch; after a lock timeout, plans the next attempt. */
static void
run_batch(dbc_host *host, dbc_batch_run *run)
{
	int64_t start = dbc_microseconds();
	dbc_error error = {0};

	if (dbc_guard(host, run_step, run, run->alone ? DBC_KEEP_ALL : DBC_KEEP,
				  false, &error))
	{
		run->attempt = 1;
		run->us = dbc_microseconds() - start;
		run->wait_ms = run->pause_ms;
		/* assume that its commit takes as long as the last one */
		if (run->pause_ms < 0)
			run->wait_ms = 1 + (run->us + host->commit_us) / 1000;
		return;
	}
	run->done = 0;
	if (run->keep)
		run->keep(run, true);
	if (!dbc_is_transient(&error) || run->attempt > run->retries)
	{
		fail_batch(host, run, &error);
		return;
	}
	/* smaller batches lock fewer rows while they wait */
	run->rows = (run->rows + 1) / 2;
	run->wait_ms = dbc_retry_pause(++run->attempt);
}

/* Runs one step of the loop: a batch, a pause, or the end by max_seconds. */
static void
take_turn(dbc_host *host, void *arg)
{
	dbc_batch_run *run = arg;

	run->done = 0;
	if (run->max_seconds >= 0 &&
		dbc_microseconds() - run->started >= run->max_seconds * 1000000)
		stop(host, run, NULL);
	else if (run->may_lag)
	{
		/* in a transaction of its own, since a step may need a new snapshot */
		run->may_lag = lags(host, run);
		run->wait_ms = run->may_lag ? LAG_PAUSE_MS : 0;
	}
	else
	{
		run_batch(host, run);
		run->may_lag = run->max_lag_bytes >= 0;
	}
}

void
dbc_batch_execute(dbc_host *host, dbc_batch_run *run)
{
	run->started = dbc_microseconds();
	run->attempt = 1;
	run->rows = FIRST_ROWS;
	run->may_lag = run->max_lag_bytes >= 0;
	if (!host->traits->one_writer)
		run->keep = NULL;
	while (!run->over)
	{
		dbc_scoped(host, take_turn, run);
		dbc_commit(host, run->over ? 0 : run->wait_ms);
		run->alone = true;
		if (run->done == 0)
			continue;
		run->us += host->commit_us;
		if (run->us > run->longest_us)
			run->longest_us = run->us;
		adapt(run, host->commit_us);
	}
}
