/*
 * serve_view.c
 *	  What a process of the verb serve asks a database; see serve.h.
 *
 * Its answer is that of a look: after the line of the health report if it is one, a line
 * with the letter = and the text; with the letter ! of a migration that has failed.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/document.h"
#include "cli/serve.h"

/* The most bytes of an answer. */
#define MOST_BYTES (32 << 20)

/* Leaves of rows the columns with these names. */
static void
choose_columns(cli_result *rows, const char *names)
{
	char *words = cli_copy(names);
	const char **list = cli_alloc(strlen(names) + 1, sizeof(*list));
	char *rest = NULL;
	int count = 0;

	for (char *word = strtok_r(words, " ", &rest); word;
		 word = strtok_r(NULL, " ", &rest))
		list[count++] = word;
	cli_choose_columns(rows, list);
	free(list);
	free(words);
}

static bool
call(cli_database *db, int number, cli_text *answer)
{
	const cli_view *view = &cli_views[number];
	cli_result result;

	if (!cli_call(db, view->function, NULL, &result))
		return false;
	if (number == CLI_VIEW_health && result.cells[0])
		cli_add_health(answer, result.cells[0]);
	cli_add(answer, "=\n");
	if (view->columns)
	{
		choose_columns(&result, view->columns);
		cli_add_rows_json(answer, &result);
	}
	else
		cli_addf(answer, "%s\n", result.cells[0] ? result.cells[0] : "null");
	cli_free_result(&result);
	if (answer->length <= MOST_BYTES)
		return true;
	cli_set_error(db, "the answer has more than 32 MB", NULL, NULL);
	return false;
}

/* Applies what is pending, on a connection that may write. */
static bool
migrate(cli_database *db, cli_text *answer)
{
	static const char *const args[] = {NULL, "{\"on_error\": \"report\"}"};
	/* the one of the views only reads */
	cli_database own = {.quiet = true};
	char *result = NULL;

	if (cli_connect(&own, &db->target, false))
		result = cli_call_value(&own, "dbmigrate_apply", args);
	if (result)
	{
		char *success = cli_at(result, "$.success");

		cli_addf(answer, "%s\n%s\n",
				 success && strcmp(success, "true") == 0 ? "=" : "!", result);
		free(success);
	}
	else
		cli_set_error(db, own.error.message, own.error.detail, own.error.hint);
	free(result);
	cli_close(&own);
	return result != NULL;
}

/* Settings of a session could be those of others, behind a pooler. */
bool
cli_ask_view(cli_database *db, const cli_task *task, cli_text *answer)
{
	bool is_postgresql = db->target.engine == DBC_ON_POSTGRESQL;
	cli_text limit = {0};
	bool done;

	if (task->kind == CLI_SERVE_MIGRATE)
		return migrate(db, answer);
	cli_addf(&limit, "set local statement_timeout = '%ds'",
			 CLI_SERVE_SECONDS - 5);
	done =
		!is_postgresql ||
		(cli_command(db, "begin isolation level repeatable read read only") &&
		 cli_command(db, limit.data));
	cli_text_free(&limit);
	done = done && call(db, task->kind, answer);
	/* the error of a failure stays, unless the connection is lost */
	if (is_postgresql && (done || !db->error.lost))
		done = cli_command(db, "rollback") && done;
	return done;
}
