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

void
fake_watch(dbc_host *host, const dbc_sample_watch_options *task)
{
	fake_note(host, task ? "watch" : "unwatch");
}

void
fake_watched(dbc_host *host, dbc_monitor_watch_status *watched)
{
	fake_note(host, "watched");
	*watched = ((fake_host *) host)->watched;
}

void
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

void
fake_notify(dbc_host *host, const char *payload)
{
	(void) payload;
	fake_note(host, "notify");
}
