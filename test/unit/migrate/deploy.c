/*
 * deploy.c
 *	  Migrations with a transaction each, or none.
 */
#include "test/unit/fake/migrate.h"

#include <string.h>

#include "common/core/text.h"

#define COUNT(list) ((int) (sizeof(list) / sizeof(list[0])))
#define HOST(list) \
	fake_migrating(DBC_ON_POSTGRESQL, "staging", list, COUNT(list))

/* Deploys with options, which is to succeed; returns the document it gives. */
static const char *
deploy(fake_host *fake, const char *options)
{
	if (!fake_call(fake, "dbmigrate_deploy", 2, dbc_null(), dbc_json(options)))
		fail_msg("%s", fake->error.message);
	return fake_text(fake, 0, 0);
}

/* Fails unless text has a part. */
static void
expect_part(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("%s is not in %s", part, text);
}

/* Fails unless these calls follow each other in the log, others between them;
 * NULL ends them. */
static void
expect_order(const fake_host *fake, const char *const *calls)
{
	int i;

	for (i = 0; *calls && i < fake->ncalls; i++)
		if (dbc_same(fake->log[i].what, *calls))
			calls++;
	if (*calls)
		fail_msg("%s does not follow", *calls);
}

/* An argument of the last event; see history_add.sql. */
static const char *
logged(const fake_host *fake, int argument)
{
	return fake_last(fake, "ledger/history_add")->args[argument].text;
}

static void
each_migration_commits(void **state)
{
	static const fake_migration list[] = {
		{.version = "1"}, {.version = "2"}, {.version = "3", .applied = 1}};
	static const char *const order[] = {"lock",
										"ledger/list",
										"migration 1 up",
										"migrate/ledger_add",
										"ledger/history_add",
										"commit",
										"migration 2 up",
										"migrate/ledger_add",
										"ledger/history_add",
										"commit",
										NULL};
	fake_host *fake = HOST(list);
	const char *result;

	(void) state;
	result = deploy(fake, "{\"allow_out_of_order\": true}");
	expect_part(result, "\"applied\": [\"1\", \"2\"]");
	expect_part(result, "\"planned\": [\"1\", \"2\"]");
	expect_part(result, "\"retries\": 0");
	expect_order(fake, order);
	/* once more for the schema that is kept */
	assert_int_equal(fake_count(fake, "commit"), 3);
	fake_free(fake);
}

static void
dry_runs_run_nothing(void **state)
{
	static const fake_migration list[] = {{.version = "1"}};
	fake_host *fake = HOST(list);
	const char *result;

	(void) state;
	result = deploy(fake, "{\"dry_run\": true}");
	expect_part(result, "\"applied\": []");
	expect_part(result, "\"planned\": [\"1\"]");
	assert_int_equal(fake_count(fake, "migration 1 up"), 0);
	assert_int_equal(fake_count(fake, "commit"), 0);
	fake_free(fake);
}

static void
failures_are_recorded_and_raised(void **state)
{
	static const fake_migration list[] = {
		{.version = "1"}, {.version = "2", .up = "broken"}, {.version = "3"}};
	static const char *const order[] = {"migration 2 up", "migrate/mark_failed",
										"ledger/history_add", "commit", NULL};
	fake_host *fake = HOST(list);

	(void) state;
	assert_false(fake_call(fake, "dbmigrate_deploy", 0));
	fake_expect_error(fake, "42P01", "it is broken");
	assert_string_equal(
		fake->error.detail,
		"Migrations applied before the failure remain applied: [\"1\"].");
	expect_order(fake, order);
	assert_string_equal(logged(fake, 0), "failure");
	assert_int_equal(fake_count(fake, "migration 3 up"), 0);
	expect_part(deploy(fake, "{\"on_error\": \"report\"}"),
				"\"failed\": \"2\"");
	fake_free(fake);
}

static void
locks_are_retried(void **state)
{
	static const fake_migration list[] = {{.version = "1", .up = "locked"}};
	fake_host *fake = HOST(list);

	(void) state;
	fake->locked = 3;
	expect_part(deploy(fake, NULL), "\"retries\": 3");
	assert_int_equal(fake_count(fake, "migration 1 up"), 4);
	assert_int_equal(fake_count(fake, "pause"), 3);
	assert_int_equal(fake->nnotices, 3);
	/* not for ever */
	fake->locked = 3;
	assert_false(fake_call(fake, "dbmigrate_deploy", 2, dbc_null(),
						   dbc_json("{\"lock_retries\": 2}")));
	fake_expect_error(fake, "55P03", "it is locked");
	assert_int_equal(fake_count(fake, "pause"), 2);
	assert_string_equal(fake_versions(fake, "migrate/mark_failed"), "1");
	fake_free(fake);
}

static void
other_scripts_run_outside(void **state)
{
	static const fake_migration list[] = {{.version = "1", .up = "a; vacuum"},
										  {.version = "2"}};
	static const char *const order[] = {"migrate/deployment_start",
										"outside",
										"migrate/ledger_add",
										"ledger/deployment_remove",
										"commit",
										"migration 2 up",
										NULL};
	fake_host *fake = HOST(list);

	(void) state;
	expect_part(deploy(fake, NULL), "\"applied\": [\"1\", \"2\"]");
	expect_order(fake, order);
	assert_int_equal(fake->outside.first, 1);
	assert_false(fake->outside.begun);
	assert_string_equal(fake->outside.version, "1");
	assert_int_equal(fake_count(fake, "migration 1 up"), 0);
	fake_free(fake);
}

static void
failures_outside_have_a_place(void **state)
{
	static const fake_migration list[] = {
		{.version = "1", .up = "a;\nvacuum broken"}};
	fake_host *fake = HOST(list);
	const dbc_value *args;

	(void) state;
	assert_false(fake_call(fake, "dbmigrate_deploy", 0));
	fake_expect_error(fake, "42P01", "it is broken");
	args = fake_last(fake, "core/deployment_at")->args;
	assert_int_equal(args[1].integer, 2);
	assert_false(args[2].integer);
	assert_string_equal(
		logged(fake, 11),
		"it is broken. In migration 1 up, statement 2, line 2.");
	assert_int_equal(fake_count(fake, "ledger/deployment_remove"), 0);
	fake_free(fake);
}

static void
interrupted_scripts_are_resumed(void **state)
{
	static const fake_migration list[] = {
		{.version = "1", .up = "a;\nvacuum;\nb"}};
	fake_host *fake = HOST(list);

	(void) state;
	fake_rows(fake, "ledger/interrupted", 1, 1, dbc_text("1"));
	fake_rows(fake, "ledger/deployment", 3, 1, dbc_int(2), dbc_bool(true),
			  dbc_text("a49e466291a551bbcaf4bd8431141d56"
					   "ab96a0a0fc3eb2e59780404d4ae51bb0"));
	assert_true(fake_call(fake, "dbmigrate_status", 0));
	assert_string_equal(fake_column(fake, 2), "failed");
	deploy(fake, NULL);
	assert_int_equal(fake->outside.first, 2);
	assert_true(fake->outside.begun);
	assert_int_equal(fake_count(fake, "migrate/deployment_start"), 0);
	/* the interruption, and then that it is applied */
	assert_int_equal(fake_count(fake, "ledger/history_add"), 2);
	assert_string_equal(logged(fake, 0), "apply");
	fake_free(fake);
}

static void
a_surrounding_transaction_is_skipped(void **state)
{
	static const fake_migration list[] = {
		{.version = "1", .up = "begin; vacuum; commit"}};
	fake_host *fake = HOST(list);

	(void) state;
	assert_false(fake_call(fake, "dbmigrate_deploy", 0));
	fake_expect_error(fake, DBC_ACTIVE_TRANSACTION,
					  "vacuum cannot run inside a transaction");
	assert_int_equal(fake_count(fake, "outside"), 0);
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_migration_commits),
		cmocka_unit_test(dry_runs_run_nothing),
		cmocka_unit_test(failures_are_recorded_and_raised),
		cmocka_unit_test(locks_are_retried),
		cmocka_unit_test(other_scripts_run_outside),
		cmocka_unit_test(failures_outside_have_a_place),
		cmocka_unit_test(interrupted_scripts_are_resumed),
		cmocka_unit_test(a_surrounding_transaction_is_skipped)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
