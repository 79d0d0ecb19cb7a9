/*
 * security.c
 *	  Rules of dbmigrate_lint about rights.
 */
#include "common/lint/context.h"

/* Whether a subject is of a type. */
static bool
is_a(const dbc_lint_operation *deed, const char *type)
{
	return deed->subject && dbc_same(deed->subject->type, type);
}

/* Whether the script makes a policy for a table. */
static bool
has_policy(const dbc_lint *lint, const dbc_lint_object *table)
{
	int s;
	int d;

	for (s = 0; s < lint->script->nstatements; s++)
		for (d = 0; d < lint->readings[s].ndeeds; d++)
		{
			const dbc_lint_operation *deed = &lint->readings[s].deeds[d];

			if (deed->verb == DBC_V_CREATE && is_a(deed, "policy") &&
				deed->other == table &&
				!dbc_lint_has_flag(deed, DBC_OP_RESTRICTIVE))
				return true;
		}
	return false;
}

/* Rows that nobody sees. */
static void
judge_enable(dbc_lint *lint, const dbc_lint_operation *deed)
{
	if (deed->subject && !has_policy(lint, deed->subject))
		dbc_lint_report(
			lint, DBC_RULE_rls_enable,
			"Create its policies in the same script.",
			"nobody but its owner sees rows of %s until it has a policy",
			deed->subject->shown);
}

/* Rows that fewer see. */
static void
judge_policy(dbc_lint *lint, const dbc_lint_operation *deed)
{
	if (dbc_lint_has_flag(deed, DBC_OP_RESTRICTIVE) && deed->other &&
		!dbc_lint_is_exempt(lint, deed->other))
		dbc_lint_report(
			lint, DBC_RULE_policy_restrictive,
			"Make sure that programs do not need the rows it hides.",
			"policy %s hides rows of %s that other policies show",
			dbc_lint_quote(lint, deed->subject->name), deed->other->shown);
}

/* A function that runs as its owner. */
static void
judge_function(dbc_lint *lint, const dbc_lint_operation *deed)
{
	if ((deed->flags & (DBC_OP_DEFINER | DBC_OP_PINNED)) == DBC_OP_DEFINER)
		dbc_lint_report(
			lint, DBC_RULE_function_search_path,
			"Add SET search_path = pg_catalog, pg_temp, and the schemas "
			"it needs before pg_temp.",
			"%s %s runs with its owner's rights and its caller's "
			"search_path",
			deed->subject->type, deed->subject->shown);
}

/* Rights that go further than needed. */
static void
judge_grant(dbc_lint *lint, const dbc_lint_operation *deed)
{
	const char *what = deed->subject ? deed->subject->shown : "it";
	bool all = deed->type && dbc_starts_with_nocase(deed->type, "all");

	if (deed->new_name && dbc_same(deed->new_name, "public"))
		dbc_lint_report(lint, DBC_RULE_grant_public, "Grant it to a role.",
						"everybody gets %s on %s",
						all || !deed->type ? "all privileges" : deed->type,
						what);
	else if (all)
		dbc_lint_report(lint, DBC_RULE_grant_broad,
						"Grant the privileges that are needed.",
						"%s gets all privileges on %s",
						deed->new_name ? deed->new_name : "a role", what);
}

void
dbc_lint_check_security(dbc_lint *lint, const dbc_lint_operation *deed,
						void **state)
{
	(void) state;
	if (!deed)
		return;
	if (deed->verb == DBC_V_ENABLE_SECURITY)
		judge_enable(lint, deed);
	else if (deed->verb == DBC_V_GRANT)
		judge_grant(lint, deed);
	else if (deed->verb == DBC_V_CREATE && is_a(deed, "policy"))
		judge_policy(lint, deed);
	else if (deed->verb == DBC_V_CREATE &&
			 (is_a(deed, "function") || is_a(deed, "procedure")))
		judge_function(lint, deed);
}
