/*
 * interrupt.c
 *	  Ctrl-C: the first one cancels the call that runs, the next one ends the
 *	  command; while it connects, the first one does.
 */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli/interrupt.h"

static cli_database *volatile running;
static volatile sig_atomic_t interrupts;
static volatile sig_atomic_t ends_at_once;

/* How the terminal was before the command changed it, and what is sent to it to
 * restore it. */
static struct termios terminal;
static const char *volatile restoring;

/* Ends the command in a signal handler. */
static void
end(void)
{
	const char *text = restoring;

	if (text)
	{
		/* a failure cannot be told any more */
		ssize_t written = write(STDOUT_FILENO, text, strlen(text));

		(void) written;
		/* in the background, too */
		signal(SIGTTOU, SIG_IGN);
		tcsetattr(STDIN_FILENO, TCSANOW, &terminal);
	}
	_exit(2);
}

static void
handle(int signal)
{
	int saved = errno;
	cli_database *db = running;

	(void) signal;
	interrupts++;
	if (interrupts > 1 || ends_at_once)
		end();
	if (db)
		db->driver->cancel(db);
	errno = saved;
}

void
cli_interrupt_setup(void)
{
	/* a prompt for input ends: no SA_RESTART; the second one is handled
	 * although the first one still tries to reach a server that does not answer
	 */
	struct sigaction action = {.sa_handler = handle, .sa_flags = SA_NODEFER};

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGQUIT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	action.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &action, NULL);
	/* a file that is too large is an error like a full disk */
	sigaction(SIGXFSZ, &action, NULL);
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

void
cli_interrupt_restores(const char *text)
{
	if (!restoring)
		tcgetattr(STDIN_FILENO, &terminal);
	restoring = text;
}
