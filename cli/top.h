/*
 * top.h
 *	  A live view of a database.
 */
#ifndef CLI_TOP_H
#define CLI_TOP_H

#include "cli/verbs.h"

/* Shows statements, connections, alerts and sizes until q is pressed. */
extern int cli_top(cli_invocation *invocation);

#endif /* CLI_TOP_H */
