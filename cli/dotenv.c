/*
 * dotenv.c
 *	  Variables of a file .env; doc/command.md has its rules.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/dotenv.h"
#include "cli/text.h"

#define BLANKS "\t "

/* Reads a value in quotes from its first one on; NULL: there is no second one.
 * In double quotes a backslash escapes. */
static const char *
read_quoted(const char *at, cli_text *value)
{
	char quote = *at++;

	cli_add(value, "");
	for (; *at && *at != quote; at++)
	{
		char c = *at;

		if (quote == '"' && c == '\\' && at[1])
		{
			c = *++at;
			if (c != '"' && c != '\\' && c != '$' && c != 'n')
				cli_add(value, "\\");
			if (c == 'n')
				c = '\n';
		}
		cli_add_bytes(value, &c, 1);
	}
	return *at ? at + 1 : NULL;
}

/* Reads a value without quotes: up to the end of the line, or a comment after
 * a blank. */
static const char *
read_bare(const char *at, cli_text *value)
{
	size_t length = strcspn(at, "\r\n");
	size_t end = 0;

	for (size_t i = 0; i < length; i++)
	{
		bool is_blank = strchr(BLANKS, at[i]);

		if (at[i] == '#' && (i == 0 || strchr(BLANKS, at[i - 1])))
			break;
		if (!is_blank)
			end = i + 1;
	}
	cli_add_bytes(value, at, end);
	return at + length;
}

/* Whether only a comment follows. */
static bool
ends_line(const char *at)
{
	const char *rest = at + strspn(at, BLANKS);

	return strchr("\r\n", *rest) || (*rest == '#' && rest > at);
}

/* Reads a variable from its name on, if it is one; returns where it ends. */
static const char *
read_variable(const char *at, const char *wanted, char **found,
			  const char **problem)
{
	size_t length = strspn(
		at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz0123456789.");
	bool is_wanted =
		length == strlen(wanted) && strncmp(at, wanted, length) == 0;
	const char *sign = at + length + strspn(at + length, BLANKS);
	const char *start = sign + 1;
	const char *end;
	cli_text value = {0};

	if (length == 0 || *sign != '=')
		return at;
	start += strspn(start, BLANKS);
	end = strchr("'\"", *start) && *start ? read_quoted(start, &value)
										  : read_bare(start, &value);
	if (is_wanted)
		*problem = !end				? "has a quote without its end"
				   : ends_line(end) ? NULL
									: "has text after its value";
	if (is_wanted)
	{
		free(*found);
		*found = *problem ? NULL : cli_copy(cli_text_of(&value));
	}
	cli_text_free(&value);
	return end ? end : start;
}

char *
cli_read_variable(const char *text, const char *name, const char **problem)
{
	const char *at = text;
	char *found = NULL;

	*problem = NULL;
	if (strncmp(at, "\xEF\xBB\xBF", 3) == 0)
		at += 3;
	while (*at)
	{
		at += strspn(at, BLANKS "\r\n");
		if (strncmp(at, "export", 6) == 0 && strchr(BLANKS, at[6]) && at[6])
			at += 6 + strspn(at + 6, BLANKS);
		at = read_variable(at, name, &found, problem);
		at += strcspn(at, "\r\n");
	}
	return found;
}

void
cli_add_variable(cli_text *out, const char *name, const char *value)
{
	cli_addf(out, "%s=\"", name);
	for (; *value; value++)
		if (*value == '\n')
			cli_add(out, "\\n");
		else
			cli_addf(out, strchr("\"\\$", *value) ? "\\%c" : "%c", *value);
	cli_add(out, "\"\n");
}
