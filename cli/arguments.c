/*
 * arguments.c
 *	  Reads a command line into an invocation.
 *
 *	  dbcare [GLOBAL ...] VERB [ARGUMENT ...] [FLAG ...]
 *
 * Flags can stand anywhere, as --flag value or --flag=value; -- ends them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/terminal.h"
#include "cli/verbs.h"

/* What is left of a command line. */
typedef struct words
{
	int argc;
	char **argv;
	int next;
	int arguments; /* of the verb, read so far */
	bool no_more_flags;
} words;

static bool
complain(const char *hint, const char *format, const char *word)
{
	cli_text message = {0};

	/* the formats are literals of this file */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	cli_addf(&message, format, word);
#pragma GCC diagnostic pop
	cli_complain(message.data, NULL, hint);
	cli_text_free(&message);
	return false;
}

/* Names that are farther from a word than two letters are not what it means. */
#define FARTHEST 4

/* How far apart two words are: 2 for each letter to insert, delete or replace,
 * and 1 to swap it with the next one, the commonest slip. */
static int
distance(const char *left, const char *right)
{
	enum
	{
		MOST = 64
	};
	int rows[3][MOST]; /* of the letter before the last one, that, and this */
	int length = (int) strlen(right);

	if (length >= MOST)
		return MOST;
	for (int i = 0; i <= length; i++)
		rows[1][i] = 2 * i;
	for (int i = 1; left[i - 1]; i++)
	{
		int *this = rows[2];

		this[0] = 2 * i;
		for (int k = 1; k <= length; k++)
		{
			int best = rows[1][k - 1] + 2 * (left[i - 1] != right[k - 1]);

			best = rows[1][k] + 2 < best ? rows[1][k] + 2 : best;
			best = this[k - 1] + 2 < best ? this[k - 1] + 2 : best;
			if (i > 1 && k > 1 && left[i - 1] == right[k - 2] &&
				left[i - 2] == right[k - 1] && rows[0][k - 2] + 1 < best)
				best = rows[0][k - 2] + 1;
			this[k] = best;
		}
		memcpy(rows[0], rows[1], sizeof(rows[0]));
		memcpy(rows[1], rows[2], sizeof(rows[1]));
	}
	return rows[1][length];
}

/* Adds a name to "Did you mean a or b? " if the word may stand for it: it
 * begins so, or is as close as the closest name. */
static void
add_guess(cli_text *hint, const char *word, const char *name, int closest)
{
	bool begins = strlen(word) >= 3 && strncmp(name, word, strlen(word)) == 0;

	if (begins || (closest <= FARTHEST && distance(word, name) == closest))
		cli_addf(hint, "%s%s", hint->length == 0 ? "Did you mean " : " or ",
				 name);
}

static bool
unknown_verb(const char *word)
{
	int closest = FARTHEST + 1;
	cli_text hint = {0};

	for (const cli_verb *verb = cli_verbs; verb->name; verb++)
	{
		int far = distance(word, verb->name);

		closest = far < closest ? far : closest;
	}
	for (const cli_verb *verb = cli_verbs; verb->name; verb++)
		add_guess(&hint, word, verb->name, closest);
	cli_addf(&hint, "%sdbcare help lists all verbs.",
			 hint.length > 0 ? "? " : "");
	complain(hint.data, "unknown verb \"%s\"", word);
	cli_text_free(&hint);
	return false;
}

static bool
unknown_flag(const cli_verb *verb, const char *word)
{
	const cli_item *lists[] = {verb->items, cli_globals};
	char *flag = cli_copy_bytes(word, strcspn(word, "="));
	int closest = FARTHEST + 1;
	cli_text hint = {0};

	for (int i = 0; i < 2; i++)
	{
		for (const cli_item *item = lists[i]; item->name; item++)
		{
			int far = distance(flag, item->name);

			closest = far < closest ? far : closest;
		}
	}
	for (int i = 0; i < 2; i++)
	{
		for (const cli_item *item = lists[i]; item->name; item++)
		{
			if (*item->name == '-')
				add_guess(&hint, flag, item->name, closest);
		}
	}
	cli_addf(&hint, "%sSee dbcare help %s.", hint.length > 0 ? "? " : "",
			 verb->name);
	complain(hint.data, "unknown flag \"%s\"", word);
	cli_text_free(&hint);
	free(flag);
	return false;
}

/* The value of a flag: what follows the sign of equality, or the next word. */
static const char *
flag_value(words *line, const char *word)
{
	const char *equals = strchr(word, '=');

	if (equals)
		return equals + 1;
	if (line->next < line->argc)
		return line->argv[line->next++];
	complain(NULL, "flag %s needs a value", word);
	return NULL;
}

/* Whether a word is the flag, alone or with a value after =. */
static bool
is_flag(const char *word, const char *flag)
{
	size_t length = strlen(flag);

	return strncmp(word, flag, length) == 0 &&
		   (word[length] == '\0' || word[length] == '=');
}

/* Whether text is a JSON value by its first letter, or by being a number. */
static bool
looks_like_json(const char *text)
{
	char *end;

	if (*text && strchr("{[\"", *text))
		return true;
	if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0 ||
		strcmp(text, "null") == 0)
		return true;
	if (!*text || !strchr("-0123456789", *text))
		return false;
	strtod(text, &end);
	return *end == '\0' && !strpbrk(text, "xXnNpP");
}

bool
cli_read_option(cli_invocation *invocation, const char *word)
{
	const char *equals = strchr(word, '=');
	cli_text value = {0};
	char *key;

	if (!equals || equals == word)
		return complain("Write -o KEY=VALUE.", "option \"%s\" has no value",
						word);
	key = cli_copy_bytes(word, (size_t) (equals - word));
	if (looks_like_json(equals + 1))
		cli_add(&value, equals + 1);
	else
		cli_add_json(&value, equals + 1);
	cli_set_option(invocation, key, value.data);
	cli_text_free(&value);
	free(key);
	return true;
}

/* Reads a flag that every verb has; *known is false if it is none. */
static bool
read_global(cli_invocation *invocation, words *line, const char *word,
			bool *known)
{
	const char *value;

	*known = true;
	if (strcmp(word, "--json") == 0)
		invocation->format = CLI_JSON;
	else if (strcmp(word, "--csv") == 0)
		invocation->format = CLI_CSV;
	else if (strcmp(word, "-q") == 0 || strcmp(word, "--quiet") == 0)
		invocation->quiet = true;
	else if (strcmp(word, "-y") == 0 || strcmp(word, "--yes") == 0)
		invocation->yes = true;
	else if (is_flag(word, "--db"))
		return (invocation->database = flag_value(line, word)) != NULL;
	else if (is_flag(word, "--confirm"))
		return (invocation->confirm = flag_value(line, word)) != NULL;
	else if (strcmp(word, "-o") == 0 || is_flag(word, "--option"))
	{
		value = flag_value(line, word);
		return value && cli_read_option(invocation, value);
	}
	else
		*known = false;
	return true;
}

/* Adds values of a list, separated by commas, to those given before. */
static const char *
longer_list(const char *before, const char *more)
{
	cli_text list = {0};

	cli_addf(&list, "%s%s%s", before ? before : "", before ? "," : "", more);
	return list.data;
}

/* Adds NAME=VALUE to the members of an object that were given before; NULL if it
 * is none. */
static const char *
more_members(const char *before, const char *pair)
{
	const char *equals = strchr(pair, '=');
	cli_text members = {0};
	cli_text json = {0};
	char *name;

	if (!equals || equals == pair)
	{
		complain("Write NAME=VALUE.", "\"%s\" has no value", pair);
		return NULL;
	}
	name = cli_copy_bytes(pair, (size_t) (equals - pair));
	cli_add_json(&json, equals + 1);
	cli_add(&members, before ? before : "");
	cli_add_member(&members, name, json.data);
	cli_text_free(&json);
	free(name);
	return members.data;
}

static bool
read_flag(cli_invocation *invocation, words *line, const char *word)
{
	const cli_item *items = invocation->verb->items;

	for (int i = 0; items[i].name; i++)
	{
		if (*items[i].name != '-' || !is_flag(word, items[i].name))
			continue;
		if (!items[i].value)
		{
			if (strchr(word, '='))
				return complain(NULL, "flag %s takes no value", items[i].name);
			invocation->given[i] = "";
			return true;
		}
		word = flag_value(line, word);
		if (word && items[i].kind == CLI_LIST)
			word = longer_list(invocation->given[i], word);
		if (word && items[i].kind == CLI_PAIR)
			word = more_members(invocation->given[i], word);
		invocation->given[i] = word;
		return word != NULL;
	}
	return unknown_flag(invocation->verb, word);
}

static bool
read_argument(cli_invocation *invocation, words *line, const char *word)
{
	const cli_item *items = invocation->verb->items;
	int number = line->arguments++;
	int last = -1;

	for (int i = 0; items[i].name; i++)
	{
		if (*items[i].name == '-')
			continue;
		last = i;
		if (number-- == 0)
		{
			invocation->given[i] = word;
			return true;
		}
	}
	if (last >= 0 && strstr(items[last].name, "..."))
	{
		invocation->more[number] = word;
		return true;
	}
	return complain("Put quotes around an argument with spaces.",
					"unexpected argument \"%s\"", word);
}

/* Starts reading the arguments of a verb. */
static bool
read_verb(cli_invocation *invocation, const words *line, const char *word)
{
	int nitems = 0;

	invocation->verb = cli_find_verb(word);
	if (!invocation->verb)
		return unknown_verb(word);
	while (invocation->verb->items[nitems].name)
		nitems++;
	invocation->given = cli_alloc((size_t) nitems, sizeof(char *));
	invocation->more = cli_alloc((size_t) line->argc + 1, sizeof(char *));
	return true;
}

/* dbcare --help, dbcare VERB --help and dbcare --version. */
static bool
read_help(cli_invocation *invocation, const words *line)
{
	const char *about = invocation->verb ? invocation->verb->name : NULL;

	read_verb(invocation, line, "help");
	invocation->given[0] = about;
	return true;
}

bool
cli_read_arguments(int argc, char **argv, cli_invocation *invocation)
{
	words line = {.argc = argc, .argv = argv, .next = 1};

	while (line.next < argc)
	{
		const char *word = argv[line.next++];
		bool flag = *word == '-' && word[1] && !line.no_more_flags;
		bool known = false;

		if (flag && strcmp(word, "--") == 0)
		{
			line.no_more_flags = true;
			continue;
		}
		if (flag && (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0))
			return read_help(invocation, &line);
		if (flag && !read_global(invocation, &line, word, &known))
			return false;
		if (known)
			continue;
		if (!invocation->verb)
		{
			if (flag)
				return complain("dbcare help lists verbs and flags.",
								"unknown flag \"%s\"", word);
			if (!read_verb(invocation, &line, word))
				return false;
		}
		else if (flag ? !read_flag(invocation, &line, word)
					  : !read_argument(invocation, &line, word))
			return false;
	}
	if (!invocation->verb)
		return read_help(invocation, &line);
	for (int i = 0; invocation->verb->items[i].name; i++)
	{
		if (invocation->verb->items[i].required && !invocation->given[i])
			return complain("See dbcare help.", "argument %s is missing",
							invocation->verb->items[i].name);
	}
	return true;
}
