/*
 * host.c
 *	  Monitoring without a process in the server: samples are taken when
 *	  somebody calls dbmonitor_sample(), and there is no log of slow executions.
 */
#include "wire/core/rooms.h"

#include "common/monitor/host.h"

static void
watched(dbc_host *host, dbc_monitor_watch_status *status)
{
	(void) host;
	*status = (dbc_monitor_watch_status){
		.problem = "Nothing takes samples by itself without the extension.",
		.hint = "Call dbmonitor_sample() every minute, for example by cron."};
}

static void
read_slow(dbc_host *host, dbc_monitor_slow_log *log)
{
	(void) host;
	*log = (dbc_monitor_slow_log){
		.problem = "Slow executions are recorded by the extension only.",
		.hint = "Set log_min_duration_statement, and read the server log."};
}

/* Nothing is recorded, whatever the limit. */
static void
limit_slow(dbc_host *host, double slow_ms, bool with_plan)
{
	(void) host;
	(void) slow_ms;
	(void) with_plan;
}

const dbc_monitor_host dbcw_monitor_host = {
	.watched = watched,
	.read_slow = read_slow,
	.limit_slow = limit_slow,
};
