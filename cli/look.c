/*
 * look.c
 *	  A look at one of many databases; see look.h.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/database.h"
#include "cli/document.h"
#include "cli/look.h"
#include "cli/text.h"
#include "cli/terminal.h"

/* Connections that were not used for so long are closed. */
#define MOST_IDLE_SECONDS 900

/* Of a message. */
#define MOST_COLUMNS 500

#define READ_ONLY_TRANSACTION "25006"

/* A connection that is kept. */
typedef struct kept
{
	cli_database db; /* first: kept by its address */
	double used;
} kept;

/* ---- answers ---- */

/* Adds a separator and a text on one line, in which nothing is left that separates. */
static void
add_field(cli_text *answer, const char *separator, const char *text)
{
	char *line = cli_copy(text ? text : "");
	size_t length = 0;

	for (const char *at = line; *at; at++)
	{
		bool blank = strchr(" \t\r\n", *at);

		if (!blank || (length > 0 && line[length - 1] != ' '))
			line[length++] = blank ? ' ' : *at;
	}
	line[length] = '\0';
	cli_add(answer, separator);
	cli_add_shown(answer, line, MOST_COLUMNS, false);
	free(line);
}

static void
add_line(cli_text *answer, const char *letter, const char *text)
{
	add_field(answer, letter, text);
	cli_add(answer, "\n");
}

/* An error without what errors of SQLite begin with. */
static const char *
without_prefix(const char *error)
{
	static const char prefix[] = "dbcare: ";

	return strncmp(error, prefix, strlen(prefix)) == 0 ? error + strlen(prefix)
													   : error;
}

/* ---- connections ---- */

static void
forget(cli_look *look, int number)
{
	cli_database *db = look->opened[number];

	look->opened[number] = NULL;
	cli_close(db);
	free(db);
}

/* Closes those that were not used for a while, and the one that was not used for
 * the longest time if there would be too many. */
static void
make_room(cli_look *look)
{
	double now = cli_seconds();
	int oldest = -1;
	int count = 0;

	for (int i = 0; i < look->config.count; i++)
	{
		const kept *k = (const kept *) look->opened[i];

		if (!k)
			continue;
		if (now - k->used > MOST_IDLE_SECONDS)
		{
			forget(look, i);
			continue;
		}
		count++;
		if (oldest < 0 || k->used < ((const kept *) look->opened[oldest])->used)
			oldest = i;
	}
	if (count >= look->connections)
		forget(look, oldest);
}

/* The connection to a database; NULL: there is none, which the answer says. */
static cli_database *
reach(cli_look *look, int number, cli_text *answer)
{
	kept *k = (kept *) look->opened[number];

	if (!k)
	{
		if (look->config.databases[number].target.engine == DBC_ON_POSTGRESQL)
			make_room(look);
		k = cli_alloc(1, sizeof(*k));
		k->db.quiet = true;
		k->db.read_only = look->ask != NULL;
		look->opened[number] = &k->db;
		if (!cli_connect(&k->db, &look->config.databases[number].target, false))
		{
			add_line(answer, "x ", k->db.error.message);
			forget(look, number);
			return NULL;
		}
	}
	k->used = cli_seconds();
	return &k->db;
}

/* ---- samples ---- */

/* Whether monitoring was ever started, with which interval, whether it is on, and
 * whether a process of the server takes the samples. */
static bool
read_status(cli_database *db, bool *told, bool *enabled, bool *running,
			double *interval)
{
	char *status = cli_call_value(db, "dbmonitor_status", NULL);
	char *seconds;
	char *value;

	if (!status)
		return false;
	seconds = cli_at(status, "$.interval_seconds");
	*told = seconds != NULL;
	if (seconds)
		*interval = atof(seconds);
	value = cli_at(status, "$.enabled");
	*enabled = value && strcmp(value, "true") == 0;
	free(value);
	value = cli_at(status, "$.running");
	*running = value && strcmp(value, "true") == 0;
	free(value);
	free(seconds);
	free(status);
	return true;
}

static bool
start_monitoring(cli_database *db, double interval)
{
	cli_text seconds = {0};
	const char *args[] = {NULL, db->target.engine == DBC_ON_SQLITE
									? "{\"thread\": false}"
									: NULL};
	char *status;

	cli_addf(&seconds, "%.15g", interval);
	args[0] = seconds.data;
	status = cli_call_value(db, "dbmonitor_start", args);
	cli_text_free(&seconds);
	free(status);
	return status != NULL;
}

static bool
call_sample(cli_database *db)
{
	const char *args[] = {NULL};
	char *sample = cli_call_value(db, "dbmonitor_sample", args);

	free(sample);
	return sample != NULL;
}

/* Does what the thread of a process that has called dbmonitor_start() does. */
static bool
sample_sqlite(cli_database *db, bool works, double *interval, bool *due)
{
	bool taken;
	bool told;
	bool enabled;
	bool running;
	double seconds = *interval;

	if (!cli_sqlite_take_turn(db, works, &taken, &seconds, due))
		return false;
	if (taken)
	{
		*interval = seconds;
		return true;
	}
	if (!read_status(db, &told, &enabled, &running, interval))
		return false;
	return told || (start_monitoring(db, *interval) &&
					cli_sqlite_take_turn(db, false, &taken, &seconds, due));
}

/* With the extension a process of the server takes the samples; it is started if
 * there is none, and if it does not start, samples are taken from here. */
static bool
sample_postgresql(cli_database *db, double interval)
{
	bool told;
	bool enabled;
	bool running;

	if (db->extension_missing)
		return call_sample(db);
	if (!read_status(db, &told, &enabled, &running, &interval))
		return false;
	if (running || (told && !enabled))
		return true;
	if (!start_monitoring(db, interval))
		/* a standby has the samples of its primary */
		return strcmp(db->error.sqlstate, READ_ONLY_TRANSACTION) == 0;
	if (!read_status(db, &told, &enabled, &running, &interval))
		return false;
	return running || call_sample(db);
}

/* ---- what became of it ---- */

static const char *
cell(const cli_result *rows, int row, const char *column)
{
	return *cli_cell(rows, row, cli_column(rows, column));
}

static bool
list_alerts(cli_database *db, cli_text *answer)
{
	static const char *const fields[] = {"alert", "severity", "message"};
	const char *args[] = {"{\"limit\": 100}"};
	cli_result rows;

	if (!cli_call(db, "dbmonitor_alerts", args, &rows))
		return false;
	for (int row = 0; row < rows.nrows; row++)
	{
		add_field(answer, "a ", cell(&rows, row, "alert_id"));
		for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
			add_field(answer, "\t", cell(&rows, row, fields[i]));
		cli_add(answer, "\n");
	}
	cli_free_result(&rows);
	return true;
}

/* Lists the scheduled steps that have failed after an event, or the newest event. */
static void
list_failures(cli_database *db, long long after, cli_text *answer)
{
	cli_text options = {0};
	const char *args[1];
	cli_result rows;

	if (after < 0)
		cli_add(&options, "{\"limit\": 1}");
	else
		cli_addf(&options, "{\"after\": %lld}", after);
	args[0] = options.data;
	if (!cli_call(db, "dbcare_events", args, &rows))
	{
		/* before there are tables, or without the right to read them */
		cli_text_free(&options);
		return;
	}
	for (int row = 0; row < rows.nrows; row++)
	{
		const char *arguments = cell(&rows, row, "arguments");
		char *step = arguments ? cli_at(arguments, "$.step") : NULL;
		char *error = arguments ? cli_at(arguments, "$.error") : NULL;

		if (after >= 0 && step && error)
		{
			add_field(answer, "f ", cell(&rows, row, "function_name"));
			add_field(answer, " failed at ", step);
			add_field(answer, ": ", without_prefix(error));
			cli_add(answer, "\n");
		}
		free(step);
		free(error);
	}
	if (rows.nrows > 0)
		add_line(answer, "e ", cell(&rows, rows.nrows - 1, "event_id"));
	else if (after < 0)
		cli_add(answer, "e 0\n");
	cli_free_result(&rows);
	cli_text_free(&options);
}

/* Takes a sample, or has it taken. */
static bool
look_at(cli_database *db, const cli_look *look, const cli_task *task,
		cli_text *answer)
{
	bool works = task->kind == CLI_LOOK_DUE;
	bool is_sqlite = db->target.engine == DBC_ON_SQLITE;
	double interval = look->config.interval_seconds;
	long long after = task->after;
	bool due = false;
	bool sampled = is_sqlite ? sample_sqlite(db, works, &interval, &due)
							 : sample_postgresql(db, interval);

	if (!sampled)
		return false;
	cli_addf(answer, "i %.15g\n", interval);
	if (due && !works)
		cli_add(answer, "d\n");
	/* those of a file are there after what this process has done */
	if ((works || after < 0 || !is_sqlite) && !db->extension_missing)
		list_failures(db, after, answer);
	return list_alerts(db, answer);
}

/* ---- health ---- */

void
cli_add_health(cli_text *answer, const char *report)
{
	char *score = cli_at(report, "$.score");
	char *status = cli_at(report, "$.status");
	char *finding = cli_worst_finding(report);

	add_field(answer, "h ", score);
	add_field(answer, "\t", status);
	add_field(answer, "\t", finding);
	cli_add(answer, "\n");
	free(score);
	free(status);
	free(finding);
}

static bool
examine(cli_database *db, const cli_look *look, cli_text *answer)
{
	const char *args[] = {look->options};
	char *report = cli_call_value(db, "dbhealth_report", args);

	if (!report)
		return false;
	cli_add_health(answer, report);
	free(report);
	return true;
}

/* ---- the work of a process ---- */

static void
begin(void *arg)
{
	cli_look *look = arg;

	if (look->lock >= 0)
		close(look->lock);
	/* libpq waits this long for a server, unless somebody says otherwise */
	setenv("PGCONNECT_TIMEOUT", "5", 0);
	look->opened =
		cli_alloc((size_t) look->config.count, sizeof(cli_database *));
}

static char *
run(const cli_task *task, void *arg)
{
	cli_look *look = arg;
	cli_text answer = {0};
	bool again = look->opened[task->database] != NULL;
	cli_database *db = reach(look, task->database, &answer);
	bool done = !db;

	while (!done)
	{
		size_t length = answer.length;

		done = look->ask ? look->ask(db, task, &answer)
			   : task->kind == CLI_LOOK_HEALTH
				   ? examine(db, look, &answer)
				   : look_at(db, look, task, &answer);
		if (done)
			break;
		/* half of an answer is none */
		if (answer.data)
			answer.data[answer.length = length] = '\0';
		if (!db->error.lost || !again)
		{
			add_line(&answer, db->error.lost ? "x " : "p ",
					 without_prefix(db->error.message));
			break;
		}
		/* the server has closed a kept connection */
		again = false;
		forget(look, task->database);
		db = reach(look, task->database, &answer);
		done = !db;
	}
	/* a file is opened anew: it may be another one, and the connection would be
	 * in the way of its application */
	if (db && (db->error.lost || db->target.engine == DBC_ON_SQLITE))
		forget(look, task->database);
	cli_add(&answer, "");
	return answer.data;
}

static void
end(void *arg)
{
	cli_look *look = arg;

	for (int i = 0; i < look->config.count; i++)
		if (look->opened[i])
			forget(look, i);
}

const cli_work cli_look_work = {begin, run, end};
