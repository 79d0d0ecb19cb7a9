/*
 * settings.c
 *	  Settings: where a value comes from, and which values are refused.
 */
#include "test/unit/fake/host.h"

#include <string.h>

#include "common/core/settings.h"
#include "common/core/tables.h"
#include "common/core/text.h"
#include "common/health/check.h"

/* Columns of dbcare_settings(). */
enum
{
	NAME,
	VALUE,
	DEFAULT,
	SOURCE,
	DESCRIPTION
};

/* A host with dbcare's tables that stores one setting. */
static fake_host *
storing_host(const char *name, const char *value)
{
	fake_host *fake = fake_new(DBC_ON_POSTGRESQL);

	fake_rows(fake, "core/tables_state", 2, 1, dbc_bool(true), dbc_bool(true));
	fake_rows(fake, "core/tables_version", 1, 1, dbc_int(1));
	fake_rows(fake, "core/settings", 2, 1, dbc_text(name), dbc_text(value));
	fake_rows(fake, "core/setting_store", 0, 0);
	fake_rows(fake, "core/setting_remove", 0, 0);
	fake_rows(fake, "core/act_shape", 0, 0);
	fake_rows(fake, "core/act_add", 1, 1, dbc_int(1));
	return fake;
}

/* Expects the value in force. */
static void
expect(fake_host *fake, const char *name, const char *value)
{
	assert_true(fake_call(fake, "dbcare_get", 1, dbc_text(name)));
	if (value)
		assert_string_equal(fake_text(fake, 0, 0), value);
	else
		assert_int_equal(fake_value(fake, 0, 0)->kind, DBC_NULL);
}

/* The row of dbcare_settings() for a setting. */
static int
row_of(fake_host *fake, const char *name)
{
	int row = 0;

	assert_true(fake_call(fake, "dbcare_settings", 0));
	while (!dbc_same(fake_text(fake, row, NAME), name))
		row++;
	return row;
}

static void
defaults_need_no_tables(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	int row;
	int i;

	(void) state;
	expect(fake, "slow_query_ms", "100");
	expect(fake, "backup_directory", NULL);
	expect(fake, "environment", "development");
	assert_true(fake_call(fake, "dbcare_settings", 0));
	for (i = 0; i < fake->nrows; i++)
	{
		assert_string_equal(fake_text(fake, i, SOURCE), "default");
		assert_true(strlen(fake_text(fake, i, DESCRIPTION)) > 10);
	}
	row = row_of(fake, "check_disk_free_warning");
	assert_string_equal(fake_text(fake, row, VALUE), "85");
	row = row_of(fake, "check_disk_free_enabled");
	assert_string_equal(fake_text(fake, row, VALUE), "true");
	row = row_of(fake, "check_orphaned_rows_critical");
	assert_null(fake_text(fake, row, VALUE));
	fake_free(fake);
}

static void
checks_of_the_engine_have_settings(void **state)
{
	static const int engines[] = {DBC_ON_POSTGRESQL, DBC_ON_SQLITE};
	int e;
	int i;

	(void) state;
	for (e = 0; e < 2; e++)
	{
		fake_host *fake = fake_new(engines[e]);
		int expected = dbc_nsettings;

		for (i = 0; i < dbc_health_nchecks; i++)
			if (dbc_health_checks[i].engines & engines[e])
				expected += 3;
		assert_true(fake_call(fake, "dbcare_settings", 0));
		assert_int_equal(fake->nrows, expected);
		fake_free(fake);
	}
}

static void
stored_wins_over_default(void **state)
{
	fake_host *fake = storing_host("slow_query_ms", "250");
	int row = row_of(fake, "slow_query_ms");

	(void) state;
	assert_string_equal(fake_text(fake, row, VALUE), "250");
	assert_string_equal(fake_text(fake, row, DEFAULT), "100");
	assert_string_equal(fake_text(fake, row, SOURCE), "stored");
	fake_free(fake);
}

static void
configuration_wins_over_stored(void **state)
{
	fake_host *fake = storing_host("slow_query_ms", "250");
	int row;

	(void) state;
	fake_set(fake, "slow_query_ms", "300");
	row = row_of(fake, "slow_query_ms");
	assert_string_equal(fake_text(fake, row, VALUE), "300");
	assert_string_equal(fake_text(fake, row, SOURCE), "guc");
	fake_free(fake);
}

static void
production_wins_from_either_side(void **state)
{
	fake_host *fake = storing_host("environment", "production");

	(void) state;
	fake_set(fake, "environment", "testing");
	expect(fake, "environment", "production");
	fake_free(fake);
	fake = storing_host("environment", "testing");
	fake_set(fake, "environment", "production");
	expect(fake, "environment", "production");
	fake_free(fake);
	fake = storing_host("environment", "testing");
	fake_set(fake, "environment", "staging");
	expect(fake, "environment", "staging");
	fake_free(fake);
}

static void
unknown_settings(void **state)
{
	fake_host *fake = storing_host("slow_query_ms", "250");

	(void) state;
	assert_false(fake_call(fake, "dbcare_get", 1, dbc_text("speed")));
	fake_expect_error(fake, DBC_UNDEFINED_OBJECT,
					  "setting \"speed\" does not exist");
	assert_false(
		fake_call(fake, "dbcare_set", 2, dbc_text("speed"), dbc_int(1)));
	fake_expect_error(fake, DBC_UNDEFINED_OBJECT,
					  "setting \"speed\" does not exist");
	assert_false(
		fake_call(fake, "dbcare_get", 1, dbc_text("check_disk_free_level")));
	assert_false(
		fake_call(fake, "dbcare_get", 1, dbc_text("check_nonsense_enabled")));
	fake_free(fake);
}

static void
values_that_do_not_fit(void **state)
{
	static const struct
	{
		const char *name;
		dbc_value value;
		const char *wants;
	} cases[] = {
		{"auto_init", {DBC_TEXT, 0, 0, "yes"}, "true or false"},
		{"auto_init", {DBC_INT, 2, 0, NULL}, "true or false"},
		{"connection_usage_warning", {DBC_REAL, 0, 1.1, NULL}, "from 0 to 1"},
		{"connection_usage_warning", {DBC_TEXT, 0, 0, "x"}, "a number"},
		{"lock_retries", {DBC_REAL, 0, 1.5, NULL}, "a whole number"},
		{"lock_retries", {DBC_INT, -1, 0, NULL}, "from 0 to 1000"},
		{"environment", {DBC_TEXT, 0, 0, "live"}, "production"},
		{"check_disk_free_warning", {DBC_TEXT, 0, 0, "lots"}, "a number"},
		{"check_disk_free_enabled", {DBC_TEXT, 0, 0, "off"}, "true or false"}};
	fake_host *fake = storing_host("slow_query_ms", "250");
	size_t i;

	(void) state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		assert_false(fake_call(fake, "dbcare_set", 2, dbc_text(cases[i].name),
							   cases[i].value));
		fake_expect_error(fake, DBC_INVALID_PARAMETER, cases[i].name);
		assert_non_null(strstr(fake->error.detail, cases[i].wants));
		assert_int_equal(fake_count(fake, "core/setting_store"), 0);
	}
	fake_free(fake);
}

static void
wrong_values_have_their_source(void **state)
{
	fake_host *fake = storing_host("slow_query_ms", "soon");

	(void) state;
	assert_false(fake_call(fake, "dbcare_get", 1, dbc_text("slow_query_ms")));
	fake_expect_error(fake, DBC_INVALID_PARAMETER, "\"soon\" (stored)");
	fake_set(fake, "lock_retries", "many");
	assert_false(fake_call(fake, "dbcare_get", 1, dbc_text("lock_retries")));
	fake_expect_error(fake, DBC_INVALID_PARAMETER,
					  "\"many\" (configuration parameter)");
	fake_free(fake);
}

/* What dbcare_set() stores for a value. */
static const char *
stored_as(fake_host *fake, const char *name, dbc_value value)
{
	assert_true(fake_call(fake, "dbcare_set", 2, dbc_text(name), value));
	return fake_last(fake, "core/setting_store")->args[1].text;
}

static void
values_of_any_type_are_stored(void **state)
{
	fake_host *fake = storing_host("actor", "deployer");

	(void) state;
	assert_string_equal(stored_as(fake, "auto_init", dbc_bool(true)), "true");
	assert_string_equal(stored_as(fake, "auto_init", dbc_int(0)), "false");
	assert_string_equal(stored_as(fake, "lock_retries", dbc_int(7)), "7");
	assert_string_equal(stored_as(fake, "slow_query_ms", dbc_real(0.5)), "0.5");
	assert_string_equal(stored_as(fake, "slow_query_ms", dbc_text("50")), "50");
	assert_string_equal(fake_last(fake, "core/setting_store")->args[2].text,
						"deployer");
	assert_string_equal(
		stored_as(fake, "check_disk_free_critical", dbc_real(97.5)), "97.5");
	assert_true(fake_call(fake, "dbcare_set", 2, dbc_text("slow_query_ms"),
						  dbc_null()));
	assert_int_equal(fake_count(fake, "core/setting_store"), 0);
	assert_string_equal(fake_last(fake, "core/setting_remove")->args[0].text,
						"slow_query_ms");
	assert_string_equal(fake_text(fake, 0, 0),
						"{\"name\": \"slow_query_ms\", \"value\": \"100\"}");
	fake_free(fake);
}

/* A host whose library has a second version of dbcare's tables, in two files.
 */
static fake_host *
host_of_version_2(void)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);

	fake_rows(fake, "core/tables_2_more", 0, 0);
	fake_rows(fake, "core/tables_2", 0, 0);
	fake_rows(fake, "core/tables_record", 0, 0);
	return fake;
}

static void
tables_are_created_on_first_use(void **state)
{
	fake_host *fake = host_of_version_2();

	(void) state;
	assert_true(fake_call(fake, "dbcare_install", 0));
	assert_string_equal(fake_text(fake, 0, 0),
						"{\"changed\": true, \"version\": 2, "
						"\"previous_version\": 0}");
	assert_int_equal(fake_count(fake, "core/tables_1"), 1);
	assert_int_equal(fake_count(fake, "core/tables_2"), 1);
	assert_int_equal(fake_count(fake, "core/tables_2_more"), 1);
	assert_int_equal(fake_count(fake, "core/tables_record"), 2);
	assert_int_equal(fake_last(fake, "core/tables_record")->args[0].integer, 2);
	fake_free(fake);
}

static void
older_tables_are_upgraded(void **state)
{
	fake_host *fake = host_of_version_2();

	(void) state;
	fake_rows(fake, "core/tables_state", 2, 1, dbc_bool(true), dbc_bool(true));
	fake_rows(fake, "core/tables_version", 1, 1, dbc_int(1));
	assert_true(fake_call(fake, "dbcare_install", 0));
	assert_string_equal(fake_text(fake, 0, 0),
						"{\"changed\": true, \"version\": 2, "
						"\"previous_version\": 1}");
	assert_int_equal(fake_count(fake, "core/tables_1"), 0);
	assert_int_equal(fake_count(fake, "core/tables_2_more"), 1);
	assert_int_equal(fake_count(fake, "core/tables_record"), 1);
	fake_rows(fake, "core/tables_version", 1, 1, dbc_int(2));
	assert_true(fake_call(fake, "dbcare_install", 0));
	assert_string_equal(fake_text(fake, 0, 0),
						"{\"changed\": false, \"version\": 2, "
						"\"previous_version\": 2}");
	fake_rows(fake, "core/tables_version", 1, 1, dbc_int(3));
	assert_false(fake_call(fake, "dbcare_install", 0));
	fake_expect_error(fake, DBC_NOT_READY, "newer version of dbcare");
	fake_free(fake);
}

static void
planted_tables_are_refused(void **state)
{
	fake_host *fake = storing_host("actor", "mallory");

	(void) state;
	fake_rows(fake, "core/tables_state", 2, 1, dbc_bool(true), dbc_bool(false));
	fake_rows(fake, "core/intruder", 3, 1, dbc_text("schema dbcare"),
			  dbc_text("mallory"), dbc_null());
	assert_false(fake_call(fake, "dbcare_get", 1, dbc_text("actor")));
	fake_expect_error(fake, DBC_INSUFFICIENT,
					  "schema dbcare belongs to role \"mallory\"");
	assert_int_equal(fake_count(fake, "core/settings"), 0);
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_need_no_tables),
		cmocka_unit_test(checks_of_the_engine_have_settings),
		cmocka_unit_test(stored_wins_over_default),
		cmocka_unit_test(configuration_wins_over_stored),
		cmocka_unit_test(production_wins_from_either_side),
		cmocka_unit_test(unknown_settings),
		cmocka_unit_test(values_that_do_not_fit),
		cmocka_unit_test(wrong_values_have_their_source),
		cmocka_unit_test(values_of_any_type_are_stored),
		cmocka_unit_test(tables_are_created_on_first_use),
		cmocka_unit_test(older_tables_are_upgraded),
		cmocka_unit_test(planted_tables_are_refused)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
