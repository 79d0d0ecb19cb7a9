/*
 * verify_foreign.c
 *	  Foreign keys, declared and not, as tests.
 *
 * The key that a foreign key refers to is found by the rules of SQLite's
 * sqlite3FkLocateIndex(): the rowid, or else a unique index without a
 * condition on exactly these columns, each with the collation of its column.
 * The primary key of a foreign key that names no columns may have other
 * collations, which then apply.
 */
#include "sqlite_ext/call/relation.h"
#include "sqlite_ext/check/verify.h"

#include <string.h>

/* Columns of check/foreign_keys. */
enum
{
	KEY_ID,
	KEY_TABLE,
	KEY_FROM,
	KEY_TO
};

/* ---- the key of the parent ---- */

/* The index of a column in a list of names, or -1. */
static int
find_name(const char *const *names, int count, const char *name)
{
	for (int i = 0; i < count; i++)
		if (sqlite3_stricmp(names[i], name) == 0)
			return i;
	return -1;
}

static dbcsl_check_key_part *
make_parts(dbcsl_check_verification *v, const dbcsl_check_parent_keys *parent)
{
	dbcsl_check_key_part *parts =
		dbcsl_alloc(&v->h->base, (size_t) parent->ncolumns * sizeof(*parts));

	for (int i = 0; i < parent->ncolumns; i++)
	{
		const char *column = parent->columns[i];

		parts[i] = dbcsl_check_make_key_part(
			&v->pool,
			dbcsl_check_find_layout_column(parent->layout, column)->affinity,
			dbcsl_check_find_column_collation(v->h, parent->layout, column));
	}
	return parts;
}

/* Whether a row of check/unique_indexes is a column of a foreign key; if the
 * key names no columns, the collation of the index applies. */
static bool
fits(dbcsl_check_verification *v, dbcsl_check_parent_keys *parent, bool named,
	 const dbc_rows *indexes, int row)
{
	const char *collation =
		dbc_get_text_or_null(&v->h->base, indexes, row, INDEX_COLLATION);
	dbcsl_check_key_part *part;
	int place;

	if (dbc_get_int(&v->h->base, indexes, row, INDEX_CID) < 0 ||
		dbc_get_int(&v->h->base, indexes, row, INDEX_PARTIAL) != 0)
		return false;
	place = find_name(
		parent->columns, parent->ncolumns,
		dbc_get_text_or_null(&v->h->base, indexes, row, INDEX_COLUMN));
	if (place < 0)
		return false;
	part = &parent->parts[place];
	if (!named)
		*part = dbcsl_check_make_key_part(&v->pool, part->affinity, collation);
	return sqlite3_stricmp(part->collation_name, collation) == 0;
}

/* Whether the columns of a parent are those of a unique index, or of its
 * primary key if the foreign key names no columns. */
static bool
has_unique_index(dbcsl_check_verification *v, dbcsl_check_parent_keys *parent,
				 bool named)
{
	const dbc_rows *indexes = dbc_query(&v->h->base, "check/unique_indexes",
										dbc_text(parent->layout->name),
										dbc_text(parent->layout->schema));
	int next;

	for (int row = 0; row < indexes->nrows; row = next)
	{
		const char *name = dbc_get_text(&v->h->base, indexes, row, INDEX_NAME);
		bool primary =
			strcmp(dbc_get_text(&v->h->base, indexes, row, INDEX_ORIGIN),
				   "pk") == 0;
		bool all_fit = named || primary;

		for (next = row;
			 next < indexes->nrows &&
			 strcmp(dbc_get_text(&v->h->base, indexes, next, INDEX_NAME),
					name) == 0;
			 next++)
			all_fit = all_fit && fits(v, parent, named, indexes, next);
		if (all_fit && next - row == parent->ncolumns)
			return true;
	}
	return false;
}

/* Whether the columns of a parent are a key that SQLite accepts; if so, sets
 * how they are compared. */
static bool
is_key(dbcsl_check_verification *v, dbcsl_check_parent_keys *parent, bool named)
{
	const dbcsl_check_table_layout *layout = parent->layout;

	if (!layout->is_table)
		return false;
	for (int i = 0; i < parent->ncolumns; i++)
		if (!dbcsl_check_find_layout_column(layout, parent->columns[i]))
			return false;
	parent->parts = make_parts(v, parent);
	if (parent->ncolumns == 1 && layout->key_is_rowid &&
		sqlite3_stricmp(parent->columns[0], layout->key[0]) == 0)
		return true;
	return has_unique_index(v, parent, named);
}

/* Whether two parents have the same columns, compared alike. */
static bool
have_same_columns(const dbcsl_check_parent_keys *a,
				  const dbcsl_check_parent_keys *b)
{
	if (a->ncolumns != b->ncolumns)
		return false;
	for (int i = 0; i < a->ncolumns; i++)
		if (sqlite3_stricmp(a->columns[i], b->columns[i]) != 0 ||
			sqlite3_stricmp(a->parts[i].collation_name,
							b->parts[i].collation_name) != 0)
			return false;
	return true;
}

/* The same parent if it is listed, or NULL. */
static dbcsl_check_parent_keys *
find_parent(const dbcsl_check_verification *v,
			const dbcsl_check_parent_keys *wanted)
{
	for (dbcsl_check_parent_keys *parent = v->parents; parent;
		 parent = parent->next)
		if (parent->layout &&
			strcmp(parent->layout->from, wanted->layout->from) == 0 &&
			have_same_columns(parent, wanted))
			return parent;
	return NULL;
}

static dbcsl_check_parent_keys *
list_parent(dbcsl_check_verification *v, const dbcsl_check_parent_keys *wanted)
{
	dbcsl_check_parent_keys *parent =
		wanted->layout ? find_parent(v, wanted) : NULL;

	if (parent)
		return parent;
	parent = dbcsl_alloc(&v->h->base, sizeof(*parent));
	*parent = *wanted;
	parent->next = v->parents;
	v->parents = parent;
	return parent;
}

/* ---- tests ---- */

/* Fills in the test that rows have a parent. */
static void
fill_test(dbcsl_check_verification *v, dbcsl_check_row_test *test,
		  dbcsl_check_parent_keys *parent, const char **columns)
{
	test->method = parent->layout ? DBCSL_HAS_PARENT : DBCSL_SATISFIED;
	test->parent = parent;
	test->columns = columns;
	test->nvalues = parent->ncolumns;
	test->values = dbcsl_alloc(&v->h->base,
							   (size_t) test->nvalues * sizeof(*test->values));
	for (int i = 0; i < test->nvalues; i++)
		test->values[i] = dbcsl_quote_always(&v->h->base, columns[i]);
	if (!parent->layout)
		test->expression = dbcsl_check_make_parent_expression(
			v->h, parent, v->layout, columns);
}

/* The layout of a parent, read once; NULL if it does not exist. */
static dbcsl_check_table_layout *
parent_layout(dbcsl_check_verification *v, const char *schema, const char *name)
{
	dbcsl_check_table_layout *layout = v->layouts;

	for (; layout; layout = layout->next)
		if (sqlite3_stricmp(layout->name, name) == 0 &&
			sqlite3_stricmp(layout->schema, schema) == 0)
			return layout;
	layout = dbcsl_check_read_layout(v->h, schema, name);
	if (!layout)
		return NULL;
	layout->next = v->layouts;
	return v->layouts = layout;
}

/* The columns that a foreign key refers to: those it names, or the primary
 * key. */
static void
read_parent_columns(dbcsl_host *h, const dbc_rows *rows, int row,
					dbcsl_check_parent_keys *parent)
{
	const dbcsl_check_table_layout *layout = parent->layout;

	parent->columns = dbcsl_alloc(&h->base, (size_t) parent->ncolumns *
												sizeof(*parent->columns));
	for (int i = 0; i < parent->ncolumns; i++)
	{
		const char *name =
			dbc_get_text_or_null(&h->base, rows, row + i, KEY_TO);
		const dbcsl_check_layout_column *field;

		if (!name && layout && layout->nkey == parent->ncolumns)
			name = layout->key[i];
		/* the parent has no primary key: use the column names of the child */
		if (!name)
			name = dbc_get_text(&h->base, rows, row + i, KEY_FROM);
		field = layout ? dbcsl_check_find_layout_column(layout, name) : NULL;
		parent->columns[i] = field ? field->name : name;
	}
}

/* Adds the test of a foreign key, whose columns are count rows from row on. */
static void
add_foreign_key(dbcsl_check_verification *v, const dbc_rows *rows, int row,
				int count, const char *name)
{
	dbcsl_host *h = v->h;
	const char *table = dbc_get_text(&v->h->base, rows, row, KEY_TABLE);
	bool named = !dbc_is_null(&v->h->base, rows, row, KEY_TO);
	dbcsl_check_parent_keys parent = {
		.layout = parent_layout(v, v->layout->schema, table),
		.ncolumns = count,
		.has_key = true};
	const dbcsl_check_table_layout *layout = parent.layout;
	dbcsl_check_row_test *test =
		dbcsl_check_add_test(v, DBC_K_FOREIGN_KEY, name);
	const char **columns;

	if (!test)
		return;
	columns = dbcsl_alloc(&h->base, (size_t) count * sizeof(*columns));
	for (int i = 0; i < count; i++)
		columns[i] = dbc_get_text(&v->h->base, rows, row + i, KEY_FROM);
	read_parent_columns(h, rows, row, &parent);
	test->result.columns = dbcsl_check_join_names(h, columns, count);
	test->result.parent =
		dbcsl_relation_of(h, v->layout->schema, layout ? layout->name : table)
			->shown;
	test->result.parent_columns =
		dbcsl_check_join_names(h, parent.columns, count);
	if (layout &&
		((!named && layout->nkey != count) || !is_key(v, &parent, named)))
	{
		test->method = DBCSL_UNVERIFIABLE;
		test->result.reason =
			named ? dbc_format(&h->base, "%s has no unique key of (%s)",
							   test->result.parent, test->result.parent_columns)
				  : dbc_format(&h->base, "%s has no primary key of %s",
							   test->result.parent,
							   dbc_count_text(&h->base, count, "column"));
		return;
	}
	fill_test(v, test, list_parent(v, &parent), columns);
}

/* The next foreign key of a definition, from *place on, or NULL. */
static const dbcsl_ddl_constraint *
next_foreign_key(const dbcsl_ddl *ddl, int *place)
{
	while (*place < ddl->nconstraints)
	{
		const dbcsl_ddl_constraint *c = &ddl->constraints[(*place)++];

		if (c->kind == DBCSL_FOREIGN_KEY)
			return c;
	}
	return NULL;
}

void
dbcsl_check_list_foreign_keys(dbcsl_check_verification *v, const dbcsl_ddl *ddl,
							  dbcsl_check_constraint_names *names)
{
	const dbc_rows *rows =
		dbc_query(&v->h->base, "check/foreign_keys", dbc_text(v->layout->name),
				  dbc_text(v->layout->schema));
	int place = 0;
	int count;

	for (int row = 0; row < rows->nrows; row += count)
	{
		const dbcsl_ddl_constraint *c = next_foreign_key(ddl, &place);
		const char **columns;

		for (count = 1; row + count < rows->nrows &&
						dbc_get_int(&v->h->base, rows, row + count, KEY_ID) ==
							dbc_get_int(&v->h->base, rows, row, KEY_ID);
			 count++)
			;
		columns = dbcsl_alloc(&v->h->base, (size_t) count * sizeof(*columns));
		for (int i = 0; i < count; i++)
			columns[i] = dbc_get_text(&v->h->base, rows, row + i, KEY_FROM);
		add_foreign_key(v, rows, row, count,
						c && c->name ? c->name
									 : dbcsl_check_make_constraint_name(
										   names, columns, count, "fkey"));
	}
}

/* Whether an index without a condition begins with a column. */
static bool
has_index(dbcsl_host *h, const dbcsl_check_table_layout *layout,
		  const char *column)
{
	const dbc_rows *rows = dbc_query(
		&h->base, "check/indexes_of_column", dbc_text(layout->name),
		dbc_text(layout->schema), dbc_text(column),
		dbc_text(dbcsl_check_find_column_collation(h, layout, column)));

	return rows->nrows > 0 || (layout->key_is_rowid &&
							   sqlite3_stricmp(layout->key[0], column) == 0);
}

/* The declared name of a column; fails if it does not exist. */
static const char *
require_column(dbcsl_host *h, const dbcsl_check_table_layout *layout,
			   const dbc_relation *relation, const char *column)
{
	const dbcsl_check_layout_column *field =
		dbcsl_check_find_layout_column(layout, column);

	if (!field)
		dbc_fail(&h->base, DBC_UNDEFINED_COLUMN, NULL, NULL,
				 "column %s of table %s does not exist", column,
				 relation->shown);
	return field->name;
}

static void
add_reference(dbcsl_check_verification *v, const dbc_check_reference *reference)
{
	dbcsl_host *h = v->h;
	dbcsl_check_table_layout *layout =
		parent_layout(v, reference->parent->schema, reference->parent->name);
	dbcsl_check_parent_keys parent = {.layout = layout, .ncolumns = 1};
	const char **columns = dbcsl_alloc(&h->base, sizeof(*columns));
	dbcsl_check_row_test *test =
		dbcsl_check_add_test(v, DBC_K_FOREIGN_KEY, NULL);

	columns[0] =
		require_column(h, v->layout, v->task->table, reference->column);
	parent.columns = dbcsl_alloc(&h->base, sizeof(*parent.columns));
	parent.columns[0] =
		require_column(h, layout, reference->parent, reference->parent_column);
	parent.parts = make_parts(v, &parent);
	parent.has_key = has_index(h, layout, parent.columns[0]);
	test->result.columns = dbcsl_check_join_names(h, columns, 1);
	test->result.parent = reference->parent->shown;
	test->result.parent_columns = dbcsl_check_join_names(h, parent.columns, 1);
	fill_test(v, test, list_parent(v, &parent), columns);
}

void
dbcsl_check_list_references(dbcsl_check_verification *v)
{
	for (int i = 0; i < v->task->nreferences; i++)
		add_reference(v, &v->task->references[i]);
}
