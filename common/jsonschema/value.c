/*
 * value.c
 *	  Keywords for values of any type and for numbers: type, enum, const,
 *	  minimum, maximum, multipleOf and the like.
 */
#include <string.h>

#include "common/jsonschema/keyword.h"

/* The maximum number of enum values, and of characters of a string, in a
 * message. */
#define MAX_LISTED 8
#define MAX_SHOWN  40

/* The bit of "integer", which is not a kind of item. */
#define INTEGER_BIT DBC_ON_KIND(DBC_I_OBJECT + 1)

/* The names of kinds of items; true and false are both "boolean". */
static const struct
{
	const char *name;
	unsigned kinds;
} types[] = {
	{"array", DBC_ON_ARRAYS},
	{"boolean", DBC_ON_KIND(DBC_I_FALSE) | DBC_ON_KIND(DBC_I_TRUE)},
	{"integer", INTEGER_BIT},
	{"null", DBC_ON_KIND(DBC_I_NULL)},
	{"number", DBC_ON_NUMBERS},
	{"object", DBC_ON_OBJECTS},
	{"string", DBC_ON_STRINGS},
};

#define NTYPES (sizeof(types) / sizeof(types[0]))

/* ---- type ---- */

/* The kinds of a type name. */
static unsigned
kinds_of(const dbc_json_item *type)
{
	for (size_t i = 0; i < NTYPES; i++)
		if (dbc_json_string_is(type, types[i].name))
			return types[i].kinds;
	return 0;
}

static const char *
type_name(unsigned kind)
{
	size_t i = 0;

	while (!(types[i].kinds & DBC_ON_KIND(kind)))
		i++;
	return types[i].name;
}

/* The types of a rule for a message. */
static const char *
listed_types(dbc_host *host, unsigned kinds)
{
	dbc_buffer buffer;

	dbc_buffer_init(&buffer, host);
	for (size_t i = 0; i < NTYPES; i++)
		if (types[i].kinds & kinds)
			dbc_append_format(&buffer, "%s%s", buffer.length ? " or " : "",
							  types[i].name);
	return buffer.data;
}

/* Checks type. */
static bool
check_type(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
		   const dbc_jsonschema_location *at)
{
	unsigned kinds = (unsigned) rule->count;

	if (kinds & DBC_ON_KIND(at->item->kind))
		return true;
	if (at->item->kind == DBC_I_NUMBER && kinds & INTEGER_BIT)
	{
		dbc_decimal number = dbc_json_decimal(v->host, at->item);

		if (dbc_decimal_is_integer(&number))
			return true;
	}
	return dbc_jsonschema_violates(v, rule->owner, rule->keyword, at,
								   "is %s, not %s", type_name(at->item->kind),
								   rule->text);
}

static void
add_type(dbc_jsonschema_compiler *c, dbc_jsonschema_subschema *schema,
		 const dbc_json_item *value)
{
	dbc_jsonschema_rule *rule;
	const dbc_json_item *type = value + 1;

	rule = dbc_jsonschema_add_rule(c, schema, "type", DBC_ON_ALL, check_type);
	if (value->kind == DBC_I_STRING)
		rule->count = kinds_of(value);
	else
		for (uint32_t i = 0; i < value->length; i++, type++)
			rule->count |= kinds_of(type);
	rule->text = listed_types(c->host, (unsigned) rule->count);
}

/* ---- enum and const ---- */

const char *
dbc_jsonschema_item_text(dbc_host *host, const dbc_json_item *item)
{
	dbc_decimal number;
	dbc_json_item cut = *item;

	switch ((dbc_json_kind) item->kind)
	{
		case DBC_I_NULL:
			return "null";
		case DBC_I_FALSE:
			return "false";
		case DBC_I_TRUE:
			return "true";
		case DBC_I_NUMBER:
			number = dbc_json_decimal(host, item);
			return dbc_decimal_text(host, &number);
		case DBC_I_STRING:
			break;
		case DBC_I_ARRAY:
			return "an array";
		case DBC_I_OBJECT:
			return "an object";
	}
	if (cut.length > MAX_SHOWN)
		cut.length = MAX_SHOWN;
	/* do not cut within a UTF-8 character */
	while (cut.length < item->length && (item->text[cut.length] & 0xc0) == 0x80)
		cut.length--;
	return dbc_format(host, "\"%s%s\"", dbc_json_string(host, &cut),
					  cut.length < item->length ? "..." : "");
}

/* The values of an enum for messages. */
static const char *
listed(dbc_host *host, const dbc_json_item *list)
{
	const dbc_json_item *item = list + 1;
	dbc_buffer buffer;
	uint32_t i;

	if (list->length == 0)
		return "an empty list";
	dbc_buffer_init(&buffer, host);
	for (i = 0; i < list->length && i < MAX_LISTED; i++)
	{
		dbc_append_format(&buffer, "%s%s", i ? ", " : "",
						  dbc_jsonschema_item_text(host, item));
		item = dbc_json_next(item);
	}
	if (i < list->length)
		dbc_append_format(&buffer, ", ... (%u in all)", list->length);
	return buffer.data;
}

/* Checks enum. */
static bool
check_enum(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
		   const dbc_jsonschema_location *at)
{
	const dbc_json_item *item = rule->value + 1;

	for (uint32_t i = 0; i < rule->value->length;
		 i++, item = dbc_json_next(item))
		if (dbc_json_equal(v->host, item, at->item))
			return true;
	return dbc_jsonschema_violates(v, rule->owner, rule->keyword, at,
								   "is none of %s", rule->text);
}

/* Checks const. */
static bool
check_const(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
			const dbc_jsonschema_location *at)
{
	return dbc_json_equal(v->host, rule->value, at->item) ||
		   dbc_jsonschema_violates(v, rule->owner, rule->keyword, at,
								   "is not %s", rule->text);
}

/* Adds the rule of enum or const, if it exists. */
static void
add_values(dbc_jsonschema_compiler *c, dbc_jsonschema_subschema *schema,
		   const char *keyword, dbc_jsonschema_rule_check check,
		   const char *(*shown)(dbc_host *, const dbc_json_item *) )
{
	const dbc_json_item *value = dbc_jsonschema_find_keyword(schema, keyword);
	dbc_jsonschema_rule *rule;

	if (!value)
		return;
	rule = dbc_jsonschema_add_rule(c, schema, keyword, DBC_ON_ALL, check);
	rule->value = value;
	rule->text = shown(c->host, value);
}

/* ---- numbers ---- */

/* Compares a value with the number of a rule. */
static int
compare(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
		const dbc_jsonschema_location *at)
{
	dbc_decimal number = dbc_json_decimal(v->host, at->item);

	return dbc_decimal_compare(&number, &rule->number);
}

static bool
violates_number(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
				const dbc_jsonschema_location *at, const char *words)
{
	return dbc_jsonschema_violates(v, rule->owner, rule->keyword, at,
								   "is %s %s", words,
								   dbc_decimal_text(v->host, &rule->number));
}

/* Checks minimum. */
static bool
check_minimum(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
			  const dbc_jsonschema_location *at)
{
	return compare(v, rule, at) >= 0 ||
		   violates_number(v, rule, at, "less than");
}

/* Checks maximum. */
static bool
check_maximum(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
			  const dbc_jsonschema_location *at)
{
	return compare(v, rule, at) <= 0 ||
		   violates_number(v, rule, at, "more than");
}

/* Checks exclusiveMinimum. */
static bool
check_exclusive_minimum(dbc_jsonschema_validation *v,
						const dbc_jsonschema_rule *rule,
						const dbc_jsonschema_location *at)
{
	return compare(v, rule, at) > 0 ||
		   violates_number(v, rule, at, "not more than");
}

/* Checks exclusiveMaximum. */
static bool
check_exclusive_maximum(dbc_jsonschema_validation *v,
						const dbc_jsonschema_rule *rule,
						const dbc_jsonschema_location *at)
{
	return compare(v, rule, at) < 0 ||
		   violates_number(v, rule, at, "not less than");
}

/* Checks multipleOf. */
static bool
check_multiple(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
			   const dbc_jsonschema_location *at)
{
	dbc_decimal number = dbc_json_decimal(v->host, at->item);

	return dbc_decimal_is_multiple(&number, &rule->number) ||
		   violates_number(v, rule, at, "not a multiple of");
}

/* Adds the rule of a keyword that is a number, if it exists. */
static dbc_jsonschema_rule *
add_number(dbc_jsonschema_compiler *c, dbc_jsonschema_subschema *schema,
		   const char *keyword, dbc_jsonschema_rule_check check)
{
	const dbc_json_item *value = dbc_jsonschema_find_keyword(schema, keyword);
	dbc_jsonschema_rule *rule;

	if (!value)
		return NULL;
	rule = dbc_jsonschema_add_rule(c, schema, keyword, DBC_ON_NUMBERS, check);
	rule->number = dbc_json_decimal(c->host, value);
	return rule;
}

/* Adds the rules for a single value. */
void
dbc_jsonschema_add_value_rules(dbc_jsonschema_compiler *c,
							   dbc_jsonschema_subschema *schema)
{
	const dbc_json_item *type = dbc_jsonschema_find_keyword(schema, "type");
	dbc_jsonschema_rule *rule;

	if (type)
		add_type(c, schema, type);
	add_values(c, schema, "enum", check_enum, listed);
	add_values(c, schema, "const", check_const, dbc_jsonschema_item_text);
	add_number(c, schema, "minimum", check_minimum);
	add_number(c, schema, "maximum", check_maximum);
	add_number(c, schema, "exclusiveMinimum", check_exclusive_minimum);
	add_number(c, schema, "exclusiveMaximum", check_exclusive_maximum);
	rule = add_number(c, schema, "multipleOf", check_multiple);
	if (rule && rule->number.ndigits > DBC_MAX_DIVISOR)
		dbc_jsonschema_refuse_keyword(c, schema, "multipleOf",
									  "has more than %d significant digits",
									  DBC_MAX_DIVISOR);
}
