/*
 * options.c
 *	  Reading the options argument of a function.
 */
#include "common/core/options.h"

#include <math.h>
#include <string.h>

#include "common/core/clock.h"
#include "common/core/json.h"
#include "common/core/text.h"
#include "common/core/wording.h"

void
dbc_refuse_options(dbc_host *host, const char *text, const char *what)
{
	if (text && dbc_may_be_json(text))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "The options were passed in place of this argument: pass null "
				 "for an omitted argument, or name the argument options.",
				 "%s starts with \"{\"", what);
}

/* Any other JSON object means that options are in the wrong place. */
const char *
dbc_own_dialect(dbc_host *host, const char *text, const char *what)
{
	static const char *const engines[] = {"postgresql", "sqlite"};
	const char *texts[] = {NULL, NULL};
	dbc_json_entries members;
	int e;

	if (!text || !dbc_may_be_json(text))
		return text;
	members = dbc_json_read_entries(host, text, what);
	for (int i = 0; i < members.count; i++)
	{
		const dbc_json_entry *member = &members.list[i];

		e = dbc_same(member->key, engines[1]);
		if (!dbc_same(member->key, engines[e]) || member->kind != DBC_I_STRING)
			dbc_refuse_options(host, text, what);
		texts[e] = member->text;
	}
	for (e = 0; e < 2; e++)
		if (!texts[e])
			dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
					 "Pass a text for each of the keys postgresql and sqlite; "
					 "an empty text does nothing.",
					 "%s has no text for %s", what, engines[e]);
	return texts[dbc_same(host->engine_name, engines[1])];
}

static const char *
joined(dbc_host *host, const char *const *names)
{
	dbc_buffer buffer;

	dbc_buffer_init(&buffer, host);
	for (; *names; names++)
		dbc_append_format(&buffer, "%s%s", buffer.length ? ", " : "", *names);
	return buffer.data;
}

/* How many choices a hint lists if it has a guess already. */
#define MOST_CHOICES 20

/* What an option with choices must be. */
static const char *
describe_choices(dbc_host *host, const dbc_option *option, const char *word)
{
	const char *guess =
		word ? dbc_did_you_mean(host, word, option->choices) : "";
	int count = 0;

	if (option->lister)
		return dbc_format(host, "%s%s", guess, option->lister);
	while (option->choices[count])
		count++;
	if (*guess && count > MOST_CHOICES)
		return dbc_copy(host, guess, strlen(guess) - 1);
	return dbc_format(host, "%sThe value must be %s of: %s.", guess,
					  option->type == DBC_O_TEXTS ? "an array of any" : "one",
					  joined(host, option->choices));
}

static _Noreturn void
refuse_value(dbc_host *host, const dbc_option *option, const char *word,
			 const char *value)
{
	const char *wants;

	if (option->type == DBC_O_BOOL)
		wants = "true or false";
	else if (option->type == DBC_O_INT)
		wants = dbc_format(host, "a whole number from %lld to %lld",
						   (long long) option->minimum,
						   (long long) option->maximum);
	else if (option->type == DBC_O_ARRAY)
		wants = "an array";
	else if (option->type == DBC_O_OBJECT)
		wants = "an object";
	else if (option->type == DBC_O_SQL)
		wants = "a string, or an object with the keys postgresql and sqlite";
	else
		wants = option->type == DBC_O_TEXT ? "a string" : "an array of strings";
	dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
			 option->choices ? describe_choices(host, option, word)
							 : dbc_format(host, "The value must be %s.", wants),
			 "option \"%s\" cannot be %s", option->name, value);
}

/* Whether an option exists on this engine. */
static bool
exists_here(dbc_host *host, const dbc_option *option)
{
	return !option->engines || dbc_is_here(host, option->engines);
}

static _Noreturn void
refuse_key(dbc_host *host, const char *key, const dbc_option *options,
		   int noptions)
{
	const char **names =
		dbc_alloc(host, ((size_t) noptions + 1) * sizeof(char *));
	int count = 0;

	for (int i = 0; i < noptions; i++)
		if (exists_here(host, &options[i]))
			names[count++] = options[i].name;
	names[count] = NULL;
	if (count == 0)
		dbc_fail(
			host, DBC_INVALID_PARAMETER, NULL,
			dbc_format(host, "There are no options on %s.", host->engine_title),
			"unknown option \"%s\"", key);
	dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
			 dbc_format(host, "%sValid options are: %s.",
						dbc_did_you_mean(host, key, names),
						joined(host, names)),
			 "unknown option \"%s\"", key);
}

/* The place of text in the choices, -1 if it is none of them; 0 if there are no
 * choices. */
static int
choice_of(const dbc_option *option, const char *text)
{
	if (!text || !option->choices)
		return text ? 0 : -1;
	for (int i = 0; option->choices[i]; i++)
		if (dbc_same(option->choices[i], text))
			return i;
	return -1;
}

/* Reads an integer within the option's range. */
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

static const char **
read_texts(dbc_host *host, const dbc_option *option, const char *json)
{
	dbc_json_entries elements = dbc_json_read_entries(host, json, option->name);
	const char **texts =
		dbc_alloc(host, ((size_t) elements.count + 1) * sizeof(char *));

	for (int i = 0; i < elements.count; i++)
	{
		texts[i] = elements.list[i].text;
		if (elements.list[i].kind != DBC_I_STRING ||
			choice_of(option, texts[i]) < 0)
			refuse_value(
				host, option,
				elements.list[i].kind == DBC_I_STRING ? texts[i] : NULL, json);
	}
	return texts;
}

/* A refused value as both engines show it: jsonb writes numbers in full. */
static const char *
show_value(dbc_host *host, const dbc_json_entry *member)
{
	double number;

	if (member->kind == DBC_I_STRING)
		return dbc_format(host, "\"%s\"", member->text);
	if (member->kind != DBC_I_NUMBER)
		return member->text;
	if (!dbc_parse_real(member->text, &number) || fabs(number) >= 1e15)
		return "a number of this size";
	return dbc_real_text(host, number);
}

static void
read_member(dbc_host *host, const dbc_option *option,
			const dbc_json_entry *member, dbc_option_value *given)
{
	bool fits = false;

	if (!exists_here(host, option))
		dbc_fail(host, DBC_UNSUPPORTED, NULL,
				 option->instead
					 ? option->instead
					 : dbc_format(host, "Remove the option %s.", option->name),
				 "option \"%s\" exists on %s only", option->name,
				 dbc_engine_title(option->engines));
	switch (option->type)
	{
		case DBC_O_BOOL:
			fits = member->kind <= DBC_I_TRUE;
			given->integer = member->kind == DBC_I_TRUE;
			break;
		case DBC_O_INT:
			fits = member->kind == DBC_I_NUMBER &&
				   read_int(option, member->text, &given->integer);
			break;
		case DBC_O_TEXT:
			given->choice = member->kind == DBC_I_STRING
								? choice_of(option, member->text)
								: -1;
			fits = given->choice >= 0;
			break;
		case DBC_O_SQL:
			fits = member->kind == DBC_I_STRING || member->kind == DBC_I_OBJECT;
			break;
		case DBC_O_TEXTS:
			fits = member->kind == DBC_I_ARRAY;
			if (fits)
				given->texts = read_texts(host, option, member->text);
			break;
		case DBC_O_ARRAY:
			fits = member->kind == DBC_I_ARRAY;
			break;
		case DBC_O_OBJECT:
			fits = member->kind == DBC_I_OBJECT;
			break;
	}
	if (!fits)
		refuse_value(host, option,
					 member->kind == DBC_I_STRING ? member->text : NULL,
					 show_value(host, member));
	given->text = option->type == DBC_O_SQL && member->kind == DBC_I_OBJECT
					  ? dbc_own_dialect(host, member->text, option->name)
					  : member->text;
	given->given = true;
}

const dbc_option_value *
dbc_read_option_array(dbc_host *host, const dbc_value *value,
					  const dbc_option *options)
{
	dbc_option_value *given;
	dbc_json_entries members;
	int noptions = 0;
	int j;

	while (options[noptions].name)
		noptions++;
	given = dbc_alloc(host, ((size_t) noptions + 1) * sizeof(*given));
	if (value->kind == DBC_NULL)
		return given;
	if (!dbc_may_be_json(value->text))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Pass a JSON object such as '{\"key\": value}'.",
				 "options must be a JSON object, not %s", value->text);
	members = dbc_json_read_entries(host, value->text, "options");
	for (int i = 0; i < members.count; i++)
	{
		const dbc_json_entry *member = &members.list[i];

		for (j = 0; j < noptions; j++)
			if (dbc_same(options[j].name, member->key))
				break;
		if (j == noptions)
			refuse_key(host, member->key, options, noptions);
		if (member->kind != DBC_I_NULL)
			read_member(host, &options[j], member, &given[j]);
	}
	return given;
}

int64_t
dbc_read_since(dbc_host *host, const dbc_option_value *given)
{
	int64_t since_ms = 0;

	if (given->given && !dbc_parse_time(given->text, &since_ms))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Write a time such as 2026-11-21T09:00:00Z.",
				 "option \"since\" cannot be \"%s\"", given->text);
	return since_ms;
}
