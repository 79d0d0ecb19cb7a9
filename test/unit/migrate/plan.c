/*
 * plan.c
 *	  Which migrations run, in which order, and what refuses to run.
 */
#include "test/unit/fake/migrate.h"

#include <string.h>

#include "common/core/text.h"

/* Columns of dbmigrate_status() and dbmigrate_pending(). */
enum
{
	STATUS_VERSION = 0,
	STATUS_STATE = 2,
	PENDING_VERSION = 1
};

#define COUNT(list) ((int) (sizeof(list) / sizeof(list[0])))
#define HOST(list) \
	fake_migrating(DBC_ON_POSTGRESQL, "staging", list, COUNT(list))

/* Expects the versions of dbmigrate_pending(). */
static void
expect_pending(fake_host *fake, const char *versions)
{
	if (!fake_call(fake, "dbmigrate_pending", 0))
		fail_msg("%s", fake->error.message);
	assert_string_equal(fake_column(fake, PENDING_VERSION), versions);
}

/* Expects dbmigrate_apply() to fail before it runs or writes anything. */
static void
expect_refused(fake_host *fake, const char *target, const char *sqlstate,
			   const char *part)
{
	int i;

	assert_false(fake_call(fake, "dbmigrate_apply", 1, dbc_text(target)));
	fake_expect_error(fake, sqlstate, part);
	assert_int_equal(fake_count(fake, "migrate/ledger_add"), 0);
	for (i = 0; i < fake->ncalls; i++)
		assert_false(dbc_starts_with(fake->log[i].what, "migration "));
}

static void
without_tables_the_plan_is_empty(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);

	(void) state;
	expect_pending(fake, "");
	assert_true(fake_call(fake, "dbmigrate_status", 0));
	assert_int_equal(fake->nrows, 0);
	assert_true(fake_call(fake, "dbmigrate_history", 0));
	assert_int_equal(fake->nrows, 0);
	assert_true(fake_call(fake, "dbmigrate_version", 0));
	assert_int_equal(fake_value(fake, 0, 0)->kind, DBC_NULL);
	fake_free(fake);
}

static void
order_is_natural(void **state)
{
	static const fake_migration list[] = {{.version = "1.10"},
										  {.version = "1.9"},
										  {.version = "10"},
										  {.version = "2"}};
	fake_host *fake = HOST(list);

	(void) state;
	expect_pending(fake, "1.9 1.10 2 10");
	fake_free(fake);
}

static void
dependencies_come_first(void **state)
{
	static const fake_migration list[] = {
		{.version = "1", .depends_on = {"3", "4"}},
		{.version = "2"},
		{.version = "3", .depends_on = {"4"}},
		{.version = "4"},
		{.version = "5", .depends_on = {"1"}}};
	fake_host *fake = HOST(list);

	(void) state;
	expect_pending(fake, "4 3 1 2 5");
	/* a target brings what it needs, though that is above it */
	assert_true(fake_call(fake, "dbmigrate_apply", 1, dbc_text("1")));
	assert_string_equal(fake_versions(fake, "migrate/ledger_add"), "4 3 1");
	fake_free(fake);
}

static void
cycles_are_refused(void **state)
{
	static const fake_migration list[] = {
		{.version = "1", .depends_on = {"2"}},
		{.version = "2", .depends_on = {"3"}},
		{.version = "3", .depends_on = {"1"}}};
	static const fake_migration self[] = {
		{.version = "1", .depends_on = {"1"}}};
	fake_host *fake = HOST(list);

	(void) state;
	expect_refused(fake, NULL, DBC_INVALID_PARAMETER, "depends on itself");
	fake_free(fake);
	fake = HOST(self);
	expect_refused(fake, NULL, DBC_INVALID_PARAMETER, "depends on itself");
	fake_free(fake);
}

static void
missing_dependencies_are_refused(void **state)
{
	static const fake_migration list[] = {
		{.version = "1"}, {.version = "2", .depends_on = {"7"}}};
	static const fake_migration elsewhere[] = {
		{.version = "1", .environments = "[\"production\"]"},
		{.version = "2", .depends_on = {"1"}}};
	fake_host *fake = HOST(list);

	(void) state;
	expect_refused(fake, NULL, DBC_UNDEFINED_OBJECT,
				   "migration \"2\" depends on \"7\", which does not exist");
	fake_free(fake);
	fake = HOST(elsewhere);
	expect_refused(fake, NULL, DBC_NOT_READY,
				   "which is not for environment \"staging\"");
	fake_free(fake);
}

static void
environments_choose(void **state)
{
	static const fake_migration list[] = {
		{.version = "1", .environments = "[\"testing\", \"staging\"]"},
		{.version = "2", .environments = "[\"testing\"]"},
		{.version = "3"}};
	fake_host *fake = HOST(list);

	(void) state;
	expect_pending(fake, "1 3");
	fake_free(fake);
}

static void
targets_limit(void **state)
{
	static const fake_migration list[] = {
		{.version = "1"}, {.version = "2"}, {.version = "10"}};
	fake_host *fake = HOST(list);

	(void) state;
	assert_true(fake_call(fake, "dbmigrate_apply", 1, dbc_text("2")));
	assert_string_equal(fake_versions(fake, "migrate/ledger_add"), "1 2");
	expect_refused(fake, "3", DBC_UNDEFINED_OBJECT,
				   "migration \"3\" does not exist");
	expect_refused(fake, "{}", DBC_INVALID_PARAMETER, "target starts with");
	fake_free(fake);
}

static void
out_of_order_is_refused(void **state)
{
	static const fake_migration list[] = {{.version = "1", .applied = 1},
										  {.version = "2"},
										  {.version = "10", .applied = 2}};
	fake_host *fake = HOST(list);

	(void) state;
	expect_pending(fake, "2");
	expect_refused(fake, NULL, DBC_NOT_READY,
				   "migration \"2\" is older than \"10\", which is applied");
	assert_true(fake_call(fake, "dbmigrate_apply", 2, dbc_null(),
						  dbc_json("{\"allow_out_of_order\": true}")));
	assert_string_equal(fake_versions(fake, "migrate/ledger_add"), "2");
	/* it is the third, whatever its version */
	assert_int_equal(fake_last(fake, "migrate/ledger_add")->args[1].integer, 3);
	fake_free(fake);
}

static void
modified_is_refused(void **state)
{
	static const fake_migration list[] = {
		{.version = "1", .applied = 1, .modified = true},
		{.version = "2", .applied = 2},
		{.version = "3", .applied = 3, .modified = true},
		{.version = "4"}};
	fake_host *fake = HOST(list);

	(void) state;
	expect_refused(fake, NULL, DBC_NOT_READY,
				   "applied migrations have been modified: 1, 3");
	fake_free(fake);
}

static void
states(void **state)
{
	static const fake_migration list[] = {
		{.version = "1", .applied = 1},
		{.version = "2", .applied = 2, .modified = true},
		{.version = "3", .applied = 3, .missing = true},
		{.version = "4", .failed = true},
		{.version = "5"},
		{.version = "6", .applied = 4, .repeatable = true},
		{.version = "7", .applied = 5, .repeatable = true, .modified = true}};
	fake_host *fake = HOST(list);

	(void) state;
	assert_true(fake_call(fake, "dbmigrate_status", 0));
	assert_string_equal(fake_column(fake, STATUS_VERSION), "1 2 3 4 5 6 7");
	assert_string_equal(
		fake_column(fake, STATUS_STATE),
		"applied modified missing failed pending applied pending");
	assert_true(fake_call(fake, "dbmigrate_version", 0));
	assert_string_equal(fake_text(fake, 0, 0), "3");
	fake_free(fake);
}

static void
repeatable_ones_come_last(void **state)
{
	static const fake_migration list[] = {
		{.version = "0", .repeatable = true},
		{.version = "1", .repeatable = true, .applied = 1, .modified = true},
		{.version = "2", .repeatable = true, .applied = 2},
		{.version = "3", .applied = 3},
		{.version = "4"}};
	fake_host *fake = HOST(list);

	(void) state;
	expect_pending(fake, "4 0 1");
	assert_true(fake_call(fake, "dbmigrate_apply", 0));
	fake_free(fake);
}

static void
outside_a_transaction_is_refused(void **state)
{
	static const fake_migration list[] = {
		{.version = "1"}, {.version = "2", .up = "set x;\nvacuum t"}};
	fake_host *fake = HOST(list);

	(void) state;
	expect_refused(fake, NULL, DBC_ACTIVE_TRANSACTION,
				   "vacuum cannot run inside a transaction");
	assert_non_null(strstr(fake->error.detail, "migration 2 up"));
	assert_non_null(strstr(fake->error.detail, "line 2"));
	assert_non_null(strstr(fake->error.hint, "dbmigrate_deploy()"));
	/* up to the version before it works */
	assert_true(fake_call(fake, "dbmigrate_apply", 1, dbc_text("1")));
	fake_free(fake);
}

static void
own_transaction_is_skipped(void **state)
{
	static const fake_migration list[] = {
		{.version = "1", .up = "set x; begin; broken not; commit"}};
	fake_host *fake = HOST(list);

	(void) state;
	assert_true(fake_call(fake, "dbmigrate_plan", 0));
	assert_string_equal(fake_column(fake, 4), "set x broken not");
	assert_int_equal(fake->nnotices, 0);
	/* it is said before the script runs */
	assert_false(fake_call(fake, "dbmigrate_apply", 0)); /* broken */
	assert_int_equal(fake->nnotices, 1);
	fake_free(fake);
}

static void
other_transaction_statements_are_refused(void **state)
{
	static const char *const scripts[] = {
		"rollback", "commit; commit", "begin; a; commit; begin; b",
		"begin; begin; a; commit", "a; copy t from stdin"};
	int i;

	(void) state;
	for (i = 0; i < COUNT(scripts); i++)
	{
		fake_migration list[] = {{.version = "1", .up = scripts[i]}};
		fake_host *fake = HOST(list);

		expect_refused(fake, NULL, DBC_UNSUPPORTED,
					   "is not allowed in a migration");
		fake_free(fake);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_tables_the_plan_is_empty),
		cmocka_unit_test(order_is_natural),
		cmocka_unit_test(dependencies_come_first),
		cmocka_unit_test(cycles_are_refused),
		cmocka_unit_test(missing_dependencies_are_refused),
		cmocka_unit_test(environments_choose),
		cmocka_unit_test(targets_limit),
		cmocka_unit_test(out_of_order_is_refused),
		cmocka_unit_test(modified_is_refused),
		cmocka_unit_test(states),
		cmocka_unit_test(repeatable_ones_come_last),
		cmocka_unit_test(outside_a_transaction_is_refused),
		cmocka_unit_test(own_transaction_is_skipped),
		cmocka_unit_test(other_transaction_statements_are_refused)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
