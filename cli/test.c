/*
 * test.c
 *	  The verb test: results of dbmigrate_test() for people and as TAP.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "cli/document.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

/* Adds a line, unless it is null. */
static void
add_line(cli_text *out, char *line)
{
	if (line)
		cli_addf(out, "%s%s", out->length > 0 ? "\n" : "", line);
	free(line);
}

/* Adds what the way down left different. */
static void
add_differences(cli_text *out, const char *tested)
{
	char *list = cli_at(tested, "$.differences");
	cli_result differences = cli_entries(list ? list : "[]");

	for (int i = 0; i < differences.nrows; i++)
	{
		const char *each = *cli_cell(&differences, i, 1);
		char *type = cli_at(each, "$.object_type");
		char *object = cli_at(each, "$.object");
		char *change = cli_at(each, "$.change");
		char *cosmetic = cli_at(each, "$.cosmetic");
		cli_text line = {0};

		cli_addf(&line, "%s %s: %s by up and down%s", type ? type : "",
				 object ? object : "", change ? change : "",
				 cosmetic && strcmp(cosmetic, "true") == 0 ? " (cosmetic)"
														   : "");
		add_line(out, line.data);
		free(type);
		free(object);
		free(change);
		free(cosmetic);
	}
	cli_free_result(&differences);
	free(list);
}

/* What is wrong with a migration, in lines; "" if nothing is. */
static cli_text
problems_of(const char *tested)
{
	cli_text problems = {0};

	add_line(&problems, cli_at(tested, "$.error.message"));
	add_line(&problems, cli_at(tested, "$.error.detail"));
	add_line(&problems, cli_at(tested, "$.error.hint"));
	add_line(&problems, cli_at(tested, "$.error.context"));
	add_differences(&problems, tested);
	return problems;
}

/* Whether a member of a result has this value. */
static bool
member_is(const char *tested, const char *path, const char *wanted)
{
	char *value = cli_at(tested, path);
	bool same = value && strcmp(value, wanted) == 0;

	free(value);
	return same;
}

/* Whether all that was run of a migration went well. */
static bool
has_passed(const char *tested)
{
	return member_is(tested, "$.up", "ok") &&
		   !member_is(tested, "$.down", "failed") &&
		   !member_is(tested, "$.restored", "false") &&
		   !member_is(tested, "$.reup", "failed");
}

/* ---- the Test Anything Protocol ---- */

/* Adds lines as comments of TAP. */
static void
add_comments(cli_text *out, const char *lines)
{
	while (*lines)
	{
		size_t length = strcspn(lines, "\n");
		char *line = cli_copy_bytes(lines, length);

		cli_add(out, "# ");
		cli_add_shown(out, line, -1, false);
		cli_add(out, "\n");
		free(line);
		lines += length;
		lines += *lines == '\n';
	}
}

/* Adds the description of a test: a # would begin a directive such as TODO. */
static void
add_description(cli_text *out, const char *text)
{
	cli_text shown = {0};

	cli_add_shown(&shown, text, -1, false);
	for (const char *at = cli_text_of(&shown); *at; at++)
		cli_addf(out, *at == '#' ? "\\%c" : "%c", *at);
	cli_text_free(&shown);
}

static void
put_tap(const cli_result *results)
{
	cli_text out = {0};

	cli_addf(&out, "1..%d\n", results->nrows);
	for (int i = 0; i < results->nrows; i++)
	{
		const char *each = *cli_cell(results, i, 1);
		char *version = cli_at(each, "$.version");
		char *up = cli_at(each, "$.up");
		char *down = cli_at(each, "$.down");
		cli_text problems = problems_of(each);
		bool ok = has_passed(each);

		cli_addf(&out, "%s %d - ", ok ? "ok" : "not ok", i + 1);
		add_description(&out, version ? version : "");
		cli_addf(&out, " up %s, down %s\n", up ? up : "not run",
				 down ? down : "not run");
		add_comments(&out, cli_text_of(&problems));
		free(version);
		free(up);
		free(down);
		cli_text_free(&problems);
	}
	cli_put(out.data);
	cli_text_free(&out);
}

/* ---- for people ---- */

/* Adds what is wrong with each migration that has not passed, the first one
 * first; returns how many these are. */
static int
add_failures(cli_text *out, const cli_result *results)
{
	int count = 0;

	for (int row = 0; row < results->nrows; row++)
	{
		const char *each = *cli_cell(results, row, 1);
		char *version = cli_at(each, "$.version");
		cli_text problems = problems_of(each);
		bool ok = has_passed(each);

		if (problems.length > 0 || !ok)
		{
			cli_add(out, "migration ");
			cli_add_shown(out, version ? version : "", -1, false);
			cli_add(out, ok ? " differs:\n" : " failed:\n");
			cli_add_named(out, "", cli_text_of(&problems), 2, cli_width(),
						  INT_MAX);
		}
		count += !ok;
		cli_text_free(&problems);
		free(version);
	}
	return count;
}

static void
put_table(const cli_result *results)
{
	static const char *const names[] = {"version", "up", "down", "reup"};
	static const char *const paths[] = {"$.version", "$.up", "$.down",
										"$.reup"};
	cli_result table = cli_new_result(4, results->nrows);
	cli_text out = {0};
	int failed = add_failures(&out, results);

	for (int i = 0; i < 4; i++)
	{
		table.names[i] = cli_copy(names[i]);
		table.types[i] = DBC_T_TEXT;
	}
	for (int row = 0; row < results->nrows; row++)
	{
		const char *each = *cli_cell(results, row, 1);

		for (int i = 0; i < 4; i++)
			*cli_cell(&table, row, i) = cli_at(each, paths[i]);
	}
	cli_add_table(&out, &table, cli_width(), CLI_CELL_LINES);
	cli_add_count(&out, results->nrows, "migration");
	cli_addf(&out, " tested, %d failed\n", failed);
	cli_put(out.data);
	cli_free_result(&table);
	cli_text_free(&out);
}

/* ---- the verb ---- */

static int
run_tests(cli_invocation *invocation)
{
	cli_result result;
	cli_result results;
	char *list;
	int code;

	if (!cli_call_verb(invocation, &result))
		return CLI_ERROR;
	list = cli_at(result.cells[0], "$.results");
	results = cli_entries(list ? list : "[]");
	if (cli_given(invocation, "--tap"))
		put_tap(&results);
	else if (invocation->format != CLI_TABLE)
		cli_show_result(invocation, &result);
	else if (!invocation->quiet && results.nrows > 0)
		put_table(&results);
	else if (!invocation->quiet)
		cli_put("nothing to test\n");
	code = cli_judge(invocation, &result);
	cli_free_result(&results);
	cli_free_result(&result);
	free(list);
	return code;
}

int
cli_run_test(cli_invocation *invocation)
{
	int code;

	if (!cli_may_run(invocation) || !cli_begin_with_folder(invocation))
		return CLI_ERROR;
	code = run_tests(invocation);
	cli_command(&invocation->db, "rollback");
	return code;
}
