/*
 * slow_log.c
 *	  Slow executions: the rate limit, what a sample stores, failed statements.
 */
#include "common/core/tables.h"
#include "test/unit/fake/samples.h"

#include <string.h>

#include "common/core/clock.h"
#include "common/monitor/slow_log.h"

static fake_host *
monitored(int engine)
{
	fake_host *fake = fake_new(engine);

	fake_rows(fake, "core/tables_state", 2, 1, dbc_bool(true), dbc_bool(true));
	fake_rows(fake, "core/tables_version", 1, 1, dbc_int(1));
	fake_rows(fake, "core/settings", 2, 0);
	fake_rows(fake, "health/tables", 12, 0);
	fake_monitors(fake);
	fake_sampled(fake, "{}");
	return fake;
}

static void
sample(fake_host *fake)
{
	assert_true(fake_call(fake, "dbmonitor_sample", 1,
						  dbc_json("{\"level\": \"none\"}")));
}

static void
the_rate_is_limited(void **state)
{
	dbc_monitor_slow_rate rate = {0};
	int64_t now_ms = 1000000;
	int kept = 0;

	(void) state;
	/* 100,000 in a minute */
	for (int i = 0; i < 100000; i++)
		kept += dbc_monitor_may_keep(&rate, now_ms + i * 6 / 10);
	assert_in_range(kept, 390, 400);
	/* after a pause, and after a clock was set back */
	now_ms += 200000;
	kept = 0;
	for (int i = 0; i < 1000; i++)
		kept += dbc_monitor_may_keep(&rate, now_ms);
	assert_int_equal(kept, 100);
	assert_true(dbc_monitor_may_keep(&rate, now_ms - 100000));
}

static void
a_sample_stores_new_executions_and_gaps(void **state)
{
	dbc_monitor_execution list[] = {
		{.number = 9, .started_ms = INT64_MAX / 2, .query = "c", .rows = -1},
		{.number = 3, .started_ms = INT64_MAX / 2, .query = "a", .rows = 1},
		{.number = 4, .started_ms = INT64_MAX / 2, .query = "b", .rows = 1},
		{.number = 5, .started_ms = 1000, .query = "old", .rows = 1}};
	fake_host *fake = monitored(DBC_ON_POSTGRESQL);
	const fake_entry *entry;

	(void) state;
	for (int i = 0; i < 4; i++)
		list[i].fingerprint = "f";
	for (int i = 0; i < 3; i++)
		list[i].started_ms = dbc_now_ms() - 1000;
	fake->slow = (dbc_monitor_slow_log){
		.source = "s", .last = 12, .count = 4, .list = list};
	fake_rows(fake, "monitor/slow_last", 1, 1, dbc_int(3));
	sample(fake);
	assert_int_equal(fake_count(fake, "monitor/slow_add"), 2);
	entry = fake_last(fake, "monitor/slow_add");
	assert_string_equal(entry->args[5].text, "c");
	assert_int_equal(entry->args[6].kind, DBC_NULL);
	assert_int_equal(entry->args[13].integer, 4); /* 5 to 8 */
	fake_free(fake);
}

static void
a_sample_passes_the_settings(void **state)
{
	fake_host *fake = monitored(DBC_ON_POSTGRESQL);

	(void) state;
	sample(fake);
	assert_true(fake->slow_ms == 100 && !fake->slow_plans);
	fake_rows(fake, "core/settings", 2, 2, dbc_text("slow_log_plans"),
			  dbc_text("true"), dbc_text("slow_query_ms"), dbc_text("7"));
	sample(fake);
	assert_true(fake->slow_ms == 7 && fake->slow_plans);
	fake_free(fake);
}

static void
failed_statements_count_as_statements(void **state)
{
	static const dbc_monitor_error_count errors[] = {{"22012", 30}, {"", 12}};
	fake_host *fake = monitored(DBC_ON_POSTGRESQL);

	(void) state;
	fake->errors = errors;
	fake->nerrors = 2;
	fake->seen = dbc_alloc(&fake->base, sizeof(*fake->seen));
	fake_sampled(fake, "{\"statements\": 500, \"statement_errors\": 40}");
	sample(fake);
	assert_non_null(strstr(fake_text(fake, 0, 0), "\"statement_errors\": 42"));
	assert_non_null(strstr(fake_text(fake, 0, 0), "\"statements\": 502"));
	/* a restart: all are new */
	fake_sampled(fake, "{\"statements\": 500, \"statement_errors\": 100}");
	sample(fake);
	assert_non_null(strstr(fake_text(fake, 0, 0), "\"statements\": 542"));
	fake_free(fake);
}

static void
errors_without_statements_are_compared_with_transactions(void **state)
{
	fake_host *fake = monitored(DBC_ON_POSTGRESQL);

	(void) state;
	fake_sampled(fake, "{\"statement_errors\": 20, \"commits\": 80, "
					   "\"rollbacks\": 20}");
	sample(fake);
	assert_int_equal(fake_count(fake, "monitor/alert_add"), 1);
	assert_string_equal(fake_last(fake, "monitor/alert_add")->args[3].text,
						"20 statements fail per 100 transactions");
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rate_is_limited),
		cmocka_unit_test(a_sample_stores_new_executions_and_gaps),
		cmocka_unit_test(a_sample_passes_the_settings),
		cmocka_unit_test(failed_statements_count_as_statements),
		cmocka_unit_test(
			errors_without_statements_are_compared_with_transactions)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
