/*
 * diff.h
 *	  The difference between two schemas.
 */
#ifndef CLI_DIFF_H
#define CLI_DIFF_H

#include "cli/schema_source.h"
#include "cli/text.h"

/* Adds the SQL that makes the first schema like the second one, and the SQL of
 * the way back.  Prints what is wrong and returns false if one cannot be read,
 * they are of two engines, or none is that of a database. */
extern bool cli_schema_difference(const cli_schema_source *from,
								  const cli_schema_source *to, cli_text *up,
								  cli_text *down);

#endif /* CLI_DIFF_H */
