/*
 * lint_suppress.c
 *	  Comments that suppress findings.
 */
#include "lint_run.h"

void
dbc_suppress_lint(dbc_lint *lint, const char *text)
{
	(void) lint;
	(void) text;
}
