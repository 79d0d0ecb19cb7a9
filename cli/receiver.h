/*
 * receiver.h
 *	  Receivers of alerts: a shell command, or an address of HTTP.
 *
 * Messages go out in their order.  What a receiver does not take is sent again, before
 * what comes later; of more than CLI_MOST_WAITING messages the oldest are left out, which is
 * told once.
 */
#ifndef CLI_RECEIVER_H
#define CLI_RECEIVER_H

#include <stdbool.h>

#define CLI_MOST_WAITING 1000

/* Seconds that a receiver gets for one message. */
#define CLI_SEND_SECONDS 30

typedef struct cli_message
{
	char *json; /* the message */
	char *text; /* the same as a sentence */
} cli_message;

typedef struct cli_receiver
{
	const char *flag;	 /* that names it */
	const char *command; /* or NULL */
	const char *url;	 /* or NULL */
	cli_message *waiting;
	int count;
	bool failing;
	bool overflowing; /* messages were left out, which was told */
} cli_receiver;

/* Takes a message, of which it keeps copies. */
extern void cli_add_message(cli_receiver *receiver, const char *json,
							const char *text);

/* Sends what waits, until a message is not taken; says once that one was not, and once
 * that messages are taken again. */
extern void cli_send_messages(cli_receiver *receiver);

extern void cli_free_receiver(cli_receiver *receiver);

#endif /* CLI_RECEIVER_H */
