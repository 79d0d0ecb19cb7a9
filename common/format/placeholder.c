/*
 * placeholder.c
 *	  Placeholders that only the tool of a format replaces.  They would be
 * syntax errors, or worse, names.
 */
#include "common/format/format.h"

#include <string.h>

#include "common/core/sql_scan.h"
#include "common/core/text.h"

static bool
is_name(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		   (c >= 'a' && c <= 'z');
}

/* The first variable of psql outside of quotes and comments, such as :name,
 * :'name' or :"name"; NULL if there is none.  It is no cast, and no part of an
 * array slice. */
static const char *
find_variable(dbc_host *host, const char *text)
{
	dbc_lexeme at = dbc_scan_sql(text, host->engine);

	for (; at.kind != DBC_LEX_END;
		 at = dbc_scan_sql(at.text + at.length, host->engine))
		if (*at.text == ':' && at.text[1] != ':' && at.text > text &&
			strchr(" \t\r\n(,=", at.text[-1]) &&
			(is_name(at.text[1]) || at.text[1] == '\'' || at.text[1] == '"'))
			return at.text;
	return NULL;
}

/* The first placeholder in a script of a format, or NULL. */
static const char *
find_placeholder(const dbc_format_reader *reader, const char *script)
{
	if (reader->format == &dbc_format_pop)
		return strstr(script, "{{");
	if (reader->format == &dbc_format_graphile ||
		reader->format == &dbc_format_sqitch)
		return find_variable(reader->host, script);
	return NULL;
}

static void
refuse_in(dbc_format_reader *reader, const char *file, int first_line,
		  const char *script)
{
	const char *at = script ? find_placeholder(reader, script) : NULL;

	if (at)
		dbc_fail(reader->host, DBC_SYNTAX_ERROR,
				 dbc_format(reader->host, "Line %d.",
							first_line + dbc_line_of(script, at) - 1),
				 "Write the value into the file.",
				 "file \"%s\" has a placeholder, which only %s can replace: "
				 "%.*s",
				 file, reader->format->name, (int) strcspn(at, " \t\r\n;"), at);
}

void
dbc_format_refuse_placeholders(dbc_format_reader *reader)
{
	for (int i = 0; i < reader->count; i++)
	{
		const dbc_format_registration *m = &reader->found[i];

		dbc_poll(reader->host);
		refuse_in(reader, m->up_file, m->up_line, m->up_sql);
		refuse_in(reader, m->down_file, m->down_line, m->down_sql);
	}
}
