/*
 * lint.c
 *	  The verb lint, and its results in the formats of CI hosts.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "cli/folder.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

/* A column of dbmigrate_lint(), "" for null. */
static const char *
column(const cli_result *result, int row, const char *name)
{
	int number = cli_column(result, name);
	const char *cell = number < 0 ? NULL : *cli_cell(result, row, number);

	return cell ? cell : "";
}

/* The line of a finding; hosts want one from 1 on. */
static const char *
line_of(const cli_result *result, int row)
{
	const char *line = column(result, row, "line");

	return atoi(line) > 0 ? line : "1";
}

/* ---- GitHub ---- */

/* Text of an annotation: a property also hides what separates it. */
static void
add_annotation_text(cli_text *out, const char *text, bool property)
{
	for (; *text; text++)
	{
		if (*text == '%' || *text == '\n' || *text == '\r' ||
			(property && (*text == ':' || *text == ',')))
			cli_addf(out, "%%%02X", (unsigned char) *text);
		else
			cli_add_bytes(out, text, 1);
	}
}

static void
add_annotations(cli_text *out, const cli_result *result)
{
	for (int row = 0; row < result->nrows; row++)
	{
		const char *severity = column(result, row, "severity");

		cli_addf(out, "::%s file=",
				 strcmp(severity, "error") == 0		? "error"
				 : strcmp(severity, "warning") == 0 ? "warning"
													: "notice");
		add_annotation_text(out, column(result, row, "file"), true);
		cli_addf(out, ",line=%s,title=", line_of(result, row));
		add_annotation_text(out, column(result, row, "rule"), true);
		cli_add(out, "::");
		add_annotation_text(out, column(result, row, "message"), false);
		cli_add(out, " ");
		add_annotation_text(out, column(result, row, "suggestion"), false);
		cli_add(out, "\n");
	}
}

/* ---- SARIF 2.1.0 ---- */

static void
add_sarif(cli_text *out, const cli_result *result)
{
	cli_add(out, "{\"$schema\": "
				 "\"https://json.schemastore.org/sarif-2.1.0.json\", "
				 "\"version\": \"2.1.0\", \"runs\": [{\"tool\": {\"driver\": "
				 "{\"name\": \"dbcare\", \"version\": \"" DBC_VERSION
				 "\"}}, \"results\": [");
	for (int row = 0; row < result->nrows; row++)
	{
		const char *severity = column(result, row, "severity");
		cli_text message = {0};

		cli_addf(&message, "%s %s", column(result, row, "message"),
				 column(result, row, "suggestion"));
		cli_addf(out, "%s\n{\"ruleId\": ", row > 0 ? "," : "");
		cli_add_json(out, column(result, row, "rule"));
		cli_addf(out, ", \"level\": \"%s\", \"message\": {\"text\": ",
				 strcmp(severity, "error") == 0		? "error"
				 : strcmp(severity, "warning") == 0 ? "warning"
													: "note");
		cli_add_json(out, message.data);
		cli_add(out, "}, \"locations\": [{\"physicalLocation\": "
					 "{\"artifactLocation\": {\"uri\": ");
		cli_add_json(out, column(result, row, "file"));
		cli_addf(out, "}, \"region\": {\"startLine\": %s}}}]}",
				 line_of(result, row));
		cli_text_free(&message);
	}
	cli_add(out, "\n]}]}\n");
}

/* ---- JUnit ---- */

static void
add_xml(cli_text *out, const char *text)
{
	for (int length; *text; text += length)
	{
		unsigned code;

		length = cli_utf8(text, &code);
		if (code < 0x20 && code != '\n' && code != '\t')
			/* XML has no such character, not even escaped */
			cli_addf(out, "\\x%02x", code);
		else if (strchr("<>&\"", (int) code) && code < 0x80)
			cli_addf(out, "&#%u;", code);
		else
			cli_add_bytes(out, text, (size_t) length);
	}
}

static void
add_junit(cli_text *out, const cli_result *result)
{
	cli_addf(out,
			 "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
			 "<testsuites><testsuite name=\"dbcare lint\" tests=\"%d\" "
			 "failures=\"%d\">\n",
			 result->nrows > 0 ? result->nrows : 1, result->nrows);
	if (result->nrows == 0)
		cli_add(out, "<testcase classname=\"dbcare lint\" name=\"all\"/>\n");
	for (int row = 0; row < result->nrows; row++)
	{
		cli_add(out, "<testcase classname=\"");
		add_xml(out, column(result, row, "file"));
		cli_add(out, "\" name=\"");
		add_xml(out, column(result, row, "rule"));
		cli_addf(out, " line %s\"><failure type=\"", line_of(result, row));
		add_xml(out, column(result, row, "severity"));
		cli_add(out, "\" message=\"");
		add_xml(out, column(result, row, "message"));
		cli_add(out, "\">");
		add_xml(out, column(result, row, "suggestion"));
		cli_add(out, "</failure></testcase>\n");
	}
	cli_add(out, "</testsuite></testsuites>\n");
}

/* ---- the verb ---- */

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

/* The folder, of which only what is not applied yet is reported. */
static bool
lint_folder(cli_invocation *invocation, cli_result *all)
{
	const char *folder = cli_given(invocation, "--dir");
	int count;
	char *files;
	char *version;
	bool done;

	if (!folder)
		folder = CLI_MIGRATIONS;
	files = cli_read_folder(folder, &count);
	if (!files)
		return false;
	version = cli_call_value(&invocation->db, "dbmigrate_version", NULL);
	if (version)
	{
		cli_text json = {0};

		cli_add_json(&json, version);
		cli_set_option(invocation, "start_after", json.data);
		cli_text_free(&json);
	}
	done = lint_text(invocation, files, NULL, all);
	if (done)
		prefix_files(all, folder);
	free(version);
	free(files);
	return done;
}

int
cli_run_lint(cli_invocation *invocation)
{
	const char *format = cli_given(invocation, "--format");
	const char *first = cli_given(invocation, "FILE ...");
	cli_result result = {0};
	cli_text out = {0};
	int code;

	if (format && strcmp(format, "sarif") != 0 &&
		strcmp(format, "junit") != 0 && strcmp(format, "github") != 0)
	{
		cli_complain("--format is sarif, junit or github", NULL, NULL);
		return CLI_ERROR;
	}
	if (!(first ? lint_files(invocation, first, &result)
				: lint_folder(invocation, &result)))
		return CLI_ERROR;
	if (!format)
		cli_show(&result, invocation->format);
	else if (strcmp(format, "sarif") == 0)
		add_sarif(&out, &result);
	else if (strcmp(format, "junit") == 0)
		add_junit(&out, &result);
	else
		add_annotations(&out, &result);
	cli_put_raw(cli_text_of(&out));
	code = cli_judge(invocation, &result);
	cli_free_result(&result);
	cli_text_free(&out);
	return code;
}
