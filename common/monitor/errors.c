/*
 * errors.c
 *	  Failed statements by SQLSTATE: counting them, and dbmonitor_errors().
 */
#include "common/monitor/errors.h"

#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/options.h"
#include "common/monitor/host.h"
#include "common/monitor/slow_log.h"

#define DEFAULT_LIMIT 1000

dbc_json_node *
dbc_monitor_count_errors(dbc_host *host, int64_t *errors)
{
	const dbc_monitor_error_count *counts = NULL;
	dbc_json_node *states;
	int ncounts;

	*errors = 0;
	if (host->rooms.monitor->count_errors)
		counts = host->rooms.monitor->count_errors(host, &ncounts);
	if (!counts)
		return NULL;
	states = dbc_json_object(host);
	for (int i = 0; i < ncounts; i++)
	{
		*errors += counts[i].count;
		if (counts[i].count > 0)
			dbc_json_put_int(states,
							 *counts[i].sqlstate ? counts[i].sqlstate : "other",
							 counts[i].count);
	}
	return states;
}

/* dbmonitor_errors(options) */
DBC_RUN(dbmonitor_errors)
{
	const dbmonitor_errors_options *given =
		dbc_read_options(host, &args->options, dbmonitor_errors_options);
	int64_t since_ms = dbc_read_since(host, &given->since);
	const dbc_rows *rows;

	if (!dbc_sample_has_tables(host))
		return;
	rows = dbc_query(host, "monitor/errors",
					 dbc_text(dbc_time_text(host, since_ms)),
					 dbc_int(dbc_option_or(&given->limit, DEFAULT_LIMIT)));
	for (int i = 0; i < rows->nrows; i++)
		dbc_emit_row(host, rows, i);
}
