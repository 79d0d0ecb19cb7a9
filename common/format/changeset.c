/*
 * changeset.c
 *	  Parses the first line of a changeset of Liquibase's formatted SQL.
 */
#include "common/format/changeset.h"

#include <string.h>

#include "common/core/text.h"

#define BLANKS " \t\r"

typedef struct attribute
{
	const char *key;
	const char *value;
} attribute;

/* Takes a word, or text in double quotes, from the start of text. */
static const char *
take(dbc_host *host, const char **text, const char *ends)
{
	bool quoted = **text == '"' && strcspn(*text + 1, "\"\n") > 0;
	const char *start = *text + quoted;
	size_t length = strcspn(start, quoted ? "\"\r\n" : ends);

	*text = start + length + (quoted && start[length] == '"');
	return dbc_copy(host, start, length);
}

/* The next "key:value" of a line; other words are skipped. */
static bool
next_attribute(dbc_host *host, const char **text, attribute *a)
{
	for (;;)
	{
		*text += strspn(*text, BLANKS);
		if (**text == '\0' || **text == '\n')
			return false;
		a->key = take(host, text, ": \t\r\n");
		if (**text == ':')
		{
			(*text)++;
			a->value = take(host, text, " \t\r\n");
			return true;
		}
	}
}

/* The value of an attribute, or NULL. */
const char *
dbc_format_find_attribute(dbc_host *host, const char *text, const char *key)
{
	attribute a;

	while (next_attribute(host, &text, &a))
		if (dbc_format_line_is(a.key, key))
			return a.value;
	return NULL;
}

static const char one_for_all[] =
	"Remove the attribute if the changeset is for every database, or move the "
	"changeset elsewhere.";
static const char end_with_semicolon[] =
	"End statements with \";\", and remove the attribute.";
static const char true_or_false[] = "Write true or false.";

/* The attributes, the values that dbcare supports (none: all), and the hint for
 * other values. */
static const struct
{
	const char *key;
	const char *values[2];
	const char *hint;
} attributes[] = {
	{"dbms", {NULL}, NULL},
	{"logicalFilePath", {NULL}, NULL},
	{"stripComments", {NULL}, NULL},
	{"splitStatements", {NULL}, NULL},
	{"rollbackSplitStatements", {NULL}, NULL},
	{"runInTransaction", {"true", "false"}, true_or_false},
	{"runOnChange", {"true", "false"}, true_or_false},
	{"runAlways",
	 {"false"},
	 "Remove the attribute: a migration runs once, or whenever it changes."},
	{"failOnError",
	 {"true"},
	 "Remove the attribute: a migration that fails is not applied."},
	{"endDelimiter", {";", ""}, end_with_semicolon},
	{"rollbackEndDelimiter", {";", ""}, end_with_semicolon},
	{"context", {NULL}, one_for_all},
	{"contextFilter", {NULL}, one_for_all},
	{"labels", {NULL}, one_for_all}};

#define NATTRIBUTES (sizeof(attributes) / sizeof(attributes[0]))

/* Fails for an attribute that dbcare does not support. */
static void
check_attribute(dbc_format_reader *reader, const dbc_file *file,
				const char *line, const attribute *a)
{
	const char *hint = "Correct or remove the attribute.";

	for (size_t i = 0; i < NATTRIBUTES; i++)
	{
		if (!dbc_format_line_is(a->key, attributes[i].key))
			continue;
		hint = attributes[i].hint;
		if (!hint)
			return;
		for (int v = 0; v < 2 && attributes[i].values[v]; v++)
			if (dbc_format_line_is(a->value, attributes[i].values[v]))
				return;
	}
	dbc_format_refuse_line(
		reader, file, line, hint,
		"has a changeset with \"%s:%s\", which is not supported", a->key,
		a->value);
}

/* Whether a list of databases, "a,b" or "!a,!b", includes this engine. */
static bool
is_for_engine(dbc_host *host, const char *list)
{
	bool only_listed = false;
	bool listed = false;

	while (*list)
	{
		const char *word = take(host, &list, ", ");
		bool excludes = *word == '!';

		if (excludes && dbc_format_line_is(word + 1, host->engine_name))
			return false;
		only_listed = only_listed || (*word && !excludes);
		listed = listed || dbc_format_line_is(word, host->engine_name) ||
				 dbc_format_line_is(word, "all");
		list += strspn(list, ", ");
	}
	return listed || !only_listed;
}

/* A path without ".sql". */
static const char *
short_path(dbc_host *host, const char *path)
{
	size_t length = strlen(path);

	return dbc_copy(host, path,
					dbc_ends_with(path, ".sql") ? length - 4 : length);
}

/* Whether an attribute has a value. */
static bool
says(dbc_host *host, const char *text, const char *key, const char *value)
{
	const char *found = dbc_format_find_attribute(host, text, key);

	return found && dbc_format_line_is(found, value);
}

/* Parses "author:id key:value ...". */
dbc_format_changeset
dbc_format_read_changeset(dbc_format_reader *reader, const dbc_file *file,
						  const char *line, const char *text, const char *path)
{
	dbc_host *host = reader->host;
	dbc_format_changeset changeset = {.author = NULL};
	const char *rest = text + strspn(text, BLANKS);
	const char *next;
	const char *dbms;
	const char *own_path;
	attribute a;

	changeset.author = take(host, &rest, ":\r\n");
	changeset.id = *rest == ':' ? (rest++, take(host, &rest, " \t\r\n")) : "";
	if (*changeset.author == '\0' || *changeset.id == '\0' ||
		!strchr(BLANKS, *text))
		dbc_format_refuse_line(reader, file, line,
							   "Write \"--changeset <author>:<id>\".",
							   "has a changeset without author and id");
	dbms = dbc_format_find_attribute(host, rest, "dbms");
	changeset.left_out = dbms && !is_for_engine(host, dbms);
	if (changeset.left_out)
		return changeset;
	next = rest;
	while (next_attribute(host, &next, &a))
		check_attribute(reader, file, line, &a);
	own_path = dbc_format_find_attribute(host, rest, "logicalFilePath");
	changeset.path = short_path(host, own_path ? own_path : path);
	changeset.transactional = !says(host, rest, "runInTransaction", "false");
	changeset.repeatable = says(host, rest, "runOnChange", "true");
	return changeset;
}
