/*
 * placeholder.c
 *	  Placeholders that the tool of a format replaces: with the values of the
 *	  option vars here.  One without a value is refused: it would be a syntax
 *	  error, or worse, a name.
 */
#include "common/format/format.h"

#include <string.h>

#include "common/core/json.h"
#include "common/core/sql_scan.h"
#include "common/core/text.h"

/* A placeholder in a script. */
typedef struct placeholder
{
	const char *at; /* NULL: there is none */
	size_t length;
	const char *name; /* NULL: what stands there is no name */
	char quote;		  /* that its value gets; or NUL */
} placeholder;

static bool
is_name(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		   (c >= 'a' && c <= 'z');
}

/* A placeholder whose name is the first length bytes of text. */
static placeholder
named(dbc_host *host, const char *at, const char *text, size_t length,
	  const char *end)
{
	return (placeholder){.at = at,
						 .length = (size_t) (end - at),
						 .name = dbc_copy(host, text, length)};
}

/* The first ${name}, in quotes, too. */
static placeholder
find_dollar(dbc_host *host, const char *from)
{
	const char *at = strstr(from, "${");
	const char *end = at ? strchr(at, '}') : NULL;

	if (!end)
		return (placeholder){.at = at, .length = at ? 2 : 0};
	return named(host, at, at + 2, (size_t) (end - at) - 2, end + 1);
}

/* The first {{ index .Options "name" }}; what else templates can do is no name.
 */
static placeholder
find_template(dbc_host *host, const char *from)
{
	static const char before[] = "index .Options \"";
	const char *at = strstr(from, "{{");
	const char *name;
	const char *quote;
	const char *end;

	if (!at)
		return (placeholder){.at = NULL};
	name = at + 2;
	name += *name == '-';
	name += strspn(name, " \t");
	if (!dbc_starts_with(name, before))
		return (placeholder){.at = at, .length = 2};
	name += strlen(before);
	quote = strchr(name, '"');
	end = quote ? quote + 1 + strspn(quote + 1, " \t") : "";
	end += *end == '-';
	if (!dbc_starts_with(end, "}}"))
		return (placeholder){.at = at, .length = 2};
	return named(host, at, name, (size_t) (quote - name), end + 2);
}

/* The first variable of psql outside of quotes and comments, such as :name,
 * :'name' or :"name".  It is no cast, and no part of an array slice. */
static placeholder
find_variable(dbc_host *host, const char *script, const char *from)
{
	dbc_lexeme at = dbc_scan(host, from);
	placeholder found;
	size_t length;

	for (; at.kind != DBC_LEX_END; at = dbc_scan_next(host, &at))
		if (*at.text == ':' && at.text[1] != ':' && at.text > script &&
			strchr(" \t\r\n(,=", at.text[-1]) &&
			(is_name(at.text[1]) || at.text[1] == '\'' || at.text[1] == '"'))
			break;
	if (at.kind == DBC_LEX_END)
		return (placeholder){.at = NULL};
	for (length = 1 + !is_name(at.text[1]); is_name(at.text[length]);)
		length++;
	if (is_name(at.text[1]))
		return named(host, at.text, at.text + 1, length - 1, at.text + length);
	if (at.text[length] != at.text[1])
		return (placeholder){.at = at.text, .length = length};
	found = named(host, at.text, at.text + 2, length - 2, at.text + length + 1);
	found.quote = at.text[1];
	return found;
}

/* The first placeholder in a script of a format, from some place of it on. */
static placeholder
find_placeholder(const dbc_format_reader *reader, const char *script,
				 const char *from)
{
	if (reader->format == &dbc_format_flyway)
		return find_dollar(reader->host, from);
	if (reader->format == &dbc_format_pop)
		return find_template(reader->host, from);
	if (reader->format == &dbc_format_graphile ||
		reader->format == &dbc_format_sqitch)
		return find_variable(reader->host, script, from);
	return (placeholder){.at = NULL};
}

/* The value of the option vars for a placeholder; NULL: there is none. */
static const char *
value_of(const dbc_format_reader *reader, const placeholder *found)
{
	dbc_json_entries vars = dbc_json_read_entries(
		reader->host, reader->options->vars ? reader->options->vars : "{}",
		"option \"vars\"");

	for (int i = 0; found->name && i < vars.count; i++)
	{
		if (vars.list[i].key && dbc_same(vars.list[i].key, found->name))
			return vars.list[i].text;
	}
	return NULL;
}

/* Appends a value between its quotes. */
static void
append_value(dbc_buffer *buffer, const char *value, char quote)
{
	if (quote)
		dbc_append_bytes(buffer, &quote, 1);
	for (; *value; value++)
	{
		if (quote && *value == quote)
			dbc_append_bytes(buffer, value, 1);
		dbc_append_bytes(buffer, value, 1);
	}
	if (quote)
		dbc_append_bytes(buffer, &quote, 1);
}

static _Noreturn void
refuse(const dbc_format_reader *reader, const char *file, int line,
	   const placeholder *found)
{
	dbc_host *host = reader->host;
	const char *hint = "Write the value into the file.";

	if (found->name && reader->format == &dbc_format_flyway)
		hint = dbc_format(
			host,
			"Pass its value with the option {\"vars\": {\"%s\": \"...\"}}; if "
			"the text is not a placeholder, set placeholderReplacement=false "
			"in the .conf file of the migration.",
			found->name);
	else if (found->name)
		hint = dbc_format(
			host,
			"Pass its value with the option {\"vars\": {\"%s\": \"...\"}}.",
			found->name);
	dbc_fail(
		host, DBC_SYNTAX_ERROR, dbc_format(host, "Line %d.", line), hint,
		"file \"%s\" has a placeholder without a value, which only %s can "
		"replace: %.*s",
		file, reader->format->name,
		(int) (found->name ? found->length : strcspn(found->at, " \t\r\n;")),
		found->at);
}

/* A script with its placeholders replaced. */
static const char *
replace(const dbc_format_reader *reader, const char *file, int first_line,
		const char *script)
{
	placeholder found = find_placeholder(reader, script, script);
	const char *from = script;
	dbc_buffer buffer;

	if (!found.at)
		return script;
	dbc_buffer_init(&buffer, reader->host);
	for (; found.at; found = find_placeholder(reader, script, from))
	{
		const char *value = value_of(reader, &found);

		if (!value)
			refuse(reader, file, first_line + dbc_line_of(script, found.at) - 1,
				   &found);
		dbc_append_bytes(&buffer, from, (size_t) (found.at - from));
		append_value(&buffer, value, found.quote);
		from = found.at + found.length;
	}
	dbc_append(&buffer, from);
	return buffer.data;
}

void
dbc_format_replace_placeholders(dbc_format_reader *reader)
{
	for (int i = 0; i < reader->count; i++)
	{
		dbc_format_registration *m = &reader->found[i];

		dbc_poll(reader->host);
		if (m->up_sql && !m->literal)
			m->up_sql = replace(reader, m->up_file, m->up_line, m->up_sql);
		if (m->down_sql && !m->literal)
			m->down_sql =
				replace(reader, m->down_file, m->down_line, m->down_sql);
	}
}
