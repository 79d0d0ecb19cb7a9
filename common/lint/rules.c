/*
 * rules.c
 *	  The table of rules, from lint/rules.def.
 */
#include "common/lint/rule.h"

#define DBC_RULE(name, id, engines, severity, optional, aliases, why) \
	{id, DBC_ON_##engines, DBC_LINT_##severity, optional, aliases, why},
const dbc_lint_rule dbc_lint_rules[] = {
#include "common/lint/rules.def"
};
#undef DBC_RULE
