/*
 * http_missing.c
 *	  What a build without GNU libmicrohttpd has in place of http.c: no server.
 */
#include "cli/http.h"

#if !__has_include(<microhttpd.h>)

#include "cli/terminal.h"

cli_http *
cli_http_start(const cli_http_options *options, cli_answer_request answer,
			   void *arg)
{
	(void) options;
	(void) answer;
	(void) arg;
	cli_complain("this command was built without libmicrohttpd", NULL,
				 "Install libmicrohttpd-dev, and build again.");
	return NULL;
}

int
cli_http_port(const cli_http *http)
{
	(void) http;
	return 0;
}

int
cli_http_descriptor(const cli_http *http)
{
	(void) http;
	return -1;
}

double
cli_http_pause(const cli_http *http)
{
	(void) http;
	return 0;
}

void
cli_http_run(cli_http *http)
{
	(void) http;
}

void
cli_http_ask_again(cli_http *http)
{
	(void) http;
}

void
cli_http_stop(cli_http *http)
{
	(void) http;
}

const char *
cli_http_parameter(const cli_request *request, const char *name)
{
	(void) request;
	(void) name;
	return NULL;
}

#endif
