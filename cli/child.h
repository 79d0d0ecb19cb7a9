/*
 * child.h
 *	  Programs that the command runs with an input, and how they end.
 */
#ifndef CLI_CHILD_H
#define CLI_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "cli/text.h"

/* Begins a program, looked up in PATH, in a new process group, which ends when
 * cli_await_child() gives up.  It reads from a file; what it prints goes to standard
 * error, since standard output is for results.  Returns 0 or an error. */
extern int cli_begin_child(const char *const *argv, int input, pid_t *pid);

/* Waits until it has ended: some seconds at most, then it is killed; without limit if
 * that is 0.  Returns its status, as waitpid() does. */
extern int cli_await_child(pid_t pid, int seconds);

/* Adds how a program has failed, nothing if it has not. */
extern void cli_add_failure(cli_text *text, int status);

#endif /* CLI_CHILD_H */
