/*
 * http.h
 *	  A server of HTTP by GNU libmicrohttpd, which is loaded when it is needed.
 *
 * It has no threads: cli_http_run() does what can be done now.  A connection is for one
 * request; it is cut if it takes longer than a limit, however many bytes come in between.
 */
#ifndef CLI_HTTP_H
#define CLI_HTTP_H

#include <stdbool.h>
#include <stddef.h>

typedef struct cli_http cli_http;

/* A request whose header was read. */
typedef struct cli_request
{
	const char *method;
	const char *path; /* as it was sent, without the query */
	const char
		*host; /* NULL unless there is exactly one, as of authorization */
	const char *authorization;
	bool has_body;
	bool of_other_site;		 /* a browser says that a page of one sends it */
	const char *destination; /* what a browser needs the answer for, or NULL */
	double begun;			 /* as cli_seconds() */
	double
		again; /* an answer that comes later is asked for then; 0: any time */
	void *connection;
} cli_request;

typedef struct cli_reply
{
	int status;
	const char *type; /* of the body */
	char *policy; /* what a page may load, freed by the server; NULL: nothing */
	const char *allow;	 /* header Allow, or NULL */
	const char *refresh; /* seconds after which a browser asks again, or NULL */
	bool wants_token;	 /* asks for one */
	char *body;			 /* freed by the server */
	size_t length;
} cli_reply;

/* Answers a request; false: later, which is asked when cli_http_ask_again() is called or
 * request->again is over. */
typedef bool (*cli_answer_request)(cli_request *request, cli_reply *reply,
								   void *arg);

typedef struct cli_http_options
{
	const char *address; /* numeric */
	const char *port;
	const char *certificate; /* PEM; NULL: no TLS */
	const char *key;
} cli_http_options;

/* Begins to listen; prints why it cannot, and returns NULL. */
extern cli_http *cli_http_start(const cli_http_options *options,
								cli_answer_request answer, void *arg);

/* The port it listens on. */
extern int cli_http_port(const cli_http *http);

/* What to wait for before cli_http_run() is called: the descriptor can be read, or so many
 * seconds are over. */
extern int cli_http_descriptor(const cli_http *http);
extern double cli_http_pause(const cli_http *http);

extern void cli_http_run(cli_http *http);

/* Asks once more for answers that were to come later. */
extern void cli_http_ask_again(cli_http *http);

extern void cli_http_stop(cli_http *http);

/* The value of a parameter of the query as it was sent, or NULL. */
extern const char *cli_http_parameter(const cli_request *request,
									  const char *name);

#endif /* CLI_HTTP_H */
