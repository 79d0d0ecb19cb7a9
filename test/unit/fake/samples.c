/*
 * samples.c
 *	  A fake host for tests of monitoring; see samples.h.
 */
#include "test/unit/fake/samples.h"

#include "common/core/clock.h"

/* What gives no rows. */
static const char *const silent[] = {
	"monitor/monitor_store", "monitor/sample_score",
	"monitor/sample_drop",	 "monitor/sample_times",
	"health/table_growth",	 "monitor/table_sample_add",
	"monitor/alerts_open",	 "monitor/table_sample_drop",
	"monitor/alert_update",	 "monitor/alert_raise",
	"monitor/alert_clear",	 "monitor/alert_drop",
	"monitor/alert_prune",	 "sample/alerts",
	"monitor/alert",		 "monitor/alert_ack",
	"monitor/check_runs",	 "monitor/check_run_store",
	"monitor/mark_read",	 "monitor/mark_store",
	"monitor/mark_drop",	 "monitor/mark_touch",
	"monitor/mark_prune",	 "monitor/query_add",
	"monitor/query_thin",	 "monitor/query_stats_add",
	"monitor/query_prune",	 "monitor/query_forget",
	"monitor/reset_samples", "monitor/slow_add",
	"monitor/slow_prune",	 "monitor/slow_log",
	"monitor/wait_add",		 "monitor/wait_roll",
	"monitor/wait_prune",	 "health/vacuum_due_add",
	"health/vacuum_due",	 "health/vacuum_due_drop",
	"monitor/table_use",	 "monitor/errors",
	"monitor/plan_marks",	 "monitor/plan_store",
	"monitor/plan_prune",	 "monitor/plan_changes",
	"monitor/plans"};

const char *
fake_ago(fake_host *fake, int64_t seconds)
{
	return dbc_time_text(&fake->base, dbc_now_ms() - seconds * 1000);
}

void
fake_sampled(fake_host *fake, const char *readings)
{
	fake_rows(fake, "sample/last_sample", 4, 1, dbc_int(7),
			  dbc_text(fake_ago(fake, 60)), dbc_text("an epoch"),
			  dbc_text(readings));
	fake_rows(fake, "sample/samples", 4, 2, dbc_int(6),
			  dbc_text(fake_ago(fake, 120)), dbc_text("an epoch"),
			  dbc_text("{\"statements\": 0, \"statement_errors\": 0, "
					   "\"statement_ms\": 0, \"commits\": 0, "
					   "\"rollbacks\": 0}"),
			  dbc_int(7), dbc_text(fake_ago(fake, 60)), dbc_text("an epoch"),
			  dbc_text(readings));
}

void
fake_monitors(fake_host *fake)
{
	size_t i;

	for (i = 0; i < sizeof(silent) / sizeof(silent[0]); i++)
		fake_rows(fake, silent[i], 0, 0);
	fake_rows(fake, "sample/monitor", 5, 1, dbc_bool(true), dbc_real(60),
			  dbc_null(), dbc_text(fake_ago(fake, 86400)), dbc_text("ann"));
	fake_rows(fake, "monitor/slow_last", 1, 1, dbc_int(0));
	fake_rows(fake, "monitor/waits_now", 4, 2, dbc_text("select 1"),
			  dbc_text("Lock"), dbc_text("relation"), dbc_int(1), dbc_null(),
			  dbc_text(""), dbc_text(""), dbc_int(2));
	fake_rows(fake, "monitor/waits", 7, 1, dbc_text(fake_ago(fake, 60)),
			  dbc_null(), dbc_null(), dbc_null(), dbc_null(), dbc_int(1),
			  dbc_int(2));
	fake_rows(fake, "monitor/locks", 11, 2, dbc_int(7), dbc_text("{8}"),
			  dbc_null(), dbc_null(), dbc_null(), dbc_null(), dbc_null(),
			  dbc_text("select 1"), dbc_null(), dbc_null(), dbc_null(),
			  dbc_int(8), dbc_null(), dbc_null(), dbc_null(), dbc_null(),
			  dbc_null(), dbc_null(), dbc_null(), dbc_null(), dbc_null(),
			  dbc_null());
	fake_rows(fake, "health/vacuum", 10, 0);
	fake_rows(fake, "monitor/slow_counts", 2, 1, dbc_int(0), dbc_int(0));
	fake_rows(fake, "monitor/span", 3, 1, dbc_int(2),
			  dbc_text(fake_ago(fake, 120)), dbc_text(fake_ago(fake, 60)));
	fake_rows(fake, "sample/epoch", 2, 1, dbc_text("an epoch"), dbc_text("an"));
	fake_rows(fake, "sample/readings", 2, 2, dbc_text("size_bytes"),
			  dbc_int(8192), dbc_text("commits"), dbc_null());
	fake_rows(fake, "monitor/sample_add", 1, 1, dbc_int(8));
	fake_rows(fake, "monitor/alert_add", 1, 1, dbc_int(9));
	fake_rows(fake, "monitor/alert_flaps", 1, 1, dbc_int(0));
	fake_sampled(fake, "{\"size_bytes\": 8192}");
}
