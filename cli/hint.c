/*
 * hint.c
 *	  Hints of functions as people type them.
 *
 * The functions name calls in SQL, which is what their callers type.  Verbs and
 * their flags are declared with the function and the option that they stand
 * for, so the command line follows from that.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "cli/document.h"
#include "cli/hint.h"
#include "cli/text.h"
#include "cli/verbs.h"

#include "common/core/inner_call.h"

/* The longest name of a function that is looked up. */
#define LONGEST_NAME 64

static const cli_verb *
find_verb_of(const char *function)
{
	for (const cli_verb *verb = cli_verbs; verb->name; verb++)
	{
		if (verb->function && strcmp(verb->function, function) == 0)
			return verb;
	}
	return NULL;
}

/* The item of a verb that stands for an argument or option; NULL if none does.
 */
static const cli_item *
find_item(const cli_verb *verb, const char *target)
{
	for (const cli_item *item = verb ? verb->items : NULL; item && item->name;
		 item++)
	{
		if (item->target && strcmp(item->target, target) == 0)
			return item;
	}
	return NULL;
}

/* The flag with the name of an option, which a verb passes on to the function
 * that reads the files; NULL if there is none. */
static const cli_item *
find_flag(const cli_verb *verb, const char *option)
{
	for (const cli_item *item = verb ? verb->items : NULL; item && item->name;
		 item++)
	{
		if (!item->target && item->name[0] == '-' &&
			strcmp(item->name + 2, option) == 0)
			return item;
	}
	return NULL;
}

/* Adds a word, in quotes if a shell would read it otherwise. */
static void
add_word(cli_text *out, const char *word)
{
	bool plain = *word && strspn(word, "abcdefghijklmnopqrstuvwxyz"
									   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
									   "0123456789._-+/:,=@%") == strlen(word);

	if (plain)
		cli_add(out, word);
	else
		cli_add_single_quoted(out, word, "'\\''");
}

/* The words of a list behind each other, with commas. */
static char *
joined(const char *array)
{
	cli_result elements = cli_entries(array);
	cli_text list = {0};

	for (int i = 0; i < elements.nrows; i++)
		cli_addf(&list, "%s%s", i > 0 ? "," : "", *cli_cell(&elements, i, 1));
	cli_free_result(&elements);
	return list.data ? list.data : cli_copy("");
}

/* Adds the values of placeholders. */
static void
add_vars(cli_text *out, const char *json)
{
	cli_result members = cli_entries(json);

	for (int i = 0; i < members.nrows; i++)
	{
		cli_text word = {0};

		cli_addf(&word, "%s=%s", *cli_cell(&members, i, 0),
				 *cli_cell(&members, i, 1));
		cli_add(out, " --var ");
		add_word(out, word.data);
		cli_text_free(&word);
	}
	cli_free_result(&members);
}

/* The length of a JSON object at the beginning of a text; 0: it has no end. */
static size_t
length_of_object(const char *text)
{
	int depth = 0;

	for (size_t i = 0; text[i]; i++)
	{
		depth += (text[i] == '{') - (text[i] == '}');
		if (depth == 0)
			return i + 1;
	}
	return 0;
}

/* Adds an option as its flag, or else as -o. */
static void
add_option(cli_text *out, const cli_verb *verb, const char *key,
		   const char *value, const char *type)
{
	const cli_item *item = find_item(verb, key);
	char *list = strcmp(type, "array") == 0 ? joined(value) : NULL;
	cli_text word = {0};

	/* also verbs that pass them on to the function that reads the files */
	if (strcmp(key, "vars") == 0)
		add_vars(out, value);
	else if (item && item->value)
	{
		cli_addf(out, " %s ", item->name);
		add_word(out, list ? list : value);
	}
	else if (item && strcmp(value, "true") == 0)
		cli_addf(out, " %s", item->name);
	else
	{
		cli_addf(&word, "%s=%s", key, value);
		cli_add(out, " -o ");
		add_word(out, word.data);
	}
	free(list);
	cli_text_free(&word);
}

/* Adds the options of a call; false if they are no JSON object. */
static bool
add_options(cli_text *out, const cli_verb *verb, const char *json)
{
	cli_result members;
	cli_text complete = {0};
	bool read;

	/* a hint leaves out what it does not know: {"accept": [...]} */
	for (const char *at = json; *at; at++)
	{
		if (strncmp(at, "[...]", 5) == 0)
		{
			cli_add(&complete, "[\"...\"]");
			at += 4;
		}
		else
			cli_add_bytes(&complete, at, 1);
	}
	members = cli_entries(cli_text_of(&complete));
	read = members.nrows > 0;
	for (int i = 0; i < members.nrows; i++)
	{
		const char *value = *cli_cell(&members, i, 1);

		add_option(out, verb, *cli_cell(&members, i, 0), value ? value : "null",
				   *cli_cell(&members, i, 2));
	}
	cli_free_result(&members);
	cli_text_free(&complete);
	return read;
}

/* Reads a text in single quotes, and what is behind it. */
static char *
read_literal(const char **at)
{
	cli_text literal = {0};

	for (++*at; **at && (**at != '\'' || (*at)[1] == '\''); ++*at)
	{
		if (**at == '\'')
			++*at;
		cli_add_bytes(&literal, *at, 1);
	}
	if (**at == '\'')
		++*at;
	return literal.data ? literal.data : cli_copy("");
}

/* Reads a word up to the end of an argument. */
static char *
read_bare(const char **at)
{
	size_t length = strcspn(*at, ",)'");
	char *word = cli_copy_bytes(*at, length);

	*at += length;
	while (length > 0 && isspace((unsigned char) word[length - 1]))
		word[--length] = '\0';
	return word;
}

/* Adds one argument; false if it cannot be said on the command line. */
static bool
add_argument(cli_text *out, const dbc_function *fn, const cli_verb *verb,
			 int number, const char *value)
{
	const dbc_field *field = &fn->args[number];
	const cli_item *item = find_item(verb, field->name);

	if (field->type == DBC_T_END)
		return false;
	if (strcmp(field->name, "options") == 0)
		return add_options(out, verb, value);
	if (verb && !item)
		return false;
	cli_add(out, " ");
	if (!verb)
		cli_addf(out, "%s=", field->name);
	else if (item->name[0] == '-')
		cli_addf(out, "%s ", item->name);
	add_word(out, value);
	return true;
}

/* Adds the command line of a call whose arguments begin at *at; false if it
 * cannot be read. */
static bool
add_call(cli_text *out, const dbc_function *fn, const char **at)
{
	const cli_verb *verb = find_verb_of(fn->name);
	bool read = true;

	/* the verb runs until it is stopped, which other connections do not */
	if (verb && strcmp(verb->name, "monitor") == 0)
		return false;
	if (verb)
		cli_addf(out, "dbcare %s", verb->name);
	else
		cli_addf(out, "dbcare call %s", fn->name);
	for (int i = 0; read && **at && **at != ')'; i++)
	{
		bool literal = **at == '\'';
		char *value = literal ? read_literal(at) : read_bare(at);

		read = (!literal && strcmp(value, "null") == 0) ||
			   (strncmp(value, "...", 3) != 0 &&
				add_argument(out, fn, verb, i, value));
		free(value);
		*at += strspn(*at, ", ");
	}
	if (!read || **at != ')')
		return false;
	++*at;
	/* dbmigrate_deploy() and {"rollback": true} */
	for (int i = 0; i < 2; i++)
	{
		const char *word = i == 0 ? " and {" : " with {";
		size_t length = strlen(word);
		const char *end = strchr(*at, '}');

		if (strncmp(*at, word, length) == 0 && end)
		{
			const char *json = *at + length - 1;
			char *options = cli_copy_bytes(json, (size_t) (end - json) + 1);

			read = add_options(out, verb, options);
			free(options);
			*at = end + 1;
			break;
		}
	}
	return read;
}

/* The function whose call begins here, and where its arguments do. */
static const dbc_function *
find_call(const char *at, const char **arguments)
{
	size_t length = strspn(at, "abcdefghijklmnopqrstuvwxyz_");
	char name[LONGEST_NAME];

	if (length == 0 || length >= sizeof(name) || at[length] != '(')
		return NULL;
	memcpy(name, at, length);
	name[length] = '\0';
	*arguments = at + length + 1;
	return dbc_find_function(name);
}

/* What stands before a call in SQL. */
static size_t
length_of_keyword(const char *at)
{
	static const char *const words[] = {"CALL ",		  "call ",
										"SELECT * FROM ", "select * from ",
										"SELECT ",		  "select "};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
	{
		if (strncmp(at, words[i], strlen(words[i])) == 0)
			return strlen(words[i]);
	}
	return 0;
}

/* ---- options ---- */

bool
cli_has_option(const dbc_function *fn, const char *name)
{
	for (const dbc_option *option = fn->options; option && option->name;
		 option++)
	{
		if (strcmp(option->name, name) == 0)
			return true;
	}
	return false;
}

/* Adds the flag of an option, or what stands for it where there is none. */
static void
add_flag(cli_text *out, const cli_verb *verb, const char *name)
{
	const cli_item *item = find_item(verb, name);

	item = item ? item : find_flag(verb, name);
	if (item && *item->name == '-')
		cli_add(out, item->name);
	else
		cli_addf(out, "%s%s=VALUE", verb->function ? "-o " : "", name);
}

/* Adds the option whose name begins here, in double quotes or not; false if the
 * function has no such option. */
static bool
add_named_option(cli_text *out, const cli_verb *verb, const dbc_function *fn,
				 const char **at)
{
	bool quoted = **at == '"';
	size_t length = strspn(*at + quoted, "abcdefghijklmnopqrstuvwxyz_");
	char *name = cli_copy_bytes(*at + quoted, length);
	bool known =
		cli_has_option(fn, name) && (!quoted || (*at)[length + 1] == '"');

	if (known)
	{
		add_flag(out, verb, name);
		*at += length + (quoted ? 2 : 0);
	}
	free(name);
	return known;
}

/* What stands between two options of a list. */
static size_t
length_of_link(const char *at)
{
	static const char *const links[] = {", ", " and ", " or "};

	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
	{
		if (strncmp(at, links[i], strlen(links[i])) == 0)
			return strlen(links[i]);
	}
	return 0;
}

/* Adds the options {"all": true} as flags; false if these are none, or none of
 * the function, unless that is NULL. */
static bool
add_object(cli_text *out, const cli_verb *verb, const dbc_function *fn,
		   const char **at)
{
	size_t length = **at == '{' ? length_of_object(*at) : 0;
	char *json = cli_copy_bytes(*at, length);
	cli_result members = cli_entries(length > 0 ? json : "{}");
	cli_text options = {0};
	bool known = members.nrows > 0;

	for (int i = 0; known && i < members.nrows; i++)
		known = !fn || cli_has_option(fn, *cli_cell(&members, i, 0));
	known = known && add_options(&options, verb, json);
	if (known)
	{
		/* each begins with a blank */
		cli_add(out, options.data + 1);
		*at += length;
	}
	cli_free_result(&members);
	cli_text_free(&options);
	free(json);
	return known;
}

/* Adds "the option orphans", "options rules and indexes" or "the option
 * {"all": true}" as flags; false if this is no such text. */
static bool
add_mention(cli_text *out, const cli_verb *verb, const dbc_function *fn,
			const char **from)
{
	static const char *const words[] = {"the options ", "the option ",
										"options ",		"option ",
										"Options ",		"Option "};
	const char *at = NULL;

	for (size_t i = 0; !at && i < sizeof(words) / sizeof(words[0]); i++)
	{
		if (strncmp(*from, words[i], strlen(words[i])) == 0)
			at = *from + strlen(words[i]);
	}
	if (at && add_object(out, verb, NULL, &at))
	{
		*from = at;
		return true;
	}
	if (!at || !add_named_option(out, verb, fn, &at))
		return false;
	for (size_t link = length_of_link(at); link > 0; link = length_of_link(at))
	{
		cli_text next = {0};
		const char *behind = at + link;
		bool known;

		cli_add_bytes(&next, at, link);
		known = add_named_option(&next, verb, fn, &behind);
		if (known)
		{
			cli_add(out, next.data);
			at = behind;
		}
		cli_text_free(&next);
		if (!known)
			break;
	}
	*from = at;
	return true;
}

char *
cli_speak(const char *text, const cli_verb *verb, const dbc_function *called)
{
	cli_text out = {0};
	const char *at = text;

	while (*at)
	{
		bool begins = at == text || (!isalnum((unsigned char) at[-1]) &&
									 at[-1] != '_' && at[-1] != '.');
		size_t keyword = begins ? length_of_keyword(at) : 0;
		const char *end;
		const dbc_function *fn = begins ? find_call(at + keyword, &end) : NULL;
		cli_text line = {0};

		if (fn && add_call(&line, fn, &end))
		{
			cli_add(&out, line.data);
			/* a statement that another one follows is a command of its own */
			at = end + (keyword > 0 && *end == ';' && end[1] == '\0');
		}
		else if (!begins || !verb || !called ||
				 (!add_object(&out, verb, called, &at) &&
				  !add_mention(&out, verb, called, &at)))
			cli_add_bytes(&out, at++, 1);
		cli_text_free(&line);
	}
	return out.data ? out.data : cli_copy("");
}
