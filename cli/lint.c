/*
 * lint.c
 *	  The verb lint.
 */
#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "cli/document.h"
#include "cli/folder.h"
#include "cli/git.h"
#include "cli/lint_format.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

/* Whether a file is a migration of some tool, by its name or its marks, and no
 * plain script. */
static bool
is_migration(const char *path, const char *text)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	if (*name && strchr("VUR", *name))
		name++;
	return isdigit((unsigned char) *name) || strncmp(name, "__", 2) == 0 ||
		   strstr(text, "-- migrate:up") || strstr(text, "-- +goose") ||
		   strstr(text, "-- +migrate") || strstr(text, "liquibase formatted");
}

/* Adds the rows of a result to others, which then has their cells. file is what
 * they are about; NULL: the rows say so. */
static void
append(cli_result *all, cli_result *more, const char *file)
{
	int column = cli_column(more, "file");
	cli_result both = cli_new_result(more->ncolumns, all->nrows + more->nrows);

	for (int row = 0; file && row < more->nrows; row++)
	{
		free(*cli_cell(more, row, column));
		*cli_cell(more, row, column) = cli_copy(file);
	}
	for (int i = 0; i < both.ncolumns; i++)
	{
		both.names[i] = cli_copy(more->names[i]);
		both.types[i] = more->types[i];
	}
	for (int row = 0; row < both.nrows; row++)
	{
		cli_result *from = row < all->nrows ? all : more;
		int at = row < all->nrows ? row : row - all->nrows;

		for (int i = 0; i < both.ncolumns; i++)
		{
			*cli_cell(&both, row, i) = *cli_cell(from, at, i);
			*cli_cell(from, at, i) = NULL;
		}
	}
	cli_free_result(all);
	cli_free_result(more);
	*all = both;
}

/* Looks at one text, a script or {"file": "migration"}. */
static bool
lint_text(cli_invocation *invocation, const char *text, const char *file,
		  cli_result *all)
{
	cli_result result;

	cli_set_argument(invocation, "sql", text);
	if (!cli_call_verb(invocation, &result))
		return false;
	append(all, &result, file);
	return true;
}

/* What a file is called: standard input as an editor says. */
static const char *
name_of(const cli_invocation *invocation, const char *path)
{
	const char *name = cli_given(invocation, "--stdin-filepath");

	return name && strcmp(path, "-") == 0 ? name : path;
}

/* The files of the command line: migrations together, scripts each alone. */
static bool
lint_files(cli_invocation *invocation, const char *first, cli_result *all)
{
	cli_text migrations = {0};
	cli_text json = {0};
	bool done = true;

	for (int i = -1; done && (i < 0 || invocation->more[i]); i++)
	{
		const char *path = i < 0 ? first : invocation->more[i];
		char *text = cli_read_file(path, NULL);

		path = name_of(invocation, path);
		if (!text)
			done = false;
		else if (is_migration(path, text))
		{
			json.length = 0;
			cli_add_json(&json, text);
			cli_add_member(&migrations, path, json.data);
		}
		else
			done = lint_text(invocation, text, path, all);
		free(text);
	}
	if (done && migrations.length > 0)
	{
		json.length = 0;
		cli_addf(&json, "{%s}", migrations.data);
		done = lint_text(invocation, json.data, NULL, all);
	}
	cli_text_free(&migrations);
	cli_text_free(&json);
	return done;
}

/* Files of the folder by their path from here, as CI hosts want them. */
static void
prefix_files(cli_result *result, const char *folder)
{
	int column = cli_column(result, "file");

	for (int row = 0; row < result->nrows; row++)
	{
		char **cell = cli_cell(result, row, column);
		cli_text path = {0};

		cli_addf(&path, "%s/%s", folder, *cell ? *cell : "");
		free(*cell);
		*cell = path.data;
	}
}

/* Removes the rows of files that are not in an array. */
static void
keep_files(cli_result *result, const char *array)
{
	cli_result files = cli_entries(array);
	int column = cli_column(result, "file");
	int kept = 0;

	for (int row = 0; row < result->nrows; row++)
	{
		const char *file = *cli_cell(result, row, column);
		bool keep = false;

		for (int i = 0; file && !keep && i < files.nrows; i++)
			keep = strcmp(file, *cli_cell(&files, i, 1)) == 0;
		for (int i = 0; i < result->ncolumns; i++)
		{
			char *cell = *cli_cell(result, row, i);

			*cli_cell(result, row, i) = NULL;
			if (keep)
				*cli_cell(result, kept, i) = cell;
			else
				free(cell);
		}
		kept += keep;
	}
	result->nrows = kept;
	cli_free_result(&files);
}

/* Reports only what the database has not applied, of the files as they are. */
static bool
choose_new(cli_invocation *invocation)
{
	cli_result pending;
	cli_text versions = {0};
	bool read;

	if (!cli_begin_with_folder(invocation))
		return false;
	read = cli_call(&invocation->db, "dbmigrate_pending", NULL, &pending);
	if (!read)
		cli_fail(invocation, "dbmigrate_pending");
	cli_command(&invocation->db, "rollback");
	if (!read)
		return false;
	cli_add(&versions, "[");
	for (int row = 0; row < pending.nrows; row++)
	{
		cli_add(&versions, row > 0 ? ", " : "");
		cli_add_json(&versions,
					 *cli_cell(&pending, row, cli_column(&pending, "version")));
	}
	cli_add(&versions, "]");
	cli_set_option(invocation, "versions", versions.data);
	cli_text_free(&versions);
	cli_free_result(&pending);
	return true;
}

/* Reports only what is above the last applied version. */
static void
choose_above(cli_invocation *invocation)
{
	char *version = cli_call_value(&invocation->db, "dbmigrate_version", NULL);
	cli_text json = {0};

	if (version)
	{
		cli_add_json(&json, version);
		cli_set_option(invocation, "start_after", json.data);
	}
	cli_text_free(&json);
	free(version);
}

/* The folder, of which only what is new is reported. */
static bool
lint_folder(cli_invocation *invocation, cli_result *all)
{
	const char *folder = cli_folder_of(invocation);
	const char *since = cli_given(invocation, "--since");
	char *changed = since ? cli_changed_files(folder, since) : NULL;
	char *files;
	bool done;
	int count;

	if (since && !changed)
		return false;
	if (cli_given(invocation, "--new") && !choose_new(invocation))
		return false;
	if (!since && !cli_given(invocation, "--new") &&
		!cli_given(invocation, "--dialect") &&
		!cli_given(invocation, "--start-after"))
		choose_above(invocation);
	files = cli_read_folder(folder, &count);
	if (files && count == 0 && !invocation->quiet)
		cli_note("%s has no migrations.", folder);
	/* an empty script has no findings */
	done = files && lint_text(invocation, count > 0 ? files : "", NULL, all);
	if (done && changed)
		keep_files(all, changed);
	if (done)
		prefix_files(all, folder);
	free(changed);
	free(files);
	return done;
}

/* Whether a flag about the folder was given beside files; prints that. */
static bool
mixes(const cli_invocation *invocation)
{
	static const char *const flags[] = {"--since", "--new", "--start-after"};

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
	{
		if (!cli_given(invocation, flags[i]))
			continue;
		cli_complain("a flag about the folder does not go with files", flags[i],
					 "Name files, or leave them out.");
		return true;
	}
	return false;
}

/* A folder in the place of a file is that of --dir; false: it stands beside others. */
static bool
take_folder(cli_invocation *invocation)
{
	const cli_item *items = invocation->verb->items;
	const char *first = cli_given(invocation, "FILE ...");

	if (!first || !cli_is_directory(first))
		return true;
	if (invocation->more[0] || cli_given(invocation, "--dir"))
	{
		cli_complain("one folder is looked at, or files", first, NULL);
		return false;
	}
	for (int i = 0; items[i].name; i++)
	{
		if (strcmp(items[i].name, "FILE ...") == 0)
			invocation->given[i] = NULL;
		if (strcmp(items[i].name, "--dir") == 0)
			invocation->given[i] = first;
	}
	return true;
}

/* ---- for people ---- */

/* Adds "2 errors" to a list, unless there are none. */
static void
add_number(cli_text *out, const cli_result *result, const char *severity,
		   const char *plural)
{
	int column = cli_column(result, "severity");
	int count = 0;

	for (int row = 0; row < result->nrows; row++)
	{
		const char *cell = *cli_cell(result, row, column);

		count += cell && strcmp(cell, severity) == 0;
	}
	if (count > 0)
		cli_addf(out, "%s%d %s", out->length > 0 ? ", " : "", count,
				 count == 1 ? severity : plural);
}

/* Adds a finding: its place and rule in a line, what is wrong and what to do
 * below. */
static void
add_finding(cli_text *out, const cli_result *result, int row)
{
	static const char *const below[] = {"message", "suggestion"};
	const char *file = *cli_cell(result, row, cli_column(result, "file"));
	const char *line = *cli_cell(result, row, cli_column(result, "line"));
	const char *severity =
		*cli_cell(result, row, cli_column(result, "severity"));
	cli_text head = {0};

	cli_addf(&head, "%s:%s: %s: %s", file ? file : "", line ? line : "?",
			 severity ? severity : "",
			 *cli_cell(result, row, cli_column(result, "rule")));
	cli_add_shown(out, head.data, -1, false);
	cli_add(out, "\n");
	for (size_t i = 0; i < sizeof(below) / sizeof(below[0]); i++)
	{
		const char *text = *cli_cell(result, row, cli_column(result, below[i]));

		if (text)
			cli_add_named(out, "", text, 2, cli_width(), INT_MAX);
	}
	cli_text_free(&head);
}

/* Findings as compilers print them, and how many there are. */
static void
put_findings(const cli_result *result)
{
	cli_text out = {0};
	cli_text numbers = {0};

	for (int row = 0; row < result->nrows; row++)
		add_finding(&out, result, row);
	add_number(&numbers, result, "error", "errors");
	add_number(&numbers, result, "warning", "warnings");
	add_number(&numbers, result, "info", "infos");
	if (result->nrows > 0)
	{
		cli_add_count(&out, result->nrows, "finding");
		cli_addf(&out, ": %s\n", cli_text_of(&numbers));
	}
	else
		cli_add(&out, "no findings\n");
	cli_put(out.data);
	cli_text_free(&out);
	cli_text_free(&numbers);
}

/* What stands for a database if --dialect is given. */
static bool
find_dialect(const cli_invocation *invocation, const char *dialect,
			 cli_target *target)
{
	*target = (cli_target){.from = "--dialect"};
	if (invocation->database || cli_given(invocation, "--new"))
		cli_complain("--dialect does not go with a database", NULL,
					 "Leave out --db and --new, or --dialect.");
	else if (strcmp(dialect, "postgresql") == 0)
		target->engine = DBC_ON_POSTGRESQL;
	else if (strcmp(dialect, "sqlite") == 0)
	{
		target->engine = DBC_ON_SQLITE;
		target->text = ":memory:";
	}
	else
		cli_complain("there is no such dialect", dialect,
					 "--dialect is postgresql or sqlite.");
	return target->engine != 0;
}

bool
cli_find_lint_target(const cli_invocation *invocation, cli_target *target)
{
	const char *dialect = cli_given(invocation, "--dialect");
	bool found;

	if (dialect)
		return find_dialect(invocation, dialect, target);
	if (!cli_seek_target(invocation->database, target, &found))
		return false;
	if (!found)
		cli_complain("no database was given", NULL,
					 "Use --dialect postgresql or --dialect sqlite to lint "
					 "without one, or name it with --db or DATABASE_URL.");
	return found;
}

int
cli_run_lint(cli_invocation *invocation)
{
	const char *format = cli_given(invocation, "--format");
	const char *first;
	cli_lint_format add = format ? cli_find_lint_format(format) : NULL;
	cli_result result = {0};
	cli_text out = {0};
	int code;

	if (format && !add)
	{
		cli_complain("there is no such format of lint", format,
					 "--format is sarif, junit, github or gitlab.");
		return CLI_ERROR;
	}
	if (!take_folder(invocation))
		return CLI_ERROR;
	first = cli_given(invocation, "FILE ...");
	if (first && mixes(invocation))
		return CLI_ERROR;
	if (!(first ? lint_files(invocation, first, &result)
				: lint_folder(invocation, &result)))
		return CLI_ERROR;
	if (add)
		add(&out, &result);
	else if (invocation->format == CLI_TABLE && !invocation->quiet)
		put_findings(&result);
	else
		cli_show_result(invocation, &result);
	cli_put_raw(cli_text_of(&out));
	code = cli_judge(invocation, &result);
	cli_free_result(&result);
	cli_text_free(&out);
	return code;
}
