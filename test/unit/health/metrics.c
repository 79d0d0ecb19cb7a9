/*
 * metrics.c
 *	  dbhealth_metrics(): the text, and what is and is not in it.
 */
#include "test/unit/fake/health.h"

#include <string.h>

#include "common/core/tables.h"
#include "common/core/text.h"

/* The metrics, as text. */
static const char *
metrics(fake_host *fake)
{
	if (!fake_call(fake, "dbhealth_metrics", 0))
		fail_msg("%s", fake->error.message);
	assert_int_equal(fake->nrows, 1);
	return fake_text(fake, 0, 0);
}

/* Fails unless text has a line. */
static void
expect_line(fake_host *fake, const char *text, const char *line)
{
	if (!strstr(text, dbc_format(&fake->base, "\n%s\n", line)))
		fail_msg("%s is not a line of %s", line, text);
}

/* Fails if text has a part. */
static void
expect_no(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("%s is in %s", part, text);
}

/* Labels a sample has, after those that all have. */
#define LABELS(rest) "{engine=\"postgresql\",database=\"shop\"" rest "}"

/* A host with the tables of monitoring. */
static fake_host *
fake_monitored(void)
{
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);

	fake_rows(fake, "core/tables_state", 2, 1, dbc_bool(true), dbc_bool(true));
	fake_rows(fake, "core/tables_version", 1, 1, dbc_int(1));
	fake_rows(fake, "core/settings", 2, 0);
	fake_rows(fake, "health/metric_alerts", 3, 1, dbc_text("critical"),
			  dbc_text("firing"), dbc_int(2));
	fake_rows(fake, "health/metric_runs", 3, 1, dbc_text("disk_free"),
			  dbc_real(0.25), dbc_real(1800000000));
	fake_rows(fake, "sample/samples", 4, 0);
	fake_rows(fake, "sample/monitor", 5, 0);
	fake_rows(fake, "sample/last_sample", 4, 1, dbc_int(7),
			  dbc_text("2027-01-15T08:01:00.000Z"), dbc_text("epoch"),
			  dbc_text("{\"statements\": 12, \"statement_ms\": 1500}"));
	return fake;
}

static void
healthy_database(void **state)
{
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);
	const char *text = metrics(fake);

	(void) state;
	expect_line(fake, text, "dbhealth_up" LABELS("") " 1");
	expect_line(fake, text, "dbhealth_score" LABELS("") " 100");
	expect_line(fake, text, "dbhealth_database_size_bytes" LABELS("") " 8192");
	expect_line(fake, text,
				"# UNIT dbhealth_database_size_bytes bytes\n"
				"# HELP dbhealth_database_size_bytes Size of the database.");
	expect_line(fake, text,
				"dbhealth_check_status" LABELS(
					",check=\"disk_free\",category=\"storage\"") " 0");
	expect_line(fake, text,
				"dbhealth_check_findings" LABELS(
					",check=\"disk_free\",severity=\"warning\"") " 0");
	assert_true(dbc_ends_with(text, "\n# EOF"));
	fake_free(fake);
}

static void
unknown_metrics_are_omitted(void **state)
{
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);
	const char *text;

	(void) state;
	fake_fails(fake, "health/duplicate_indexes", "42501", "denied");
	text = metrics(fake);
	expect_line(
		fake, text,
		"dbhealth_check_status" LABELS(
			",check=\"duplicate_indexes\",category=\"performance\"") " -1");
	expect_no(text, "check=\"duplicate_indexes\",severity=");
	/* of the other engine, and not of this level */
	expect_no(text, "check=\"wal_growth\"");
	expect_no(text, "check=\"orphaned_rows\"");
	expect_no(text, "dbcheck_");
	/* nobody has measured these */
	expect_no(text, "dbhealth_database_growth");
	expect_no(text, "dbmonitor_queries_total");
	expect_no(text, "dbhealth_storage");
	expect_no(text, "dbmonitor_alerts");
	expect_no(text, "dbmonitor_last");
	expect_no(text, "dbhealth_check_duration");
	fake_free(fake);
}

static void
findings_are_counted(void **state)
{
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);
	const char *text;

	(void) state;
	fake_finds(fake, "invalid_indexes", "critical", 1);
	text = metrics(fake);
	expect_line(fake, text,
				"dbhealth_check_status" LABELS(
					",check=\"invalid_indexes\",category=\"integrity\"") " 3");
	expect_line(fake, text,
				"dbhealth_check_findings" LABELS(
					",check=\"invalid_indexes\",severity=\"critical\"") " 1");
	expect_no(text, "shop.orders");
	fake_free(fake);
}

static void
storage_is_a_share(void **state)
{
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);
	const char *text;

	(void) state;
	fake->facts.disk_total = 1000;
	fake->facts.disk_free = 125;
	fake_rows(fake, "sample/readings", 2, 2, dbc_text("cache_hits"),
			  dbc_int(30), dbc_text("cache_misses"), dbc_int(10));
	text = metrics(fake);
	expect_line(fake, text, "dbhealth_cache_hit_ratio" LABELS("") " 0.75");
	expect_line(fake, text, "dbhealth_storage_size_bytes" LABELS("") " 1000");
	expect_line(fake, text, "dbhealth_storage_free_ratio" LABELS("") " 0.125");
	fake_free(fake);
}

static void
labels_are_escaped(void **state)
{
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);

	(void) state;
	fake_rows(fake, "core/ping", 4, 1, dbc_text("15.18"),
			  dbc_text("a\"b\\c\nd"), dbc_bool(false), dbc_null());
	expect_line(fake, metrics(fake),
				"dbhealth_up{engine=\"postgresql\","
				"database=\"a\\\"b\\\\c\\nd\"} 1");
	expect_no(metrics(fake), "dbhealth_database_size_bytes");
	fake_free(fake);
}

static void
monitoring_has_metrics(void **state)
{
	fake_host *fake = fake_monitored();
	const char *text = metrics(fake);

	(void) state;
	expect_line(fake, text,
				"dbmonitor_alerts" LABELS(
					",severity=\"critical\",state=\"firing\"") " 2");
	expect_line(
		fake, text,
		"dbmonitor_last_sample_timestamp_seconds" LABELS("") " 1800000060");
	expect_line(fake, text, "dbmonitor_queries_total" LABELS("") " 12");
	expect_line(fake, text, "dbmonitor_query_seconds_total" LABELS("") " 1.5");
	expect_line(fake, text,
				"# HELP dbmonitor_queries_total Statements that ran, as of the "
				"last sample.");
	expect_no(text, "# TYPE dbmonitor_queries_total");
	expect_no(text, "dbmonitor_query_errors_total");
	expect_line(fake, text,
				"dbhealth_check_duration_seconds" LABELS(
					",check=\"disk_free\"") " 0.25");
	expect_line(fake, text,
				"dbhealth_check_last_run_timestamp_seconds" LABELS(
					",check=\"disk_free\"") " 1800000000");
	fake_free(fake);
}

static void
slow_statements_are_counted(void **state)
{
	static const dbc_sample_statement_stats seen[] = {
		{.fingerprint = "a", .query = "a", .calls = 2, .total_ms = 201},
		{.fingerprint = "b", .query = "b", .calls = 2, .total_ms = 200}};
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);

	(void) state;
	fake->seen = seen;
	fake->nseen = 2;
	expect_line(fake, metrics(fake), "dbmonitor_slow_queries" LABELS("") " 1");
	fake_free(fake);
}

static void
a_denied_metric_hides_no_others(void **state)
{
	fake_host *fake = fake_monitored();
	const char *text;

	(void) state;
	fake_fails(fake, "health/metric_alerts", "42501", "denied");
	text = metrics(fake);
	expect_no(text, "dbmonitor_alerts");
	expect_line(
		fake, text,
		"dbmonitor_last_sample_timestamp_seconds" LABELS("") " 1800000060");
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(healthy_database),
		cmocka_unit_test(unknown_metrics_are_omitted),
		cmocka_unit_test(findings_are_counted),
		cmocka_unit_test(storage_is_a_share),
		cmocka_unit_test(labels_are_escaped),
		cmocka_unit_test(monitoring_has_metrics),
		cmocka_unit_test(slow_statements_are_counted),
		cmocka_unit_test(a_denied_metric_hides_no_others)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
