/*
 * apply.c
 *	  Running migrations, taking them back, marking and verifying them.
 */
#include "test/unit/fake/migrate.h"

#include <string.h>

#include "common/core/text.h"

#define COUNT(list) ((int) (sizeof(list) / sizeof(list[0])))
#define HOST(list) \
	fake_migrating(DBC_ON_POSTGRESQL, "staging", list, COUNT(list))

/* Calls a function that is to succeed; returns the document it gives. */
static const char *
call(fake_host *fake, const char *function, const char *target,
	 const char *options)
{
	int nargs = dbc_same(function, "dbmigrate_baseline") ? 1 : 2;

	if (!fake_call(fake, function, nargs, dbc_text(target), dbc_json(options)))
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

/* Place of the first call of what in the log. */
static int
place_of(const fake_host *fake, const char *what)
{
	int i = 0;

	while (!dbc_same(fake->log[i].what, what))
		assert_true(++i < fake->ncalls);
	return i;
}

/* The argument of the last history entry; see history_add.sql. */
static const char *
logged(const fake_host *fake, int argument)
{
	return fake_last(fake, "ledger/history_add")->args[argument].text;
}

static void
apply_runs_and_records(void **state)
{
	static const fake_migration list[] = {{.version = "1", .applied = 1},
										  {.version = "2"},
										  {.version = "3", .failed = true}};
	fake_host *fake = HOST(list);
	const char *result;

	(void) state;
	result = call(fake, "dbmigrate_apply", NULL, "{\"ticket\": \"T-7\"}");
	expect_part(result, "\"applied\": [\"2\", \"3\"]");
	expect_part(result, "\"success\": true");
	expect_part(result, "\"error\": null");
	expect_part(result, "\"failed\": null");
	expect_part(result, "\"dry_run\": false");
	expect_part(result, "\"rolled_back\": []");
	assert_int_equal(fake_count(fake, "migration 2 up"), 1);
	assert_int_equal(fake_count(fake, "migration 3 up"), 1);
	assert_string_equal(fake_versions(fake, "migrate/ledger_add"), "2 3");
	assert_string_equal(fake_versions(fake, "ledger/clear_failed"), "3");
	assert_string_equal(logged(fake, 0), "apply");
	assert_string_equal(logged(fake, 1), "3");
	assert_string_equal(logged(fake, 6), "deployer");
	assert_string_equal(logged(fake, 14), "T-7");
	fake_free(fake);
}

static void
runners_exclude_each_other(void **state)
{
	static const fake_migration list[] = {{.version = "1"}};
	fake_host *fake = HOST(list);

	(void) state;
	/* what is pending is read when nobody else can change it any more */
	call(fake, "dbmigrate_apply", NULL, NULL);
	assert_true(place_of(fake, "lock") < place_of(fake, "ledger/list"));
	fake_free(fake);
}

static void
failures_are_raised(void **state)
{
	static const fake_migration list[] = {{.version = "1"},
										  {.version = "2", .up = "a;\nbroken"}};
	fake_host *fake = HOST(list);

	(void) state;
	assert_false(fake_call(fake, "dbmigrate_apply", 0));
	fake_expect_error(fake, "42P01", "it is broken");
	assert_int_equal(fake->error.statement_no, 2);
	assert_int_equal(fake->error.line, 2);
	assert_int_equal(fake->nrows, 0);
	fake_free(fake);
}

static void
failures_are_reported(void **state)
{
	static const fake_migration list[] = {{.version = "1"},
										  {.version = "2", .up = "a;\nbroken"},
										  {.version = "3"}};
	fake_host *fake = HOST(list);
	const char *result;

	(void) state;
	result = call(fake, "dbmigrate_apply", NULL, "{\"on_error\": \"report\"}");
	expect_part(result, "\"success\": false");
	expect_part(result, "\"applied\": [\"1\"]");
	expect_part(result, "\"failed\": \"2\"");
	expect_part(result, "\"line\": 2");
	expect_part(result, "\"message\": \"it is broken\"");
	expect_part(result, "\"version\": \"2\"");
	expect_part(result, "\"sqlstate\": \"42P01\"");
	expect_part(result, "\"statement_no\": 2");
	assert_string_equal(fake_versions(fake, "migrate/ledger_add"), "1");
	assert_string_equal(fake_versions(fake, "migrate/mark_failed"), "2");
	assert_int_equal(fake_count(fake, "migration 3 up"), 0);
	assert_string_equal(logged(fake, 0), "failure");
	assert_string_equal(
		logged(fake, 11),
		"it is broken. In migration 2 up, statement 2, line 2.");
	/* what ran before it stays */
	assert_int_equal(fake_last(fake, "guard")->mode, DBC_KEEP);
	fake_free(fake);
}

static void
dry_runs_are_undone(void **state)
{
	static const fake_migration list[] = {{.version = "1"}};
	static const fake_migration broken[] = {{.version = "1", .up = "broken"}};
	fake_host *fake = HOST(list);

	(void) state;
	expect_part(call(fake, "dbmigrate_apply", NULL, "{\"dry_run\": true}"),
				"\"dry_run\": true");
	assert_int_equal(fake_count(fake, "migration 1 up"), 1);
	assert_int_equal(fake_last(fake, "guard")->mode, DBC_UNDO);
	assert_true(place_of(fake, "guard") < place_of(fake, "migration 1 up"));
	fake_free(fake);
	fake = HOST(broken);
	assert_false(fake_call(fake, "dbmigrate_apply", 2, dbc_null(),
						   dbc_json("{\"dry_run\": true}")));
	fake_expect_error(fake, "42P01", "it is broken");
	fake_free(fake);
}

static void
unreadable_scripts_are_found(void **state)
{
	static const fake_migration list[] = {{.version = "1", .up = "syntax"}};
	fake_host *fake = HOST(list);

	(void) state;
	assert_false(fake_call(fake, "dbmigrate_apply", 0));
	fake_expect_error(fake, "42601", "syntax error");
	assert_non_null(strstr(fake->error.context, "migration 1 up"));
	assert_true(fake_call(fake, "dbmigrate_plan", 0));
	assert_int_equal(fake->nrows, 1);
	assert_non_null(strstr(fake_text(fake, 0, 10), "error refused: syntax"));
	fake_free(fake);
}

static void
rollback_goes_backwards(void **state)
{
	static const fake_migration list[] = {
		{.version = "1", .down = "d", .applied = 1},
		{.version = "2", .down = "d", .applied = 4},
		{.version = "3", .down = "d", .applied = 2},
		{.version = "4", .down = "d", .applied = 3},
		{.version = "5", .down = "d"}};
	fake_host *fake = HOST(list);

	(void) state;
	/* the one applied last, whatever its version */
	expect_part(call(fake, "dbmigrate_rollback", NULL, NULL),
				"\"rolled_back\": [\"2\"]");
	assert_int_equal(fake_count(fake, "migration 2 down"), 1);
	assert_string_equal(fake_versions(fake, "ledger/ledger_remove"), "2");
	assert_string_equal(logged(fake, 0), "rollback");
	expect_part(call(fake, "dbmigrate_rollback", "1", NULL),
				"\"rolled_back\": [\"2\", \"4\", \"3\"]");
	expect_part(call(fake, "dbmigrate_rollback", "0", NULL),
				"\"rolled_back\": [\"2\", \"4\", \"3\", \"1\"]");
	expect_part(call(fake, "dbmigrate_rollback", "5", NULL),
				"\"rolled_back\": []");
	fake_free(fake);
}

/* Expects a rollback that fails before anything runs. */
static void
expect_rollback_refused(fake_host *fake, const char *target,
						const char *sqlstate, const char *part)
{
	int i;

	assert_false(fake_call(fake, "dbmigrate_rollback", 1, dbc_text(target)));
	fake_expect_error(fake, sqlstate, part);
	for (i = 0; i < fake->ncalls; i++)
		assert_false(dbc_starts_with(fake->log[i].what, "migration "));
}

static void
impossible_rollbacks_are_refused(void **state)
{
	static const fake_migration list[] = {
		{.version = "1", .applied = 1},
		{.version = "2", .down = "d", .applied = 2},
		{.version = "3", .down = "d", .applied = 3}};
	static const fake_migration needed[] = {
		{.version = "1", .down = "d", .applied = 2, .depends_on = {"2"}},
		{.version = "2", .down = "d", .applied = 1}};
	fake_host *fake = HOST(list);

	(void) state;
	expect_rollback_refused(fake, "0", DBC_NOT_READY,
							"migration \"1\" has no down script");
	expect_rollback_refused(fake, "7", DBC_UNDEFINED_OBJECT,
							"migration \"7\" does not exist");
	fake_free(fake);
	fake = HOST(needed);
	expect_rollback_refused(
		fake, "1", DBC_NOT_READY,
		"migration \"1\" stays applied and depends on \"2\"");
	fake_free(fake);
}

static void
production_needs_confirm(void **state)
{
	static const fake_migration list[] = {
		{.version = "1", .down = "d", .applied = 1}};
	fake_host *fake = fake_migrating(DBC_ON_SQLITE, "production", list, 1);

	(void) state;
	expect_rollback_refused(fake, NULL, DBC_INVALID_PARAMETER,
							"this database is in production");
	assert_string_equal(fake->error.hint,
						"Repeat the call with {\"confirm\": \"shop\"}.");
	assert_false(fake_call(fake, "dbmigrate_rollback", 2, dbc_null(),
						   dbc_json("{\"confirm\": \"other\"}")));
	call(fake, "dbmigrate_rollback", NULL, "{\"confirm\": \"shop\"}");
	/* a dry run destroys nothing */
	call(fake, "dbmigrate_rollback", NULL, "{\"dry_run\": true}");
	fake_free(fake);
}

static void
baseline_runs_nothing(void **state)
{
	static const fake_migration list[] = {
		{.version = "1", .applied = 1},
		{.version = "2", .up = "vacuum"},
		{.version = "2.1", .repeatable = true},
		{.version = "3"},
		{.version = "4"}};
	fake_host *fake = HOST(list);

	(void) state;
	expect_part(call(fake, "dbmigrate_baseline", "3", NULL),
				"\"baselined\": [\"2\", \"3\"]");
	assert_string_equal(fake_versions(fake, "migrate/ledger_add"), "2 3");
	assert_int_equal(fake_last(fake, "migrate/ledger_add")->args[2].integer,
					 true);
	assert_string_equal(logged(fake, 0), "baseline");
	assert_int_equal(fake_count(fake, "migration 2 up"), 0);
	assert_false(fake_call(fake, "dbmigrate_baseline", 1, dbc_text("9")));
	fake_expect_error(fake, DBC_UNDEFINED_OBJECT,
					  "migration \"9\" does not exist");
	fake_free(fake);
}

static void
verify_finds(void **state)
{
	static const fake_migration list[] = {
		{.version = "1", .applied = 1},
		{.version = "2", .applied = 2, .modified = true},
		{.version = "3", .applied = 3, .missing = true},
		{.version = "4", .applied = 4, .verify = "broken"},
		{.version = "5", .applied = 5, .verify = "fine"},
		{.version = "6", .verify = "broken"}};
	fake_host *fake = HOST(list);

	(void) state;
	assert_true(fake_call(fake, "dbmigrate_verify", 0));
	assert_string_equal(fake_column(fake, 0), "2 3 4");
	assert_string_equal(fake_column(fake, 1), "modified missing verify_error");
	assert_string_equal(fake_text(fake, 2, 2), "it is broken");
	/* it cannot write */
	assert_true(fake_last(fake, "verify_sql of migration 5")->read_only);
	assert_int_equal(fake_count(fake, "verify_sql of migration 6"), 0);
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(apply_runs_and_records),
		cmocka_unit_test(runners_exclude_each_other),
		cmocka_unit_test(failures_are_raised),
		cmocka_unit_test(failures_are_reported),
		cmocka_unit_test(dry_runs_are_undone),
		cmocka_unit_test(unreadable_scripts_are_found),
		cmocka_unit_test(rollback_goes_backwards),
		cmocka_unit_test(impossible_rollbacks_are_refused),
		cmocka_unit_test(production_needs_confirm),
		cmocka_unit_test(baseline_runs_nothing),
		cmocka_unit_test(verify_finds)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
