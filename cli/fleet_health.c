/*
 * fleet_health.c
 *	  The verb health with --all: the databases of dbcare.toml as one table.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/fleet.h"
#include "cli/interrupt.h"
#include "cli/look.h"
#include "cli/terminal.h"
#include "common/core/sort.h"

/* Reports at once, and how long one may take. */
#define MOST_AT_ONCE   8
#define REPORT_SECONDS 60

enum
{
	NAME,
	SCORE,
	STATUS,
	FINDING,
	COLUMNS
};

/* The worst first: what is unknown could be anything. */
static int
compare_rows(const void *left, const void *right)
{
	char *const *a = left;
	char *const *b = right;
	int score_of_a = a[SCORE] ? atoi(a[SCORE]) : -1;
	int score_of_b = b[SCORE] ? atoi(b[SCORE]) : -1;

	return score_of_a != score_of_b ? score_of_a - score_of_b
									: strcmp(a[NAME], b[NAME]);
}

static cli_result
new_table(const cli_config *config)
{
	static const char *const names[] = {"name", "score", "status", "finding"};
	cli_result table = cli_new_result(COLUMNS, config->count);

	for (int i = 0; i < COLUMNS; i++)
	{
		table.names[i] = cli_copy(names[i]);
		table.types[i] = i == SCORE ? DBC_T_INT : DBC_T_TEXT;
	}
	for (int i = 0; i < config->count; i++)
	{
		*cli_cell(&table, i, NAME) = cli_copy(config->databases[i].name);
		*cli_cell(&table, i, STATUS) = cli_copy("unknown");
	}
	return table;
}

/* Fills a row from an answer. */
static void
take_answer(cli_result *table, const cli_answer *answer)
{
	int row = answer->task.database;
	cli_lines lines = {answer->text ? answer->text : NULL};
	char *fields[3];
	char letter;

	if (answer->problem)
		*cli_cell(table, row, FINDING) = cli_copy(answer->problem);
	while ((letter = cli_next_line(&lines, fields, 3)))
	{
		if (letter != 'h')
			*cli_cell(table, row, FINDING) = cli_copy(fields[0]);
		for (int i = 0; letter == 'h' && i < 3; i++)
		{
			char **cell = cli_cell(table, row, SCORE + i);

			free(*cell);
			*cell = *fields[i] ? cli_copy(fields[i]) : NULL;
		}
	}
}

/* Asks all databases, some at once. */
static void
ask_all(cli_look *look, cli_result *table)
{
	int size = cli_pool_size(&look->config, MOST_AT_ONCE);
	cli_pool *pool = cli_new_pool(size, &cli_look_work, look);
	int next = 0;
	int answered = 0;

	look->connections = 1;
	while (answered < table->nrows && !cli_interrupted())
	{
		cli_answer answer;

		for (int i = 0; i < size && next < table->nrows; i++)
			if (!cli_pool_task(pool, i))
			{
				cli_task task = {next++, CLI_LOOK_HEALTH, -1};

				cli_pool_give(pool, i, &task, REPORT_SECONDS);
			}
		if (!cli_pool_wait(pool, 1, NULL, &answer))
			continue;
		take_answer(table, &answer);
		cli_free_answer(&answer);
		answered++;
	}
	cli_free_pool(pool);
}

/* "3 databases: 1 unknown, 1 critical, 1 healthy" */
static void
conclude(const cli_result *table)
{
	static const char *const all[] = {"unknown", "critical", "warning",
									  "healthy"};
	cli_text sentence = {0};
	const char *before = ": ";

	cli_add_count(&sentence, table->nrows, "database");
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
	{
		int count = 0;

		for (int row = 0; row < table->nrows; row++)
			count += strcmp(*cli_cell(table, row, STATUS), all[i]) == 0;
		if (count > 0)
		{
			cli_addf(&sentence, "%s%d %s", before, count, all[i]);
			before = ", ";
		}
	}
	cli_note("%s", sentence.data);
	cli_text_free(&sentence);
}

int
cli_health_of_all(cli_invocation *invocation)
{
	cli_look look = {.lock = -1};
	cli_text options = {0};
	cli_result table;
	int code = CLI_SOUND;

	if (invocation->database)
	{
		cli_complain("--db and --all exclude each other", NULL, NULL);
		return CLI_ERROR;
	}
	if (!cli_prepare_call(invocation) ||
		!cli_read_config(cli_config_path(invocation), &look.config))
		return CLI_ERROR;
	if (invocation->options.length > 0)
		cli_addf(&options, "{%s}", invocation->options.data);
	look.options = options.data;
	table = new_table(&look.config);
	ask_all(&look, &table);
	dbc_sort(table.cells, (size_t) table.nrows, COLUMNS * sizeof(char *),
			 compare_rows);
	for (int row = 0; row < table.nrows; row++)
		if (strcmp(*cli_cell(&table, row, STATUS), "healthy") != 0)
			code = CLI_FINDINGS;
	if (cli_interrupted())
	{
		cli_complain("cancelled", NULL, NULL);
		code = CLI_ERROR;
	}
	else if (invocation->format != CLI_TABLE || !invocation->quiet)
	{
		cli_show(&table, invocation->format);
		if (invocation->format == CLI_TABLE)
			conclude(&table);
	}
	cli_free_result(&table);
	cli_text_free(&options);
	cli_free_config(&look.config);
	return code;
}
