/*
 * schema_objects.c
 *	  A schema as a list of objects, and the comparison of two.
 */
#include "common/migrate/schema_objects.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/sort.h"
#include "common/migrate/migrate.h"
#include "common/core/names.h"

/* ---- reading ---- */

/* The order of objects, for qsort. */
static int
compare_objects(const void *left, const void *right)
{
	const dbc_migrate_object *l = left;
	const dbc_migrate_object *r = right;
	int order = strcmp(l->type, r->type);

	return order != 0 ? order : strcmp(l->name, r->name);
}

/* Makes objects of rows. */
dbc_migrate_schema
dbc_migrate_make_schema(dbc_host *host, const dbc_rows *rows)
{
	dbc_migrate_schema schema = {NULL, rows->nrows};

	schema.items =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*schema.items));
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, DBC_OBJECT_SHAPE);

		schema.items[i] = (dbc_migrate_object){
			.type = cells[DBC_OBJECT_TYPE].text,
			.name = cells[DBC_OBJECT_NAME].text,
			.parent = cells[DBC_OBJECT_PARENT].text,
			.position = cells[DBC_OBJECT_POSITION].integer,
			.definition = cells[DBC_OBJECT_DEFINITION].text
							  ? cells[DBC_OBJECT_DEFINITION].text
							  : "",
			.details = cells[DBC_OBJECT_DETAILS].text,
			.depends_on = cells[DBC_OBJECT_DEPENDS_ON].text};
		schema.items[i].shown = rows->ncols == DBC_OBJECT_SHOWN + 1
									? cells[DBC_OBJECT_SHOWN].text
									: schema.items[i].name;
	}
	dbc_sort(schema.items, (size_t) schema.count, sizeof(*schema.items),
			 compare_objects);
	return schema;
}

dbc_migrate_schema
dbc_migrate_read_schema(dbc_host *host, dbc_schema_source source)
{
	return dbc_migrate_make_schema(
		host, DBC_CALL(host, migrate, schema)(host, source));
}

dbc_migrate_object *
dbc_migrate_find_object(const dbc_migrate_schema *schema, const char *type,
						const char *name)
{
	dbc_migrate_object key = {.type = type, .name = name};

	if (schema->count == 0)
		return NULL;
	return dbc_search(&key, schema->items, (size_t) schema->count,
					  sizeof(*schema->items), compare_objects);
}

const char *
dbc_migrate_schema_fingerprint(dbc_host *host, const dbc_migrate_schema *schema)
{
	dbc_buffer buffer;

	dbc_buffer_init(&buffer, host);
	for (int i = 0; i < schema->count; i++)
	{
		const dbc_migrate_object *object = &schema->items[i];

		dbc_append(&buffer, object->type);
		dbc_append(&buffer, "\t");
		dbc_append(&buffer, object->name);
		dbc_append(&buffer, "\t");
		dbc_append(&buffer, object->definition);
		dbc_append(&buffer, "\n");
	}
	return dbc_sha256(host, buffer.data);
}

/* Adds a member that may be missing. */
static void
put_if_any(dbc_json_node *object, const char *key, const char *text,
		   dbc_value_kind kind)
{
	dbc_value value = {.kind = kind, .text = text};

	if (text)
		dbc_json_put_value(object, key, &value);
}

dbc_json_node *
dbc_migrate_object_json(dbc_host *host, const dbc_migrate_object *object)
{
	dbc_json_node *node = dbc_json_object(host);

	DBC_PUT_TEXT(node, type, object->type);
	DBC_PUT_TEXT(node, name, object->name);
	if (!dbc_same(object->shown, object->name))
		DBC_PUT_TEXT(node, shown, object->shown);
	put_if_any(node, "parent", object->parent, DBC_TEXT);
	if (object->position > 0)
		DBC_PUT_INT(node, position, object->position);
	DBC_PUT_TEXT(node, definition, object->definition);
	put_if_any(node, "details", object->details, DBC_JSON);
	put_if_any(node, "depends_on", object->depends_on, DBC_JSON);
	return node;
}

/* ---- comparing ---- */

/* A column that both schemas have. */
typedef struct column
{
	const dbc_migrate_object *old;
	const dbc_migrate_object *new;
} column;

/* A comparison while it is made. */
typedef struct comparison
{
	dbc_host *host;
	dbc_migrate_differences found;
	column *columns;
	int ncolumns;
} comparison;

/* Adds a difference. */
static void
add_difference(comparison *c, const dbc_migrate_object *object,
			   const char *change, const char *before, const char *after,
			   bool cosmetic)
{
	c->found.items[c->found.count++] =
		(dbc_migrate_difference){.type = object->type,
								 .object = object->shown,
								 .name = object->name,
								 .parent = object->parent,
								 .change = change,
								 .before = before,
								 .after = after,
								 .cosmetic = cosmetic};
}

/* Whether an object's definition is program text, in which white space around
 * lines is layout. */
static bool
is_program(const dbc_migrate_object *object)
{
	return dbc_same(object->type, "function") ||
		   dbc_same(object->type, "procedure");
}

/* Compares two objects of the same type and name. */
static void
compare_pair(comparison *c, const dbc_migrate_object *old,
			 const dbc_migrate_object *new)
{
	if (!dbc_same(old->definition, new->definition))
		add_difference(c, old, "changed", old->definition, new->definition,
					   is_program(old) &&
						   dbc_ledger_same_except_layout(
							   c->host, old->definition, new->definition));
	if (old->parent && old->position > 0 && new->position > 0)
		c->columns[c->ncolumns++] = (column){old, new};
}

/* ---- the order of columns ---- */

/* Orders by table, then by position. */
static int
compare_positions(const dbc_migrate_object *left,
				  const dbc_migrate_object *right, int64_t left_position,
				  int64_t right_position)
{
	int order = strcmp(left->parent, right->parent);

	if (order != 0)
		return order;
	return (left_position > right_position) - (left_position < right_position);
}

/* The order columns had, for qsort. */
static int
compare_old_positions(const void *left, const void *right)
{
	const column *l = left;
	const column *r = right;

	return compare_positions(l->old, r->old, l->old->position,
							 r->old->position);
}

/* The order columns have now, for qsort. */
static int
compare_new_positions(const void *left, const void *right)
{
	const column *l = left;
	const column *r = right;

	return compare_positions(l->old, r->old, l->new->position,
							 r->new->position);
}

/* Finds columns whose place changed among those that both tables have. */
static void
find_moves(comparison *c)
{
	size_t size = (size_t) c->ncolumns * sizeof(*c->columns);
	column *now = dbc_alloc(c->host, size + 1);

	if (c->ncolumns == 0)
		return;
	memcpy(now, c->columns, size);
	dbc_sort(c->columns, (size_t) c->ncolumns, sizeof(*now),
			 compare_old_positions);
	dbc_sort(now, (size_t) c->ncolumns, sizeof(*now), compare_new_positions);
	for (int i = 0; i < c->ncolumns; i++)
	{
		const column *moved = &c->columns[i];

		if (moved->old != now[i].old)
			add_difference(
				c, moved->old, "moved",
				dbc_format(c->host, "%lld", (long long) moved->old->position),
				dbc_format(c->host, "%lld", (long long) moved->new->position),
				true);
	}
}

/* ---- renames ---- */

/* Whether the engine may have chosen the name of an object of this type. */
static bool
may_be_named_by_engine(const char *type)
{
	return dbc_same(type, "constraint") || dbc_same(type, "index") ||
		   dbc_same(type, "sequence");
}

/* Whether two texts are the same or both missing. */
static bool
same_or_missing(const char *left, const char *right)
{
	return left && right ? dbc_same(left, right) : left == right;
}

/* Whether a removed and an added object differ only in their name. */
static bool
is_rename(const dbc_migrate_schema *before, const dbc_migrate_schema *after,
		  const dbc_migrate_difference *removed,
		  const dbc_migrate_difference *added)
{
	if (!dbc_same(removed->change, "removed") ||
		!dbc_same(added->change, "added") ||
		!dbc_same(removed->type, added->type) ||
		!dbc_same(removed->before, added->after))
		return false;
	return same_or_missing(
		dbc_migrate_find_object(before, removed->type, removed->name)->parent,
		dbc_migrate_find_object(after, added->type, added->name)->parent);
}

/* Replaces each pair that is only a rename by one cosmetic difference. */
static void
find_renames(comparison *c, const dbc_migrate_schema *before,
			 const dbc_migrate_schema *after)
{
	dbc_migrate_difference *items = c->found.items;
	int kept = 0;

	for (int i = 0; i < c->found.count; i++)
		for (int j = 0;
			 j < c->found.count && may_be_named_by_engine(items[i].type); j++)
			if (is_rename(before, after, &items[i], &items[j]))
			{
				items[i].change = "renamed";
				items[i].before = items[i].name;
				items[i].after = items[j].name;
				items[i].renamed_to = items[j].object;
				items[i].cosmetic = true;
				items[j].change = "";
			}
	for (int i = 0; i < c->found.count; i++)
		if (*items[i].change)
			items[kept++] = items[i];
	c->found.count = kept;
}

/* Whether the parent of a differing object is in one schema only. */
static bool
goes_with_parent(const dbc_migrate_difference *d,
				 const dbc_migrate_schema *there,
				 const dbc_migrate_schema *not_there)
{
	static const char *const owners[] = {"table", "foreign table", "view",
										 "materialized view"};

	for (size_t i = 0; d->parent && i < sizeof(owners) / sizeof(owners[0]); i++)
		if (dbc_migrate_find_object(there, owners[i], d->parent) &&
			!dbc_migrate_find_object(not_there, owners[i], d->parent))
			return true;
	return false;
}

/* Drops the differences of objects whose table was added or removed too. */
static void
leave_out_parts(comparison *c, const dbc_migrate_schema *before,
				const dbc_migrate_schema *after)
{
	dbc_migrate_difference *items = c->found.items;
	int kept = 0;

	for (int i = 0; i < c->found.count; i++)
		if (!goes_with_parent(&items[i], before, after) &&
			!goes_with_parent(&items[i], after, before))
			items[kept++] = items[i];
	c->found.count = kept;
}

/* Whether a character can be part of a name that is not quoted. */
static bool
is_name_character(char c)
{
	return c == '_' || c == '$' || (c & 0x80) != 0 || (c >= '0' && c <= '9') ||
		   (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A text with one name in place of another. */
static const char *
renamed(dbc_host *host, const char *text, const char *old, const char *new)
{
	size_t length = strlen(old);
	const char *copied = text;
	const char *at = text;
	dbc_buffer buffer;

	if (length == 0)
		return text; /* no object has this name: a stored schema is false */
	dbc_buffer_init(&buffer, host);
	while ((at = strstr(at, old)) != NULL)
	{
		bool whole = (at == text || !is_name_character(at[-1])) &&
					 !is_name_character(at[length]);

		if (whole)
		{
			dbc_append_bytes(&buffer, copied, (size_t) (at - copied));
			dbc_append(&buffer, new);
			copied = at + length;
		}
		at += length;
	}
	dbc_append(&buffer, copied);
	return buffer.data;
}

/* Finds definitions that changed only because an object in them was renamed. */
static void
find_consequences(comparison *c)
{
	dbc_migrate_difference *items = c->found.items;

	for (int i = 0; i < c->found.count; i++)
	{
		const char *before = items[i].before;

		if (!dbc_same(items[i].change, "changed"))
			continue;
		for (int j = 0; j < c->found.count; j++)
			if (dbc_same(items[j].change, "renamed"))
				before =
					renamed(c->host, before, items[j].before, items[j].after);
		if (dbc_same(before, items[i].after))
			items[i].cosmetic = true;
	}
}

/* Gives renames the names as the user spelled them. */
static void
show_renames(comparison *c)
{
	for (int i = 0; i < c->found.count; i++)
	{
		dbc_migrate_difference *item = &c->found.items[i];

		if (dbc_same(item->change, "renamed"))
		{
			item->before = item->object;
			item->after = item->renamed_to;
		}
	}
}

/* The order of differences, for qsort. */
static int
compare_differences(const void *left, const void *right)
{
	const dbc_migrate_difference *l = left;
	const dbc_migrate_difference *r = right;
	int order = strcmp(l->type, r->type);

	if (order == 0)
		order = strcmp(l->name, r->name);
	return order != 0 ? order : strcmp(l->change, r->change);
}

dbc_migrate_differences
dbc_migrate_compare_schemas(dbc_host *host, const dbc_migrate_schema *before,
							const dbc_migrate_schema *after)
{
	comparison c = {.host = host};
	int i = 0;
	int j = 0;

	/* a column can have both changed and moved */
	c.found.items = dbc_alloc(
		host, (2 * ((size_t) before->count + (size_t) after->count) + 1) *
				  sizeof(*c.found.items));
	c.columns =
		dbc_alloc(host, ((size_t) before->count + 1) * sizeof(*c.columns));
	while (i < before->count || j < after->count)
	{
		const dbc_migrate_object *old = &before->items[i];
		const dbc_migrate_object *new = &after->items[j];
		int order = i == before->count	? 1
					: j == after->count ? -1
										: compare_objects(old, new);

		if (order < 0)
			add_difference(&c, old, "removed", old->definition, NULL, false);
		else if (order > 0)
			add_difference(&c, new, "added", NULL, new->definition, false);
		else
			compare_pair(&c, old, new);
		i += order <= 0;
		j += order >= 0;
	}
	leave_out_parts(&c, before, after);
	find_renames(&c, before, after);
	find_consequences(&c);
	show_renames(&c);
	find_moves(&c);
	dbc_sort(c.found.items, (size_t) c.found.count, sizeof(*c.found.items),
			 compare_differences);
	return c.found;
}
