/*
 * hint.h
 *	  Hints of functions as people type them.
 */
#ifndef CLI_HINT_H
#define CLI_HINT_H

#include "cli/verbs.h"

/* A text in which each call of a function of dbcare, as SQL, is the command
 * line of its verb: "dbmigrate_repair('{"accept": ["1"]}')" is "dbcare
 * repair-migrations --accept 1".  What cannot be read stays as it is.
 *
 * An option of the function that was called, "the option orphans", is its flag
 * of the verb: "--orphans".  Without them, NULL, options stay as they are. */
extern char *cli_speak(const char *text, const cli_verb *verb,
					   const dbc_function *called);

extern bool cli_has_option(const dbc_function *fn, const char *name);

#endif /* CLI_HINT_H */
