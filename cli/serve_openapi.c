/*
 * serve_openapi.c
 *	  The OpenAPI document of the verb serve, made from serve.def; see serve.h.
 */
#include <string.h>

#include "cli/serve.h"

/* Adds a member of an object whose value is a string. */
static void
add_string(cli_text *object, const char *key, const char *value)
{
	cli_text json = {0};

	cli_add_json(&json, value);
	cli_add_member(object, key, json.data);
	cli_text_free(&json);
}

/* Adds a parameter that is one of some words, any text if there are none. */
static void
add_parameter(cli_text *list, const char *name, const char *in,
			  const cli_text *words)
{
	cli_addf(list,
			 "%s{\"name\": \"%s\", \"in\": \"%s\", \"required\": %s, "
			 "\"schema\": {\"type\": \"string\"",
			 list->length ? ", " : "", name, in,
			 strcmp(in, "path") == 0 ? "true" : "false");
	if (words)
		cli_addf(list, ", \"enum\": [%s]", cli_text_of(words));
	cli_add(list, "}}");
}

static void
add_word(cli_text *words, const char *word)
{
	if (words->length)
		cli_add(words, ", ");
	cli_add_json(words, word);
}

/* Adds a path with what its method does there. */
static void
add_path(cli_text *paths, const cli_config *config, cli_route_id route,
		 const char *path, const char *summary)
{
	const char *type = cli_routes[route].type;
	bool is_probe = route == CLI_ROUTE_healthz || route == CLI_ROUTE_readyz;
	cli_text operation = {0};
	cli_text parameters = {0};
	cli_text databases = {0};
	cli_text views = {0};
	cli_text text = {0};

	for (int i = 0; i < config->count; i++)
		add_word(&databases, config->databases[i].name);
	for (int i = 0; i < CLI_NVIEWS; i++)
		if (cli_views[i].title)
			add_word(&views, cli_views[i].name);
	add_string(&operation, "summary", summary);
	if (strstr(path, "{database}"))
		add_parameter(&parameters, "database", "path", &databases);
	if (strstr(path, "{view}"))
	{
		add_parameter(&parameters, "view", "path", &views);
		add_parameter(&parameters, "q", "query", NULL);
	}
	if (parameters.length)
	{
		cli_addf(&text, "[%s]", parameters.data);
		cli_add_member(&operation, "parameters", text.data);
		cli_text_free(&text);
	}
	cli_addf(&text,
			 "{\"200\": {\"description\": \"The answer.\", \"content\": "
			 "{\"%s\": {}}}",
			 type);
	if (!is_probe)
		cli_add(&text, ", \"401\": {\"description\": \"The token is missing or "
					   "wrong.\"}");
	if (route == CLI_ROUTE_migrate)
		cli_add(&text, ", \"409\": {\"description\": \"A migration has failed, "
					   "or another request to migrate runs.\"}");
	if (parameters.length || route == CLI_ROUTE_readyz)
		cli_add(&text, ", \"503\": {\"description\": \"The database does not "
					   "answer.\"}");
	cli_add(&text, "}");
	cli_add_member(&operation, "responses", text.data);
	if (is_probe)
		cli_add_member(&operation, "security", "[]");
	cli_text_free(&text);
	cli_addf(&text, "{\"%s\": {%s}}",
			 strcmp(cli_routes[route].method, "GET") == 0 ? "get" : "post",
			 operation.data);
	cli_add_member(paths, path, text.data);
	cli_text_free(&text);
	cli_text_free(&operation);
	cli_text_free(&parameters);
	cli_text_free(&databases);
	cli_text_free(&views);
}

void
cli_add_openapi(const cli_server *server, cli_text *out)
{
	const cli_config *config = &server->look.config;
	cli_text paths = {0};

	for (int i = 0; i < CLI_NROUTES; i++)
		if (i != CLI_ROUTE_api &&
			(i != CLI_ROUTE_migrate || server->may_migrate))
			add_path(&paths, config, i, cli_routes[i].path,
					 cli_routes[i].summary);
	for (int i = 0; i < CLI_NVIEWS; i++)
	{
		cli_text path = {0};

		if (!cli_views[i].name)
			continue;
		cli_addf(&path, "/api/{database}/%s", cli_views[i].name);
		add_path(&paths, config, CLI_ROUTE_api, path.data,
				 cli_views[i].summary);
		cli_text_free(&path);
	}
	cli_addf(out,
			 "{\"openapi\": \"3.1.0\", \"info\": {\"title\": \"dbcare serve\", "
			 "\"version\": \"" DBC_VERSION "\"}, \"paths\": {%s}%s}\n",
			 paths.data,
			 server->guard.token
				 ? ", \"components\": {\"securitySchemes\": {\"token\": "
				   "{\"type\": \"http\", \"scheme\": \"bearer\"}}}, "
				   "\"security\": [{\"token\": []}]"
				 : "");
	cli_text_free(&paths);
}
