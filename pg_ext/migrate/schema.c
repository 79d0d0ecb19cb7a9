/*
 * schema.c
 *	  The user's schema, from the catalog.
 *
 * It comes from three queries: relations and their parts, all other objects,
 * and, on request, dependencies.  Objects have their addresses in the catalog,
 * which dependencies refer to.
 */
#include "pg_ext/migrate/diff.h"
#include "pg_ext/migrate/schema.h"

#include "common/core/sort.h"

#include <stdlib.h>

/* Columns of migrate/schema and migrate/schema_programs after DBC_S_*: the
 * address of the object; migrate/schema_dependencies starts with two. */
#define S_CLASS DBC_OBJECT_COLUMNS
#define S_WIDTH (DBC_OBJECT_COLUMNS + 3)

/* Columns of migrate/schema_dependencies. */
enum
{
	D_DEPENDENT = 0,
	D_REFERENCE = 3,
	D_IS_PART = 6
};

/* Those columns as dbc_get_row() reads them. */
#define EDGE_SHAPE "iiiiiib"

/* How many levels of parts are resolved: the row type of an array of a
 * multirange of ... */
#define MAX_DEPTH 8

/* An object by its address. */
typedef struct place
{
	int64_t key[3]; /* class, object, column */
	int row;
} place;

/* Objects and dependencies while they are merged. */
typedef struct catalog
{
	dbc_host *host;
	const dbc_rows *objects;
	const dbc_rows *edges; /* in order of their dependents */
	place *places;		   /* in order of their keys */
} catalog;

/* A dependency between two objects, by their rows. */
typedef struct dependency
{
	int dependent;
	int reference;
	const char *label; /* "type name" of the latter */
} dependency;

/* The order of addresses. */
static int
compare_keys(const int64_t *left, const int64_t *right)
{
	for (int i = 0; i < 3; i++)
		if (left[i] != right[i])
			return left[i] < right[i] ? -1 : 1;
	return 0;
}

/* The order of places, for qsort and bsearch. */
static int
compare_places(const void *left, const void *right)
{
	return compare_keys(((const place *) left)->key,
						((const place *) right)->key);
}

/* The order of dependencies, for qsort. */
static int
compare_dependencies(const void *left, const void *right)
{
	const dependency *l = left;
	const dependency *r = right;

	return l->dependent != r->dependent ? (l->dependent < r->dependent ? -1 : 1)
										: strcmp(l->label, r->label);
}

/* Copies three columns. */
static void
read_key(const dbc_value *cells, int64_t *key)
{
	for (int i = 0; i < 3; i++)
		key[i] = cells[i].integer;
}

/* The first dependency of an address, or the number of dependencies. */
static int
first_edge(const catalog *c, const int64_t *key)
{
	int low = 0;
	int high = c->edges->nrows;

	while (low < high)
	{
		int middle = low + (high - low) / 2;
		int64_t other[3];

		read_key(dbc_get_row(c->host, c->edges, middle, EDGE_SHAPE) +
					 D_DEPENDENT,
				 other);
		if (compare_keys(other, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The row of the object at an address, or -1. */
static int
find_place(const catalog *c, const int64_t *key)
{
	place wanted;
	const place *found;

	memcpy(wanted.key, key, sizeof(wanted.key));
	found = dbc_search(&wanted, c->places, (size_t) c->objects->nrows,
					   sizeof(*c->places), compare_places);
	return found ? found->row : -1;
}

/* Replaces an address by that of its whole; false if it is no part. */
static bool
find_whole(const catalog *c, int64_t *key)
{
	for (int i = first_edge(c, key); i < c->edges->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(c->host, c->edges, i, EDGE_SHAPE);
		int64_t other[3];

		read_key(&cells[D_DEPENDENT], other);
		if (compare_keys(other, key) != 0)
			return false;
		if (cells[D_IS_PART].integer)
		{
			read_key(&cells[D_REFERENCE], key);
			return true;
		}
	}
	return false;
}

/* The row of an address's object or of its whole, or -1. */
static int
resolve(const catalog *c, const dbc_value *cells)
{
	int64_t key[3];

	read_key(cells, key);
	for (int depth = 0; depth < MAX_DEPTH; depth++)
	{
		int row = find_place(c, key);

		if (row >= 0)
			return row;
		if (key[2] != 0)
			key[2] = 0;
		else if (!find_whole(c, key))
			return -1;
	}
	return -1;
}

/* Collects all dependencies between objects, in order; returns their number. */
static int
collect_dependencies(const catalog *c, dependency *links)
{
	int count = 0;

	for (int i = 0; i < c->edges->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(c->host, c->edges, i, EDGE_SHAPE);
		int dependent = resolve(c, &cells[D_DEPENDENT]);
		int reference = resolve(c, &cells[D_REFERENCE]);
		const dbc_value *object;

		if (dependent < 0 || reference < 0 || dependent == reference)
			continue;
		object = dbc_get_row(c->host, c->objects, reference, DBC_OBJECT_SHAPE);
		links[count++] = (dependency){dependent, reference,
									  dbc_format(c->host, "%s %s",
												 object[DBC_OBJECT_TYPE].text,
												 object[DBC_OBJECT_NAME].text)};
	}
	dbc_sort(links, (size_t) count, sizeof(*links), compare_dependencies);
	return count;
}

/* Fills the column depends_on of the objects. */
static void
add_dependencies(dbc_host *base, const dbc_rows *objects, dbc_value *cells)
{
	catalog c = {base, objects, dbc_query(base, "migrate/schema_dependencies"),
				 NULL};
	dependency *links =
		dbc_alloc(base, ((size_t) c.edges->nrows + 1) * sizeof(*links));
	int count;
	int j;

	c.places =
		dbc_alloc(base, ((size_t) objects->nrows + 1) * sizeof(*c.places));
	for (int i = 0; i < objects->nrows; i++)
	{
		read_key(dbc_get_row(base, objects, i, DBC_OBJECT_SHAPE "III") +
					 S_CLASS,
				 c.places[i].key);
		c.places[i].row = i;
	}
	dbc_sort(c.places, (size_t) objects->nrows, sizeof(*c.places),
			 compare_places);
	count = collect_dependencies(&c, links);
	for (int i = 0; i < count; i = j)
	{
		dbc_json_node *list = dbc_json_array(base);

		for (j = i; j < count && links[j].dependent == links[i].dependent; j++)
			if (j == i || links[j].reference != links[j - 1].reference)
				dbc_json_push_text(list, links[j].label);
		cells[(size_t) links[i].dependent * S_WIDTH + DBC_OBJECT_DEPENDS_ON] =
			dbc_json(dbc_json_text(list));
	}
}

/* Joins two lists of objects; *values, unless NULL, can be changed. */
const dbc_rows *
dbcpg_migrate_join_rows(dbc_host *base, const dbc_rows *first,
						const dbc_rows *second, dbc_value **values)
{
	size_t nfirst = (size_t) first->nrows * S_WIDTH;
	size_t nsecond = (size_t) second->nrows * S_WIDTH;
	dbc_rows *rows = dbc_alloc(base, sizeof(*rows));
	dbc_value *cells = dbc_alloc(base, (nfirst + nsecond + 1) * sizeof(*cells));

	memcpy(cells, first->values, nfirst * sizeof(*cells));
	memcpy(cells + nfirst, second->values, nsecond * sizeof(*cells));
	*rows = (dbc_rows){.nrows = first->nrows + second->nrows,
					   .ncols = S_WIDTH,
					   .values = cells};
	if (values)
		*values = cells;
	return rows;
}

/* Lists the objects that are no relations. */
static const dbc_rows *
list_programs(dbc_host *base, dbc_value whole)
{
	dbc_rows *none;

	if (dbc_get_bool(base, dbc_query(base, "migrate/has_programs"), 0, 0))
		return dbc_query(base, "migrate/schema_programs", whole);
	none = dbc_alloc(base, sizeof(*none));
	none->ncols = S_WIDTH;
	none->values = dbc_alloc(base, sizeof(*none->values));
	return none;
}

/* Lists the objects of today's schema. */
static const dbc_rows *
read_catalog(dbc_host *base, dbc_schema_source source)
{
	dbc_value whole = dbc_bool(source == DBC_SCHEMA_WHOLE);
	const dbc_rows *relations = dbc_query(base, "migrate/schema", whole);
	const dbc_rows *programs = list_programs(base, whole);
	dbc_value *cells;
	const dbc_rows *objects =
		dbcpg_migrate_join_rows(base, relations, programs, &cells);

	if (source == DBC_SCHEMA_WHOLE)
		add_dependencies(base, objects, cells);
	return objects;
}

/* See common/migrate/host.h. */
const dbc_rows *
dbcpg_migrate_list_schema(dbc_host *base, dbc_schema_source source)
{
	if (source == DBC_SCHEMA_STORED)
		return dbc_query(base, "migrate/stored_schema");
	if (source == DBC_SCHEMA_STORED_WHOLE)
		return dbc_query(base, "migrate/stored_details");
	return read_catalog(base, source);
}

/* Whether two texts are the same, or both missing. */
static bool
is_same(const char *left, const char *right)
{
	return left && right ? strcmp(left, right) == 0 : left == right;
}

/* Whether an object is stored unchanged. */
static bool
is_stored(const dbc_migrate_schema *stored, const dbc_migrate_object *object)
{
	const dbc_migrate_object *old =
		dbc_migrate_find_object(stored, object->type, object->name);

	return old && old->position == object->position &&
		   strcmp(old->definition, object->definition) == 0 &&
		   is_same(old->parent, object->parent) &&
		   is_same(old->details, object->details) &&
		   is_same(old->depends_on, object->depends_on);
}

/* Stores today's schema; only changed objects are written. */
void
dbcpg_migrate_store_schema(dbc_host *base)
{
	dbc_migrate_schema stored =
		dbc_migrate_read_schema(base, DBC_SCHEMA_STORED_WHOLE);
	dbc_migrate_schema now = dbc_migrate_read_schema(base, DBC_SCHEMA_WHOLE);
	dbc_json_node *gone = dbc_json_array(base);
	dbc_json_node *changed = dbc_json_array(base);

	for (int i = 0; i < stored.count; i++)
		if (!dbc_migrate_find_object(&now, stored.items[i].type,
									 stored.items[i].name))
			dbc_json_push(gone,
						  dbc_migrate_object_json(base, &stored.items[i]));
	for (int i = 0; i < now.count; i++)
		if (!is_stored(&stored, &now.items[i]))
			dbc_json_push(changed,
						  dbc_migrate_object_json(base, &now.items[i]));
	dbc_query(base, "migrate/store_schema", dbc_text(dbc_json_text(gone)),
			  dbc_text(dbc_json_text(changed)));
}
