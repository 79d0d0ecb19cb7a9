/*
 * suppress.c
 *	  Findings that do not count for a time, and what the score is made of.
 */
#include "common/core/tables.h"
#include "test/unit/fake/health.h"

#include <math.h>
#include <string.h>

#include "common/core/text.h"

#define FUTURE "2999-01-01T00:00:00.000Z"
#define PAST   "2001-01-01T00:00:00.000Z"

/* A host on which one suppression of disk_free is stored. */
static fake_host *
suppressing(const char *pattern, const char *until)
{
	fake_host *fake = fake_healthy(DBC_ON_SQLITE);
	dbc_value n = dbc_null();

	fake_rows(fake, "core/tables_state", 2, 1, dbc_bool(true), dbc_bool(true));
	fake_rows(fake, "core/tables_version", 1, 1, dbc_int(1));
	fake_rows(fake, "core/settings", 2, 0);
	fake_rows(fake, "sample/samples", 4, 0);
	fake_rows(fake, "health/suppressions", 6, 1, dbc_text("disk_free"),
			  dbc_text(pattern), dbc_text("why not"), dbc_text(until), n, n);
	fake_finds(fake, "disk_free", "critical", 99);
	return fake;
}

/* Whether the finding about an object "shop.orders" is suppressed by a pattern.
 */
static bool
suppresses(const char *pattern, const char *until)
{
	fake_host *fake = suppressing(pattern, until);
	bool suppressed;

	fake_check(fake, "disk_free");
	assert_string_equal(fake_text(fake, 0, SEVERITY), "critical");
	suppressed = fake_text(fake, 0, REASON) != NULL;
	if (suppressed)
		assert_string_equal(fake_text(fake, 0, REASON),
							"suppressed until " FUTURE ": why not");
	assert_true((fake_value(fake, 0, PENALTY)->real == 0) == suppressed);
	fake_free(fake);
	return suppressed;
}

static void
patterns(void **state)
{
	(void) state;
	assert_true(suppresses("shop.orders", FUTURE));
	assert_true(suppresses("*", FUTURE));
	assert_true(suppresses("***", FUTURE));
	assert_true(suppresses("shop.*", FUTURE));
	assert_true(suppresses("*rders", FUTURE));
	assert_true(suppresses("*o*o*er*", FUTURE));
	assert_true(suppresses("*shop.orders*", FUTURE));
	assert_false(suppresses("shop.order", FUTURE));
	assert_false(suppresses("hop.orders", FUTURE));
	assert_false(suppresses("*o*o*o*", FUTURE));
	assert_false(suppresses("shop.orders*s", FUTURE));
	assert_false(suppresses("SHOP.ORDERS", FUTURE));
	assert_false(suppresses("shop?orders", FUTURE));
	assert_false(suppresses("", FUTURE));
	assert_false(suppresses("shop.orders", PAST));
}

static void
what_is_unknown_counts(void **state)
{
	fake_host *fake = suppressing("*", FUTURE);

	(void) state;
	fake_finds(fake, "disk_free", "unknown", 0);
	fake_check(fake, "disk_free");
	assert_null(fake_text(fake, 0, REASON));
	fake_free(fake);
}

static void
empty_tables_know_none(void **state)
{
	fake_host *fake = suppressing("*", FUTURE);

	(void) state;
	fake_rows(fake, "core/tables_version", 1, 1, dbc_int(0));
	fake_check(fake, "disk_free");
	assert_null(fake_text(fake, 0, REASON));
	assert_true(fake_call(fake, "dbhealth_suppressions", 0));
	assert_int_equal(fake->nrows, 0);
	fake_free(fake);
}

/* Sum of the penalties that are explained. */
static int
explained(fake_host *fake)
{
	double sum = 0;
	int i;

	assert_true(fake_call(fake, "dbhealth_score_explain", 0));
	for (i = 0; i < fake->nrows; i++)
		sum += fake_value(fake, i, 3)->real;
	assert_true(sum == floor(sum));
	return (int) sum;
}

/* The score. */
static int
score(fake_host *fake)
{
	assert_true(fake_call(fake, "dbhealth_score", 0));
	return (int) fake_value(fake, 0, 0)->integer;
}

static void
penalties_add_up(void **state)
{
	static const char *const severities[] = {"info", "warning", "critical",
											 "unknown", "not_applicable"};
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);
	int engine = DBC_ON_POSTGRESQL;
	int step;
	int i;

	(void) state;
	assert_int_equal(explained(fake), 0);
	assert_int_equal(fake->nrows, 0);
	for (step = 1; step < 40; step += 3)
		for (i = step % 7; i < dbc_health_nchecks; i += step)
			if (dbc_health_checks[i].engines & engine)
			{
				fake_finds(fake, dbc_health_checks[i].id,
						   severities[(i + step) % 5], 1);
				if (i % 5 == 0)
					assert_int_equal(explained(fake), 100 - score(fake));
			}
	assert_int_equal(explained(fake), 100 - score(fake));
	fake_free(fake);
}

static void
the_cap_has_a_row(void **state)
{
	fake_host *fake = fake_healthy(DBC_ON_SQLITE);

	(void) state;
	fake_finds(fake, "disk_free", "critical", 99);
	assert_int_equal(explained(fake), 41);
	assert_int_equal(fake->nrows, 2);
	assert_string_equal(fake_text(fake, 0, 0), "disk_free");
	assert_int_equal(fake_value(fake, 0, 1)->integer, 1);
	assert_true(fake_value(fake, 0, 2)->real == 15);
	assert_null(fake_text(fake, 0, 4));
	assert_string_equal(fake_text(fake, 1, 0), "disk_free");
	assert_true(fake_value(fake, 1, 3)->real == 26);
	assert_string_equal(fake_text(fake, 1, 4),
						"at most 59 while this is critical");
	fake_finds(fake, "disk_free", "unknown", 0);
	assert_int_equal(explained(fake), 21);
	assert_string_equal(fake_text(fake, 0, 4),
						"at most 79 while this is unknown");
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns),
		cmocka_unit_test(what_is_unknown_counts),
		cmocka_unit_test(empty_tables_know_none),
		cmocka_unit_test(penalties_add_up),
		cmocka_unit_test(the_cap_has_a_row),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
