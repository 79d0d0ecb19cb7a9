/*
 * lint_index.c
 *	  Rules of dbmigrate_lint.
 */
#include "lint_rule.h"

void
dbc_lint_index(dbc_lint *lint, const dbc_deed *deed, void **state)
{
	(void) lint;
	(void) deed;
	(void) state;
}
