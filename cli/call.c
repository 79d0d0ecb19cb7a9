/*
 * call.c
 *	  The verb call: any function of api.def, with arguments by name.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/folder.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

#include "common/core/inner_call.h"

static int
argument_number(const dbc_function *fn, const char *name, size_t length)
{
	for (int i = 0; fn->args[i].type != DBC_T_END; i++)
	{
		if (strlen(fn->args[i].name) == length &&
			memcmp(fn->args[i].name, name, length) == 0)
			return i;
	}
	return -1;
}

/* Says what is wrong with the command line, and how the function is called. */
static bool
refuse(const dbc_function *fn, const char *problem, const char *word)
{
	cli_text message = {0};
	cli_text usage = {0};
	cli_text hint = {0};

	cli_addf(&message, "%s \"%s\"", problem, word);
	cli_addf(&usage, "usage: dbcare call %s", fn->name);
	for (const dbc_field *arg = fn->args; arg->type != DBC_T_END; arg++)
	{
		bool optional = arg->optional || arg->nullable;

		cli_addf(&usage, " %s%s=%s%s", optional ? "[" : "", arg->name,
				 strcmp(arg->name, "options") == 0 ? "JSON" : "VALUE",
				 optional ? "]" : "");
	}
	cli_add(&hint, "doc/functions.md explains arguments and options.");
	cli_complain(message.data, usage.data, hint.data);
	cli_text_free(&message);
	cli_text_free(&usage);
	cli_text_free(&hint);
	return false;
}

/* Reads NAME=VALUE: an argument, or else an option of the function. */
static bool
read_word(cli_invocation *invocation, const dbc_function *fn, const char **args,
		  const char *word)
{
	const char *equals = strchr(word, '=');
	int number;

	if (!equals)
		return refuse(fn, "there is no = in", word);
	number = argument_number(fn, word, (size_t) (equals - word));
	if (number >= 0)
	{
		args[number] =
			equals[1] == '@' ? cli_read_file(equals + 2, NULL) : equals + 1;
		return args[number] != NULL;
	}
	if (argument_number(fn, "options", strlen("options")) < 0)
		return refuse(fn, "the function has no argument of this name:", word);
	return cli_read_option(invocation, word);
}

/* Sets the arguments, and the options as the one of that name. */
static bool
read_words(cli_invocation *invocation, const dbc_function *fn,
		   const char **args)
{
	const char *first = cli_given(invocation, "NAME=VALUE ...");
	int options = argument_number(fn, "options", strlen("options"));
	cli_text all = {0};

	if (first && !read_word(invocation, fn, args, first))
		return false;
	for (int i = 0; first && invocation->more[i]; i++)
	{
		if (!read_word(invocation, fn, args, invocation->more[i]))
			return false;
	}
	for (int i = 0; fn->args[i].type != DBC_T_END; i++)
	{
		if (!args[i] && i != options && !fn->args[i].optional &&
			!fn->args[i].nullable)
			return refuse(fn, "the function needs the argument",
						  fn->args[i].name);
	}
	if (invocation->confirm && options >= 0)
	{
		cli_text name = {0};

		cli_add_json(&name, invocation->confirm);
		cli_set_option(invocation, "confirm", name.data);
		cli_text_free(&name);
	}
	if (invocation->options.length == 0)
		return true;
	if (options < 0 || args[options])
		return refuse(fn,
					  options < 0 ? "the function has no options:"
								  : "options are given twice:",
					  invocation->options.data);
	cli_addf(&all, "{%s}", invocation->options.data);
	args[options] = all.data;
	return true;
}

int
cli_run_call(cli_invocation *invocation)
{
	const char *name = cli_given(invocation, "FUNCTION");
	const dbc_function *fn = dbc_find_function(name);
	const char **args;
	cli_result result;
	int nargs = 0;
	int code;

	if (!fn)
	{
		cli_complain("there is no such function", name,
					 "doc/functions.md lists all functions.");
		return CLI_ERROR;
	}
	while (fn->args[nargs].type != DBC_T_END)
		nargs++;
	args = cli_alloc((size_t) nargs + 1, sizeof(char *));
	if (!read_words(invocation, fn, args))
		return CLI_ERROR;
	if (!cli_call(&invocation->db, fn->name, args, &result))
		return cli_fail(invocation, fn->name);
	cli_show_result(invocation, &result);
	code = cli_judge(invocation, &result);
	cli_free_result(&result);
	free(args);
	return code;
}
