/*
 * verbs.c
 *	  The tables of verbs and of flags of all verbs, made from verbs.def.
 */
#include <string.h>

#include "cli/verbs.h"

/* clang-format off */
#define ITEMS(...) ((const cli_item[]) {__VA_ARGS__ {.name = NULL}})
#define ARGUMENT(name, target, doc) {name, name, target, CLI_WORD, true, doc, 0},
#define OPTIONAL(name, target, doc) {name, name, target, CLI_WORD, false, doc, 0},
#define CONTENT(name, target, required, doc) \
	{name, name, target, CLI_CONTENT, required, doc, 0},
#define SWITCH(name, kind, target, doc) {name, NULL, target, kind, false, doc, 0},
#define FLAG(name, value, kind, target, doc) \
	{name, value, target, kind, false, doc, 0},
#define CLI_GLOBAL(name, letter, value, doc) \
	{name, value, NULL, CLI_WORD, false, doc, letter},
/* clang-format on */

const cli_item cli_globals[] = {
#include "cli/verbs.def"
	{.name = NULL}};

/* clang-format off */
#define CLI_VERB(name, group, function, run, properties, outcome, summary, \
				 items) \
	{name, group, function, run, properties, outcome, summary, items},
/* clang-format on */

const cli_verb cli_verbs[] = {
#include "cli/verbs.def"
	{.name = NULL}};

const cli_verb *
cli_find_verb(const char *name)
{
	for (const cli_verb *verb = cli_verbs; verb->name; verb++)
	{
		if (strcmp(verb->name, name) == 0)
			return verb;
	}
	return NULL;
}
