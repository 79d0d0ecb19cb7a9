/*
 * lint_format.h
 *	  Results of lint in the formats of CI hosts.
 */
#ifndef CLI_LINT_FORMAT_H
#define CLI_LINT_FORMAT_H

#include "cli/database.h"
#include "cli/text.h"

/* Adds rows of dbmigrate_lint() in a format. */
typedef void (*cli_lint_format)(cli_text *out, const cli_result *result);

/* What adds them in the format with this name; NULL if there is none. */
extern cli_lint_format cli_find_lint_format(const char *name);

#endif /* CLI_LINT_FORMAT_H */
