/*
 * interrupt.c
 *	  Ctrl-C: the first one cancels the call that runs, the next one ends the
 *	  command; while it connects, the first one does.
 */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "cli/interrupt.h"

static cli_database *volatile running;
static volatile sig_atomic_t interrupts;
static volatile sig_atomic_t ends_at_once;

static void
handle(int signal)
{
	int saved = errno;
	cli_database *db = running;

	(void) signal;
	interrupts++;
	if (interrupts > 1 || ends_at_once)
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

void
cli_interrupt_ends(bool ends)
{
	ends_at_once = ends;
}

bool
cli_interrupted(void)
{
	return interrupts > 0;
}
