/*
 * objects.c
 *	  The objects of the schemas that a statement can be about.
 */
#include "sqlite_ext/trust/objects.h"

#include <string.h>

#include "common/core/seam.h"
#include "common/core/sort.h"
#include "sqlite_ext/core/statement.h"
#include "sqlite_ext/trust/reach_text.h"

/* For qsort(). */
static int
compare_objects(const void *left, const void *right)
{
	return sqlite3_stricmp(((const dbcsl_object *) left)->name,
						   ((const dbcsl_object *) right)->name);
}

const dbc_rows *
dbcsl_reach_query(dbcsl_reach *r, const char *text, dbc_value arg)
{
	dbc_sql sql = {.name = text, .text = text};

	return r->h->base.seam->query(&r->h->base, &sql, &arg, 1);
}

static void
add_schema(dbcsl_reach *r, const char *schema)
{
	dbc_host *host = &r->h->base;
	const dbc_rows *rows = dbcsl_reach_query(
		r,
		dbcsl_printf(r->h,
					 "select cast(type as text), cast(name as text), "
					 "cast(tbl_name as text), rowid "
					 "from \"%w\".sqlite_schema where name is not null "
					 "and tbl_name is not null and sql is not null",
					 schema),
		dbc_null());
	dbcsl_object *objects;

	objects = dbcsl_alloc(host, (size_t) (r->nobjects + rows->nrows + 1) *
									sizeof(*objects));

	if (r->nobjects > 0)
		memcpy(objects, r->objects, (size_t) r->nobjects * sizeof(*objects));
	for (int i = 0; i < rows->nrows; i++)
		objects[r->nobjects + i] =
			(dbcsl_object){.schema = schema,
						   .type = dbc_get_text(host, rows, i, 0),
						   .name = dbc_get_text(host, rows, i, 1),
						   .table = dbc_get_text(host, rows, i, 2),
						   .rowid = dbc_get_int(host, rows, i, 3)};
	r->objects = objects;
	r->nobjects += rows->nrows;
}

/* Whether a statement can be about a schema: it has no other names than its
 * own, and another connection may have locked the file of an attached one. */
static bool
is_meant(dbcsl_reach *r, const char *schema, const char *text)
{
	dbcsl_token token = dbcsl_first_token(text);

	if (sqlite3_stricmp(schema, "main") == 0 ||
		sqlite3_stricmp(schema, "temp") == 0)
		return true;
	for (; token.kind != DBCSL_END; token = dbcsl_next_token(&token))
		if (dbcsl_may_be_name(&token) &&
			sqlite3_stricmp(dbcsl_unquote_token(r->h, &token), schema) == 0)
			return true;
	return false;
}

/* Each step of a repair or an undo reads the objects again, since its settings are
 * others: kept to the end of the call, they would keep all that the step allocates. */
void
dbcsl_end_scope(dbcsl_host *h)
{
	if (h->reach && h->reach->scope > h->scopes)
		h->reach->objects = NULL;
}

int
dbcsl_find_object(const dbcsl_reach *r, const char *name)
{
	int low = 0;
	int high = r->nobjects;

	while (low < high)
	{
		int middle = low + (high - low) / 2;

		if (sqlite3_stricmp(r->objects[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool
dbcsl_is_object_named(const dbcsl_reach *r, int place, const char *name)
{
	return place < r->nobjects &&
		   sqlite3_stricmp(r->objects[place].name, name) == 0;
}

bool
dbcsl_is_a(const dbcsl_object *what, const char *type)
{
	return sqlite3_stricmp(what->type, type) == 0;
}

/* Links indexes and triggers to their tables, sorted by name. */
static void
link_parts(dbcsl_reach *r)
{
	for (int i = r->nobjects - 1; i >= 0; i--)
	{
		dbcsl_object *part = &r->objects[i];
		int place = dbcsl_find_object(r, part->table);

		if ((!dbcsl_is_a(part, "index") && !dbcsl_is_a(part, "trigger")) ||
			!dbcsl_is_object_named(r, place, part->table))
			continue;
		part->next = r->objects[place].parts;
		r->objects[place].parts = part;
	}
}

void
dbcsl_read_objects(dbcsl_reach *r, const char *text)
{
	dbc_host *host = &r->h->base;
	const dbc_rows *schemas = dbcsl_reach_query(
		r, "select name from temp.pragma_database_list", dbc_null());
	int64_t version = dbc_get_int(
		host, dbcsl_reach_query(r, "pragma main.schema_version", dbc_null()), 0,
		0);
	uint64_t meant = 0;

	for (int i = 0; i < schemas->nrows; i++)
		if (is_meant(r, dbc_get_text(host, schemas, i, 0), text))
			meant |= (uint64_t) 1 << i;
	if (r->objects && r->version == version && r->schemas == meant)
		return;
	r->version = version;
	r->schemas = meant;
	r->scope = r->h->scopes;
	r->nobjects = 0;
	for (int i = 0; i < schemas->nrows; i++)
		if (meant & (uint64_t) 1 << i)
			add_schema(r, dbc_get_text(host, schemas, i, 0));
	dbc_sort(r->objects, (size_t) r->nobjects, sizeof(*r->objects),
			 compare_objects);
	link_parts(r);
}
