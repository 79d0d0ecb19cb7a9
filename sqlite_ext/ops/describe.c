/*
 * describe.c
 *	  Tables as statements of dbops_*() need them; see common/ops/host.h.
 */
#include "sqlite_ext/call/query.h"
#include "sqlite_ext/call/relation.h"
#include "sqlite_ext/core/connection.h"
#include "sqlite_ext/ops/ops.h"
#include "sqlite_ext/sql/token.h"

#include <string.h>

#include "common/core/text.h"

/* Whether the name of a type contains a word. */
static bool
has_word(const char *type, const char *word)
{
	return strstr(type, word) != NULL;
}

/* The kind of a declared type, in upper case: by SQLite's rules of affinity,
 * and by the names of PostgreSQL's types. */
static dbc_ops_kind
kind_of(const char *type)
{
	if (!*type || dbc_same(type, "ANY"))
		return DBC_OPS_ANY;
	if (has_word(type, "INT") && !has_word(type, "INTERVAL"))
		return DBC_OPS_INTEGER;
	if (has_word(type, "CHAR") || has_word(type, "CLOB") ||
		has_word(type, "TEXT"))
		return DBC_OPS_TEXT;
	if (has_word(type, "BLOB"))
		return DBC_OPS_BLOB;
	if (has_word(type, "REAL") || has_word(type, "FLOA") ||
		has_word(type, "DOUB") || dbc_starts_with(type, "NUM") ||
		dbc_starts_with(type, "DEC"))
		return DBC_OPS_NUMBER;
	if (has_word(type, "BOOL"))
		return DBC_OPS_BOOL;
	return has_word(type, "JSON") ? DBC_OPS_JSON : DBC_OPS_OTHER;
}

/* Columns of PRAGMA table_xinfo. */
enum
{
	X_CID,
	X_NAME,
	X_TYPE,
	X_NOT_NULL,
	X_DEFAULT,
	X_KEY,
	X_HIDDEN
};

/* The columns of a table.  The statement itself: a query of
 * pragma_table_xinfo, which runs it, takes several times as long. */
static const dbc_rows *
read_columns(dbc_host *host, const dbc_relation *relation)
{
	const char *text =
		dbcsl_printf(dbcsl_of(host), "pragma \"%w\".table_xinfo(\"%w\")",
					 relation->schema, relation->name);
	dbc_sql sql = {.name = text, .text = text};

	return dbcsl_query(host, &sql, NULL, 0);
}

/* A type in upper case. */
static const char *
upper(dbc_host *host, const char *type)
{
	char *text = dbc_copy(host, type, strlen(type));

	for (char *c = text; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char) (*c - 'a' + 'A');
	return text;
}

/* The type of a column for numbers, as PostgreSQL writes it; NULL for other
 * kinds. */
static const char *
declared_type(dbc_host *host, const char *type)
{
	size_t length = strcspn(type, "(");
	char *text;

	if (kind_of(type) != DBC_OPS_INTEGER && kind_of(type) != DBC_OPS_NUMBER)
		return NULL;
	while (length > 0 && type[length - 1] == ' ')
		length--;
	text = dbc_copy(host, type, length);
	for (char *c = text; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char) (*c - 'A' + 'a');
	return dbc_same(text, "int") ? "integer" : text;
}

const dbc_ops_table *
dbcsl_ops_describe(dbc_host *host, const dbc_relation *relation)
{
	const dbc_rows *rows = read_columns(host, relation);
	dbc_ops_table *table = dbc_alloc(host, sizeof(*table));
	dbc_ops_column *columns =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*columns));
	bool is_rowid = false; /* the last column of the key is an INTEGER */

	*table = (dbc_ops_table){
		.relation = relation,
		.qualified = dbcsl_printf(dbcsl_of(host), "\"%w\".\"%w\"",
								  relation->schema, relation->name),
		.columns = columns,
		.keys =
			dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*table->keys))};
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *row = dbc_get_row(host, rows, i, "ittiTii");
		const char *type = upper(host, row[X_TYPE].text);
		dbc_ops_column *column = &columns[table->ncolumns];

		if (row[X_HIDDEN].integer == 1)
			continue;
		table->ncolumns++;
		*column = (dbc_ops_column){
			.name = row[X_NAME].text,
			.quoted = dbcsl_quote_always(host, row[X_NAME].text),
			.kind = kind_of(type),
			.declared = declared_type(host, type),
			.operators = {"<", "<=", "=", ">=", ">"},
			.is_nullable = row[X_NOT_NULL].integer == 0,
			.is_generated = row[X_HIDDEN].integer != 0,
			.key = (int) row[X_KEY].integer};
		if (column->key < 1 || column->key > rows->nrows)
			continue;
		table->keys[column->key - 1] = column;
		if (column->key > table->nkeys)
			table->nkeys = column->key;
		is_rowid = dbc_same(type, "INTEGER");
	}
	/* SQLite puts a number where it is null */
	if (table->nkeys == 1 && is_rowid)
		columns[table->keys[0] - columns].is_nullable = false;
	return table;
}

/* ---- tables of earlier calls ---- */

/* The end of a copied table; without memory only the size is counted. */
typedef struct copy
{
	char *memory; /* or NULL */
	size_t size;
} copy;

static void *
put(copy *c, const void *from, size_t size)
{
	char *to = c->memory ? c->memory + c->size : NULL;

	if (to)
		memcpy(to, from, size);
	c->size += (size + 7) / 8 * 8;
	return to;
}

static const char *
put_text(copy *c, const char *text)
{
	return put(c, text, strlen(text) + 1);
}

/* Copies a table, and what it points to. */
static void
put_table(copy *c, const dbc_ops_table *table)
{
	size_t nkeys = (size_t) table->nkeys;
	size_t ncolumns = (size_t) table->ncolumns;
	dbc_ops_table *to = put(c, table, sizeof(*table));
	dbc_relation *relation = put(c, table->relation, sizeof(*relation));
	dbc_ops_column *columns =
		put(c, table->columns, ncolumns * sizeof(*columns));
	const dbc_ops_column **keys =
		put(c, table->keys, nkeys * sizeof(*table->keys));
	const dbc_relation names = {put_text(c, table->relation->schema),
								put_text(c, table->relation->name),
								put_text(c, table->relation->shown), 0};
	const char *qualified = put_text(c, table->qualified);

	for (size_t i = 0; i < ncolumns; i++)
	{
		const char *name = put_text(c, table->columns[i].name);
		const char *quoted = put_text(c, table->columns[i].quoted);
		const char *declared = table->columns[i].declared;

		declared = declared ? put_text(c, declared) : NULL;
		if (!to)
			continue;
		columns[i].name = name;
		columns[i].quoted = quoted;
		columns[i].declared = declared;
	}
	if (!to)
		return;
	*relation = names;
	for (size_t i = 0; i < nkeys; i++)
		keys[i] = &columns[table->keys[i] - table->columns];
	to->relation = relation;
	to->qualified = qualified;
	to->columns = columns;
	to->keys = keys;
}

const dbc_ops_table *
dbcsl_ops_find(dbc_host *host, const char *text)
{
	dbcsl_host *h = dbcsl_of(host);
	const dbc_ops_table *table = dbcsl_recall(h, text);
	copy c = {.memory = NULL};

	if (table)
		return table;
	table = dbcsl_ops_describe(host, dbcsl_resolve(host, text));
	if (!dbc_same(table->relation->schema, "main"))
		return table;
	put_table(&c, table);
	c = (copy){.memory = sqlite3_malloc64(c.size)};
	if (c.memory)
		put_table(&c, table);
	dbcsl_remember(h, text, c.memory);
	return table;
}

/* ---- full-text search ---- */

/* What the arguments of an FTS5 table say. */
typedef struct fulltext
{
	bool has_column;	 /* it indexes the column */
	const char *content; /* the table it indexes, or NULL */
	const char *rowid;	 /* its column with the rowid, or NULL */
} fulltext;

/* Reads CREATE VIRTUAL TABLE name USING fts5(column, option = value ...); false
 * for any other table. */
static bool
read_fulltext(dbcsl_host *h, const char *sql, const char *column, fulltext *f)
{
	dbcsl_token token = dbcsl_first_token(sql);
	bool starts = false; /* an argument */

	for (; token.kind != DBCSL_END && !dbcsl_is_word(&token, "using");)
		token = dbcsl_next_token(&token);
	if (token.kind == DBCSL_END)
		return false;
	token = dbcsl_next_token(&token);
	if (!dbcsl_is_word(&token, "fts5"))
		return false;
	while (token.kind != DBCSL_END)
	{
		dbcsl_token next = dbcsl_next_token(&token);

		if (starts && next.length == 1 && *next.text == '=')
		{
			dbcsl_token value = dbcsl_next_token(&next);

			if (dbcsl_is_word(&token, "content"))
				f->content = dbcsl_unquote_token(h, &value);
			else if (dbcsl_is_word(&token, "content_rowid"))
				f->rowid = dbcsl_unquote_token(h, &value);
		}
		else if (starts && !dbcsl_is_word(&next, "unindexed") &&
				 dbc_same_nocase(dbcsl_unquote_token(h, &token), column))
			f->has_column = true;
		starts =
			token.length == 1 && (*token.text == '(' || *token.text == ',');
		token = next;
	}
	return true;
}

const dbc_ops_condition *
dbcsl_ops_search(dbc_host *host, const dbc_ops_table *table,
				 const dbc_ops_column *column)
{
	dbcsl_host *h = dbcsl_of(host);
	const char *schema = table->relation->schema;
	const dbc_rows *rows = dbc_query_text(
		host, dbcsl_printf(h,
						   "select name, sql from \"%w\".sqlite_schema where "
						   "type = 'table' and rootpage = 0",
						   schema));
	dbc_ops_condition *search = dbc_alloc(host, sizeof(*search));

	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *row = dbc_get_row(host, rows, i, "tt");
		fulltext f = {.has_column = false};

		if (!read_fulltext(h, row[1].text, column->name, &f) || !f.has_column ||
			!f.content || !dbc_same_nocase(f.content, table->relation->name))
			continue;
		search->before = dbcsl_printf(
			h, "%s.%s in (select rowid from \"%w\".\"%w\" where \"%w\" match ",
			table->qualified,
			f.rowid ? dbcsl_quote_always(host, f.rowid) : "rowid", schema,
			row[0].text, row[0].text);
		search->after = ")";
		search->is_fts5 = true;
		return search;
	}
	return NULL;
}

/* LIKE does not tell ASCII letters in upper and lower case apart, and an
 * application can change that: GLOB. */
dbc_ops_condition
dbcsl_ops_test(dbc_host *host, const dbc_ops_column *column, dbc_ops_test test)
{
	static const struct
	{
		const char *before; /* %s: the column */
		const char *after;
	} forms[] = {[DBC_OPS_EQUAL] = {"(%s collate binary is ", ")"},
				 [DBC_OPS_CONTAINS] = {"instr(%s, ", ") > 0"},
				 [DBC_OPS_LIKE] = {"%s glob ", ""},
				 [DBC_OPS_ILIKE] = {"lower(%s) glob ", ""}};

	return (dbc_ops_condition){
		.before =
			dbcsl_printf(dbcsl_of(host), forms[test].before, column->quoted),
		.after = forms[test].after,
		.is_glob = test == DBC_OPS_LIKE || test == DBC_OPS_ILIKE};
}
