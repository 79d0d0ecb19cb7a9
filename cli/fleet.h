/*
 * fleet.h
 *	  Many databases, those that dbcare.toml lists.
 */
#ifndef CLI_FLEET_H
#define CLI_FLEET_H

#include <signal.h>

#include "cli/config.h"
#include "cli/pool.h"
#include "cli/verbs.h"

/* The value of --config, or the default. */
extern const char *cli_config_path(const cli_invocation *invocation);

/* As many processes as databases and connections allow, at most so many. */
extern int cli_pool_size(const cli_config *config, int most);

/* The lines of an answer of a look, one after the other. */
typedef struct cli_lines
{
	char *at; /* changed while it is read */
} cli_lines;

/* Reads a line: its letter, and fields, "" where there are not so many; 0: there is
 * no other one. */
extern char cli_next_line(cli_lines *lines, char **fields, int nfields);

/* Blocks the signals but where answers are waited for, so that none is missed; mask
 * gets what was blocked before.  Those that end the command set the variable. */
extern void cli_fleet_signals(sigset_t *mask);
extern volatile sig_atomic_t cli_fleet_ended;

/* Set by SIGHUP: the file is to be read again. */
extern volatile sig_atomic_t cli_fleet_changed;

/* Has read(arg) read the file again, and says what became of it. */
extern void cli_read_again(const char *path, bool (*read)(void *arg),
						   void *arg);

/* The verb health with --all. */
extern int cli_health_of_all(cli_invocation *invocation);

#endif /* CLI_FLEET_H */
