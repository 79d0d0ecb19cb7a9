/*
 * interrupt.c
 *	  Ctrl-C: the first one cancels the call that runs, the next one ends the
 *	  command.
 */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "cli/interrupt.h"

static cli_database *volatile running;
static volatile sig_atomic_t interrupts;

static void
handle(int signal)
{
	int saved = errno;
	cli_database *db = running;

	(void) signal;
	interrupts++;
	if (interrupts > 1)
		_exit(2);
	if (db)
		db->driver->cancel(db);
	errno = saved;
}

void
cli_interrupt_setup(void)
{
	struct sigaction action = {.sa_handler = handle};

	sigemptyset(&action.sa_mask);
	/* a prompt for input ends: no SA_RESTART */
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	action.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &action, NULL);
}

void
cli_interrupt_begin(cli_database *db)
{
	running = db;
}

void
cli_interrupt_end(void)
{
	running = NULL;
}

bool
cli_interrupted(void)
{
	return interrupts > 0;
}
