/*
 * stays.c
 *	  Which rows must not be deleted.
 */
#include "common/archive/stays.h"

#include "common/core/text.h"
#include "common/row/held.h"

/* Columns of archive/children.sql. */
enum
{
	C_SCHEMA,
	C_NAME,
	C_SHOWN,
	C_MATCHES,
	C_CASCADES,
	C_IS_MARKED
};

/* A table on the way from the one that rows are deleted from to a child. */
typedef struct path
{
	const struct path *parent;
	const dbc_relation *table;
	const char *alias;
	int depth;
} path;

static bool
is_on_path(const path *at, const char *shown)
{
	for (; at; at = at->parent)
		if (dbc_same(at->table->shown, shown))
			return true;
	return false;
}

/* Appends the condition that a row must stay. */
static void
append_stays(dbc_host *host, dbc_buffer *sql, const path *at,
			 const dbc_archive_followers *followers)
{
	const char *alias = dbc_format(host, "dbcare_%d", at->depth + 1);
	const dbc_rows *rows = dbc_query(
		host, "archive/children", dbc_text(at->table->schema),
		dbc_text(at->table->name), dbc_text(at->alias), dbc_text(alias));

	dbc_append(sql, dbc_row_held(host, at->table));
	for (int i = 0; i < rows->nrows; i++)
	{
		const char *shown = dbc_get_text(host, rows, i, C_SHOWN);

		dbc_append_format(sql, " or exists (select 1 from %s as %s where %s",
						  shown, alias, dbc_get_text(host, rows, i, C_MATCHES));
		if (dbc_get_bool(host, rows, i, C_CASCADES) &&
			(followers->cascade ||
			 (followers->past && dbc_get_bool(host, rows, i, C_IS_MARKED))) &&
			!is_on_path(at, shown))
		{
			path next = {.parent = at,
						 .table = dbc_resolve(host, shown),
						 .alias = alias,
						 .depth = at->depth + 1};

			dbc_append(sql, " and (");
			if (!followers->cascade)
				dbc_append_format(sql, "%s or ",
								  dbc_is_not_true(host, followers->past));
			append_stays(host, sql, &next, followers);
			dbc_append(sql, ")");
		}
		dbc_append(sql, ")");
	}
}

const char *
dbc_archive_stays(dbc_host *host, const dbc_relation *table,
				  const dbc_archive_followers *followers)
{
	path root = {.table = table, .alias = dbc_quote(host, table->name)};
	dbc_buffer sql;

	dbc_buffer_init(&sql, host);
	append_stays(host, &sql, &root, followers);
	return sql.data;
}

/* Calls visit for a table and those whose rows its cascades delete. */
static void
visit_family(dbc_host *host, const path *at,
			 void (*visit)(dbc_host *, const dbc_relation *))
{
	const dbc_rows *rows = dbc_query(
		host, "archive/children", dbc_text(at->table->schema),
		dbc_text(at->table->name), dbc_text(at->alias), dbc_text(at->alias));

	visit(host, at->table);
	for (int i = 0; i < rows->nrows; i++)
	{
		const char *shown = dbc_get_text(host, rows, i, C_SHOWN);
		path next = {.parent = at, .alias = at->alias};

		if (!dbc_get_bool(host, rows, i, C_CASCADES) || is_on_path(at, shown))
			continue;
		next.table = dbc_resolve(host, shown);
		visit_family(host, &next, visit);
	}
}

void
dbc_archive_visit_family(dbc_host *host, const dbc_relation *table,
						 void (*visit)(dbc_host *, const dbc_relation *))
{
	path root = {.table = table, .alias = "dbcare_0"};

	if (dbc_row_has_holds(host))
		visit_family(host, &root, visit);
}
