/*
 * unevaluated.c
 *	  unevaluatedItems and unevaluatedProperties: elements and members that no
 *	  other keyword has evaluated, neither in the schema nor in those it applies
 *	  to the same value.
 */
#include "common/jsonschema/keyword.h"

/* Checks the elements or members that were not evaluated, and marks them as
 * evaluated. */
static bool
check_unevaluated(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
				  const dbc_jsonschema_location *at)
{
	bool has_keys = at->item->kind == DBC_I_OBJECT;
	dbc_jsonschema_location part = {.outer = at, .item = at->item + 1};
	bool valid = true;

	for (; part.index < at->item->length && (valid || v->collects);
		 part.index++)
	{
		if (has_keys)
			part.key = part.item++;
		if (!at->evaluated[part.index] &&
			!dbc_jsonschema_validate_inside(v, rule->schema, &part))
			valid = false;
		at->evaluated[part.index] = 1;
		part.item = dbc_json_next(part.item);
	}
	return valid;
}

/* Adds the rule of one of the two keywords, if it exists. */
static void
add_unevaluated(dbc_jsonschema_compiler *c, dbc_jsonschema_subschema *schema,
				const char *keyword, unsigned kinds)
{
	const dbc_json_item *value = dbc_jsonschema_find_keyword(schema, keyword);

	if (!value)
		return;
	dbc_jsonschema_add_rule(c, schema, keyword, kinds, check_unevaluated)
		->schema = dbc_jsonschema_get_subschema(c, value);
	schema->tracks_evaluated = true;
}

void
dbc_jsonschema_add_unevaluated_rules(dbc_jsonschema_compiler *c,
									 dbc_jsonschema_subschema *schema)
{
	add_unevaluated(c, schema, "unevaluatedItems", DBC_ON_ARRAYS);
	add_unevaluated(c, schema, "unevaluatedProperties", DBC_ON_OBJECTS);
}
