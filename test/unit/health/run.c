/*
 * run.c
 *	  Running health checks: from the rows of their SQL to findings.
 */
#include "test/unit/fake/health.h"

#include "common/core/text.h"
#include "common/health/backup_checks.h"
#include "common/health/migration_checks.h"
#include "common/health/record_checks.h"

static void
every_check_gives_a_row(void **state)
{
	static const int engines[] = {DBC_ON_POSTGRESQL, DBC_ON_SQLITE};
	int e;
	int i;

	(void) state;
	for (e = 0; e < 2; e++)
	{
		fake_host *fake = fake_healthy(engines[e]);

		assert_true(fake_call(fake, "dbhealth_checks", 1,
							  dbc_json("{\"verbose\": true}")));
		assert_int_equal(fake->nrows, dbc_health_nchecks);
		for (i = 0; i < dbc_health_nchecks; i++)
		{
			const dbc_health_check *check = &dbc_health_checks[i];
			const char *severity = "ok";
			const char *reason = fake_text(fake, i, REASON);

			if (!(check->engines & engines[e]))
				severity = "not_applicable";
			else if (check->level == DBC_LEVEL_FULL)
				severity = "skipped";
			else if (dbc_health_is_migration_check(check) ||
					 dbc_health_is_record_check(check) ||
					 dbc_health_is_backup_check(check))
				severity = "not_applicable";
			assert_string_equal(fake_text(fake, i, CHECK_ID), check->id);
			assert_string_equal(fake_text(fake, i, CATEGORY),
								dbc_health_categories[check->category]);
			assert_string_equal(fake_text(fake, i, SEVERITY), severity);
			assert_true(!reason == dbc_same(severity, "ok"));
		}
		assert_true(fake_call(fake, "dbhealth_score", 0));
		assert_int_equal(fake_value(fake, 0, 0)->integer, 100);
		assert_true(fake_call(fake, "dbhealth_status", 0));
		assert_string_equal(fake_text(fake, 0, 0), "healthy");
		fake_free(fake);
	}
}

static void
other_engines_checks_do_not_apply(void **state)
{
	fake_host *fake = fake_healthy(DBC_ON_SQLITE);
	int row;

	(void) state;
	assert_true(
		fake_call(fake, "dbhealth_checks", 1, dbc_json("{\"verbose\": true}")));
	row = fake_row_of(fake, "xid_wraparound");
	assert_string_equal(fake_text(fake, row, REASON),
						"exists on PostgreSQL only");
	assert_int_equal(fake_count(fake, "health/xid_wraparound"), 0);
	fake_free(fake);
	fake = fake_healthy(DBC_ON_POSTGRESQL);
	fake_check(fake, "wal_growth");
	assert_string_equal(fake_text(fake, 0, REASON), "exists on SQLite only");
	assert_string_equal(fake_text(fake, 0, MESSAGE), "does not apply here");
	fake_free(fake);
}

static void
thresholds_decide(void **state)
{
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);

	(void) state;
	fake_finds(fake, "connection_usage", NULL, 79.9);
	fake_expect(fake, "connection_usage", "info");
	fake_finds(fake, "connection_usage", NULL, 80);
	fake_expect(fake, "connection_usage", "warning");
	fake_finds(fake, "connection_usage", NULL, 95);
	fake_expect(fake, "connection_usage", "critical");
	fake_set(fake, "check_connection_usage_critical", "99");
	fake_expect(fake, "connection_usage", "warning");
	/* a check without thresholds */
	fake_finds(fake, "invalid_indexes", NULL, 1e9);
	fake_expect(fake, "invalid_indexes", "info");
	/* more than 10, not 10 */
	fake_finds(fake, "slow_queries", NULL, 10);
	fake_expect(fake, "slow_queries", "info");
	fake_finds(fake, "slow_queries", NULL, 11);
	fake_expect(fake, "slow_queries", "warning");
	fake_free(fake);
}

static void
sql_may_decide(void **state)
{
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);

	(void) state;
	fake_finds(fake, "connection_usage", "info", 99);
	fake_expect(fake, "connection_usage", "info");
	fake_finds(fake, "connection_usage", "critical", 1);
	fake_expect(fake, "connection_usage", "critical");
	fake_finds(fake, "connection_usage", "nonsense", 1);
	fake_expect(fake, "connection_usage", "unknown");
	fake_free(fake);
}

static void
findings_are_worded(void **state)
{
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);

	(void) state;
	fake_finds(fake, "missing_fk_index", NULL, 20000);
	fake_check(fake, "missing_fk_index");
	assert_string_equal(fake_text(fake, 0, OBJECT), "shop.orders");
	assert_true(fake_value(fake, 0, VALUE)->real == 20000);
	assert_string_equal(fake_text(fake, 0, UNIT), "rows");
	assert_string_equal(
		fake_text(fake, 0, MESSAGE),
		"foreign key of shop.orders on the detail has no index");
	assert_non_null(fake_text(fake, 0, SUGGESTION));
	assert_string_equal(fake_text(fake, 0, FIX_SQL), "FIX IT;");
	assert_non_null(fake_text(fake, 0, FIX_LOCKS));
	assert_true(fake_value(fake, 0, PENALTY)->real == 3);
	assert_null(fake_text(fake, 0, REASON));
	fake_free(fake);
}

static void
values_are_rounded_for_people(void **state)
{
	static const struct
	{
		double value;
		const char *text;
	} cases[] = {{12, "12"},		  {12.34, "12.3"}, {12.36, "12.4"},
				 {2.04, "2.04"},	  {-0.004, "0"},   {0.1 + 0.2, "0.3"},
				 {1048576, "1048576"}};
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);
	size_t i;

	(void) state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		fake_finds(fake, "slow_queries", NULL, cases[i].value);
		fake_expect_message(
			fake, "slow_queries",
			dbc_format(&fake->base,
					   "%s queries take more than the detail ms on average",
					   cases[i].text));
	}
	fake_free(fake);
}

static void
one_has_a_singular(void **state)
{
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);

	(void) state;
	fake_finds(fake, "slow_queries", NULL, 1);
	fake_expect_message(fake, "slow_queries",
						"1 query takes more than the detail ms on average");
	fake_free(fake);
}

static void
names_are_not_templates(void **state)
{
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);

	(void) state;
	fake_rows(fake, "health/table_bloat", 8, 1, dbc_text("warning"),
			  dbc_text("{detail}{value}{"), dbc_null(), dbc_null(), dbc_null(),
			  dbc_null(), dbc_null(), dbc_null());
	fake_expect_message(fake, "table_bloat",
						"{detail}{value}{: about unknown % is free space, "
						"unknown");
	assert_int_equal(fake_value(fake, 0, VALUE)->kind, DBC_NULL);
	/* nothing to run, so nothing is locked */
	assert_null(fake_text(fake, 0, FIX_SQL));
	assert_null(fake_text(fake, 0, FIX_LOCKS));
	fake_free(fake);
}

static void
sql_may_give_unknown(void **state)
{
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);

	(void) state;
	fake_rows(fake, "health/integrity_structure", 7, 1,
			  dbc_text("not_applicable"), dbc_text("shop"), dbc_null(),
			  dbc_null(), dbc_text("CREATE EXTENSION amcheck;"),
			  dbc_text("not installed"), dbc_null());
	fake_expect(fake, "integrity_structure", "not_applicable");
	assert_string_equal(fake_text(fake, 0, MESSAGE),
						"shop does not apply here");
	assert_string_equal(fake_text(fake, 0, REASON), "not installed");
	assert_string_equal(fake_text(fake, 0, FIX_SQL),
						"CREATE EXTENSION amcheck;");
	/* these are about damaged indexes */
	assert_null(fake_text(fake, 0, SUGGESTION));
	assert_null(fake_text(fake, 0, FIX_LOCKS));
	fake_free(fake);
}

static void
failing_sql_is_unknown(void **state)
{
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);

	(void) state;
	fake_fails(fake, "health/missing_fk_index", "42501", "permission denied");
	fake_expect(fake, "missing_fk_index", "unknown");
	assert_string_equal(fake_text(fake, 0, REASON), "permission denied");
	assert_string_equal(fake_text(fake, 0, MESSAGE), "could not be checked");
	assert_true(fake_call(fake, "dbhealth_score", 0));
	assert_int_equal(fake_value(fake, 0, 0)->integer, 79);
	assert_true(fake_call(fake, "dbhealth_status", 0));
	assert_string_equal(fake_text(fake, 0, 0), "warning");
	fake_free(fake);
}

static void
probes_measure(void **state)
{
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);

	(void) state;
	fake_probes(fake, "stats_stale");
	fake_rows(fake, "the probe", 1, 1, dbc_int(7));
	fake_expect(fake, "stats_stale", "warning");
	assert_true(fake_value(fake, 0, VALUE)->real == 7);
	/* numeric arrives as text */
	fake_rows(fake, "the probe", 1, 1, dbc_text("8"));
	fake_expect(fake, "stats_stale", "warning");
	assert_true(fake_value(fake, 0, VALUE)->real == 8);
	fake_rows(fake, "the probe", 1, 1, dbc_null());
	fake_expect(fake, "stats_stale", "ok");
	assert_string_equal(fake_text(fake, 0, MESSAGE), "nothing found");
	fake_rows(fake, "the probe", 1, 0);
	fake_expect(fake, "stats_stale", "ok");
	fake_free(fake);
}

static void
failing_probes(void **state)
{
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);

	(void) state;
	fake_probes(fake, "stats_stale");
	fake_fails(fake, "the probe", "42501", "permission denied");
	fake_expect(fake, "stats_stale", "unknown");
	assert_string_equal(fake_text(fake, 0, OBJECT), "shop.orders");
	assert_string_equal(fake_text(fake, 0, MESSAGE),
						"shop.orders could not be checked");
	assert_string_equal(fake_text(fake, 0, REASON), "permission denied");
	assert_null(fake_text(fake, 0, FIX_SQL));
	fake_probes(fake, "integrity_structure");
	fake_expect(fake, "integrity_structure", "unknown");
	fake_free(fake);
}

static void
damage_is_critical(void **state)
{
	static const char *const states[] = {"XX001", "XX002", "58030"};
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);
	size_t i;

	(void) state;
	for (i = 0; i < 3; i++)
	{
		fake_probes(fake, "integrity_structure");
		fake_fails(fake, "the probe", states[i], "item order is wrong");
		fake_expect(fake, "integrity_structure", "critical");
		assert_string_equal(fake_text(fake, 0, MESSAGE),
							"shop.orders is damaged: item order is wrong");
		assert_string_equal(fake_text(fake, 0, FIX_SQL), "FIX IT;");
		fake_fails(fake, "health/integrity_structure", states[i], "malformed");
		fake_expect(fake, "integrity_structure", "critical");
		assert_string_equal(fake_text(fake, 0, MESSAGE),
							"the database is damaged: malformed");
	}
	/* other checks do not look for damage */
	fake_fails(fake, "health/stats_stale", "XX001", "malformed");
	fake_expect(fake, "stats_stale", "unknown");
	fake_free(fake);
}

static void
sql_gets_its_parameters(void **state)
{
	fake_host *fake = fake_healthy(DBC_ON_SQLITE);
	const dbc_value *args;
	int i;

	(void) state;
	fake_check(fake, "disk_free");
	args = fake_last(fake, "health/disk_free")->args;
	assert_true(args[0].kind == DBC_REAL && args[0].real == 85);
	assert_true(args[1].kind == DBC_REAL && args[1].real == 95);
	for (i = 2; i < 5; i++)
		assert_int_equal(args[i].kind, DBC_NULL);
	assert_true(args[5].kind == DBC_REAL && args[5].real == 100);
	fake->facts = (dbc_facts){.disk_total = 300, .disk_free = 200};
	fake_set(fake, "slow_query_ms", "250");
	fake_set(fake, "check_wal_growth_warning", "1.5");
	fake_check(fake, "wal_growth");
	args = fake_last(fake, "health/wal_growth")->args;
	assert_true(args[0].real == 1.5);
	assert_int_equal(args[1].kind, DBC_NULL);
	assert_true(args[2].kind == DBC_INT && args[2].integer == 300);
	assert_true(args[3].kind == DBC_INT && args[3].integer == 200);
	assert_true(args[4].kind == DBC_INT && args[4].integer == 0);
	assert_true(args[5].real == 250);
	fake_free(fake);
}

static void
checks_cannot_write(void **state)
{
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);

	(void) state;
	fake_probes(fake, "stats_stale");
	fake_rows(fake, "the probe", 1, 1, dbc_int(7));
	fake_check(fake, "stats_stale");
	assert_true(fake_last(fake, "health/stats_stale")->read_only);
	assert_true(fake_last(fake, "the probe")->read_only);
	assert_int_equal(fake_count(fake, "progress"), 2);
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_check_gives_a_row),
		cmocka_unit_test(other_engines_checks_do_not_apply),
		cmocka_unit_test(thresholds_decide),
		cmocka_unit_test(sql_may_decide),
		cmocka_unit_test(findings_are_worded),
		cmocka_unit_test(values_are_rounded_for_people),
		cmocka_unit_test(one_has_a_singular),
		cmocka_unit_test(names_are_not_templates),
		cmocka_unit_test(sql_may_give_unknown),
		cmocka_unit_test(failing_sql_is_unknown),
		cmocka_unit_test(probes_measure),
		cmocka_unit_test(failing_probes),
		cmocka_unit_test(damage_is_critical),
		cmocka_unit_test(sql_gets_its_parameters),
		cmocka_unit_test(checks_cannot_write)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
