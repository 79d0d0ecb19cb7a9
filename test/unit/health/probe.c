/*
 * probe.c
 *	  Probes that the host answers: how many pages are looked at, how far
 *	  sequences are, and what becomes of it.
 */
#include "test/unit/fake/health.h"

#include "common/core/text.h"

/* A host whose check table_bloat wants pages looked at. */
static fake_host *
fake_sampled(const char *severity, dbc_page_sample pages)
{
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);

	fake_rows(fake, "health/table_bloat", 8, 1, dbc_text(severity),
			  dbc_text("shop.orders"), dbc_null(), dbc_null(),
			  dbc_text("FIX IT;"), dbc_null(), dbc_text("pages of 4711"),
			  dbc_null());
	fake->pages = pages;
	return fake;
}

/* How often the host was asked for pages. */
static int
times_sampled(const fake_host *fake)
{
	int times = 0;
	int i;

	for (i = 0; i < fake->ncalls; i++)
		if (dbc_same(fake->log[i].what, "sample_pages"))
		{
			assert_string_equal(fake->log[i].phase, "4711");
			times++;
		}
	return times;
}

static void
severity_is_by_the_thresholds(void **state)
{
	static const struct
	{
		double free;
		const char *limit;
		const char *severity;
	} cases[] = {{.29, NULL, "ok"},			  {.30, NULL, "warning"},
				 {.59, NULL, "warning"},	  {.60, NULL, "critical"},
				 {.90, "warning", "warning"}, {.30, "critical", "warning"},
				 {.29, "critical", "ok"}};
	size_t i;

	(void) state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		fake_host *fake = fake_sampled(
			cases[i].limit, (dbc_page_sample){.pages = 100,
											  .page_bytes = 8192,
											  .free = cases[i].free});

		fake_expect(fake, "table_bloat", cases[i].severity);
		assert_int_equal(times_sampled(fake), 1);
		fake_free(fake);
	}
}

static void
more_pages_where_it_is_close(void **state)
{
	static const struct
	{
		double free;
		double deviation;
		int times;
	} cases[] = {{.0, .0, 1},	/* all full */
				 {.45, .5, 1},	/* 6 points of 15 */
				 {.35, .5, 2},	/* 4.3 points of 5 */
				 {.32, .5, 4},	/* 1.98 points of 2, of 2048 of 8192 pages */
				 {.301, .5, 5}, /* never clear */
				 {.301, .0, 1}};
	size_t i;

	(void) state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		fake_host *fake = fake_sampled(
			NULL, (dbc_page_sample){.pages = 8192,
									.page_bytes = 8192,
									.free = cases[i].free,
									.deviation = cases[i].deviation});

		fake_expect(fake, "table_bloat", cases[i].free < .3 ? "ok" : "warning");
		assert_int_equal(times_sampled(fake), cases[i].times);
		fake_free(fake);
	}
}

static void
findings_have_a_margin(void **state)
{
	fake_host *fake = fake_sampled(NULL, (dbc_page_sample){.pages = 100,
														   .page_bytes = 1000,
														   .free = .5,
														   .deviation = 1});

	(void) state;
	fake_expect_message(fake, "table_bloat",
						"shop.orders: about 50 % is free space, 48.8 kB");
	assert_string_equal(fake_text(fake, 0, FIX_SQL), "FIX IT;");
	fake->pages.pages = 1024;
	fake->pages.deviation = .1;
	fake_expect_message(
		fake, "table_bloat",
		"shop.orders: about 50 % is free space, 500 kB, plus or minus 1.06 %");
	fake_free(fake);
}

static void
tables_that_cannot_be_sampled_are_skipped(void **state)
{
	fake_host *fake = fake_sampled(NULL, (dbc_page_sample){.reason = "why"});

	(void) state;
	fake_expect(fake, "table_bloat", "skipped");
	assert_string_equal(fake_text(fake, 0, REASON), "why");
	assert_string_equal(fake_text(fake, 0, OBJECT), "shop.orders");
	fake_free(fake);
}

/* What sequence_exhaustion says of a sequence that is at value. */
static void
expect_sequence(const char *probe, int64_t value, const char *severity)
{
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);

	fake_rows(fake, "health/sequence_exhaustion", 7, 1, dbc_null(),
			  dbc_text("shop.s"), dbc_null(), dbc_text("the limit"), dbc_null(),
			  dbc_null(), dbc_text(probe));
	fake->is_used = true;
	fake->last_value = value;
	fake_expect(fake, "sequence_exhaustion", severity);
	fake_free(fake);
}

static void
a_sequence_is_on_its_way(void **state)
{
	const char *whole = "sequence 4711 from -9223372036854775808 to "
						"9223372036854775807";

	(void) state;
	expect_sequence("sequence 4711 from 0 to 100", 74, "ok");
	expect_sequence("sequence 4711 from 0 to 100", 75, "warning");
	expect_sequence("sequence 4711 from 0 to 100", 90, "critical");
	expect_sequence("sequence 4711 from -1 to -101", -76, "warning");
	expect_sequence("sequence 4711 from 5 to 5", 5, "ok");
	expect_sequence(whole, INT64_MIN, "ok");
	expect_sequence(whole, 0, "ok");
	expect_sequence(whole, INT64_MAX, "critical");
	/* where a real number knows only every thousandth value */
	expect_sequence("sequence 4711 from 9223372036854775707 to "
					"9223372036854775807",
					9223372036854775781, "ok");
}

static void
an_unread_sequence_is_skipped(void **state)
{
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);

	(void) state;
	fake_rows(fake, "health/sequence_exhaustion", 7, 1, dbc_null(),
			  dbc_text("shop.s"), dbc_null(), dbc_text("the limit"), dbc_null(),
			  dbc_null(), dbc_text("sequence 4711 from 1 to 100"));
	fake->last_value = 99;
	fake_expect(fake, "sequence_exhaustion", "ok");
	fake->unread = "why";
	fake_expect(fake, "sequence_exhaustion", "skipped");
	assert_string_equal(fake_text(fake, 0, REASON), "why");
	fake_free(fake);
}

/* A server may return anything in place of its catalog. */
static void
false_probes_are_no_findings(void **state)
{
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);

	(void) state;
	expect_sequence("sequence ", 99, "ok");
	expect_sequence("sequence 4711", 99, "ok");
	expect_sequence("sequence 4711 from 1", 99, "ok");
	fake_rows(fake, "health/sequence_exhaustion", 7, 2, dbc_null(),
			  dbc_text("shop.a"), dbc_null(), dbc_null(), dbc_null(),
			  dbc_null(), dbc_text("pages of 4711"), dbc_null(),
			  dbc_text("shop.b"), dbc_null(), dbc_null(), dbc_null(),
			  dbc_null(), dbc_text("sequence 1 from 0 to 100"));
	fake->is_used = true;
	fake->last_value = 80;
	fake_expect(fake, "sequence_exhaustion", "warning");
	assert_int_equal(fake->nrows, 1);
	assert_string_equal(fake_text(fake, 0, OBJECT), "shop.b");
	fake_free(fake);
}

/* Has a host run sequence_exhaustion on two sequences, of which only the first
 * one is far on its way. */
static fake_host *
fake_two_sequences(const char *broken)
{
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);
	const char *options = "{\"checks\": [\"sequence_exhaustion\"]}";

	fake_rows(fake, "health/sequence_exhaustion", 7, 3, dbc_null(),
			  dbc_text("shop.a"), dbc_null(), dbc_null(), dbc_null(),
			  dbc_null(), dbc_text("sequence 1 from 0 to 100"),
			  dbc_text("unknown"), dbc_text("shop.b"), dbc_null(), dbc_null(),
			  dbc_null(), dbc_text("why"), dbc_null(), dbc_null(),
			  dbc_text("shop.c"), dbc_null(), dbc_null(), dbc_null(),
			  dbc_null(), dbc_text("sequence 2 from 0 to 1000"));
	fake->is_used = true;
	fake->last_value = 80;
	fake->broken = broken;
	assert_true(fake_call(fake, "dbhealth_checks", 1, dbc_json(options)));
	return fake;
}

/* How often the host was asked for sequences. */
static int
times_read(const fake_host *fake)
{
	int times = 0;
	int i;

	for (i = 0; i < fake->ncalls; i++)
		times += dbc_same(fake->log[i].what, "last_values");
	return times;
}

static void
sequences_are_read_at_once(void **state)
{
	fake_host *fake = fake_two_sequences(NULL);

	(void) state;
	assert_int_equal(times_read(fake), 1);
	assert_int_equal(fake->nrows, 2);
	assert_string_equal(fake_text(fake, 0, OBJECT), "shop.a");
	assert_string_equal(fake_text(fake, 0, SEVERITY), "warning");
	assert_string_equal(fake_text(fake, 1, OBJECT), "shop.b");
	assert_string_equal(fake_text(fake, 1, SEVERITY), "unknown");
	fake_free(fake);
}

static void
a_broken_sequence_is_unknown(void **state)
{
	fake_host *fake = fake_two_sequences("2 from 0 to 1000");

	(void) state;
	assert_int_equal(fake->nrows, 3);
	assert_string_equal(fake_text(fake, 0, SEVERITY), "warning");
	assert_string_equal(fake_text(fake, 1, REASON), "why");
	assert_string_equal(fake_text(fake, 2, OBJECT), "shop.c");
	assert_string_equal(fake_text(fake, 2, SEVERITY), "unknown");
	assert_string_equal(fake_text(fake, 2, REASON), "it is broken");
	fake_free(fake);
}

/* Expects sequence_exhaustion to be asked of some of four sequences: one that
 * is on its way to 100, one to 1000, one to 100 again, and one that may not
 * be read. */
static void
expect_near(int64_t value, const char *unread, const char *broken,
			const char *near)
{
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);

	fake_rows(fake, "health/sequences", 2, 4, dbc_text("11"),
			  dbc_text("sequence 11 from 0 to 100"), dbc_text("12"),
			  dbc_text("sequence 12 from 0 to 1000"), dbc_text("13"),
			  dbc_null(), dbc_text("14"),
			  dbc_text("sequence 14 from 0 to 100"));
	fake->is_used = true;
	fake->last_value = value;
	fake->unread = unread;
	fake->broken = broken;
	fake_expect(fake, "sequence_exhaustion", "ok");
	assert_string_equal(
		fake_last(fake, "health/sequence_exhaustion")->args[9].text, near);
	fake_free(fake);
}

static void
only_near_sequences_are_read(void **state)
{
	(void) state;
	expect_near(74, NULL, NULL, "{0,13}");
	expect_near(75, NULL, NULL, "{0,11,13,14}");
	expect_near(750, NULL, NULL, "{0,11,12,13,14}");
	expect_near(74, "why", NULL, "{0,11,12,13,14}");
	expect_near(74, NULL, "12 from 0 to 1000", "{0,11,12,13,14}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(severity_is_by_the_thresholds),
		cmocka_unit_test(more_pages_where_it_is_close),
		cmocka_unit_test(findings_have_a_margin),
		cmocka_unit_test(tables_that_cannot_be_sampled_are_skipped),
		cmocka_unit_test(a_sequence_is_on_its_way),
		cmocka_unit_test(an_unread_sequence_is_skipped),
		cmocka_unit_test(false_probes_are_no_findings),
		cmocka_unit_test(sequences_are_read_at_once),
		cmocka_unit_test(a_broken_sequence_is_unknown),
		cmocka_unit_test(only_near_sequences_are_read)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
