/*
 * logic.c
 *	  Keywords that apply other schemas to the same value: $ref, $dynamicRef,
 *	  allOf, anyOf, oneOf, not, if, then, else.
 */
#include "common/core/text.h"
#include "common/jsonschema/keyword.h"

/* ---- references ---- */

/* Checks $ref. */
static bool
check_ref(dbc_validation *v, const dbc_schema_rule *rule, const dbc_place *at)
{
	return dbc_check_here(v, rule->schema, at);
}

/* Checks $dynamicRef to a dynamic anchor, which means the one of that name in
 * the outermost resource that has one. */
static bool
check_dynamic_ref(dbc_validation *v, const dbc_schema_rule *rule,
				  const dbc_place *at)
{
	const dbc_subschema *target = rule->schema;
	const dbc_scope *scope;

	for (scope = v->scope; scope; scope = scope->outer)
	{
		const dbc_anchor *anchor = dbc_find_anchor(scope->resource, rule->text);

		if (anchor && anchor->dynamic)
			target = anchor->target;
	}
	return dbc_check_here(v, target, at);
}

/* Adds the rule of a reference, if it is there. */
static void
add_reference(dbc_compiler *c, dbc_subschema *schema, const char *keyword,
			  bool dynamic)
{
	const dbc_item *value = dbc_keyword(schema, keyword);
	const dbc_anchor *anchor;
	dbc_subschema *target;
	dbc_schema_rule *rule;

	if (!value)
		return;
	target = dbc_resolve_reference(c, schema, keyword,
								   dbc_item_text(c->host, value), &anchor);
	dynamic = dynamic && anchor && anchor->dynamic;
	rule = dbc_add_rule(c, schema, keyword, DBC_ON_ALL,
						dynamic ? check_dynamic_ref : check_ref);
	rule->schema = target;
	if (dynamic)
		rule->text = anchor->name;
}

/* ---- several schemas ---- */

/* Checks allOf. */
static bool
check_all_of(dbc_validation *v, const dbc_schema_rule *rule,
			 const dbc_place *at)
{
	bool valid = true;
	size_t i;

	for (i = 0; i < rule->schemas.count && (valid || v->collects); i++)
		if (!dbc_check_here(v, rule->schemas.list[i], at))
			valid = false;
	return valid;
}

/* Checks anyOf; all of them where somebody asks what they have seen. */
static bool
check_any_of(dbc_validation *v, const dbc_schema_rule *rule,
			 const dbc_place *at)
{
	bool valid = false;
	size_t i;

	for (i = 0; i < rule->schemas.count && (!valid || at->seen); i++)
		if (dbc_try_here(v, rule->schemas.list[i], at))
			valid = true;
	return valid ||
		   dbc_violates(
			   v, rule->owner, rule->keyword, at, "matches none of %s",
			   dbc_count(v->host, (int64_t) rule->schemas.count, "schema"));
}

/* Checks oneOf. */
static bool
check_one_of(dbc_validation *v, const dbc_schema_rule *rule,
			 const dbc_place *at)
{
	size_t matching = 0;
	size_t i;

	for (i = 0; i < rule->schemas.count && (matching < 2 || v->collects); i++)
		if (dbc_try_here(v, rule->schemas.list[i], at))
			matching++;
	return matching == 1 ||
		   dbc_violates(
			   v, rule->owner, rule->keyword, at, "matches %zu of %s, not one",
			   matching,
			   dbc_count(v->host, (int64_t) rule->schemas.count, "schema"));
}

/* Adds the rule of a keyword that has several schemas, if it is there. */
static void
add_several(dbc_compiler *c, dbc_subschema *schema, const char *keyword,
			dbc_check_rule check)
{
	const dbc_item *value = dbc_keyword(schema, keyword);

	if (value)
		dbc_add_rule(c, schema, keyword, DBC_ON_ALL, check)->schemas =
			dbc_subschemas_of(c, value);
}

/* ---- conditions ---- */

/* Checks not; what a schema has seen that must not match is of no interest. */
static bool
check_not(dbc_validation *v, const dbc_schema_rule *rule, const dbc_place *at)
{
	dbc_place unseen = *at;

	unseen.seen = NULL;
	return !dbc_try_here(v, rule->schema, &unseen) ||
		   dbc_violates(v, rule->owner, rule->keyword, at,
						"matches what it must not");
}

/* Checks if, and then or else: two schemas, which may be NULL. */
static bool
check_if(dbc_validation *v, const dbc_schema_rule *rule, const dbc_place *at)
{
	bool otherwise = !dbc_try_here(v, rule->schema, at);
	const dbc_subschema *branch = rule->schemas.list[otherwise];

	return !branch || dbc_check_here(v, branch, at);
}

/* Adds the rule of if, then and else. */
static void
add_if(dbc_compiler *c, dbc_subschema *schema)
{
	const dbc_item *condition = dbc_keyword(schema, "if");
	const dbc_item *branches[] = {dbc_keyword(schema, "then"),
								  dbc_keyword(schema, "else")};
	dbc_schema_rule *rule;
	int i;

	if (!condition)
		return;
	rule = dbc_add_rule(c, schema, "if", DBC_ON_ALL, check_if);
	rule->schema = dbc_subschema_of(c, condition);
	rule->schemas.list = dbc_alloc(c->host, 2 * sizeof(void *));
	for (i = 0; i < 2; i++)
		if (branches[i])
			rule->schemas.list[i] = dbc_subschema_of(c, branches[i]);
}

/* ---- all of them ---- */

/* Adds the rules that apply other schemas. */
void
dbc_add_logic_rules(dbc_compiler *c, dbc_subschema *schema)
{
	const dbc_item *not = dbc_keyword(schema, "not");

	add_reference(c, schema, "$ref", false);
	add_reference(c, schema, "$dynamicRef", true);
	add_several(c, schema, "allOf", check_all_of);
	add_several(c, schema, "anyOf", check_any_of);
	add_several(c, schema, "oneOf", check_one_of);
	add_if(c, schema);
	if (not )
		dbc_add_rule(c, schema, "not", DBC_ON_ALL, check_not)->schema =
			dbc_subschema_of(c, not );
}
