/*
 * lint_portability.c
 *	  What of a script another engine, or another version, does not understand.
 */
#include "lint_rule.h"

void
dbc_lint_portability(dbc_lint *lint)
{
	(void) lint;
}
