/*
 * subschema.c
 *	  The subschemas of a schema that is compiled: finding them, their URIs and
 *	  anchors, and resolving references.
 *
 * Nothing here recurses: subschemas are appended to a work list.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/jsonschema/keyword.h"
#include "common/jsonschema/uri.h"

/* The maximum number of digits of a count; larger counts cannot be reached. */
#define MAX_COUNT_DIGITS 18

/* References between two checks for a cancel. */
#define REFERENCES_BETWEEN_POLLS 100

/* Keywords whose value is a schema or contains schemas. */
static const struct
{
	const char *keyword;
	bool has_some;
} holders[] = {
	{"$defs", true},
	{"additionalProperties", false},
	{"allOf", true},
	{"anyOf", true},
	{"contains", false},
	{"contentSchema", false},
	{"definitions", true},
	{"dependentSchemas", true},
	{"else", false},
	{"if", false},
	{"items", false},
	{"not", false},
	{"oneOf", true},
	{"patternProperties", true},
	{"prefixItems", true},
	{"properties", true},
	{"propertyNames", false},
	{"then", false},
	{"unevaluatedItems", false},
	{"unevaluatedProperties", false},
};

/* ---- called by the files of keywords ---- */

dbc_jsonschema_rule *
dbc_jsonschema_add_rule(dbc_jsonschema_compiler *c,
						dbc_jsonschema_subschema *schema, const char *keyword,
						unsigned kinds, dbc_jsonschema_rule_check check)
{
	dbc_jsonschema_rule *rule = dbc_alloc(c->host, sizeof(*rule));

	rule->owner = schema;
	rule->keyword = keyword;
	rule->kinds = kinds;
	rule->check = check;
	*schema->last_rule = rule;
	schema->last_rule = &rule->next;
	return rule;
}

/* Reads a count of a schema. */
uint64_t
dbc_jsonschema_read_count(dbc_jsonschema_compiler *c,
						  const dbc_json_item *count)
{
	dbc_decimal number = dbc_json_decimal(c->host, count);
	uint64_t whole = 0;

	if (number.exponent > MAX_COUNT_DIGITS)
		return INT64_MAX;
	for (int64_t i = 0; i < number.exponent; i++)
		whole = whole * 10 +
				(i < (int64_t) number.ndigits ? number.digits[i] - '0' : 0);
	return whole;
}

void
dbc_jsonschema_add_count_rule(dbc_jsonschema_compiler *c,
							  dbc_jsonschema_subschema *schema,
							  const char *keyword, unsigned kinds,
							  dbc_jsonschema_rule_check check)
{
	const dbc_json_item *count = dbc_jsonschema_find_keyword(schema, keyword);

	if (count)
		dbc_jsonschema_add_rule(c, schema, keyword, kinds, check)->count =
			dbc_jsonschema_read_count(c, count);
}

const dbc_json_item *
dbc_jsonschema_find_keyword(const dbc_jsonschema_subschema *schema,
							const char *keyword)
{
	return dbc_json_member(schema->item, keyword);
}

_Noreturn void
dbc_jsonschema_refuse_keyword(dbc_jsonschema_compiler *c,
							  const dbc_jsonschema_subschema *schema,
							  const char *keyword, const char *format, ...)
{
	const char *problem;
	va_list args;

	va_start(args, format);
	problem = dbc_vformat(c->host, format, args);
	va_end(args);
	dbc_fail(c->host, DBC_INVALID_PARAMETER, NULL, NULL,
			 "JSON schema is not valid: %s/%s %s",
			 dbc_jsonschema_pointer(c->host, schema->place), keyword, problem);
}

/* The address of the subschema of an item of the documents. */
static dbc_jsonschema_subschema **
known_place(dbc_jsonschema_compiler *c, const dbc_json_item *item)
{
	int document =
		c->roots[1] && item >= c->roots[1] && item < dbc_json_next(c->roots[1]);

	return &c->known[document][item - c->roots[document]];
}

dbc_jsonschema_subschema *
dbc_jsonschema_get_subschema(dbc_jsonschema_compiler *c,
							 const dbc_json_item *item)
{
	return *known_place(c, item);
}

dbc_jsonschema_subschemas
dbc_jsonschema_get_subschemas(dbc_jsonschema_compiler *c,
							  const dbc_json_item *list)
{
	dbc_jsonschema_subschemas schemas = {
		.count = list->length,
		.list = dbc_alloc(c->host, (list->length + 1) * sizeof(void *))};
	const dbc_json_item *item = list + 1;

	for (uint32_t i = 0; i < list->length; i++, item = dbc_json_next(item))
	{
		if (list->kind == DBC_I_OBJECT)
			item++;
		schemas.list[i] = dbc_jsonschema_get_subschema(c, item);
	}
	return schemas;
}

/* ---- finding subschemas ---- */

/* Adds a schema to the list, unless it is listed. */
static dbc_jsonschema_subschema *
add_subschema(dbc_jsonschema_compiler *c, const dbc_jsonschema_location *place,
			  dbc_jsonschema_resource *resource)
{
	dbc_jsonschema_subschema **known = known_place(c, place->item);
	dbc_jsonschema_subschema *schema = *known;

	if (schema)
		return schema;
	schema = dbc_alloc(c->host, sizeof(*schema));
	schema->item = place->item;
	schema->place = place;
	schema->resource = resource;
	schema->last_rule = &schema->rules;
	*known = schema;
	*c->last = schema;
	c->last = &schema->next;
	c->schema->nsubschemas++;
	return schema;
}

/* The location of a value in another one, by its key or index. */
static const dbc_jsonschema_location *
new_place(dbc_jsonschema_compiler *c, const dbc_jsonschema_location *outer,
		  const dbc_json_item *item, const dbc_json_item *key, uint32_t index)
{
	dbc_jsonschema_location *place = dbc_alloc(c->host, sizeof(*place));

	place->outer = outer;
	place->item = item;
	place->key = key;
	place->index = index;
	return place;
}

/* Adds the schemas in the value of a keyword. */
static void
add_some(dbc_jsonschema_compiler *c, const dbc_jsonschema_subschema *schema,
		 const dbc_jsonschema_location *value)
{
	const dbc_json_item *item = value->item + 1;

	for (uint32_t i = 0; i < value->item->length;
		 i++, item = dbc_json_next(item))
	{
		const dbc_json_item *key =
			value->item->kind == DBC_I_OBJECT ? item++ : NULL;

		add_subschema(c, new_place(c, value, item, key, i), schema->resource);
	}
}

/* Adds the schemas nested in a schema. */
static void
add_children(dbc_jsonschema_compiler *c, const dbc_jsonschema_subschema *schema)
{
	for (size_t i = 0; i < sizeof(holders) / sizeof(holders[0]); i++)
	{
		const dbc_json_item *value =
			dbc_jsonschema_find_keyword(schema, holders[i].keyword);
		const dbc_jsonschema_location *place;

		if (!value)
			continue;
		/* its key is the previous item */
		place = new_place(c, schema->place, value, value - 1, 0);
		if (holders[i].has_some)
			add_some(c, schema, place);
		else
			add_subschema(c, place, schema->resource);
	}
}

/* Records that a schema has an $id. */
static void
add_resource(dbc_jsonschema_compiler *c, dbc_jsonschema_subschema *schema,
			 const char *base, const char *id)
{
	dbc_jsonschema_resource *resource = dbc_alloc(c->host, sizeof(*resource));

	resource->uri = dbc_jsonschema_resolve_uri(c->host, base, id);
	resource->root = schema;
	resource->next = c->resources;
	c->resources = resource;
	schema->resource = resource;
}

/* Records an anchor of a schema. */
static void
add_anchor(dbc_jsonschema_compiler *c, dbc_jsonschema_subschema *schema,
		   const char *keyword, bool dynamic)
{
	const dbc_json_item *name = dbc_jsonschema_find_keyword(schema, keyword);
	dbc_jsonschema_anchor *anchor;

	if (!name)
		return;
	anchor = dbc_alloc(c->host, sizeof(*anchor));
	anchor->name = dbc_json_string(c->host, name);
	anchor->dynamic = dynamic;
	anchor->target = schema;
	anchor->next = schema->resource->anchors;
	schema->resource->anchors = anchor;
}

/* Fails for a schema of another draft. */
static void
check_draft(dbc_jsonschema_compiler *c, const dbc_jsonschema_subschema *schema)
{
	const dbc_json_item *draft = dbc_jsonschema_find_keyword(schema, "$schema");

	if (draft && !dbc_json_string_is(draft, DBC_METASCHEMA_URI) &&
		!dbc_json_string_is(draft, DBC_METASCHEMA_URI "#"))
		dbc_jsonschema_refuse_keyword(c, schema, "$schema",
									  "is %s, and only " DBC_METASCHEMA_URI
									  " is known",
									  dbc_json_string(c->host, draft));
}

/* Processes a schema, and those that it adds. */
static void
expand(dbc_jsonschema_compiler *c, dbc_jsonschema_subschema *schema)
{
	for (; schema; schema = schema->next)
	{
		const dbc_json_item *id;

		if (schema->item->kind != DBC_I_OBJECT)
			continue;
		check_draft(c, schema);
		id = dbc_jsonschema_find_keyword(schema, "$id");
		if (id)
			add_resource(c, schema, schema->resource->uri,
						 dbc_json_string(c->host, id));
		add_anchor(c, schema, "$anchor", false);
		add_anchor(c, schema, "$dynamicAnchor", true);
		add_children(c, schema);
	}
}

dbc_jsonschema_subschema *
dbc_jsonschema_add_document(dbc_jsonschema_compiler *c, int document,
							const dbc_json_item *root)
{
	dbc_jsonschema_subschema *schema;

	c->roots[document] = root;
	c->known[document] = dbc_alloc(c->host, root->size * sizeof(void *));
	schema = add_subschema(c, new_place(c, NULL, root, NULL, 0), NULL);
	add_resource(c, schema, "", "");
	expand(c, schema);
	return schema;
}

/* ---- references ---- */

/* Fails unless a value is valid against the metaschema. */
void
dbc_jsonschema_refuse_invalid(dbc_jsonschema_compiler *c,
							  const dbc_jsonschema_location *place)
{
	dbc_jsonschema_subschema *root = c->schema->root;
	dbc_jsonschema_violation first;
	const char *pointer;

	c->schema->root = dbc_jsonschema_get_subschema(c, c->roots[0]);
	if (dbc_jsonschema_find_violation(c->host, c->schema, place->item, &first))
	{
		pointer = dbc_jsonschema_pointer(c->host, place);
		dbc_fail(c->host, DBC_INVALID_PARAMETER, NULL, NULL,
				 "JSON schema is not valid: %s%s%s %s", pointer, first.path,
				 *pointer || *first.path ? "" : "it", first.message);
	}
	c->schema->root = root;
}

/* Decodes a token of a JSON pointer; NULL if it is invalid. */
static const char *
unescaped(dbc_host *host, const char *part, size_t length)
{
	char *key = dbc_copy(host, part, length);
	char *to = key;

	for (const char *from = key; *from; from++)
		if (*from != '~')
			*to++ = *from;
		else if (*++from == '0' || *from == '1')
			*to++ = *from == '0' ? '~' : '/';
		else
			return NULL;
	*to = '\0';
	return key;
}

/* The array element that a token of a JSON pointer refers to, or NULL; sets
 * *index. */
static const dbc_json_item *
element_of(const dbc_json_item *array, const char *part, uint32_t *index)
{
	const dbc_json_item *element = array + 1;
	size_t digits = strspn(part, "0123456789");
	unsigned long place = strtoul(part, NULL, 10);

	if (digits == 0 || part[digits] || (*part == '0' && digits > 1) ||
		place >= array->length)
		return NULL;
	for (*index = 0; *index < place; ++*index)
		element = dbc_json_next(element);
	return element;
}

/* Resolves the first token of a JSON pointer from a location, and removes it
 * from the pointer; NULL if there is no such value. */
static const dbc_jsonschema_location *
step_into(dbc_jsonschema_compiler *c, const dbc_jsonschema_location *place,
		  const char **pointer)
{
	const char *part = *pointer + 1;
	size_t length = strcspn(part, "/");
	const char *key = unescaped(c->host, part, length);
	const dbc_json_item *child = NULL;
	uint32_t index = 0;
	bool has_keys = place->item->kind == DBC_I_OBJECT;

	*pointer = part + length;
	if (key && has_keys)
		child = dbc_json_member(place->item, key);
	else if (key && place->item->kind == DBC_I_ARRAY)
		child = element_of(place->item, key, &index);
	if (!child)
		return NULL;
	return new_place(c, place, child, has_keys ? child - 1 : NULL, index);
}

/* The schema that a JSON pointer refers to, or NULL. */
static dbc_jsonschema_subschema *
follow_pointer(dbc_jsonschema_compiler *c, dbc_jsonschema_resource *resource,
			   const char *pointer)
{
	const dbc_jsonschema_location *place = resource->root->place;
	dbc_jsonschema_subschema *schema;

	while (place && *pointer)
		place = step_into(c, place, &pointer);
	if (!place)
		return NULL;
	schema = dbc_jsonschema_get_subschema(c, place->item);
	if (schema)
		return schema;
	dbc_jsonschema_refuse_invalid(c, place);
	schema = add_subschema(c, place, resource);
	expand(c, schema);
	return schema;
}

static dbc_jsonschema_resource *
find_resource(dbc_jsonschema_compiler *c, const dbc_jsonschema_subschema *from,
			  const char *uri)
{
	if (dbc_same(from->resource->uri, uri))
		return from->resource;
	for (dbc_jsonschema_resource *resource = c->resources; resource;
		 resource = resource->next)
		if (dbc_same(resource->uri, uri))
			return resource;
	return NULL;
}

const dbc_jsonschema_anchor *
dbc_jsonschema_find_anchor(const dbc_jsonschema_resource *resource,
						   const char *name)
{
	for (const dbc_jsonschema_anchor *anchor = resource->anchors; anchor;
		 anchor = anchor->next)
		if (dbc_same(anchor->name, name))
			return anchor;
	return NULL;
}

/* Resolves a reference in a schema. */
dbc_jsonschema_subschema *
dbc_jsonschema_resolve_reference(dbc_jsonschema_compiler *c,
								 const dbc_jsonschema_subschema *from,
								 const char *keyword, const char *reference,
								 const dbc_jsonschema_anchor **anchor)
{
	const char *uri =
		dbc_jsonschema_resolve_uri(c->host, from->resource->uri, reference);
	const char *fragment = dbc_jsonschema_uri_fragment(c->host, reference);
	dbc_jsonschema_resource *resource = find_resource(c, from, uri);
	dbc_jsonschema_subschema *target = NULL;

	/* resolving may be slow in a large schema */
	if (++c->nreferences % REFERENCES_BETWEEN_POLLS == 0)
		dbc_poll(c->host);
	*anchor = NULL;
	if (!resource)
		dbc_fail(c->host, DBC_INVALID_PARAMETER, NULL,
				 "External schemas are not fetched: add the schema under "
				 "$defs, with its $id.",
				 "JSON schema is not valid: %s/%s refers to %s, which the "
				 "schema does not contain",
				 dbc_jsonschema_pointer(c->host, from->place), keyword, uri);
	if (!*fragment)
		return resource->root;
	if (*fragment == '/')
		target = follow_pointer(c, resource, fragment);
	else
		*anchor = dbc_jsonschema_find_anchor(resource, fragment);
	if (*anchor)
		target = (*anchor)->target;
	if (!target)
		dbc_jsonschema_refuse_keyword(
			c, from, keyword, "refers to %s, which does not exist", reference);
	return target;
}
