/*
 * security.c
 *	  Rules of dbmigrate_lint about privileges.
 */
#include "common/lint/context.h"

static bool
is_a(const dbc_lint_operation *operation, const char *type)
{
	return operation->object && dbc_same(operation->object->type, type);
}

/* Whether the script creates a policy for a table. */
static bool
has_policy(const dbc_lint *lint, const dbc_lint_object *table)
{
	for (int s = 0; s < lint->script->nstatements; s++)
		for (int d = 0; d < lint->analyses[s].noperations; d++)
		{
			const dbc_lint_operation *operation =
				&lint->analyses[s].operations[d];

			if (operation->verb == DBC_V_CREATE && is_a(operation, "policy") &&
				operation->other == table &&
				!dbc_lint_has_flag(operation, DBC_OP_RESTRICTIVE))
				return true;
		}
	return false;
}

/* Reports row level security without a policy: no rows are visible. */
static void
check_enable(dbc_lint *lint, const dbc_lint_operation *operation)
{
	if (operation->object && !has_policy(lint, operation->object))
		dbc_lint_report(lint, DBC_RULE_rls_enable,
						"Create the policies of the table in the same script.",
						"%s has no policy, so only its owner sees its rows",
						operation->object->shown);
}

/* Reports a restrictive policy without a permissive one. */
static void
check_policy(dbc_lint *lint, const dbc_lint_operation *operation)
{
	if (dbc_lint_has_flag(operation, DBC_OP_RESTRICTIVE) && operation->other &&
		!dbc_lint_is_exempt(lint, operation->other))
		dbc_lint_report(lint, DBC_RULE_policy_restrictive,
						"Check that no application needs the hidden rows.",
						"policy %s hides rows of %s that other policies show",
						dbc_lint_quote(lint, operation->object->name),
						operation->other->shown);
}

/* Reports a SECURITY DEFINER function without SET search_path. */
static void
check_function(dbc_lint *lint, const dbc_lint_operation *operation)
{
	if ((operation->flags & (DBC_OP_DEFINER | DBC_OP_PINNED)) == DBC_OP_DEFINER)
		dbc_lint_report(lint, DBC_RULE_function_search_path,
						"Add SET search_path = pg_catalog, pg_temp, with the "
						"schemas the function needs before pg_temp.",
						"%s %s runs with its owner's rights and its caller's "
						"search_path",
						operation->object->type, operation->object->shown);
}

/* Reports privileges granted to PUBLIC, and ALL. */
static void
check_grant(dbc_lint *lint, const dbc_lint_operation *operation)
{
	const char *what =
		operation->object ? operation->object->shown : "the object";
	bool all =
		operation->type && dbc_starts_with_nocase(operation->type, "all");

	if (operation->new_name && dbc_same(operation->new_name, "public"))
		dbc_lint_report(
			lint, DBC_RULE_grant_public, "Grant the privileges to a role.",
			"PUBLIC gets %s on %s",
			all || !operation->type ? "all privileges" : operation->type, what);
	else if (all)
		dbc_lint_report(lint, DBC_RULE_grant_broad,
						"Grant only the privileges that are needed.",
						"%s gets all privileges on %s",
						operation->new_name ? operation->new_name : "a role",
						what);
}

void
dbc_lint_check_security(dbc_lint *lint, const dbc_lint_operation *operation,
						void **state)
{
	(void) state;
	if (!operation)
		return;
	if (operation->verb == DBC_V_ENABLE_SECURITY)
		check_enable(lint, operation);
	else if (operation->verb == DBC_V_GRANT)
		check_grant(lint, operation);
	else if (operation->verb == DBC_V_CREATE && is_a(operation, "policy"))
		check_policy(lint, operation);
	else if (operation->verb == DBC_V_CREATE &&
			 (is_a(operation, "function") || is_a(operation, "procedure")))
		check_function(lint, operation);
}
