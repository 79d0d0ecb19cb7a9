/*
 * serve.c
 *	  The verb serve: the databases of dbcare.toml over HTTP; see serve.h.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/fleet.h"
#include "cli/folder.h"
#include "cli/notify.h"
#include "cli/serve.h"
#include "cli/terminal.h"

/* Processes that ask databases. */
#define MOST_WORKERS 8

#define LISTEN "127.0.0.1:8383"

/* Of a token, and of files of TLS. */
#define LEAST_TOKEN 32
#define MOST_TOKEN	1024
#define MOST_PEM	(1 << 20)

#define OPEN_TO_ALL "Every user of this machine can read it."

/* Descriptors that a process may have when a new one is forked. */
#define MOST_DESCRIPTORS 1024

/* ---- processes ---- */

/* A process of the pool has copies of the sockets of all clients: only their owner may
 * keep them open. */
static void
begin_work(void *arg)
{
	struct sockaddr_storage address;

	for (int fd = 3; fd < MOST_DESCRIPTORS; fd++)
	{
		socklen_t length = sizeof(address);

		if (getsockname(fd, (struct sockaddr *) &address, &length) == 0 &&
			address.ss_family != AF_UNIX)
			close(fd);
	}
	cli_look_work.begin(arg);
}

/* Whether so many processes ask databases that have not answered lately: the others stay
 * free for those that do. */
static bool
is_half_taken(const cli_server *server)
{
	int taken = 0;

	for (int i = 0; i < server->size; i++)
	{
		const cli_task *task = cli_pool_task(server->pool, i);

		taken += task && server->served[task->database].down;
	}
	return taken > 0 && taken >= server->size / 2;
}

/* An idle process for a database: the one that has its connection, or any; -1: none. */
static int
find_worker(const cli_server *server, int database)
{
	int home = database % server->size;

	for (int i = 0; i < server->size; i++)
	{
		int number = (home + i) % server->size;

		if (!cli_pool_task(server->pool, number))
			return number;
	}
	return -1;
}

/* The view of a database that is waited for, or -1; none is asked for twice before each of
 * the others was. */
static int
find_wanted(const cli_served *served)
{
	for (int i = 0; i < CLI_NVIEWS; i++)
	{
		int view = (served->next + i) % CLI_NVIEWS;

		if (served->views[view].wanted)
			return view;
	}
	return -1;
}

/* Has a process migrate a database, which may take any time; views of it are asked
 * meanwhile. */
static void
give_migration(cli_server *server, int database)
{
	cli_served *served = &server->served[database];
	int worker = served->migration.wanted && !served->migrating
					 ? find_worker(server, database)
					 : -1;
	cli_task task = {database, CLI_SERVE_MIGRATE, 0};

	if (worker < 0)
		return;
	cli_pool_give(server->pool, worker, &task, 0);
	served->migrating = true;
}

/* Gives processes what is waited for. */
static void
give_tasks(cli_server *server)
{
	for (int i = 0; i < server->look.config.count; i++)
		give_migration(server, i);
	for (int i = 0; i < server->look.config.count; i++)
	{
		cli_served *served = &server->served[i];
		int view = served->busy ? -1 : find_wanted(served);
		int worker = view < 0 || (served->down && is_half_taken(server))
						 ? -1
						 : find_worker(server, i);
		cli_task task = {i, view, 0};

		if (worker < 0)
			continue;
		cli_pool_give(server->pool, worker, &task, CLI_SERVE_SECONDS);
		served->busy = true;
		served->next = view + 1;
	}
}

/* Keeps what a database has answered. */
static void
keep(cli_kept *kept, const char *text, bool failed)
{
	free(kept->text);
	*kept = (cli_kept){cli_copy(text), cli_seconds(), failed, false};
}

/* A database that cannot be reached has failed in all that is waited for. */
static void
take_failure(cli_served *served, int view, bool down, const char *problem)
{
	served->down = down;
	keep(&served->views[view], problem, true);
	for (int i = 0; down && i < CLI_NVIEWS; i++)
		if (served->views[i].wanted)
			keep(&served->views[i], problem, true);
}

static void
take_migration(cli_served *served, const cli_answer *answer)
{
	cli_lines lines = {answer->text};
	char *fields[1];
	char letter;

	served->migrating = false;
	/* what was known before may have changed */
	for (int i = 0; i < CLI_NVIEWS; i++)
		served->views[i].at = 0;
	letter = answer->problem ? 'x' : cli_next_line(&lines, fields, 1);
	served->status_of_migration = letter == '='	  ? 200
								  : letter == '!' ? 409
												  : 503;
	if (letter == '=' || letter == '!')
		keep(&served->migration, lines.at, false);
	else
	{
		cli_text text = {0};

		cli_add(&text, "{\"error\": ");
		cli_add_json(&text, answer->problem ? answer->problem : fields[0]);
		cli_add(&text, "}\n");
		keep(&served->migration, text.data, true);
		cli_text_free(&text);
	}
}

static void
take_answer(cli_server *server, const cli_answer *answer)
{
	cli_served *served = &server->served[answer->task.database];
	int view = answer->task.kind;
	cli_lines lines = {answer->text};
	char *fields[3];
	char letter;

	if (view == CLI_SERVE_MIGRATE)
	{
		take_migration(served, answer);
		return;
	}
	served->busy = false;
	if (answer->problem)
	{
		take_failure(served, view, true, answer->problem);
		return;
	}
	while ((letter = cli_next_line(&lines, fields, 3)))
	{
		if (letter == 'x' || letter == 'p')
		{
			take_failure(served, view, letter == 'x', fields[0]);
			return;
		}
		if (letter == '=')
		{
			served->down = false;
			keep(&served->views[view], lines.at, false);
			return;
		}
		free(served->score);
		free(served->status);
		free(served->finding);
		served->score = cli_copy(fields[0]);
		served->status = cli_copy(fields[1]);
		served->finding = cli_copy(fields[2]);
	}
}

/* ---- the databases ---- */

/* Begins to ask the databases of the configuration. */
static void
begin_databases(cli_server *server)
{
	const cli_config *config = &server->look.config;

	server->work = cli_look_work;
	server->work.begin = begin_work;
	server->size = cli_pool_size(config, MOST_WORKERS);
	server->look.connections = config->connections / server->size;
	/* one that migrates keeps none from asking */
	server->size += server->may_migrate;
	server->served = cli_alloc((size_t) config->count, sizeof(cli_served));
	server->pool = cli_new_pool(server->size, &server->work, &server->look);
	cli_pool_watch(server->pool, cli_http_descriptor(server->http));
}

static void
end_databases(cli_server *server)
{
	cli_free_pool(server->pool);
	for (int i = 0; i < server->look.config.count; i++)
	{
		cli_served *served = &server->served[i];

		for (int k = 0; k < CLI_NVIEWS; k++)
			free(served->views[k].text);
		free(served->migration.text);
		free(served->score);
		free(served->status);
		free(served->finding);
	}
	free(server->served);
	cli_free_config(&server->look.config);
}

/* Reads the file of databases again; clients that wait are answered from it. */
static bool
read_again(void *arg)
{
	cli_server *server = arg;
	cli_config config;

	if (!cli_read_config(server->path, &config))
		return false;
	end_databases(server);
	server->look.config = config;
	begin_databases(server);
	cli_http_ask_again(server->http);
	return true;
}

/* Whether a process migrates a database, or is going to. */
static bool
migrates(const cli_server *server)
{
	for (int i = 0; i < server->look.config.count; i++)
		if (server->served[i].migration.wanted)
			return true;
	return false;
}

/* Answers clients until a signal ends that. */
static void
serve(cli_server *server, const sigset_t *mask)
{
	double watchdog = cli_watchdog_seconds() / 2;
	double next_message = 0;

	while (!cli_fleet_ended)
	{
		double pause = cli_http_pause(server->http);
		cli_answer answer;

		if (watchdog > 0)
		{
			if (cli_seconds() >= next_message)
			{
				cli_notify("WATCHDOG=1");
				next_message = cli_seconds() + watchdog;
			}
			pause = fmin(pause, next_message - cli_seconds());
		}
		if (cli_pool_wait(server->pool, pause, mask, &answer))
		{
			take_answer(server, &answer);
			cli_free_answer(&answer);
			cli_http_ask_again(server->http);
		}
		cli_http_run(server->http);
		/* after the answer to who has asked for a migration */
		if (cli_fleet_changed && server->path && !migrates(server))
			cli_read_again(server->path, read_again, server);
		give_tasks(server);
	}
}

/* ---- what was given ---- */

/* The token of a file; prints why it is not used, and returns NULL. */
static char *
read_token(const char *path)
{
	struct stat name;
	struct stat file;
	char *token = cli_read_regular(path, MOST_TOKEN, &file);
	const char *problem = NULL;
	cli_text message = {0};

	if (!token)
		return NULL;
	token[strcspn(token, "\r\n")] = '\0';
	if (lstat(path, &name) == 0)
		problem = cli_distrust(&name, &file);
	if (!problem && file.st_mode & S_IROTH)
		problem = OPEN_TO_ALL;
	if (!problem && strlen(token) < LEAST_TOKEN)
		problem = "Its first line has fewer than 32 characters.";
	for (const char *at = token; !problem && *at; at++)
		if (*at <= ' ' || *at > '~')
			problem = "A token has no blanks, and no characters beyond ASCII.";
	if (!problem)
		return token;
	cli_addf(&message, "%s is not used as a token", path);
	cli_complain(message.data, problem,
				 "Make one: (umask 077; openssl rand -hex 32 >FILE)");
	cli_text_free(&message);
	free(token);
	return NULL;
}

/* The certificate and its key; prints why they are not used, and returns false. */
static bool
read_pem(const char *certificate, const char *key, cli_http_options *options)
{
	struct stat status;
	cli_text message = {0};

	options->certificate = cli_read_regular(certificate, MOST_PEM, &status);
	options->key =
		options->certificate ? cli_read_regular(key, MOST_PEM, &status) : NULL;
	if (!options->key || !(status.st_mode & S_IROTH))
		return options->key;
	cli_addf(&message, "%s is not used as a key", key);
	cli_complain(message.data, OPEN_TO_ALL, "Run chmod o-r on it.");
	cli_text_free(&message);
	return false;
}

/* Splits ADDRESS:PORT; an address of IPv6 is in brackets. */
static bool
split_listen(const char *text, char **address, const char **port)
{
	const char *colon = strrchr(text, ':');
	bool brackets = *text == '[' && colon && colon > text && colon[-1] == ']';
	size_t length = strlen(colon ? colon + 1 : "");

	if (!colon || colon == text || length == 0 || length > 5 ||
		strspn(colon + 1, "0123456789") != length || atoi(colon + 1) > 65535)
	{
		cli_complain("--listen is not ADDRESS:PORT", text,
					 "Such as --listen " LISTEN ", or --listen [::1]:8383.");
		return false;
	}
	*address =
		cli_copy_bytes(text + brackets, (size_t) (colon - text) - 2 * brackets);
	*port = colon + 1;
	return true;
}

/* The names of a list, ended by NULL. */
static char **
split_list(const char *list)
{
	char *words = cli_copy(list ? list : "");
	char **names = cli_alloc(strlen(words) / 2 + 2, sizeof(*names));
	char *rest = NULL;
	int count = 0;

	for (char *word = strtok_r(words, ",", &rest); word;
		 word = strtok_r(NULL, ",", &rest))
		names[count++] = word;
	return names;
}

/* Reads who may ask, and how; prints what is wrong, and returns false. */
static bool
read_access(const cli_invocation *invocation, cli_guard *guard,
			cli_http_options *options)
{
	const char *listen = cli_given(invocation, "--listen");
	const char *token = cli_given(invocation, "--token-file");
	const char *certificate = cli_given(invocation, "--tls-cert");
	const char *key = cli_given(invocation, "--tls-key");
	char *address;

	if (!split_listen(listen ? listen : LISTEN, &address, &options->port))
		return false;
	options->address = guard->address = address;
	guard->hosts = split_list(cli_given(invocation, "--host"));
	if (!certificate != !key)
	{
		cli_complain("--tls-cert and --tls-key are given together", NULL, NULL);
		return false;
	}
	if (!cli_is_loopback(address) && !token)
	{
		cli_complain("other machines could reach this address without a token",
					 address, "Add --token-file FILE.");
		return false;
	}
	if (!cli_is_loopback(address) && !certificate &&
		!cli_given(invocation, "--behind-proxy"))
	{
		cli_complain("tokens and answers would be sent without encryption",
					 address,
					 "Add --tls-cert and --tls-key, or --behind-proxy if a "
					 "proxy does TLS.");
		return false;
	}
	if (!token && cli_given(invocation, "--allow-migrate"))
	{
		cli_complain("everybody who can connect could migrate databases", NULL,
					 "Add --token-file FILE.");
		return false;
	}
	if (token && !(guard->token = read_token(token)))
		return false;
	return !certificate || read_pem(certificate, key, options);
}

/* The databases of the file, or that of --db, whose name is main. */
static bool
read_databases(const cli_invocation *invocation, cli_config *config)
{
	cli_listed one = {.name = cli_copy("main")};

	if (!invocation->database)
	{
		free(one.name);
		return cli_read_config(cli_config_path(invocation), config);
	}
	if (cli_given(invocation, "--config"))
	{
		cli_complain("--db and --config exclude each other", NULL, NULL);
		return false;
	}
	if (!cli_find_target(invocation->database, &one.target))
		return false;
	*config = (cli_config){.connections = 1, .count = 1};
	config->databases = cli_alloc(1, sizeof(one));
	*config->databases = one;
	return true;
}

int
cli_run_serve(cli_invocation *invocation)
{
	cli_server server = {.look = {.lock = -1, .ask = cli_ask_view}};
	cli_http_options options = {0};
	sigset_t mask;

	if (!read_access(invocation, &server.guard, &options) ||
		!read_databases(invocation, &server.look.config))
		return CLI_ERROR;
	server.may_migrate = cli_given(invocation, "--allow-migrate");
	server.path = invocation->database ? NULL : cli_config_path(invocation);
	cli_fleet_signals(&mask);
	server.http = cli_http_start(&options, cli_answer_client, &server);
	if (!server.http)
		return CLI_ERROR;
	begin_databases(&server);
	if (!invocation->quiet)
	{
		cli_text count = {0};
		bool brackets = strchr(options.address, ':');

		cli_add_count(&count, server.look.config.count, "database");
		cli_note("Serving %s at http%s://%s%s%s:%d/ until this command is "
				 "interrupted.",
				 count.data, options.certificate ? "s" : "",
				 brackets ? "[" : "", options.address, brackets ? "]" : "",
				 cli_http_port(server.http));
		cli_text_free(&count);
	}
	cli_notify("READY=1");
	serve(&server, &mask);
	cli_notify("STOPPING=1");
	cli_http_stop(server.http);
	end_databases(&server);
	return CLI_SOUND;
}
