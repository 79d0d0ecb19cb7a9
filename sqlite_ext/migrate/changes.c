/*
 * changes.c
 *	  Which tables scripts write, and how their rows change.
 *
 * The digest of a table is read before the first statement that writes it
 * according to EXPLAIN, which lists the writes of triggers and foreign keys
 * too.
 */
#include "sqlite_ext/core/rooms.h"
#include "sqlite_ext/core/statement.h"
#include "sqlite_ext/migrate/track.h"
#include "sqlite_ext/sql/ddl.h"
#include "sqlite_ext/sql/script.h"

#include <string.h>

#include "common/core/text.h"

/* A digest being read. */
typedef struct reading
{
	const char *table;
	dbcsl_migrate_digest *digest;
} reading;

/* Whether an entry is a virtual table. */
bool
dbcsl_migrate_is_virtual_table(const dbcsl_migrate_schema_entry *entry)
{
	return entry->sql && dbc_starts_with_nocase(entry->sql, "create virtual");
}

/* The entry of a table, or NULL. */
static dbcsl_migrate_schema_entry *
find_table_entry(const dbcsl_migrate_schema_entries *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].type, "table") == 0 &&
			sqlite3_stricmp(list->items[i].name, name) == 0)
			return &list->items[i];
	return NULL;
}

/* Reads a table. */
static void
read_table(dbc_host *host, void *arg)
{
	reading *r = arg;

	dbcsl_host *h = dbcsl_of(host);

	r->digest = dbcsl_migrate_read_digest(
		h, dbcsl_printf(h, "select * from main.\"%w\"", r->table));
}

/* The digest of a table, or NULL if it cannot be read: a virtual table may have
 * no rows or no module. */
static const dbcsl_migrate_digest *
try_to_read(dbcsl_host *h, const char *table)
{
	reading r = {.table = table};

	if (dbcsl_try(h, read_table, &r))
		return r.digest;
	if (dbcsl_is_unguarded_error(&h->error))
		dbcsl_rethrow(h);
	return NULL;
}

/* Reads the digest of a table before a write, unless it is known or the table
 * is new. */
static void
save_table(dbcsl_host *h, dbcsl_migrate_tracking *tracked, const char *name)
{
	const dbcsl_migrate_schema_entry *table =
		find_table_entry(&tracked->before, name);
	dbcsl_migrate_written_table *known;

	if (!table || table->shadow || dbc_starts_with_nocase(name, "sqlite_") ||
		dbc_starts_with_nocase(name, "dbcare_"))
		return;
	for (known = tracked->tables; known; known = known->next)
		if (sqlite3_stricmp(known->name, name) == 0)
			return;
	known = dbcsl_alloc(&h->base, sizeof(*known));
	known->name = table->name;
	known->before = try_to_read(h, name);
	known->next = tracked->tables;
	tracked->tables = known;
}

/* The table of ALTER TABLE: it is read before its columns change. */
static const char *
altered_table(dbcsl_host *h, const dbcsl_token *alter)
{
	dbcsl_token token = dbcsl_next_token(alter);
	dbcsl_token after;

	token = dbcsl_next_token(&token);
	after = dbcsl_next_token(&token);
	if (after.text[0] == '.')
		token = dbcsl_next_token(&after);
	return dbcsl_unquote_token(h, &token);
}

/* Root pages that a statement writes. */
typedef struct roots
{
	sqlite3_int64 *pages;
	size_t count;
	bool virtual;
} roots;

/* Adds the root page that one step of a program writes in the main database. */
static void
add_root(dbcsl_host *h, sqlite3_stmt *step, roots *roots)
{
	static const struct
	{
		const char *name;
		int root;	  /* column with the page */
		int database; /* column with the number of the database */
	} writes[] = {{"OpenWrite", 3, 4}, {"Clear", 2, 3}, {"Destroy", 2, 4}};
	const char *name = (const char *) sqlite3_column_text(step, 1);

	if (!name)
		dbcsl_fail_memory(h);
	if (strcmp(name, "VUpdate") == 0 || strcmp(name, "VDestroy") == 0)
		roots->virtual = true;
	for (size_t i = 0; i < sizeof(writes) / sizeof(writes[0]); i++)
		if (strcmp(name, writes[i].name) == 0 &&
			sqlite3_column_int(step, writes[i].database) == 0)
		{
			roots->pages = dbc_grow(&h->base, roots->pages, roots->count,
									sizeof(*roots->pages));
			roots->pages[roots->count++] =
				sqlite3_column_int64(step, writes[i].root);
		}
}

/* The root pages a statement would write; none if it cannot be prepared. */
static roots
read_program(dbcsl_host *h, const char *text)
{
	roots roots = {NULL, 0, false};
	int code = sqlite3_prepare_v2(h->db, dbcsl_printf(h, "explain %s", text),
								  -1, &h->uncached, NULL);

	if (code == SQLITE_OK)
		while ((code = sqlite3_step(h->uncached)) == SQLITE_ROW)
			add_root(h, h->uncached, &roots);
	if (code == SQLITE_NOMEM || code == SQLITE_INTERRUPT)
		dbcsl_fail_engine(h, code);
	dbcsl_finalize_statement(h);
	return roots;
}

/* Whether a root page is in the list. */
static bool
has_page(const roots *roots, sqlite3_int64 page)
{
	for (size_t i = 0; i < roots->count; i++)
		if (roots->pages[i] == page)
			return true;
	return false;
}

/* Reads the digests of the tables with these root pages. */
static void
save_roots(dbcsl_host *h, dbcsl_migrate_tracking *tracked, const roots *roots)
{
	const dbc_rows *tables;

	if (roots->count > 0)
	{
		tables = dbc_query(&h->base, "migrate/table_roots");
		for (int i = 0; i < tables->nrows; i++)
			if (has_page(roots, dbc_get_int(&h->base, tables, i, 1)))
				save_table(h, tracked, dbc_get_text(&h->base, tables, i, 0));
	}
	for (size_t j = 0; roots->virtual && j < tracked->before.count; j++)
		if (dbcsl_migrate_is_virtual_table(&tracked->before.items[j]))
			save_table(h, tracked, tracked->before.items[j].name);
}

/* Reads the digests of the tables that a statement will write. */
static void
track_statement(dbcsl_host *h, const dbc_statement *statement)
{
	dbcsl_migrate_tracking *tracked = h->migrate;
	dbcsl_token first = dbcsl_first_token(statement->text);
	roots roots;

	if (!tracked || !statement->lock_level)
		return;
	if (dbcsl_calls_rebuild(h, statement->text))
		for (size_t i = 0; i < tracked->before.count; i++)
			if (strcmp(tracked->before.items[i].type, "table") == 0)
				save_table(h, tracked, tracked->before.items[i].name);
	if (dbcsl_is_word(&first, "alter"))
		save_table(h, tracked, altered_table(h, &first));
	if (dbcsl_is_word(&first, "alter") || dbcsl_is_word(&first, "create") ||
		dbcsl_is_word(&first, "pragma"))
		return;
	roots = read_program(h, statement->text);
	save_roots(h, tracked, &roots);
}

/* Adds a table. */
static dbc_value *
add_table(dbcsl_host *h, dbc_rows *rows, dbc_value *values, const char *name,
		  const char *text)
{
	dbc_value *value;
	dbc_buffer shown;

	dbc_buffer_init(&shown, &h->base);
	dbcsl_append_quoted_name(&shown, name);
	values =
		dbc_grow(&h->base, values, (size_t) rows->nrows, 2 * sizeof(*values));
	value = values + 2 * (size_t) rows->nrows++;
	value[0] = dbc_text(shown.data);
	value[1] = dbc_text(text);
	rows->values = values;
	return values;
}

/* The written tables in their present state, and the new ones. */
const dbc_rows *
dbcsl_migrate_list_tables_now(dbcsl_host *h, dbcsl_migrate_tracking *tracked)
{
	dbc_rows *rows = dbcsl_alloc(&h->base, sizeof(*rows));
	dbc_value *values = NULL;
	const dbcsl_migrate_digest *digest;

	rows->ncols = 2;
	for (dbcsl_migrate_written_table *table = tracked->tables; table;
		 table = table->next)
	{
		if (!table->before)
			continue;
		table->text = dbcsl_migrate_digest_text(h, table->before, NULL);
		if (!find_table_entry(&tracked->now, table->name))
			continue;
		digest = try_to_read(h, table->name);
		if (!digest)
			continue;
		table->text = dbcsl_migrate_digest_text(h, table->before, digest);
		values = add_table(h, rows, values, table->name,
						   dbcsl_migrate_digest_text(h, digest, table->before));
	}
	for (size_t i = 0; i < tracked->now.count; i++)
	{
		const dbcsl_migrate_schema_entry *e = &tracked->now.items[i];

		if (!e->differs || strcmp(e->type, "table") != 0 || e->shadow ||
			dbc_starts_with_nocase(e->name, "sqlite_") ||
			find_table_entry(&tracked->before, e->name))
			continue;
		digest = try_to_read(h, e->name);
		if (digest)
			values = add_table(h, rows, values, e->name,
							   dbcsl_migrate_digest_text(h, digest, NULL));
	}
	return rows;
}

/* The written tables in their former state. */
const dbc_rows *
dbcsl_migrate_list_tables_before(dbcsl_host *h,
								 const dbcsl_migrate_tracking *tracked)
{
	dbc_rows *rows = dbcsl_alloc(&h->base, sizeof(*rows));
	dbc_value *values = NULL;

	rows->ncols = 2;
	for (const dbcsl_migrate_written_table *table = tracked->tables; table;
		 table = table->next)
		if (table->before)
			values = add_table(h, rows, values, table->name, table->text);
	return rows;
}

const dbcsl_hooks dbcsl_migrate_hooks = {.run = track_statement};
