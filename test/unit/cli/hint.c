/*
 * hint.c
 *	  Hints of functions as command lines.
 */
#include "test/unit/fake/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/hint.h"

#include "common/core/inner_call.h"

/* A text of a function, as the command says it for a verb. */
static void
says(const char *verb, const char *text, const char *wanted)
{
	const cli_verb *found = verb ? cli_find_verb(verb) : NULL;
	char *said = cli_speak(text, found,
						   found ? dbc_find_function(found->function) : NULL);

	assert_string_equal(said, wanted);
	free(said);
}

static void
calls_are_command_lines(void **state)
{
	(void) state;
	says(NULL, "Run it with dbmigrate_deploy().", "Run it with dbcare deploy.");
	says(NULL, "select dbmigrate_repair('{\"accept\": [\"1\", \"2\"]}');",
		 "dbcare repair-migrations --accept 1,2");
	says(NULL, "CALL dbmigrate_deploy() and {\"rollback\": true} undo it.",
		 "dbcare deploy --rollback undo it.");
	says(NULL, "dbcheck_undo(3) takes it back", "dbcare undo 3 takes it back");
	says(NULL, "dbmonitor_sample() measures",
		 "dbcare call dbmonitor_sample measures");
	/* what is no call of dbcare's */
	says(NULL, "my.dbmigrate_deploy() and dbmigrate_deploys()",
		 "my.dbmigrate_deploy() and dbmigrate_deploys()");
}

static void
options_are_flags(void **state)
{
	(void) state;
	says("repair", "Set the option orphans, rules or indexes.",
		 "Set --orphans, --rules or --indexes.");
	says("adopt", "Name the tool with the option \"tool\".",
		 "Name the tool with --tool.");
	says("adopt", "If so, pass the name as option \"table\".",
		 "If so, pass the name as -o table=VALUE.");
	says("adopt", "Remove the option keep_old.", "Remove --keep-old.");
	says("undo-changes", "null and the options actor and since.",
		 "null and --actor and --since.");
	says("deploy", "Pass the option {\"rollback\": true}.", "Pass --rollback.");
	says("migrate",
		 "Pass it with the option {\"vars\": {\"a b\": \"...\"}}; or",
		 "Pass it with --var 'a b=...'; or");
	says("check", "set the option all of dbcheck_constraints() to true",
		 "set the option all of dbcare call dbcheck_constraints to true");
	/* another function has them */
	says("status", "Set the option orphans.", "Set the option orphans.");
	says(NULL, "Set the option orphans.", "Set the option orphans.");
	says("repair", "no adoption orphans", "no adoption orphans");
}

/* A hint about any option of any verb can be typed. */
static void
each_option_can_be_typed(void **state)
{
	(void) state;
	for (const cli_verb *verb = cli_verbs; verb->name; verb++)
	{
		const dbc_function *fn =
			verb->function ? dbc_find_function(verb->function) : NULL;

		for (const dbc_option *option = fn ? fn->options : NULL;
			 option && option->name; option++)
		{
			char hint[128];
			char *said;

			snprintf(hint, sizeof(hint), "Set the option \"%s\".",
					 option->name);
			said = cli_speak(hint, verb, fn);
			if (strncmp(said, "Set -", strlen("Set -")) != 0)
				fail_msg("%s: %s", verb->name, said);
			free(said);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_are_command_lines),
		cmocka_unit_test(options_are_flags),
		cmocka_unit_test(each_option_can_be_typed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
