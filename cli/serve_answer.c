/*
 * serve_answer.c
 *	  Answers of the verb serve to requests; see serve.h.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/serve.h"
#include "common/core/text.h"

/* How long an answer of a database is kept, and one that it has failed. */
#define KEEP_SECONDS   5.0
#define FAILED_SECONDS 15.0

/* How long what is about all databases waits for the slowest of them; Prometheus waits for
 * 10 seconds. */
#define FLEET_SECONDS	3.0
#define METRICS_SECONDS 8.0

/* Requests with a wrong token that wait for their refusal; any more are refused at once. */
#define MOST_DELAYED 32

const cli_kept *
cli_kept_of(cli_server *server, int database, int view, double since)
{
	cli_kept *kept = &server->served[database].views[view];
	double age = cli_seconds() - kept->at;

	if (kept->text && (kept->at >= since ||
					   age < (kept->failed ? FAILED_SECONDS : KEEP_SECONDS)))
		return kept;
	kept->wanted = true;
	return NULL;
}

/* ---- replies ---- */

static bool
reply_with(cli_reply *reply, int status, const char *type, cli_text *body)
{
	reply->status = status;
	reply->type = type;
	reply->length = body->length;
	reply->body = body->data ? body->data : cli_copy("");
	return true;
}

static bool
reply_text(cli_reply *reply, int status, const char *text)
{
	cli_text body = {0};

	cli_addf(&body, "%s\n", text);
	return reply_with(reply, status, SERVE_TEXT, &body);
}

/* A failure, as what the client has asked for. */
static bool
reply_problem(cli_reply *reply, cli_route_id route, int status,
			  const char *title, const char *problem)
{
	cli_text body = {0};

	if (route == CLI_ROUTE_api)
	{
		cli_add(&body, "{\"error\": ");
		cli_add_json(&body, problem);
		cli_add(&body, "}\n");
		return reply_with(reply, status, SERVE_JSON, &body);
	}
	reply->policy = cli_page_policy();
	cli_add_error_page(title, problem, &body);
	return reply_with(reply, status, SERVE_HTML, &body);
}

/* ---- routes ---- */

static bool
answer_fleet(cli_server *server, cli_request *request, cli_reply *reply)
{
	bool late = cli_seconds() - request->begun >= FLEET_SECONDS;
	cli_text page = {0};

	request->again = request->begun + FLEET_SECONDS;
	if (!cli_add_fleet_page(server, request->begun, late, &page))
		return false;
	reply->policy = cli_page_policy();
	return reply_with(reply, 200, SERVE_HTML, &page);
}

static bool
answer_metrics(cli_server *server, cli_request *request, cli_reply *reply)
{
	const cli_config *config = &server->look.config;
	bool late = cli_seconds() - request->begun >= METRICS_SECONDS;
	bool complete = true;
	const char **texts = cli_alloc((size_t) config->count, sizeof(*texts));
	cli_text body = {0};

	request->again = request->begun + METRICS_SECONDS;
	for (int i = 0; i < config->count; i++)
	{
		const cli_kept *kept =
			cli_kept_of(server, i, CLI_VIEW_metrics, request->begun);

		complete = complete && kept;
		texts[i] = kept && !kept->failed ? kept->text : NULL;
	}
	if (complete || late)
		cli_add_metrics(config, texts, &body);
	free(texts);
	return (complete || late) &&
		   reply_with(reply, 200, cli_routes[CLI_ROUTE_metrics].type, &body);
}

static bool
answer_ready(cli_server *server, cli_request *request, cli_reply *reply)
{
	bool complete = true;

	request->again = request->begun + FLEET_SECONDS;
	for (int i = 0; i < server->look.config.count; i++)
	{
		const cli_kept *kept =
			cli_kept_of(server, i, CLI_VIEW_connection_test, request->begun);

		complete = complete && kept;
		if (kept && !kept->failed)
			return reply_text(reply, 200, "ok");
	}
	if (!complete && cli_seconds() < request->again)
		return false;
	return reply_text(reply, 503, "no database answers");
}

/* Adds the page of a view; with the parameter refresh the browser asks for it again and
 * again, as often as an answer is fresh. */
static void
add_view_page(cli_server *server, cli_request *request, cli_reply *reply,
			  int database, int view, const char *rows, cli_text *page)
{
	bool refreshes = cli_http_parameter(request, "refresh") != NULL;

	reply->refresh = refreshes ? "5" : NULL;
	cli_add_view_page(server, database, view, rows,
					  cli_http_parameter(request, "q"), refreshes, page);
}

/* What a database is asked for, as a page or as JSON. */
static bool
answer_view(cli_server *server, cli_request *request, cli_reply *reply,
			cli_route_id route, int database, int view)
{
	const dbc_function *fn = cli_function(cli_views[view].function);
	const cli_kept *kept;
	cli_text body = {0};

	if (!(fn->engines & server->look.config.databases[database].target.engine))
		return reply_problem(reply, route, 404, "Not on this engine",
							 "This view is not available on this engine.");
	kept = cli_kept_of(server, database, view, request->begun);
	if (!kept)
		return false;
	if (kept->failed)
		return reply_problem(reply, route, 503, "Unknown", kept->text);
	if (route == CLI_ROUTE_api)
		cli_add(&body, kept->text);
	else if (route == CLI_ROUTE_page)
		add_view_page(server, request, reply, database, view, kept->text,
					  &body);
	else
		cli_add_report_page(server, database, kept->text, &body);
	if (route != CLI_ROUTE_api)
		reply->policy = route == CLI_ROUTE_page ? cli_page_policy()
												: cli_report_policy(kept->text);
	return reply_with(reply, 200, cli_routes[route].type, &body);
}

/* Has a database migrated, and answers when that is done; a request that comes meanwhile
 * is refused. */
static bool
answer_migration(cli_server *server, cli_request *request, cli_reply *reply,
				 int database)
{
	cli_served *served = &server->served[database];
	cli_text body = {0};

	if (served->migration.at >= request->begun)
	{
		cli_add(&body, served->migration.text);
		return reply_with(reply, served->status_of_migration, SERVE_JSON,
						  &body);
	}
	if (request->again > 0 && !served->migration.wanted)
		return reply_problem(reply, CLI_ROUTE_api, 503, NULL,
							 "The file of databases was read again meanwhile.");
	if (request->again == 0)
	{
		if (served->migration.wanted)
			return reply_problem(reply, CLI_ROUTE_api, 409, NULL,
								 "A request to migrate this database runs.");
		served->migration.wanted = true;
		request->again = INFINITY;
	}
	return false;
}

/* ---- who may ask ---- */

/* Refuses a request without the token: after a while, if it has a wrong one. */
static bool
refuse_token(cli_guard *guard, cli_request *request, cli_reply *reply)
{
	double now = cli_seconds();

	if (request->authorization && request->again == 0)
	{
		cli_count_failure(guard, now);
		if (guard->delayed < MOST_DELAYED)
		{
			guard->delayed++;
			request->again = now + cli_token_delay(guard);
		}
	}
	if (request->again > now)
		return false;
	if (request->again > 0)
		guard->delayed--;
	reply->wants_token = true;
	return reply_text(reply, 401, "the token is missing or wrong");
}

bool
cli_answer_client(cli_request *request, cli_reply *reply, void *arg)
{
	cli_server *server = arg;
	int database;
	int view;
	cli_text body = {0};
	cli_route_id route =
		cli_find_route(&server->look.config, request->path, &database, &view);
	bool migrates = server->may_migrate && route == CLI_ROUTE_migrate;
	bool is_answered = migrates ? strcmp(request->method, "POST") == 0
								: strcmp(request->method, "GET") == 0 ||
									  strcmp(request->method, "HEAD") == 0;

	if (!cli_is_served_host(&server->guard, request->host))
		return reply_text(reply, 421,
						  "this server does not have the name of the request; "
						  "--host adds names");
	/* a page of another site may link to this one, but not load what it has, nor measure
	 * how long that takes */
	if (request->of_other_site &&
		(migrates || !request->destination ||
		 strcmp(request->destination, "document") != 0))
		return reply_text(reply, 403, "a page of another site has asked");
	if (!is_answered)
	{
		reply->allow = migrates ? "POST" : "GET, HEAD";
		return reply_text(reply, 405,
						  migrates ? "only POST is answered"
								   : "only GET and HEAD are answered");
	}
	if (request->has_body)
		return reply_text(reply, 413, "the request has a body");
	if (route == CLI_ROUTE_healthz)
		return reply_text(reply, 200, "ok");
	if (route == CLI_ROUTE_readyz)
		return answer_ready(server, request, reply);
	if (!cli_has_token(&server->guard, request->authorization))
		return refuse_token(&server->guard, request, reply);
	switch (route)
	{
		case CLI_ROUTE_fleet:
			return answer_fleet(server, request, reply);
		case CLI_ROUTE_metrics:
			return answer_metrics(server, request, reply);
		case CLI_ROUTE_openapi:
			cli_add_openapi(server, &body);
			return reply_with(reply, 200, SERVE_JSON, &body);
		case CLI_ROUTE_migrate:
			if (migrates)
				return answer_migration(server, request, reply, database);
			return reply_problem(reply, CLI_ROUTE_api, 404, NULL,
								 "Start dbcare serve with --allow-migrate.");
		case CLI_ROUTE_database:
			return answer_view(server, request, reply, route, database,
							   CLI_VIEW_report);
		case CLI_ROUTE_page:
		case CLI_ROUTE_api:
			return answer_view(server, request, reply, route, database, view);
		default:
			return reply_problem(
				reply,
				strncmp(request->path, "/api/", 5) == 0 ? CLI_ROUTE_api : route,
				404, "Not found", "There is no such page or database.");
	}
}
