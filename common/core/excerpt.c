/*
 * excerpt.c
 *	  The lines of a script around an error, as compilers show them:
 *
 *	  2 | insert into t
 *	  3 |   values (1, 2, x);
 *	    |                 ^
 */
#include "common/core/excerpt.h"

#include <string.h>

#include "common/core/text.h"

/* Characters shown of a line, and at most before the caret. */
#define WIDTH  100
#define BEFORE 60

/* Whether a byte starts a character of UTF-8. */
static bool
starts_character(char byte)
{
	return (byte & 0xC0) != 0x80;
}

int
dbc_column_of(const char *text, const char *position)
{
	int column = 1;

	for (const char *at = text; at < position; at++)
		column = *at == '\n' ? 1 : column + starts_character(*at);
	return column;
}

/* The start of a line, from 0; NULL if there is no such line. */
static const char *
find_line(const char *text, int number)
{
	if (number < 0)
		return NULL;
	for (; text && number > 0; number--)
	{
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
	}
	return text && *text ? text : NULL;
}

/* The start of a statement, by its text and those before it in its line; NULL
 * if it is not found. */
static const char *
find_statement(const dbc_script *script, const char *at, int number)
{
	const dbc_statement *statement = &script->statements[number - 1];
	const dbc_statement *before = statement;

	while (before > script->statements && before[-1].line == statement->line)
		before--;
	for (; before < statement; before++)
	{
		at = strstr(at, before->text);
		if (!at)
			return NULL;
		at += strlen(before->text);
	}
	return strstr(at, statement->text);
}

/* The character of an error in its line, from 1. */
static int
find_column(const dbc_script *script, const char *at, int statement_no,
			int line, int column)
{
	const char *start = NULL;

	if (statement_no > 0 && statement_no <= script->nstatements &&
		script->statements[statement_no - 1].line == line)
		start = find_statement(script, at, statement_no);
	if (start)
		return dbc_column_of(at, start) + (column > 0 ? column - 1 : 0);
	return column > 0 ? column : 1 + (int) strspn(at, " \t");
}

/* Appends a line from a character on, each tab as a space. */
static void
append_line(dbc_buffer *buffer, const char *at, int first)
{
	int column = 0;

	if (first > 1)
		dbc_append(buffer, "...");
	for (; *at && *at != '\r' && *at != '\n'; at++)
	{
		column += starts_character(*at);
		if (column >= first + WIDTH)
		{
			dbc_append(buffer, "...");
			break;
		}
		if (column >= first)
			dbc_append_bytes(buffer, *at == '\t' ? " " : at, 1);
	}
}

const char *
dbc_excerpt(dbc_host *host, const dbc_script *script, int statement_no,
			int line, int column)
{
	int number = line - script->first_line;
	const char *at = script->text ? find_line(script->text, number) : NULL;
	int width = (int) strlen(dbc_format(host, "%d", line + 1));
	dbc_buffer buffer;

	if (!at)
		return NULL;
	column = find_column(script, at, statement_no, line, column);
	dbc_buffer_init(&buffer, host);
	for (int i = number - 1; i <= number + 1; i++)
	{
		int first = i == number && column > WIDTH ? column - BEFORE : 1;

		at = find_line(script->text, i);
		if (!at)
			continue;
		dbc_append_format(&buffer, "%s  %*d | ", buffer.length > 0 ? "\n" : "",
						  width, script->first_line + i);
		append_line(&buffer, at, first);
		if (i == number)
			dbc_append_format(&buffer, "\n  %*s | %*s", width, "",
							  column - first + (first > 1 ? 4 : 1), "^");
	}
	return buffer.data;
}
