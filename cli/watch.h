/*
 * watch.h
 *	  What becomes of alerts, told while it happens.
 */
#ifndef CLI_WATCH_H
#define CLI_WATCH_H

#include "cli/verbs.h"

/* Runs monitor watch, until it is interrupted. */
extern int cli_watch(cli_invocation *invocation);

#endif /* CLI_WATCH_H */
