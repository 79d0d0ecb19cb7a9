/*
 * diff.h
 *	  The difference between the schemas of two databases.
 */
#ifndef CLI_DIFF_H
#define CLI_DIFF_H

#include "cli/target.h"
#include "cli/text.h"

/* Adds the SQL that makes the schema of one database like that of another, and
 * the SQL of the way back. Prints what is wrong and returns false if a database
 * cannot be read or they are of two engines. */
extern bool cli_schema_difference(const cli_target *from, const cli_target *to,
								  cli_text *up, cli_text *down);

#endif /* CLI_DIFF_H */
