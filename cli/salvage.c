/*
 * salvage.c
 *	  The verb salvage: it reads the file of the database without opening it as
 *	  one, so the function runs in an empty database in memory.
 */
#include <stdlib.h>

#include "cli/terminal.h"
#include "cli/verbs.h"

int
cli_run_salvage(cli_invocation *invocation)
{
	static const cli_target memory = {DBC_ON_SQLITE, ":memory:", "--db", NULL};
	cli_target target;
	cli_result result;
	int code = CLI_ERROR;

	if (!cli_find_target(invocation->database, &target))
		return CLI_ERROR;
	if (target.engine != DBC_ON_SQLITE)
	{
		cli_complain(
			"salvage reads a file of SQLite", NULL,
			"Pass --db FILE; on PostgreSQL: select dbcheck_salvage('TABLE', "
			"'NEW_TABLE');");
		return CLI_ERROR;
	}
	if (cli_open(&invocation->db, &memory, false))
	{
		cli_set_argument(invocation, "source", target.text);
		if (cli_call_verb(invocation, &result))
		{
			cli_show_result(invocation, &result);
			code = cli_judge(invocation, &result);
			cli_free_result(&result);
		}
	}
	cli_close(&invocation->db);
	return code;
}
