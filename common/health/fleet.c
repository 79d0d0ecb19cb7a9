/*
 * fleet.c
 *	  dbhealth_fleet [PG]: the health of this server and of its foreign servers.
 *
 * Other servers are queried through dblink and foreign servers, with the
 * privileges of the caller's user mapping: by default those whose owners the
 * caller trusts, others only by name.  An error on one server becomes the
 * message of its row.
 */
#include "common/core/functions.h"

#include <string.h>

#include "common/core/json_write.h"
#include "common/core/options.h"
#include "common/health/run.h"
#include "common/health/score.h"

static const char *const levels[] = {"fast", "full", NULL};

#define FLEET_OPTIONS(O) \
	O(servers, TEXTS)    \
	O(level, TEXT, .choices = levels)
DBC_OPTIONS(fleet_options, FLEET_OPTIONS);

/* Columns of health/fleet_servers.sql. */
enum
{
	S_NAME,
	S_IS_SHARD,
	S_OBSTACLE,
	S_TRUSTED
};

/* Columns of health/fleet_calls.sql. */
enum
{
	C_CONNECT,
	C_PREPARE,
	C_LOCATE,
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

/* A server to query. */
typedef struct question
{
	const char *server;
	const char *options;	 /* options for its report */
	const dbc_rows *calls;	 /* statements to run on it */
	const dbc_value *reply;	 /* columns R_* */
	const dbc_value *answer; /* columns A_* */
} question;

static void
emit_server(dbc_host *host, const char *server, bool is_shard,
			const question *q, const char *message)
{
	if (message)
		dbc_emit(host, dbc_text(server), dbc_text(is_shard ? "shard" : NULL),
				 dbc_null(), dbc_text("unknown"), dbc_null(), dbc_null(),
				 dbc_null(), dbc_text(message));
	else
		dbc_emit(host, dbc_text(server),
				 dbc_text(q->reply[R_IS_STANDBY].integer ? "standby"
						  : is_shard					 ? "shard"
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
		dbc_json_put_text(node, "check_id", finding->check->id);
		dbc_json_put_text(node, "severity",
						  dbc_health_severity_names[finding->severity]);
		dbc_json_put_text(node, "object", finding->object);
		dbc_json_put_text(node, "message", finding->message);
		dbc_json_push(list, node);
	}
	return dbc_json_text(list);
}

static void
emit_local(dbc_host *host, const char *checks)
{
	dbc_value given = dbc_json(checks);
	dbc_findings *findings =
		dbc_health_run_checks(host, dbc_read_settings(host), &given);
	dbc_health_score score = dbc_health_score_findings(findings);
	const dbc_rows *lag = dbc_query(host, "health/fleet_lag");
	dbc_value reply[R_COUNT] = {dbc_null(), dbc_get_value(host, lag, 0, 0),
								dbc_get_value(host, lag, 0, 1),
								dbc_get_value(host, lag, 0, 2)};
	dbc_value answer[] = {dbc_int(score.score), dbc_text(score.status),
						  dbc_text(list_findings(host, findings))};
	question q = {.reply = reply, .answer = answer};

	emit_server(host, "local", false, &q, NULL);
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

/* Connects to a server and reads its report; the schema of its extension is
 * found by the objects that it owns. */
static void
ask(dbc_host *host, void *arg)
{
	question *q = arg;
	const dbc_sql *lag = dbc_find_sql(host, "health/fleet_lag");
	const dbc_rows *place;
	const dbc_rows *rows;

	(void) call(host, q, C_CONNECT);
	(void) call(host, q, C_PREPARE);
	place = call(host, q, C_LOCATE);
	if (place->nrows == 0)
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL, NULL,
				 "extension dbcare is not installed on the server");
	rows = dbc_query(host, "health/fleet_report",
					 dbc_get_value(host, q->calls, 0, C_PLACE),
					 dbc_get_value(host, place, 0, 0), dbc_text(q->options),
					 dbc_text(lag->text));
	rows = dbc_query_text(host, dbc_get_text(host, rows, 0, 0));
	q->reply = dbc_get_row(host, rows, 0, "TbRR");
	rows = dbc_query(host, "health/fleet_answer", q->reply[R_REPORT]);
	q->answer = dbc_get_row(host, rows, 0, "ITT");
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

static void
emit_other(dbc_host *host, const dbc_value *server, const char *checks)
{
	question q = {.server = server[S_NAME].text, .options = checks};
	const char *message = server[S_OBSTACLE].text;
	dbc_error error;
	dbc_error ignored;

	if (!message)
	{
		q.calls = dbc_query(
			host, "health/fleet_calls", server[S_NAME],
			dbc_text(dbc_find_sql(host, "health/fleet_servers")->text));
		if (q.calls->nrows == 0)
			message = "extension dblink is not installed in this database";
	}
	if (!message)
	{
		/* in case a cancelled call has left a connection */
		(void) dbc_guard(host, disconnect, &q, DBC_KEEP, true, &ignored);
		if (!dbc_guard(host, ask, &q, DBC_KEEP, true, &error))
			message = error_words(host, &error);
		/* fails if connecting has failed */
		(void) dbc_guard(host, disconnect, &q, DBC_KEEP, true, &ignored);
	}
	emit_server(host, q.server, server[S_IS_SHARD].integer, &q, message);
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
		for (i = 0; i < servers->nrows; i++)
			if (dbc_same(dbc_get_text(host, servers, i, S_NAME), *asked))
				break;
		if (i == servers->nrows && !dbc_same(*asked, "local"))
			emit_server(host, *asked, false, NULL,
						"no foreign server of dblink_fdw or postgres_fdw has "
						"this name");
	}
}

/* dbhealth_fleet(options) */
DBC_RUN(dbhealth_fleet)
{
	const fleet_options *given =
		dbc_read_options(host, &args->options, fleet_options);
	const dbc_rows *servers = dbc_query(host, "health/fleet_servers");
	const char **asked = given->servers.given ? given->servers.texts : NULL;
	dbc_json_node *checks = dbc_json_object(host);
	const char *text;

	if (given->level.given)
		dbc_json_put_text(checks, "level", given->level.text);
	text = dbc_json_text(checks);
	if (!asked || names(asked, "local"))
		emit_local(host, text);
	for (int i = 0; i < servers->nrows; i++)
	{
		const dbc_value *server = dbc_get_row(host, servers, i, "tbT");

		dbc_progress(host, "servers", i, servers->nrows);
		/* by default, servers that the caller may use and trusts */
		if (asked ? names(asked, server[S_NAME].text)
				  : server[S_OBSTACLE].kind == DBC_NULL &&
						server[S_TRUSTED].integer)
			emit_other(host, server, text);
	}
	dbc_progress_end(host, servers->nrows);
	if (asked)
		emit_missing(host, asked, servers);
}
