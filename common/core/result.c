/*
 * result.c
 *	  JSON results as they are declared in core/api.def.
 */
#include "common/core/result.h"

#include <string.h>

#include "common/core/json.h"

static void check_object(dbc_host *host, const char *path,
						 const dbc_member *members, const dbc_json_item *item);

static const struct
{
	const char *name;
	const char *schema; /* type of a JSON Schema, and what else it has */
} types[] = {
	[DBC_M_BOOL] = {"bool", "boolean"},
	[DBC_M_INT] = {"integer", "integer"},
	[DBC_M_REAL] = {"number", "number"},
	[DBC_M_TEXT] = {"text", "string"},
	[DBC_M_TIME] = {"timestamp", "string"},
	[DBC_M_TEXTS] = {"texts", "array"},
	[DBC_M_KEY] = {"key", NULL},
	[DBC_M_KEYS] = {"keys", "array"},
	[DBC_M_ROW] = {"row", "object"},
	[DBC_M_ROWS] = {"rows", "array"},
	[DBC_M_NUMBERS] = {"numbers", "object"},
	[DBC_M_ANY] = {"any", NULL},
	[DBC_M_OBJECT] = {"object", "object"},
	[DBC_M_OBJECTS] = {"objects", "array"},
};

const char *
dbc_member_type_name(dbc_member_type type)
{
	return types[type].name;
}

/* ---- assertions ---- */

static bool
is_number(const dbc_json_item *item)
{
	return item->kind == DBC_I_NUMBER;
}

static bool
is_integer(const dbc_json_item *item)
{
	return is_number(item) && !memchr(item->text, '.', item->length);
}

/* Whether all elements of an array or all members of an object are of a kind.
 */
static bool
all_are(const dbc_json_item *item, dbc_json_kind outer, dbc_json_kind inner)
{
	const dbc_json_item *each = item + 1;

	if (item->kind != outer)
		return false;
	for (uint32_t i = 0; i < item->length; i++)
	{
		if (outer == DBC_I_OBJECT)
			each = dbc_json_next(each);
		if (each->kind != inner && each->kind != DBC_I_NULL)
			return false;
		each = dbc_json_next(each);
	}
	return true;
}

static bool
is_of_type(const dbc_member *member, const dbc_json_item *item)
{
	switch (member->type)
	{
		case DBC_M_BOOL:
			return item->kind == DBC_I_TRUE || item->kind == DBC_I_FALSE;
		case DBC_M_INT:
			return is_integer(item);
		case DBC_M_REAL:
			return is_number(item);
		case DBC_M_TEXT:
		case DBC_M_TIME:
			return item->kind == DBC_I_STRING;
		case DBC_M_TEXTS:
			return all_are(item, DBC_I_ARRAY, DBC_I_STRING);
		case DBC_M_ROWS:
		case DBC_M_OBJECTS:
			return all_are(item, DBC_I_ARRAY, DBC_I_OBJECT);
		case DBC_M_NUMBERS:
			return all_are(item, DBC_I_OBJECT, DBC_I_NUMBER);
		case DBC_M_ROW:
		case DBC_M_OBJECT:
			return item->kind == DBC_I_OBJECT;
		case DBC_M_KEYS:
			return item->kind == DBC_I_ARRAY;
		case DBC_M_KEY:
		case DBC_M_ANY:
			break;
	}
	return true;
}

static void
check_member(dbc_host *host, const char *path, const dbc_member *member,
			 const dbc_json_item *item)
{
	const dbc_json_item *each = item + 1;

	if (item->kind == DBC_I_NULL && member->presence != DBC_ALWAYS)
		return;
	if (!is_of_type(member, item))
	{
		const char *text = dbc_json_value_text(host, item);

		dbc_fail(host, DBC_INTERNAL, NULL, NULL, "%s.%s is not %s: %s", path,
				 member->name, types[member->type].name, text ? text : "null");
	}
	if (!member->members)
		return;
	path = dbc_format(host, "%s.%s", path, member->name);
	if (item->kind == DBC_I_OBJECT)
		check_object(host, path, member->members, item);
	else
		for (uint32_t i = 0; i < item->length; i++)
		{
			check_object(host, path, member->members, each);
			each = dbc_json_next(each);
		}
}

static bool
is_declared(const dbc_member *member, const dbc_json_item *key)
{
	while (member->name && !dbc_json_string_is(key, member->name))
		member++;
	return member->name != NULL;
}

static void
check_object(dbc_host *host, const char *path, const dbc_member *members,
			 const dbc_json_item *item)
{
	const dbc_json_item *key = item + 1;

	for (const dbc_member *member = members; member->name; member++)
	{
		const dbc_json_item *value = dbc_json_member(item, member->name);

		if (value)
			check_member(host, path, member, value);
		else if (member->presence != DBC_SOMETIMES)
			dbc_fail(host, DBC_INTERNAL, NULL, NULL, "%s lacks %s", path,
					 member->name);
	}
	for (uint32_t i = 0; i < item->length; i++)
	{
		if (!is_declared(members, key))
			dbc_fail(host, DBC_INTERNAL, NULL, NULL, "%s.%s is not declared",
					 path, dbc_json_string(host, key));
		key = dbc_json_next(dbc_json_next(key));
	}
}

void
dbc_assert_result(dbc_host *host, const char *json)
{
	const dbc_function *fn = host->function;
	const dbc_json_item *item;
	const char *problem;

	if (!fn->members->name)
		return;
	item = dbc_json_read(host, json, strlen(json), NULL, 0, &problem);
	if (!item) /* bytes that are no UTF-8, which the bindings replace */
		return;
	if (item->kind != DBC_I_OBJECT)
		dbc_fail(host, DBC_INTERNAL, NULL, NULL,
				 "result of %s() is no object: %s", fn->name, json);
	check_object(host, fn->name, fn->members, item);
}

/* ---- JSON Schema ---- */

static dbc_json_node *object_schema(dbc_host *host, const dbc_member *members);

/* Sets the type of a schema; NULL: any. */
static dbc_json_node *
set_type(dbc_json_node *schema, dbc_host *host, const char *type, bool nullable)
{
	dbc_json_node *both = dbc_json_array(host);

	if (!type)
		return schema;
	dbc_json_push_text(both, type);
	dbc_json_push_text(both, "null");
	if (nullable)
		dbc_json_put(schema, "type", both);
	else
		dbc_json_put_text(schema, "type", type);
	return schema;
}

static dbc_json_node *
plain_schema(dbc_host *host, const char *type, bool nullable)
{
	return set_type(dbc_json_object(host), host, type, nullable);
}

static dbc_json_node *
member_schema(dbc_host *host, const dbc_member *member)
{
	bool nullable = member->presence != DBC_ALWAYS;
	dbc_json_node *schema = member->type == DBC_M_OBJECT
								? object_schema(host, member->members)
								: dbc_json_object(host);

	set_type(schema, host, types[member->type].schema, nullable);
	if (member->type == DBC_M_OBJECTS)
		dbc_json_put(schema, "items", object_schema(host, member->members));
	else if (member->type == DBC_M_TEXTS)
		dbc_json_put(schema, "items", plain_schema(host, "string", true));
	else if (member->type == DBC_M_ROWS)
		dbc_json_put(schema, "items", plain_schema(host, "object", false));
	else if (member->type == DBC_M_NUMBERS)
		dbc_json_put(schema, "additionalProperties",
					 plain_schema(host, "number", true));
	dbc_json_put_text(schema, "description", member->doc);
	return schema;
}

static dbc_json_node *
object_schema(dbc_host *host, const dbc_member *members)
{
	dbc_json_node *schema = plain_schema(host, "object", false);
	dbc_json_node *properties = dbc_json_object(host);
	dbc_json_node *required = dbc_json_array(host);

	for (const dbc_member *member = members; member->name; member++)
	{
		dbc_json_put(properties, member->name, member_schema(host, member));
		if (member->presence != DBC_SOMETIMES)
			dbc_json_push_text(required, member->name);
	}
	dbc_json_put(schema, "properties", properties);
	dbc_json_put(schema, "required", required);
	dbc_json_put_bool(schema, "additionalProperties", false);
	return schema;
}

const char *
dbc_result_schema(dbc_host *host, const dbc_function *fn)
{
	if (!fn->members->name)
		return NULL;
	return dbc_json_text(object_schema(host, fn->members));
}
