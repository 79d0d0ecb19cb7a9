/*
 * choice.c
 *	  Which health checks run: options, levels and settings.
 */
#include "test/unit/fake/health.h"

#include <string.h>

#include "common/core/text.h"

static void
levels(void **state)
{
	fake_host *fake = fake_healthy(DBC_ON_SQLITE);
	int row;

	(void) state;
	assert_true(
		fake_call(fake, "dbhealth_checks", 1,
				  dbc_json("{\"level\": \"fast\", \"verbose\": true}")));
	row = fake_row_of(fake, "integrity_structure");
	assert_string_equal(fake_text(fake, row, SEVERITY), "skipped");
	assert_string_equal(fake_text(fake, row, REASON), "needs level full");
	assert_int_equal(fake_count(fake, "health/integrity_structure"), 0);
	assert_true(
		fake_call(fake, "dbhealth_checks", 1,
				  dbc_json("{\"level\": \"full\", \"verbose\": true}")));
	assert_string_equal(fake_text(fake, row, SEVERITY), "ok");
	assert_int_equal(fake_count(fake, "health/integrity_structure"), 1);
	/* naming a check is asking for it */
	fake_expect(fake, "integrity_structure", "ok");
	fake_free(fake);
}

static void
disabled_checks_are_skipped(void **state)
{
	fake_host *fake = fake_healthy(DBC_ON_SQLITE);

	(void) state;
	fake_finds(fake, "disk_free", "critical", 99);
	fake_set(fake, "check_disk_free_enabled", "false");
	fake_expect(fake, "disk_free", "skipped");
	assert_string_equal(fake_text(fake, 0, REASON),
						"disabled by setting check_disk_free_enabled");
	assert_int_equal(fake_count(fake, "health/disk_free"), 0);
	fake_free(fake);
}

static void
checks_are_chosen(void **state)
{
	fake_host *fake = fake_healthy(DBC_ON_SQLITE);
	int i;

	(void) state;
	assert_true(fake_call(fake, "dbhealth_checks", 1,
						  dbc_json("{\"categories\": [\"storage\"]}")));
	assert_true(fake->nrows > 1);
	for (i = 0; i < fake->nrows; i++)
		assert_string_equal(fake_text(fake, i, CATEGORY), "storage");
	assert_true(
		fake_call(fake, "dbhealth_checks", 1,
				  dbc_json("{\"categories\": [\"storage\"], \"checks\": "
						   "[\"disk_free\", \"stats_stale\"]}")));
	assert_int_equal(fake->nrows, 1);
	assert_string_equal(fake_text(fake, 0, CHECK_ID), "disk_free");
	fake_free(fake);
}

static void
wrong_choices_are_refused(void **state)
{
	static const char *const functions[] = {"dbhealth_checks", "dbhealth_score",
											"dbhealth_status",
											"dbhealth_report"};
	fake_host *fake = fake_healthy(DBC_ON_SQLITE);
	size_t i;

	(void) state;
	for (i = 0; i < 4; i++)
	{
		const char *call = functions[i];

		assert_false(
			fake_call(fake, call, 1, dbc_json("{\"checks\": [\"speed\"]}")));
		fake_expect_error(fake, DBC_INVALID_PARAMETER, "option \"checks\"");
		assert_non_null(strstr(fake->error.hint, "dbhealth_checks()"));
		assert_false(fake_call(fake, call, 1,
							   dbc_json("{\"categories\": [\"speed\"]}")));
		assert_non_null(strstr(fake->error.hint, "operations"));
		assert_false(
			fake_call(fake, call, 1, dbc_json("{\"level\": \"deep\"}")));
		assert_non_null(strstr(fake->error.hint, "fast, full"));
		assert_false(
			fake_call(fake, call, 1, dbc_json("{\"check\": \"speed\"}")));
		fake_expect_error(fake, DBC_INVALID_PARAMETER, "\"check\"");
		assert_false(fake_call(fake, call, 1, dbc_json("{\"checks\": []}")));
		fake_expect_error(fake, DBC_INVALID_PARAMETER, "no health check");
	}
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(levels), cmocka_unit_test(disabled_checks_are_skipped),
		cmocka_unit_test(checks_are_chosen),
		cmocka_unit_test(wrong_choices_are_refused)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
