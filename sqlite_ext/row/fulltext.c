/*
 * fulltext.c
 *	  Full-text tables that follow the rows of their content.
 *
 * FTS4 and FTS5 can leave the text in another table (content=).  Triggers keep
 * the words; where they are switched off, the words would be those of other
 * rows, which SQLite reports later as a malformed database.
 *
 * A row is only removed if the full-text table has it, with the values that it
 * was added with: those of the content, if triggers keep them equal.  If no
 * trigger names the table, it is built anew.  If triggers index something else,
 * only they know what: the table is left to them.
 *
 * The content can also be a view.  Which of its rows change is not known, so
 * the full-text table is built anew if it had the rows of the view before.
 */
#include "sqlite_ext/row/fulltext.h"
#include "sqlite_ext/trust/unsafe.h"

#include <string.h>

/* ---- finding ---- */

/* Whether a token is a character. */
static bool
is_character(const dbcsl_token *token, char c)
{
	return token->kind == DBCSL_OTHER && token->length == 1 &&
		   token->text[0] == c;
}

/* The value of an option of a virtual table; NULL if it has none. */
static const char *
find_option(dbcsl_host *h, const char *arguments, const char *name)
{
	dbcsl_token token = dbcsl_first_token(arguments);
	bool begins = false;

	for (; token.kind != DBCSL_END; token = dbcsl_next_token(&token))
	{
		dbcsl_token next = dbcsl_next_token(&token);

		if (begins && dbcsl_is_word(&token, name) && is_character(&next, '='))
		{
			next = dbcsl_next_token(&next);
			return dbcsl_unquote_token(h, &next);
		}
		begins = is_character(&token, '(') || is_character(&token, ',');
	}
	return NULL;
}

/* Whether a full-text table notes which rows it has. */
static bool
has_sizes(dbcsl_host *h, const dbcsl_row_index *index, const char *arguments)
{
	const char *size = find_option(h, arguments, "columnsize");

	if (index->command)
		return !size || strcmp(size, "0") != 0;
	return !find_option(h, arguments, "matchinfo") &&
		   !find_option(h, arguments, "languageid");
}

static void
read_columns(dbcsl_host *h, dbcsl_row_index *index)
{
	dbc_host *host = &h->base;
	const dbc_rows *rows =
		dbc_query(host, "row/fulltext_columns", dbc_text(index->name));

	index->ncolumns = rows->nrows;
	index->columns =
		dbcsl_alloc(host, (size_t) (rows->nrows + 1) * sizeof(*index->columns));
	for (int i = 0; i < rows->nrows; i++)
		index->columns[i] = dbc_get_text(host, rows, i, 0);
}

/* Reads a definition; false unless it is that of a full-text table over the
 * table. */
static bool
read_index(dbcsl_host *h, const dbc_relation *table,
		   const dbcsl_row_shape *shape, const char *definition,
		   dbcsl_row_index *index)
{
	const char *module = dbcsl_virtual_module(h, definition);
	const char *arguments = dbcsl_virtual_arguments(definition);
	const char *content;
	bool is_fts5;

	if (!module)
		return false;
	is_fts5 = sqlite3_stricmp(module, "fts5") == 0;
	if (!is_fts5 && sqlite3_stricmp(module, "fts4") != 0)
		return false;
	content = find_option(h, arguments, "content");
	if (!content)
		return false;
	*index = (dbcsl_row_index){.name = dbcsl_read_ddl_head(h, definition).name,
							   .is_view =
								   sqlite3_stricmp(content, table->name) != 0};
	if (index->is_view &&
		!dbc_get_bool(&h->base,
					  dbc_query(&h->base, "row/view_reads", dbc_text(content),
								dbc_text(table->name)),
					  0, 0))
		return false;
	index->command = is_fts5 ? index->name : NULL;
	index->key = is_fts5 ? find_option(h, arguments, "content_rowid") : NULL;
	index->by_row = !index->is_view &&
					(!index->key || dbcsl_row_is_rowid(shape, index->key)) &&
					shape->rowid && has_sizes(h, index, arguments);
	read_columns(h, index);
	return true;
}

/* ---- statements ---- */

/* Appends the columns of a full-text table, each behind a text. */
static void
append_columns(dbc_buffer *sql, const dbcsl_row_index *index,
			   const char *qualifier)
{
	for (int i = 0; i < index->ncolumns; i++)
		dbc_append_format(
			sql, ", %s%s", qualifier,
			dbcsl_printf(dbcsl_of(sql->host), "\"%w\"", index->columns[i]));
}

/* The statement that adds or removes the words of the row with rowid ?1. */
static const char *
copy_statement(dbcsl_host *h, const dbcsl_row_shape *shape,
			   const dbcsl_row_index *index, bool removes)
{
	const char *id = index->command ? "id" : "docid";
	dbc_buffer sql;

	dbc_buffer_init(&sql, &h->base);
	dbc_append_format(&sql, "insert into %s (%s%s",
					  dbcsl_printf(h, "main.\"%w\"", index->name),
					  removes ? dbcsl_printf(h, "\"%w\", ", index->command)
							  : "",
					  index->command ? "rowid" : "docid");
	append_columns(&sql, index, "");
	dbc_append_format(&sql, ") select %s%s", removes ? "'delete', " : "",
					  shape->rowid);
	append_columns(&sql, index, dbc_format(&h->base, "%s.", shape->name));
	dbc_append_format(&sql,
					  " from %s where %s = ?1 and %sexists (select 1 "
					  "from %s where %s = ?1)",
					  shape->table, shape->rowid, removes ? "" : "not ",
					  dbcsl_printf(h, "main.\"%w_docsize\"", index->name), id);
	return sql.data;
}

static void
make_statements(dbcsl_host *h, const dbcsl_row_shape *shape,
				dbcsl_row_index *index)
{
	index->add = copy_statement(h, shape, index, false);
	index->remove =
		index->command
			? copy_statement(h, shape, index, true)
			: dbcsl_printf(
				  h,
				  "delete from main.\"%w\" where docid = ?1 and exists "
				  "(select 1 from main.\"%w_docsize\" where docid = "
				  "?1)",
				  index->name, index->name);
}

/* ---- building anew ---- */

struct dbcsl_row_rebuild
{
	const struct dbcsl_row_rebuild *next;
	const char *name; /* of the full-text table */
};

static bool
will_rebuild(const dbcsl_host *h, const char *name)
{
	const struct dbcsl_row_rebuild *rebuild = h->rebuilds;

	while (rebuild && sqlite3_stricmp(rebuild->name, name) != 0)
		rebuild = rebuild->next;
	return rebuild != NULL;
}

static void
rebuild_all(dbcsl_host *h)
{
	for (const struct dbcsl_row_rebuild *r = h->rebuilds; r; r = r->next)
		dbc_query_text(&h->base,
					   dbcsl_printf(h,
									"insert into main.\"%w\" (\"%w\") "
									"values ('rebuild')",
									r->name, r->name));
}

static void
rebuild_later(dbcsl_host *h, const char *name)
{
	struct dbcsl_row_rebuild *rebuild;

	if (will_rebuild(h, name))
		return;
	rebuild = dbcsl_alloc(&h->base, sizeof(*rebuild));
	*rebuild = (struct dbcsl_row_rebuild){.next = h->rebuilds, .name = name};
	h->rebuilds = rebuild;
	h->rebuild = rebuild_all;
}

/* Fails if a full-text table has not what its content has; for dbc_guard(). */
static void
check_index(dbc_host *host, void *arg)
{
	const dbcsl_row_index *index = arg;

	dbc_query_text(host,
				   dbcsl_printf(dbcsl_of(host),
								index->command
									? "insert into main.\"%w\" (\"%w\", rank) "
									  "values ('integrity-check', 1)"
									: "insert into main.\"%w\" (\"%w\") "
									  "values ('integrity-check')",
								index->name, index->name));
}

/* ---- the full-text tables of a table ---- */

const dbcsl_row_indexes *
dbcsl_row_read_indexes(dbcsl_host *h, const dbcsl_row_shape *shape,
					   const dbc_relation *table)
{
	dbc_host *host = &h->base;
	const dbc_rows *definitions = dbcsl_read_definitions(h, "main", "fts");
	dbcsl_row_indexes *indexes = dbcsl_alloc(host, sizeof(*indexes));

	*indexes = (dbcsl_row_indexes){.shape = shape};
	indexes->list = dbcsl_alloc(host, (size_t) (definitions->nrows + 1) *
										  sizeof(*indexes->list));
	for (int i = 0; i < definitions->nrows; i++)
		indexes->count +=
			read_index(h, table, shape, dbc_get_text(host, definitions, i, 0),
					   &indexes->list[indexes->count]);
	for (int i = 0; i < indexes->count; i++)
		indexes->list[i].follows =
			indexes->list[i].is_view && will_rebuild(h, indexes->list[i].name);
	if (indexes->count > 0)
		dbcsl_row_read_triggers(h, table, indexes);
	for (int i = 0; i < indexes->count; i++)
	{
		dbcsl_row_index *index = &indexes->list[i];

		index->by_row = index->by_row && index->mentioned && !index->differs;
		if (index->by_row)
			make_statements(h, shape, index);
	}
	return indexes;
}

const dbcsl_row_indexes *
dbcsl_row_begin_indexes(dbcsl_host *h, const dbcsl_row_shape *shape,
						const dbc_relation *table)
{
	const dbcsl_row_indexes *indexes = dbcsl_row_read_indexes(h, shape, table);
	dbc_error error;

	for (int i = 0; i < indexes->count; i++)
	{
		dbcsl_row_index *index = &indexes->list[i];

		if (index->is_view && !index->follows)
			index->follows = dbc_guard(&h->base, check_index, index, DBC_KEEP,
									   false, &error);
	}
	return indexes;
}

/* ---- following ---- */

static void
run_for(dbcsl_host *h, const char *text, int64_t rowid)
{
	sqlite3_stmt *statement = dbcsl_row_prepare_cached(h, text);

	sqlite3_bind_int64(statement, 1, rowid);
	dbcsl_row_run_statement(h, statement);
}

void
dbcsl_row_unindex(dbcsl_host *h, const dbcsl_row_indexes *indexes,
				  int64_t rowid)
{
	for (int i = 0; i < indexes->count; i++)
		if (indexes->list[i].by_row)
			run_for(h, indexes->list[i].remove, rowid);
}

void
dbcsl_row_reindex(dbcsl_host *h, const dbcsl_row_indexes *indexes,
				  int64_t rowid)
{
	for (int i = 0; i < indexes->count; i++)
		if (indexes->list[i].by_row)
			run_for(h, indexes->list[i].add, rowid);
}

void
dbcsl_row_end_indexes(dbcsl_host *h, const dbcsl_row_indexes *indexes)
{
	for (int i = 0; i < indexes->count; i++)
	{
		const dbcsl_row_index *index = &indexes->list[i];

		if (index->is_view ? index->follows : !index->by_row && !index->differs)
			rebuild_later(h, index->name);
	}
}
