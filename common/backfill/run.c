/*
 * run.c
 *	  Runs a backfill, batch by batch.
 *
 * A batch updates a number of rows after the saved place and saves the place of
 * its last row in the same transaction.  The number of rows is adapted to
 * batch_ms: a batch that took too long at least halves it, a faster one raises
 * it by at most half.
 *
 * The end is fixed at the start.  If the condition of the statement becomes
 * false for updated rows, the backfill continues with the rows added after that
 * end, and is complete when no row matches; this check, too, reads the rows in
 * ranges.
 */
#include "common/backfill/backfill.h"

#include "common/core/clock.h"
#include "common/core/retry.h"
#include "common/core/text.h"

/* The rows of the first batch, small because the cache may be cold, and the
 * most rows of any batch. */
#define FIRST_ROWS 100
#define MOST_ROWS  1000000

/* Share of batch_ms to aim at, so that most batches stay below it. */
#define AIM 0.5

/* How long to pause while a standby is behind, in milliseconds. */
#define LAG_PAUSE_MS 1000

/* One call that runs a backfill. */
typedef struct run
{
	const dbc_backfill *backfill;
	int64_t started;  /* microseconds; start of the call */
	int64_t saved_at; /* microseconds; time until then is saved */
	int64_t attempt;  /* at the current batch, counting lock timeouts */
	int64_t pause_ms; /* before the next batch */
	int64_t rows;	  /* of the next batch */
	int64_t done;	  /* rows of the last batch, 0 if it did not run */
	int64_t us;		  /* microseconds the last batch took */
	int64_t longest_us;
	bool over;
} run;

/* The saved progress of a backfill. */
typedef struct progress
{
	const char *state; /* NULL: deleted, or replaced by another statement */
	const char *done;
	const char *end;
	const char *checked;
	dbc_value tells_done;
} progress;

/* ---- one transaction ---- */

/* Reports the progress; the total is an estimate and may be exceeded. */
static void
show_progress(dbc_host *host, const dbc_backfill *b, int64_t done,
			  int64_t total)
{
	dbc_progress(host, b->name, done, done < total ? total : done + 1);
}

/* Reads the saved progress and locks it. */
static progress
read_progress(dbc_host *host, const dbc_backfill *b)
{
	dbc_value name = dbc_text(b->name);
	const dbc_rows *rows = dbc_query(host, "backfill/lock", name);
	const dbc_value *cells;
	progress p = {.state = NULL};

	/* another session may have deleted the backfill and started one of this
	 * name */
	if (rows->nrows == 0 ||
		!dbc_same(dbc_get_text(host, rows, 0, 7), b->update.text))
		return p;
	cells = dbc_get_row(host, rows, 0, "tTTTBiIt");
	p.state = dbc_get_word(host, rows, 0, 0, dbc_backfill_states);
	p.done = cells[1].text;
	p.end = cells[2].text;
	p.checked = cells[3].text;
	p.tells_done = cells[4];
	show_progress(host, b, cells[5].integer, cells[6].integer);
	return p;
}

/* Runs a statement of the user. */
static const dbc_rows *
run_statement(dbc_host *host, const dbc_backfill *b, const char *sql)
{
	dbc_script script = {.label = dbc_format(host, "backfill %s", b->name),
						 .first_line = 1,
						 .has_places = true};

	host->split(host, sql, &script);
	return host->run(host, &script, NULL);
}

/* A query for matching rows in a range. */
typedef struct match_query
{
	const dbc_backfill *backfill;
	const char *after;
	const char *up_to;
	bool found;
} match_query;

/* Runs the query; for dbc_guard(). */
static void
find_match(dbc_host *host, void *arg)
{
	match_query *l = arg;
	const dbc_backfill *b = l->backfill;
	const char *range = dbc_backfill_key_range(
		host, &b->table, b->update.qualifier, l->after, l->up_to);

	l->found = run_statement(host, b,
							 dbc_backfill_match_range(host, &b->update, range))
				   ->nrows > 0;
}

/* Whether the condition matches a row of a range. */
static bool
matches(dbc_host *host, const dbc_backfill *b, const char *after,
		const char *up_to)
{
	match_query l = {.backfill = b, .after = after, .up_to = up_to};
	dbc_error error;

	if (!dbc_guard(host, find_match, &l, DBC_KEEP, true, &error))
		dbc_rethrow(host, &error);
	return l.found;
}

/* The end of the next range; sets r->done to its number of rows. */
static const char *
next_place(dbc_host *host, run *r, const char *after, const char *end)
{
	const dbc_backfill *b = r->backfill;
	const char *place =
		dbc_backfill_nth_place(host, &b->table, after, end, r->rows);

	r->done =
		place ? r->rows : dbc_backfill_count_rows(host, &b->table, after, end);
	return place ? place : end;
}

/* The longest transaction of this call, in milliseconds. */
static dbc_value
longest(const run *r)
{
	return dbc_real((double) r->longest_us / 1000);
}

/* Updates the next range of rows. */
static void
update_batch(dbc_host *host, run *r, const progress *p)
{
	const dbc_backfill *b = r->backfill;
	const char *up_to = next_place(host, r, p->done, p->end);
	const char *range = dbc_backfill_key_range(
		host, &b->table, b->update.qualifier, p->done, up_to);
	int64_t changed =
		run_statement(host, b,
					  dbc_backfill_update_range(host, &b->update, range))
			->affected;
	int64_t now = dbc_microseconds();
	dbc_value tells_done = p->tells_done;

	if (b->update.condition && tells_done.kind == DBC_NULL && changed > 0)
		tells_done = dbc_bool(!matches(host, b, p->done, up_to));
	dbc_query(host, "backfill/advance", dbc_text(b->name), dbc_text(up_to),
			  dbc_int(r->done), dbc_int(changed), tells_done,
			  dbc_real((double) (now - r->saved_at) / 1000), longest(r));
	if (dbc_find_sql(host, "backfill/batch"))
		dbc_query(host, "backfill/batch");
	r->saved_at = now;
}

/* Saves a new state and ends the call. */
static void
set_state(dbc_host *host, run *r, const char *state, const char *failure)
{
	dbc_query(host, "backfill/state", dbc_text(r->backfill->name),
			  dbc_text(state), dbc_text(failure), longest(r));
	r->over = true;
}

/* Saves a new end, and the place up to which rows were checked. */
static void
save_check(dbc_host *host, const run *r, const char *end, const char *checked)
{
	dbc_query(host, "backfill/check", dbc_text(r->backfill->name),
			  dbc_text(end), dbc_text(checked));
}

/* Checks the next range for rows that still match. */
static void
check_batch(dbc_host *host, run *r, const progress *p)
{
	const char *up_to = next_place(host, r, p->checked, p->end);

	if (matches(host, r->backfill, p->checked, up_to))
		dbc_fail(host, DBC_NOT_READY,
				 "The rows were written after the backfill had passed them, or "
				 "the statement leaves them matching.",
				 "Fix the code that writes these rows, then run the backfill "
				 "with {\"restart\": true}; if the statement leaves rows "
				 "matching, correct its condition.",
				 "rows still match the condition of backfill \"%s\"",
				 r->backfill->name);
	save_check(host, r, p->end, up_to);
}

/* Whether two places are the same; NULL equals NULL. */
static bool
is_at(const char *place, const char *end)
{
	return place == end || (place && end && dbc_same(place, end));
}

/* At the end: continues with rows added later, checks, or completes. */
static void
finish(dbc_host *host, run *r, const progress *p)
{
	const dbc_backfill *b = r->backfill;
	bool checks = b->update.condition &&
				  (p->tells_done.kind == DBC_NULL || p->tells_done.integer);
	const char *later = checks && !p->checked
							? dbc_backfill_last_place(host, &b->table, p->end)
							: NULL;

	if (later)
		save_check(host, r, later, NULL);
	else if (checks && !is_at(p->checked, p->end))
		check_batch(host, r, p);
	else
		set_state(host, r, "complete", NULL);
}

/* Runs the next step; for dbc_guard(). */
static void
run_step(dbc_host *host, void *arg)
{
	run *r = arg;
	progress p = read_progress(host, r->backfill);

	r->done = 0;
	if (!p.state || !dbc_same(p.state, "running"))
		r->over = true;
	else if (!is_at(p.done, p.end))
		update_batch(host, r, &p);
	else
		finish(host, r, &p);
}

/* ---- between transactions ---- */

/* Adapts the number of rows to the duration of the last batch. */
static void
adapt(run *r)
{
	const dbc_backfill *b = r->backfill;
	double rows = (double) r->rows;
	double wanted =
		rows * AIM * (double) b->batch_ms * 1000 / (double) (r->us + 1);

	if (r->done < r->rows)
		return; /* a last, smaller batch, or none */
	if (r->us > b->batch_ms * 1000 && wanted > rows / 2)
		wanted = rows / 2;
	if (wanted > rows * 1.5)
		wanted = rows * 1.5 + 1;
	if (wanted < 1)
		wanted = 1;
	if (wanted > MOST_ROWS)
		wanted = MOST_ROWS;
	r->rows = (int64_t) wanted;
}

/* Whether a standby is too far behind. */
static bool
lags(dbc_host *host, const dbc_backfill *b)
{
	return b->max_lag_bytes >= 0 && dbc_find_sql(host, "backfill/lag") &&
		   /* null without a streaming standby */
		   dbc_get_int_or(host, dbc_query(host, "backfill/lag"), 0, 0, 0) >
			   b->max_lag_bytes;
}

/* Saves that a batch has failed, and fails. */
static _Noreturn void
fail_batch(dbc_host *host, run *r, dbc_error *error)
{
	set_state(host, r, "failed",
			  dbc_format(host, "%s%s%s", error->message,
						 error->detail ? ": " : "",
						 error->detail ? error->detail : ""));
	host->commit(host, 0);
	error->detail = dbc_format(
		host, "%s%sCompleted batches are kept and do not run again.",
		error->detail ? error->detail : "", error->detail ? " " : "");
	dbc_rethrow(host, error);
}

/* Runs a batch; after a lock timeout, plans the next attempt. */
static void
run_batch(dbc_host *host, run *r)
{
	const dbc_backfill *b = r->backfill;
	int64_t start = dbc_microseconds();
	dbc_error error = {0};

	if (dbc_guard(host, run_step, r, DBC_KEEP, false, &error))
	{
		r->attempt = 1;
		r->us = dbc_microseconds() - start;
		r->pause_ms = b->pause_ms;
		/* assume that its commit takes as long as the last one */
		if (b->pause_ms < 0)
			r->pause_ms = 1 + (r->us + host->commit_us) / 1000;
		return;
	}
	if (!dbc_is_transient(&error) || r->attempt > b->retries)
		fail_batch(host, r, &error);
	/* smaller batches lock fewer rows while they wait */
	r->rows = (r->rows + 1) / 2;
	r->done = 0;
	r->pause_ms = dbc_retry_pause(++r->attempt);
}

/* Runs one step of the loop: a batch, a pause, or the end by max_seconds. */
static void
take_turn(dbc_host *host, void *arg)
{
	run *r = arg;
	const dbc_backfill *b = r->backfill;

	r->done = 0;
	if (b->max_seconds >= 0 &&
		dbc_microseconds() - r->started >= b->max_seconds * 1000000)
		set_state(host, r, "running", NULL);
	else if (lags(host, b))
		r->pause_ms = LAG_PAUSE_MS;
	else
		run_batch(host, r);
}

void
dbc_backfill_run(dbc_host *host, const dbc_backfill *backfill)
{
	run r = {.backfill = backfill,
			 .started = dbc_microseconds(),
			 .saved_at = dbc_microseconds(),
			 .attempt = 1,
			 .rows = FIRST_ROWS};

	while (!r.over)
	{
		host->scoped(host, take_turn, &r);
		host->commit(host, r.over ? 0 : r.pause_ms);
		if (r.done == 0)
			continue;
		r.us += host->commit_us;
		if (r.us > r.longest_us)
			r.longest_us = r.us;
		adapt(&r);
	}
}
