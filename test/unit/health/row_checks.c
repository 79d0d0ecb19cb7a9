/*
 * row_checks.c
 *	  Health checks of the rows of tables.
 */
#include "test/unit/fake/health.h"

#include "common/core/text.h"

static const dbc_check_result results[] = {
	{.kind = DBC_K_PRIMARY_KEY, .name = "pk", .columns = "id", .violations = 1},
	{.kind = DBC_K_FOREIGN_KEY,
	 .name = "fk",
	 .columns = "p, \"Q\"",
	 .parent = "o'clock",
	 .parent_columns = "x, y",
	 .violations = 3},
	{.kind = DBC_K_NOT_NULL, .name = "nn", .columns = "a"},
	{.kind = DBC_K_CHECK, .name = "ck", .violations = 2},
	{.kind = DBC_K_RULE, .name = "r", .violations = 5}};

/* A host with these results for its tables a and b, and rule r on table a. */
static fake_host *
fake_sick(void)
{
	fake_host *fake = fake_healthy(DBC_ON_SQLITE);

	fake->results = results;
	fake->nresults = 5;
	fake_rows(fake, "core/tables_state", 2, 1, dbc_bool(true), dbc_bool(true));
	fake_rows(fake, "core/tables_version", 1, 1, dbc_int(1));
	fake_rows(fake, "core/intruder", 3, 0);
	fake_rows(fake, "core/settings", 4, 0);
	fake_rows(fake, "check/rules", 10, 1, dbc_text("r"), dbc_text("a"),
			  dbc_text("x > 0"), dbc_null(), dbc_text("info"), dbc_null(),
			  dbc_text("delete"), dbc_null(), dbc_null(), dbc_null());
	return fake;
}

/* Runs a check and expects what its first row says; NULL is not looked at. */
static void
expect(fake_host *fake, const char *check, const char *severity,
	   const char *message, const char *fix_sql)
{
	const char *options =
		dbc_format(&fake->base, "{\"checks\": [\"%s\"]}", check);

	assert_true(fake_call(fake, "dbhealth_checks", 1, dbc_json(options)));
	assert_string_equal(fake_text(fake, 0, SEVERITY), severity);
	assert_string_equal(fake_text(fake, 0, MESSAGE), message);
	if (fix_sql)
		assert_string_equal(fake_text(fake, 0, FIX_SQL), fix_sql);
	else
		assert_null(fake_text(fake, 0, FIX_SQL));
}

static void
each_check_has_its_own_findings(void **state)
{
	fake_host *fake = fake_sick();

	(void) state;
	expect(fake, "duplicate_keys", "critical", "a: 1 row repeats a key of pk",
		   NULL);
	assert_int_equal(fake->nrows, 2);
	expect(fake, "constraint_violations", "warning", "a: 2 rows violate ck",
		   NULL);
	assert_int_equal(fake->nrows, 2);
	expect(fake, "orphaned_rows", "warning",
		   "a: 3 rows have no parent in o'clock by foreign key (p, \"Q\")",
		   "SELECT dbcheck_repair('{\"dry_run\": false, \"orphans\": "
		   "\"quarantine\", "
		   "\"relation\": \"a\"}');");
	expect(
		fake, "data_rules_failed", "info", "a: 5 rows violate the rule r",
		"SELECT dbcheck_repair('{\"rules\": [\"r\"], \"dry_run\": false}');");
	fake_free(fake);
}

static void
only_requested_checks_are_verified(void **state)
{
	fake_host *fake = fake_sick();

	(void) state;
	expect(fake, "orphaned_rows", "warning",
		   "a: 3 rows have no parent in o'clock by foreign key (p, \"Q\")",
		   "SELECT dbcheck_repair('{\"dry_run\": false, \"orphans\": "
		   "\"quarantine\", "
		   "\"relation\": \"a\"}');");
	assert_int_equal(fake->task.kinds, 1 << DBC_K_FOREIGN_KEY);
	assert_int_equal(fake_count(fake, "check/rules"), 0);
	assert_int_equal(fake->task.samples, 0);
	fake_set(fake, "check_duplicate_keys_enabled", "false");
	assert_true(fake_call(fake, "dbhealth_checks", 1,
						  dbc_json("{\"level\": \"full\"}")));
	assert_int_equal(fake->task.kinds, 1 << DBC_K_FOREIGN_KEY |
										   1 << DBC_K_NOT_NULL |
										   1 << DBC_K_CHECK | 1 << DBC_K_TYPE);
	/* level fast verifies nothing */
	assert_true(fake_call(fake, "dbhealth_checks", 0));
	assert_int_equal(fake_count(fake, "verify"), 0);
	fake_free(fake);
}

static void
one_verification_serves_all_checks(void **state)
{
	fake_host *fake = fake_sick();

	(void) state;
	assert_true(fake_call(fake, "dbhealth_checks", 1,
						  dbc_json("{\"level\": \"full\"}")));
	assert_int_equal(fake_count(fake, "verify"), 2);
	assert_int_equal(fake_count(fake, "check/rules"), 1);
	assert_int_equal(fake->task.kinds, DBC_ALL_KINDS);
	fake_free(fake);
}

static void
nothing_known_is_not_healthy(void **state)
{
	static const char *const checks[] = {"orphaned_rows", "duplicate_keys",
										 "constraint_violations"};
	static const dbc_check_result unknown = {.kind = DBC_K_CHECK,
											 .name = "ck",
											 .violations = -1,
											 .reason = "no such function: f"};
	fake_host *fake = fake_sick();
	int i;

	(void) state;
	fake->broken = "a";
	for (i = 0; i < 3; i++)
	{
		expect(fake, checks[i], "unknown", "a could not be checked", NULL);
		assert_string_equal(fake_text(fake, 0, REASON), "it is broken");
	}
	fake->broken = NULL;
	fake->results = &unknown;
	fake->nresults = 1;
	expect(fake, "constraint_violations", "unknown", "a could not be checked",
		   NULL);
	assert_string_equal(fake_text(fake, 0, REASON), "no such function: f");
	fake_expect(fake, "orphaned_rows", "ok");
	fake_fails(fake, "check/rules", "42501", "permission denied");
	fake_expect(fake, "data_rules_failed", "unknown");
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_check_has_its_own_findings),
		cmocka_unit_test(only_requested_checks_are_verified),
		cmocka_unit_test(one_verification_serves_all_checks),
		cmocka_unit_test(nothing_known_is_not_healthy)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
