/*
 * conclusion.h
 *	  The last line of a verb: what was done, as a sentence.
 */
#ifndef CLI_CONCLUSION_H
#define CLI_CONCLUSION_H

#include "cli/database.h"
#include "cli/text.h"

/* Adds the sentence about the result of a function, and sets shown to the
 * names of the members that are shown above it, NULL of rows. False if the
 * function has none. */
extern bool cli_conclude(cli_text *out, const char *function,
						 const cli_result *result, const char **shown);

/* How many rows have a number that is not 0. */
extern int cli_differing(const cli_result *result);

/* Adds a sentence made from a document, as conclusions.def describes. */
extern void cli_add_sentence(cli_text *out, const char *sentence,
							 const char *json);

#endif /* CLI_CONCLUSION_H */
