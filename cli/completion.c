/*
 * completion.c
 *	  Completion scripts for shells, made from verbs.def.
 */
#include <string.h>

#include "cli/terminal.h"
#include "cli/verbs.h"

/* The flags among items, each after a blank. */
static void
add_flags(cli_text *out, const cli_item *item)
{
	for (; item->name; item++)
	{
		if (*item->name == '-')
			cli_addf(out, " %s", item->name);
	}
}

/* Whether text is a list of words to choose from: up|down. */
static bool
is_choice(const char *text)
{
	return text && strchr(text, '|') &&
		   !strpbrk(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
}

/* Those words, each after a blank. */
static void
add_choices(cli_text *out, const char *text)
{
	cli_add(out, " ");
	for (; *text; text++)
		cli_add_bytes(out, *text == '|' ? " " : text, 1);
}

/* The words that can be the argument of a verb. */
static void
add_arguments(cli_text *out, const cli_verb *verb)
{
	for (const cli_item *item = verb->items; item->name; item++)
	{
		if (*item->name != '-' && is_choice(item->name))
			add_choices(out, item->name);
	}
}

/* Patterns of a shell for the flags of all verbs that have a value. */
static void
add_valued_globals(cli_text *out)
{
	const char *bar = "";

	for (const cli_item *item = cli_globals; item->name; item++)
	{
		if (!item->value)
			continue;
		cli_addf(out, "%s%s", bar, item->name);
		if (item->letter)
			cli_addf(out, " | -%c", item->letter);
		bar = " | ";
	}
}

/* Branches of a case of bash or zsh: the values of each flag that has some. */
static void
add_values(cli_text *out)
{
	for (const cli_verb *verb = cli_verbs; verb->name; verb++)
	{
		for (const cli_item *item = verb->items; item->name; item++)
		{
			if (*item->name != '-' || !is_choice(item->value))
				continue;
			cli_addf(out, "\t\"%s %s\") values=\"", verb->name, item->name);
			add_choices(out, item->value);
			cli_add(out, "\" ;;\n");
		}
	}
}

static void
add_bash(cli_text *out)
{
	cli_add(out, "_dbcare()\n{\n"
				 "\tlocal word=${COMP_WORDS[COMP_CWORD]} verb= words= values= "
				 "i\n"
				 "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
				 "\t\tcase ${COMP_WORDS[i]} in\n\t\t");
	add_valued_globals(out);
	cli_add(out, ") ((i++)) ;;\n"
				 "\t\t-*) ;;\n"
				 "\t\t*) verb=${COMP_WORDS[i]}; break ;;\n"
				 "\t\tesac\n\tdone\n\tcase $verb in\n\t\"\") values=\"");
	for (const cli_verb *verb = cli_verbs; verb->name; verb++)
		cli_addf(out, " %s", verb->name);
	cli_add(out, "\" ;;\n");
	for (const cli_verb *verb = cli_verbs; verb->name; verb++)
	{
		cli_addf(out, "\t%s) words=\"", verb->name);
		add_flags(out, verb->items);
		cli_add(out, "\" values=\"");
		add_arguments(out, verb);
		cli_add(out, "\" ;;\n");
	}
	cli_add(out, "\tesac\n\tcase \"$verb ${COMP_WORDS[COMP_CWORD - 1]}\" in\n");
	add_values(out);
	cli_add(out, "\tesac\n\tif [[ $word == -* ]]; then\n"
				 "\t\tmapfile -t COMPREPLY < <(compgen -W \"$words");
	add_flags(out, cli_globals);
	cli_add(out, "\" -- \"$word\")\n"
				 "\telif [[ -n $values ]]; then\n"
				 "\t\tmapfile -t COMPREPLY < <(compgen -W \"$values\" -- "
				 "\"$word\")\n"
				 "\telse\n"
				 "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
				 "\tfi\n}\n"
				 "complete -o filenames -F _dbcare dbcare\n");
}

static void
add_zsh(cli_text *out)
{
	cli_add(out, "#compdef dbcare\n_dbcare()\n{\n"
				 "\tlocal -a verbs flags\n\tverbs=(\n");
	for (const cli_verb *verb = cli_verbs; verb->name; verb++)
	{
		cli_text entry = {0};

		cli_addf(&entry, "%s:%s", verb->name, verb->summary);
		cli_add(out, "\t\t");
		cli_add_single_quoted(out, entry.data, "'\\''");
		cli_add(out, "\n");
		cli_text_free(&entry);
	}
	cli_add(out, "\t)\n\tflags=(");
	add_flags(out, cli_globals);
	cli_add(out, ")\n\tlocal i verb= values=\n"
				 "\tfor ((i = 2; i < CURRENT; i++)); do\n"
				 "\t\tcase $words[i] in\n\t\t");
	add_valued_globals(out);
	cli_add(out, ") ((i++)) ;;\n"
				 "\t\t-*) ;;\n"
				 "\t\t*) verb=$words[i]; break ;;\n"
				 "\t\tesac\n\tdone\n"
				 "\tif [[ -z $verb ]]; then\n"
				 "\t\t_describe verb verbs\n\t\tcompadd -- $flags\n"
				 "\t\treturn\n\tfi\n\tcase $verb in\n");
	for (const cli_verb *verb = cli_verbs; verb->name; verb++)
	{
		cli_addf(out, "\t%s) flags+=(", verb->name);
		add_flags(out, verb->items);
		cli_add(out, ") values=\"");
		add_arguments(out, verb);
		cli_add(out, "\" ;;\n");
	}
	cli_add(out, "\tesac\n\tcase \"$verb $words[CURRENT-1]\" in\n");
	add_values(out);
	cli_add(out, "\tesac\n\tif [[ $words[CURRENT] == -* ]]; then\n"
				 "\t\tcompadd -- $flags\n"
				 "\telif [[ -n $values ]]; then\n"
				 "\t\tcompadd -- ${=values}\n"
				 "\telse\n\t\t_files\n\tfi\n}\n"
				 "if [[ $funcstack[1] == _dbcare ]]; then\n\t_dbcare \"$@\"\n"
				 "else\n\tcompdef _dbcare dbcare\nfi\n");
}

/* The rest of a line about an item: its letter, its values and what it is. */
static void
add_fish_item(cli_text *out, const cli_item *item)
{
	cli_addf(out, "-l %s", item->name + 2);
	if (item->letter)
		cli_addf(out, " -s %c", item->letter);
	if (item->value)
		cli_add(out, " -r");
	if (is_choice(item->value))
	{
		cli_add(out, " -f -a '");
		add_choices(out, item->value);
		cli_add(out, "'");
	}
	cli_add(out, " -d ");
	cli_add_single_quoted(out, item->doc, "\\'");
	cli_add(out, "\n");
}

static void
add_fish(cli_text *out)
{
	for (const cli_item *item = cli_globals; item->name; item++)
	{
		cli_add(out, "complete -c dbcare ");
		add_fish_item(out, item);
	}
	for (const cli_verb *verb = cli_verbs; verb->name; verb++)
	{
		cli_addf(out, "complete -c dbcare -n __fish_use_subcommand -a %s -d ",
				 verb->name);
		cli_add_single_quoted(out, verb->summary, "\\'");
		cli_add(out, "\n");
		for (const cli_item *item = verb->items; item->name; item++)
		{
			if (*item->name != '-' && !is_choice(item->name))
				continue;
			cli_addf(out,
					 "complete -c dbcare -n '__fish_seen_subcommand_from %s' ",
					 verb->name);
			if (*item->name == '-')
			{
				add_fish_item(out, item);
				continue;
			}
			cli_add(out, "-f -a '");
			add_choices(out, item->name);
			cli_add(out, "'\n");
		}
	}
}

int
cli_run_completion(cli_invocation *invocation)
{
	const char *shell = cli_given(invocation, "bash|zsh|fish");
	cli_text out = {0};

	if (strcmp(shell, "bash") == 0)
		add_bash(&out);
	else if (strcmp(shell, "zsh") == 0)
		add_zsh(&out);
	else if (strcmp(shell, "fish") == 0)
		add_fish(&out);
	else
	{
		cli_complain("there is completion for bash, zsh and fish", NULL, NULL);
		return CLI_ERROR;
	}
	cli_put(out.data);
	cli_text_free(&out);
	return CLI_SOUND;
}
