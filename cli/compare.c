/*
 * compare.c
 *	  Verbs that compare the folder of migrations with the database: status,
 *	  plan, verify and drift.  They register the files in a transaction that
 *	  they undo.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/document.h"
#include "cli/migrations.h"
#include "cli/terminal.h"

/* Registers the folder, runs the verb, and undoes both. */
int
cli_run_compared(cli_invocation *invocation, int (*run)(cli_invocation *))
{
	int code;

	if (!cli_reads_folder(invocation))
		return run(invocation);
	if (!cli_begin_with_folder(invocation))
		return CLI_ERROR;
	code = run(invocation);
	cli_command(&invocation->db, "rollback");
	return code;
}

/* ---- status ---- */

/* The number of rows whose cell in a column is this text. */
static int
count_cells(const cli_result *result, const char *name, const char *text)
{
	int column = cli_column(result, name);
	int count = 0;

	for (int row = 0; row < result->nrows; row++)
	{
		const char *cell = *cli_cell(result, row, column);

		count += cell && strcmp(cell, text) == 0;
	}
	return count;
}

/* The last line: "3 migrations: 2 applied, 1 pending". */
static void
conclude_status(const cli_result *result)
{
	static const char *const states[] = {"applied",	 "pending", "failed",
										 "modified", "missing", NULL};
	cli_text line = {0};
	const char *before = ": ";

	cli_add_count(&line, result->nrows, "migration");
	for (int i = 0; states[i]; i++)
	{
		int count = count_cells(result, "state", states[i]);

		if (count > 0)
			cli_addf(&line, "%s%d %s", before, count, states[i]);
		before = count > 0 ? ", " : before;
	}
	cli_add(&line, "\n");
	cli_put(line.data);
	cli_text_free(&line);
}

/* What the folder has besides migrations, and why it is left out. */
static void
show_left_out(const cli_invocation *invocation, const char *loaded)
{
	char *list = loaded ? cli_at(loaded, "$.ignored") : NULL;
	cli_result files = cli_entries(list ? list : "[]");

	for (int row = 0; row < files.nrows; row++)
	{
		const char *each = *cli_cell(&files, row, 1);
		char *file = cli_at(each, "$.file");
		char *reason = cli_at(each, "$.reason");
		cli_text line = {0};

		cli_addf(&line, "ignored %s/%s: %s\n", cli_folder_of(invocation),
				 file ? file : "", reason ? reason : "");
		cli_put_raw(line.data);
		cli_text_free(&line);
		free(file);
		free(reason);
	}
	cli_free_result(&files);
	free(list);
}

/* Where no migration of the folder is applied, another tool may have run them. */
static void
show_other_ledger(cli_invocation *invocation, const cli_result *status,
				  const char *loaded)
{
	bool fresh =
		loaded && count_cells(status, "state", "pending") == status->nrows;
	char *tool = fresh ? cli_other_tool(&invocation->db) : NULL;
	cli_text line = {0};

	if (!tool)
		return;
	cli_addf(&line,
			 "%s has run migrations here: dbcare adopt takes its ledger over\n",
			 tool);
	cli_put(line.data);
	cli_text_free(&line);
	free(tool);
}

/* People see version, name, state, time, who, and what is wrong if anything
 * is. */
static int
show_status(cli_invocation *invocation, const char *loaded)
{
	static const char *const columns[] = {"version",	"name",		  "state",
										  "applied_at", "applied_by", "problem",
										  NULL};
	static const char *const sound[] = {"version",	  "name",		"state",
										"applied_at", "applied_by", NULL};
	cli_result result;
	bool for_people = invocation->format == CLI_TABLE && !invocation->quiet;
	bool blocked = false;
	bool troubled = false;

	if (!cli_call_verb(invocation, &result))
		return CLI_ERROR;
	for (int row = 0; row < result.nrows; row++)
	{
		const char *blocks =
			*cli_cell(&result, row, cli_column(&result, "blocks"));

		blocked = blocked || (blocks && (*blocks == '1' || *blocks == 't'));
		troubled =
			troubled || *cli_cell(&result, row, cli_column(&result, "problem"));
	}
	if (invocation->format == CLI_TABLE && !cli_given(invocation, "--verbose"))
		cli_choose_columns(&result, troubled ? columns : sound);
	cli_show_result(invocation, &result);
	if (for_people)
	{
		show_left_out(invocation, loaded);
		show_other_ledger(invocation, &result, loaded);
		conclude_status(&result);
	}
	cli_free_result(&result);
	return blocked ? CLI_FINDINGS : CLI_SOUND;
}

/* Compares the folder with the database.  Where nothing can be written, the
 * registered migrations are shown, and the exit code is that of migrate, which
 * would be refused. */
int
cli_run_status(cli_invocation *invocation)
{
	char *loaded = NULL;
	bool begun = false;
	int code;

	if (cli_reads_folder(invocation))
	{
		begun = cli_begin(invocation);
		if (begun && !cli_load_folder(invocation, &loaded) &&
			!invocation->db.error.unwritable)
			return invocation->db.error.message
					   ? cli_fail(invocation, "dbmigrate_load")
					   : CLI_ERROR;
		if (!loaded && invocation->db.error.message)
		{
			cli_note("The folder is not compared: %s.",
					 invocation->db.error.message);
			if (begun)
				cli_command(&invocation->db, "rollback");
			code = show_status(invocation, NULL);
			return code == CLI_SOUND ? CLI_FINDINGS : code;
		}
	}
	code = show_status(invocation, loaded);
	if (begun)
		cli_command(&invocation->db, "rollback");
	free(loaded);
	return code;
}

/* ---- plan ---- */

/* People see what is run, the locks that it takes, and what lint finds. */
static int
plan(cli_invocation *invocation)
{
	static const char *const columns[] = {"version",	"statement",
										  "lock_level", "rewrites_table",
										  "finding",	NULL};
	bool for_people = invocation->format == CLI_TABLE && !invocation->quiet;
	cli_result result;
	cli_text line = {0};

	if (!cli_call_verb(invocation, &result))
		return CLI_ERROR;
	if (invocation->format == CLI_TABLE && !cli_given(invocation, "--verbose"))
		cli_choose_columns(&result, columns);
	cli_show_result(invocation, &result);
	if (result.nrows == 0)
		cli_add(&line, "nothing to run");
	else
		cli_add_count(&line, result.nrows, "statement");
	cli_add(&line, "\n");
	if (for_people)
		cli_put(line.data);
	cli_free_result(&result);
	cli_text_free(&line);
	return CLI_SOUND;
}

int
cli_run_planned(cli_invocation *invocation)
{
	return cli_run_compared(invocation, plan);
}

/* ---- verify, drift ---- */

/* Adds how many migrations were verified. */
static bool
add_verified(cli_invocation *invocation, cli_text *line)
{
	cli_result status;

	if (!cli_call(&invocation->db, "dbmigrate_status", NULL, &status))
		return false;
	cli_add_count(line, status.nrows - count_cells(&status, "state", "pending"),
				  "migration");
	cli_add(line, ", ");
	cli_free_result(&status);
	return true;
}

/* Each row is a finding; without one that is said. */
static int
find(cli_invocation *invocation)
{
	bool drift = strcmp(invocation->verb->name, "drift") == 0;
	bool for_people = invocation->format == CLI_TABLE && !invocation->quiet;
	cli_result result;
	cli_text line = {0};
	int code;

	if (!cli_call_verb(invocation, &result))
		return CLI_ERROR;
	cli_show_result(invocation, &result);
	if (for_people && !drift && !add_verified(invocation, &line))
		return cli_fail(invocation, "dbmigrate_status");
	if (result.nrows == 0 && drift)
		cli_add(&line, "no drift");
	else
		cli_add_count(&line, result.nrows, "difference");
	cli_add(&line, "\n");
	if (for_people)
		cli_put(line.data);
	code = cli_judge(invocation, &result);
	cli_free_result(&result);
	cli_text_free(&line);
	return code;
}

int
cli_run_verify(cli_invocation *invocation)
{
	return cli_run_compared(invocation, find);
}
