/*
 * fleet.c
 *	  dbhealth_fleet [PG]: the health of this server and of its foreign servers.
 *
 * Other servers are queried through dblink and foreign servers, with the
 * privileges of the caller's user mapping: by default those whose owners the
 * caller trusts, others only by name.  An error on one server becomes the
 * message of its row.
 *
 * Servers make their reports at the same time, since that takes longest.  They
 * are connected to one after the other, which dblink waits for.
 */
#include "common/core/functions.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/clock.h"
#include "common/core/names.h"
#include "common/core/options.h"
#include "common/health/host.h"
#include "common/health/run.h"
#include "common/health/score.h"

/* Columns of health/fleet_servers.sql. */
enum
{
	S_NAME,
	S_IS_SHARD,
	S_OBSTACLE,
	S_TRUSTED,
	S_CONNECTION,
	S_CONNECT_TIMEOUT
};

/* Columns of health/fleet_calls.sql. */
enum
{
	C_CONNECT,
	C_PREPARE,
	C_LOCATE,
	C_IS_BUSY,
	C_DONE,
	C_LOCATED,
	C_REPORTED,
	C_DISCONNECT,
	C_PLACE
};

/* Columns of a report from another server, and of health/fleet_lag.sql. */
enum
{
	R_REPORT,
	R_IS_STANDBY,
	R_LAG_BYTES,
	R_LAG_SECONDS,
	R_COUNT
};

/* Columns of health/fleet_answer.sql. */
enum
{
	A_SCORE,
	A_STATUS,
	A_FINDINGS
};

/* How far a server is. */
typedef enum question_state
{
	Q_WAITING,	 /* not connected yet */
	Q_PREPARING, /* settings of the session */
	Q_LOCATING,	 /* the schema of dbcare */
	Q_REPORTING,
	Q_OVER
} question_state;

/* A server to query. */
typedef struct question
{
	const char *server;
	bool is_shard;
	const char *options; /* options for its report */
	int64_t timeout_us;
	int connect_seconds; /* time limit to connect; 0: none */
	question_state state;
	const char *connection;	 /* its name */
	int64_t asked;			 /* when, in microseconds */
	const dbc_rows *calls;	 /* statements to run on it */
	const dbc_value *reply;	 /* columns R_* */
	const dbc_value *answer; /* columns A_* */
	const char *message;	 /* why there is no answer, or NULL */
} question;

static void
emit_server(dbc_host *host, const question *q)
{
	if (q->message)
		dbc_emit(host, dbc_text(q->server),
				 dbc_text(q->is_shard ? "shard" : NULL), dbc_null(),
				 dbc_text("unknown"), dbc_null(), dbc_null(), dbc_null(),
				 dbc_text(q->message));
	else
		dbc_emit(host, dbc_text(q->server),
				 dbc_text(q->reply[R_IS_STANDBY].integer ? "standby"
						  : q->is_shard					 ? "shard"
														 : "primary"),
				 q->answer[A_SCORE], q->answer[A_STATUS],
				 dbc_json(q->answer[A_FINDINGS].text), q->reply[R_LAG_BYTES],
				 q->reply[R_LAG_SECONDS], dbc_null());
}

/* ---- this server ---- */

/* The warnings and critical findings as JSON. */
static const char *
list_findings(dbc_host *host, const dbc_findings *findings)
{
	dbc_json_node *list = dbc_json_array(host);

	for (int i = 0; i < findings->count; i++)
	{
		const dbc_finding *finding = &findings->list[i];
		dbc_json_node *node;

		if (finding->severity != DBC_WARNING &&
			finding->severity != DBC_CRITICAL)
			continue;
		node = dbc_json_object(host);
		DBC_PUT_TEXT(node, check_id, finding->check->id);
		DBC_PUT_TEXT(node, severity,
					 dbc_health_severity_names[finding->severity]);
		DBC_PUT_TEXT(node, object, finding->object);
		DBC_PUT_TEXT(node, message, finding->message);
		dbc_json_push(list, node);
	}
	return dbc_json_text(list);
}

static void
emit_local(dbc_host *host, const char *checks)
{
	dbc_value given = dbc_json(checks);
	dbc_findings *findings = dbc_health_run_checks(
		host, dbc_read_settings(host),
		dbc_health_read(host, &given, dbhealth_checks_options));
	dbc_health_score score = dbc_health_score_findings(findings);
	const dbc_rows *lag = dbc_query(host, "health/fleet_lag");
	dbc_value reply[R_COUNT] = {dbc_null(), dbc_get_value(host, lag, 0, 0),
								dbc_get_value(host, lag, 0, 1),
								dbc_get_value(host, lag, 0, 2)};
	dbc_value answer[] = {dbc_int(score.score), dbc_text(score.status),
						  dbc_text(list_findings(host, findings))};
	question q = {.server = "local", .reply = reply, .answer = answer};

	emit_server(host, &q);
}

/* ---- other servers ---- */

/* Runs one of the statements on the server. */
static const dbc_rows *
call(dbc_host *host, const question *q, int column)
{
	return dbc_query_text(host, dbc_get_text(host, q->calls, 0, column));
}

static void
disconnect(dbc_host *host, void *arg)
{
	(void) call(host, arg, C_DISCONNECT);
}

/* Connects to a server. */
static void
begin(dbc_host *host, void *arg)
{
	question *q = arg;

	if (q->connect_seconds > 0 && host->rooms.health->connect)
		host->rooms.health->connect(host,
									dbc_get_text(host, q->calls, 0, C_CONNECT),
									q->connect_seconds);
	else
		(void) call(host, q, C_CONNECT);
	(void) call(host, q, C_PREPARE);
	q->state = Q_PREPARING;
	q->asked = dbc_microseconds();
}

/* The rows of a result; dblink expects that its end is read, too. */
static const dbc_rows *
read_result(dbc_host *host, const question *q, int column)
{
	const dbc_rows *rows = call(host, q, column);

	(void) call(host, q, column);
	return rows;
}

/* Requests the report; the schema of its extension is found by the objects that
 * it owns. */
static void
request_report(dbc_host *host, question *q)
{
	const dbc_rows *place = read_result(host, q, C_LOCATED);
	const dbc_sql *lag = dbc_find_sql(host, "health/fleet_lag");
	const dbc_rows *rows;

	if (place->nrows == 0)
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL, NULL,
				 "extension dbcare is not installed on the server");
	rows = dbc_query(host, "health/fleet_report",
					 dbc_get_value(host, q->calls, 0, C_PLACE),
					 dbc_get_value(host, place, 0, 0), dbc_text(q->options),
					 dbc_text(lag->text), dbc_text(q->connection));
	(void) dbc_query_text(host, dbc_get_text(host, rows, 0, 0));
}

/* Takes the next step if the server has answered the last one. */
static void
advance(dbc_host *host, void *arg)
{
	question *q = arg;
	const dbc_rows *rows;

	if (dbc_get_bool(host, call(host, q, C_IS_BUSY), 0, 0))
	{
		if (dbc_microseconds() - q->asked > q->timeout_us)
			dbc_fail(host, DBC_NOT_READY, NULL, NULL, "no answer within %lld s",
					 (long long) (q->timeout_us / 1000000));
		return;
	}
	q->asked = dbc_microseconds();
	switch (q->state)
	{
		case Q_PREPARING:
			(void) read_result(host, q, C_DONE);
			(void) call(host, q, C_LOCATE);
			q->state = Q_LOCATING;
			break;
		case Q_LOCATING:
			request_report(host, q);
			q->state = Q_REPORTING;
			break;
		default:
			rows = read_result(host, q, C_REPORTED);
			q->reply = dbc_get_row(host, rows, 0, "TbRR");
			rows = dbc_query(host, "health/fleet_answer", q->reply[R_REPORT]);
			q->answer = dbc_get_row(host, rows, 0, "ITT");
			q->state = Q_OVER;
			break;
	}
}

/* The first line of an error message. */
static const char *
error_words(dbc_host *host, const dbc_error *error)
{
	const char *words =
		error->detail
			? dbc_format(host, "%s: %s", error->message, error->detail)
			: error->message;

	return dbc_copy(host, words, strcspn(words, "\n"));
}

/* Runs a step of a question in a guard; disconnects at its end. */
static void
take_step(dbc_host *host, question *q, void (*step)(dbc_host *host, void *arg))
{
	dbc_error error;
	dbc_error ignored;

	if (!dbc_guard(host, step, q, DBC_KEEP, true, &error))
	{
		q->message = error_words(host, &error);
		q->state = Q_OVER;
	}
	/* fails if connecting has failed */
	if (q->state == Q_OVER)
		(void) dbc_guard(host, disconnect, q, DBC_KEEP, true, &ignored);
}

/* Connects to a server, over the connection with a number. */
static void
start(dbc_host *host, question *q, int number)
{
	dbc_error ignored;

	q->connection = dbc_format(host, "dbcare.fleet.%d", number);
	q->calls =
		dbc_query(host, "health/fleet_calls",
				  dbc_text(dbc_find_sql(host, "health/fleet_servers")->text),
				  dbc_text(q->server), dbc_text(q->connection),
				  dbc_int(q->timeout_us / 1000000));
	if (q->calls->nrows == 0)
	{
		q->message = "extension dblink is not installed in this database";
		q->state = Q_OVER;
		return;
	}
	/* in case a cancelled call has left a connection */
	(void) dbc_guard(host, disconnect, q, DBC_KEEP, true, &ignored);
	take_step(host, q, begin);
}

/* Queries all servers, parallel ones at a time. */
static void
ask_all(dbc_host *host, question *questions, int count, int parallel)
{
	question *asked[100] = {0};
	int next = 0;
	int over = 0;

	while (over < count)
	{
		bool moved = false;

		for (int i = 0; i < parallel; i++)
		{
			question_state before;

			if (!asked[i] && next < count)
			{
				asked[i] = &questions[next++];
				if (!asked[i]->message)
					start(host, asked[i], i);
			}
			if (!asked[i])
				continue;
			before = asked[i]->state;
			if (!asked[i]->message && before != Q_OVER)
				take_step(host, asked[i], advance);
			moved |= asked[i]->state != before;
			if (!asked[i]->message && asked[i]->state != Q_OVER)
				continue;
			asked[i] = NULL;
			moved = true;
			dbc_progress(host, "servers", ++over, count);
		}
		if (!moved)
			(void) dbc_query_text(host, "select pg_catalog.pg_sleep(0.005)");
	}
	dbc_progress_end(host, count);
}

/* Whether a list contains a server. */
static bool
names(const char **list, const char *server)
{
	for (; *list; list++)
		if (dbc_same(*list, server))
			return true;
	return false;
}

/* Emits rows for requested servers that do not exist. */
static void
emit_missing(dbc_host *host, const char **asked, const dbc_rows *servers)
{
	int i;

	for (; *asked; asked++)
	{
		question q = {.server = *asked,
					  .message = "no foreign server of dblink_fdw or "
								 "postgres_fdw has this name"};

		for (i = 0; i < servers->nrows; i++)
			if (dbc_same(dbc_get_text(host, servers, i, S_NAME), *asked))
				break;
		if (i == servers->nrows && !dbc_same(*asked, "local"))
			emit_server(host, &q);
	}
}

/* The value of connect_timeout as a time limit, a day at most. */
static int
connect_seconds(const char *text)
{
	long seconds = text ? strtol(text, NULL, 10) : 0;

	return (int) (seconds < 0 ? 0 : seconds > 86400 ? 86400 : seconds);
}

/* dbhealth_fleet(options) */
DBC_RUN(dbhealth_fleet)
{
	const dbhealth_fleet_options *given =
		dbc_read_options(host, &args->options, dbhealth_fleet_options);
	const dbc_rows *servers =
		dbc_query(host, "health/fleet_servers", dbc_null());
	const char **asked = given->servers.given ? given->servers.texts : NULL;
	dbc_json_node *checks = dbc_json_object(host);
	question *questions =
		dbc_alloc(host, ((size_t) servers->nrows + 1) * sizeof(*questions));
	int count = 0;

	if (given->level.given)
		DBC_PUT_TEXT(checks, level, given->level.text);
	for (int i = 0; i < servers->nrows; i++)
	{
		const dbc_value *server = dbc_get_row(host, servers, i, "tbTbTT");

		/* by default, servers that the caller may use and trusts */
		if (asked ? names(asked, server[S_NAME].text)
				  : server[S_OBSTACLE].kind == DBC_NULL &&
						server[S_TRUSTED].integer)
			questions[count++] = (question){
				.server = server[S_NAME].text,
				.is_shard = server[S_IS_SHARD].integer,
				.options = dbc_json_text(checks),
				.timeout_us = dbc_option_or(&given->timeout_seconds, 60) *
							  (int64_t) 1000000,
				.connect_seconds =
					connect_seconds(server[S_CONNECT_TIMEOUT].text),
				.message = server[S_OBSTACLE].text};
	}
	if (!asked || names(asked, "local"))
		emit_local(host, dbc_json_text(checks));
	ask_all(host, questions, count, (int) dbc_option_or(&given->parallel, 8));
	for (int i = 0; i < count; i++)
		emit_server(host, &questions[i]);
	if (asked)
		emit_missing(host, asked, servers);
}
