/*
 * alert_state.c
 *	  The states of an alert: pending while its condition is met, raised once it
 *	  has been met long enough, cleared when it is no longer met.
 *
 * There is at most one open alert per condition and object.  An alert that
 * flaps stays raised until its condition has not been met for a while.
 */
#include "common/monitor/alert.h"

#include <math.h>
#include <string.h>

#include "common/core/clock.h"
#include "common/core/names.h"
#include "common/core/tables.h"
#include "common/monitor/host.h"

/* An alert that was cleared FLAPS times within an hour must stay clear for
 * QUIET_MS. */
#define FLAPS	 2
#define HOUR_MS	 3600000
#define QUIET_MS (15 * INT64_C(60000))

/* The interval in seconds that monitor/alerts.def assumes. */
#define USUAL_INTERVAL 60

/* PostgreSQL accepts less than 8000 bytes. */
#define MOST_PAYLOAD 7900

/* Columns of monitor/sql/alerts_open.sql. */
enum
{
	COLUMN_ID,
	COLUMN_ALERT,
	COLUMN_OBJECT,
	COLUMN_SEVERITY,
	COLUMN_PENDING_AT,
	COLUMN_RAISED_AT,
	COLUMN_LAST_AT
};

typedef struct open_alert
{
	int64_t id;
	const char *alert;
	const char *object;
	dbc_health_severity severity;
	int64_t pending_ms;
	bool raised;
	int64_t last_ms;
	bool observed; /* observed, or closed, by this sample */
	struct open_alert *next;
} open_alert;

struct dbc_monitor_alerts
{
	dbc_host *host;
	int64_t now_ms;
	double interval_seconds;
	open_alert *open;
};

#define DBC_ALERT(name, severity, seconds, leave, inhibited, description) \
	{#name, DBC_##severity, seconds, leave, inhibited, description},
const dbc_monitor_alert_kind dbc_monitor_alert_kinds[DBC_NALERTS] = {
#include "common/monitor/alerts.def"
};
#undef DBC_ALERT

dbc_monitor_alerts *
dbc_monitor_read_alerts(dbc_host *host, int64_t now_ms, double interval_seconds)
{
	static const char *const severities[] = {"warning", "critical", NULL};
	dbc_monitor_alerts *alerts = dbc_alloc(host, sizeof(*alerts));
	const dbc_rows *rows = dbc_query(host, "monitor/alerts_open");

	*alerts = (dbc_monitor_alerts){host, now_ms, interval_seconds, NULL};
	if (interval_seconds == 0) /* samples are only taken by calls */
		alerts->interval_seconds = USUAL_INTERVAL;
	for (int i = rows->nrows - 1; i >= 0; i--)
	{
		open_alert *open = dbc_alloc(host, sizeof(*open));
		const char *severity =
			dbc_get_word(host, rows, i, COLUMN_SEVERITY, severities);

		*open = (open_alert){
			.id = dbc_get_int(host, rows, i, COLUMN_ID),
			.alert = dbc_get_text(host, rows, i, COLUMN_ALERT),
			.object = dbc_get_text(host, rows, i, COLUMN_OBJECT),
			.severity =
				dbc_same(severity, "critical") ? DBC_CRITICAL : DBC_WARNING,
			.pending_ms = dbc_get_time(host, rows, i, COLUMN_PENDING_AT),
			.raised = !dbc_is_null(host, rows, i, COLUMN_RAISED_AT),
			.last_ms = dbc_get_time(host, rows, i, COLUMN_LAST_AT),
			.next = alerts->open};
		alerts->open = open;
	}
	return alerts;
}

/* The open alert of a condition and object, or NULL. */
static open_alert *
find_open(const dbc_monitor_alerts *alerts, const char *alert,
		  const char *object)
{
	open_alert *open = alerts->open;

	while (open &&
		   !(dbc_same(open->alert, alert) && dbc_same(open->object, object)))
		open = open->next;
	return open;
}

bool
dbc_monitor_is_alert_open(const dbc_monitor_alerts *alerts,
						  dbc_monitor_alert_id alert, const char *object)
{
	return find_open(alerts, dbc_monitor_alert_kinds[alert].name, object) !=
		   NULL;
}

int
dbc_monitor_count_raised(const dbc_monitor_alerts *alerts)
{
	const open_alert *open;
	int count = 0;

	for (open = alerts->open; open; open = open->next)
		count += open->raised;
	return count;
}

/* ---- notifications ---- */

/* The first bytes of a text, without splitting a character. */
static const char *
cut(dbc_host *host, const char *text, size_t most)
{
	if (strlen(text) <= most)
		return text;
	while (most > 0 && ((unsigned char) text[most] & 0xC0) == 0x80)
		most--;
	return dbc_copy(host, text, most);
}

/* The state of an alert as JSON, with texts cut to a number of bytes. */
static const char *
payload(const dbc_monitor_alerts *alerts, const open_alert *open,
		const char *state, const dbc_monitor_observation *found, size_t most)
{
	dbc_host *host = alerts->host;
	dbc_json_node *node = dbc_json_object(host);
	dbc_value value = dbc_real(found ? found->value : NAN);
	dbc_value threshold = dbc_real(found ? found->threshold : NAN);

	DBC_PUT_INT(node, alert_id, open->id);
	DBC_PUT_TEXT(node, alert, open->alert);
	DBC_PUT_TEXT(node, state, state);
	DBC_PUT_TEXT(node, severity, dbc_health_severity_names[open->severity]);
	DBC_PUT_TEXT(node, object, cut(host, open->object, most));
	DBC_PUT_VALUE(node, value, &value);
	DBC_PUT_VALUE(node, threshold, &threshold);
	DBC_PUT_TEXT(node, message, found ? cut(host, found->message, most) : NULL);
	DBC_PUT_TEXT(node, at, dbc_time_text(host, alerts->now_ms));
	DBC_PUT_TEXT(node, database, dbc_database_name(host));
	return dbc_json_text(node);
}

static void
send_notification(const dbc_monitor_alerts *alerts, const open_alert *open,
				  const char *state, const dbc_monitor_observation *found)
{
	size_t most = 2000;
	const char *text = payload(alerts, open, state, found, most);

	/* a byte may need six bytes in JSON */
	while (strlen(text) > MOST_PAYLOAD)
		text = payload(alerts, open, state, found, most /= 2);
	if (alerts->host->rooms.monitor->notify)
		alerts->host->rooms.monitor->notify(alerts->host, text);
}

/* ---- changing ---- */

/* The time of the sample as a parameter. */
static dbc_value
now_value(const dbc_monitor_alerts *alerts)
{
	return dbc_text(dbc_time_text(alerts->host, alerts->now_ms));
}

/* The time since then; positive even if the clock was set back. */
static int64_t
ms_since(const dbc_monitor_alerts *alerts, int64_t then_ms)
{
	int64_t ms = alerts->now_ms - then_ms;

	return ms < 0 ? -ms : ms;
}

/* Records a condition that is met for the first time. */
static open_alert *
add_open(dbc_monitor_alerts *alerts, const dbc_monitor_observation *found)
{
	open_alert *open = dbc_alloc(alerts->host, sizeof(*open));

	*open = (open_alert){.alert = dbc_monitor_alert_kinds[found->alert].name,
						 .object = found->object,
						 .severity = found->severity,
						 .pending_ms = alerts->now_ms,
						 .last_ms = alerts->now_ms,
						 .next = alerts->open};
	open->id = dbc_get_int(
		alerts->host,
		dbc_query(alerts->host, "monitor/alert_add",
				  dbc_text(dbc_monitor_alert_kinds[found->alert].name),
				  dbc_text(found->object),
				  dbc_text(dbc_health_severity_names[found->severity]),
				  dbc_text(found->message), now_value(alerts)),
		0, 0);
	return alerts->open = open;
}

/* Records that the condition of an open alert is still met. */
static void
update_open(dbc_monitor_alerts *alerts, open_alert *open,
			const dbc_monitor_observation *found)
{
	bool worse = open->raised && found->severity > open->severity;

	open->severity = found->severity;
	open->last_ms = alerts->now_ms;
	dbc_query(alerts->host, "monitor/alert_update", dbc_int(open->id),
			  dbc_text(dbc_health_severity_names[found->severity]),
			  isnan(found->value) ? dbc_null() : dbc_real(found->value),
			  isnan(found->threshold) ? dbc_null() : dbc_real(found->threshold),
			  dbc_text(found->message), now_value(alerts));
	if (worse)
		send_notification(alerts, open, "worse", found);
}

/* Whether a condition was met for long enough.  With an interval below a
 * minute, fewer minutes suffice. */
static bool
is_due(const dbc_monitor_alerts *alerts, const open_alert *open,
	   const dbc_monitor_alert_kind *kind)
{
	double seconds =
		kind->seconds * fmin(1, alerts->interval_seconds / USUAL_INTERVAL);

	return (double) ms_since(alerts, open->pending_ms) >= seconds * 1000;
}

/* Whether an alert is suppressed while connection_failure is raised. */
static bool
is_inhibited(const dbc_monitor_alerts *alerts,
			 const dbc_monitor_alert_kind *kind)
{
	const open_alert *failure = find_open(
		alerts, dbc_monitor_alert_kinds[DBC_A_connection_failure].name, "");

	return kind->inhibited && failure && failure->raised;
}

static void
observe_met(dbc_monitor_alerts *alerts, open_alert *open,
			const dbc_monitor_observation *found)
{
	const dbc_monitor_alert_kind *kind = &dbc_monitor_alert_kinds[found->alert];

	if (!open)
		open = add_open(alerts, found);
	update_open(alerts, open, found);
	open->observed = true;
	if (open->raised || !is_due(alerts, open, kind) ||
		is_inhibited(alerts, kind))
		return;
	dbc_query(alerts->host, "monitor/alert_raise", dbc_int(open->id),
			  now_value(alerts));
	open->raised = true;
	send_notification(alerts, open, "raised", found);
}

/* Whether an alert flaps. */
static bool
is_flapping(const dbc_monitor_alerts *alerts, const open_alert *open)
{
	return dbc_get_int(alerts->host,
					   dbc_query(alerts->host, "monitor/alert_flaps",
								 dbc_text(open->alert), dbc_text(open->object),
								 dbc_text(dbc_time_text(
									 alerts->host, alerts->now_ms - HOUR_MS))),
					   0, 0) >= FLAPS;
}

/* Handles a condition that is no longer met. */
static void
observe_cleared(dbc_monitor_alerts *alerts, open_alert *open)
{
	open->observed = true;
	if (!open->raised)
	{
		open_alert **link = &alerts->open;

		dbc_query(alerts->host, "monitor/alert_drop", dbc_int(open->id));
		while (*link != open)
			link = &(*link)->next;
		*link = open->next;
		return;
	}
	if (ms_since(alerts, open->last_ms) < QUIET_MS && is_flapping(alerts, open))
		return;
	dbc_query(alerts->host, "monitor/alert_clear", dbc_int(open->id),
			  now_value(alerts));
	open->raised = false;
	send_notification(alerts, open, "cleared", NULL);
}

void
dbc_monitor_observe(dbc_monitor_alerts *alerts,
					const dbc_monitor_observation *found)
{
	open_alert *open = find_open(
		alerts, dbc_monitor_alert_kinds[found->alert].name, found->object);

	if (found->presence == DBC_MET)
		observe_met(alerts, open, found);
	else if (open && (found->presence == DBC_CLEARED || !open->raised))
		observe_cleared(alerts, open);
}

void
dbc_monitor_clear_unobserved(
	dbc_monitor_alerts *alerts, dbc_monitor_alert_id alert,
	bool (*is_cleared)(const char *object, const void *arg), const void *arg)
{
	open_alert *open;
	open_alert *next;

	for (open = alerts->open; open; open = next)
	{
		next = open->next;
		if (!open->observed &&
			dbc_same(open->alert, dbc_monitor_alert_kinds[alert].name) &&
			is_cleared(open->object, arg))
			observe_cleared(alerts, open);
	}
}
