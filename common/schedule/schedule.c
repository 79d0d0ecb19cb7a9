/*
 * schedule.c
 *	  What monitoring does once a day; see schedule.h.
 */
#include "common/schedule/schedule.h"

#include "common/core/clock.h"
#include "common/core/event.h"
#include "common/core/names.h"
#include "common/core/settings.h"
#include "common/core/tables.h"
#include "common/schedule/home.h"
#include "common/sample/task.h"

#define MINUTE_MS INT64_C(60000)
#define DAY_MS	  INT64_C(86400000)

/* How long after its time a run may begin. */
#define WINDOW_MS (60 * MINUTE_MS)

/* Columns of schedule/schedule.sql. */
enum
{
	S_AT,
	S_OPTIONS,
	S_ROLE,
	S_SCHEDULED,
	S_STARTED,
	S_FINISHED,
	S_ERRORS,
	S_HOME,
	S_TIMELINE
};

/* ---- for the samplers ---- */

/* Where the schedule of a row belongs. */
static dbc_home
home_of(dbc_host *host, const dbc_rows *rows)
{
	return (dbc_home){dbc_get_text_or_null(host, rows, 0, S_HOME),
					  dbc_get_int_or(host, rows, 0, S_TIMELINE, 0)};
}

/* When the run that is due should have begun, in milliseconds; 0 if none is. */
static int64_t
find_due(dbc_host *host, const dbc_schedule *schedule, int64_t now_ms)
{
	const dbc_rows *rows;
	dbc_home home;
	int64_t slot;
	int64_t passed;
	int minutes;

	if (!dbc_has_tables(host))
		return 0;
	rows = dbc_query(host, "schedule/schedule", dbc_int(schedule->id));
	if (rows->nrows == 0 ||
		!dbc_parse_time_of_day(dbc_get_text(host, rows, 0, S_AT), &minutes))
		return 0;
	/* since that time of day */
	passed = (now_ms % DAY_MS - minutes * MINUTE_MS + DAY_MS) % DAY_MS;
	slot = now_ms - passed;
	if (passed >= WINDOW_MS &&
		(passed >= schedule->late_ms ||
		 dbc_get_time(host, rows, 0, S_SCHEDULED) > slot))
		return 0;
	if ((!dbc_is_null(host, rows, 0, S_STARTED) &&
		 dbc_get_time(host, rows, 0, S_STARTED) >= slot) ||
		(schedule->is_busy && schedule->is_busy(host)))
		return 0;
	home = home_of(host, rows);
	return dbc_schedule_home_why_resting(host, &home) ? 0 : slot;
}

bool
dbc_schedule_is_due(dbc_host *host, const dbc_schedule *schedule,
					int64_t now_ms)
{
	return find_due(host, schedule, now_ms) != 0;
}

dbc_schedule_run
dbc_schedule_begin(dbc_host *host, const dbc_schedule *schedule, int64_t now_ms)
{
	dbc_schedule_run run = {NULL, NULL};
	int64_t slot = find_due(host, schedule, now_ms);
	const dbc_rows *begun;

	if (slot == 0)
		return run;
	begun = dbc_query(host, "schedule/schedule_begin", dbc_int(schedule->id),
					  dbc_text(dbc_time_text(host, slot)));
	if (begun->nrows == 0)
		return run;
	run.role = dbc_get_text_or_null(host, begun, 0, 1);
	run.calls = dbc_query(host, schedule->calls,
						  dbc_text(dbc_get_json(host, begun, 0, 0)),
						  dbc_text(run.role));
	return run;
}

void
dbc_schedule_note(dbc_host *host, const dbc_schedule *schedule,
				  const char *step, const char *error)
{
	dbc_json_node *what = dbc_json_object(host);

	dbc_query(host, "schedule/schedule_note", dbc_int(schedule->id),
			  dbc_text(step), dbc_text(error));
	DBC_PUT_TEXT(what, step, step);
	DBC_PUT_TEXT(what, error, error);
	dbc_event_add_failure(host, schedule->function, dbc_json_text(what));
}

void
dbc_schedule_postpone(dbc_host *host, const dbc_schedule *schedule)
{
	dbc_query(host, "schedule/schedule_postpone", dbc_int(schedule->id));
}

void
dbc_schedule_end(dbc_host *host, const dbc_schedule *schedule)
{
	dbc_query(host, "schedule/schedule_end", dbc_int(schedule->id));
}

/* ---- for SQL functions ---- */

/* Fails unless monitoring would run it. */
static void
require_monitoring(dbc_host *host, const dbc_schedule *schedule)
{
	dbc_sample_task task;

	if (!dbc_sample_read_task(host, &task) || !task.enabled)
		dbc_fail(host, DBC_NOT_READY, schedule->runs, schedule->instead,
				 "monitoring is off");
}

void
dbc_schedule_store(dbc_host *host, const dbc_schedule *schedule, const char *at,
				   const char *options, const char *confirm)
{
	const dbc_setting_values *stored = dbc_read_settings(host);
	dbc_home home = dbc_schedule_home_here(host);
	int minutes;

	if (!at)
	{
		dbc_query(host, "schedule/schedule_drop", dbc_int(schedule->id));
		return;
	}
	if (!dbc_parse_time_of_day(at, &minutes))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "The value must be a time from 00:00 to 23:59, in UTC.",
				 "argument at cannot be \"%s\"", at);
	require_monitoring(host, schedule);
	dbc_require_confirmation(host, stored, confirm, schedule->harm, NULL);
	dbc_query(
		host, "schedule/schedule_store", dbc_int(schedule->id), dbc_text(at),
		dbc_text(options), dbc_text(dbc_actor(host, stored)),
		dbc_text(schedule->has_role ? host->role : NULL), dbc_text(home.server),
		home.server ? dbc_int(home.timeline) : dbc_null());
}

dbc_schedule_state
dbc_schedule_read(dbc_host *host, const dbc_schedule *schedule)
{
	dbc_schedule_state state = {.errors = dbc_null()};
	const dbc_rows *rows;
	const dbc_value *cells;
	dbc_home home;
	int64_t now = dbc_now_ms();
	int64_t at;
	int minutes;

	if (!dbc_has_tables(host))
		return state;
	rows = dbc_query(host, "schedule/schedule", dbc_int(schedule->id));
	if (rows->nrows == 0)
		return state;
	cells = dbc_get_row(host, rows, 0, "tjTtTTjTI");
	state = (dbc_schedule_state){.at = cells[S_AT].text,
								 .options = cells[S_OPTIONS].text,
								 .role = cells[S_ROLE],
								 .last = cells[S_STARTED],
								 .finished = cells[S_FINISHED],
								 .errors = dbc_json(cells[S_ERRORS].text),
								 .scheduled_ms =
									 dbc_get_time(host, rows, 0, S_SCHEDULED)};
	home = home_of(host, rows);
	state.why_resting = dbc_schedule_home_why_resting(host, &home);
	if (state.why_resting || !dbc_parse_time_of_day(state.at, &minutes))
		return state;
	at = now - now % DAY_MS + minutes * MINUTE_MS;
	state.next = dbc_text(dbc_time_text(host, at > now ? at : at + DAY_MS));
	return state;
}
