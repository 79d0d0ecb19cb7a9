/*
 * objects.c
 *	  The objects of a manifest, compared with those in the database.
 */
#include "common/init/init.h"

#include <string.h>

dbc_migrate_schema
dbc_init_restrict(dbc_host *host, const dbc_migrate_schema *schema,
				  const dbc_migrate_schema *names)
{
	dbc_migrate_schema result = {.count = 0};

	result.items =
		dbc_alloc(host, ((size_t) schema->count + 1) * sizeof(*result.items));
	for (int i = 0; i < schema->count; i++)
		if (dbc_migrate_find_object(names, schema->items[i].type,
									schema->items[i].name))
			result.items[result.count++] = schema->items[i];
	return result;
}

/* Whether an object is a part of a table that the text of the table has. */
static bool
is_part(const dbc_migrate_object *object)
{
	return object->parent && (dbc_same(object->type, "column") ||
							  dbc_same(object->type, "constraint"));
}

/* Whether a schema has the table of an object. */
static bool
has_table_of(const dbc_migrate_schema *schema, const dbc_migrate_object *object)
{
	return object->parent &&
		   dbc_migrate_find_object(schema, "table", object->parent);
}

/* What of today's schema a manifest names, with the other objects of its
 * tables. */
static dbc_migrate_schema
take_named(dbc_host *host, const dbc_migrate_schema *today,
		   const dbc_migrate_schema *wanted)
{
	dbc_migrate_schema result = {.count = 0};

	result.items =
		dbc_alloc(host, ((size_t) today->count + 1) * sizeof(*result.items));
	for (int i = 0; i < today->count; i++)
		if (dbc_migrate_find_object(wanted, today->items[i].type,
									today->items[i].name) ||
			has_table_of(wanted, &today->items[i]))
			result.items[result.count++] = today->items[i];
	return result;
}

/* Whether each column and constraint of a table is also wanted; replace is
 * whether its definition may change. */
static bool
has_only_wanted_parts(const dbc_migrate_schema *present,
					  const dbc_migrate_schema *wanted, const char *table,
					  bool replace)
{
	for (int i = 0; i < present->count; i++)
	{
		const dbc_migrate_object *part = &present->items[i];
		const dbc_migrate_object *other;

		if (!is_part(part) || !dbc_same(part->parent, table))
			continue;
		other = dbc_migrate_find_object(wanted, part->type, part->name);
		if (!other ||
			(!replace && !dbc_same(other->definition, part->definition)))
			return false;
	}
	return true;
}

/* Whether an object that is missing can be created.  Parts are added to a table
 * only if all its other parts are wanted: on SQLite its text has them all. */
static bool
can_create(const dbc_migrate_schema *present, const dbc_migrate_schema *wanted,
		   const dbc_migrate_object *object, bool replace)
{
	return !is_part(object) || !has_table_of(present, object) ||
		   has_only_wanted_parts(present, wanted, object->parent, replace);
}

/* What an object that exists shall be. */
static const dbc_migrate_object *
choose(const dbc_migrate_schema *present, const dbc_migrate_schema *wanted,
	   const dbc_migrate_object *now, const dbc_migrate_object *then,
	   bool replace)
{
	if (replace || (dbc_same(now->type, "table") &&
					has_only_wanted_parts(present, wanted, now->name, false)))
		return then;
	return now;
}

/* The order of schemas, for merging. */
static int
compare_objects(const dbc_migrate_object *left, const dbc_migrate_object *right)
{
	int order = strcmp(left->type, right->type);

	return order != 0 ? order : strcmp(left->name, right->name);
}

/* What the database shall have. */
static dbc_migrate_schema
make_target(dbc_host *host, const dbc_migrate_schema *present,
			const dbc_migrate_schema *wanted, bool replace)
{
	dbc_migrate_schema target = {.count = 0};
	size_t most = (size_t) present->count + (size_t) wanted->count;
	int p = 0;
	int w = 0;

	target.items = dbc_alloc(host, (most + 1) * sizeof(*target.items));
	while (p < present->count || w < wanted->count)
	{
		const dbc_migrate_object *now = &present->items[p];
		const dbc_migrate_object *then = &wanted->items[w];
		int order = p == present->count	 ? 1
					: w == wanted->count ? -1
										 : compare_objects(now, then);

		if (order == 0)
			target.items[target.count++] =
				*choose(present, wanted, now, then, replace);
		else if (order < 0)
			target.items[target.count++] = *now;
		else if (can_create(present, wanted, then, replace))
			target.items[target.count++] = *then;
		p += order <= 0;
		w += order >= 0;
	}
	return target;
}

const char *
dbc_init_write_changes(dbc_host *host, const dbc_migrate_schema *today,
					   const dbc_migrate_schema *wanted, bool replace,
					   dbc_migrate_schema *target)
{
	dbc_migrate_schema present = take_named(host, today, wanted);
	const char *sql;

	*target = make_target(host, &present, wanted, replace);
	sql = DBC_CALL(host, migrate, diff)(host, &present, target);
	return *sql ? sql : NULL;
}

void
dbc_init_run_changes(dbc_host *host, const char *sql,
					 const dbc_migrate_schema *today)
{
	/* tables of others have code that validation runs */
	dbc_script script = {.label = "changes of the schema",
						 .text = sql,
						 .is_own = true,
						 .is_fix = true,
						 .first_line = 1};
	dbc_migrate_schema after;

	dbc_split(host, sql, &script);
	dbc_run_script(host, &script, NULL);
	after = dbc_migrate_read_schema(host, DBC_SCHEMA_NOW);
	for (int i = 0; i < today->count; i++)
		if (!dbc_migrate_find_object(&after, today->items[i].type,
									 today->items[i].name))
			dbc_fail(host, DBC_NOT_READY,
					 dbc_format(host, "The changes would be:\n%s", sql),
					 "Change the schema by a migration.",
					 "%s %s would be dropped", today->items[i].type,
					 today->items[i].shown);
}
