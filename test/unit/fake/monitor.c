/*
 * monitor.c
 *	  The fake host's side of monitoring.
 */
#include "test/unit/fake/monitor.h"

#include "test/unit/fake/script.h"

const dbc_sample_statement_stats *
fake_statements(dbc_host *host, int *nseen, const char **missing)
{
	fake_note(host, "statements");
	*nseen = ((fake_host *) host)->nseen;
	*missing = ((fake_host *) host)->seen ? NULL : "There are none.";
	return ((fake_host *) host)->seen;
}

static void
fake_watch(dbc_host *host, const dbc_sample_watch_options *task)
{
	fake_note(host, task ? "watch" : "unwatch");
}

static void
fake_watched(dbc_host *host, dbc_monitor_watch_status *watched)
{
	fake_note(host, "watched");
	*watched = ((fake_host *) host)->watched;
}

static void
fake_read_slow(dbc_host *host, dbc_monitor_slow_log *log)
{
	*log = ((fake_host *) host)->slow;
}

static void
fake_limit_slow(dbc_host *host, double slow_ms, bool with_plan)
{
	((fake_host *) host)->slow_ms = slow_ms;
	((fake_host *) host)->slow_plans = with_plan;
}

static const dbc_monitor_error_count *
fake_count_errors(dbc_host *host, int *ncounts)
{
	*ncounts = ((fake_host *) host)->nerrors;
	return ((fake_host *) host)->errors;
}

static void
fake_forget(dbc_host *host)
{
	fake_note(host, "forget");
}

void
fake_exclude(dbc_host *host, dbc_exclusion what)
{
	fake_note(host,
			  what == DBC_X_SAMPLES ? "exclude samples" : "exclude tables");
}

static void
fake_notify(dbc_host *host, const char *payload)
{
	(void) payload;
	fake_note(host, "notify");
}

dbc_monitor_host
fake_monitor_host(bool is_sqlite)
{
	return (dbc_monitor_host){.reads_tables = is_sqlite,
							  .watch = fake_watch,
							  .watched = fake_watched,
							  .read_slow = fake_read_slow,
							  .limit_slow = fake_limit_slow,
							  .count_errors = fake_count_errors,
							  .forget = fake_forget,
							  .notify = fake_notify};
}
