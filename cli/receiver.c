/*
 * receiver.c
 *	  Sending messages; see receiver.h.
 *
 * The program curl sends to an address: it has the certificates, proxies and rules of
 * the system.  It reads the address, which may have a secret in it, from its input: the
 * list of processes shows arguments.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/child.h"
#include "cli/receiver.h"
#include "cli/terminal.h"
#include "cli/text.h"

static void
free_message(cli_message *message)
{
	free(message->json);
	free(message->text);
}

/* Removes the first messages. */
static void
remove_messages(cli_receiver *receiver, int count)
{
	for (int i = 0; i < count; i++)
		free_message(&receiver->waiting[i]);
	receiver->count -= count;
	memmove(receiver->waiting, receiver->waiting + count,
			(size_t) receiver->count * sizeof(*receiver->waiting));
}

/* Adds a line of a configuration of curl. */
static void
add_setting(cli_text *config, const char *name, const char *value)
{
	cli_addf(config, "%s = \"", name);
	for (; *value; value++)
	{
		if (*value == '"' || *value == '\\')
			cli_add(config, "\\");
		cli_add_bytes(config, value, 1);
	}
	cli_add(config, "\"\n");
}

static void
add_request(cli_text *config, const char *url, const char *json)
{
	add_setting(config, "url", url);
	add_setting(config, "header", "Content-Type: application/json");
	add_setting(config, "data-binary", json);
	cli_addf(config, "max-time = %d\n", CLI_SEND_SECONDS - 5);
	cli_add(config, "proto = \"=http,https\"\n"
					"fail\n"
					"silent\n"
					"show-error\n"
					"output = \"/dev/null\"\n");
}

/* A file without a name that has a text; -1: it cannot be written. */
static int
file_of(const cli_text *text)
{
	FILE *file = tmpfile();
	int input = file ? fcntl(fileno(file), F_DUPFD_CLOEXEC, 0) : -1;

	if (file)
		fclose(file);
	if (input < 0 ||
		(write(input, text->data, text->length) == (ssize_t) text->length &&
		 lseek(input, 0, SEEK_SET) == 0))
		return input;
	close(input);
	return -1;
}

/* Sends a message; why says why it was not taken. */
static bool
send_message(const cli_receiver *receiver, const cli_message *message,
			 cli_text *why)
{
	const char *shell[] = {"/bin/sh", "-c", receiver->command, NULL};
	const char *curl[] = {"curl", "-q", "-K", "-", NULL};
	cli_text text = {0};
	int code = 0;
	int input;
	pid_t pid;

	if (receiver->command)
		cli_addf(&text, "%s\n", message->json);
	else
		add_request(&text, receiver->url, message->json);
	setenv("DBCARE_TEXT", message->text, true);
	input = file_of(&text);
	if (input < 0 || (code = cli_begin_child(receiver->command ? shell : curl,
											 input, &pid)) != 0)
		cli_add(why, strerror(code ? code : errno));
	else
		cli_add_failure(why, cli_await_child(pid, CLI_SEND_SECONDS));
	if (input >= 0)
		close(input);
	cli_text_free(&text);
	return !why->length;
}

/* Says once that messages are not taken, and once that they are again. */
static void
tell(cli_receiver *receiver, const char *why)
{
	if (why && !receiver->failing)
		cli_note("NOTICE: %s has failed: %s; it is tried again", receiver->flag,
				 why);
	if (!why && receiver->failing)
		cli_note("NOTICE: %s has what it had not taken", receiver->flag);
	receiver->failing = why;
}

void
cli_send_messages(cli_receiver *receiver)
{
	cli_text why = {0};
	int sent = 0;

	while (sent < receiver->count &&
		   send_message(receiver, &receiver->waiting[sent], &why))
		sent++;
	if (receiver->count > 0)
		tell(receiver, why.data);
	if (sent > 0)
	{
		remove_messages(receiver, sent);
		receiver->overflowing = false;
	}
	cli_text_free(&why);
}

void
cli_add_message(cli_receiver *receiver, const char *json, const char *text)
{
	if (!receiver->waiting)
		receiver->waiting =
			cli_alloc(CLI_MOST_WAITING, sizeof(*receiver->waiting));
	if (receiver->count == CLI_MOST_WAITING && !receiver->failing)
		cli_send_messages(receiver);
	if (receiver->count == CLI_MOST_WAITING)
	{
		if (!receiver->overflowing)
			cli_note("NOTICE: %s has %d messages to take: the oldest are left "
					 "out",
					 receiver->flag, CLI_MOST_WAITING);
		receiver->overflowing = true;
		remove_messages(receiver, 1);
	}
	receiver->waiting[receiver->count++] =
		(cli_message){cli_copy(json), cli_copy(text)};
}

void
cli_free_receiver(cli_receiver *receiver)
{
	if (receiver->count > 0)
		remove_messages(receiver, receiver->count);
	free(receiver->waiting);
}
