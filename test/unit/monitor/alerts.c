/*
 * alerts.c
 *	  What becomes of an alert, and what raises one.
 */
#include "common/core/tables.h"
#include "test/unit/fake/samples.h"

#include <math.h>
#include <string.h>

#include "common/core/clock.h"
#include "common/core/text.h"
#include "common/monitor/alert.h"

#define NOW_MS	 INT64_C(1800000000000)
#define INTERVAL 60

/* What is to be observed, and when. */
typedef struct observing
{
	dbc_monitor_observation seen;
	int64_t now_ms;
	int raised;
} observing;

/* Reads the open alerts and observes. */
static void
observe(dbc_host *host, void *arg)
{
	observing *o = arg;
	dbc_monitor_alerts *alerts =
		dbc_monitor_read_alerts(host, o->now_ms, INTERVAL);

	dbc_monitor_observe(alerts, &o->seen);
	o->raised = dbc_monitor_count_raised(alerts);
}

/* A host with one open alert about connections, that was pending so many
 * seconds ago; severity NULL: with none. */
static fake_host *
open_since(const char *severity, int64_t seconds, bool raised)
{
	fake_host *fake = fake_new(DBC_ON_POSTGRESQL);
	const char *then = dbc_time_text(&fake->base, NOW_MS - seconds * 1000);

	fake_monitors(fake);
	fake_rows(fake, "monitor/alerts_open", 7, severity ? 1 : 0, dbc_int(9),
			  dbc_text("connections"), dbc_text(""), dbc_text(severity),
			  dbc_text(then), dbc_text(raised ? then : NULL), dbc_text(then));
	return fake;
}

/* Observes connections; returns the number of alerts raised then. */
static int
see(fake_host *fake, dbc_monitor_presence presence,
	dbc_health_severity severity)
{
	observing o = {
		{DBC_A_connections, "", presence, severity, 0.9, 0.8, "90 of 100"},
		NOW_MS,
		0};

	fake->base.tables_version = 1;
	assert_true(fake_try(fake, observe, &o));
	return o.raised;
}

static void
a_new_condition_is_pending(void **state)
{
	fake_host *fake = open_since(NULL, 0, false);

	(void) state;
	assert_int_equal(see(fake, DBC_MET, DBC_WARNING), 0);
	assert_int_equal(fake_count(fake, "monitor/alert_add"), 1);
	assert_int_equal(fake_count(fake, "monitor/alert_raise"), 0);
	assert_int_equal(fake_count(fake, "notify"), 0);
	assert_int_equal(see(fake, DBC_CLEARED, DBC_WARNING), 0);
	assert_int_equal(see(fake, DBC_BETWEEN, DBC_WARNING), 0);
	assert_int_equal(fake_count(fake, "monitor/alert_add"), 0);
	fake_free(fake);
}

static void
a_lasting_condition_is_raised_once(void **state)
{
	fake_host *fake = open_since("warning", 60, false);

	(void) state;
	assert_int_equal(see(fake, DBC_MET, DBC_WARNING), 0);
	fake_free(fake);
	fake = open_since("warning", 120, false);
	assert_int_equal(see(fake, DBC_MET, DBC_WARNING), 1);
	assert_int_equal(fake_count(fake, "monitor/alert_raise"), 1);
	assert_int_equal(fake_count(fake, "notify"), 1);
	fake_free(fake);
	fake = open_since("warning", 180, true);
	assert_int_equal(see(fake, DBC_MET, DBC_WARNING), 1);
	assert_int_equal(fake_count(fake, "monitor/alert_update"), 1);
	assert_int_equal(fake_count(fake, "monitor/alert_raise"), 0);
	assert_int_equal(fake_count(fake, "notify"), 0);
	fake_free(fake);
}

static void
an_ended_pending_condition_is_removed(void **state)
{
	fake_host *fake = open_since("warning", 60, false);

	(void) state;
	assert_int_equal(see(fake, DBC_BETWEEN, DBC_WARNING), 0);
	assert_int_equal(fake_count(fake, "monitor/alert_drop"), 1);
	assert_int_equal(fake_count(fake, "notify"), 0);
	fake_free(fake);
}

static void
alerts_are_cleared_below_the_second_threshold(void **state)
{
	fake_host *fake = open_since("warning", 600, true);

	(void) state;
	assert_int_equal(see(fake, DBC_BETWEEN, DBC_WARNING), 1);
	assert_int_equal(fake_count(fake, "monitor/alert_clear"), 0);
	assert_int_equal(see(fake, DBC_CLEARED, DBC_WARNING), 0);
	assert_int_equal(fake_count(fake, "monitor/alert_clear"), 1);
	assert_int_equal(fake_count(fake, "notify"), 1);
	fake_free(fake);
}

static void
an_unsteady_condition_keeps_its_alert(void **state)
{
	fake_host *fake = open_since("warning", 600, true);

	(void) state;
	fake_rows(fake, "monitor/alert_flaps", 1, 1, dbc_int(2));
	assert_int_equal(see(fake, DBC_CLEARED, DBC_WARNING), 1);
	assert_int_equal(fake_count(fake, "monitor/alert_clear"), 0);
	fake_free(fake);
	/* until it was quiet for a quarter of an hour */
	fake = open_since("warning", 901, true);
	fake_rows(fake, "monitor/alert_flaps", 1, 1, dbc_int(2));
	assert_int_equal(see(fake, DBC_CLEARED, DBC_WARNING), 0);
	fake_free(fake);
}

static void
a_worse_severity_is_notified_again(void **state)
{
	fake_host *fake = open_since("warning", 600, true);

	(void) state;
	assert_int_equal(see(fake, DBC_MET, DBC_CRITICAL), 1);
	assert_int_equal(fake_count(fake, "notify"), 1);
	fake_free(fake);
	fake = open_since("critical", 600, true);
	assert_int_equal(see(fake, DBC_MET, DBC_WARNING), 1);
	assert_int_equal(fake_count(fake, "notify"), 0);
	fake_free(fake);
}

static void
connection_failure_delays_other_alerts(void **state)
{
	fake_host *fake = open_since(NULL, 0, false);
	const char *then = dbc_time_text(&fake->base, NOW_MS - 600000);

	(void) state;
	fake_rows(fake, "monitor/alerts_open", 7, 2, dbc_int(1),
			  dbc_text("connection_failure"), dbc_text(""),
			  dbc_text("critical"), dbc_text(then), dbc_text(then),
			  dbc_text(then), dbc_int(9), dbc_text("connections"), dbc_text(""),
			  dbc_text("warning"), dbc_text(then), dbc_null(), dbc_text(then));
	assert_int_equal(see(fake, DBC_MET, DBC_WARNING), 1);
	assert_int_equal(fake_count(fake, "monitor/alert_raise"), 0);
	fake_free(fake);
}

static void
a_clock_set_back_does_not_stop_alerts(void **state)
{
	fake_host *fake = open_since("warning", -86400, false);

	(void) state;
	assert_int_equal(see(fake, DBC_MET, DBC_WARNING), 1);
	fake_free(fake);
}

/* ---- samples ---- */

/* A host that is monitored; the last sample had these readings. */
static fake_host *
sampled(int engine, const char *readings)
{
	fake_host *fake = fake_new(engine);

	fake_rows(fake, "core/tables_state", 2, 1, dbc_bool(true), dbc_bool(true));
	fake_rows(fake, "core/tables_version", 1, 1, dbc_int(1));
	fake_rows(fake, "core/settings", 2, 0);
	fake_rows(fake, "health/tables", 12, 0);
	fake_monitors(fake);
	fake_sampled(fake, readings);
	return fake;
}

/* Takes a sample and expects one condition to be noted, or none (NULL). */
static void
expect_alert(fake_host *fake, const char *alert, const char *message)
{
	assert_true(fake_call(fake, "dbmonitor_sample", 1,
						  dbc_json("{\"level\": \"none\"}")));
	assert_int_equal(fake_count(fake, "monitor/alert_add"), alert ? 1 : 0);
	if (!alert)
		return;
	assert_string_equal(fake_last(fake, "monitor/alert_add")->args[0].text,
						alert);
	assert_string_equal(fake_last(fake, "monitor/alert_add")->args[3].text,
						message);
}

static void
failing_statements_are_an_alert(void **state)
{
	fake_host *fake = sampled(
		DBC_ON_SQLITE, "{\"statements\": 100, \"statement_errors\": 11}");

	(void) state;
	expect_alert(fake, "error_rate", "11 % of the statements fail");
	fake_sampled(fake, "{\"statements\": 99, \"statement_errors\": 98}");
	expect_alert(fake, NULL, NULL);
	fake_sampled(fake, "{\"statements\": 100, \"statement_errors\": 10}");
	expect_alert(fake, NULL, NULL);
	fake_free(fake);
}

/* Has one alert be open, raised so many seconds ago or only pending. */
static void
have_open(fake_host *fake, const char *alert, bool raised)
{
	const char *then = fake_ago(fake, 3600);

	fake_rows(fake, "monitor/alerts_open", 7, 1, dbc_int(9), dbc_text(alert),
			  dbc_text(""), dbc_text("critical"), dbc_text(then),
			  dbc_text(raised ? then : NULL), dbc_text(then));
}

static void
no_statements_give_no_error_rate(void **state)
{
	fake_host *fake = sampled(DBC_ON_SQLITE,
							  "{\"statements\": 99, \"statement_errors\": 98}");

	(void) state;
	have_open(fake, "error_rate", true);
	expect_alert(fake, NULL, NULL);
	assert_int_equal(fake_count(fake, "monitor/alert_clear"), 1);
	/* but nobody knows where nobody counts */
	fake_sampled(fake, "{}");
	have_open(fake, "error_rate", true);
	expect_alert(fake, NULL, NULL);
	assert_int_equal(fake_count(fake, "monitor/alert_clear"), 0);
	have_open(fake, "error_rate", false);
	expect_alert(fake, NULL, NULL);
	assert_int_equal(fake_count(fake, "monitor/alert_drop"), 1);
	fake_free(fake);
}

static void
rollbacks_count_as_failures(void **state)
{
	fake_host *fake =
		sampled(DBC_ON_POSTGRESQL, "{\"commits\": 80, \"rollbacks\": 20}");

	(void) state;
	expect_alert(fake, "error_rate",
				 "20 % of the transactions are rolled back");
	fake_free(fake);
}

static void
slow_statements_are_an_alert(void **state)
{
	fake_host *fake =
		sampled(DBC_ON_SQLITE, "{\"statements\": 50, \"statement_ms\": 60000}");

	(void) state;
	expect_alert(fake, "query_time", "statements take 1200 ms on average");
	fake_sampled(fake, "{\"statements\": 49, \"statement_ms\": 60000}");
	expect_alert(fake, NULL, NULL);
	fake_free(fake);
}

static void
connections_are_counted(void **state)
{
	fake_host *fake = sampled(DBC_ON_POSTGRESQL, "{}");

	(void) state;
	fake_rows(fake, "sample/readings", 2, 2, dbc_text("connections"),
			  dbc_int(81), dbc_text("connections_max"), dbc_int(100));
	expect_alert(fake, "connections", "81 of 100 connections are in use");
	fake_set(fake, "connection_usage_warning", "0.81");
	expect_alert(fake, NULL, NULL);
	fake_free(fake);
}

static void
storage_raises_an_alert(void **state)
{
	fake_host *fake = sampled(DBC_ON_SQLITE, "{}");

	(void) state;
	fake->facts.disk_total = 1000;
	fake->facts.disk_free = 140;
	expect_alert(fake, "storage", "86 % of the disk is used");
	fake->facts.disk_free = 500;
	fake_set(fake, "storage_limit_bytes", "8500");
	expect_alert(fake, "storage", "96.4 % of the storage limit is used");
	fake_free(fake);
}

static void
a_gap_is_a_connection_failure(void **state)
{
	fake_host *fake = sampled(DBC_ON_POSTGRESQL, "{}");

	(void) state;
	fake_rows(fake, "sample/last_sample", 4, 1, dbc_int(7),
			  dbc_text(fake_ago(fake, 600)), dbc_text("an epoch"),
			  dbc_text("{}"));
	assert_true(fake_call(fake, "dbmonitor_sample", 1,
						  dbc_json("{\"level\": \"none\"}")));
	assert_string_equal(fake_last(fake, "monitor/alert_add")->args[0].text,
						"connection_failure");
	/* at once, for it is over */
	assert_int_equal(fake_count(fake, "monitor/alert_raise"), 1);
	fake_free(fake);
}

static void
a_start_in_the_future_is_ignored(void **state)
{
	fake_host *fake = sampled(DBC_ON_POSTGRESQL, "{}");

	(void) state;
	fake_rows(fake, "sample/monitor", 5, 1, dbc_bool(true), dbc_real(60),
			  dbc_null(), dbc_text(fake_ago(fake, -86400)), dbc_text("ann"));
	expect_alert(fake, NULL, NULL);
	fake_free(fake);
}

/* ---- acknowledging ---- */

static void
an_alert_is_acknowledged(void **state)
{
	fake_host *fake = sampled(DBC_ON_POSTGRESQL, "{}");

	(void) state;
	assert_false(fake_call(fake, "dbmonitor_ack", 1, dbc_int(7)));
	fake_expect_error(fake, "42704", "alert 7 does not exist");
	fake_rows(fake, "monitor/alert", 4, 1, dbc_text("storage"),
			  dbc_text("disk"), dbc_text("2026-01-01T00:00:00.000Z"),
			  dbc_null());
	assert_false(fake_call(fake, "dbmonitor_ack", 1, dbc_int(7)));
	fake_expect_error(fake, "55000", "alert 7 has already been cleared");
	fake_rows(fake, "monitor/alert", 4, 1, dbc_text("storage"),
			  dbc_text("disk"), dbc_null(), dbc_null());
	assert_true(
		fake_call(fake, "dbmonitor_ack", 2, dbc_int(7), dbc_text("mine")));
	assert_string_equal(fake_last(fake, "monitor/alert_ack")->args[3].text,
						"mine");
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_condition_is_pending),
		cmocka_unit_test(a_lasting_condition_is_raised_once),
		cmocka_unit_test(an_ended_pending_condition_is_removed),
		cmocka_unit_test(alerts_are_cleared_below_the_second_threshold),
		cmocka_unit_test(an_unsteady_condition_keeps_its_alert),
		cmocka_unit_test(a_worse_severity_is_notified_again),
		cmocka_unit_test(connection_failure_delays_other_alerts),
		cmocka_unit_test(a_clock_set_back_does_not_stop_alerts),
		cmocka_unit_test(failing_statements_are_an_alert),
		cmocka_unit_test(no_statements_give_no_error_rate),
		cmocka_unit_test(rollbacks_count_as_failures),
		cmocka_unit_test(slow_statements_are_an_alert),
		cmocka_unit_test(connections_are_counted),
		cmocka_unit_test(storage_raises_an_alert),
		cmocka_unit_test(a_gap_is_a_connection_failure),
		cmocka_unit_test(a_start_in_the_future_is_ignored),
		cmocka_unit_test(an_alert_is_acknowledged)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
