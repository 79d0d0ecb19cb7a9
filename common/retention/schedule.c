/*
 * schedule.c
 *	  dbarchive_schedule: policies and purges once a day, by monitoring.
 */
#include "common/archive/archive.h"
#include "common/retention/schedule.h"
#include "common/batch/batch.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/options.h"
#include "common/core/tables.h"

#define HOUR_MS INT64_C(3600000)

/* Passed on to dbarchive_apply() and dbarchive_purge(), but for orphans and
 * vacuum, which are for calls of their own after these. */

static bool
is_busy(dbc_host *host)
{
	return dbc_batch_runner_of(host, DBC_ARCHIVE_POLICIES) != 0;
}

const dbc_schedule dbc_retention_schedule = {
	.id = 1,
	.function = "dbarchive_schedule",
	.calls = "retention/scheduled_calls",
	.most_ms = 6 * HOUR_MS,
	.has_role = true,
	.is_busy = is_busy,
	.runs = "The process or thread that takes samples runs policies and "
			"purges.",
	.instead = "Call dbmonitor_start(), or dbarchive_apply() and "
			   "dbarchive_purge() from cron.",
	.harm = "deletes rows for good"};

/* dbarchive_schedule(at, options) */
DBC_RUN(dbarchive_schedule)
{
	const dbarchive_schedule_options *given =
		dbc_read_options(host, &args->options, dbarchive_schedule_options);
	const char *at = args->at.kind == DBC_NULL ? NULL : args->at.text;
	dbc_json_node *result = dbc_json_object(host);

	dbc_need_tables(host);
	dbc_schedule_store(host, &dbc_retention_schedule, at,
					   args->options.kind == DBC_NULL ? "{}"
													  : args->options.text,
					   given->confirm.text);
	DBC_PUT_TEXT(result, at, at);
	dbc_json_emit(host, result);
}
