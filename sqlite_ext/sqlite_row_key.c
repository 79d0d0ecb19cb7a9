/*
 * sqlite_row_key.c
 *	  Would a table accept a row: keys that other rows have, and parents.
 *
 * A key is read from the row on the bench and looked up in the user's database,
 * by the columns and expressions of its index.
 */
#include "sqlite_row.h"

#include <string.h>

/* What to look for. */
typedef struct lookup
{
	dbcsl_inspection *in;
	const char
		*key; /* SQL of the row on the bench, or nothing if it has none */
	const char *same; /* SQL on the user's database: rows with that key */
	bool found;
} lookup;

/* The parts of a CREATE INDEX. */
typedef struct index_text
{
	const char **items; /* as typed, without ASC or DESC */
	int nitems;
	const char *condition; /* of a partial index, else NULL */
} index_text;

/* ---- looking up ---- */

/* Looks for the key the statement on the bench is at; may fail. */
static void
look_up(dbc_host *host, void *arg)
{
	lookup *l = arg;
	dbcsl_host *h = dbcsl_of(host);
	sqlite3_stmt *key = l->in->bench.statement;
	sqlite3_stmt *search = dbcsl_prepare(h, l->same);
	int code = SQLITE_OK;
	int i;

	for (i = 0; i < sqlite3_column_count(key) && code == SQLITE_OK; i++)
		code = sqlite3_bind_value(search, i + 1, sqlite3_column_value(key, i));
	if (code == SQLITE_OK)
		code = sqlite3_step(search);
	l->found = code == SQLITE_ROW;
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		dbcsl_fail_engine(h, code);
	dbcsl_drop_loose(h);
}

/*
 * Looks for rows with the key of this one.  False if nothing is to be said,
 * because the key is null in part, not in the index or not known; what fails is
 * in flaw->error.
 */
static bool
judge(lookup *l, dbc_flaw *flaw)
{
	dbcsl_bench *bench = &l->in->bench;
	dbc_error error;
	bool there = false;
	int i;

	if (!dbcsl_bench_prepare(bench, l->key))
	{
		flaw->error = dbcsl_bench_error(bench);
		return true;
	}
	if (dbcsl_reads_unknown(l->in))
		return false;
	if (!dbcsl_bench_step(bench, &there))
	{
		flaw->error = dbcsl_bench_error(bench);
		return true;
	}
	if (!there)
		return false;
	for (i = 0; i < sqlite3_column_count(bench->statement); i++)
		if (sqlite3_column_type(bench->statement, i) == SQLITE_NULL)
			return false;
	if (!dbc_guard(&l->in->h->base, look_up, l, DBC_KEEP, true, &error))
		flaw->error = error.message;
	return true;
}

/* ---- the text of an index ---- */

/* Passes over an item of a list: up to its comma, or what ends the list.  *end
 * becomes the end of its last token but ASC and DESC. */
static dbcsl_token
skip_item(dbcsl_token token, const char **end)
{
	int depth = 0;

	for (; token.kind != DBCSL_END; token = dbcsl_next_token(&token))
	{
		char c = token.kind == DBCSL_OTHER ? token.text[0] : '\0';

		if (depth == 0 && (c == ',' || c == ')'))
			break;
		depth += (c == '(') - (c == ')');
		if (depth > 0 ||
			(!dbcsl_is_word(&token, "asc") && !dbcsl_is_word(&token, "desc")))
			*end = token.text + token.length;
	}
	return token;
}

/* Takes a CREATE INDEX apart. */
static index_text
read_index(dbcsl_host *h, const char *sql)
{
	index_text parts = {0};
	dbcsl_token token = dbcsl_first_token(sql);

	while (token.kind != DBCSL_END && token.text[0] != '(')
		token = dbcsl_next_token(&token);
	while (token.kind != DBCSL_END && token.text[0] != ')')
	{
		dbcsl_token first = dbcsl_next_token(&token);
		const char *end = first.text;

		token = skip_item(first, &end);
		parts.items = dbcsl_grow(h, parts.items, (size_t) parts.nitems,
								 sizeof(*parts.items));
		parts.items[parts.nitems++] =
			dbc_copy(&h->base, first.text, (size_t) (end - first.text));
	}
	token = dbcsl_next_token(&token);
	if (dbcsl_is_word(&token, "where"))
	{
		dbcsl_token first = dbcsl_next_token(&token);
		const char *end = first.text;

		(void) skip_item(first, &end);
		parts.condition =
			dbc_copy(&h->base, first.text, (size_t) (end - first.text));
	}
	return parts;
}

/* ---- keys ---- */

/* Columns of check/unique_keys. */
enum
{
	KEY_NAME,
	KEY_ORIGIN
};

/* Columns of check/key_columns. */
enum
{
	COLUMN_NAME,
	COLUMN_COLLATION
};

/* The constraint an index was made for. */
static const dbcsl_constraint *
constraint_of(const dbcsl_inspection *in, const char *origin,
			  const dbc_rows *columns)
{
	dbcsl_constraint_kind kind =
		dbc_same(origin, "pk") ? DBCSL_PRIMARY_KEY : DBCSL_UNIQUE;
	int i;
	int j;

	for (i = 0; i < in->table.nconstraints; i++)
	{
		const dbcsl_constraint *c = &in->table.constraints[i];

		if (c->kind != kind || c->ncolumns != columns->nrows)
			continue;
		for (j = 0; j < c->ncolumns; j++)
			if (sqlite3_stricmp(c->columns[j],
								dbc_cell(columns, j, COLUMN_NAME)->text) != 0)
				break;
		if (j == c->ncolumns)
			return c;
	}
	return NULL;
}

/* Whether a constraint takes a row in the place of others. */
static bool
replaces(const dbcsl_constraint *c)
{
	return c && dbc_ends_with(c->definition, " on conflict replace");
}

/* The SQL of a part of a key: what an index has, or a column and its collation.
 */
static const char *
part_of(dbcsl_host *h, const index_text *text, const dbc_rows *columns, int i)
{
	if (text->nitems > 0)
		return text->items[i];
	return dbcsl_printf(h, "\"%w\" collate \"%w\"",
						dbc_cell(columns, i, COLUMN_NAME)->text,
						dbc_cell(columns, i, COLUMN_COLLATION)->text);
}

/* The parts of a key as a list for messages. */
static const char *
shown_key(dbcsl_host *h, const index_text *text, const dbc_rows *columns)
{
	dbc_buffer list;
	int i;

	dbc_buffer_init(&list, &h->base);
	for (i = 0; i < columns->nrows; i++)
	{
		const dbc_value *name = dbc_cell(columns, i, COLUMN_NAME);

		dbc_append(&list, i > 0 ? ", " : "");
		dbc_append(&list, name->kind == DBC_NULL
							  ? text->items[i]
							  : dbcsl_name_list(h, &name->text, 1));
	}
	return list.data;
}

/* What to look for to find the key of an index. */
static lookup
lookup_of(dbcsl_inspection *in, const index_text *text, const dbc_rows *columns)
{
	dbcsl_host *h = in->h;
	const char *condition = text->condition ? text->condition : "true";
	lookup l = {.in = in};
	dbc_buffer key;
	dbc_buffer same;
	int i;

	dbc_buffer_init(&key, &h->base);
	dbc_buffer_init(&same, &h->base);
	for (i = 0; i < columns->nrows; i++)
	{
		const char *part = part_of(h, text, columns, i);

		dbc_append_format(&key, "%s(%s)", i > 0 ? ", " : "", part);
		dbc_append_format(&same, " and (%s) = ?%d", part, i + 1);
	}
	l.key = dbcsl_printf(h, "select %s from \"%w\" where %s", key.data,
						 in->bench.name, condition);
	l.same = dbcsl_printf(h, "select 1 from \"%w\".\"%w\" where (%s)%s",
						  in->relation->schema, in->relation->name, condition,
						  same.data);
	return l;
}

/* Looks for a row that has the key of an index, or of INTEGER PRIMARY KEY. */
static void
inspect_key(dbcsl_inspection *in, const char *index, const dbcsl_constraint *c,
			const index_text *text, const dbc_rows *columns)
{
	dbcsl_host *h = in->h;
	lookup l = lookup_of(in, text, columns);
	dbc_flaw flaw = {.kind = DBC_F_KEY};

	if (!judge(&l, &flaw) || (!l.found && !flaw.error))
		return;
	flaw.constraint = c ? dbcsl_constraint_name(h, &in->table, c) : index;
	flaw.columns = shown_key(h, text, columns);
	if (columns->nrows == 1)
		flaw.column = dbc_cell(columns, 0, COLUMN_NAME)->text;
	dbcsl_add_flaw(in, flaw);
}

/* The same of an INTEGER PRIMARY KEY, which has no index. */
static void
inspect_rowid(dbcsl_inspection *in)
{
	const dbcsl_column *column = &in->table.columns[in->table.rowid_column];
	dbc_value values[] = {dbc_text(column->name), dbc_text("binary")};
	dbc_rows columns = {.nrows = 1, .ncols = 2, .values = values};
	index_text text = {0};
	const dbcsl_constraint *c = constraint_of(in, "pk", &columns);

	if (!replaces(c))
		inspect_key(in, NULL, c, &text, &columns);
}

/* Looks for a row that has a key of this one. */
void
dbcsl_inspect_keys(dbcsl_inspection *in)
{
	dbcsl_host *h = in->h;
	dbc_value args[] = {dbc_text(in->relation->schema),
						dbc_text(in->relation->name)};
	const dbc_rows *indexes = dbc_query(&h->base, "check/unique_keys", args, 2);
	int i;

	if (in->table.rowid_column >= 0)
		inspect_rowid(in);
	for (i = 0; i < indexes->nrows; i++)
	{
		const char *name = dbc_cell(indexes, i, KEY_NAME)->text;
		const char *sql =
			dbcsl_schema_sql(h, in->relation->schema, "index", name);
		const dbcsl_constraint *c = NULL;
		index_text text = {0};
		const dbc_rows *columns;

		args[1] = dbc_text(name);
		columns = dbc_query(&h->base, "check/key_columns", args, 2);
		if (sql)
			text = read_index(h, sql);
		else
			c = constraint_of(in, dbc_cell(indexes, i, KEY_ORIGIN)->text,
							  columns);
		if (!replaces(c))
			inspect_key(in, name, c, &text, columns);
	}
}

/* ---- parents ---- */

/* Columns of check/foreign_key_columns. */
enum
{
	FOREIGN_ID,
	FOREIGN_PARENT,
	FOREIGN_COLUMN,
	FOREIGN_PARENT_COLUMN
};

/* A foreign key of the table. */
typedef struct foreign_key
{
	const char *parent;
	int ncolumns;
	const char **columns;
	const char **parent_columns; /* NULL: there is no such table or key */
} foreign_key;

/* The columns of the primary key of a table. */
static const dbc_rows *
primary_key_of(dbcsl_inspection *in, const char *table)
{
	dbc_value args[] = {dbc_text(in->relation->schema), dbc_text(table)};

	return dbc_query(&in->h->base, "check/primary_key", args, 2);
}

/* The foreign key that begins at a row of what SQLite tells of them. */
static foreign_key
foreign_key_at(dbcsl_inspection *in, const dbc_rows *rows, int first)
{
	dbc_host *host = &in->h->base;
	const dbc_rows *primary = NULL;
	foreign_key key = {.parent = dbc_cell(rows, first, FOREIGN_PARENT)->text};
	size_t rest = (size_t) (rows->nrows - first);
	int i;

	key.columns = dbc_alloc(host, rest * sizeof(*key.columns));
	key.parent_columns = dbc_alloc(host, rest * sizeof(*key.parent_columns));
	if (dbc_cell(rows, first, FOREIGN_PARENT_COLUMN)->kind == DBC_NULL)
		primary = primary_key_of(in, key.parent);
	for (i = first;
		 i < rows->nrows && dbc_cell(rows, i, FOREIGN_ID)->integer ==
								dbc_cell(rows, first, FOREIGN_ID)->integer;
		 i++)
	{
		int n = key.ncolumns++;

		key.columns[n] = dbc_cell(rows, i, FOREIGN_COLUMN)->text;
		if (!primary)
			key.parent_columns[n] =
				dbc_cell(rows, i, FOREIGN_PARENT_COLUMN)->text;
		else if (n < primary->nrows)
			key.parent_columns[n] = dbc_cell(primary, n, 0)->text;
	}
	if (primary && primary->nrows != key.ncolumns)
		key.parent_columns = NULL;
	return key;
}

/* Whether the row is its own parent. */
static bool
is_own_parent(dbcsl_inspection *in, const foreign_key *key)
{
	dbc_buffer sql;
	bool found = false;
	int i;

	if (sqlite3_stricmp(key->parent, in->relation->name) != 0)
		return false;
	dbc_buffer_init(&sql, &in->h->base);
	for (i = 0; i < key->ncolumns; i++)
		dbc_append(&sql, dbcsl_printf(in->h, "%s\"%w\" = +\"%w\"",
									  i > 0 ? " and " : "",
									  key->parent_columns[i], key->columns[i]));
	return dbcsl_bench_run(&in->bench,
						   dbcsl_printf(in->h, "select 1 from \"%w\" where %s",
										in->bench.name, sql.data),
						   &found) &&
		   found;
}

/* What to look for to find the parent of a row. */
static lookup
lookup_of_parent(dbcsl_inspection *in, const foreign_key *key)
{
	dbcsl_host *h = in->h;
	lookup l = {.in = in};
	dbc_buffer own;
	dbc_buffer same;
	int i;

	dbc_buffer_init(&own, &h->base);
	dbc_buffer_init(&same, &h->base);
	for (i = 0; i < key->ncolumns; i++)
	{
		dbc_append(&own, dbcsl_printf(h, "%s\"%w\"", i > 0 ? ", " : "",
									  key->columns[i]));
		/* the parent on the left: its affinity and collation decide */
		dbc_append(&same,
				   dbcsl_printf(h, "%s\"%w\" = ?%d", i > 0 ? " and " : "",
								key->parent_columns[i], i + 1));
	}
	l.key = dbcsl_printf(h, "select %s from \"%w\"", own.data, in->bench.name);
	l.same = dbcsl_printf(h, "select 1 from \"%w\".\"%w\" where %s",
						  in->relation->schema, key->parent, same.data);
	return l;
}

/* Looks for the parent that a foreign key asks for. */
static void
inspect_parent(dbcsl_inspection *in, const foreign_key *key, const char *name)
{
	dbcsl_host *h = in->h;
	lookup l = {.in = in};
	dbc_flaw flaw = {
		.kind = DBC_F_PARENT,
		.constraint = name,
		.column = key->ncolumns == 1 ? key->columns[0] : NULL,
		.columns = dbcsl_name_list(h, key->columns, key->ncolumns),
		.parent =
			dbcsl_relation_of(h, in->relation->schema, key->parent)->shown};

	if (!key->parent_columns)
		flaw.error =
			dbcsl_printf(h, "foreign key mismatch - \"%w\" referencing \"%w\"",
						 in->relation->name, key->parent);
	else
	{
		flaw.parent_columns =
			dbcsl_name_list(h, key->parent_columns, key->ncolumns);
		l = lookup_of_parent(in, key);
		if (!judge(&l, &flaw) || l.found || is_own_parent(in, key))
			return;
	}
	dbcsl_add_flaw(in, flaw);
}

/* Looks for the parents of the row. */
void
dbcsl_inspect_parents(dbcsl_inspection *in)
{
	dbc_value args[] = {dbc_text(in->relation->schema),
						dbc_text(in->relation->name)};
	const dbc_rows *rows =
		dbc_query(&in->h->base, "check/foreign_key_columns", args, 2);
	int row = 0;
	int i;

	/* both tell the keys in the order they were declared in */
	for (i = 0; i < in->table.nconstraints && row < rows->nrows; i++)
	{
		const dbcsl_constraint *c = &in->table.constraints[i];
		foreign_key key;

		if (c->kind != DBCSL_FOREIGN_KEY)
			continue;
		key = foreign_key_at(in, rows, row);
		row += key.ncolumns;
		inspect_parent(in, &key, dbcsl_constraint_name(in->h, &in->table, c));
	}
}
