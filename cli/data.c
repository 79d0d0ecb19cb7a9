/*
 * data.c
 *	  The verbs init, sync, export and settings.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/folder.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

/* ---- init ---- */

static int
list_packs(cli_invocation *invocation)
{
	static const char *const columns[] = {"name", "description", NULL};
	cli_result packs;

	if (!cli_call(&invocation->db, "dbinit_packs", NULL, &packs))
		return cli_fail(invocation, "dbinit_packs");
	if (invocation->format == CLI_TABLE)
		cli_choose_columns(&packs, columns);
	cli_show(&packs, invocation->format);
	cli_free_result(&packs);
	return CLI_SOUND;
}

/* The packs are in the command: listing them needs no database. */
int
cli_run_init(cli_invocation *invocation)
{
	bool lists = cli_given(invocation, "--list") != NULL;
	cli_target target = {DBC_ON_SQLITE, ":memory:", "--list", NULL};
	int code = CLI_ERROR;

	if (!lists && !cli_given(invocation, "--pack"))
	{
		cli_complain("no pack was named", NULL,
					 "dbcare init --list lists the packs, which are examples; "
					 "--pack NAME or --pack @FILE runs one.");
		return CLI_ERROR;
	}
	if (!lists && !cli_find_target(invocation->database, &target))
		return CLI_ERROR;
	if (cli_open(&invocation->db, &target, true))
		code = lists ? list_packs(invocation) : cli_run_verb(invocation);
	cli_close(&invocation->db);
	return code;
}

/* ---- sync ---- */

/* The name of a table without PostgreSQL's usual schema, which SQLite has not.
 */
static const char *
bare_name(const char *table)
{
	static const char schema[] = "public.";

	return strncmp(table, schema, strlen(schema)) == 0 ? table + strlen(schema)
													   : table;
}

/* The row of a table in a result of dbsync_digest(), or -1. */
static int
row_of(const cli_result *digests, const char *table)
{
	int column = cli_column(digests, "table_name");

	for (int row = 0; row < digests->nrows; row++)
	{
		if (strcmp(bare_name(*cli_cell(digests, row, column)),
				   bare_name(table)) == 0)
			return row;
	}
	return -1;
}

/* The cell of a table; NULL if the table is not there. */
static const char *
cell_of(const cli_result *digests, const char *table, const char *name)
{
	int row = row_of(digests, table);

	return row < 0 ? NULL : *cli_cell(digests, row, cli_column(digests, name));
}

/* Adds a row for a table whose digests differ. */
static void
add_difference(cli_result *differences, const cli_result *here,
			   const cli_result *there, const char *table)
{
	const char *left = cell_of(here, table, "digest");
	const char *right = cell_of(there, table, "digest");
	const char *cells[] = {table, cell_of(here, table, "row_count"),
						   cell_of(there, table, "row_count")};

	if (left && right && strcmp(left, right) == 0)
		return;
	for (int i = 0; i < 3; i++)
		*cli_cell(differences, differences->nrows, i) =
			cells[i] ? cli_copy(cells[i]) : NULL;
	differences->nrows++;
}

/* The tables of which one database has other rows, or no such table. */
static cli_result
compare(const cli_result *here, const cli_result *there)
{
	static const char *const names[] = {"table_name", "rows_here",
										"rows_there"};
	cli_result differences = cli_new_result(3, here->nrows + there->nrows);
	int column = cli_column(here, "table_name");

	differences.nrows = 0;
	for (int i = 0; i < 3; i++)
	{
		differences.names[i] = cli_copy(names[i]);
		differences.types[i] = i == 0 ? DBC_T_TEXT : DBC_T_INT;
	}
	for (int row = 0; row < here->nrows; row++)
		add_difference(&differences, here, there, *cli_cell(here, row, column));
	for (int row = 0; row < there->nrows; row++)
	{
		if (row_of(here, *cli_cell(there, row, column)) < 0)
			add_difference(&differences, here, there,
						   *cli_cell(there, row, column));
	}
	return differences;
}

int
cli_run_sync(cli_invocation *invocation)
{
	cli_database other = {0};
	cli_target target;
	cli_result here;
	cli_result there;
	cli_result differences;
	int code;

	if (!cli_argument_target(cli_given(invocation, "DATABASE"), "DATABASE",
							 &target) ||
		!cli_open(&other, &target, false) || !cli_call_verb(invocation, &here))
		return CLI_ERROR;
	if (!cli_call(&other, "dbsync_digest", invocation->args, &there))
	{
		cli_print_error(&other);
		return CLI_ERROR;
	}
	differences = compare(&here, &there);
	cli_show_result(invocation, &differences);
	code = cli_judge(invocation, &differences);
	cli_free_result(&here);
	cli_free_result(&there);
	cli_free_result(&differences);
	cli_close(&other);
	return code;
}

/* ---- export ---- */

/* Writes all of an open file to standard output. */
static bool
write_out(int file)
{
	static char block[1 << 16];
	ssize_t length;

	cli_output_done();
	while ((length = read(file, block, sizeof(block))) > 0)
		for (ssize_t done = 0; done < length;)
		{
			ssize_t part =
				write(STDOUT_FILENO, block + done, (size_t) (length - done));

			if (part < 0 && errno != EINTR)
			{
				cli_complain("could not write the rows", strerror(errno), NULL);
				return false;
			}
			done += part < 0 ? 0 : part;
		}
	if (length < 0)
		cli_complain("could not read the rows", strerror(errno), NULL);
	return length == 0;
}

/* Exports to a file that is gone when it is written out: the index of its rows
 * is written last, and a failure in between writes nothing. */
static int
export_to_output(cli_invocation *invocation)
{
	char *scratch =
		cli_new_scratch("Set TMPDIR to a directory with room for the rows.");
	cli_text path = {0};
	int file = -1;
	cli_result result;
	bool written = false;

	if (!scratch)
		return CLI_ERROR;
	cli_addf(&path, "%s/rows", scratch);
	cli_set_argument(invocation, "path", path.data);
	if (cli_call_verb(invocation, &result))
	{
		cli_free_result(&result);
		file = open(path.data, O_RDONLY | O_CLOEXEC);
	}
	(void) unlink(path.data);
	(void) rmdir(scratch);
	if (file >= 0)
	{
		written = write_out(file);
		(void) close(file);
	}
	cli_text_free(&path);
	free(scratch);
	return written ? CLI_SOUND : CLI_ERROR;
}

/* Why the verb export cannot run; NULL: it can. */
static const char *
export_obstacle(const cli_invocation *invocation, const char **hint)
{
	bool to_output = cli_given(invocation, "--stdout");

	*hint = "Name a file, or send --stdout to a file or a program.";
	if (to_output && cli_given(invocation, "FILE"))
		return "FILE and --stdout exclude each other";
	if (!to_output && !cli_given(invocation, "FILE"))
		return "FILE is missing";
	if (to_output && isatty(STDOUT_FILENO))
		return "standard output is a terminal";
	return NULL;
}

int
cli_run_export(cli_invocation *invocation)
{
	cli_database *db = &invocation->db;
	const char *hint;
	const char *obstacle = export_obstacle(invocation, &hint);
	bool to_output = cli_given(invocation, "--stdout");

	if (obstacle)
	{
		cli_complain(obstacle, NULL, hint);
		return CLI_ERROR;
	}
	if ((to_output || cli_given(invocation, "--here")) && !cli_call_here(db))
	{
		cli_print_error(db);
		return CLI_ERROR;
	}
	return to_output ? export_to_output(invocation) : cli_run_verb(invocation);
}

/* ---- settings ---- */

int
cli_run_settings(cli_invocation *invocation)
{
	const char *args[] = {cli_given(invocation, "NAME"),
						  cli_given(invocation, "VALUE")};
	const char *function = args[1] ? "dbcare_set" : "dbcare_get";
	cli_verb verb = *invocation->verb;
	cli_result result;

	if (!args[0])
		return cli_run_verb(invocation);
	if (args[1] && !*args[1])
		args[1] = NULL;
	if (!cli_call(&invocation->db, function, args, &result))
		return cli_fail(invocation, function);
	verb.function = function;
	invocation->verb = &verb;
	cli_show_result(invocation, &result);
	cli_free_result(&result);
	return CLI_SOUND;
}
