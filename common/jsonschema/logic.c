/*
 * logic.c
 *	  Keywords that apply other schemas to the same value: $ref, $dynamicRef,
 *	  allOf, anyOf, oneOf, not, if, then, else.
 */
#include "common/jsonschema/keyword.h"

/* ---- references ---- */

/* Checks $ref. */
static bool
check_ref(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
		  const dbc_jsonschema_location *at)
{
	return dbc_jsonschema_validate_here(v, rule->schema, at);
}

/* Checks $dynamicRef.  A dynamic anchor refers to the anchor of that name in
 * the outermost resource that has one. */
static bool
check_dynamic_ref(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
				  const dbc_jsonschema_location *at)
{
	const dbc_jsonschema_subschema *target = rule->schema;
	const dbc_jsonschema_scope *scope;

	for (scope = v->scope; scope; scope = scope->outer)
	{
		const dbc_jsonschema_anchor *anchor =
			dbc_jsonschema_find_anchor(scope->resource, rule->text);

		if (anchor && anchor->dynamic)
			target = anchor->target;
	}
	return dbc_jsonschema_validate_here(v, target, at);
}

/* Adds the rule of a reference, if it exists. */
static void
add_reference(dbc_jsonschema_compiler *c, dbc_jsonschema_subschema *schema,
			  const char *keyword, bool dynamic)
{
	const dbc_json_item *value = dbc_jsonschema_find_keyword(schema, keyword);
	const dbc_jsonschema_anchor *anchor;
	dbc_jsonschema_subschema *target;
	dbc_jsonschema_rule *rule;

	if (!value)
		return;
	target = dbc_jsonschema_resolve_reference(
		c, schema, keyword, dbc_json_string(c->host, value), &anchor);
	dynamic = dynamic && anchor && anchor->dynamic;
	rule = dbc_jsonschema_add_rule(c, schema, keyword, DBC_ON_ALL,
								   dynamic ? check_dynamic_ref : check_ref);
	rule->schema = target;
	if (dynamic)
		rule->text = anchor->name;
}

/* ---- allOf, anyOf, oneOf ---- */

/* Checks allOf. */
static bool
check_all_of(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
			 const dbc_jsonschema_location *at)
{
	bool valid = true;

	for (size_t i = 0; i < rule->schemas.count && (valid || v->collects); i++)
		if (!dbc_jsonschema_validate_here(v, rule->schemas.list[i], at))
			valid = false;
	return valid;
}

/* Checks anyOf; all branches if evaluated members are tracked. */
static bool
check_any_of(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
			 const dbc_jsonschema_location *at)
{
	bool valid = false;

	for (size_t i = 0; i < rule->schemas.count && (!valid || at->evaluated);
		 i++)
		if (dbc_jsonschema_try_here(v, rule->schemas.list[i], at))
			valid = true;
	return valid || dbc_jsonschema_violates(
						v, rule->owner, rule->keyword, at, "matches none of %s",
						dbc_count_text(v->host, (int64_t) rule->schemas.count,
									   "schema"));
}

/* Checks oneOf. */
static bool
check_one_of(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
			 const dbc_jsonschema_location *at)
{
	size_t matching = 0;

	for (size_t i = 0; i < rule->schemas.count && (matching < 2 || v->collects);
		 i++)
		if (dbc_jsonschema_try_here(v, rule->schemas.list[i], at))
			matching++;
	return matching == 1 ||
		   dbc_jsonschema_violates(v, rule->owner, rule->keyword, at,
								   "matches %zu of %s, not one", matching,
								   dbc_count_text(v->host,
												  (int64_t) rule->schemas.count,
												  "schema"));
}

/* Adds the rule of a keyword with several schemas, if it exists. */
static void
add_several(dbc_jsonschema_compiler *c, dbc_jsonschema_subschema *schema,
			const char *keyword, dbc_jsonschema_rule_check check)
{
	const dbc_json_item *value = dbc_jsonschema_find_keyword(schema, keyword);

	if (value)
		dbc_jsonschema_add_rule(c, schema, keyword, DBC_ON_ALL, check)
			->schemas = dbc_jsonschema_get_subschemas(c, value);
}

/* Checks not; members that its schema has evaluated are not recorded. */
static bool
check_not(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
		  const dbc_jsonschema_location *at)
{
	dbc_jsonschema_location unseen = *at;

	unseen.evaluated = NULL;
	return !dbc_jsonschema_try_here(v, rule->schema, &unseen) ||
		   dbc_jsonschema_violates(v, rule->owner, rule->keyword, at,
								   "matches a schema that it must not match");
}

/* Checks if, with then or else, which may be NULL. */
static bool
check_if(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
		 const dbc_jsonschema_location *at)
{
	bool otherwise = !dbc_jsonschema_try_here(v, rule->schema, at);
	const dbc_jsonschema_subschema *branch = rule->schemas.list[otherwise];

	return !branch || dbc_jsonschema_validate_here(v, branch, at);
}

/* Adds the rule of if, then and else. */
static void
add_if(dbc_jsonschema_compiler *c, dbc_jsonschema_subschema *schema)
{
	const dbc_json_item *condition = dbc_jsonschema_find_keyword(schema, "if");
	const dbc_json_item *branches[] = {
		dbc_jsonschema_find_keyword(schema, "then"),
		dbc_jsonschema_find_keyword(schema, "else")};
	dbc_jsonschema_rule *rule;

	if (!condition)
		return;
	rule = dbc_jsonschema_add_rule(c, schema, "if", DBC_ON_ALL, check_if);
	rule->schema = dbc_jsonschema_get_subschema(c, condition);
	rule->schemas.list = dbc_alloc(c->host, 2 * sizeof(void *));
	for (int i = 0; i < 2; i++)
		if (branches[i])
			rule->schemas.list[i] =
				dbc_jsonschema_get_subschema(c, branches[i]);
}

/* Adds the rules that apply other schemas. */
void
dbc_jsonschema_add_logic_rules(dbc_jsonschema_compiler *c,
							   dbc_jsonschema_subschema *schema)
{
	const dbc_json_item *not = dbc_jsonschema_find_keyword(schema, "not");

	add_reference(c, schema, "$ref", false);
	add_reference(c, schema, "$dynamicRef", true);
	add_several(c, schema, "allOf", check_all_of);
	add_several(c, schema, "anyOf", check_any_of);
	add_several(c, schema, "oneOf", check_one_of);
	add_if(c, schema);
	if (not )
		dbc_jsonschema_add_rule(c, schema, "not", DBC_ON_ALL, check_not)
			->schema = dbc_jsonschema_get_subschema(c, not );
}
