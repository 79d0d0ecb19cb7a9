/*
 * http.c
 *	  A server of HTTP by GNU libmicrohttpd; see http.h, and http_missing.c for builds without it.
 */
#include "cli/http.h"

#if __has_include(<microhttpd.h>)

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <microhttpd.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/pool.h"
#include "cli/terminal.h"
#include "cli/text.h"

/* Connections at once, and what one may take: bytes of its header, seconds without any
 * byte, until its header is there, and from then on. */
#define MOST_CONNECTIONS 128
#define MOST_HEADER		 16384
#define IDLE_SECONDS	 10
#define HEADER_SECONDS	 10
#define ANSWER_SECONDS	 90

#define CALLS(CALL)                   \
	CALL(start_daemon)                \
	CALL(stop_daemon)                 \
	CALL(run)                         \
	CALL(get_timeout)                 \
	CALL(get_daemon_info)             \
	CALL(get_connection_info)         \
	CALL(get_connection_values)       \
	CALL(lookup_connection_value)     \
	CALL(is_feature_supported)        \
	CALL(suspend_connection)          \
	CALL(resume_connection)           \
	CALL(create_response_from_buffer) \
	CALL(add_response_header)         \
	CALL(queue_response)              \
	CALL(destroy_response)

/* The library. */
static struct
{
#define CALL(name) __typeof__(MHD_##name) *name;
	CALLS(CALL)
#undef CALL
} mhd;

/* A connection with its request. */
typedef struct client
{
	struct MHD_Connection *connection;
	int socket;
	double deadline;
	bool begun;	  /* the header was read */
	bool waiting; /* for an answer */
	cli_request request;
} client;

struct cli_http
{
	struct MHD_Daemon *daemon;
	int port;
	int descriptor;
	cli_answer_request answer;
	void *arg;
	client *clients[MOST_CONNECTIONS + 1]; /* NULL: there is none */
	bool ended; /* a connection, since it was set to false */
};

static bool
load_library(void)
{
	static const char *const names[] = {
		"libmicrohttpd.so.12", "libmicrohttpd.so", "libmicrohttpd.12.dylib"};
	void *library = NULL;

	for (size_t i = 0; !library && i < sizeof(names) / sizeof(names[0]); i++)
		library = dlopen(names[i], RTLD_NOW);
	if (!library)
	{
		cli_complain("the library libmicrohttpd is not installed", dlerror(),
					 "Install it: libmicrohttpd12 on Debian.");
		return false;
	}
#define CALL(name)                                              \
	*(void **) &mhd.name = dlsym(library, "MHD_" #name);        \
	if (!mhd.name)                                              \
	{                                                           \
		cli_complain("libmicrohttpd lacks MHD_" #name, NULL,    \
					 "Install libmicrohttpd 0.9.75 or newer."); \
		return false;                                           \
	}
	CALLS(CALL)
#undef CALL
	return true;
}

/* ---- connections ---- */

static void
begin_or_end_connection(void *arg, struct MHD_Connection *connection,
						void **context,
						enum MHD_ConnectionNotificationCode event)
{
	cli_http *http = arg;
	int number = 0;
	client *c = *context;

	while (number < MOST_CONNECTIONS && http->clients[number] != c)
		number++;
	if (event == MHD_CONNECTION_NOTIFY_CLOSED)
	{
		http->clients[number] = NULL;
		http->ended = true;
		free(c);
		*context = NULL;
		return;
	}
	c = cli_alloc(1, sizeof(*c));
	c->connection = connection;
	c->socket =
		mhd.get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)
			->connect_fd;
	c->deadline = cli_seconds() + HEADER_SECONDS;
	http->clients[number] = c;
	*context = c;
}

/* Cuts connections whose time is over: the library notices that they have ended. */
static void
cut_late_clients(cli_http *http)
{
	double now = cli_seconds();

	for (int i = 0; i <= MOST_CONNECTIONS; i++)
	{
		client *c = http->clients[i];

		if (c && !c->waiting && now >= c->deadline)
		{
			shutdown(c->socket, SHUT_RDWR);
			c->deadline = INFINITY;
		}
	}
}

/* ---- requests ---- */

/* A path and a query stay as they were sent: what is no plain text in them fits nothing. */
static size_t
keep_escapes(void *arg, struct MHD_Connection *connection, char *text)
{
	(void) arg;
	(void) connection;
	return strlen(text);
}

/* Keeps a header that must be there once, "" if it is there twice. */
static void
keep_once(const char **kept, const char *value)
{
	*kept = *kept ? "" : value;
}

static enum MHD_Result
read_header(void *arg, enum MHD_ValueKind kind, const char *name,
			const char *value)
{
	cli_request *request = arg;

	(void) kind;
	value = value ? value : "";
	if (strcasecmp(name, MHD_HTTP_HEADER_HOST) == 0)
		keep_once(&request->host, value);
	else if (strcasecmp(name, MHD_HTTP_HEADER_AUTHORIZATION) == 0)
		keep_once(&request->authorization, value);
	else if (strcasecmp(name, "Sec-Fetch-Site") == 0)
		request->of_other_site |=
			strcmp(value, "same-origin") != 0 && strcmp(value, "none") != 0;
	else if (strcasecmp(name, "Sec-Fetch-Dest") == 0)
		keep_once(&request->destination, value);
	else if (strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0 ||
			 (strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0 &&
			  strcmp(value, "0") != 0))
		request->has_body = true;
	return MHD_YES;
}

const char *
cli_http_parameter(const cli_request *request, const char *name)
{
	return mhd.lookup_connection_value(request->connection,
									   MHD_GET_ARGUMENT_KIND, name);
}

static enum MHD_Result
send_reply(client *c, cli_reply *reply)
{
	struct MHD_Response *response = mhd.create_response_from_buffer(
		reply->length, reply->body, MHD_RESPMEM_MUST_FREE);
	cli_text policy = {0};
	const char *headers[][2] = {
		{MHD_HTTP_HEADER_CONTENT_TYPE, reply->type},
		{"Content-Security-Policy", NULL},
		{"X-Content-Type-Options", "nosniff"},
		{"Referrer-Policy", "no-referrer"},
		{"Cross-Origin-Resource-Policy", "same-origin"},
		{"Cross-Origin-Opener-Policy", "same-origin"},
		{MHD_HTTP_HEADER_CACHE_CONTROL, "no-store"},
		{MHD_HTTP_HEADER_CONNECTION, "close"},
		{MHD_HTTP_HEADER_ALLOW, reply->allow},
		{"Refresh", reply->refresh},
		{MHD_HTTP_HEADER_WWW_AUTHENTICATE,
		 reply->wants_token ? "Bearer" : NULL},
	};
	enum MHD_Result result;

	cli_addf(&policy,
			 "default-src 'none'; %s%sbase-uri 'none'; form-action %s; "
			 "frame-ancestors 'none'",
			 reply->policy ? reply->policy : "", reply->policy ? "; " : "",
			 reply->policy ? "'self'" : "'none'");
	headers[1][1] = policy.data;
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		if (headers[i][1])
			mhd.add_response_header(response, headers[i][0], headers[i][1]);
	result =
		mhd.queue_response(c->connection, (unsigned) reply->status, response);
	mhd.destroy_response(response);
	cli_text_free(&policy);
	free(reply->policy);
	return result;
}

static enum MHD_Result
handle_request(void *arg, struct MHD_Connection *connection, const char *url,
			   const char *method, const char *version, const char *data,
			   size_t *size, void **context)
{
	cli_http *http = arg;
	client *c =
		mhd.get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
			->socket_context;
	cli_reply reply = {0};

	(void) version;
	(void) data;
	*size = 0;
	*context = c;
	if (!c->begun)
	{
		c->begun = true;
		c->deadline = cli_seconds() + ANSWER_SECONDS;
		c->request = (cli_request){.method = method,
								   .path = url,
								   .begun = cli_seconds(),
								   .connection = connection};
		mhd.get_connection_values(connection, MHD_HEADER_KIND, read_header,
								  &c->request);
		/* a body is not waited for: all that has one is refused */
		if (!c->request.has_body)
			return MHD_YES;
	}
	if (http->answer(&c->request, &reply, http->arg))
		return send_reply(c, &reply);
	c->waiting = true;
	mhd.suspend_connection(connection);
	return MHD_YES;
}

void
cli_http_ask_again(cli_http *http)
{
	for (int i = 0; i <= MOST_CONNECTIONS; i++)
	{
		client *c = http->clients[i];

		if (c && c->waiting)
		{
			c->waiting = false;
			mhd.resume_connection(c->connection);
		}
	}
}

/* ---- the server ---- */

/* A socket that listens; prints why there is none, and returns -1. */
static int
listen_on(const cli_http_options *options, int *port)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
								   .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV |
											   AI_PASSIVE};
	const int on = 1;
	struct addrinfo *address = NULL;
	struct sockaddr_storage bound;
	socklen_t length = sizeof(bound);
	char number[32] = "0";
	cli_text message = {0};
	int code = getaddrinfo(options->address, options->port, &hints, &address);
	int fd = code == 0 ? socket(address->ai_family, SOCK_STREAM, 0) : -1;

	if (fd >= 0 &&
		(fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 ||
		 fcntl(fd, F_SETFL, O_NONBLOCK) < 0 ||
		 setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
		 bind(fd, address->ai_addr, address->ai_addrlen) < 0 ||
		 listen(fd, MOST_CONNECTIONS) < 0 ||
		 getsockname(fd, (struct sockaddr *) &bound, &length) < 0))
	{
		int saved = errno;

		close(fd);
		fd = -1;
		errno = saved;
	}
	if (fd < 0)
	{
		cli_addf(&message, "could not listen on %s port %s: %s",
				 options->address, options->port,
				 code != 0 ? gai_strerror(code) : strerror(errno));
		cli_complain(message.data, NULL,
					 code == 0 && errno == EADDRINUSE
						 ? "Another process listens there: choose another port "
						   "with --listen."
						 : NULL);
		cli_text_free(&message);
	}
	else
		getnameinfo((struct sockaddr *) &bound, length, NULL, 0, number,
					sizeof(number), NI_NUMERICSERV);
	*port = atoi(number);
	if (address)
		freeaddrinfo(address);
	return fd;
}

cli_http *
cli_http_start(const cli_http_options *options, cli_answer_request answer,
			   void *arg)
{
	bool tls = options->certificate != NULL;
	cli_http *http;
	const struct MHD_OptionItem end = {MHD_OPTION_END, 0, NULL};
	struct MHD_OptionItem items[] = {
		{MHD_OPTION_HTTPS_MEM_CERT, 0, (void *) (size_t) options->certificate},
		{MHD_OPTION_HTTPS_MEM_KEY, 0, (void *) (size_t) options->key},
		{MHD_OPTION_HTTPS_PRIORITIES, 0,
		 (void *) (size_t) "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1"},
		end,
	};
	int fd;

	if (!load_library())
		return NULL;
	if (tls && !mhd.is_feature_supported(MHD_FEATURE_SSL))
	{
		cli_complain("this libmicrohttpd was built without TLS", NULL,
					 "Leave TLS to a proxy, with --behind-proxy.");
		return NULL;
	}
	http = cli_alloc(1, sizeof(*http));
	http->answer = answer;
	http->arg = arg;
	fd = listen_on(options, &http->port);
	if (fd < 0)
	{
		free(http);
		return NULL;
	}
	http->daemon = mhd.start_daemon(
		MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | (tls ? MHD_USE_TLS : 0u), 0,
		NULL, NULL, handle_request, http, MHD_OPTION_LISTEN_SOCKET, fd,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned) MOST_CONNECTIONS,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t) MOST_HEADER,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned) IDLE_SECONDS,
		MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_UNESCAPE_CALLBACK,
		keep_escapes, NULL, MHD_OPTION_NOTIFY_CONNECTION,
		begin_or_end_connection, http, MHD_OPTION_ARRAY, tls ? items : &end,
		MHD_OPTION_END);
	if (!http->daemon)
	{
		cli_complain("the server could not start",
					 tls ? "The certificate and the key do not fit, or are not "
						   "PEM."
						 : NULL,
					 NULL);
		close(fd);
		free(http);
		return NULL;
	}
	http->descriptor =
		mhd.get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
	return http;
}

int
cli_http_port(const cli_http *http)
{
	return http->port;
}

int
cli_http_descriptor(const cli_http *http)
{
	return http->descriptor;
}

double
cli_http_pause(const cli_http *http)
{
	double now = cli_seconds();
	double pause = 3600;
	unsigned MHD_LONG_LONG milliseconds;

	if (mhd.get_timeout(http->daemon, &milliseconds) == MHD_YES)
		pause = fmin(pause, (double) milliseconds / 1000);
	for (int i = 0; i <= MOST_CONNECTIONS; i++)
	{
		const client *c = http->clients[i];

		if (c && !c->waiting)
			pause = fmin(pause, c->deadline - now);
		else if (c && c->request.again > 0)
			pause = fmin(pause, c->request.again - now);
	}
	return fmax(pause, 0);
}

void
cli_http_run(cli_http *http)
{
	double now = cli_seconds();

	for (int i = 0; i <= MOST_CONNECTIONS; i++)
	{
		client *c = http->clients[i];

		if (c && c->waiting && c->request.again > 0 && c->request.again <= now)
		{
			c->waiting = false;
			mhd.resume_connection(c->connection);
		}
	}
	cut_late_clients(http);
	/* once there were as many connections as there can be, new ones are accepted from the
	 * call after the one in which one has ended */
	do
	{
		http->ended = false;
		mhd.run(http->daemon);
	} while (http->ended);
}

void
cli_http_stop(cli_http *http)
{
	cli_http_ask_again(http);
	mhd.stop_daemon(http->daemon);
	free(http);
}

#endif
