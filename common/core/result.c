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

/* ---- JSON Schema ----
 *
 * Written as text with the order of members that jsonb has: documents of so
 * many small nodes cost more than all other results. */

static void add_schema(dbc_buffer *out, const dbc_member *member);

static void
add_type(dbc_buffer *out, const char *type, bool nullable)
{
	dbc_append_format(
		out, nullable ? "\"type\": [\"%s\", \"null\"]" : "\"type\": \"%s\"",
		type);
}

/* The member that follows in the order of jsonb; NULL begins, and ends. */
static const dbc_member *
next_member(const dbc_member *members, const dbc_member *before)
{
	const dbc_member *next = NULL;

	for (const dbc_member *member = members; member->name; member++)
		if ((!before ||
			 dbc_json_compare_keys(before->name, member->name) < 0) &&
			(!next || dbc_json_compare_keys(member->name, next->name) < 0))
			next = member;
	return next;
}

/* Adds what the schema of an object has: the members after its description come
 * last. */
static void
add_members(dbc_buffer *out, const dbc_member *members)
{
	const char *comma = "";

	dbc_append(out, ", \"required\": [");
	for (const dbc_member *member = members; member->name; member++)
		if (member->presence != DBC_SOMETIMES)
		{
			dbc_append_format(out, "%s\"%s\"", comma, member->name);
			comma = ", ";
		}
	dbc_append(out, "], \"properties\": {");
	comma = "";
	for (const dbc_member *member = next_member(members, NULL); member;
		 member = next_member(members, member))
	{
		dbc_append_format(out, "%s\"%s\": ", comma, member->name);
		add_schema(out, member);
		comma = ", ";
	}
	dbc_append(out, "}");
}

/* Adds the items of an array. */
static void
add_items(dbc_buffer *out, const dbc_member *member)
{
	static const dbc_member_type inner[] = {[DBC_M_TEXTS] = DBC_M_TEXT,
											[DBC_M_ROWS] = DBC_M_ROW,
											[DBC_M_OBJECTS] = DBC_M_OBJECT};
	const bool nullable = member->type == DBC_M_TEXTS;

	dbc_append(out, ", \"items\": ");
	add_schema(out,
			   &(dbc_member){.type = inner[member->type],
							 .presence = nullable ? DBC_NULLABLE : DBC_ALWAYS,
							 .members = member->members});
}

static void
add_schema(dbc_buffer *out, const dbc_member *member)
{
	const char *type = types[member->type].schema;

	dbc_append(out, "{");
	if (type)
		add_type(out, type, member->presence != DBC_ALWAYS);
	if (member->type == DBC_M_TEXTS || member->type == DBC_M_ROWS ||
		member->type == DBC_M_OBJECTS)
		add_items(out, member);
	else if (member->type == DBC_M_OBJECT)
		add_members(out, member->members);
	if (member->doc)
	{
		dbc_append(out, type ? ", \"description\": " : "\"description\": ");
		dbc_json_append_string(out, member->doc);
	}
	if (member->type == DBC_M_OBJECT)
		dbc_append(out, ", \"additionalProperties\": false");
	else if (member->type == DBC_M_NUMBERS)
		dbc_append(out, ", \"additionalProperties\": {\"type\": [\"number\", "
						"\"null\"]}");
	dbc_append(out, "}");
}

const char *
dbc_result_schema(dbc_host *host, const dbc_function *fn)
{
	dbc_buffer buffer;

	if (!fn->members->name)
		return NULL;
	dbc_buffer_init(&buffer, host);
	add_schema(&buffer,
			   &(dbc_member){.type = DBC_M_OBJECT, .members = fn->members});
	return buffer.data;
}
