/*
 * lint_drop.c
 *	  Rules of dbmigrate_lint.
 */
#include "lint_rule.h"

void
dbc_lint_drop(dbc_lint *lint, const dbc_deed *deed, void **state)
{
	(void) lint;
	(void) deed;
	(void) state;
}
