/*
 * help.c
 *	  Help, the manual page and doc/command.md, made from verbs.def.
 */
#include <string.h>

#include "cli/terminal.h"
#include "cli/verbs.h"

/* Begins the line that says how to use the command. */
#define USAGE "usage: "

#define EXIT_CODES "0: sound or done. 1: findings, as each verb says. 2: error."

/* When a verb exits with 1; NULL: never. */
static const char *
findings_of(const cli_verb *verb)
{
	switch (verb->outcome)
	{
		case CLI_ANY_ROW:
			return "Exits with 1 if anything is listed.";
		case CLI_ANY_DIFFERENCE:
			return "Exits with 1 if rows differ.";
		case CLI_ANY_SEVERITY:
			return "Exits with 1 if there is a warning or worse.";
		case CLI_NOT_SUCCESS:
			return "Exits with 1 if it did not succeed.";
		case CLI_NOT_HEALTHY:
			return "Exits with 1 unless the database is healthy.";
		case CLI_ALWAYS_SOUND:
			break;
	}
	return NULL;
}

/* What a verb does and when it exits with 1. */
static void
add_summary(cli_text *out, const cli_verb *verb)
{
	const char *findings = findings_of(verb);

	cli_addf(out, "%s%s%s", verb->summary, findings ? " " : "",
			 findings ? findings : "");
}

/* The flags and arguments of a verb in a line. */
static void
add_usage(cli_text *out, const cli_verb *verb)
{
	cli_addf(out, "dbcare %s", verb->name);
	for (const cli_item *item = verb->items; item->name; item++)
	{
		if (*item->name == '-')
			continue;
		cli_addf(out, item->required ? " %s" : " [%s]", item->name);
	}
	for (const cli_item *item = verb->items; item->name; item++)
	{
		if (*item->name == '-')
		{
			cli_add(out, " [flags]");
			break;
		}
	}
}

/* Adds text in lines of at most width columns, indented. */
static void
add_wrapped(cli_text *out, const char *text, int indent, int width)
{
	int column = indent;

	while (*text)
	{
		size_t length = strcspn(text, " ");

		if (column > indent && column + (int) length + 1 > width)
		{
			cli_addf(out, "\n%*s", indent, "");
			column = indent;
		}
		if (column > indent)
		{
			cli_add(out, " ");
			column++;
		}
		cli_add_bytes(out, text, length);
		column += (int) length;
		text += length;
		text += strspn(text, " ");
	}
	cli_add(out, "\n");
}

/* The name of an item and of its value. */
static void
add_item_name(cli_text *out, const cli_item *item)
{
	cli_add(out, item->name);
	if (*item->name == '-' && item->value)
		cli_addf(out, " %s", item->value);
}

/* A name, and what it means in a second column or below it. */
static void
add_entry(cli_text *out, const char *name, const char *doc, int column,
		  int width)
{
	int used = (int) strlen(name) + 2;

	cli_addf(out, "  %s", name);
	if (used + 1 > column)
		cli_addf(out, "\n%*s", column, "");
	else
		cli_addf(out, "%*s", column - used, "");
	add_wrapped(out, doc, column, width);
}

static void
add_items(cli_text *out, const cli_item *items, int width)
{
	int column = width < 60 ? 8 : 24;

	for (; items->name; items++)
	{
		cli_text name = {0};

		add_item_name(&name, items);
		add_entry(out, name.data, items->doc, column, width);
		cli_text_free(&name);
	}
}

/* Whether this verb is the first of its group in the table. */
static bool
begins_group(const cli_verb *verb)
{
	return verb == cli_verbs || strcmp(verb->group, verb[-1].group) != 0;
}

static void
add_overview(cli_text *out, int width)
{
	int column = width < 60 ? 8 : 18;

	cli_add(out, USAGE);
	add_wrapped(out, "dbcare [--db DATABASE] VERB [arguments] [flags]",
				(int) strlen(USAGE), width);
	for (const cli_verb *verb = cli_verbs; verb->name; verb++)
	{
		if (begins_group(verb))
			cli_addf(out, "\n%s\n", verb->group);
		add_entry(out, verb->name, verb->summary, column, width);
	}
	cli_add(out, "\nflags of all verbs\n");
	add_items(out, cli_globals, width);
	cli_add(out, "\nexit codes\n  ");
	add_wrapped(out, EXIT_CODES, 2, width);
}

static void
add_verb(cli_text *out, const cli_verb *verb, int width)
{
	cli_text usage = {0};
	cli_text summary = {0};

	cli_add(out, USAGE);
	add_usage(&usage, verb);
	add_wrapped(out, usage.data, (int) strlen(USAGE), width);
	cli_text_free(&usage);
	cli_add(out, "\n");
	add_summary(&summary, verb);
	add_wrapped(out, summary.data, 0, width);
	cli_text_free(&summary);
	if (verb->function)
		cli_addf(out, "Function: %s()\n", verb->function);
	if (verb->items->name)
		cli_add(out, "\n");
	add_items(out, verb->items, width);
}

/* ---- the manual ---- */

/* Text of a manual page: what troff would take for a request or an escape. */
static void
add_troff(cli_text *out, const char *text)
{
	if (*text == '.' || *text == '\'')
		cli_add(out, "\\&");
	for (; *text; text++)
	{
		if (*text == '\\')
			cli_add(out, "\\e");
		else if (*text == '-')
			cli_add(out, "\\-");
		else
			cli_add_bytes(out, text, 1);
	}
}

static void
add_troff_items(cli_text *out, const cli_item *items)
{
	for (; items->name; items++)
	{
		cli_text name = {0};

		add_item_name(&name, items);
		cli_add(out, ".TP\n.B ");
		add_troff(out, name.data);
		cli_add(out, "\n");
		add_troff(out, items->doc);
		cli_add(out, "\n");
		cli_text_free(&name);
	}
}

static void
add_man(cli_text *out)
{
	cli_add(out,
			".TH DBCARE 1 \"\" \"dbcare " DBC_VERSION "\"\n.SH NAME\n"
			"dbcare \\- takes care of a PostgreSQL or SQLite database\n"
			".SH SYNOPSIS\n.B dbcare\n[\\-\\-db DATABASE] VERB [arguments] "
			"[flags]\n.SH OPTIONS\n");
	add_troff_items(out, cli_globals);
	for (const cli_verb *verb = cli_verbs; verb->name; verb++)
	{
		cli_text usage = {0};
		cli_text summary = {0};

		if (begins_group(verb))
			cli_addf(out, ".SH VERBS: %s\n", verb->group);
		add_usage(&usage, verb);
		cli_add(out, ".SS ");
		add_troff(out, usage.data);
		cli_add(out, "\n");
		add_summary(&summary, verb);
		add_troff(out, summary.data);
		cli_add(out, "\n");
		add_troff_items(out, verb->items);
		cli_text_free(&usage);
		cli_text_free(&summary);
	}
	cli_add(out, ".SH EXIT STATUS\n");
	add_troff(out, EXIT_CODES);
	cli_add(out, "\n.SH ENVIRONMENT\n.TP\n.B DATABASE_URL\nThe database, "
				 "also read from the file .env.\n.TP\n.B NO_COLOR\n"
				 "No colour if it is set.\n");
}

static void
add_markdown_items(cli_text *out, const cli_item *items)
{
	if (!items->name)
		return;
	cli_add(out, "| | |\n|---|---|\n");
	for (; items->name; items++)
	{
		cli_text name = {0};

		add_item_name(&name, items);
		cli_add(out, "| `");
		for (const char *at = name.data; *at; at++)
			cli_addf(out, *at == '|' ? "\\%c" : "%c", *at);
		cli_addf(out, "` | %s |\n", items->doc);
		cli_text_free(&name);
	}
	cli_add(out, "\n");
}

static void
add_markdown(cli_text *out)
{
	cli_add(out, "## Flags of all verbs\n\n");
	add_markdown_items(out, cli_globals);
	cli_addf(out, "Exit codes: %s\n\n", EXIT_CODES);
	for (const cli_verb *verb = cli_verbs; verb->name; verb++)
	{
		if (begins_group(verb))
			cli_addf(out, "## Verbs: %s\n\n", verb->group);
		cli_add(out, "### `");
		add_usage(out, verb);
		cli_add(out, "`\n\n");
		add_summary(out, verb);
		if (verb->function)
			cli_addf(out, " Function: `%s()`.", verb->function);
		cli_add(out, "\n\n");
		add_markdown_items(out, verb->items);
	}
}

int
cli_run_help(cli_invocation *invocation)
{
	const char *name = cli_given(invocation, "VERB");
	const char *format = cli_given(invocation, "--as");
	const cli_verb *verb = name ? cli_find_verb(name) : NULL;
	int width = cli_width() > 0 ? cli_width() : 80;
	cli_text out = {0};

	if (name && !verb)
	{
		cli_complain("there is no such verb", name,
					 "dbcare help lists all verbs.");
		return CLI_ERROR;
	}
	if (format && strcmp(format, "man") == 0)
		add_man(&out);
	else if (format && strcmp(format, "markdown") == 0)
		add_markdown(&out);
	else if (format)
	{
		cli_complain("--as is man or markdown", NULL, NULL);
		return CLI_ERROR;
	}
	else if (verb)
		add_verb(&out, verb, width);
	else
		add_overview(&out, width);
	cli_put(out.data);
	cli_text_free(&out);
	return CLI_SOUND;
}
