/*
 * verify_object.c
 *	  Tables, views and indexes by name.
 *
 * SQLite has no index on the names of a schema: sqlite_schema and
 * pragma_table_list are scanned for each name.  So all objects are read once,
 * and again when the schema has changed; but a call about one row of a table
 * looks up no more than a few.
 */
#include "sqlite_ext/call/query.h"
#include "sqlite_ext/check/verify.h"

#include "common/core/sort.h"

#include <stdlib.h>
#include <string.h>

/* Names of main that a call looks up by themselves. */
#define FEW 4

/* The objects of a schema, by kind and name. */
struct dbcsl_check_schema
{
	struct dbcsl_check_schema *next;
	const char *name;
	int64_t version;
	dbcsl_check_object *objects;
	int count;
};

/* For bsearch, and for qsort up to what the schema has twice. */
static int
compare_names(const void *left, const void *right)
{
	const dbcsl_check_object *a = left;
	const dbcsl_check_object *b = right;

	if (a->is_index != b->is_index)
		return a->is_index ? 1 : -1;
	return sqlite3_stricmp(a->name, b->name);
}

static int
compare_objects(const void *left, const void *right)
{
	int order = compare_names(left, right);
	int a = ((const dbcsl_check_object *) left)->place;
	int b = ((const dbcsl_check_object *) right)->place;

	return order ? order : (a > b) - (a < b);
}

static const dbc_rows *
query_objects(dbcsl_host *h, const char *schema)
{
	return dbc_query_text(
		&h->base,
		dbcsl_printf(
			h,
			"select false, t.name, t.type, t.wr, t.strict, coalesce(s.sql, '')"
			" from temp.pragma_table_list as t"
			" left join \"%w\".sqlite_schema as s"
			" on s.type in ('table', 'view') and s.name = t.name"
			" where t.\"schema\" = %Q"
			" union all select true, name, type, false, false, coalesce(sql, "
			"'')"
			" from \"%w\".sqlite_schema where type = 'index'",
			schema, schema, schema));
}

static dbcsl_check_object
read_object(dbc_host *host, const dbc_rows *rows, int i)
{
	return (dbcsl_check_object){.place = i,
								.is_index = dbc_get_bool(host, rows, i, 0),
								.name = dbc_get_text(host, rows, i, 1),
								.type = dbc_get_text(host, rows, i, 2),
								.without_rowid = dbc_get_bool(host, rows, i, 3),
								.strict = dbc_get_bool(host, rows, i, 4),
								.sql = dbc_get_text(host, rows, i, 5)};
}

static void
read_schema(dbcsl_host *h, dbcsl_check_schema *schema)
{
	const dbc_rows *rows = query_objects(h, schema->name);
	dbc_host *host = &h->base;
	int i;

	schema->count = rows->nrows;
	schema->objects = dbcsl_alloc(host, ((size_t) rows->nrows + 1) *
											sizeof(*schema->objects));
	for (i = 0; i < rows->nrows; i++)
		schema->objects[i] = read_object(host, rows, i);
	dbc_sort(schema->objects, (size_t) schema->count, sizeof(*schema->objects),
			 compare_objects);
}

int64_t
dbcsl_check_schema_version(dbcsl_host *h, const char *schema)
{
	const char *text = dbcsl_printf(h, "pragma \"%w\".schema_version", schema);
	dbc_sql query = {.name = text, .text = text};

	return dbc_get_int(&h->base, dbcsl_query(&h->base, &query, NULL, 0), 0, 0);
}

dbcsl_check_state *
dbcsl_check_state_of(dbcsl_host *h)
{
	if (!h->check)
		h->check = dbcsl_alloc(&h->base, sizeof(dbcsl_check_state));
	return h->check;
}

static dbcsl_check_schema *
find_schema(dbcsl_host *h, const char *name)
{
	dbcsl_check_state *state = dbcsl_check_state_of(h);
	dbcsl_check_schema *schema = state->schemas;
	int64_t version = dbcsl_check_schema_version(h, name);

	while (schema && sqlite3_stricmp(schema->name, name) != 0)
		schema = schema->next;
	if (schema && schema->version == version)
		return schema;
	if (!schema)
	{
		schema = dbcsl_alloc(&h->base, sizeof(*schema));
		schema->name = dbcsl_printf(h, "%s", name);
		schema->next = state->schemas;
		state->schemas = schema;
	}
	read_schema(h, schema);
	schema->version = version;
	return schema;
}

static const dbcsl_check_object *
find_among_all(dbcsl_host *h, const char *schema, const char *name,
			   bool is_index)
{
	const dbcsl_check_schema *s = find_schema(h, schema);
	dbcsl_check_object wanted = {.name = name, .is_index = is_index};
	const dbcsl_check_object *found =
		dbc_search(&wanted, s->objects, (size_t) s->count, sizeof(*s->objects),
				   compare_names);

	/* the first of a name, which a damaged schema can have twice */
	while (found && found > s->objects &&
		   compare_names(found - 1, &wanted) == 0)
		found--;
	return found;
}

/* One of the first names that a call looks up; NULL if it has to be looked for
 * among all. */
static const dbcsl_check_object *
find_one(dbcsl_host *h, const char *schema, const char *name, bool is_index)
{
	dbcsl_check_state *state = dbcsl_check_state_of(h);
	dbcsl_check_object *found;
	const dbc_rows *rows;

	if (strcmp(schema, "main") != 0 || state->nfound >= FEW)
		return NULL;
	state->nfound++;
	rows = dbc_query(&h->base, is_index ? "check/index" : "check/table",
					 dbc_text(name));
	if (rows->nrows == 0)
		return NULL;
	found = dbcsl_alloc(&h->base, sizeof(*found));
	*found = read_object(&h->base, rows, 0);
	return found;
}

const dbcsl_check_object *
dbcsl_check_find_object(dbcsl_host *h, const char *schema, const char *name,
						bool is_index)
{
	const dbcsl_check_object *found = find_one(h, schema, name, is_index);

	return found ? found : find_among_all(h, schema, name, is_index);
}
