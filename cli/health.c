/*
 * health.c
 *	  The verbs health and report.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/document.h"
#include "cli/fleet.h"
#include "cli/folder.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

/* Whether the report as text is that of a healthy database: asking for the
 * status alone would run every check again. */
static bool
says_healthy(const char *report)
{
	int end = 0;

	/* names stand behind it */
	return report &&
		   sscanf(report, " Health: %*d of 100 (healthy)%n", &end) == 0 &&
		   end > 0;
}

static void
set_level(cli_invocation *invocation)
{
	if (cli_given(invocation, "--full"))
		cli_set_option(invocation, "level", "\"full\"");
}

/* People read the text, programs the document. */
int
cli_run_health(cli_invocation *invocation)
{
	cli_verb text = *invocation->verb;
	cli_result result;
	int code = CLI_FINDINGS;

	set_level(invocation);
	if (cli_given(invocation, "--all"))
		return cli_health_of_all(invocation);
	if (invocation->format == CLI_TABLE)
	{
		text.function = "dbhealth_text";
		invocation->verb = &text;
	}
	if (!cli_call_verb(invocation, &result))
		return CLI_ERROR;
	cli_show_result(invocation, &result);
	if (invocation->format == CLI_TABLE)
		code = says_healthy(result.cells[0]) ? CLI_SOUND : CLI_FINDINGS;
	else
	{
		char *status = cli_at(result.cells[0], "$.status");

		if (status && strcmp(status, "healthy") == 0)
			code = CLI_SOUND;
		free(status);
	}
	cli_free_result(&result);
	return code;
}

int
cli_run_report(cli_invocation *invocation)
{
	const char *path = cli_given(invocation, "--html");
	cli_verb text = *invocation->verb;
	cli_result result;
	bool written = true;

	if (!path)
	{
		text.function = "dbhealth_text";
		invocation->verb = &text;
	}
	set_level(invocation);
	if (!cli_call_verb(invocation, &result))
		return CLI_ERROR;
	if (path && strcmp(path, "-") != 0)
		written = cli_replace_file(path, result.cells[0]);
	else
		cli_show_result(invocation, &result);
	cli_free_result(&result);
	return written ? CLI_SOUND : CLI_ERROR;
}
