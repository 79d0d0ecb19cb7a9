/*
 * salvage.c
 *	  Saving the rows of a damaged file: a walk through what its trees still
 *	  lead to, then through the pages that nothing leads to any more.
 *
 * Rows of a page that nothing leads to are those of a table if exactly one
 * damaged table can have them and the list of free pages is sound, so that they
 * are not what deleted rows have left; otherwise they go to lost_and_found.
 */
#include "sqlite_ext/check/salvage.h"
#include "common/core/names.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

/* Columns of sqlite_schema. */
#define NCOLUMNS	5
#define COLUMN_TYPE 0
#define COLUMN_NAME 1
#define COLUMN_ROOT 3
#define COLUMN_SQL	4

/* SQLite's limit of the columns of a table. */
#define MOST_FIELDS 32767

/* ---- pages ---- */

static bool
take(void *arg, int64_t page)
{
	dbcsl_salvage *s = arg;

	if (page < 1 || page > s->last || s->owned[page])
		return false;
	s->owned[page] = 1;
	return true;
}

/* Takes the overflow pages of a row, so that they are not read as others. */
static void
take_overflow(dbcsl_salvage *s, const dbcsl_cell *cell)
{
	(void) dbcsl_check_take_overflow(&s->f, cell, s->payload, take, s);
}

/* Reads the values of a cell into s->fields; -1 if they are not valid. */
static int
read_cell(dbcsl_salvage *s, const dbcsl_cell *cell)
{
	const unsigned char *record =
		cell->payload ? dbcsl_check_read_payload(&s->f, cell, &s->payload,
												 &s->payload_room)
					  : NULL;

	return record ? dbcsl_check_parse_record(record, cell->length, s->fields,
											 MOST_FIELDS)
				  : -1;
}

/* A walk through the tree of a table, or through the schema. */
typedef struct walk
{
	dbcsl_salvage *s;
	dbcsl_salvaged_table *table; /* NULL: the schema */
	bool of_table;
	int64_t rowid; /* of the last row; INT64_MIN: none */
} walk;

static void
lose_range(walk *w, int64_t after, int64_t last)
{
	dbcsl_salvaged_table *t = w->table;

	if (!t)
		return;
	t->is_damaged = true;
	t->ranges = dbc_grow(&w->s->h->base, t->ranges, (size_t) t->nranges,
						 sizeof(*t->ranges));
	t->ranges[t->nranges++] = (dbcsl_lost_range){after, last};
}

static const char *
name_of(const walk *w)
{
	return w->table ? w->table->name : "sqlite_schema";
}

static const char *
text_of(dbcsl_salvage *s, const dbcsl_field *field)
{
	if (field->type != SQLITE_TEXT)
		return NULL;
	if (s->encoding != SQLITE_UTF8)
	{
		/* names and statements: the ASCII part of UTF-16 */
		dbc_buffer text;
		int high = s->encoding == SQLITE_UTF16LE ? 1 : 0;

		dbc_buffer_init(&text, &s->h->base);
		for (int64_t i = 0; i + 1 < field->length; i += 2)
			dbc_append_bytes(&text,
							 field->bytes[i + high] == 0
								 ? (const char *) field->bytes + i + !high
								 : "?",
							 1);
		return text.data;
	}
	return dbc_copy(&s->h->base, (const char *) field->bytes,
					(size_t) field->length);
}

/* Adds a row of sqlite_schema. */
static void
add_object(dbcsl_salvage *s, int nfields)
{
	const char *type = text_of(s, &s->fields[COLUMN_TYPE]);
	const char *name = text_of(s, &s->fields[COLUMN_NAME]);
	const char *sql = text_of(s, &s->fields[COLUMN_SQL]);

	if (nfields != NCOLUMNS || !type || !name)
		return;
	if (dbc_same(type, "table") && s->fields[COLUMN_ROOT].integer > 0)
	{
		s->tables = dbc_grow(&s->h->base, s->tables, (size_t) s->ntables,
							 sizeof(*s->tables));
		s->tables[s->ntables++] = (dbcsl_salvaged_table){
			.name = name, .sql = sql, .root = s->fields[COLUMN_ROOT].integer};
		return;
	}
	s->objects = dbc_grow(&s->h->base, s->objects, (size_t) s->nobjects,
						  sizeof(*s->objects));
	s->objects[s->nobjects++] = (dbcsl_salvaged_object){type, name, sql};
}

/* Saves the row of a cell; returns why it cannot be, or NULL. */
static const char *
save_cell(walk *w, int64_t page, const dbcsl_cell *cell)
{
	dbcsl_salvage *s = w->s;
	int nfields = read_cell(s, cell);

	if (nfields < 0)
		return "a row is not valid";
	if (!w->table)
		add_object(s, nfields);
	else if (!w->table->created)
		dbcsl_check_salvage_insert_stray(s, page, cell->rowid, nfields);
	else if (!dbcsl_check_salvage_insert(s, w->table, cell->rowid, nfields))
	{
		dbcsl_check_salvage_insert_stray(s, page, cell->rowid, nfields);
		return "a row does not fit into the table: it is in lost_and_found";
	}
	take_overflow(s, cell);
	return NULL;
}

static void walk_page(walk *w, int64_t number, int depth, int64_t after,
					  int64_t last);

/* Saves the rows of a page, and those below it. */
static void
walk_cells(walk *w, const dbcsl_tree_page *page, int depth, int64_t after,
		   int64_t last)
{
	const char *problem = NULL;
	const int64_t first = after;
	int invalid = 0;

	for (int i = 0; i < page->ncells; i++)
	{
		dbcsl_cell cell;
		const char *why = "a cell is not valid";

		if (dbcsl_check_parse_cell(&w->s->f, page, i, &cell))
		{
			why = NULL;
			if (!page->is_leaf)
			{
				bool ordered =
					page->of_table && cell.rowid >= after && cell.rowid <= last;
				int64_t end = ordered ? cell.rowid : last;

				walk_page(w, cell.child, depth + 1, after, end);
				if (ordered)
					after = cell.rowid;
			}
			else if (page->of_table &&
					 (cell.rowid <= w->rowid && w->rowid != INT64_MIN))
				why = "a row is out of order";
			if (!why && page->kind != DBCSL_INTERIOR_TABLE)
				why = save_cell(w, page->number, &cell);
			if (!why && page->kind == DBCSL_LEAF_TABLE)
				w->rowid = cell.rowid;
		}
		if (!why)
			continue;
		problem = why;
		invalid++;
	}
	if (!page->is_leaf)
		walk_page(w, page->right, depth + 1, after, last);
	if (!problem)
		return;
	lose_range(w, first, last);
	dbcsl_check_salvage_note(
		w->s, name_of(w), page->number,
		dbc_format(&w->s->h->base, "%s of it: %s",
				   dbc_count_text(&w->s->h->base, invalid,
								  page->is_leaf ? "row" : "entry"),
				   problem));
}

/* Rows after one rowid, up to another, are below this page. */
static void
walk_page(walk *w, int64_t number, int depth, int64_t after, int64_t last)
{
	dbcsl_salvage *s = w->s;
	dbcsl_tree_page page;
	const char *problem = "the file does not have it";

	if (depth < DBCSL_DEEPEST && !s->pages[depth])
		s->pages[depth] = dbc_alloc(&s->h->base, (size_t) s->f.page_size);
	if (depth == DBCSL_DEEPEST || !take(s, number))
		problem = "it does not exist, or belongs to another";
	else if (dbcsl_check_read_page(&s->f, number, s->pages[depth]))
		problem = dbcsl_check_parse_page(&s->f, s->pages[depth], number, &page);
	if (!problem && depth == 0)
		w->of_table = page.of_table;
	if (!problem && page.of_table != w->of_table)
		problem = "it is a page of another kind";
	if (!problem && w->table && w->table->created &&
		page.of_table != w->table->has_rowid)
		problem = "it is a page of another kind";
	if (!problem)
	{
		walk_cells(w, &page, depth, after, last);
		return;
	}
	lose_range(w, after, last);
	dbcsl_check_salvage_note(s, name_of(w), number, problem);
}

/* ---- pages that nothing leads to ---- */

/* Takes the pages of the list of free pages, unless it is damaged. */
static void
take_free(dbcsl_salvage *s)
{
	int64_t trunk = dbcsl_check_long_at(s->f.header + DBCSL_AT_FIRST_TRUNK);
	int64_t left = dbcsl_check_long_at(s->f.header + DBCSL_AT_FREE_PAGES);
	unsigned char *bytes = dbc_alloc(&s->h->base, (size_t) s->f.page_size);

	if (!s->f.header_is_valid)
		return;
	while (trunk != 0 && take(s, trunk) &&
		   dbcsl_check_read_page(&s->f, trunk, bytes))
	{
		int64_t listed = dbcsl_check_long_at(bytes + 4);

		left--;
		for (int64_t i = 0; i < listed && i < s->f.usable / 4 - 2; i++)
			left -= take(s, dbcsl_check_long_at(bytes + 8 + 4 * i));
		trunk = dbcsl_check_long_at(bytes);
	}
	s->free_pages_known = trunk == 0 && left == 0;
	if (!s->free_pages_known)
		dbcsl_check_salvage_note(s, "main", 0,
								 "the list of free pages is damaged");
}

/* Reads a page that nothing leads to; false if it has no rows of a table. */
static bool
read_stray(dbcsl_salvage *s, int64_t number, unsigned char *bytes,
		   dbcsl_tree_page *page)
{
	return !s->owned[number] && dbcsl_check_read_page(&s->f, number, bytes) &&
		   !dbcsl_check_parse_page(&s->f, bytes, number, page) &&
		   page->kind == DBCSL_LEAF_TABLE && page->ncells > 0;
}

/* Whether every row of a page can be one of a table, and can have been lost. */
static bool
page_fits(dbcsl_salvage *s, const dbcsl_tree_page *page,
		  const dbcsl_salvaged_table *t)
{
	if (!t->is_damaged || !t->has_rowid)
		return false;
	for (int i = 0; i < page->ncells; i++)
	{
		dbcsl_cell cell;
		bool was_lost = false;

		if (!dbcsl_check_parse_cell(&s->f, page, i, &cell) ||
			!dbcsl_check_salvage_fits(s, t, read_cell(s, &cell)))
			return false;
		for (int k = 0; k < t->nranges && !was_lost; k++)
			was_lost = cell.rowid >= t->ranges[k].after &&
					   cell.rowid <= t->ranges[k].last;
		if (!was_lost)
			return false;
	}
	return true;
}

/* The only table that can have had a page, or NULL. */
static dbcsl_salvaged_table *
owner_of(dbcsl_salvage *s, const dbcsl_tree_page *page)
{
	dbcsl_salvaged_table *found = NULL;

	if (!s->free_pages_known)
		return NULL;
	for (int i = 0; i < s->ntables; i++)
		if (page_fits(s, page, &s->tables[i]))
		{
			if (found)
				return NULL;
			found = &s->tables[i];
		}
	return found;
}

/* Saves the rows of a page that nothing leads to. */
static void
save_stray(dbcsl_salvage *s, const dbcsl_tree_page *page)
{
	dbcsl_salvaged_table *t = owner_of(s, page);

	for (int i = 0; i < page->ncells; i++)
	{
		dbcsl_cell cell;
		int nfields;

		if (!dbcsl_check_parse_cell(&s->f, page, i, &cell))
			continue;
		nfields = read_cell(s, &cell);
		if (nfields >= 0 &&
			!(t && dbcsl_check_salvage_insert(s, t, cell.rowid, nfields)))
			dbcsl_check_salvage_insert_stray(s, page->number, cell.rowid,
											 nfields);
	}
}

/* Without damage to a table, what nothing leads to is what was deleted. */
static bool
lacks_rows(const dbcsl_salvage *s)
{
	for (int i = 0; i < s->ntables; i++)
		if (s->tables[i].is_damaged)
			return true;
	return s->ntables == 0;
}

static void
save_strays(dbcsl_salvage *s)
{
	unsigned char *bytes = dbc_alloc(&s->h->base, (size_t) s->f.page_size);
	dbcsl_tree_page page;
	dbcsl_cell cell;

	take_free(s);
	if (!lacks_rows(s))
		return;
	/* overflow pages may look like others */
	for (int64_t number = 2; number <= s->last; number++)
		if (read_stray(s, number, bytes, &page))
			for (int i = 0; i < page.ncells; i++)
				if (dbcsl_check_parse_cell(&s->f, &page, i, &cell) &&
					read_cell(s, &cell) >= 0)
					take_overflow(s, &cell);
	for (int64_t number = 2; number <= s->last; number++)
		if (read_stray(s, number, bytes, &page))
			save_stray(s, &page);
}

/* ---- the whole ---- */

static void
report(dbcsl_salvage *s, dbc_json_node *result)
{
	dbc_json_node *tables = dbc_json_array(&s->h->base);
	int64_t rows = 0;

	for (int i = 0; i < s->ntables; i++)
	{
		const dbcsl_salvaged_table *t = &s->tables[i];
		dbc_json_node *entry = dbc_json_object(&s->h->base);

		if (!t->created || dbc_starts_with(t->name, "sqlite_"))
			continue;
		DBC_PUT_TEXT(entry, table_name, t->name);
		DBC_PUT_INT(entry, rows, t->rows);
		DBC_PUT_INT(entry, from_backup, t->from_backup);
		DBC_PUT_BOOL(entry, complete, !t->is_damaged);
		dbc_json_push(tables, entry);
		rows += t->rows + t->from_backup;
	}
	DBC_PUT_TEXT(result, destination, s->call->destination);
	DBC_PUT(result, tables, tables);
	DBC_PUT_INT(result, rows, rows);
	DBC_PUT_INT(result, lost_and_found, s->nstray);
	DBC_PUT(result, lost, s->lost);
	DBC_PUT_BOOL(result, success, dbc_json_length(s->lost) == 0);
}

/* A salvage and its result. */
typedef struct running
{
	dbcsl_salvage s;
	dbc_json_node *result;
} running;

static void
run(dbc_host *host, void *arg)
{
	running *r = arg;
	dbcsl_salvage *s = &r->s;
	walk w = {.s = s, .rowid = INT64_MIN};

	s->lost = dbc_json_array(host);
	dbcsl_check_salvage_open(s);
	s->owned = dbc_alloc(host, (size_t) s->last + 1);
	s->payload_room = 2 * (int64_t) s->f.page_size;
	s->payload = dbc_alloc(host, (size_t) s->payload_room);
	s->fields = dbc_alloc(host, MOST_FIELDS * sizeof(*s->fields));
	walk_page(&w, 1, 0, INT64_MIN, INT64_MAX);
	dbcsl_check_salvage_create(s);
	for (int i = 0; i < s->ntables; i++)
	{
		dbcsl_check_salvage_begin_rows(s, &s->tables[i]);
		w = (walk){.s = s, .table = &s->tables[i], .rowid = INT64_MIN};
		dbc_progress(host, s->tables[i].name, i, s->ntables);
		walk_page(&w, s->tables[i].root, 0, INT64_MIN, INT64_MAX);
	}
	save_strays(s);
	dbcsl_check_salvage_merge(s);
	dbcsl_check_salvage_finish(s);
	report(s, r->result);
}

/* Closes the new file, with the statements that a failure has left. */
static void
close_made(sqlite3 *out)
{
	sqlite3_stmt *statement;

	while ((statement = sqlite3_next_stmt(out, NULL)) != NULL)
		sqlite3_finalize(statement);
	(void) sqlite3_close(out);
}

void
dbcsl_check_salvage(dbc_host *host, const dbc_check_salvage *call,
					dbc_json_node *result)
{
	dbcsl_host *h = dbcsl_of(host);
	running r = {.s = {.h = h, .call = call}, .result = result};
	bool done = dbcsl_try(h, run, &r);

	if (r.s.out)
		close_made(r.s.out);
	dbcsl_check_salvage_close(&r.s);
	if (done)
		return;
	if (r.s.made)
		(void) unlink(call->destination);
	dbcsl_rethrow(h);
}
