/*
 * options.c
 *	  Reading the options argument of a function.
 *
 * The engines' own JSON does the parsing; see core/sql/json_members.sql.
 */
#include "common/core/options.h"

#include <string.h>

#include "common/core/text.h"

typedef struct members_call
{
	const char *json;
	const dbc_rows *rows;
} members_call;

/* Asks the engine for the members; fails if the text is not JSON. */
static void
query_members(dbc_host *host, void *arg)
{
	members_call *call = arg;
	dbc_value json = dbc_text(call->json);

	call->rows = dbc_query(host, "core/json_members", &json, 1);
}

/* The members of a JSON object or array. */
const dbc_rows *
dbc_json_member_rows(dbc_host *host, const char *json, const char *what)
{
	members_call call = {json, NULL};
	dbc_error error;

	if (dbc_guard(host, query_members, &call, DBC_KEEP, false, &error))
		return call.rows;
	/* class 22 is PostgreSQL's, the words are SQLite's */
	if (!dbc_starts_with(error.sqlstate, "22") &&
		!dbc_same(error.message, "malformed JSON"))
		dbc_rethrow(host, &error);
	dbc_fail(host, DBC_INVALID_TEXT, NULL, "Check quotes, commas and brackets.",
			 "%s is not valid JSON", what);
}

/* Fails if options were given in the place of text. */
void
dbc_refuse_options(dbc_host *host, const char *text, const char *what)
{
	if (text && dbc_may_be_json(text))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Options were given in its place: pass null for an argument "
				 "that is left out, or name the options argument.",
				 "%s starts with \"{\"", what);
}

/* A list of names for a hint. */
static const char *
joined(dbc_host *host, const char *const *names)
{
	dbc_buffer buffer;

	dbc_buffer_init(&buffer, host);
	for (; *names; names++)
		dbc_append_format(&buffer, "%s%s", buffer.length ? ", " : "", *names);
	return buffer.data;
}

/* Fails for a value that is not what its option wants. */
static _Noreturn void
refuse_value(dbc_host *host, const dbc_option *option, const char *value)
{
	const char *wants;

	if (option->choices)
		wants =
			dbc_format(host, "%s of: %s",
					   option->type == DBC_O_TEXTS ? "an array of any" : "one",
					   joined(host, option->choices));
	else if (option->type == DBC_O_BOOL)
		wants = "true or false";
	else if (option->type == DBC_O_INT)
		wants = dbc_format(host, "a whole number from %lld to %lld",
						   (long long) option->minimum,
						   (long long) option->maximum);
	else if (option->type == DBC_O_ARRAY)
		wants = "an array";
	else if (option->type == DBC_O_OBJECT)
		wants = "an object";
	else
		wants = option->type == DBC_O_TEXT ? "a string" : "an array of strings";
	dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
			 dbc_format(host, "It must be %s.", wants),
			 "option \"%s\" cannot be %s", option->name, value);
}

/* Fails for a key that is not declared. */
static _Noreturn void
refuse_key(dbc_host *host, const char *key, const dbc_option *options,
		   int noptions)
{
	const char **names =
		dbc_alloc(host, ((size_t) noptions + 1) * sizeof(char *));
	int i;

	for (i = 0; i < noptions; i++)
		names[i] = options[i].name;
	dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
			 dbc_format(host, "Valid options are: %s.", joined(host, names)),
			 "unknown option \"%s\"", key);
}

/* Whether text is one of the choices, if there are any. */
static bool
is_choice(const dbc_option *option, const char *text)
{
	const char *const *choice;

	if (!text || !option->choices)
		return text != NULL;
	for (choice = option->choices; *choice; choice++)
		if (dbc_same(*choice, text))
			return true;
	return false;
}

/* Reads a whole number within the option's range. */
static bool
read_int(const dbc_option *option, const char *text, int64_t *integer)
{
	double number;

	if (!dbc_parse_real(text, &number) || number < (double) option->minimum ||
		number > (double) option->maximum ||
		number != (double) (int64_t) number)
		return false;
	*integer = (int64_t) number;
	return true;
}

/* Reads an array of strings. */
static const char **
read_texts(dbc_host *host, const dbc_option *option, const char *json)
{
	const dbc_rows *rows = dbc_json_member_rows(host, json, option->name);
	const char **texts =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(char *));
	int i;

	for (i = 0; i < rows->nrows; i++)
	{
		texts[i] = dbc_get_text_or_null(host, rows, i, DBC_MEMBER_TEXT);
		if (!dbc_same(dbc_get_text(host, rows, i, DBC_MEMBER_TYPE), "string") ||
			!is_choice(option, texts[i]))
			refuse_value(host, option, json);
	}
	return texts;
}

/* Reads one member into *given. */
static void
read_member(dbc_host *host, const dbc_option *option, const char *type,
			const char *text, dbc_option_value *given)
{
	bool fits = false;

	switch (option->type)
	{
		case DBC_O_BOOL:
			fits = dbc_same(type, "boolean");
			given->integer = fits && text && dbc_same(text, "true");
			break;
		case DBC_O_INT:
			fits = text && dbc_same(type, "number") &&
				   read_int(option, text, &given->integer);
			break;
		case DBC_O_TEXT:
			fits = dbc_same(type, "string") && is_choice(option, text);
			given->text = text;
			break;
		case DBC_O_TEXTS:
			fits = dbc_same(type, "array");
			if (fits)
				given->texts = read_texts(host, option, text);
			break;
		case DBC_O_ARRAY:
			fits = dbc_same(type, "array");
			given->text = text;
			break;
		case DBC_O_OBJECT:
			fits = dbc_same(type, "object");
			given->text = text;
			break;
	}
	if (!fits)
		refuse_value(host, option,
					 dbc_same(type, "string") ? dbc_format(host, "\"%s\"", text)
											  : text);
	given->given = true;
}

/* Reads an options argument. */
const dbc_option_value *
dbc_read_options(dbc_host *host, const dbc_value *value,
				 const dbc_option *options, int noptions)
{
	dbc_option_value *given =
		dbc_alloc(host, ((size_t) noptions + 1) * sizeof(*given));
	const dbc_rows *rows;
	int i;
	int j;

	if (value->kind == DBC_NULL)
		return given;
	if (!dbc_may_be_json(value->text))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Pass a JSON object such as '{\"key\": value}'.",
				 "options must be a JSON object, not %s", value->text);
	rows = dbc_json_member_rows(host, value->text, "options");
	for (i = 0; i < rows->nrows; i++)
	{
		const char *key = dbc_get_text(host, rows, i, DBC_MEMBER_KEY);
		const char *type = dbc_get_text(host, rows, i, DBC_MEMBER_TYPE);

		for (j = 0; j < noptions; j++)
			if (dbc_same(options[j].name, key))
				break;
		if (j == noptions)
			refuse_key(host, key, options, noptions);
		if (!dbc_same(type, "null"))
			read_member(host, &options[j], type,
						dbc_get_text_or_null(host, rows, i, DBC_MEMBER_TEXT),
						&given[j]);
	}
	return given;
}
