/*
 * sqlite_track.c
 *	  What scripts change: which entries of sqlite_schema, and the rows of which
 *	  tables.
 *
 * The schema is kept as it was and compared, entry by entry, with what it is.
 * Of tables a digest is taken before the first statement that writes them, as
 * far as EXPLAIN tells: it lists what triggers and foreign keys do, too.
 */
#include "sqlite_ext.h"

#include <string.h>

#include "text.h"

/* A row of sqlite_schema. */
typedef struct entry
{
	int64_t number; /* rowid */
	const char *type;
	const char *name;
	const char *table;
	const char *sql; /* or NULL */
	bool shadow;	 /* belongs to a virtual table */
	bool differs;	 /* there is none like it in the other state */
} entry;

/* All of them, in order of number. */
typedef struct entries
{
	entry *items;
	size_t count;
	size_t room;
} entries;

/* A table that has been written. */
typedef struct written
{
	struct written *next;
	const char *name;
	const dbcsl_digest *before;
	const char *text; /* of before, once that can be compared */
} written;

struct dbcsl_tracked
{
	entries before;
	entries now;
	written *tables;
};

/* ---- the schema ---- */

/* Makes room for one more entry. */
static entry *
add_entry(dbcsl_host *h, entries *list)
{
	if (list->count == list->room)
	{
		size_t room = list->room ? 2 * list->room : 64;
		entry *items = dbcsl_alloc(&h->base, room * sizeof(*items));

		if (list->count > 0)
			memcpy(items, list->items, list->count * sizeof(*items));
		list->items = items;
		list->room = room;
	}
	return &list->items[list->count++];
}

/* Whether a column of the row a statement is at has this text. */
static bool
is_text(sqlite3_stmt *row, int column, const char *text)
{
	const char *value = (const char *) sqlite3_column_text(row, column);

	return value && text ? strcmp(value, text) == 0 : value == text;
}

/* The text of a column of the row a statement is at, or NULL. */
static const char *
copied_text(dbcsl_host *h, sqlite3_stmt *row, int column)
{
	const char *value = (const char *) sqlite3_column_text(row, column);

	if (value)
		return dbc_copy(&h->base, value, strlen(value));
	if (sqlite3_column_type(row, column) != SQLITE_NULL)
		dbcsl_fail_memory(h);
	return NULL;
}

/* Adds the row a statement is at; known is the entry of that number, if it was
 * there before. */
static void
take_row(dbcsl_host *h, sqlite3_stmt *row, entry *known, entries *list)
{
	entry *new = add_entry(h, list);

	if (known && is_text(row, 1, known->type) && is_text(row, 2, known->name) &&
		is_text(row, 3, known->table) && is_text(row, 4, known->sql))
	{
		known->differs = false;
		*new = *known;
		return;
	}
	*new = (entry){.number = sqlite3_column_int64(row, 0),
				   .type = copied_text(h, row, 1),
				   .name = copied_text(h, row, 2),
				   .table = copied_text(h, row, 3),
				   .sql = copied_text(h, row, 4),
				   .differs = true};
}

/* Whether an entry is a virtual table. */
static bool
is_virtual(const entry *entry)
{
	return entry->sql && dbc_starts_with_nocase(entry->sql, "create virtual");
}

/* The entry of a table, or NULL. */
static entry *
find_table(const entries *list, const char *name)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (strcmp(list->items[i].type, "table") == 0 &&
			sqlite3_stricmp(list->items[i].name, name) == 0)
			return &list->items[i];
	return NULL;
}

/* Marks the tables that belong to virtual ones. */
static void
mark_shadows(dbcsl_host *h, entries *list)
{
	const dbc_rows *rows = NULL;
	size_t i;
	int j;

	for (i = 0; i < list->count && !rows; i++)
		if (is_virtual(&list->items[i]))
			rows = dbc_query(&h->base, "migrate/shadow_tables", NULL, 0);
	for (j = 0; rows && j < rows->nrows; j++)
	{
		const char *shadow = dbc_cell(rows, j, 0)->text;

		for (i = 0; i < list->count; i++)
			if (sqlite3_stricmp(list->items[i].table, shadow) == 0)
				list->items[i].shadow = true;
	}
}

/* Reads the schema as it is now, and marks what differs from before. */
static void
read_now(dbcsl_host *h, dbcsl_tracked *tracked)
{
	entries *before = &tracked->before;
	entries *now = &tracked->now;
	sqlite3_stmt *row =
		dbcsl_prepare(h, "select rowid, type, name, tbl_name, sql "
						 "from main.sqlite_schema order by rowid");
	size_t i;
	int code;

	now->count = 0;
	for (i = 0; i < before->count; i++)
		before->items[i].differs = true;
	i = 0;
	while ((code = sqlite3_step(row)) == SQLITE_ROW)
	{
		int64_t number = sqlite3_column_int64(row, 0);

		while (i < before->count && before->items[i].number < number)
			i++;
		take_row(h, row,
				 i < before->count && before->items[i].number == number
					 ? &before->items[i]
					 : NULL,
				 now);
	}
	if (code != SQLITE_DONE)
		dbcsl_fail_engine(h, code);
	dbcsl_drop_loose(h);
	mark_shadows(h, now);
}

/* The objects among the entries that differ. */
static const dbc_rows *
differing_objects(dbcsl_host *h, const entries *list)
{
	dbc_rows *rows = dbcsl_alloc(&h->base, sizeof(*rows));
	dbc_value *values = NULL;
	size_t width = 5;
	size_t i;

	rows->ncols = (int) width;
	for (i = 0; i < list->count; i++)
	{
		const entry *e = &list->items[i];
		dbc_value *value;

		if (!e->differs || !e->sql || e->shadow ||
			dbc_starts_with_nocase(e->name, "sqlite_") ||
			dbc_starts_with_nocase(e->table, "dbcare_"))
			continue;
		values =
			dbcsl_grow(h, values, (size_t) rows->nrows, width * sizeof(*value));
		value = values + width * (size_t) rows->nrows++;
		value[0] = dbc_text(e->type);
		value[1] = dbc_text(e->name);
		value[2] = dbc_text(e->table);
		value[3] = dbc_text(e->sql);
		value[4] = dbc_int(e->number);
	}
	rows->values = values;
	return dbcsl_list_objects(h, rows, false);
}

/* ---- rows of tables ---- */

/* A digest being taken. */
typedef struct reading
{
	const char *table;
	dbcsl_digest *digest;
} reading;

/* Reads a table. */
static void
read_table(dbc_host *host, void *arg)
{
	reading *r = arg;

	r->digest = dbcsl_read_digest(dbcsl_of(host), r->table);
}

/* The digest of a table, or NULL if it cannot be read: a virtual one need not
 * have rows, nor its module be there. */
static const dbcsl_digest *
try_to_read(dbcsl_host *h, const char *table)
{
	reading r = {.table = table};

	if (dbcsl_try(h, read_table, &r))
		return r.digest;
	if (dbcsl_passes_guards(&h->error))
		dbcsl_rethrow(h);
	return NULL;
}

/* Takes the digest of a table that is going to be written, unless it is known
 * or the table was not there before. */
static void
note_table(dbcsl_host *h, dbcsl_tracked *tracked, const char *name)
{
	const entry *table = find_table(&tracked->before, name);
	written *known;

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
	return dbcsl_unquoted(h, &token);
}

/* Pages where what a statement writes begins. */
typedef struct roots
{
	sqlite3_int64 *pages;
	size_t count;
	bool virtual;
} roots;

/* Adds what one step of a program writes in the main database. */
static void
add_root(dbcsl_host *h, sqlite3_stmt *step, roots *roots)
{
	static const struct
	{
		const char *name;
		int root;	  /* column with the page, ... */
		int database; /* ... and with the number of the database */
	} writes[] = {{"OpenWrite", 3, 4}, {"Clear", 2, 3}, {"Destroy", 2, 4}};
	const char *name = (const char *) sqlite3_column_text(step, 1);
	size_t i;

	if (!name)
		dbcsl_fail_memory(h);
	if (strcmp(name, "VUpdate") == 0 || strcmp(name, "VDestroy") == 0)
		roots->virtual = true;
	for (i = 0; i < sizeof(writes) / sizeof(writes[0]); i++)
		if (strcmp(name, writes[i].name) == 0 &&
			sqlite3_column_int(step, writes[i].database) == 0)
		{
			roots->pages = dbcsl_grow(h, roots->pages, roots->count,
									  sizeof(*roots->pages));
			roots->pages[roots->count++] =
				sqlite3_column_int64(step, writes[i].root);
		}
}

/* Finds out what a statement would write; nothing if it cannot be prepared. */
static roots
read_program(dbcsl_host *h, const char *text)
{
	roots roots = {NULL, 0, false};
	int code = sqlite3_prepare_v2(h->db, dbcsl_printf(h, "explain %s", text),
								  -1, &h->loose, NULL);

	if (code == SQLITE_OK)
		while ((code = sqlite3_step(h->loose)) == SQLITE_ROW)
			add_root(h, h->loose, &roots);
	if (code == SQLITE_NOMEM || code == SQLITE_INTERRUPT)
		dbcsl_fail_engine(h, code);
	dbcsl_drop_loose(h);
	return roots;
}

/* Whether a page is among those. */
static bool
has_page(const roots *roots, sqlite3_int64 page)
{
	size_t i;

	for (i = 0; i < roots->count; i++)
		if (roots->pages[i] == page)
			return true;
	return false;
}

/* Notes the tables that begin at some pages. */
static void
note_roots(dbcsl_host *h, dbcsl_tracked *tracked, const roots *roots)
{
	const dbc_rows *tables;
	size_t j;
	int i;

	if (roots->count > 0)
	{
		tables = dbc_query(&h->base, "migrate/table_roots", NULL, 0);
		for (i = 0; i < tables->nrows; i++)
			if (has_page(roots, dbc_cell(tables, i, 1)->integer))
				note_table(h, tracked, dbc_cell(tables, i, 0)->text);
	}
	for (j = 0; roots->virtual && j < tracked->before.count; j++)
		if (is_virtual(&tracked->before.items[j]))
			note_table(h, tracked, tracked->before.items[j].name);
}

/* Notes what a statement is going to write. */
void
dbcsl_track_statement(dbcsl_host *h, const dbc_statement *statement)
{
	dbcsl_token first = dbcsl_first_token(statement->text);
	roots roots;

	if (!h->tracked || !statement->lock_level)
		return;
	if (dbcsl_is_word(&first, "alter"))
		note_table(h, h->tracked, altered_table(h, &first));
	if (dbcsl_is_word(&first, "alter") || dbcsl_is_word(&first, "create") ||
		dbcsl_is_word(&first, "pragma"))
		return;
	roots = read_program(h, statement->text);
	note_roots(h, h->tracked, &roots);
}

/* ---- the seam ---- */

/* Starts noting what scripts change, or stops; see host.h. */
void
dbcsl_track(dbc_host *host, bool on)
{
	dbcsl_host *h = dbcsl_of(host);
	dbcsl_tracked *tracked = h->tracked;
	entries before;

	h->tracked = NULL;
	if (!on)
		return;
	if (!tracked)
		tracked = dbcsl_alloc(host, sizeof(*tracked));
	read_now(h, tracked);
	before = tracked->now;
	tracked->now = tracked->before;
	tracked->before = before;
	tracked->tables = NULL;
	h->tracked = tracked;
}

/* Adds a table. */
static dbc_value *
add_table(dbcsl_host *h, dbc_rows *rows, dbc_value *values, const char *name,
		  const char *text)
{
	dbc_value *value;

	values = dbcsl_grow(h, values, (size_t) rows->nrows, 2 * sizeof(*values));
	value = values + 2 * (size_t) rows->nrows++;
	value[0] = dbc_text(name);
	value[1] = dbc_text(text);
	rows->values = values;
	return values;
}

/* The tables that were written, as they are now, and those that are new. */
static const dbc_rows *
tables_now(dbcsl_host *h, dbcsl_tracked *tracked)
{
	dbc_rows *rows = dbcsl_alloc(&h->base, sizeof(*rows));
	dbc_value *values = NULL;
	const dbcsl_digest *digest;
	written *table;
	size_t i;

	rows->ncols = 2;
	for (table = tracked->tables; table; table = table->next)
	{
		if (!table->before)
			continue;
		table->text = dbcsl_digest_text(h, table->before, NULL);
		if (!find_table(&tracked->now, table->name))
			continue;
		digest = try_to_read(h, table->name);
		if (!digest)
			continue;
		table->text = dbcsl_digest_text(h, table->before, digest);
		values = add_table(h, rows, values, table->name,
						   dbcsl_digest_text(h, digest, table->before));
	}
	for (i = 0; i < tracked->now.count; i++)
	{
		const entry *e = &tracked->now.items[i];

		if (!e->differs || strcmp(e->type, "table") != 0 || e->shadow ||
			dbc_starts_with_nocase(e->name, "sqlite_") ||
			find_table(&tracked->before, e->name))
			continue;
		digest = try_to_read(h, e->name);
		if (digest)
			values = add_table(h, rows, values, e->name,
							   dbcsl_digest_text(h, digest, NULL));
	}
	return rows;
}

/* The tables that were written, as they were. */
static const dbc_rows *
tables_before(dbcsl_host *h, const dbcsl_tracked *tracked)
{
	dbc_rows *rows = dbcsl_alloc(&h->base, sizeof(*rows));
	dbc_value *values = NULL;
	const written *table;

	rows->ncols = 2;
	for (table = tracked->tables; table; table = table->next)
		if (table->before)
			values = add_table(h, rows, values, table->name, table->text);
	return rows;
}

/* What has been changed; see host.h. */
bool
dbcsl_touched(dbc_host *host, dbc_moment moment, dbc_touched *touched)
{
	dbcsl_host *h = dbcsl_of(host);
	dbcsl_tracked *tracked = h->tracked;

	if (moment == DBC_NOW)
	{
		read_now(h, tracked);
		touched->objects = differing_objects(h, &tracked->now);
		touched->tables = tables_now(h, tracked);
	}
	else
	{
		touched->objects = differing_objects(h, &tracked->before);
		touched->tables = tables_before(h, tracked);
	}
	touched->complete = true;
	return true;
}
