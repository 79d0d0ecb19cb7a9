/*
 * diff.c
 *	  SQL that turns one schema into another.
 *
 * Drops come first, dependent objects before the others; then tables change,
 * then new objects are created in their original order.  SQLite needs no other
 * order: a view or a trigger may refer to objects that do not exist yet.
 */
#include "sqlite_ext/migrate/diff.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/json.h"
#include "common/core/sort.h"
#include "sqlite_ext/trust/copy.h"

/* One of the two schemas. */
typedef struct side
{
	const dbc_migrate_schema *schema;
	dbcsl_migrate_diff_object
		*things; /* one per object; object is NULL for parts of tables */
	dbcsl_migrate_diff_object *
		*sorted; /* the things in the order of their creation */
	int count;
} side;

/* A difference while it is written. */
typedef struct difference
{
	dbcsl_host *h;
	side from;
	side to;
	dbc_buffer out;
} difference;

/* ---- reading ---- */

/* Whether an object is a table, index, view or trigger. */
static bool
is_thing(const dbc_migrate_object *object)
{
	return dbc_same(object->type, "table") || dbc_same(object->type, "index") ||
		   dbc_same(object->type, "view") || dbc_same(object->type, "trigger");
}

/* The order of creation, for qsort. */
static int
compare_order(const void *left, const void *right)
{
	const dbcsl_migrate_diff_object *l =
		*(dbcsl_migrate_diff_object *const *) left;
	const dbcsl_migrate_diff_object *r =
		*(dbcsl_migrate_diff_object *const *) right;

	if (l->order != r->order)
		return l->order < r->order ? -1 : 1;
	return l->object < r->object ? -1 : 1;
}

/* Reads the details of a thing. */
static void
read_details(dbcsl_host *h, dbcsl_migrate_diff_object *thing)
{
	dbc_value details = dbc_json(thing->object->details);
	const char *sql = dbc_json_string_or_null(
		&h->base, dbc_json_find(&h->base, &details, "sql"));
	double order = 0;

	if (!sql)
		dbc_fail(&h->base, DBC_INVALID_PARAMETER, NULL,
				 "Pass a document that dbmigrate_schema() returned.",
				 "%s %s of the schema document comes without its SQL",
				 thing->object->type, thing->object->name);
	thing->ddl = dbcsl_read_ddl(h, sql);
	(void) dbc_json_real(&h->base, dbc_json_find(&h->base, &details, "order"),
						 &order);
	thing->order = (int64_t) order;
}

/* The thing of a type and a name, or NULL. */
static dbcsl_migrate_diff_object *
find_thing(const side *s, const char *type, const char *name)
{
	const dbc_migrate_object *object =
		dbc_migrate_find_object(s->schema, type, name);

	return object ? &s->things[object - s->schema->items] : NULL;
}

/* Reads the things of a schema. */
static side
read_side(dbcsl_host *h, const dbc_migrate_schema *schema)
{
	side s = {.schema = schema};
	size_t room = (size_t) schema->count + 1;

	s.things = dbc_alloc(&h->base, room * sizeof(*s.things));
	s.sorted = dbc_alloc(&h->base, room * sizeof(dbcsl_migrate_diff_object *));
	for (int i = 0; i < schema->count; i++)
	{
		if (i % 1000 == 999)
			dbc_poll(&h->base);
		if (!is_thing(&schema->items[i]))
			continue;
		s.things[i].object = &schema->items[i];
		read_details(h, &s.things[i]);
		s.sorted[s.count++] = &s.things[i];
	}
	dbc_sort(s.sorted, (size_t) s.count, sizeof(dbcsl_migrate_diff_object *),
			 compare_order);
	for (int i = 0; i < s.count; i++)
	{
		const char *parent = s.sorted[i]->object->parent;

		if (!parent)
			continue;
		s.sorted[i]->table = find_thing(&s, "table", parent);
		if (!s.sorted[i]->table)
			s.sorted[i]->table = find_thing(&s, "view", parent);
	}
	return s;
}

/* ---- comparing ---- */

/* Marks the things of a side that differ from those of the other. */
static void
mark_differences(side *mine, const side *others)
{
	for (int i = 0; i < mine->schema->count; i++)
	{
		const dbc_migrate_object *object = &mine->schema->items[i];
		const dbc_migrate_object *same =
			dbc_migrate_find_object(others->schema, object->type, object->name);
		dbcsl_migrate_diff_object *thing = &mine->things[i];

		if (thing->object && same)
			thing->other = &others->things[same - others->schema->items];
		if (same && dbc_same(same->definition, object->definition))
			continue;
		if (!thing->object && object->parent)
			thing = find_thing(mine, "table", object->parent);
		if (thing)
			thing->differs = true;
	}
}

/* Decides which tables and views of a side are replaced. */
static void
decide_tables(dbcsl_host *h, side *s)
{
	for (int i = 0; i < s->count; i++)
	{
		dbcsl_migrate_diff_object *thing = s->sorted[i];
		const dbcsl_migrate_diff_object *other = thing->other;

		if (other && other->differs)
			thing->differs = true;
		if (thing->differs && thing->ddl.kind == DBCSL_UNKNOWN)
			dbc_fail(&h->base, DBC_UNSUPPORTED, NULL, NULL,
					 "the SQL of %s %s cannot be parsed", thing->object->type,
					 thing->object->name);
		if (!thing->differs || thing->table)
			continue;
		thing->replaced = !other || thing->ddl.kind != DBCSL_TABLE ||
						  other->ddl.kind != DBCSL_TABLE;
	}
}

/* Decides which tables that both schemas have are rebuilt. */
static void
decide_rebuilds(difference *d)
{
	for (int i = 0; i < d->to.count; i++)
	{
		dbcsl_migrate_diff_object *to = d->to.sorted[i];

		if (i % 1000 == 999)
			dbc_poll(&d->h->base);
		if (!to->differs || to->table || to->replaced ||
			dbcsl_migrate_can_alter(d->h, to->other, to))
			continue;
		to->rebuilt = true;
		to->other->rebuilt = true;
	}
}

/* Decides which indexes and triggers of a side are replaced. */
static void
decide_parts(side *s)
{
	for (int i = 0; i < s->count; i++)
	{
		dbcsl_migrate_diff_object *thing = s->sorted[i];

		if (thing->table)
			thing->replaced = thing->differs || thing->table->replaced ||
							  thing->table->rebuilt;
	}
}

/* ---- the script ---- */

/* Whether a thing is dropped with another one.  Of a rebuilt table's parts only
 * indexes can stay until then. */
static bool
is_dropped_with_table(const dbcsl_migrate_diff_object *thing)
{
	if (!thing->table)
		return false;
	return thing->table->replaced ||
		   (thing->table->rebuilt && thing->ddl.kind == DBCSL_INDEX &&
			!dbcsl_has_qualified_columns(&thing->ddl));
}

/* Drops the things of a type, the newest first. */
static void
drop_things(difference *d, const char *type)
{
	for (int i = d->from.count - 1; i >= 0; i--)
	{
		const dbcsl_migrate_diff_object *thing = d->from.sorted[i];

		if (!thing->replaced || is_dropped_with_table(thing) ||
			!dbc_same(thing->object->type, type))
			continue;
		if (dbc_same(type, "table"))
			dbcsl_migrate_write_comment(
				&d->out, "destroys data: table %s",
				dbc_quote(&d->h->base, thing->ddl.name));
		dbc_append_format(
			&d->out, "drop %s %s;\n", type,
			dbcsl_qualify_main_name(&d->h->base, thing->ddl.name));
	}
}

/* Changes the tables that are not replaced. */
static void
change_tables(difference *d)
{
	for (int i = 0; i < d->to.count; i++)
	{
		const dbcsl_migrate_diff_object *thing = d->to.sorted[i];

		if (i % 1000 == 999)
			dbc_poll(&d->h->base);
		if (thing->rebuilt)
			dbcsl_migrate_write_rebuild(&d->out, thing->other, thing);
		else if (thing->differs && !thing->table && !thing->replaced)
			dbcsl_migrate_write_alter(&d->out, thing->other, thing);
	}
}

/* Creates the things of a type, the oldest first. */
static void
create_things(difference *d, const char *type)
{
	for (int i = 0; i < d->to.count; i++)
	{
		const dbcsl_migrate_diff_object *thing = d->to.sorted[i];

		if (thing->replaced && dbc_same(thing->object->type, type))
			dbc_append_format(&d->out, "%s;\n", thing->ddl.text);
	}
}

/* Writes the PRAGMAs for dropping and rebuilding tables; dbcare resets them. */
static void
append_settings(difference *d)
{
	bool drops = false;
	bool rebuilds = false;

	for (int i = 0; i < d->from.count; i++)
	{
		const dbcsl_migrate_diff_object *thing = d->from.sorted[i];

		drops |= thing->replaced && thing->ddl.kind == DBCSL_TABLE;
		rebuilds |= thing->rebuilt;
	}
	if (drops || rebuilds)
		dbc_append(&d->out, "pragma foreign_keys = off;\n");
	if (rebuilds)
		dbc_append(&d->out, "pragma legacy_alter_table = on;\n");
}

/* See common/migrate/host.h. */
const char *
dbcsl_migrate_diff(dbc_host *host, const dbc_migrate_schema *from,
				   const dbc_migrate_schema *to)
{
	difference d = {.h = dbcsl_of(host)};

	d.from = read_side(d.h, from);
	d.to = read_side(d.h, to);
	mark_differences(&d.from, &d.to);
	mark_differences(&d.to, &d.from);
	decide_tables(d.h, &d.from);
	decide_tables(d.h, &d.to);
	decide_rebuilds(&d);
	decide_parts(&d.from);
	decide_parts(&d.to);
	dbc_buffer_init(&d.out, host);
	append_settings(&d);
	drop_things(&d, "trigger");
	drop_things(&d, "view");
	drop_things(&d, "index");
	drop_things(&d, "table");
	change_tables(&d);
	create_things(&d, "table");
	create_things(&d, "index");
	create_things(&d, "view");
	create_things(&d, "trigger");
	return d.out.data;
}
