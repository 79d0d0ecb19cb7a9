/*
 * run.c
 *	  Runs a backfill, batch by batch.
 *
 * A batch updates a number of rows after the saved place and saves the place of
 * its last row in the same transaction.  The number of rows is adapted to
 *
 * The end is fixed at the start.  If the condition of the statement becomes
 * false for updated rows, the backfill continues with the rows added after that
 * end, and is complete when no row matches; this check, too, reads the rows in
 * ranges.
 */
#include "common/backfill/backfill.h"

#include "common/core/clock.h"
#include "common/core/text.h"

/* The saved progress of a backfill. */
typedef struct progress
{
	const char *state; /* NULL: deleted, or replaced by another statement */
	const char *done;
	const char *end;
	const char *checked;
	dbc_value tells_done;
} progress;

/* Reports the progress; the total is an estimate and may be exceeded. */
static void
show_progress(dbc_host *host, const dbc_backfill *b, int64_t done,
			  int64_t total)
{
	dbc_progress(host, b->name, done, done < total ? total : done);
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
						 .about = b->table.relation,
						 .has_places = true};

	dbc_split(host, sql, &script);
	return dbc_run_script(host, &script, NULL);
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
	const char *range = dbc_batch_range(host, &b->table, b->update.qualifier,
										l->after, l->up_to);

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

/* The end of the next range; sets b->batch.done to its number of rows. */
static const char *
next_place(dbc_host *host, dbc_backfill *b, const char *after, const char *end)
{
	const char *place =
		dbc_batch_nth_place(host, &b->table, after, end, b->batch.rows);

	b->batch.done = place ? b->batch.rows
						  : dbc_batch_count_rows(host, &b->table, after, end);
	return place ? place : end;
}

/* The longest transaction of this call, in milliseconds. */
static dbc_value
longest(const dbc_backfill *b)
{
	return dbc_real((double) b->batch.longest_us / 1000);
}

/* Updates the next range of rows. */
static void
update_batch(dbc_host *host, dbc_backfill *b, const progress *p)
{
	const char *up_to = next_place(host, b, p->done, p->end);
	const char *range =
		dbc_batch_range(host, &b->table, b->update.qualifier, p->done, up_to);
	dbc_value tells_done = p->tells_done;
	int64_t changed;
	int64_t now;

	changed = run_statement(host, b,
							dbc_backfill_update_range(host, &b->update, range))
				  ->affected;
	now = dbc_microseconds();
	if (b->update.condition && tells_done.kind == DBC_NULL && changed > 0)
		tells_done = dbc_bool(!matches(host, b, p->done, up_to));
	dbc_query(host, "backfill/advance", dbc_text(b->name), dbc_text(up_to),
			  dbc_int(b->batch.done), dbc_int(changed), tells_done,
			  dbc_real((double) (now - b->saved_at) / 1000), longest(b));
	b->saved_at = now;
}

/* Saves a new state and ends the call. */
static void
set_state(dbc_host *host, dbc_backfill *b, const char *state,
		  const char *failure)
{
	dbc_query(host, "backfill/state", dbc_text(b->name), dbc_text(state),
			  dbc_text(failure), longest(b));
	b->batch.over = true;
}

/* Saves a new end, and the place up to which rows were checked. */
static void
save_check(dbc_host *host, const dbc_backfill *b, const char *end,
		   const char *checked)
{
	dbc_query(host, "backfill/check", dbc_text(b->name), dbc_text(end),
			  dbc_text(checked));
}

/* Checks the next range for rows that still match. */
static void
check_batch(dbc_host *host, dbc_backfill *b, const progress *p)
{
	const char *up_to = next_place(host, b, p->checked, p->end);

	if (matches(host, b, p->checked, up_to))
		dbc_fail(host, DBC_NOT_READY,
				 "The rows were written after the backfill had passed them, or "
				 "the statement leaves them matching.",
				 "Fix the code that writes these rows, then run the backfill "
				 "with {\"restart\": true}; if the statement leaves rows "
				 "matching, correct its condition.",
				 "rows still match the condition of backfill \"%s\"", b->name);
	save_check(host, b, p->end, up_to);
}

/* Whether two places are the same; NULL equals NULL. */
static bool
is_at(const char *place, const char *end)
{
	return place == end || (place && end && dbc_same(place, end));
}

/* At the end: continues with rows added later, checks, or completes. */
static void
finish(dbc_host *host, dbc_backfill *b, const progress *p)
{
	bool checks = b->update.condition &&
				  (p->tells_done.kind == DBC_NULL || p->tells_done.integer);
	const char *later = checks && !p->checked
							? dbc_batch_last_place(host, &b->table, p->end)
							: NULL;

	if (later)
		save_check(host, b, later, NULL);
	else if (checks && !is_at(p->checked, p->end))
		check_batch(host, b, p);
	else
		set_state(host, b, "complete", NULL);
}

/* Runs the next batch; see batch/batch.h. */
static void
run_step(dbc_host *host, dbc_batch_run *run)
{
	dbc_backfill *b = run->arg;
	progress p = read_progress(host, b);

	if (!p.state || !dbc_same(p.state, "running"))
		run->over = true;
	else if (!is_at(p.done, p.end))
		update_batch(host, b, &p);
	else
		finish(host, b, &p);
}

/* Saves that the call ends early; see batch/batch.h. */
static void
stop(dbc_host *host, dbc_batch_run *run, const char *error)
{
	set_state(host, run->arg, error ? "failed" : "running", error);
}

void
dbc_backfill_execute(dbc_host *host, dbc_backfill *b)
{
	b->saved_at = dbc_microseconds();
	b->batch.step = run_step;
	b->batch.stop = stop;
	b->batch.table = b->table.relation;
	b->batch.arg = b;
	dbc_batch_execute(host, &b->batch);
}
