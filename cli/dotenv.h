/*
 * dotenv.h
 *	  Variables of a file .env.
 */
#ifndef CLI_DOTENV_H
#define CLI_DOTENV_H

#include "cli/text.h"

/* The last value of a variable; NULL if it has none.  *problem is what is wrong
 * with it, as the rest of a sentence about the variable, or NULL. */
extern char *cli_read_variable(const char *text, const char *name,
							   const char **problem);

/* Adds a line that gives a variable a value. */
extern void cli_add_variable(cli_text *out, const char *name,
							 const char *value);

#endif /* CLI_DOTENV_H */
