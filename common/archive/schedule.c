/*
 * schedule.c
 *	  dbarchive_schedule: policies and purges once a day, by monitoring.
 */
#include "common/archive/schedule.h"

#include "common/archive/archive.h"
#include "common/batch/batch.h"
#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/json_write.h"
#include "common/core/options.h"
#include "common/core/settings.h"
#include "common/core/tables.h"
#include "common/sample/task.h"

#define MINUTE_MS INT64_C(60000)
#define DAY_MS	  INT64_C(86400000)

/* How long after its time a run may still begin. */
#define WINDOW_MS (60 * MINUTE_MS)

/* Passed on to dbarchive_apply() and dbarchive_purge(). */
#define SCHEDULE_OPTIONS(O)           \
	O(older_than_days, INT, 0, 36500) \
	O(confirm, TEXT)                  \
	O(batch_ms, INT, 1, 60000)        \
	O(pause_ms, INT, 0, 30000)        \
	O(max_seconds, INT, 0, 31536000)  \
	O(max_lag_mb, INT, 0, 1000000)
DBC_OPTIONS(schedule_options, SCHEDULE_OPTIONS);

/* Columns of archive/schedule.sql. */
enum
{
	S_AT,
	S_STARTED
};

/* ---- for the samplers ---- */

/* When the run that is due should have begun, in milliseconds; 0 if none is. */
static int64_t
find_due(dbc_host *host, int64_t now_ms)
{
	const dbc_rows *rows;
	int64_t passed;
	int minutes;

	if (dbc_tables_version(host) < DBC_ARCHIVE_VERSION)
		return 0;
	rows = dbc_query(host, "archive/schedule");
	if (rows->nrows == 0 ||
		!dbc_parse_time_of_day(dbc_get_text(host, rows, 0, S_AT), &minutes))
		return 0;
	/* since that time of day */
	passed = (now_ms % DAY_MS - minutes * MINUTE_MS + DAY_MS) % DAY_MS;
	if (passed >= WINDOW_MS ||
		(!dbc_is_null(host, rows, 0, S_STARTED) &&
		 dbc_get_time(host, rows, 0, S_STARTED) >= now_ms - passed) ||
		dbc_batch_runner_of(host, DBC_ARCHIVE_POLICIES) != 0)
		return 0;
	return now_ms - passed;
}

bool
dbc_archive_schedule_due(dbc_host *host, int64_t now_ms)
{
	return find_due(host, now_ms) != 0;
}

const dbc_rows *
dbc_archive_begin_schedule(dbc_host *host, int64_t now_ms)
{
	int64_t since = find_due(host, now_ms);
	const dbc_rows *begun;

	if (since == 0)
		return NULL;
	begun = dbc_query(host, "archive/schedule_begin",
					  dbc_text(dbc_time_text(host, since)));
	if (begun->nrows == 0)
		return NULL;
	return dbc_query(host, "archive/scheduled_calls",
					 dbc_text(dbc_get_json(host, begun, 0, 0)));
}

void
dbc_archive_note_schedule(dbc_host *host, const char *table_name,
						  const char *error)
{
	dbc_query(host, "archive/schedule_note", dbc_text(table_name),
			  dbc_text(error));
}

void
dbc_archive_postpone_schedule(dbc_host *host)
{
	dbc_query(host, "archive/schedule_postpone");
}

void
dbc_archive_end_schedule(dbc_host *host)
{
	dbc_query(host, "archive/schedule_end");
}

/* ---- dbarchive_schedule ---- */

/* Fails unless monitoring would run them. */
static void
require_monitoring(dbc_host *host)
{
	dbc_sample_task task;

	if (!dbc_sample_read_task(host, &task) || !task.enabled)
		dbc_fail(host, DBC_NOT_READY,
				 "The process or thread that takes samples runs policies "
				 "and purges.",
				 "Call dbmonitor_start(), or dbarchive_apply() and "
				 "dbarchive_purge() from cron.",
				 "monitoring is off");
}

static void
store(dbc_host *host, const char *at, const dbc_value *options)
{
	const schedule_options *given =
		dbc_read_options(host, options, schedule_options);
	int minutes;

	if (!dbc_parse_time_of_day(at, &minutes))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "The value must be a time from 00:00 to 23:59, in UTC.",
				 "argument at cannot be \"%s\"", at);
	require_monitoring(host);
	dbc_require_confirmation(host, dbc_read_settings(host), given->confirm.text,
							 "deletes rows for good", NULL);
	dbc_query(host, "archive/schedule_store", dbc_text(at),
			  dbc_text(options->kind == DBC_NULL ? "{}" : options->text),
			  dbc_text(dbc_actor(host, dbc_read_settings(host))));
}

/* dbarchive_schedule(at, options) */
DBC_RUN(dbarchive_schedule)
{
	dbc_json_node *result = dbc_json_object(host);

	dbc_need_tables(host);
	if (args->at.kind == DBC_NULL)
		dbc_query(host, "archive/schedule_drop");
	else
		store(host, args->at.text, &args->options);
	dbc_json_put_text(result, "at",
					  args->at.kind == DBC_NULL ? NULL : args->at.text);
	dbc_json_emit(host, result);
}
