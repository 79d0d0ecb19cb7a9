/*
 * object.c
 *	  Keywords for objects: properties, patternProperties,
 *	  additionalProperties, required, dependentRequired, dependentSchemas,
 *	  propertyNames, minProperties, maxProperties.
 *
 * The first six are one rule: all their names are in one hash table, and one
 * pass over the members of an object finds which of them exist.
 */
#include <string.h>

#include "common/jsonschema/keyword.h"

/* Up to this number of names no memory is allocated. */
#define FEW_NAMES 32

/* The rules for a member with a given name. */
typedef struct named
{
	const dbc_json_item *name;
	uint32_t digest;
	dbc_jsonschema_subschema *property; /* schema of its value, or NULL */
	bool required;						/* the member must exist */
	const dbc_json_item *needs; /* names of members that it requires, or NULL */
	/* schema of the object if it exists, or NULL */
	dbc_jsonschema_subschema *dependent;
} named;

/* The rules for members whose names match a pattern. */
typedef struct matching
{
	const dbc_jsonschema_pattern *pattern;
	dbc_jsonschema_subschema *schema;
} matching;

typedef struct object_rule
{
	named *names;
	uint32_t nnames;
	uint32_t *slots; /* of the hash table: index in names, from 1 */
	uint32_t mask;	 /* number of slots, a power of two, minus one */
	bool asks_all;	 /* some names have rules besides property */
	matching *patterns;
	uint32_t npatterns;
	dbc_jsonschema_subschema *rest; /* schema of all other members, or NULL */
} object_rule;

/* ---- the hash table of names ---- */

/* The hash of a name. */
static uint32_t
digest_name(const dbc_json_item *name)
{
	uint32_t digest = 2166136261u;

	for (uint32_t i = 0; i < name->length; i++)
		digest = (digest ^ (unsigned char) name->text[i]) * 16777619u;
	return digest ^ digest >> 15;
}

/* The slot of a name, or the free slot where it would be inserted. */
static uint32_t *
find_slot(const object_rule *object, const dbc_json_item *name, uint32_t digest)
{
	uint32_t at = digest & object->mask;

	for (; object->slots[at]; at = (at + 1) & object->mask)
	{
		const named *entry = &object->names[object->slots[at] - 1];

		if (entry->digest == digest && entry->name->length == name->length &&
			memcmp(entry->name->text, name->text, name->length) == 0)
			break;
	}
	return &object->slots[at];
}

static const named *
find_name(const object_rule *object, const dbc_json_item *name)
{
	uint32_t slot = *find_slot(object, name, digest_name(name));

	return slot ? &object->names[slot - 1] : NULL;
}

/* The entry of a name, added if it is missing. */
static named *
add_name(object_rule *object, const dbc_json_item *name)
{
	uint32_t digest = digest_name(name);
	uint32_t *slot = find_slot(object, name, digest);

	if (!*slot)
	{
		object->names[object->nnames++] =
			(named){.name = name, .digest = digest};
		*slot = object->nnames;
	}
	return &object->names[*slot - 1];
}

typedef struct object_check
{
	dbc_jsonschema_validation *v;
	const dbc_jsonschema_rule *rule;
	const object_rule *object;
	const dbc_jsonschema_location *at;
	char *there; /* per name: the member exists */
} object_check;

/* Checks one member; known has the rules for its name, or is NULL. */
static bool
check_member(const object_check *check, const dbc_jsonschema_location *member,
			 const named *known)
{
	const object_rule *object = check->object;
	bool described = known && known->property;
	bool valid = true;

	if (described)
		valid =
			dbc_jsonschema_validate_inside(check->v, known->property, member);
	for (uint32_t i = 0; i < object->npatterns; i++)
		if (dbc_jsonschema_match_pattern(
				check->v->host, object->patterns[i].pattern, member->key))
		{
			described = true;
			if (!dbc_jsonschema_validate_inside(
					check->v, object->patterns[i].schema, member))
				valid = false;
		}
	if (!described && object->rest)
	{
		described = true;
		valid = dbc_jsonschema_validate_inside(check->v, object->rest, member);
	}
	if (described && check->at->evaluated)
		check->at->evaluated[member->index] = 1;
	return valid;
}

/* Checks the members of an object, and records which names exist. */
static bool
check_members(const object_check *check)
{
	const dbc_json_item *key = check->at->item + 1;
	uint32_t count = check->at->item->length;
	bool valid = true;

	for (uint32_t i = 0; i < count; i++, key = dbc_json_next(key + 1))
	{
		dbc_jsonschema_location member = {
			.outer = check->at, .item = key + 1, .key = key, .index = i};
		const named *known = find_name(check->object, key);

		if (known)
			check->there[known - check->object->names] = 1;
		if (!check_member(check, &member, known))
		{
			valid = false;
			if (!check->v->collects)
				break;
		}
	}
	return valid;
}

/* Checks that all names required by another name exist. */
static bool
check_needs(const object_check *check, const named *name)
{
	const object_rule *object = check->object;
	const dbc_json_item *needed = name->needs + 1;
	dbc_host *host = check->v->host;
	bool valid = true;

	for (uint32_t i = 0; i < name->needs->length; i++, needed++)
		if (!check->there[find_name(object, needed) - object->names])
			valid = dbc_jsonschema_violates(
				check->v, check->rule->owner, "dependentRequired", check->at,
				"does not have \"%s\", which \"%s\" requires",
				dbc_json_string(host, needed),
				dbc_json_string(host, name->name));
	return valid;
}

/* Checks the rules that depend on the existence of one name. */
static bool
check_name(const object_check *check, const named *name, bool there)
{
	bool valid = true;

	if (!there)
		return !name->required ||
			   dbc_jsonschema_violates(
				   check->v, check->rule->owner, "required", check->at,
				   "does not have \"%s\"",
				   dbc_json_string(check->v->host, name->name));
	if (name->needs)
		valid = check_needs(check, name);
	if (name->dependent &&
		!dbc_jsonschema_validate_here(check->v, name->dependent, check->at))
		valid = false;
	return valid;
}

/* Checks the rules that depend on the existence of names. */
static bool
check_all_names(const object_check *check)
{
	const object_rule *object = check->object;
	bool valid = true;

	for (uint32_t i = 0; i < object->nnames && (valid || check->v->collects);
		 i++)
		if (!check_name(check, &object->names[i], check->there[i]))
			valid = false;
	return valid;
}

static bool
check_object(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
			 const dbc_jsonschema_location *at)
{
	const object_rule *object = rule->more;
	char few[FEW_NAMES] = {0};
	object_check check = {v, rule, object, at, few};
	bool valid;

	if (object->nnames > FEW_NAMES)
		check.there = dbc_jsonschema_take_flags(v, object->nnames);
	valid = check_members(&check);
	if (object->asks_all && (valid || v->collects) && !check_all_names(&check))
		valid = false;
	if (object->nnames > FEW_NAMES)
		dbc_jsonschema_return_flags(v, check.there, object->nnames);
	return valid;
}

/* Checks propertyNames: each name as a value at the location of its member. */
static bool
check_names(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
			const dbc_jsonschema_location *at)
{
	const dbc_json_item *key = at->item + 1;
	bool valid = true;

	for (uint32_t i = 0; i < at->item->length && (valid || v->collects); i++)
	{
		dbc_jsonschema_location name = {.outer = at, .item = key, .key = key};

		if (!dbc_jsonschema_validate_inside(v, rule->schema, &name))
			valid = false;
		key = dbc_json_next(key + 1);
	}
	return valid;
}

/* Checks minProperties. */
static bool
check_min_properties(dbc_jsonschema_validation *v,
					 const dbc_jsonschema_rule *rule,
					 const dbc_jsonschema_location *at)
{
	return at->item->length >= rule->count ||
		   dbc_jsonschema_violates(
			   v, rule->owner, rule->keyword, at, "has fewer than %s",
			   dbc_count_text(v->host, (int64_t) rule->count, "member"));
}

/* Checks maxProperties. */
static bool
check_max_properties(dbc_jsonschema_validation *v,
					 const dbc_jsonschema_rule *rule,
					 const dbc_jsonschema_location *at)
{
	return at->item->length <= rule->count ||
		   dbc_jsonschema_violates(
			   v, rule->owner, rule->keyword, at, "has more than %s",
			   dbc_count_text(v->host, (int64_t) rule->count, "member"));
}

/* ---- adding rules ---- */

/* The keywords combined in one rule. */
typedef struct object_keywords
{
	const dbc_json_item *properties;
	const dbc_json_item *patterns;
	const dbc_json_item *rest;
	const dbc_json_item *required;
	const dbc_json_item *needs;
	const dbc_json_item *dependent;
} object_keywords;

/* Allocates the table for at most so many names. */
static void
make_table(dbc_host *host, object_rule *object, size_t most)
{
	size_t nslots = 4;

	while (nslots < 2 * most)
		nslots *= 2;
	object->names = dbc_alloc(host, (most + 1) * sizeof(*object->names));
	object->slots = dbc_alloc(host, nslots * sizeof(*object->slots));
	object->mask = (uint32_t) (nslots - 1);
}

/* An upper bound for the number of names in a keyword: its number of items. */
static size_t
most_names(const dbc_json_item *value)
{
	return value ? value->size : 0;
}

/* Adds the names in an array of strings. */
static void
add_required(object_rule *object, const dbc_json_item *list, bool required)
{
	const dbc_json_item *name = list + 1;

	for (uint32_t i = 0; i < list->length; i++, name++)
	{
		named *entry = add_name(object, name);

		entry->required = entry->required || required;
	}
}

static void
add_properties(dbc_jsonschema_compiler *c, object_rule *object,
			   const dbc_json_item *properties)
{
	const dbc_json_item *name = properties + 1;

	for (uint32_t i = 0; i < properties->length;
		 i++, name = dbc_json_next(name + 1))
		add_name(object, name)->property =
			dbc_jsonschema_get_subschema(c, name + 1);
}

static void
add_needs(object_rule *object, const dbc_json_item *needs)
{
	const dbc_json_item *name = needs + 1;

	for (uint32_t i = 0; i < needs->length; i++, name = dbc_json_next(name + 1))
	{
		add_name(object, name)->needs = name + 1;
		add_required(object, name + 1, false);
	}
}

static void
add_dependent(dbc_jsonschema_compiler *c, object_rule *object,
			  const dbc_json_item *dependent)
{
	const dbc_json_item *name = dependent + 1;

	for (uint32_t i = 0; i < dependent->length;
		 i++, name = dbc_json_next(name + 1))
		add_name(object, name)->dependent =
			dbc_jsonschema_get_subschema(c, name + 1);
}

static void
add_patterns(dbc_jsonschema_compiler *c, const dbc_jsonschema_subschema *schema,
			 object_rule *object, const dbc_json_item *patterns)
{
	const dbc_json_item *text = patterns + 1;

	object->npatterns = patterns->length;
	object->patterns =
		dbc_alloc(c->host, (patterns->length + 1) * sizeof(*object->patterns));
	for (uint32_t i = 0; i < patterns->length;
		 i++, text = dbc_json_next(text + 1))
		object->patterns[i] = (matching){
			dbc_jsonschema_read_pattern(c, schema, "patternProperties", text),
			dbc_jsonschema_get_subschema(c, text + 1)};
}

/* Adds the rule of the six keywords. */
static void
add_object(dbc_jsonschema_compiler *c, dbc_jsonschema_subschema *schema)
{
	const object_keywords k = {
		dbc_jsonschema_find_keyword(schema, "properties"),
		dbc_jsonschema_find_keyword(schema, "patternProperties"),
		dbc_jsonschema_find_keyword(schema, "additionalProperties"),
		dbc_jsonschema_find_keyword(schema, "required"),
		dbc_jsonschema_find_keyword(schema, "dependentRequired"),
		dbc_jsonschema_find_keyword(schema, "dependentSchemas")};
	object_rule *object;

	if (!k.properties && !k.patterns && !k.rest && !k.required && !k.needs &&
		!k.dependent)
		return;
	object = dbc_alloc(c->host, sizeof(*object));
	make_table(c->host, object,
			   most_names(k.properties) + most_names(k.required) +
				   most_names(k.needs) + most_names(k.dependent));
	object->asks_all = k.required || k.needs || k.dependent;
	if (k.properties)
		add_properties(c, object, k.properties);
	if (k.required)
		add_required(object, k.required, true);
	if (k.needs)
		add_needs(object, k.needs);
	if (k.dependent)
		add_dependent(c, object, k.dependent);
	if (k.patterns)
		add_patterns(c, schema, object, k.patterns);
	if (k.rest)
		object->rest = dbc_jsonschema_get_subschema(c, k.rest);
	dbc_jsonschema_add_rule(c, schema, "properties", DBC_ON_OBJECTS,
							check_object)
		->more = object;
}

/* Adds the rules for objects. */
void
dbc_jsonschema_add_object_rules(dbc_jsonschema_compiler *c,
								dbc_jsonschema_subschema *schema)
{
	const dbc_json_item *names =
		dbc_jsonschema_find_keyword(schema, "propertyNames");

	dbc_jsonschema_add_count_rule(c, schema, "minProperties", DBC_ON_OBJECTS,
								  check_min_properties);
	dbc_jsonschema_add_count_rule(c, schema, "maxProperties", DBC_ON_OBJECTS,
								  check_max_properties);
	add_object(c, schema);
	if (names)
		dbc_jsonschema_add_rule(c, schema, "propertyNames", DBC_ON_OBJECTS,
								check_names)
			->schema = dbc_jsonschema_get_subschema(c, names);
}
