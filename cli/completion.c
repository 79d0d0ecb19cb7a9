/*
 * completion.c
 *	  Completion scripts for shells, made from verbs.def.
 */
#include <string.h>

#include "cli/terminal.h"
#include "cli/verbs.h"

#define GLOBAL_FLAGS \
	"--db --json --csv --quiet --yes --confirm --option --help --version"

/* The flags of a verb, separated by spaces. */
static void
add_flags(cli_text *out, const cli_verb *verb)
{
	for (const cli_item *item = verb->items; item->name; item++)
	{
		if (*item->name == '-')
			cli_addf(out, " %s", item->name);
	}
}

static void
add_bash(cli_text *out)
{
	cli_add(out, "_dbcare()\n{\n"
				 "\tlocal word=${COMP_WORDS[COMP_CWORD]} verb= i\n"
				 "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
				 "\t\tcase ${COMP_WORDS[i]} in\n"
				 "\t\t--db | --confirm | --option | -o) ((i++)) ;;\n"
				 "\t\t-*) ;;\n"
				 "\t\t*) verb=${COMP_WORDS[i]}; break ;;\n"
				 "\t\tesac\n\tdone\n\tlocal words=\n\tcase $verb in\n\t\"\") "
				 "words=\"");
	for (const cli_verb *verb = cli_verbs; verb->name; verb++)
		cli_addf(out, "%s ", verb->name);
	cli_add(out, "\" ;;\n");
	for (const cli_verb *verb = cli_verbs; verb->name; verb++)
	{
		cli_addf(out, "\t%s) words=\"", verb->name);
		add_flags(out, verb);
		cli_add(out, "\" ;;\n");
	}
	cli_add(out,
			"\tesac\n"
			"\tif [[ $word == -* || -z $verb ]]; then\n"
			"\t\tmapfile -t COMPREPLY < <(compgen -W \"$words " GLOBAL_FLAGS
			"\" -- \"$word\")\n"
			"\telse\n"
			"\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
			"\tfi\n}\n"
			"complete -o filenames -F _dbcare dbcare\n");
}

/* Text between single quotes. */
static void
add_single_quoted(cli_text *out, const char *text, const char *quote)
{
	cli_add(out, "'");
	for (; *text; text++)
	{
		if (*text == '\'')
			cli_add(out, quote);
		else
			cli_add_bytes(out, text, 1);
	}
	cli_add(out, "'");
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
		add_single_quoted(out, entry.data, "'\\''");
		cli_add(out, "\n");
		cli_text_free(&entry);
	}
	cli_add(out, "\t)\n\tflags=(" GLOBAL_FLAGS ")\n"
				 "\tlocal i verb=\n"
				 "\tfor ((i = 2; i < CURRENT; i++)); do\n"
				 "\t\tcase $words[i] in\n"
				 "\t\t--db | --confirm | --option | -o) ((i++)) ;;\n"
				 "\t\t-*) ;;\n"
				 "\t\t*) verb=$words[i]; break ;;\n"
				 "\t\tesac\n\tdone\n"
				 "\tif [[ -z $verb ]]; then\n"
				 "\t\t_describe verb verbs\n\t\tcompadd -- $flags\n"
				 "\t\treturn\n\tfi\n\tcase $verb in\n");
	for (const cli_verb *verb = cli_verbs; verb->name; verb++)
	{
		cli_addf(out, "\t%s) flags+=(", verb->name);
		add_flags(out, verb);
		cli_add(out, ") ;;\n");
	}
	cli_add(out, "\tesac\n\tif [[ $words[CURRENT] == -* ]]; then\n"
				 "\t\tcompadd -- $flags\n\telse\n\t\t_files\n\tfi\n}\n"
				 "if [[ $funcstack[1] == _dbcare ]]; then\n\t_dbcare \"$@\"\n"
				 "else\n\tcompdef _dbcare dbcare\nfi\n");
}

static void
add_fish(cli_text *out)
{
	cli_add(out, "complete -c dbcare -l db -r\n"
				 "complete -c dbcare -l json\ncomplete -c dbcare -l csv\n"
				 "complete -c dbcare -s q -l quiet\n"
				 "complete -c dbcare -s y -l yes\n"
				 "complete -c dbcare -l confirm -r\n"
				 "complete -c dbcare -s o -l option -r\n"
				 "complete -c dbcare -s h -l help\n"
				 "complete -c dbcare -l version\n");
	for (const cli_verb *verb = cli_verbs; verb->name; verb++)
	{
		cli_addf(out, "complete -c dbcare -n __fish_use_subcommand -a %s -d ",
				 verb->name);
		add_single_quoted(out, verb->summary, "\\'");
		cli_add(out, "\n");
		for (const cli_item *item = verb->items; item->name; item++)
		{
			if (*item->name != '-')
				continue;
			cli_addf(out,
					 "complete -c dbcare -n '__fish_seen_subcommand_from %s' "
					 "-l %s%s -d ",
					 verb->name, item->name + 2, item->value ? " -r" : "");
			add_single_quoted(out, item->doc, "\\'");
			cli_add(out, "\n");
		}
	}
}

int
cli_run_completion(cli_invocation *invocation)
{
	const char *shell = cli_given(invocation, "SHELL");
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
