/*
 * conclusion.c
 *	  The last line of a verb: what was done, as a sentence of conclusions.def.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/conclusion.h"
#include "cli/document.h"
#include "cli/hint.h"
#include "cli/show.h"
#include "cli/terminal.h"

/* A sentence that is read. */
typedef struct sentence
{
	const char *at;
	const char *json;
} sentence;

static const struct
{
	const char *function;
	const char *shown;
	const char *text; /* about a document */
	const char *noun; /* of rows */
	bool compares;	  /* a row without numbers other than 0 is no difference */
} conclusions[] = {
#define CLI_CONCLUSION(function, shown, text) \
	{#function, shown, text, NULL, false},
#define CLI_LISTED(function, noun)	 {#function, NULL, NULL, noun, false},
#define CLI_COMPARED(function, noun) {#function, NULL, NULL, noun, true},
#include "cli/conclusions.def"
};

/* The value of a member of the document; NULL if there is none, or null. */
static char *
value_of(const sentence *s, const char *member)
{
	cli_text path = {0};
	char *value;

	cli_addf(&path, "$.%s", member);
	value = cli_at(s->json, path.data);
	cli_text_free(&path);
	return value;
}

/* Whether a value says nothing. */
static bool
is_nothing(const char *value)
{
	static const char *const words[] = {"", "0", "false", "[]", "{}"};

	for (size_t i = 0; value && i < sizeof(words) / sizeof(words[0]); i++)
	{
		if (strcmp(value, words[i]) == 0)
			return true;
	}
	return !value;
}

/* Reads up to one of some characters, and that. */
static char *
read_until(sentence *s, const char *ends)
{
	size_t length = strcspn(s->at, ends);
	char *text = cli_copy_bytes(s->at, length);

	s->at += length + (s->at[length] != '\0');
	return text;
}

/* ---- values ---- */

/* Adds a value, of a list its elements. */
static void
add_value(cli_text *out, const char *value)
{
	cli_result elements = cli_entries(*value == '[' ? value : "");

	for (int i = 0; i < elements.nrows; i++)
	{
		const char *element = *cli_cell(&elements, i, 1);

		cli_add(out, i > 0 ? ", " : "");
		cli_add_shown(out, element ? element : "null", -1, false);
	}
	if (elements.nrows == 0)
		cli_add_shown(out, value, -1, false);
	cli_free_result(&elements);
}

/* Adds how many a number or a list is; without a noun the number alone. */
static void
add_number(cli_text *out, const char *value, const char *noun)
{
	cli_result elements = cli_entries(value && *value == '[' ? value : "");
	long long number = elements.nrows > 0 ? elements.nrows
					   : value			  ? atoll(value)
										  : 0;

	if (*noun)
		cli_add_count(out, number, noun);
	else
		cli_addf(out, "%lld", number);
	cli_free_result(&elements);
}

/* Adds {member}, {member#noun} or {member!unit}; false if it says nothing. */
static bool
add_member(cli_text *out, sentence *s)
{
	const char *begin = s->at;
	char *member = read_until(s, "#!}");
	char mark = begin[strlen(member)];
	char *rest = mark == '}' ? cli_copy("") : read_until(s, "}");
	char *value = value_of(s, member);
	bool says = !is_nothing(value);

	if (mark == '#')
		add_number(out, value, rest);
	else if (value && strcmp(rest, "bytes") == 0)
		cli_add_size(out, atof(value));
	else if (value && strcmp(rest, "ms") == 0)
		cli_addf(out, "%.1f s", atof(value) / 1000);
	else if (value && strcmp(rest, "number") == 0)
	{
		cli_shorten(&value);
		cli_add(out, value);
	}
	else if (value && strcmp(rest, "said") == 0)
	{
		char *said = cli_speak(value, NULL, NULL);

		cli_add_shown(out, said, -1, true);
		free(said);
	}
	else if (value)
		add_value(out, value);
	free(member);
	free(rest);
	free(value);
	return says;
}

/* ---- parts ---- */

static bool add_text(cli_text *out, sentence *s);

/* Reads "?member: ", "?member=value: " or "!member: "; whether it is so. */
static bool
read_condition(sentence *s)
{
	bool wanted = *s->at++ == '?';
	char *condition = read_until(s, ":");
	char *equals = strchr(condition, '=');
	char *value;
	bool holds;

	s->at += *s->at == ' ';
	if (equals)
		*equals = '\0';
	value = value_of(s, condition);
	if (equals)
		holds = strcmp(value ? value : "", equals + 1) == 0;
	else
		holds = !is_nothing(value);
	free(value);
	free(condition);
	return holds == wanted;
}

/* Adds "*member: text" for each element of a list of objects. */
static void
add_each(cli_text *out, sentence *s)
{
	char *member;
	char *list;
	cli_result elements;
	const char *text;
	cli_text nothing = {0};

	s->at++;
	member = read_until(s, ":");
	s->at += *s->at == ' ';
	text = s->at;
	list = value_of(s, member);
	elements = cli_entries(list ? list : "");
	for (int i = 0; i < elements.nrows; i++)
	{
		sentence each = {text, *cli_cell(&elements, i, 1)};

		(void) add_text(out, &each);
	}
	/* what is behind it, also of an empty list */
	(void) add_text(&nothing, s);
	cli_text_free(&nothing);
	cli_free_result(&elements);
	free(member);
	free(list);
}

/* Adds what stands between brackets, unless it is left out. */
static void
add_choice(cli_text *out, sentence *s)
{
	bool conditional = *s->at == '?' || *s->at == '!';
	bool holds = !conditional || read_condition(s);
	cli_text part = {0};
	bool complete = add_text(&part, s);

	if (holds && (conditional || complete))
		cli_add(out, cli_text_of(&part));
	cli_text_free(&part);
}

/* Adds text up to its end, or that of its part; false if a value says nothing.
 */
static bool
add_text(cli_text *out, sentence *s)
{
	bool complete = true;

	while (*s->at && *s->at != ']')
	{
		char next = *s->at++;

		if (next == '{')
			complete = add_member(out, s) && complete;
		else if (next == '[' && *s->at == '*')
			add_each(out, s);
		else if (next == '[')
			add_choice(out, s);
		else
			cli_add_bytes(out, &next, 1);
	}
	s->at += *s->at == ']';
	return complete;
}

void
cli_add_sentence(cli_text *out, const char *text, const char *json)
{
	sentence s = {text, json};

	(void) add_text(out, &s);
	cli_add(out, "\n");
}

/* ---- rows ---- */

static bool
differs(const cli_result *result, int row)
{
	for (int i = 0; i < result->ncolumns; i++)
	{
		const char *cell = *cli_cell(result, row, i);

		if (result->types[i] == DBC_T_INT && cell && strcmp(cell, "0") != 0)
			return true;
	}
	return false;
}

int
cli_differing(const cli_result *result)
{
	int count = 0;

	for (int row = 0; row < result->nrows; row++)
		count += differs(result, row);
	return count;
}

static void
add_rows(cli_text *out, const cli_result *result, const char *noun,
		 bool compares)
{
	int differing = compares ? cli_differing(result) : 0;

	cli_add_count(out, result->nrows, noun);
	if (compares && differing > 0)
		cli_addf(out, ", %d of them %s", differing,
				 differing == 1 ? "differs" : "differ");
	else if (compares)
		cli_add(out, ", no differences");
	cli_add(out, "\n");
}

bool
cli_conclude(cli_text *out, const char *function, const cli_result *result,
			 const char **shown)
{
	for (size_t i = 0; i < sizeof(conclusions) / sizeof(conclusions[0]); i++)
	{
		if (strcmp(conclusions[i].function, function) != 0 ||
			(conclusions[i].noun != NULL) == result->is_value)
			continue;
		*shown = conclusions[i].shown;
		if (conclusions[i].noun)
			add_rows(out, result, conclusions[i].noun, conclusions[i].compares);
		else if (!result->cells[0])
			return false;
		else
			cli_add_sentence(out, conclusions[i].text, result->cells[0]);
		return true;
	}
	return false;
}
