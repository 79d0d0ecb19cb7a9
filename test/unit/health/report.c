/*
 * report.c
 *	  dbhealth_report() and the functions around the checks.
 */
#include "test/unit/fake/health.h"

#include <stdio.h>
#include <string.h>

#include "common/core/text.h"

/* The report, as text. */
static const char *
report(fake_host *fake)
{
	assert_true(
		fake_call(fake, "dbhealth_report", 1, dbc_json("{\"verbose\": true}")));
	assert_int_equal(fake->nrows, 1);
	return fake_text(fake, 0, 0);
}

/* Fails unless text has a part. */
static void
expect_part(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("%s is not in %s", part, text);
}

/* The recommendations of a report. */
static const char *
recommendations(fake_host *fake)
{
	const char *text = strstr(report(fake), "\"recommendations\": ");

	assert_non_null(text);
	return text;
}

/* How often a part is in text. */
static int
occurrences(const char *text, const char *part)
{
	int count = 0;

	while ((text = strstr(text, part)) != NULL)
	{
		text += strlen(part);
		count++;
	}
	return count;
}

static void
report_has_its_keys(void **state)
{
	/* in jsonb's order: by length, then by bytes */
	static const char *const keys[] = {"{\"cap\": null, \"score\": 100, ",
									   ", \"alerts\": [], ",
									   ", \"checks\": [{",
									   ", \"engine\": \"postgresql\", ",
									   ", \"growth\": null, ",
									   ", \"status\": \"healthy\", ",
									   ", \"summary\": {\"ok\": ",
									   ", \"coverage\": ",
									   ", \"database\": \"shop\", ",
									   ", \"migrations\": {\"drift\": null, ",
									   ", \"size_bytes\": 8192, ",
									   ", \"duration_ms\": ",
									   ", \"environment\": \"development\", ",
									   ", \"generated_at\": \"2",
									   ", \"score_version\": 1, ",
									   ", \"dbcare_version\": \"",
									   ", \"engine_version\": \"15.18\", ",
									   ", \"recommendations\": []}"};
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);
	const char *text = report(fake);
	size_t i;

	(void) state;
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
	{
		const char *at = strstr(text, keys[i]);

		if (!at)
			fail_msg("%s is not in, or not in order in, %s", keys[i], text);
		/* the last character may be the first of the next key */
		text = at + strlen(keys[i]) - 2;
	}
	fake_free(fake);
}

static void
report_has_all_of_a_finding(void **state)
{
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);
	const char *text;

	(void) state;
	fake_finds(fake, "invalid_indexes", "critical", 1);
	text = report(fake);
	expect_part(text, "{\"unit\": null, \"value\": 1, \"object\": "
					  "\"shop.orders\", \"reason\": null, \"fix_sql\": "
					  "\"FIX IT;\", \"message\": \"index shop.orders is the "
					  "detail\", \"penalty\": 15, \"category\": "
					  "\"integrity\", \"check_id\": \"invalid_indexes\", "
					  "\"fix_risk\": \"locks\", "
					  "\"severity\": \"critical\", \"fix_locks\": ");
	expect_part(text, "\"score\": 79, ");
	expect_part(text, "\"critical\": 1, ");
	expect_part(text, "{\"unit\": null, \"value\": null, \"object\": null, "
					  "\"reason\": \"needs level full\", \"fix_sql\": null, ");
	fake_free(fake);
}

static void
recommendations_begin_with_the_worst(void **state)
{
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);
	const char *text;
	const char *critical;
	const char *warning;
	const char *info;

	(void) state;
	fake_rows(fake, "health/missing_fk_index", 7, 1, dbc_text("info"),
			  dbc_text("a"), dbc_null(), dbc_null(), dbc_text("INFO;"),
			  dbc_null(), dbc_null());
	fake_rows(fake, "health/stats_stale", 7, 1, dbc_text("warning"),
			  dbc_text("b"), dbc_null(), dbc_null(), dbc_text("WARNING;"),
			  dbc_null(), dbc_null());
	fake_rows(fake, "health/vacuum_overdue", 7, 1, dbc_text("critical"),
			  dbc_text("c"), dbc_null(), dbc_null(), dbc_text("CRITICAL;"),
			  dbc_null(), dbc_null());
	text = recommendations(fake);
	critical = strstr(text, "{\"object\": \"c\", \"fix_sql\": \"CRITICAL;\", "
							"\"check_id\": \"vacuum_overdue\", \"fix_risk\": "
							"\"none\", \"severity\": "
							"\"critical\", \"suggestion\": \"Vacuum c, and");
	warning = strstr(text, "WARNING;");
	info = strstr(text, "INFO;");
	assert_true(critical && critical < warning && warning < info);
	assert_int_equal(occurrences(text, "check_id"), 3);
	fake_free(fake);
}

static void
recommendations_are_not_repeated(void **state)
{
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);
	dbc_value w = dbc_text("warning");
	dbc_value null = dbc_null();
	dbc_value same = dbc_text("SAME;");
	const char *text;

	(void) state;
	/* the same statement twice, and twice nothing but the same advice */
	fake_rows(fake, "health/stats_stale", 7, 2, w, dbc_text("a"), null, null,
			  same, null, null, w, dbc_text("b"), null, null, same, null, null);
	fake_rows(fake, "health/missing_primary_key", 7, 2, w, dbc_text("c"), null,
			  null, null, null, null, w, dbc_text("d"), null, null, null, null,
			  null);
	text = recommendations(fake);
	assert_int_equal(occurrences(text, "check_id"), 2);
	assert_int_equal(occurrences(text, "SAME;"), 1);
	fake_free(fake);
}

static void
at_most_ten_recommendations(void **state)
{
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);
	dbc_value w = dbc_text("warning");
	dbc_value n = dbc_null();

	(void) state;
	fake_rows(fake, "health/stats_stale", 7, 12, w, n, n, n, dbc_text("1"), n,
			  n, w, n, n, n, dbc_text("2"), n, n, w, n, n, n, dbc_text("3"), n,
			  n, w, n, n, n, dbc_text("4"), n, n, w, n, n, n, dbc_text("5"), n,
			  n, w, n, n, n, dbc_text("6"), n, n, w, n, n, n, dbc_text("7"), n,
			  n, w, n, n, n, dbc_text("8"), n, n, w, n, n, n, dbc_text("9"), n,
			  n, w, n, n, n, dbc_text("10"), n, n, w, n, n, n, dbc_text("11"),
			  n, n, w, n, n, n, dbc_text("12"), n, n);
	assert_int_equal(occurrences(recommendations(fake), "check_id"), 10);
	fake_free(fake);
}

static void
report_has_migrations(void **state)
{
	fake_host *fake = fake_healthy(DBC_ON_SQLITE);

	(void) state;
	expect_part(report(fake),
				"\"migrations\": {\"drift\": null, \"pending\": 0, "
				"\"version\": null}");
	fake_rows(fake, "core/tables_state", 2, 1, dbc_bool(true), dbc_bool(true));
	fake_rows(fake, "core/tables_version", 1, 1, dbc_int(1));
	fake_rows(fake, "core/settings", 2, 1, dbc_text("environment"),
			  dbc_text("staging"));
	/* tables that cannot be read do not prevent a report */
	fake_fails(fake, "ledger/list", "42501", "permission denied");
	expect_part(report(fake),
				"\"migrations\": {\"drift\": null, \"pending\": null, "
				"\"version\": null}");
	expect_part(report(fake), "\"environment\": \"staging\"");
	fake_free(fake);
}

static void
planted_tables_are_refused(void **state)
{
	static const char *const functions[] = {"dbhealth_report",
											"dbhealth_checks", "dbhealth_score",
											"dbhealth_status"};
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);
	size_t i;

	(void) state;
	fake_rows(fake, "core/tables_state", 2, 1, dbc_bool(true), dbc_bool(false));
	fake_rows(fake, "core/intruder", 3, 1, dbc_text("schema dbcare"),
			  dbc_text("mallory"), dbc_null());
	for (i = 0; i < 4; i++)
	{
		assert_false(fake_call(fake, functions[i], 0));
		fake_expect_error(fake, DBC_INSUFFICIENT, "mallory");
	}
	fake_free(fake);
}

static void
ping(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	double latency;

	(void) state;
	assert_true(fake_call(fake, "dbhealth_ping", 0));
	expect_part(fake_text(fake, 0, 0),
				"{\"ok\": true, \"engine\": \"sqlite\", \"database\": "
				"\"shop\", \"read_only\": false, \"latency_ms\": ");
	expect_part(fake_text(fake, 0, 0), "\"engine_version\": \"3.40.1\"}");
	assert_int_equal(sscanf(strstr(fake_text(fake, 0, 0), "latency_ms") + 12,
							"%lf", &latency),
					 1);
	assert_true(latency >= 0 && latency < 1000);
	/* SQLite has no boolean */
	fake_rows(fake, "core/ping", 4, 1, dbc_text("3"), dbc_text("x"), dbc_int(1),
			  dbc_int(0));
	assert_true(fake_call(fake, "dbhealth_ping", 0));
	expect_part(fake_text(fake, 0, 0), "\"read_only\": true");
	fake_free(fake);
}

static void
size(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);

	(void) state;
	fake_rows(fake, "health/size", 2, 2, dbc_text("database"), dbc_int(8192),
			  dbc_text("wal"), dbc_null());
	assert_true(fake_call(fake, "dbhealth_size", 0));
	assert_int_equal(fake->nrows, 2);
	assert_string_equal(fake_text(fake, 1, 0), "wal");
	assert_int_equal(fake_value(fake, 0, 1)->integer, 8192);
	assert_int_equal(fake_last(fake, "health/size")->args[0].kind, DBC_NULL);
	fake->facts.wal_bytes = 4096;
	assert_true(fake_call(fake, "dbhealth_size", 0));
	assert_int_equal(fake_last(fake, "health/size")->args[0].integer, 4096);
	fake_free(fake);
}

static void
tables(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);

	(void) state;
	fake_rows(fake, "health/tables", 12, 1, dbc_text("t"), dbc_int(7),
			  dbc_null(), dbc_null(), dbc_null(), dbc_null(), dbc_null(),
			  dbc_int(1), dbc_null(), dbc_null(), dbc_null(), dbc_null());
	assert_true(fake_call(fake, "dbhealth_tables", 0));
	assert_int_equal(fake->nrows, 1);
	assert_string_equal(fake_text(fake, 0, 0), "t");
	assert_int_equal(fake_value(fake, 0, 7)->integer, 1);
	assert_int_equal(fake_last(fake, "health/tables")->args[0].kind, DBC_NULL);
	fake_free(fake);
}

static void
storage_takes_a_query_to_write_its_query(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);

	(void) state;
	fake_rows(fake, "health/storage", 1, 1, dbc_text("the query"));
	fake_rows(fake, "the query", 1, 1, dbc_text("the storage"));
	fake_rows(fake, "health/tables", 12, 0);
	fake_rows(fake, "health/size", 2, 0);
	assert_true(fake_call(fake, "dbhealth_tables", 0));
	assert_string_equal(fake_last(fake, "health/tables")->args[0].text,
						"the storage");
	assert_true(fake_call(fake, "dbhealth_size", 0));
	assert_string_equal(fake_last(fake, "health/size")->args[1].text,
						"the storage");
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(report_has_its_keys),
		cmocka_unit_test(report_has_all_of_a_finding),
		cmocka_unit_test(recommendations_begin_with_the_worst),
		cmocka_unit_test(recommendations_are_not_repeated),
		cmocka_unit_test(at_most_ten_recommendations),
		cmocka_unit_test(report_has_migrations),
		cmocka_unit_test(planted_tables_are_refused),
		cmocka_unit_test(ping),
		cmocka_unit_test(size),
		cmocka_unit_test(tables),
		cmocka_unit_test(storage_takes_a_query_to_write_its_query)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
