/*
 * string.c
 *	  Keywords for strings: minLength, maxLength, pattern.
 */
#include "common/jsonschema/keyword.h"

/* The number of characters of a string. */
static uint64_t
count_characters(const dbc_json_item *string)
{
	uint64_t count = 0;

	for (uint32_t i = 0; i < string->length; i++)
		count += (string->text[i] & 0xc0) != 0x80;
	return count;
}

/* Checks minLength. */
static bool
check_min_length(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
				 const dbc_jsonschema_location *at)
{
	return count_characters(at->item) >= rule->count ||
		   dbc_jsonschema_violates(
			   v, rule->owner, rule->keyword, at, "has fewer than %s",
			   dbc_count_text(v->host, (int64_t) rule->count, "character"));
}

/* Checks maxLength. */
static bool
check_max_length(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
				 const dbc_jsonschema_location *at)
{
	/* there are at most as many characters as bytes */
	return at->item->length <= rule->count ||
		   count_characters(at->item) <= rule->count ||
		   dbc_jsonschema_violates(
			   v, rule->owner, rule->keyword, at, "has more than %s",
			   dbc_count_text(v->host, (int64_t) rule->count, "character"));
}

/* Checks pattern. */
static bool
check_pattern(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
			  const dbc_jsonschema_location *at)
{
	return dbc_jsonschema_match_pattern(v->host, rule->pattern, at->item) ||
		   dbc_jsonschema_violates(v, rule->owner, rule->keyword, at,
								   "does not match %s", rule->text);
}

/* Adds the rules for strings. */
void
dbc_jsonschema_add_string_rules(dbc_jsonschema_compiler *c,
								dbc_jsonschema_subschema *schema)
{
	const dbc_json_item *pattern =
		dbc_jsonschema_find_keyword(schema, "pattern");

	dbc_jsonschema_add_count_rule(c, schema, "minLength", DBC_ON_STRINGS,
								  check_min_length);
	dbc_jsonschema_add_count_rule(c, schema, "maxLength", DBC_ON_STRINGS,
								  check_max_length);
	if (pattern)
	{
		dbc_jsonschema_rule *rule = dbc_jsonschema_add_rule(
			c, schema, "pattern", DBC_ON_STRINGS, check_pattern);

		rule->text = dbc_jsonschema_item_text(c->host, pattern);
		rule->pattern =
			dbc_jsonschema_read_pattern(c, schema, "pattern", pattern);
	}
}
