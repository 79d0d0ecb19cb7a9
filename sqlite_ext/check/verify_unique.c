/*
 * verify_unique.c
 *	  Primary keys and unique indexes as tests.
 *
 * Tests read the rows of the table, because the index may be damaged.
 */
#include "sqlite_ext/check/verify.h"

#include <string.h>

/* The parsed statement of a user's index. */
static dbcsl_index_text
find_index_text(dbcsl_check_verification *v, const char *index)
{
	const dbcsl_check_object *object =
		dbcsl_check_find_object(v->h, v->layout->schema, index, true);

	return dbcsl_read_index_text(v->h, object ? object->sql : "");
}

/* The constraint of a definition that created an index on these columns, which
 * is removed from the definition; NULL if there is none. */
static const dbcsl_ddl_constraint *
take_constraint(const dbcsl_ddl *ddl, bool *taken,
				dbcsl_ddl_constraint_kind kind, const char *const *columns,
				int ncolumns)
{
	int j;

	for (int i = 0; i < ddl->nconstraints; i++)
	{
		const dbcsl_ddl_constraint *c = &ddl->constraints[i];

		if (taken[i] || c->kind != kind || c->ncolumns != ncolumns)
			continue;
		for (j = 0; j < ncolumns; j++)
			if (sqlite3_stricmp(c->columns[j], columns[j]) != 0)
				break;
		if (j < ncolumns)
			continue;
		taken[i] = true;
		return c;
	}
	return NULL;
}

/* The columns of an index, in count rows from row on; an expression is named as
 * PostgreSQL does. */
static const char **
index_columns(dbcsl_host *h, const dbc_rows *rows, int row, int count)
{
	const char **columns =
		dbcsl_alloc(&h->base, (size_t) count * sizeof(*columns));

	for (int i = 0; i < count; i++)
	{
		const char *name =
			dbc_get_text_or_null(&h->base, rows, row + i, INDEX_COLUMN);

		columns[i] = name ? name : "expr";
	}
	return columns;
}

/* Fills in how keys are read, compared and shown. */
static void
fill_key(dbcsl_check_verification *v, dbcsl_check_row_test *test,
		 const dbc_rows *rows, int row, const dbcsl_index_text *text)
{
	dbcsl_host *h = v->h;
	size_t count = (size_t) test->nvalues;
	dbc_buffer shown;

	test->values = dbcsl_alloc(&h->base, count * sizeof(*test->values));
	test->parts = dbcsl_alloc(&h->base, count * sizeof(*test->parts));
	dbc_buffer_init(&shown, &h->base);
	for (int i = 0; i < test->nvalues; i++)
	{
		const char *name =
			dbc_get_text_or_null(&v->h->base, rows, row + i, INDEX_COLUMN);

		dbc_append(&shown, i > 0 ? ", " : "");
		if (!name && !text->items)
			dbc_fail(&h->base, DBC_CORRUPTED, NULL, NULL,
					 "the columns of an index cannot be read");
		if (name)
			dbcsl_append_quoted_name(&shown, name);
		else
			dbc_append(&shown, text->items[i]);
		test->values[i] = name ? dbcsl_quote_always(&h->base, name)
							   : dbc_format(&h->base, "(%s)", text->items[i]);
		test->parts[i] = dbcsl_check_make_key_part(
			&v->pool, DBCSL_AS_IT_IS,
			dbc_get_text_or_null(&v->h->base, rows, row + i, INDEX_COLLATION));
	}
	if (test->nvalues == 1)
		test->column =
			dbc_get_text_or_null(&v->h->base, rows, row, INDEX_COLUMN);
	test->result.columns = shown.data;
	test->condition = text->condition;
	test->method = dbcsl_check_can_fingerprint(test->parts, test->nvalues)
					   ? DBCSL_DISTINCT
					   : DBCSL_SORTED;
}

static void
add_index(dbcsl_check_verification *v, const dbc_rows *rows, int row, int count,
		  const dbcsl_ddl *ddl, bool *taken,
		  dbcsl_check_constraint_names *names)
{
	const char *index = dbc_get_text(&v->h->base, rows, row, INDEX_NAME);
	const char *origin = dbc_get_text(&v->h->base, rows, row, INDEX_ORIGIN);
	bool primary = strcmp(origin, "pk") == 0;
	const char **columns = index_columns(v->h, rows, row, count);
	const dbcsl_ddl_constraint *c;
	dbcsl_index_text text = {0};
	dbcsl_check_row_test *test;
	const char *name;

	if (strcmp(origin, "c") == 0)
	{
		name = index;
		text = find_index_text(v, index);
	}
	else
	{
		c = take_constraint(ddl, taken,
							primary ? DBCSL_PRIMARY_KEY : DBCSL_UNIQUE, columns,
							count);
		name = c && c->name ? c->name
			   : primary
				   ? dbcsl_check_make_constraint_name(names, columns, 0, "pkey")
				   : dbcsl_check_make_constraint_name(names, columns, count,
													  "key");
	}
	test = dbcsl_check_add_test(v, primary ? DBC_K_PRIMARY_KEY : DBC_K_UNIQUE,
								name);
	if (!test)
		return;
	test->nvalues = count;
	fill_key(v, test, rows, row, &text);
}

/* Adds a test for the rowid as primary key, which cannot be violated unless the
 * file is damaged. */
static void
add_rowid(dbcsl_check_verification *v, const dbcsl_ddl *ddl, bool *taken,
		  dbcsl_check_constraint_names *names)
{
	const dbcsl_check_table_layout *layout = v->layout;
	const dbcsl_ddl_constraint *c =
		take_constraint(ddl, taken, DBCSL_PRIMARY_KEY, layout->key, 1);
	dbcsl_check_row_test *test = dbcsl_check_add_test(
		v, DBC_K_PRIMARY_KEY,
		c && c->name
			? c->name
			: dbcsl_check_make_constraint_name(names, layout->key, 0, "pkey"));

	if (test)
		test->result.columns = dbcsl_check_join_names(v->h, layout->key, 1);
}

void
dbcsl_check_list_unique(dbcsl_check_verification *v, const dbcsl_ddl *ddl,
						dbcsl_check_constraint_names *names)
{
	const dbc_rows *rows =
		dbc_query(&v->h->base, "check/unique_indexes",
				  dbc_text(v->layout->name), dbc_text(v->layout->schema));
	bool *taken =
		dbcsl_alloc(&v->h->base, (size_t) ddl->nconstraints * sizeof(*taken));
	int next;

	if (v->layout->key_is_rowid)
		add_rowid(v, ddl, taken, names);
	for (int row = 0; row < rows->nrows; row = next)
	{
		for (next = row + 1;
			 next < rows->nrows &&
			 strcmp(dbc_get_text(&v->h->base, rows, next, INDEX_NAME),
					dbc_get_text(&v->h->base, rows, row, INDEX_NAME)) == 0;
			 next++)
			;
		add_index(v, rows, row, next - row, ddl, taken, names);
	}
}
