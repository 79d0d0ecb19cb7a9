/*
 * lint_suppress.c
 *	  Comments that suppress findings.
 */
#include "lint_run.h"

void
dbc_suppress_findings_of(dbc_lint *lint)
{
	(void) lint;
}
