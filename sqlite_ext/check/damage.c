/*
 * damage.c
 *	  What of a database file is damaged: which table, which pages, and how many
 *	  rows can still be read.
 *
 * dbcare_damage(whole) returns a JSON array of objects with the members name,
 * type (those of sqlite_schema, or file) and problem.  Unless whole is true
 * only the header, the schema and the roots of the trees are read.  SQLite's
 * own check names a page, gives up early, and counts no rows.
 */
#include "sqlite_ext/call/query.h"
#include "sqlite_ext/check/btree.h"
#include "sqlite_ext/check/damage.h"
#include "sqlite_ext/core/value.h"

#include <string.h>

#include "common/core/names.h"

#define DAMAGE "dbcare_damage"

/* SQLite's limit of the depth of a tree. */
#define DEEPEST 20

/* Damaged pages that a message lists. */
#define MOST_LISTED 5

/* Columns of sqlite_schema. */
#define NCOLUMNS	5
#define COLUMN_TYPE 0
#define COLUMN_NAME 1
#define COLUMN_ROOT 3

/* A table or an index. */
typedef struct tree
{
	const char *type;
	const char *name;
	int64_t root;
	int64_t rows; /* that can be read */
	int64_t pages[MOST_LISTED];
	int64_t ndamaged;
	const char *problem; /* of the first damaged page */
	bool of_table;		 /* as its root says */
} tree;

typedef struct walk
{
	dbcsl_host *h;
	dbcsl_page_file f;
	bool whole;
	int64_t last;		  /* page that can be there */
	unsigned char *owned; /* per page: a tree or the freelist has it */
	unsigned char *page[DEEPEST];
	unsigned char *overflow;
	tree *trees;
	int ntrees;
	int64_t rowid; /* the last one of the tree */
	bool any_row;
	dbc_json_node *found;
} walk;

/* ---- what is found ---- */

static void
report(walk *w, const char *type, const char *name, const char *problem)
{
	dbc_json_node *damage = dbc_json_object(&w->h->base);

	DBC_PUT_TEXT(damage, type, type);
	DBC_PUT_TEXT(damage, name, name);
	DBC_PUT_TEXT(damage, problem, problem);
	dbc_json_push(w->found, damage);
}

static void
add_damage(tree *t, int64_t page, const char *problem)
{
	for (int i = 0; i < t->ndamaged && i < MOST_LISTED; i++)
		if (t->pages[i] == page)
			return;
	if (t->ndamaged == 0)
		t->problem = problem;
	if (t->ndamaged < MOST_LISTED)
		t->pages[t->ndamaged] = page;
	t->ndamaged++;
}

/* Lists the damaged pages of a tree. */
static const char *
list_pages(walk *w, const tree *t)
{
	dbc_buffer text;

	if (t->ndamaged == 1)
		return dbc_format(&w->h->base, "%s %lld is damaged: %s",
						  t->pages[0] == t->root ? "its root page" : "page",
						  (long long) t->pages[0], t->problem);
	dbc_buffer_init(&text, &w->h->base);
	dbc_append(&text, "pages ");
	for (int i = 0; i < t->ndamaged && i < MOST_LISTED; i++)
	{
		dbc_append(&text, i == 0 ? "" : i == t->ndamaged - 1 ? " and " : ", ");
		dbc_append_integer(&text, t->pages[i]);
	}
	if (t->ndamaged > MOST_LISTED)
		dbc_append_format(&text, " and %lld others",
						  (long long) t->ndamaged - MOST_LISTED);
	dbc_append_format(&text, " are damaged, the first because %s", t->problem);
	return text.data;
}

static void
report_tree(walk *w, const tree *t)
{
	const char *pages;

	if (t->ndamaged == 0)
		return;
	pages = list_pages(w, t);
	if (w->whole && dbc_same(t->type, "table"))
		pages = dbc_format(&w->h->base, "%s; %s can still be read", pages,
						   t->rows == 0
							   ? "no row"
							   : dbc_count_text(&w->h->base, t->rows, "row"));
	report(w, t->type, t->name, pages);
}

/* ---- pages ---- */

static bool
exists(const walk *w, int64_t page)
{
	return page >= 1 && page <= w->last;
}

/* Takes a page for a tree; false if it has another owner, or does not exist. */
static bool
take(void *arg, int64_t page)
{
	walk *w = arg;

	if (!exists(w, page) || w->owned[page])
		return false;
	w->owned[page] = 1;
	return true;
}

/* What is wrong with a row of a table, or NULL. */
static const char *
test_row(walk *w, const dbcsl_tree_page *page, const dbcsl_cell *cell)
{
	bool in_order = !w->any_row || cell->rowid > w->rowid;

	if (page->kind == DBCSL_LEAF_TABLE && !in_order)
		return "its rows are out of order";
	if (cell->overflow == 0 && cell->payload &&
		dbcsl_check_parse_record(cell->payload, cell->length, NULL, 0) < 0)
		return "a row in it is not valid";
	if (!dbcsl_check_take_overflow(&w->f, cell, w->overflow, take, w))
		return "the overflow pages of a row are damaged";
	return NULL;
}

static void walk_page(walk *w, tree *t, int64_t parent, int64_t number,
					  int depth);

/* Tests the cells of a page, and walks to the children. */
static void
walk_cells(walk *w, tree *t, const dbcsl_tree_page *page, int depth)
{
	for (int i = 0; i < page->ncells; i++)
	{
		dbcsl_cell cell;
		const char *problem = "a cell in it is not valid";

		if (dbcsl_check_parse_cell(&w->f, page, i, &cell))
			problem = test_row(w, page, &cell);
		if (problem)
		{
			add_damage(t, page->number, problem);
			continue;
		}
		if (page->kind != DBCSL_INTERIOR_TABLE)
			t->rows++;
		if (page->kind == DBCSL_LEAF_TABLE)
		{
			w->rowid = cell.rowid;
			w->any_row = true;
		}
		if (!page->is_leaf)
			walk_page(w, t, page->number, cell.child, depth + 1);
	}
	if (!page->is_leaf)
		walk_page(w, t, page->number, page->right, depth + 1);
}

/* Reads a page of a tree; returns what is wrong with it, or NULL. */
static const char *
read_tree_page(walk *w, tree *t, int64_t number, int depth,
			   dbcsl_tree_page *page)
{
	const char *problem;

	if (!w->page[depth])
		w->page[depth] = dbc_alloc(&w->h->base, (size_t) w->f.page_size);
	if (!dbcsl_check_read_page(&w->f, number, w->page[depth]))
		return "the file does not have it";
	problem = dbcsl_check_parse_page(&w->f, w->page[depth], number, page);
	if (problem)
		return problem;
	if (number == t->root)
		t->of_table = page->of_table;
	if (number == t->root ? page->of_table && !dbc_same(t->type, "table")
						  : page->of_table != t->of_table)
		return page->of_table ? "it is a page of a table"
							  : "it is a page of an index";
	if (!page->is_whole)
		add_damage(t, number, "its list of free bytes is not valid");
	return NULL;
}

static void
walk_page(walk *w, tree *t, int64_t parent, int64_t number, int depth)
{
	dbcsl_tree_page page;
	const char *problem;

	if (!exists(w, number) && number == t->root)
	{
		add_damage(t, number, "the file does not have it");
		return;
	}
	if (depth == DEEPEST || !take(w, number))
	{
		add_damage(
			t, parent,
			number == t->root
				? "it is also in use elsewhere"
				: dbc_format(&w->h->base, "it refers to page %lld, which %s",
							 (long long) number,
							 exists(w, number) ? "is also in use elsewhere"
											   : "does not exist"));
		return;
	}
	problem = read_tree_page(w, t, number, depth, &page);
	if (problem)
		add_damage(t, number, problem);
	else if (w->whole || t->root == 1)
		walk_cells(w, t, &page, depth);
}

static void
walk_tree(walk *w, tree *t)
{
	w->any_row = false;
	walk_page(w, t, t->root, t->root, 0);
	report_tree(w, t);
}

/* ---- the schema ---- */

static const char *
text_of(walk *w, const dbcsl_field *field)
{
	return field->type == SQLITE_TEXT
			   ? dbc_copy(&w->h->base, (const char *) field->bytes,
						  (size_t) field->length)
			   : "";
}

/* Adds the tree of a row of sqlite_schema. */
static void
add_tree(walk *w, const dbcsl_cell *cell)
{
	dbcsl_field fields[NCOLUMNS];
	unsigned char *room = NULL;
	int64_t size = 0;
	const unsigned char *record =
		dbcsl_check_read_payload(&w->f, cell, &room, &size);

	if (!record ||
		dbcsl_check_parse_record(record, cell->length, fields, NCOLUMNS) !=
			NCOLUMNS ||
		fields[COLUMN_ROOT].type != SQLITE_INTEGER ||
		fields[COLUMN_ROOT].integer == 0)
		return;
	w->trees =
		dbc_grow(&w->h->base, w->trees, (size_t) w->ntrees, sizeof(*w->trees));
	w->trees[w->ntrees++] = (tree){.type = text_of(w, &fields[COLUMN_TYPE]),
								   .name = text_of(w, &fields[COLUMN_NAME]),
								   .root = fields[COLUMN_ROOT].integer};
}

/* Reads the rows of a page of sqlite_schema, and of those below it. */
static void
read_schema(walk *w, int64_t number, int depth)
{
	unsigned char *bytes = dbc_alloc(&w->h->base, (size_t) w->f.page_size);
	dbcsl_tree_page page;
	dbcsl_cell cell;

	if (depth == DEEPEST || !dbcsl_check_read_page(&w->f, number, bytes) ||
		dbcsl_check_parse_page(&w->f, bytes, number, &page) || !page.of_table)
		return;
	for (int i = 0; i < page.ncells; i++)
	{
		if (!dbcsl_check_parse_cell(&w->f, &page, i, &cell))
			continue;
		if (page.is_leaf)
			add_tree(w, &cell);
		else
			read_schema(w, cell.child, depth + 1);
	}
	if (!page.is_leaf)
		read_schema(w, page.right, depth + 1);
}

/* ---- the file ---- */

/* Follows the list of free pages; returns what is wrong with it, or NULL. */
static const char *
walk_free(walk *w)
{
	int64_t counted = dbcsl_check_long_at(w->f.header + DBCSL_AT_FREE_PAGES);
	int64_t trunk = dbcsl_check_long_at(w->f.header + DBCSL_AT_FIRST_TRUNK);
	int64_t before = 0;
	int64_t found = 0;

	while (trunk != 0)
	{
		int64_t listed;

		if (!take(w, trunk) ||
			!dbcsl_check_read_page(&w->f, trunk, w->overflow))
			return dbc_format(
				&w->h->base,
				"the list of free pages is damaged: %s %lld refers to page "
				"%lld",
				before == 0 ? "the header, page" : "page",
				(long long) (before == 0 ? 1 : before), (long long) trunk);
		listed = dbcsl_check_long_at(w->overflow + 4);
		if (listed > w->f.usable / 4 - 2)
			return dbc_format(&w->h->base,
							  "the list of free pages is damaged in page %lld",
							  (long long) trunk);
		for (int64_t i = 0; i < listed; i++)
		{
			int64_t page = dbcsl_check_long_at(w->overflow + 8 + 4 * i);

			if (!take(w, page))
				return dbc_format(
					&w->h->base,
					"the list of free pages is damaged: page %lld lists page "
					"%lld, which %s",
					(long long) trunk, (long long) page,
					exists(w, page) ? "is in use" : "does not exist");
		}
		found += 1 + listed;
		before = trunk;
		trunk = dbcsl_check_long_at(w->overflow);
	}
	if (found == counted)
		return NULL;
	return dbc_format(&w->h->base,
					  "the list of free pages is damaged: it has %lld pages, "
					  "%lld by the header",
					  (long long) found, (long long) counted);
}

/* Reports the rows of pages that no tree has any more. */
static void
report_lost(walk *w)
{
	int64_t pages = 0;
	int64_t rows = 0;

	for (int64_t number = 2; number <= w->last; number++)
	{
		dbcsl_tree_page page;
		dbcsl_cell cell;
		int64_t valid = 0;

		if (w->owned[number] ||
			!dbcsl_check_read_page(&w->f, number, w->overflow) ||
			dbcsl_check_parse_page(&w->f, w->overflow, number, &page) ||
			page.kind != DBCSL_LEAF_TABLE)
			continue;
		for (int i = 0; i < page.ncells; i++)
			valid += dbcsl_check_parse_cell(&w->f, &page, i, &cell);
		pages += valid > 0;
		rows += valid;
	}
	if (pages > 0)
		report(w, "file", "main",
			   dbc_format(&w->h->base, "%s in %s can be read, but no table %s",
						  dbc_count_text(&w->h->base, rows, "row"),
						  dbc_count_text(&w->h->base, pages, "page"),
						  "leads to them"));
}

static void
walk_file(walk *w)
{
	tree schema = {.type = "table", .name = "sqlite_schema", .root = 1};
	const char *problem;

	if (w->f.pages > w->last)
		report(w, "file", "main",
			   dbc_format(&w->h->base, "the file ends after page %lld of %lld",
						  (long long) w->last, (long long) w->f.pages));
	walk_tree(w, &schema);
	read_schema(w, 1, 0);
	for (int i = 0; i < w->ntrees; i++)
		walk_tree(w, &w->trees[i]);
	if (!w->whole)
		return;
	problem = walk_free(w);
	if (problem)
		report(w, "file", "main", problem);
	if (dbc_json_length(w->found) > 0)
		report_lost(w);
}

const char *
dbcsl_check_find_lost(dbc_host *host, const char *table)
{
	const dbc_rows *rows =
		dbc_query(host, "check/lost", dbc_text(dbc_resolve(host, table)->name));

	return rows->nrows > 0 ? dbc_get_text(host, rows, 0, 0) : NULL;
}

/* What dbcare_damage() finds. */
typedef struct finding
{
	bool whole;
	const char *json;
} finding;

static void
find_damage(dbc_host *host, void *arg)
{
	finding *f = arg;
	walk w = {
		.h = dbcsl_of(host), .whole = f->whole, .found = dbc_json_array(host)};

	if (dbcsl_check_open_pages(w.h, "main", &w.f))
	{
		w.last = w.f.log || w.f.pages < w.f.present ? w.f.pages : w.f.present;
		w.owned = dbc_alloc(host, (size_t) w.last + 1);
		w.overflow = dbc_alloc(host, (size_t) w.f.page_size);
		walk_file(&w);
	}
	f->json = dbc_json_text(w.found);
}

/* dbcare_damage(whole) */
static void
damage(sqlite3_context *context, int nvalues, sqlite3_value **values)
{
	static const dbc_function function = {.name = DAMAGE, .class = DBC_READ};
	finding f = {.whole = sqlite3_value_int(values[0]) != 0};
	dbcsl_host h;

	(void) nvalues;
	dbcsl_open(&h, sqlite3_context_db_handle(context), &function);
	if (dbcsl_try(&h, find_damage, &f))
		sqlite3_result_text(context, f.json, -1, SQLITE_TRANSIENT);
	else
		dbcsl_set_result_error(context, &h.error);
	dbcsl_close_all(&h);
	dbcsl_close(&h);
}

int
dbcsl_check_register_damage(sqlite3 *db)
{
	return sqlite3_create_function_v2(db, DAMAGE, 1,
									  SQLITE_UTF8 | SQLITE_DIRECTONLY, NULL,
									  damage, NULL, NULL, NULL);
}
