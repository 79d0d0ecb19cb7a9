/*
 * samples.c
 *	  Starting to monitor, samples, statements, and how long all that is kept.
 */
#include "common/core/tables.h"
#include "test/unit/fake/samples.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/clock.h"
#include "common/core/text.h"
#include "common/monitor/retention.h"

#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)
#define DAY	   (24 * HOUR)

/* A host that is monitored. */
static fake_host *
monitored(int engine)
{
	fake_host *fake = fake_new(engine);

	fake_rows(fake, "core/tables_state", 2, 1, dbc_bool(true), dbc_bool(true));
	fake_rows(fake, "core/tables_version", 1, 1, dbc_int(1));
	fake_rows(fake, "core/settings", 2, 0);
	fake_rows(fake, "health/tables", 12, 1, dbc_text("t"), dbc_int(1),
			  dbc_int(4096), dbc_null(), dbc_null(), dbc_null(), dbc_null(),
			  dbc_null(), dbc_null(), dbc_null(), dbc_null(), dbc_null());
	fake_monitors(fake);
	return fake;
}

/* ---- time ---- */

static void
times_are_read_back(void **state)
{
	static const int64_t times[] = {0, 951782400000, /* 29 February 2000 */
									1709164799999,	 /* a day before that */
									4102444800000,	 /* 2100 */
									-1};
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	size_t i;

	(void) state;
	for (i = 0; i < sizeof(times) / sizeof(times[0]); i++)
	{
		int64_t ms = 7;

		assert_true(dbc_parse_time(dbc_time_text(&fake->base, times[i]), &ms));
		assert_true(ms == times[i]);
	}
	assert_string_equal(dbc_time_text(&fake->base, 951782400007),
						"2000-02-29T00:00:00.007Z");
	fake_free(fake);
}

static void
other_text_is_refused_as_time(void **state)
{
	static const char *const texts[] = {"", "yesterday",
										"2000-02-29T00:00:00.007Zx",
										"2000-02-29T0a:00:00.007Z"};
	int64_t ms = 7;
	size_t i;

	(void) state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_false(dbc_parse_time(texts[i], &ms));
	assert_int_equal(ms, 7);
}

/* ---- starting ---- */

static void
an_interval_has_limits(void **state)
{
	fake_host *fake = monitored(DBC_ON_SQLITE);

	(void) state;
	assert_true(fake_call(fake, "dbmonitor_start", 1, dbc_real(0.1)));
	assert_int_equal(fake_count(fake, "watch"), 1);
	assert_true(fake_call(fake, "dbmonitor_start", 1, dbc_real(86400)));
	assert_false(fake_call(fake, "dbmonitor_start", 1, dbc_real(0.05)));
	fake_expect_error(fake, "22023", "interval_seconds cannot be 0.05");
	assert_false(fake_call(fake, "dbmonitor_start", 1, dbc_real(86401)));
	assert_false(fake_call(fake, "dbmonitor_start", 1, dbc_real(NAN)));
	assert_int_equal(fake_count(fake, "watch"), 0);
	fake_free(fake);
}

static void
thread_options_are_of_sqlite(void **state)
{
	fake_host *fake = monitored(DBC_ON_POSTGRESQL);

	(void) state;
	assert_false(fake_call(fake, "dbmonitor_start", 2, dbc_null(),
						   dbc_json("{\"thread\": true}")));
	fake_expect_error(fake, "0A000", "option \"thread\" exists on SQLite only");
	assert_false(fake_call(fake, "dbmonitor_start", 2, dbc_null(),
						   dbc_json("{\"samples_file\": \"x.db\"}")));
	fake_expect_error(fake, "0A000",
					  "option \"samples_file\" exists on SQLite only");
	fake_free(fake);
}

static void
stopping_is_stored(void **state)
{
	fake_host *fake = monitored(DBC_ON_SQLITE);

	(void) state;
	assert_true(fake_call(fake, "dbmonitor_stop", 0));
	assert_int_equal(fake_last(fake, "monitor/monitor_store")->args[0].integer,
					 0);
	assert_int_equal(fake_count(fake, "unwatch"), 1);
	fake_free(fake);
}

/* Whether the status says that samples are missing, if the last one was taken
 * so long ago. */
static bool
is_silent(fake_host *fake, int64_t seconds)
{
	fake_rows(fake, "sample/last_sample", 4, 1, dbc_int(7),
			  dbc_text(fake_ago(fake, seconds)), dbc_text("an epoch"),
			  dbc_text("{}"));
	assert_true(fake_call(fake, "dbmonitor_status", 0));
	return strstr(fake_text(fake, 0, 0), "\"silent\": true") != NULL;
}

static void
silence_is_more_than_three_intervals(void **state)
{
	fake_host *fake = monitored(DBC_ON_POSTGRESQL);

	(void) state;
	assert_false(is_silent(fake, 170));
	assert_true(is_silent(fake, 190));
	/* a clock that was put back is no excuse */
	assert_true(is_silent(fake, -3600));
	fake_free(fake);
}

static void
other_processes_see_silence(void **state)
{
	fake_host *fake = monitored(DBC_ON_SQLITE);

	(void) state;
	assert_true(is_silent(fake, 3600));
	assert_non_null(
		strstr(fake_text(fake, 0, 0), "No sample has been taken for 36"));
	fake->watched.running = true;
	assert_true(is_silent(fake, 3600));
	fake_free(fake);
}

/* ---- samples ---- */

static void
a_sample_stores_what_it_measured(void **state)
{
	fake_host *fake = monitored(DBC_ON_SQLITE);
	const fake_entry *entry;

	(void) state;
	fake->facts.disk_free = 100;
	assert_true(fake_call(fake, "dbmonitor_sample", 1,
						  dbc_json("{\"level\": \"none\"}")));
	entry = fake_last(fake, "monitor/sample_add");
	assert_string_equal(entry->args[1].text, "an epoch");
	assert_string_equal(entry->args[2].text,
						"{\"size_bytes\": 8192, \"disk_free_bytes\": 100}");
	assert_int_equal(fake_count(fake, "monitor/check_run_store"), 0);
	fake_free(fake);
}

/* A statement that has been seen. */
static dbc_sample_statement_stats
seen_of(const char *fingerprint, int64_t calls, double total_ms)
{
	return (dbc_sample_statement_stats){fingerprint, "select ?", 0,	  calls,
										1,			 total_ms,	 7,	  NAN,
										NULL,		 calls,		 NULL};
}

/* Has the fake's statements be known, one with marks. */
static void
mark_statement(fake_host *fake, const char *fingerprint, int64_t calls)
{
	fake_rows(fake, "monitor/mark_read", 5, 1, dbc_text(fingerprint),
			  dbc_int(calls), dbc_int(0), dbc_real(10), dbc_int(calls));
}

static void
statements_count_from_their_mark(void **state)
{
	dbc_sample_statement_stats seen[] = {seen_of("b", 15, 25),
										 seen_of("a", 2, 4)};
	fake_host *fake = monitored(DBC_ON_POSTGRESQL);
	const fake_entry *entry;

	(void) state;
	fake->seen = seen;
	fake->nseen = 2;
	mark_statement(fake, "b", 10);
	assert_true(fake_call(fake, "dbmonitor_sample", 1,
						  dbc_json("{\"level\": \"none\"}")));
	assert_int_equal(fake_count(fake, "monitor/query_stats_add"), 2);
	entry = fake_last(fake, "monitor/query_stats_add"); /* a, the cheaper one */
	assert_int_equal(entry->args[2].integer, 2);
	assert_non_null(strstr(fake_text(fake, 0, 0), "\"statements\": 7"));
	assert_non_null(strstr(fake_text(fake, 0, 0), "\"statement_ms\": 19"));
	assert_non_null(strstr(fake_text(fake, 0, 0), "\"statement_errors\": 2"));
	fake_free(fake);
}

static void
one_of_very_many_statements_is_not_new(void **state)
{
	fake_host *fake = monitored(DBC_ON_POSTGRESQL);
	dbc_sample_statement_stats *seen =
		dbc_alloc(&fake->base, 5001 * sizeof(*seen));
	dbc_value *marks =
		dbc_alloc(&fake->base, (size_t) 5000 * 5 * sizeof(*marks));
	int i;

	(void) state;
	for (i = 0; i < 5001; i++)
	{
		dbc_value *mark = &marks[5 * i];

		seen[i] = seen_of(dbc_format(&fake->base, "a%d", i), 3, 6);
		if (i == 5000) /* has no mark */
			break;
		mark[0] = dbc_text(seen[i].fingerprint);
		mark[1] = dbc_int(i == 0 ? 2 : 3);
		mark[2] = dbc_int(1);
		mark[3] = dbc_real(4);
		mark[4] = dbc_int(1);
	}
	seen[1].total_ms = 1; /* the cheapest is left out */
	fake->seen = seen;
	fake->nseen = 5001;
	fake_table(fake, "monitor/mark_read", NULL, 5, 5000, marks);
	assert_true(fake_call(fake, "dbmonitor_sample", 1,
						  dbc_json("{\"level\": \"none\"}")));
	assert_int_equal(fake_count(fake, "monitor/mark_store"), 2);
	assert_int_equal(fake_count(fake, "monitor/query_stats_add"), 1);
	assert_non_null(strstr(fake_text(fake, 0, 0), "\"statements\": 1,"));
	fake_free(fake);
}

static void
a_decreased_counter_was_reset(void **state)
{
	dbc_sample_statement_stats seen[] = {seen_of("b", 3, 6)};
	fake_host *fake = monitored(DBC_ON_POSTGRESQL);

	(void) state;
	fake->seen = seen;
	fake->nseen = 1;
	mark_statement(fake, "b", 10);
	assert_true(fake_call(fake, "dbmonitor_sample", 1,
						  dbc_json("{\"level\": \"none\"}")));
	assert_non_null(strstr(fake_text(fake, 0, 0), "\"statements\": 3"));
	/* one the engine has forgotten */
	mark_statement(fake, "x", 10);
	assert_true(fake_call(fake, "dbmonitor_sample", 1,
						  dbc_json("{\"level\": \"none\"}")));
	assert_int_equal(fake_count(fake, "monitor/mark_drop"), 1);
	fake_free(fake);
}

static void
earlier_counts_are_excluded(void **state)
{
	dbc_sample_statement_stats seen[] = {seen_of("b", 1000000, 6)};
	fake_host *fake = monitored(DBC_ON_POSTGRESQL);

	(void) state;
	fake->seen = seen;
	fake->nseen = 1;
	assert_true(fake_call(fake, "dbmonitor_sample", 1,
						  dbc_json("{\"level\": \"none\"}")));
	assert_int_equal(fake_count(fake, "monitor/mark_store"), 1);
	assert_non_null(strstr(fake_text(fake, 0, 0), "\"statements\": 0"));
	fake_free(fake);
}

/* ---- keeping ---- */

#define NTIMES 30000
static int64_t times[NTIMES];
static bool drop[NTIMES];
static bool scored[NTIMES];

/* Samples that stay, of those so far apart that end at an age. */
static int
kept_of(int count, int64_t apart, int64_t keep_days)
{
	int kept = 0;
	int i;

	for (i = 0; i < count; i++)
		times[i] = 1800000000000 + i * apart;
	dbc_monitor_thin_samples(times, scored, count, keep_days, drop);
	for (i = 0; i < count; i++)
		kept += !drop[i];
	return kept;
}

static void
samples_of_a_day_stay(void **state)
{
	(void) state;
	assert_int_equal(kept_of(1440, MINUTE, 365), 1440);
	/* but no more than 5000 of them */
	assert_true(kept_of(20000, 1000, 365) < 5000 + 15000 / 300 + 2);
}

static void
older_samples_are_thinned(void **state)
{
	(void) state;
	/* 14 days: one per 5 minutes */
	assert_in_range(kept_of(14 * 288 * 5, MINUTE, 365), 1440 + 13 * 288 - 5,
					1440 + 13 * 288 + 5);
	/* 90 days: one per hour */
	assert_in_range(kept_of(90 * 96, 15 * MINUTE, 365), 14 * 96 + 76 * 24 - 5,
					14 * 96 + 76 * 24 + 5);
	/* then one per day */
	assert_in_range(kept_of(200 * 24, HOUR, 365), 90 * 24 + 110 - 3,
					90 * 24 + 110 + 3);
	assert_in_range(kept_of(200 * 24, HOUR, 10), 240, 242);
}

static void
thinning_again_changes_nothing(void **state)
{
	int kept = kept_of(200 * 24, HOUR, 365);
	int n = 0;
	int i;

	(void) state;
	for (i = 0; i < 200 * 24; i++)
		if (!drop[i])
			times[n++] = times[i];
	assert_int_equal(n, kept);
	dbc_monitor_thin_samples(times, scored, n, 365, drop);
	for (i = 0; i < n; i++)
		assert_false(drop[i]);
}

/* Whether checks are due at a time after a run at another one. */
static bool
due_at(const char *now, const char *last)
{
	fake_host *fake = monitored(DBC_ON_SQLITE);
	int64_t now_ms = 0;
	bool due;

	fake_rows(fake, "monitor/check_runs", 2, 1, dbc_text("disk_free"),
			  dbc_text(last));
	assert_true(dbc_parse_time(now, &now_ms));
	due = dbc_monitor_checks_due(&fake->base, now_ms);
	fake_free(fake);
	return due;
}

static void
samples_that_stay_have_a_score(void **state)
{
	(void) state;
	/* the first sample of five minutes */
	assert_true(due_at("2026-11-20T10:05:00Z", "2026-11-20T10:00:01Z"));
	assert_false(due_at("2026-11-20T10:04:59Z", "2026-11-20T10:00:01Z"));
	/* the clock was set back */
	assert_true(due_at("2026-11-20T10:02:00Z", "2026-11-20T10:04:00Z"));
}

static void
a_sample_with_a_score_stays(void **state)
{
	(void) state;
	/* the second one of each hour */
	for (int i = 0; i < 30 * 48; i++)
		scored[i] = i % 2 == 1;
	(void) kept_of(30 * 48, HOUR / 2, 365);
	/* 15 to 30 days old: one per hour */
	for (int i = 2; i < 15 * 48; i++)
		assert_int_equal(drop[i], !scored[i]);
	memset(scored, 0, sizeof(scored));
}

static void
a_clock_jump_deletes_few_samples(void **state)
{
	int kept = 0;
	int i;

	(void) state;
	for (i = 0; i < 1000; i++)
		times[i] = 1800000000000 + i * MINUTE + (i < 500 ? 0 : 3000 * DAY);
	for (i = 900; i < 1000; i++)
		times[i] -= 3000 * DAY;
	dbc_monitor_thin_samples(times, scored, 1000, 365, drop);
	for (i = 0; i < 1000; i++)
		kept += !drop[i];
	/* those before the first jump are two days older, and thinned */
	assert_in_range(kept, 500 + 100, 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_read_back),
		cmocka_unit_test(other_text_is_refused_as_time),
		cmocka_unit_test(an_interval_has_limits),
		cmocka_unit_test(thread_options_are_of_sqlite),
		cmocka_unit_test(stopping_is_stored),
		cmocka_unit_test(silence_is_more_than_three_intervals),
		cmocka_unit_test(other_processes_see_silence),
		cmocka_unit_test(a_sample_stores_what_it_measured),
		cmocka_unit_test(statements_count_from_their_mark),
		cmocka_unit_test(one_of_very_many_statements_is_not_new),
		cmocka_unit_test(a_decreased_counter_was_reset),
		cmocka_unit_test(earlier_counts_are_excluded),
		cmocka_unit_test(samples_of_a_day_stay),
		cmocka_unit_test(older_samples_are_thinned),
		cmocka_unit_test(thinning_again_changes_nothing),
		cmocka_unit_test(samples_that_stay_have_a_score),
		cmocka_unit_test(a_sample_with_a_score_stays),
		cmocka_unit_test(a_clock_jump_deletes_few_samples)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
