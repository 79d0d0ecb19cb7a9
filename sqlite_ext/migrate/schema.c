/*
 * schema.c
 *	  The objects of a schema, read from the SQL in sqlite_schema.
 */
#include "sqlite_ext/migrate/diff.h"
#include "sqlite_ext/migrate/rebuild.h"
#include "sqlite_ext/migrate/track.h"

#include "common/core/sort.h"
#include "common/core/names.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Columns of the queries for the text of a schema. */
enum
{
	T_TYPE,
	T_NAME,
	T_TABLE, /* of an index or a trigger, else the object itself */
	T_SQL,
	T_ORDER /* the order of creation */
};

/* The rows being built. */
typedef struct listing
{
	dbcsl_host *h;
	bool whole;
	dbc_value *values; /* with room for all rows */
	int nrows;
	dbc_buffer name; /* of the object being added */
} listing;

/* The name of an object, as schemas compare it and as the user spelled it. */
typedef struct object_name
{
	const char *normal;
	const char *shown;
} object_name;

/* Columns of a row. */
#define WIDTH (DBC_OBJECT_SHOWN + 1)

/* Adds a row with the columns that all objects have. */
static dbc_value *
add_row(listing *l, const char *type, object_name name, const char *parent,
		const char *definition)
{
	dbc_value *row = l->values + (size_t) l->nrows++ * WIDTH;

	row[DBC_OBJECT_TYPE] = dbc_text(type);
	row[DBC_OBJECT_NAME] = dbc_text(name.normal);
	row[DBC_OBJECT_PARENT] = dbc_text(parent);
	row[DBC_OBJECT_POSITION] = dbc_int(0);
	row[DBC_OBJECT_DEFINITION] = dbc_text(definition);
	row[DBC_OBJECT_DETAILS] = dbc_null();
	row[DBC_OBJECT_DEPENDS_ON] = dbc_null();
	row[DBC_OBJECT_SHOWN] = dbc_text(name.shown);
	return row;
}

/* Starts a name with that of the object's table, if any. */
static dbc_buffer *
start_name(listing *l, const char *parent)
{
	l->name.length = 0;
	l->name.data[0] = '\0';
	if (parent)
	{
		dbc_append(&l->name, parent);
		dbc_append(&l->name, ".");
	}
	return &l->name;
}

/* Ends a name that start_name() has started. */
static const char *
end_name(listing *l)
{
	return dbc_copy(&l->h->base, l->name.data, l->name.length);
}

/* A name after that of its table, if any. */
static object_name
qualified(listing *l, const object_name *table, const char *name)
{
	object_name result;

	dbcsl_append_shown_name(start_name(l, table ? table->shown : NULL), name);
	result.shown = end_name(l);
	dbcsl_append_normal_name(start_name(l, table ? table->normal : NULL), name);
	result.normal = end_name(l);
	return result;
}

/* The name of a constraint, or one made of its definition. */
static object_name
constraint_name(listing *l, const object_name *table,
				const dbcsl_ddl_constraint *c)
{
	object_name result;

	if (c->name)
		return qualified(l, table, c->name);
	dbc_append(start_name(l, table->shown), c->label);
	result.shown = end_name(l);
	dbc_append(start_name(l, table->normal), c->label);
	result.normal = end_name(l);
	return result;
}

/* The details of an object: its text and its place in the schema. */
static const char *
details(listing *l, const char *text, int64_t order)
{
	dbc_json_node *node = dbc_json_object(&l->h->base);

	DBC_PUT_TEXT(node, sql, text);
	DBC_PUT_INT(node, order, order);
	return dbc_json_text(node);
}

/* ---- constraints ---- */

typedef struct named_constraint
{
	object_name name;
	const char *definition;
} named_constraint;

/* The order of constraints, for qsort. */
static int
compare_constraints(const void *left, const void *right)
{
	const named_constraint *l = left;
	const named_constraint *r = right;
	int order = strcmp(l->name.normal, r->name.normal);

	return order != 0 ? order : strcmp(l->definition, r->definition);
}

/* Adds the constraints of a table.  SQLite allows equal names: they are
 * numbered in an order that does not depend on the text. */
static void
add_constraints(listing *l, const object_name *table, const dbcsl_ddl *ddl)
{
	dbc_host *host = &l->h->base;
	named_constraint *sorted =
		dbc_alloc(host, ((size_t) ddl->nconstraints + 1) * sizeof(*sorted));
	int number = 1;

	for (int i = 0; i < ddl->nconstraints; i++)
	{
		sorted[i].name = constraint_name(l, table, &ddl->constraints[i]);
		sorted[i].definition = ddl->constraints[i].definition;
	}
	dbc_sort(sorted, (size_t) ddl->nconstraints, sizeof(*sorted),
			 compare_constraints);
	for (int i = 0; i < ddl->nconstraints; i++)
	{
		object_name name = sorted[i].name;
		bool again = i > 0 && dbc_same(sorted[i - 1].name.normal, name.normal);

		number = again ? number + 1 : 1;
		if (again)
		{
			name.normal = dbc_format(host, "%s %d", name.normal, number);
			name.shown = dbc_format(host, "%s %d", name.shown, number);
		}
		add_row(l, "constraint", name, table->normal, sorted[i].definition);
	}
}

/* ---- objects ---- */

/* Adds the columns of a table. */
static void
add_columns(listing *l, const object_name *table, const dbcsl_ddl *ddl)
{
	for (int i = 0; i < ddl->ncolumns; i++)
	{
		const dbcsl_ddl_column *column = &ddl->columns[i];
		dbc_value *row = add_row(l, "column", qualified(l, table, column->name),
								 table->normal, column->definition);

		row[DBC_OBJECT_POSITION] = dbc_int(i + 1);
	}
}

/* Adds the objects of one row of the source. */
static void
add_object(listing *l, const dbc_value *source, const dbcsl_ddl *ddl)
{
	const char *type = source[T_TYPE].text;
	bool trigger = dbc_same(type, "trigger");
	object_name table = {NULL, NULL};
	object_name name;
	dbc_value *row;

	if (trigger || dbc_same(type, "index"))
		table = qualified(l, NULL, source[T_TABLE].text);
	name = qualified(l, trigger ? &table : NULL, source[T_NAME].text);
	row = add_row(l, type, name, table.normal, ddl->definition);

	if (l->whole)
		row[DBC_OBJECT_DETAILS] =
			dbc_json(details(l, ddl->text, source[T_ORDER].integer));
	add_columns(l, &name, ddl);
	add_constraints(l, &name, ddl);
}

/* The objects in the rows of such a query. */
const dbc_rows *
dbcsl_migrate_list_objects(dbcsl_host *h, const dbc_rows *texts, bool whole)
{
	listing l = {.h = h, .whole = whole};
	dbc_rows *rows = dbcsl_alloc(&h->base, sizeof(*rows));
	dbcsl_ddl *ddls =
		dbcsl_alloc(&h->base, ((size_t) texts->nrows + 1) * sizeof(*ddls));
	size_t count = 1;

	for (int i = 0; i < texts->nrows; i++)
	{
		ddls[i] = dbcsl_read_ddl(h, dbc_get_text(&h->base, texts, i, T_SQL));
		count += 1 + (size_t) ddls[i].ncolumns + (size_t) ddls[i].nconstraints;
	}
	l.values = dbcsl_alloc(&h->base, count * WIDTH * sizeof(*l.values));
	dbc_buffer_init(&l.name, &h->base);
	for (int i = 0; i < texts->nrows; i++)
	{
		const dbc_value *source = dbc_get_row(&h->base, texts, i, "ttTti");

		/* fails for NULL, which only tables and views may have */
		if (dbc_same(source[T_TYPE].text, "trigger") ||
			dbc_same(source[T_TYPE].text, "index"))
			(void) dbc_get_text(&h->base, texts, i, T_TABLE);
		add_object(&l, source, &ddls[i]);
	}
	rows->ncols = WIDTH;
	rows->nrows = l.nrows;
	rows->values = l.values;
	return rows;
}
