/*
 * watch.c
 *	  The verb monitor watch: what becomes of alerts is printed, and sent to those who
 *	  should know.
 *
 * Alerts are asked for again and again; what differs from the answer before is a
 * message.  The first answer is compared with none, so that who is told learns at the
 * start which alerts are raised: after a restart a second time.  A database that does
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

/* Seconds between two looks, unless --interval says so. */
#define EVERY 5

/* Looks without an answer, one after another, that are an alert. */
#define MOST_FAILURES 3

/* Of a sentence. */
#define MOST_COLUMNS 500

/* Columns of dbmonitor_alerts() that are in messages. */
static const char *const sent[] = {
	"alert_id", "alert",	 "severity", "object",	 "value", "threshold",
	"message",	"raised_at", "acked_at", "acked_by", "note",  NULL};

typedef struct watch
{
	cli_invocation *invocation;
	char *database; /* its name; NULL until it has answered */
	cli_result alerts;
	bool has_alerts;
	int failures; /* looks without an answer */
	cli_receiver receivers[2];
	int nreceivers;
} watch;

static const char *
cell(const cli_result *alerts, int row, const char *column)
{
	const char *value = *cli_cell(alerts, row, cli_column(alerts, column));

	return value ? value : "";
}

/* The row of another answer with the same alert, or -1. */
static int
find_alert(const cli_result *among, const cli_result *alerts, int row)
{
	for (int i = 0; i < among->nrows; i++)
		if (strcmp(cell(among, i, "alert_id"), cell(alerts, row, "alert_id")) ==
				0 &&
			strcmp(cell(among, i, "alert"), cell(alerts, row, "alert")) == 0)
			return i;
	return -1;
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

/* Adds a member that is a text. */
static void
add_text(cli_text *members, const char *key, const char *text)
{
	cli_text json = {0};

	cli_add_json(&json, text);
	cli_add_member(members, key, json.data);
	cli_text_free(&json);
}

/* What a database is called that may not have answered yet. */
static const char *
name_of(const watch *w)
{
	return w->database ? w->database : "the database";
}

/* Tells what became of an alert. */
static void
tell_alert(watch *w, const cli_result *alerts, int row, const char *state)
{
	cli_text members = {0};
	cli_text text = {0};

	add_text(&members, "state", state);
	add_text(&members, "database", name_of(w));
	for (int i = 0; sent[i]; i++)
	{
		int column = cli_column(alerts, sent[i]);
		cli_text value = {0};

		cli_add_value_json(&value, *cli_cell(alerts, row, column),
						   alerts->types[column]);
		cli_add_member(&members, sent[i], value.data);
		cli_text_free(&value);
	}
	cli_addf(&text, "%s: %s alert %s %s: %s", name_of(w),
			 cell(alerts, row, "severity"), cell(alerts, row, "alert"), state,
			 cell(alerts, row, "message"));
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

	add_text(&members, "state", state);
	add_text(&members, "database", name_of(w));
	add_text(&members, "alert", "unreachable");
	add_text(&members, "severity", "critical");
	add_text(&members, "message", why);
	cli_addf(&text, "%s: critical alert unreachable %s: %s", name_of(w), state,
			 why);
	tell(w, members.data, text.data);
	cli_text_free(&text);
	cli_text_free(&members);
}

/* Tells what differs from the answer before, and keeps this one. */
static void
compare(watch *w, cli_result *now)
{
	static const cli_result none = {0};
	const cli_result *before = w->has_alerts ? &w->alerts : &none;

	for (int row = 0; row < now->nrows; row++)
	{
		int was = find_alert(before, now, row);

		if (was < 0)
			tell_alert(w, now, row, "raised");
		else if (strcmp(cell(before, was, "severity"),
						cell(now, row, "severity")) != 0)
			tell_alert(w, now, row, "changed");
		else if (!*cell(before, was, "acked_at") && *cell(now, row, "acked_at"))
			tell_alert(w, now, row, "acknowledged");
	}
	for (int row = 0; row < before->nrows; row++)
		if (find_alert(now, before, row) < 0)
			tell_alert(w, before, row, "cleared");
	if (w->has_alerts)
		cli_free_result(&w->alerts);
	w->alerts = *now;
	w->has_alerts = true;
}

/* Asks for the alerts, over a new connection where there is none. */
static bool
look(watch *w, cli_result *alerts)
{
	const char *options[] = {"{\"limit\": 1000}"};
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

	if (!answered && !w->has_alerts)
	{
		cli_print_error(&w->invocation->db);
		return false;
	}
	if (answered)
	{
		if (w->failures >= MOST_FAILURES)
			tell_unreachable(w, "cleared", "the database answers again");
		w->failures = 0;
		compare(w, &alerts);
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
	if (w.has_alerts)
		cli_free_result(&w.alerts);
	free(w.database);
	return answered ? CLI_SOUND : CLI_ERROR;
}
