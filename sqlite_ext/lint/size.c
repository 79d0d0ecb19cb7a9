/*
 * size.c
 *	  Estimates the size of a table without reading all of it.
 *
 * A table of few pages is counted.  For a larger one the first pages give the
 * size of a row, and statistics or the range of the rowids the number of rows.
 */
#include "sqlite_ext/lint/analysis.h"

/* Pages of a table to read; pages of a small table. */
#define PAGES 200

/* The table being measured. */
typedef struct sized
{
	dbcsl_host *h;
	const char *schema;
	const char *name;
	int64_t cells;
	int64_t bytes; /* of the pages with these cells */
	bool is_all;   /* ... which are all pages */
} sized;

/* The first value of a query as a number; a default if there is none. */
static int64_t
number(dbcsl_host *h, const char *sql, int64_t missing)
{
	const dbc_rows *rows = dbc_query_text(&h->base, sql);

	return rows->nrows > 0 ? dbc_get_int_or(&h->base, rows, 0, 0, missing)
						   : missing;
}

/* Reads the first pages. */
static void
read_pages(sized *s)
{
	const dbc_rows *rows = dbc_query_text(
		&s->h->base,
		dbcsl_printf(s->h,
					 "select coalesce(sum(ncell) filter (where "
					 "pagetype = 'leaf'), 0), sum(pgsize), count(*) from "
					 "(select ncell, pgsize, pagetype from temp.dbstat(%Q) "
					 "where name = %Q limit %d)",
					 s->schema, s->name, PAGES));

	if (rows->nrows == 0 || dbc_is_null(&s->h->base, rows, 0, 1))
		return;
	s->cells = dbc_get_int(&s->h->base, rows, 0, 0);
	s->bytes = dbc_get_int(&s->h->base, rows, 0, 1);
	s->is_all = dbc_get_int(&s->h->base, rows, 0, 2) < PAGES;
}

/* Rows by the statistics of ANALYZE, or -1. */
static int64_t
analyzed_rows(sized *s)
{
	if (number(s->h,
			   dbcsl_printf(s->h,
							"select count(*) from \"%w\".sqlite_schema "
							"where name = 'sqlite_stat1'",
							s->schema),
			   0) == 0)
		return -1;
	return number(s->h,
				  dbcsl_printf(s->h,
							   "select max(cast(stat as integer)) from "
							   "\"%w\".sqlite_stat1 where tbl = %Q "
							   "collate nocase",
							   s->schema, s->name),
				  -1);
}

/* Rows by the range of the rowids, or -1 if so many do not fit into the pages.
 */
static int64_t
ranged_rows(sized *s, int64_t pages, const char *rowid)
{
	const char *table = dbcsl_printf(s->h, "\"%w\".\"%w\"", s->schema, s->name);
	int64_t range = number(s->h,
						   dbcsl_printf(s->h,
										"select (select max(%s) from %s) - "
										"(select min(%s) from %s) + 1",
										rowid, table, rowid, table),
						   -1);
	int64_t most = s->bytes > 0 ? pages * (s->cells / PAGES + 1) : -1;

	return most >= 0 && range > most ? most : range;
}

/* Estimates rows and bytes of a table on the caller's connection. */
static void
measure(dbc_host *host, void *arg)
{
	dbc_lint_object *object = arg;
	dbcsl_host *h = dbcsl_of(host);
	sized s = {.h = h,
			   .schema = object->schema ? object->schema : "main",
			   .name = object->name};
	int64_t root = number(
		h,
		dbcsl_printf(h,
					 "select coalesce(rootpage, 0) from \"%w\".sqlite_schema "
					 "where type in ('table', 'view') and name = %Q",
					 s.schema, s.name),
		-1);
	const dbc_rows *kind;

	if (root < 0)
		return;
	object->measured = true;
	if (number(h,
			   dbcsl_printf(h, "select 1 from \"%w\".\"%w\" limit 1", s.schema,
							s.name),
			   0) == 0)
	{
		object->rows = object->bytes = 0;
		return;
	}
	if (root == 0)
		return;
	kind = dbc_query(host, "lint/kind", dbc_text(s.schema), dbc_text(s.name));
	if (dbc_get_int(host, kind, 0, 1))
		read_pages(&s);
	if (s.is_all && !dbc_get_int(host, kind, 0, 0))
		object->rows = s.cells;
	else
		object->rows = analyzed_rows(&s);
	if (object->rows < 0 && !dbc_get_int(host, kind, 0, 0) &&
		!dbc_is_null(host, kind, 0, 3))
		object->rows = ranged_rows(&s, dbc_get_int(host, kind, 0, 2),
								   dbc_get_text(host, kind, 0, 3));
	if (s.is_all)
		object->bytes = s.bytes;
	else if (object->rows >= 0 && s.cells > 0)
		object->bytes = (int64_t) ((double) object->rows * (double) s.bytes /
								   (double) s.cells);
}

/* Measures a table; the size is unknown if it cannot be read. */
void
dbcsl_lint_measure_table(dbcsl_host *h, dbc_lint_object *object)
{
	if (!dbcsl_try(h, measure, object) && dbcsl_is_unguarded_error(&h->error))
		dbcsl_rethrow(h);
}
