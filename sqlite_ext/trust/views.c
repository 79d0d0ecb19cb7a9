/*
 * views.c
 *	  Views that are expensive to expand.
 *
 * SQLite expands a view wherever it is named: 24 views that each name the
 * previous one twice expand to more than 16 million.  It stops at 65,535
 * references to a table, and pragma_table_list, which expands each view,
 * starts over for each object of the schema.  If a view is that deep,
 * core/tables.sql is used instead.
 */
#include "sqlite_ext/core/statement.h"
#include "sqlite_ext/sql/ddl.h"
#include "sqlite_ext/trust/views.h"

#include "common/core/seam.h"
#include "common/core/sort.h"

#include <stdlib.h>
#include <string.h>

/* The text replaced in a statement, and one of its arguments. */
#define LIST  "temp.pragma_table_list"
#define NAMED "($1)"

/* The number of references in a view, including nested views, from which it is
 * deep; and the nesting limit. */
#define DEEP		1000
#define MOST_WITHIN 500

/* A view. */
typedef struct view
{
	const char *name;
	const char *text;
	int references; /* 0: not counted yet */
	bool busy;		/* being counted, so a reference to it is a cycle */
} view;

typedef struct dbcsl_deep_views
{
	dbcsl_host *h;
	view *views; /* sorted by name */
	int count;
} dbcsl_deep_views;

/* For qsort() and bsearch(). */
static int
compare_views(const void *left, const void *right)
{
	return sqlite3_stricmp(((const view *) left)->name,
						   ((const view *) right)->name);
}

/* The rows of a query, while another statement may be in h->uncached. */
static const dbc_rows *
query(dbcsl_host *h, const char *text)
{
	dbc_sql sql = {.name = text, .text = text};

	return h->base.seam->query(&h->base, &sql, NULL, 0);
}

/* Whether a text can be the definition of a view. */
static bool
may_be_view(const char *text)
{
	static const char *const others[] = {"temp", "temporary", "unique",
										 "virtual"};
	dbcsl_token token = dbcsl_first_token(text);
	int i = 0;

	do
		token = dbcsl_next_token(&token);
	while (i++ < 4 && (dbcsl_is_word(&token, others[0]) ||
					   dbcsl_is_word(&token, others[1]) ||
					   dbcsl_is_word(&token, others[2]) ||
					   dbcsl_is_word(&token, others[3])));
	return dbcsl_is_word(&token, "view");
}

/* Adds a definition if it is that of a view. */
static void
add_definition(dbcsl_deep_views *v, const char *text)
{
	dbcsl_ddl ddl;

	if (!may_be_view(text))
		return;
	text = dbc_copy(&v->h->base, text, strlen(text));
	ddl = dbcsl_read_ddl_head(v->h, text);
	if (ddl.kind != DBCSL_VIEW || !ddl.name)
		return;
	v->views =
		dbc_grow(&v->h->base, v->views, (size_t) v->count, sizeof(*v->views));
	v->views[v->count++] = (view){.name = ddl.name, .text = text};
}

/* Adds the views of a schema.  Only their texts are copied: each call of dbcare
 * does this. */
static void
add_schema(dbcsl_deep_views *v, const char *schema)
{
	dbcsl_host *h = v->h;
	const char *query = dbcsl_printf(
		h, "select sql from \"%w\".sqlite_schema where sql is not null",
		schema);
	dbcsl_cached_statement *cached = dbcsl_find_cached(h, query);
	sqlite3_stmt *statement;
	int code;

	/* it reads the schema alone */
	if (!cached)
		cached = dbcsl_cache(h, query, query);
	statement = cached->statement;
	while ((code = sqlite3_step(statement)) == SQLITE_ROW)
	{
		const char *text;

		/* an authorizer may hide it */
		if (sqlite3_column_type(statement, 0) == SQLITE_NULL)
			continue;
		text = (const char *) sqlite3_column_text(statement, 0);
		if (!text)
			dbcsl_fail_memory(h);
		add_definition(v, text);
	}
	if (code != SQLITE_DONE)
		dbcsl_fail_engine(h, code);
	sqlite3_reset(statement);
}

/* The number of references in a view, at most DEEP. */
static int
count_references(dbcsl_deep_views *v, view *what, int within)
{
	dbcsl_token token = dbcsl_first_token(what->text);
	int references = 1;

	if (what->references > 0 || what->busy)
		return what->references;
	if (within > MOST_WITHIN)
		return DEEP;
	what->busy = true;
	for (; token.kind != DBCSL_END && references < DEEP;
		 token = dbcsl_next_token(&token))
	{
		view key = {NULL, NULL, 0, false};
		view *other = NULL;

		if (token.kind == DBCSL_WORD || token.kind == DBCSL_QUOTED)
		{
			key.name = dbcsl_unquote_token(v->h, &token);
			other = dbc_search(&key, v->views, (size_t) v->count,
							   sizeof(*v->views), compare_views);
		}
		if (other && other != what)
			references += count_references(v, other, within + 1);
	}
	what->busy = false;
	return what->references = references < DEEP ? references : DEEP;
}

dbcsl_deep_views *
dbcsl_read_views(dbcsl_host *h)
{
	dbcsl_deep_views *v = dbcsl_alloc(&h->base, sizeof(*v));
	const dbc_rows *schemas =
		query(h, "select name from temp.pragma_database_list order by seq");

	v->h = h;
	for (int i = 0; i < schemas->nrows; i++)
		add_schema(v, dbc_get_text(&h->base, schemas, i, 0));
	dbc_sort(v->views, (size_t) v->count, sizeof(*v->views), compare_views);
	return v;
}

bool
dbcsl_is_deep_view(dbcsl_deep_views *v, const char *name)
{
	for (int i = 0; i < v->count; i++)
		if ((!name || sqlite3_stricmp(v->views[i].name, name) == 0) &&
			count_references(v, &v->views[i], 0) >= DEEP)
			return true;
	return false;
}

/* ---- statements ---- */

bool
dbcsl_is_any_view_deep(dbcsl_host *h)
{
	if (!h->views_read)
	{
		h->views_read = true;
		h->deep_views = dbcsl_is_deep_view(dbcsl_read_views(h), NULL);
	}
	return h->deep_views;
}

const char *
dbcsl_exclude_views(dbcsl_host *h, const char *text)
{
	const char *place = strstr(text, LIST);
	dbc_buffer sql;

	if (!place || !dbcsl_is_any_view_deep(h))
		return text;
	dbc_buffer_init(&sql, &h->base);
	for (; place; place = strstr(text, LIST))
	{
		dbc_append_bytes(&sql, text, (size_t) (place - text));
		dbc_append_format(&sql, "(%s)",
						  dbc_find_sql(&h->base, "core/tables")->text);
		text = place + strlen(LIST);
		if (dbc_starts_with(text, NAMED))
			text += strlen(NAMED);
	}
	dbc_append(&sql, text);
	return sql.data;
}
