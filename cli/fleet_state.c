/*
 * fleet_state.c
 *	  What is known of a database that is looked after; see fleet_state.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/fleet.h"
#include "cli/fleet_state.h"
#include "cli/look.h"
#include "cli/terminal.h"

/* The failures from which on one is printed: a lock that is held for a moment is
 * none. */
#define TOLD_FAILURES 2

cli_state
cli_new_state(double now, double pause)
{
	return (cli_state){.due = now, .next = now + pause, .after = -1};
}

static void
free_alerts(cli_alert *alerts, int count)
{
	for (int i = 0; i < count; i++)
	{
		free(alerts[i].id);
		free(alerts[i].name);
		free(alerts[i].severity);
		free(alerts[i].message);
	}
	free(alerts);
}

void
cli_free_state(cli_state *state)
{
	free_alerts(state->alerts, state->nalerts);
	*state = (cli_state){0};
}

/* ---- what is printed ---- */

/* Where a message goes. */
typedef struct teller
{
	const cli_invocation *invocation;
	const char *name; /* of the database */
} teller;

/* Prints a message: a sentence, or an object for programs. */
static void
tell(const teller *t, const char *event, const char *message)
{
	cli_text out = {0};

	if (t->invocation->format == CLI_JSON)
	{
		const char *const values[] = {t->name, event, message};
		static const char *const keys[] = {"database", "event", "message"};
		time_t now = time(NULL);
		struct tm utc;
		char at[32];

		strftime(at, sizeof(at), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
		cli_addf(&out, "{\"at\": \"%s\"", at);
		for (int i = 0; i < 3; i++)
		{
			cli_addf(&out, ", \"%s\": ", keys[i]);
			cli_add_json(&out, values[i]);
		}
		cli_add(&out, "}\n");
	}
	else if (!t->invocation->quiet)
		cli_addf(&out, "%s: %s\n", t->name, message);
	cli_put_raw(cli_text_of(&out));
	(void) fflush(stdout);
	cli_text_free(&out);
}

static void
tell_alert(const teller *t, const cli_alert *alert, const char *what)
{
	cli_text event = {0};
	cli_text message = {0};

	cli_addf(&event, "alert_%s", what);
	cli_addf(&message, "%s alert %s %s: %s", alert->severity, alert->name, what,
			 alert->message);
	tell(t, event.data, message.data);
	cli_text_free(&event);
	cli_text_free(&message);
}

/* The alert with the number and name of another one, or NULL: numbers begin again after
 * dbmonitor_reset(). */
static const cli_alert *
find_alert(const cli_alert *alerts, int count, const cli_alert *wanted)
{
	for (int i = 0; i < count; i++)
		if (strcmp(alerts[i].id, wanted->id) == 0 &&
			strcmp(alerts[i].name, wanted->name) == 0)
			return &alerts[i];
	return NULL;
}

/* Takes the alerts that are raised now, and tells what differs. */
static void
take_alerts(const teller *t, cli_state *state, cli_alert *now, int count)
{
	for (int i = 0; i < count; i++)
	{
		const cli_alert *was =
			find_alert(state->alerts, state->nalerts, &now[i]);

		if (!was)
			tell_alert(t, &now[i], "raised");
		else if (strcmp(was->severity, now[i].severity) != 0)
			tell_alert(t, &now[i], "changed");
	}
	for (int i = 0; i < state->nalerts; i++)
		if (!find_alert(now, count, &state->alerts[i]))
			tell_alert(t, &state->alerts[i], "cleared");
	free_alerts(state->alerts, state->nalerts);
	state->alerts = now;
	state->nalerts = count;
}

/* A look without a sample; letter: why, as in look.h. */
static void
take_failure(const teller *t, cli_state *state, char letter,
			 const char *message)
{
	cli_text text = {0};

	if (++state->failures < TOLD_FAILURES || state->told == letter)
		return;
	state->told = letter;
	cli_addf(&text, "%s: %s", letter == 'x' ? "down" : "no sample", message);
	tell(t, letter == 'x' ? "down" : "no_sample", text.data);
	cli_text_free(&text);
}

/* What is due besides samples has failed: it may do so after each sample. */
static void
take_failed_work(const teller *t, cli_state *state, const char *message)
{
	if (!state->work_failed)
		tell(t, "schedule_failed", message);
	state->work_failed = true;
}

static void
take_success(const teller *t, cli_state *state)
{
	if (state->told == 'x')
		tell(t, "up", "up again");
	else if (state->told)
		tell(t, "sampled", "samples again");
	state->told = 0;
	state->failures = 0;
}

/* ---- answers ---- */

char
cli_next_line(cli_lines *lines, char **fields, int nfields)
{
	char *at = lines->at;
	char *line_end = at ? strchr(at, '\n') : NULL;
	char letter;

	if (!line_end)
		return 0;
	*line_end = '\0';
	lines->at = line_end + 1;
	letter = *at;
	at += strcspn(at, " ");
	at += *at == ' ';
	for (int i = 0; i < nfields; i++)
	{
		size_t length = strcspn(at, "\t");

		fields[i] = at;
		at += length;
		if (*at == '\t')
			*at++ = '\0';
	}
	return letter;
}

void
cli_take_look(cli_state *state, const cli_invocation *invocation,
			  const char *name, const cli_answer *answer, double *interval)
{
	teller t = {invocation, name};
	cli_lines lines = {answer->text};
	cli_alert *alerts = NULL;
	char *fields[4];
	char letter;
	int count = 0;
	bool sampled = false;
	bool works = answer->task.kind == CLI_LOOK_DUE;

	if (answer->problem && works)
		take_failed_work(&t, state, answer->problem);
	else if (answer->problem)
		take_failure(&t, state, 'p', answer->problem);
	while ((letter = cli_next_line(&lines, fields, 4)))
		switch (letter)
		{
			case 'i':
				sampled = true;
				*interval = strtod(fields[0], NULL);
				break;
			case 'd':
				state->work_due = true;
				break;
			case 'a':
				alerts =
					realloc(alerts, sizeof(*alerts) * ((size_t) count + 1));
				if (!alerts)
					abort();
				alerts[count++] =
					(cli_alert){cli_copy(fields[0]), cli_copy(fields[1]),
								cli_copy(fields[2]), cli_copy(fields[3])};
				break;
			case 'e':
				state->after = strtoll(fields[0], NULL, 10);
				break;
			case 'f':
				tell(&t, "schedule_failed", fields[0]);
				break;
			default:
				if (works)
					take_failed_work(&t, state, fields[0]);
				else
					take_failure(&t, state, letter, fields[0]);
				break;
		}
	if (!sampled)
		return;
	if (works)
		state->work_failed = false;
	else
		take_success(&t, state);
	take_alerts(&t, state, alerts, count);
}
