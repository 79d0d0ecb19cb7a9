/*
 * main.c
 *	  The command dbcare.
 */
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "cli/interrupt.h"
#include "cli/target.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

/* A SQLite file that migrate would make is an empty database. */
static void
foresee(const cli_invocation *invocation, cli_target *target)
{
	if (!(invocation->verb->properties & CLI_FORESEES) ||
		target->engine != DBC_ON_SQLITE || !cli_sqlite_is_missing(target->text))
		return;
	if (!invocation->quiet)
		cli_note("%s does not exist: as in an empty database.", target->text);
	target->text = ":memory:";
}

static int
run(cli_invocation *invocation)
{
	const cli_verb *verb = invocation->verb;
	cli_target target;
	int code = CLI_ERROR;

	invocation->db.quiet = invocation->quiet;
	invocation->db.verb = verb;
	if (verb->properties & CLI_OFFLINE || cli_given(invocation, "--all"))
		return verb->run(invocation);
	if (!(verb->run == cli_run_lint
			  ? cli_find_lint_target(invocation, &target)
			  : cli_find_target(invocation->database, &target)))
		return CLI_ERROR;
	foresee(invocation, &target);
	if (cli_open(&invocation->db, &target, verb->properties & CLI_CREATES))
		code = verb->run ? verb->run(invocation) : cli_run_verb(invocation);
	cli_close(&invocation->db);
	return code;
}

int
main(int argc, char **argv)
{
	cli_invocation invocation = {.format = CLI_TABLE};
	int code;

#ifdef PR_SET_DUMPABLE
	/* a core file would contain passwords */
	prctl(PR_SET_DUMPABLE, 0);
#endif
	cli_terminal_setup();
	cli_interrupt_setup();
	if (argc == 2 && strcmp(argv[1], "--version") == 0)
	{
		cli_put("dbcare " DBC_VERSION "\n");
		return cli_output_done() ? CLI_SOUND : CLI_ERROR;
	}
	if (!cli_read_arguments(argc, argv, &invocation))
		return CLI_ERROR;
	code = run(&invocation);
	return cli_output_done() ? code : CLI_ERROR;
}
