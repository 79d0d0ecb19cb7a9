/*
 * monitor.c
 *	  The verb monitor.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/interrupt.h"
#include "cli/terminal.h"
#include "cli/top.h"
#include "cli/verbs.h"
#include "cli/watch.h"

static int
call(cli_invocation *invocation, const char *function)
{
	cli_verb verb = *invocation->verb;

	verb.function = function;
	invocation->verb = &verb;
	return cli_run_verb(invocation);
}

/* On SQLite a thread of this process takes the samples, until it is
 * interrupted. */
static int
start(cli_invocation *invocation)
{
	int code = call(invocation, "dbmonitor_start");

	if (code != CLI_SOUND || invocation->db.target.engine != DBC_ON_SQLITE)
		return code;
	if (!invocation->quiet)
		cli_note("Samples are taken until this command is interrupted.");
	/* a signal between the question and the wait costs a second */
	while (!cli_interrupted())
		sleep(1);
	return CLI_SOUND;
}

int
cli_run_monitor(cli_invocation *invocation)
{
	const char *action = cli_given(invocation, "start|stop|status|top|watch");
	bool watches = strcmp(action, "watch") == 0;

	if (!watches &&
		(cli_given(invocation, "--exec") || cli_given(invocation, "--webhook")))
	{
		cli_complain("--exec and --webhook are flags of monitor watch", NULL,
					 NULL);
		return CLI_ERROR;
	}
	if (watches)
		return cli_watch(invocation);
	if (strcmp(action, "start") == 0)
		return start(invocation);
	if (strcmp(action, "top") == 0)
		return cli_top(invocation);
	if (cli_given(invocation, "--interval"))
	{
		cli_complain("--interval is a flag of monitor start and monitor watch",
					 NULL, NULL);
		return CLI_ERROR;
	}
	if (strcmp(action, "stop") == 0)
		return call(invocation, "dbmonitor_stop");
	if (strcmp(action, "status") == 0)
		return call(invocation, "dbmonitor_status");
	cli_complain("monitor takes start, stop, status, top or watch", NULL, NULL);
	return CLI_ERROR;
}
