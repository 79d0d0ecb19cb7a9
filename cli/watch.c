/*
 * watch.c
 *	  The verb monitor watch: what becomes of alerts is printed, and sent to receivers.
 *
 * Alerts are asked for again and again; what differs from the answer before is a
 * message.  The first answer is compared with none, so that a receiver gets the alerts
 * that are raised at the start: after a restart a second time.  A database that does
 * not answer any more is an alert, too.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/document.h"
#include "cli/folder.h"
#include "cli/interrupt.h"
#include "cli/receiver.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "cli/watch.h"
#include "common/core/sort.h"

/* Seconds between two looks, unless --interval says so. */
#define EVERY 5

/* Looks without an answer, one after another, that are an alert. */
#define MOST_FAILURES 3

/* Of a sentence. */
#define MOST_COLUMNS 500

/* Of a value: curl reads no line of 100 KB, and a message that cannot be sent would keep
 * back those after it.  There a byte can have seven, as \\u0001. */
#define MOST_BYTES 1000

/* Alerts of an answer, the worst first.  One that has as many may leave out others. */
#define MOST_ALERTS		1000
#define TEXT_OF(number) #number
#define LIMIT(number)	"{\"limit\": " TEXT_OF(number) "}"

/* Columns of dbmonitor_alerts() that are in messages. */
static const char *const sent[] = {
	"alert_id", "alert",	 "severity", "object",	 "value", "threshold",
	"message",	"raised_at", "acked_at", "acked_by", "note",  NULL};

/* An alert that is raised, as it was told. */
typedef struct alert
{
	char *id;
	char *name;
	char *severity;
	char *message;
	char *members; /* its JSON, but for what has become of it */
	bool acked;
	bool listed; /* in the answer that it is compared with */
} alert;

typedef struct watch
{
	cli_invocation *invocation;
	char *database; /* its name; NULL until it has answered */
	alert *alerts;	/* by their keys */
	int nalerts;
	bool answered; /* once, at least */
	bool was_full; /* the last answer had MOST_ALERTS */
	int failures;  /* looks without an answer */
	cli_receiver receivers[2];
	int nreceivers;
} watch;

/* By what tells alerts apart: numbers begin again after dbmonitor_reset(). */
static int
compare_alerts(const void *left, const void *right)
{
	const alert *a = left;
	const alert *b = right;
	int order = strcmp(a->id, b->id);

	return order != 0 ? order : strcmp(a->name, b->name);
}

static void
free_alerts(alert *alerts, int count)
{
	for (int i = 0; i < count; i++)
	{
		free(alerts[i].id);
		free(alerts[i].name);
		free(alerts[i].severity);
		free(alerts[i].message);
		free(alerts[i].members);
	}
	free(alerts);
}

/* Prints a message and hands it over; members: its JSON without braces. */
static void
tell(watch *w, const char *members, const char *text)
{
	cli_text json = {0};
	cli_text shown = {0};

	/* the environment of a program has no room for any length */
	cli_add_shown(&shown, text, MOST_COLUMNS, false);
	cli_addf(&json, "{%s, \"text\": ", members);
	cli_add_json(&json, shown.data);
	cli_add(&json, "}");
	if (!w->invocation->quiet)
	{
		cli_put_raw(w->invocation->format == CLI_JSON ? json.data : shown.data);
		cli_put("\n");
		(void) fflush(stdout);
	}
	for (int i = 0; i < w->nreceivers; i++)
		cli_add_message(&w->receivers[i], json.data, shown.data);
	cli_text_free(&shown);
	cli_text_free(&json);
}

/* Adds a member; a long text is cut. */
static void
add_value(cli_text *members, const char *key, const char *value, dbc_type type)
{
	size_t length = value ? strlen(value) : 0;
	char *copy = value ? cli_copy(value) : NULL;
	cli_text json = {0};

	if (length > MOST_BYTES)
	{
		/* not within a character */
		length = MOST_BYTES;
		while (length > 0 && (copy[length] & 0xC0) == 0x80)
			length--;
		copy[length] = '\0';
	}
	cli_add_value_json(&json, copy, type);
	cli_add_member(members, key, json.data);
	cli_text_free(&json);
	free(copy);
}

static char *
copy_cell(const cli_result *answer, int row, const char *column)
{
	const char *value = *cli_cell(answer, row, cli_column(answer, column));

	return cli_copy(value ? value : "");
}

/* An alert of a row of dbmonitor_alerts(). */
static alert
read_alert(const watch *w, const cli_result *answer, int row)
{
	cli_text members = {0};

	add_value(&members, "database", w->database, DBC_T_TEXT);
	for (int i = 0; sent[i]; i++)
	{
		int column = cli_column(answer, sent[i]);

		add_value(&members, sent[i], *cli_cell(answer, row, column),
				  answer->types[column]);
	}
	return (alert){
		.id = copy_cell(answer, row, "alert_id"),
		.name = copy_cell(answer, row, "alert"),
		.severity = copy_cell(answer, row, "severity"),
		.message = copy_cell(answer, row, "message"),
		.members = members.data,
		.acked = *cli_cell(answer, row, cli_column(answer, "acked_at")),
	};
}

/* Tells what became of an alert. */
static void
tell_alert(watch *w, const alert *alert, const char *state)
{
	cli_text members = {0};
	cli_text text = {0};

	cli_addf(&members, "\"state\": \"%s\", %s", state, alert->members);
	cli_addf(&text, "%s: %s alert %s %s: %s", w->database, alert->severity,
			 alert->name, state, alert->message);
	tell(w, members.data, text.data);
	cli_text_free(&text);
	cli_text_free(&members);
}

/* Tells that the database does not answer, or answers again. */
static void
tell_unreachable(watch *w, const char *state, const char *why)
{
	cli_text members = {0};
	cli_text text = {0};

	add_value(&members, "state", state, DBC_T_TEXT);
	add_value(&members, "database", w->database, DBC_T_TEXT);
	add_value(&members, "alert", "unreachable", DBC_T_TEXT);
	add_value(&members, "severity", "critical", DBC_T_TEXT);
	add_value(&members, "message", why, DBC_T_TEXT);
	cli_addf(&text, "%s: critical alert unreachable %s: %s", w->database, state,
			 why);
	tell(w, members.data, text.data);
	cli_text_free(&text);
	cli_text_free(&members);
}

/* Tells what differs from what is known, which is this answer from now on.  A full answer
 * clears nothing: what it does not list may be behind what it lists. */
static void
compare(watch *w, const cli_result *answer)
{
	bool full = answer->nrows == MOST_ALERTS;
	alert *now =
		cli_alloc((size_t) answer->nrows + (size_t) w->nalerts, sizeof(*now));
	int count = answer->nrows;

	for (int row = 0; row < answer->nrows; row++)
	{
		alert *was;

		now[row] = read_alert(w, answer, row);
		was = dbc_search(&now[row], w->alerts, (size_t) w->nalerts,
						 sizeof(*was), compare_alerts);
		if (was)
			was->listed = true;
		if (!was)
			tell_alert(w, &now[row], "raised");
		else if (strcmp(was->severity, now[row].severity) != 0)
			tell_alert(w, &now[row], "changed");
		else if (!was->acked && now[row].acked)
			tell_alert(w, &now[row], "acknowledged");
	}
	for (int i = 0; i < w->nalerts; i++)
	{
		if (w->alerts[i].listed)
			continue;
		if (!full)
			tell_alert(w, &w->alerts[i], "cleared");
		else
		{
			now[count++] = w->alerts[i];
			w->alerts[i] = (alert){0};
		}
	}
	if (full && !w->was_full)
		cli_note("NOTICE: %d alerts or more are raised: the %d worst are "
				 "watched, and none is reported as cleared until there are "
				 "fewer",
				 MOST_ALERTS, MOST_ALERTS);
	w->was_full = full;
	free_alerts(w->alerts, w->nalerts);
	dbc_sort(now, (size_t) count, sizeof(*now), compare_alerts);
	w->alerts = now;
	w->nalerts = count;
}

/* Asks for the alerts, over a new connection where there is none. */
static bool
look(watch *w, cli_result *alerts)
{
	const char *options[] = {LIMIT(MOST_ALERTS)};
	cli_database *db = &w->invocation->db;

	if (!db->connection || db->error.lost)
	{
		cli_target target = db->target;

		cli_close(db);
		if (!cli_connect(db, &target, false))
			return false;
	}
	if (!w->database)
	{
		char *ping = cli_call_value(db, "dbhealth_ping", NULL);

		w->database = ping ? cli_at(ping, "$.database") : NULL;
		free(ping);
		if (!w->database)
			return false;
	}
	return cli_call(db, "dbmonitor_alerts", options, alerts);
}

/* False: the first look got no answer, which is printed. */
static bool
look_and_tell(watch *w)
{
	cli_result alerts;
	bool answered = look(w, &alerts);

	if (!answered && !w->answered)
	{
		cli_print_error(&w->invocation->db);
		return false;
	}
	if (answered)
	{
		if (w->failures >= MOST_FAILURES)
			tell_unreachable(w, "cleared", "the database answers again");
		w->failures = 0;
		w->answered = true;
		compare(w, &alerts);
		cli_free_result(&alerts);
	}
	else if (++w->failures == MOST_FAILURES && !cli_interrupted())
		tell_unreachable(w, "raised", w->invocation->db.error.message);
	for (int i = 0; i < w->nreceivers; i++)
		cli_send_messages(&w->receivers[i]);
	return true;
}

/* Reads --interval; false: it is no number of seconds. */
static bool
read_interval(const cli_invocation *invocation, double *seconds)
{
	const char *given = cli_given(invocation, "--interval");
	char *end;

	*seconds = EVERY;
	if (!given)
		return true;
	*seconds = strtod(given, &end);
	if (end != given && !*end && *seconds >= 0.1 && *seconds <= 86400)
		return true;
	cli_complain("--interval takes seconds, from 0.1 to 86400", given, NULL);
	return false;
}

/* Reads --exec and --webhook; false: an address is none. */
static bool
read_receivers(watch *w)
{
	const char *command = cli_given(w->invocation, "--exec");
	const char *url = cli_given(w->invocation, "--webhook");

	if (command)
		w->receivers[w->nreceivers++] =
			(cli_receiver){.flag = "--exec", .command = command};
	if (!url)
		return true;
	if (*url == '@')
	{
		char *text = cli_read_file(url + 1, NULL);

		if (!text)
			return false;
		text[strcspn(text, "\r\n")] = '\0';
		url = text;
	}
	if (strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0)
	{
		cli_complain("--webhook takes an address that begins with https:// or "
					 "http://, or @FILE that has it",
					 NULL, NULL);
		return false;
	}
	if (system("command -v curl >/dev/null 2>&1") != 0)
	{
		cli_complain("--webhook needs the program curl", NULL,
					 "Install it: curl on Debian.");
		return false;
	}
	w->receivers[w->nreceivers++] =
		(cli_receiver){.flag = "--webhook", .url = url};
	return true;
}

int
cli_watch(cli_invocation *invocation)
{
	watch w = {.invocation = invocation};
	struct timespec pause;
	double seconds;
	bool answered;

	if (!read_interval(invocation, &seconds) || !read_receivers(&w))
		return CLI_ERROR;
	pause.tv_sec = (time_t) seconds;
	pause.tv_nsec = (long) ((seconds - (double) pause.tv_sec) * 1e9);
	invocation->db.quiet = true;
	while ((answered = look_and_tell(&w)) && !cli_interrupted())
		/* a signal between the question and the wait costs one look */
		nanosleep(&pause, NULL);
	for (int i = 0; i < w.nreceivers; i++)
		cli_free_receiver(&w.receivers[i]);
	free_alerts(w.alerts, w.nalerts);
	free(w.database);
	return answered ? CLI_SOUND : CLI_ERROR;
}
