/*
 * array.c
 *	  Keywords for arrays: prefixItems, items, contains, minContains,
 *	  maxContains, uniqueItems, minItems, maxItems.
 */
#include <stdlib.h>

#include "common/core/sort.h"
#include "common/jsonschema/keyword.h"

/* Larger arrays are sorted to find equal elements. */
#define FEW_ELEMENTS 8

/* Elements between two checks for a cancel. */
#define ELEMENTS_BETWEEN_POLLS 1000

/* The limits of minContains and maxContains. */
typedef struct contains_range
{
	uint64_t least;
	uint64_t most;
} contains_range;

/* ---- elements ---- */

/* Checks prefixItems and items: rule->schemas, then rule->schema, which may be
 * NULL, for the remaining elements. */
static bool
check_items(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
			const dbc_jsonschema_location *at)
{
	const dbc_json_item *array = at->item;
	dbc_jsonschema_location element = {.outer = at, .item = array + 1};
	bool valid = true;

	for (; element.index < array->length; element.index++)
	{
		const dbc_jsonschema_subschema *schema =
			element.index < rule->schemas.count
				? rule->schemas.list[element.index]
				: rule->schema;

		if (!schema)
			break;
		if (at->evaluated)
			at->evaluated[element.index] = 1;
		if (!dbc_jsonschema_validate_inside(v, schema, &element))
		{
			valid = false;
			if (!v->collects)
				break;
		}
		element.item = dbc_json_next(element.item);
	}
	return valid;
}

/* Adds the rule of prefixItems and items. */
static void
add_items(dbc_jsonschema_compiler *c, dbc_jsonschema_subschema *schema)
{
	const dbc_json_item *prefix =
		dbc_jsonschema_find_keyword(schema, "prefixItems");
	const dbc_json_item *items = dbc_jsonschema_find_keyword(schema, "items");
	dbc_jsonschema_rule *rule;

	if (!prefix && !items)
		return;
	rule =
		dbc_jsonschema_add_rule(c, schema, "items", DBC_ON_ARRAYS, check_items);
	if (prefix)
		rule->schemas = dbc_jsonschema_get_subschemas(c, prefix);
	if (items)
		rule->schema = dbc_jsonschema_get_subschema(c, items);
}

/* ---- contains ---- */

/* Whether an element matches; does not report violations. */
static bool
element_matches(dbc_jsonschema_validation *v,
				const dbc_jsonschema_subschema *schema,
				const dbc_jsonschema_location *element)
{
	bool collects = v->collects;
	bool valid;

	v->collects = false;
	valid = dbc_jsonschema_validate_inside(v, schema, element);
	v->collects = collects;
	return valid;
}

/* Checks contains, minContains and maxContains. */
static bool
check_contains(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
			   const dbc_jsonschema_location *at)
{
	const contains_range *range = rule->more;
	dbc_jsonschema_location element = {.outer = at, .item = at->item + 1};
	uint64_t count = 0;

	for (; element.index < at->item->length; element.index++)
	{
		if (element_matches(v, rule->schema, &element))
		{
			count++;
			if (at->evaluated)
				at->evaluated[element.index] = 1;
		}
		element.item = dbc_json_next(element.item);
	}
	if (count < range->least)
		return dbc_jsonschema_violates(
			v, rule->owner, rule->keyword, at, "has fewer than %s",
			dbc_count_text(v->host, (int64_t) range->least,
						   "matching element"));
	if (count > range->most)
		return dbc_jsonschema_violates(
			v, rule->owner, "maxContains", at, "has more than %s",
			dbc_count_text(v->host, (int64_t) range->most, "matching element"));
	return true;
}

/* Adds the rule of contains, minContains and maxContains. */
static void
add_contains(dbc_jsonschema_compiler *c, dbc_jsonschema_subschema *schema)
{
	const dbc_json_item *contains =
		dbc_jsonschema_find_keyword(schema, "contains");
	const dbc_json_item *least =
		dbc_jsonschema_find_keyword(schema, "minContains");
	const dbc_json_item *most =
		dbc_jsonschema_find_keyword(schema, "maxContains");
	contains_range *range;
	dbc_jsonschema_rule *rule;

	if (!contains)
		return;
	range = dbc_alloc(c->host, sizeof(*range));
	range->least = least ? dbc_jsonschema_read_count(c, least) : 1;
	range->most = most ? dbc_jsonschema_read_count(c, most) : UINT64_MAX;
	rule =
		dbc_jsonschema_add_rule(c, schema, least ? "minContains" : "contains",
								DBC_ON_ARRAYS, check_contains);
	rule->schema = dbc_jsonschema_get_subschema(c, contains);
	rule->more = range;
}

/* ---- uniqueItems ---- */

/* An element of a large array. */
typedef struct element_digest
{
	uint64_t digest;
	const dbc_json_item *item;
	uint32_t index;
} element_digest;

/* Reports two equal elements. */
static bool
violates_unique(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
				const dbc_jsonschema_location *at, uint32_t first,
				uint32_t second)
{
	return dbc_jsonschema_violates(v, rule->owner, rule->keyword, at,
								   "has equal elements at %u and %u", first,
								   second);
}

/* Compares each element of a small array with those before it. */
static bool
check_few(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
		  const dbc_jsonschema_location *at)
{
	const dbc_json_item *items[FEW_ELEMENTS];
	const dbc_json_item *item = at->item + 1;

	for (uint32_t i = 0; i < at->item->length; i++, item = dbc_json_next(item))
	{
		items[i] = item;
		for (uint32_t j = 0; j < i; j++)
			if (dbc_json_equal(v->host, items[j], item))
				return violates_unique(v, rule, at, j, i);
	}
	return true;
}

/* For qsort(): elements with the same digest are adjacent. */
static int
compare_digests(const void *left, const void *right)
{
	const element_digest *a = left;
	const element_digest *b = right;

	if (a->digest != b->digest)
		return a->digest < b->digest ? -1 : 1;
	return a->index < b->index ? -1 : 1;
}

/*
 * Compares elements with the same digest.  Of several duplicates, the first one
 * in the array is reported.
 */
static bool
check_many(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
		   const dbc_jsonschema_location *at)
{
	uint32_t count = at->item->length;
	element_digest *elements = dbc_alloc(v->host, count * sizeof(*elements));
	const dbc_json_item *item = at->item + 1;
	uint32_t first = 0;
	uint32_t second = count;

	for (uint32_t i = 0; i < count; i++, item = dbc_json_next(item))
	{
		if (i % ELEMENTS_BETWEEN_POLLS == 0)
			dbc_poll(v->host);
		elements[i] = (element_digest){dbc_json_digest(v->host, item), item, i};
	}
	dbc_sort(elements, count, sizeof(*elements), compare_digests);
	for (uint32_t i = 1; i < count; i++)
		for (uint32_t j = i; j-- > 0 &&
							 elements[j].digest == elements[i].digest &&
							 elements[i].index < second;)
			if (dbc_json_equal(v->host, elements[j].item, elements[i].item))
			{
				first = elements[j].index;
				second = elements[i].index;
			}
	return second == count || violates_unique(v, rule, at, first, second);
}

/* Checks uniqueItems. */
static bool
check_unique(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
			 const dbc_jsonschema_location *at)
{
	return at->item->length > FEW_ELEMENTS ? check_many(v, rule, at)
										   : check_few(v, rule, at);
}

/* ---- minItems, maxItems ---- */

/* Checks minItems. */
static bool
check_min_items(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
				const dbc_jsonschema_location *at)
{
	return at->item->length >= rule->count ||
		   dbc_jsonschema_violates(
			   v, rule->owner, rule->keyword, at, "has fewer than %s",
			   dbc_count_text(v->host, (int64_t) rule->count, "element"));
}

/* Checks maxItems. */
static bool
check_max_items(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
				const dbc_jsonschema_location *at)
{
	return at->item->length <= rule->count ||
		   dbc_jsonschema_violates(
			   v, rule->owner, rule->keyword, at, "has more than %s",
			   dbc_count_text(v->host, (int64_t) rule->count, "element"));
}

/* Adds the rules for arrays. */
void
dbc_jsonschema_add_array_rules(dbc_jsonschema_compiler *c,
							   dbc_jsonschema_subschema *schema)
{
	const dbc_json_item *unique =
		dbc_jsonschema_find_keyword(schema, "uniqueItems");

	dbc_jsonschema_add_count_rule(c, schema, "minItems", DBC_ON_ARRAYS,
								  check_min_items);
	dbc_jsonschema_add_count_rule(c, schema, "maxItems", DBC_ON_ARRAYS,
								  check_max_items);
	add_items(c, schema);
	add_contains(c, schema);
	if (unique && unique->kind == DBC_I_TRUE)
		dbc_jsonschema_add_rule(c, schema, "uniqueItems", DBC_ON_ARRAYS,
								check_unique);
}
