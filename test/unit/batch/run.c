/*
 * run.c
 *	  How many rows the batches of a run get, how it ends, and which call may
 *	  run.
 */
#include "test/unit/fake/backfill.h"

#include "common/batch/batch.h"
#include "common/core/clock.h"
#include "common/core/text.h"

#define BATCHES 20

/* A run of some batches. */
typedef struct work
{
	dbc_batch_run run;
	int64_t us_per_row;
	int64_t us_per_batch;
	int batches;
	int64_t rows[BATCHES]; /* of each batch */
	int failures;		   /* so many attempts to save its end fail */
	const char *sqlstate;  /* as this one */
	const char *ended;	   /* the error that was saved */
	bool breaks;		   /* its third batch fails */
	int kept;			   /* batches before the current transaction */
} work;

/* Takes as long as the rows need. */
static void
step(dbc_host *host, dbc_batch_run *run)
{
	work *w = run->arg;
	int64_t end =
		dbc_microseconds() + w->us_per_batch + w->us_per_row * run->rows;

	if (w->breaks && w->batches == 2)
		dbc_fail(host, DBC_NOT_READY, NULL, NULL, "a batch fails");
	while (dbc_microseconds() < end)
		;
	w->rows[w->batches++] = run->done = run->rows;
	run->over = w->batches == BATCHES;
}

static void
stop_run(dbc_host *host, dbc_batch_run *run, const char *error)
{
	work *w = run->arg;

	if (w->failures-- > 0)
		dbc_fail(host, w->sqlstate, NULL, NULL, "cannot be saved");
	w->ended = error ? error : "time limit";
}

static void
keep(dbc_batch_run *run, bool restore)
{
	work *w = run->arg;

	if (restore)
		w->batches = w->kept;
	else
		w->kept = w->batches;
}

static bool
slow_commit(dbc_host *host, int64_t pause_ms)
{
	(void) pause_ms;
	host->commit_us = 60000;
	return true;
}

static void
execute(dbc_host *host, void *arg)
{
	work *w = arg;

	w->run.step = step;
	w->run.stop = stop_run;
	w->run.arg = w;
	dbc_batch_execute(host, &w->run);
}

/* A commit that takes longer than a batch may leaves half of the time to the
 * rows. */
static void
slow_commits_leave_rows(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	work quick = {
		.run = {.batch_ms = 50, .max_seconds = -1, .max_lag_bytes = -1}};
	work slow = quick;

	(void) state;
	fake->seam.commit = slow_commit;
	assert_true(fake_try(fake, execute, &quick));
	assert_true(quick.rows[BATCHES - 1] > quick.rows[0]);
	/* 12.5 ms are aimed at, on a machine that may be busy */
	slow.us_per_row = 50;
	assert_true(fake_try(fake, execute, &slow));
	assert_in_range(slow.rows[BATCHES - 1], 2, 500);
	fake_free(fake);
}

/* A batch that takes too long is followed by one of at most half its rows. */
static void
rows_follow_the_time(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	work w = {.run = {.batch_ms = 10, .max_seconds = -1, .max_lag_bytes = -1},
			  .us_per_row = 200};

	(void) state;
	assert_true(fake_try(fake, execute, &w));
	assert_int_equal(w.rows[0], 100);
	assert_in_range(w.rows[1], 1, 50);
	fake_free(fake);
}

/* Where fewer rows make no shorter batch, batches become larger. */
static void
rows_do_not_shrink_in_vain(void **state)
{
	fake_host *fake = fake_new(DBC_ON_POSTGRESQL);
	int64_t rows = 0;

	(void) state;
	/* on a busy machine some batches take longer than others by chance */
	for (int tries = 0; tries < 5 && rows < 188; tries++)
	{
		work w = {
			.run = {.batch_ms = 10, .max_seconds = -1, .max_lag_bytes = -1},
			.us_per_row = 1,
			.us_per_batch = 15000};

		assert_true(fake_try(fake, execute, &w));
		rows = 0;
		for (int i = 0; i < BATCHES; i++)
			rows += w.rows[i];
	}
	/* 187 if each were at most half of the one before */
	assert_in_range(rows, 188, 20000);
	fake_free(fake);
}

/* Saving the end of a run is tried again after a conflict, and then the run
 * comes to the same end; any other failure is raised. */
static void
ends_are_saved_again(void **state)
{
	fake_host *fake = fake_new(DBC_ON_POSTGRESQL);
	work w = {.run = {.batch_ms = 50,
					  .max_seconds = -1,
					  .max_lag_bytes = -1,
					  .retries = 2,
					  .survives = true},
			  .breaks = true,
			  .failures = 2,
			  .sqlstate = "40001"};
	work again = w;
	work timed = w;

	(void) state;
	assert_true(fake_try(fake, execute, &w));
	assert_string_equal(w.ended, "a batch fails");
	assert_int_equal(w.batches, 2);

	again.failures = 3;
	assert_false(fake_try(fake, execute, &again));
	assert_string_equal(fake->error.sqlstate, "40001");
	again = w;
	again.run = (dbc_batch_run){
		.batch_ms = 50, .max_seconds = -1, .max_lag_bytes = -1, .retries = 2};
	again.batches = 0;
	again.failures = 1;
	again.sqlstate = DBC_UNSUPPORTED;
	assert_false(fake_try(fake, execute, &again));
	assert_string_equal(fake->error.sqlstate, DBC_UNSUPPORTED);

	/* one that does not survive a batch fails as that did */
	again.run = (dbc_batch_run){
		.batch_ms = 50, .max_seconds = -1, .max_lag_bytes = -1, .retries = 2};
	again.batches = 0;
	again.failures = 1;
	again.sqlstate = "40001";
	again.ended = NULL;
	assert_false(fake_try(fake, execute, &again));
	assert_non_null(again.ended);
	assert_string_equal(fake->error.message, "a batch fails");

	timed.run.max_seconds = 0;
	assert_true(fake_try(fake, execute, &timed));
	assert_string_equal(timed.ended, "time limit");
	assert_int_equal(timed.batches, 0);
	fake_free(fake);
}

/* A batch on SQLite can have several steps, of a limited number of rows; if one
 * of them fails, all are undone. */
static void
steps_are_repeated(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	work w = {.run = {.batch_ms = 60000,
					  .max_seconds = -1,
					  .max_lag_bytes = -1,
					  .survives = true,
					  .keep = keep}};
	work broken = w;
	work other = w;

	(void) state;
	assert_true(fake_try(fake, execute, &w));
	assert_int_equal(w.run.turn, 1);
	assert_int_equal(w.batches, BATCHES);
	broken.breaks = true;
	assert_true(fake_try(fake, execute, &broken));
	assert_string_equal(broken.ended, "a batch fails");
	assert_int_equal(broken.batches, 0);
	fake_free(fake);

	fake = fake_new(DBC_ON_POSTGRESQL);
	other.breaks = true;
	assert_true(fake_try(fake, execute, &other));
	assert_int_equal(other.batches, 2);
	fake_free(fake);
}

static void
lock(dbc_host *host, void *arg)
{
	(void) arg;
	dbc_batch_lock(host, "work", "it is", "Wait.");
}

static bool
take(dbc_host *host, const char *name)
{
	(void) host;
	(void) name;
	return false;
}

/* A call that finds another one at work fails; also if that ends meanwhile. */
static void
one_call_works(void **state)
{
	fake_host *fake = fake_new(DBC_ON_POSTGRESQL);

	(void) state;
	assert_true(fake_try(fake, lock, NULL));
	fake->runner = 42;
	assert_false(fake_try(fake, lock, NULL));
	assert_string_equal(fake->error.sqlstate, DBC_LOCK_NOT_AVAILABLE);
	assert_string_equal(fake->error.message, "it is running in process 42");
	assert_string_equal(fake->error.hint, "Wait.");
	fake->runner = 0;
	fake->batch.lock = take;
	assert_false(fake_try(fake, lock, NULL));
	assert_string_equal(fake->error.message,
						"it is running in another process");
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slow_commits_leave_rows),
		cmocka_unit_test(rows_follow_the_time),
		cmocka_unit_test(rows_do_not_shrink_in_vain),
		cmocka_unit_test(ends_are_saved_again),
		cmocka_unit_test(steps_are_repeated),
		cmocka_unit_test(one_call_works),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
