/*
 * lint_format.c
 *	  Results of lint in the formats of CI hosts.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/lint_format.h"
#include "cli/terminal.h"

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

/* Adds message and suggestion of a finding. */
static void
add_message(cli_text *out, const cli_result *result, int row)
{
	const char *suggestion = column(result, row, "suggestion");

	cli_addf(out, "%s%s%s", column(result, row, "message"),
			 *suggestion ? ". " : "", suggestion);
}

/* ---- GitHub ---- */

/* Text of an annotation, which people read in a log: a property also hides what
 * separates it. */
static void
add_annotation_text(cli_text *out, const char *text, bool property)
{
	cli_text shown = {0};

	cli_add_shown(&shown, text, -1, true);
	for (const char *at = cli_text_of(&shown); *at; at++)
	{
		if (*at == '%' || *at == '\n' ||
			(property && (*at == ':' || *at == ',')))
			cli_addf(out, "%%%02X", (unsigned char) *at);
		else
			cli_add_bytes(out, at, 1);
	}
	cli_text_free(&shown);
}

static void
add_annotations(cli_text *out, const cli_result *result)
{
	for (int row = 0; row < result->nrows; row++)
	{
		const char *severity = column(result, row, "severity");
		cli_text message = {0};

		cli_addf(out, "::%s file=",
				 strcmp(severity, "error") == 0		? "error"
				 : strcmp(severity, "warning") == 0 ? "warning"
													: "notice");
		add_annotation_text(out, column(result, row, "file"), true);
		cli_addf(out, ",line=%s,title=", line_of(result, row));
		add_annotation_text(out, column(result, row, "rule"), true);
		cli_add(out, "::");
		add_message(&message, result, row);
		add_annotation_text(out, message.data, false);
		cli_add(out, "\n");
		cli_text_free(&message);
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

		add_message(&message, result, row);
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

/* ---- GitLab ---- */

/* A number that stays the same as long as the finding does. */
static unsigned long long
fingerprint(const cli_result *result, int row)
{
	static const char *const names[] = {"file", "statement_no", "rule",
										"message"};
	unsigned long long hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
	{
		/* FNV-1a, the end of each text too */
		for (const char *at = column(result, row, names[i]);; at++)
		{
			hash = (hash ^ (unsigned char) *at) * 0x100000001b3;
			if (!*at)
				break;
		}
	}
	return hash;
}

static void
add_gitlab(cli_text *out, const cli_result *result)
{
	cli_add(out, "[");
	for (int row = 0; row < result->nrows; row++)
	{
		const char *severity = column(result, row, "severity");
		cli_text message = {0};

		add_message(&message, result, row);
		cli_addf(out, "%s\n{\"description\": ", row > 0 ? "," : "");
		cli_add_json(out, message.data);
		cli_add(out, ", \"check_name\": ");
		cli_add_json(out, column(result, row, "rule"));
		cli_addf(out,
				 ", \"fingerprint\": \"%016llx\", \"severity\": \"%s\", "
				 "\"location\": {\"path\": ",
				 fingerprint(result, row),
				 strcmp(severity, "error") == 0		? "critical"
				 : strcmp(severity, "warning") == 0 ? "major"
													: "info");
		cli_add_json(out, column(result, row, "file"));
		cli_addf(out, ", \"lines\": {\"begin\": %s}}}", line_of(result, row));
		cli_text_free(&message);
	}
	cli_add(out, "\n]\n");
}

cli_lint_format
cli_find_lint_format(const char *name)
{
	static const struct
	{
		const char *name;
		cli_lint_format add;
	} formats[] = {{"sarif", add_sarif},
				   {"junit", add_junit},
				   {"github", add_annotations},
				   {"gitlab", add_gitlab}};

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
	{
		if (strcmp(formats[i].name, name) == 0)
			return formats[i].add;
	}
	return NULL;
}
