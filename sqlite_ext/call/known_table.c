/*
 * known_table.c
 *	  dbcare_known: names of the schema, and foreign keys, for embedded SQL.
 *
 * The schema has no index, and the triggers of dbcare make its rows large, so a
 * statement that looks up the names of many tables would read all of it for
 * each.  This table is read once, and again only after the schema has changed.
 * Each query names a kind:
 *
 *	table		a table; key: its name in lower case, found in any case
 *	virtual		a virtual table; key: its name
 *	trash		a trigger that keeps deleted rows; key: the name that its table
 *				had when it was made, as users write it
 *	link		a trigger that keeps lost links; key: its name
 *	number		a trigger by which a table is known; key: the table's number
 *	hold		the same for a table with held rows
 *	column		a trigger by which a column of a logged table is known; key: the
 *				table's number
 *	audit		any other trigger of dbcare; key: its name
 *	reference	a column of a foreign key; key: the parent in lower case, name:
 *				the column, tab: the child, place: the number of the key
 *
 * In shown is the name of the table, or of the child, as users write it.
 */
#include "sqlite_ext/call/answers.h"
#include "sqlite_ext/call/call.h"
#include "sqlite_ext/call/query.h"
#include "sqlite_ext/core/value.h"
#include "sqlite_ext/trust/allowed.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/sort.h"
#include "common/core/text.h"

/* Columns of the table. */
enum
{
	K_KIND,
	K_KEY,
	K_NAME,
	K_TAB,
	K_SHOWN,
	K_PLACE,
	K_SEQ,
	K_TARGET,
	K_ACTION,
	K_COUNT
};

#define DECLARATION                                                         \
	"create table x(kind text, key text, name text, tab text, shown text, " \
	"place integer, seq integer, target text, action text)"

/* A way to find rows: by their kind alone, or by another column, too. */
enum
{
	BY_KIND,
	BY_KEY,
	BY_SHOWN
};

typedef struct known_row
{
	const char *cells[K_COUNT];
} known_row;

/* What is kept, in one block of memory: rows in the order of their keys, their
 * numbers in the order of the shown names, and their texts. */
typedef struct known_rows
{
	int count;
	int *by_shown;
	known_row rows[];
} known_rows;

typedef struct known_table
{
	sqlite3_vtab base;
	sqlite3 *db;
	dbcsl_connection *connection;
} known_table;

typedef struct known_cursor
{
	sqlite3_vtab_cursor base;
	dbcsl_host host;   /* its arena contains the rows */
	known_rows *fresh; /* that are not kept yet, or NULL */
	int by;
	const char *kind;
	const char *value; /* of the other column */
	known_row *rows;
	int count;
	int at;
} known_cursor;

static const dbc_function function = {.name = "dbcare_known",
									  .class = DBC_READ};

/* ---- reading ---- */

/* Rows that are read. */
typedef struct reading
{
	known_row *rows;
	int count;
} reading;

static const char *
lower(dbc_host *host, const char *text)
{
	char *copy = dbc_copy(host, text, strlen(text));

	for (char *c = copy; *c; c++)
		*c = dbc_lower(*c);
	return copy;
}

/* Adds a row about a table; returns it. */
static known_row *
add(dbc_host *host, reading *r, const char *kind, const char *key,
	const char *name, const char *tab)
{
	known_row *row;

	r->rows = dbc_grow(host, r->rows, (size_t) r->count, sizeof(*r->rows));
	row = &r->rows[r->count++];
	*row = (known_row){.cells = {kind, key, name, tab, dbc_quote(host, tab)}};
	return row;
}

/* The number that a text begins with, as text. */
static const char *
leading_number(dbc_host *host, const char *text)
{
	return dbc_copy(host, text, strspn(text, "0123456789"));
}

/* The kind of a trigger of dbcare, and its key. */
static const char *
kind_of(dbc_host *host, const char *name, const char **key)
{
	static const char trash[] = "dbcare_trash_";
	static const char hold[] = "dbcare_hold_";
	static const char number[] = "dbcare_table_";
	static const char audit[] = "dbcare_audit_";

	*key = name;
	if (sqlite3_strglob("dbcare_trash_link_[0-9]*", name) == 0)
		return "link";
	if (dbc_starts_with(name, trash))
		*key = dbc_quote(host, name + strlen(trash));
	else if (dbc_starts_with(name, hold))
		*key = name + strlen(hold);
	else if (dbc_starts_with(name, number))
		*key = name + strlen(number);
	else if (sqlite3_strglob("dbcare_audit_[0-9]*_column_[0-9]*", name) == 0)
		*key = leading_number(host, name + strlen(audit));
	else
		return "audit";
	return dbc_starts_with(name, trash)	   ? "trash"
		   : dbc_starts_with(name, hold)   ? "hold"
		   : dbc_starts_with(name, number) ? "number"
										   : "column";
}

/* Reads the names of tables and of dbcare's triggers. */
static void
read_names(dbc_host *host, reading *r, const dbc_rows *rows)
{
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "bbttt");
		const char *name = cells[2].text;
		const char *kind = "table";
		const char *key = NULL;

		if (cells[0].integer)
			key = lower(host, name);
		else if (!dbc_starts_with(name, "dbcare_"))
			continue;
		else
			kind = kind_of(host, name, &key);
		add(host, r, kind, key, name, cells[3].text)->cells[K_PLACE] =
			cells[4].text;
		if (cells[0].integer && cells[1].integer)
			add(host, r, "virtual", name, name, name)->cells[K_PLACE] =
				cells[4].text;
	}
}

/* Whether an authorizer ignores nothing of what was read, so that it can be kept:
 * a foreign key that it ignores is none. */
static bool
is_allowed(dbcsl_host *h, const dbc_rows *rows)
{
	dbc_host *host = &h->base;

	if (!h->connection || !dbcsl_is_allowed(h, rows->sql))
		return false;
	if (!dbc_same(rows->statement, DBCSL_REFERENCES))
		return true;
	for (int i = 0; i < rows->nrows; i++)
		if (dbc_is_null(host, rows, i, 1) &&
			!dbcsl_is_pragma_allowed(h, "foreign_key_list",
									 dbc_get_text(host, rows, i, 0)))
			return false;
	return true;
}

/* Reads the columns of foreign keys. */
static void
read_references(dbc_host *host, reading *r, const dbc_rows *rows)
{
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells;
		known_row *row;

		if (dbc_is_null(host, rows, i, 1))
			continue;
		cells = dbc_get_row(host, rows, i, "tttttTt");
		row = add(host, r, "reference", lower(host, cells[4].text),
				  cells[3].text, cells[0].text);

		row->cells[K_PLACE] = cells[1].text;
		row->cells[K_SEQ] = cells[2].text;
		row->cells[K_TARGET] = cells[5].text;
		row->cells[K_ACTION] = cells[6].text;
	}
}

static int
compare_by(const known_row *left, const known_row *right, int column)
{
	int order = strcmp(left->cells[K_KIND], right->cells[K_KIND]);

	return order != 0 ? order
					  : strcmp(left->cells[column], right->cells[column]);
}

static int
compare_keys(const void *left, const void *right)
{
	return compare_by(left, right, K_KEY);
}

typedef struct ordered
{
	const known_row *row;
	int number;
} ordered;

static int
compare_shown(const void *left, const void *right)
{
	return compare_by(((const ordered *) left)->row,
					  ((const ordered *) right)->row, K_SHOWN);
}

static size_t
text_size(const reading *r)
{
	size_t size = 0;

	for (int i = 0; i < r->count; i++)
		for (int c = 0; c < K_COUNT; c++)
			size += r->rows[i].cells[c] ? strlen(r->rows[i].cells[c]) + 1 : 0;
	return size;
}

/* Copies rows to memory of sqlite3_malloc64(). */
static known_rows *
pack(dbc_host *host, const reading *r)
{
	size_t count = (size_t) r->count;
	ordered *order = dbc_alloc(host, (count + 1) * sizeof(*order));
	known_rows *all =
		sqlite3_malloc64(sizeof(*all) + count * sizeof(all->rows[0]) +
						 count * sizeof(*all->by_shown) + text_size(r));
	char *text;

	if (!all)
		dbcsl_fail_memory(dbcsl_of(host));
	all->count = r->count;
	all->by_shown = (int *) (all->rows + count);
	text = (char *) (all->by_shown + count);
	for (int i = 0; i < r->count; i++)
	{
		for (int c = 0; c < K_COUNT; c++)
		{
			const char *cell = r->rows[i].cells[c];

			all->rows[i].cells[c] = cell ? strcpy(text, cell) : NULL;
			text += cell ? strlen(cell) + 1 : 0;
		}
		order[i] = (ordered){&all->rows[i], i};
	}
	dbc_sort(order, count, sizeof(*order), compare_shown);
	for (int i = 0; i < r->count; i++)
		all->by_shown[i] = order[i].number;
	return all;
}

/* ---- finding ---- */

/* How row i of an order is to what a cursor looks for. */
static int
compare(const known_cursor *c, const known_rows *all, int i)
{
	const known_row *row = &all->rows[c->by == BY_SHOWN ? all->by_shown[i] : i];
	int order = strcmp(row->cells[K_KIND], c->kind);

	return order != 0 || c->by == BY_KIND
			   ? order
			   : strcmp(row->cells[c->by == BY_KEY ? K_KEY : K_SHOWN],
						c->value);
}

/* The first row that is not before what a cursor looks for, or not before or
 * equal. */
static int
bound(const known_cursor *c, const known_rows *all, bool after)
{
	int low = 0;
	int high = all->count;

	while (low < high)
	{
		int middle = low + (high - low) / 2;

		if (compare(c, all, middle) < (after ? 1 : 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Copies what a cursor looks for: the schema may change before its end. */
static void
copy_found(dbc_host *host, known_cursor *c, const known_rows *all)
{
	int from = bound(c, all, false);
	int to = bound(c, all, true);

	c->count = to - from;
	c->rows = dbc_alloc(host, (size_t) (c->count + 1) * sizeof(*c->rows));
	for (int i = from; i < to; i++)
	{
		const known_row *row =
			&all->rows[c->by == BY_SHOWN ? all->by_shown[i] : i];

		for (int k = 0; k < K_COUNT; k++)
			if (row->cells[k])
				c->rows[i - from].cells[k] =
					dbc_copy(host, row->cells[k], strlen(row->cells[k]));
	}
}

static void
find(dbc_host *host, void *arg)
{
	known_cursor *c = arg;
	dbcsl_host *h = dbcsl_of(host);
	bool is_reference = dbc_same(c->kind, "reference");
	const char *source = is_reference ? DBCSL_REFERENCES : DBCSL_NAMES;
	reading r = {.count = 0};

	const dbc_rows *rows;
	const known_rows *kept;

	if (c->by == BY_KEY && (is_reference || dbc_same(c->kind, "table")))
		c->value = lower(host, c->value);
	if (h->connection)
		(void) dbcsl_is_schema_unchanged(h);
	kept = (const known_rows *) dbcsl_recall_followed(h, source);
	if (kept)
	{
		copy_found(host, c, kept);
		return;
	}
	rows = dbc_query_sql(host, dbc_find_sql(host, source), NULL, 0);
	(is_reference ? read_references : read_names)(host, &r, rows);
	dbc_sort(r.rows, (size_t) r.count, sizeof(*r.rows), compare_keys);
	c->fresh = pack(host, &r);
	copy_found(host, c, c->fresh);
	if (!is_allowed(h, rows))
		return;
	dbcsl_remember_followed(h, source, (char *) c->fresh);
	c->fresh = NULL;
}

/* ---- the table ---- */

static int
connect_table(sqlite3 *db, void *aux, int argc, const char *const *argv,
			  sqlite3_vtab **result, char **error)
{
	const dbcsl_entry *entry = aux;
	known_table *table;
	int code = sqlite3_declare_vtab(db, DECLARATION);

	(void) argc;
	(void) argv;
	(void) error;
	if (code == SQLITE_OK)
		code = sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
	if (code != SQLITE_OK)
		return code;
	table = sqlite3_malloc64(sizeof(*table));
	if (!table)
		return SQLITE_NOMEM;
	*table = (known_table){.db = db, .connection = entry->connection};
	*result = &table->base;
	return SQLITE_OK;
}

static int
disconnect_table(sqlite3_vtab *base)
{
	sqlite3_free(base);
	return SQLITE_OK;
}

/* The number of a usable constraint that a column equals a value, or -1. */
static int
find_equal(const sqlite3_index_info *info, int column)
{
	for (int i = 0; i < info->nConstraint; i++)
		if (info->aConstraint[i].iColumn == column &&
			info->aConstraint[i].op == SQLITE_INDEX_CONSTRAINT_EQ &&
			info->aConstraint[i].usable)
			return i;
	return -1;
}

static int
plan_scan(sqlite3_vtab *table, sqlite3_index_info *info)
{
	int kind = find_equal(info, K_KIND);
	int key = find_equal(info, K_KEY);
	int other = key >= 0 ? key : find_equal(info, K_SHOWN);

	(void) table;
	if (kind < 0)
		return SQLITE_CONSTRAINT;
	info->aConstraintUsage[kind].argvIndex = 1;
	info->idxNum = other < 0 ? BY_KIND : key >= 0 ? BY_KEY : BY_SHOWN;
	info->estimatedCost = other < 0 ? 1000 : 10;
	info->estimatedRows = other < 0 ? 1000 : 1;
	if (other >= 0)
		info->aConstraintUsage[other].argvIndex = 2;
	/* core/plain_table.sql finds it in any case without lower(), which an
	 * authorizer may refuse */
	if (key >= 0)
		info->aConstraintUsage[key].omit = 1;
	return SQLITE_OK;
}

static int
open_cursor(sqlite3_vtab *base, sqlite3_vtab_cursor **result)
{
	known_cursor *cursor = sqlite3_malloc64(sizeof(*cursor));

	if (!cursor)
		return SQLITE_NOMEM;
	*cursor = (known_cursor){.count = 0};
	dbcsl_open(&cursor->host, ((const known_table *) base)->db, &function);
	*result = &cursor->base;
	return SQLITE_OK;
}

static int
close_cursor(sqlite3_vtab_cursor *base)
{
	dbcsl_close(&((known_cursor *) base)->host);
	sqlite3_free(base);
	return SQLITE_OK;
}

static int
filter_rows(sqlite3_vtab_cursor *base, int by, const char *index, int count,
			sqlite3_value **values)
{
	known_cursor *c = (known_cursor *) base;
	known_table *table = (known_table *) base->pVtab;
	dbcsl_host *h = &c->host;
	bool found = true;

	(void) index;
	dbcsl_close(h);
	dbcsl_open(h, table->db, &function);
	h->connection = table->connection;
	c->by = by;
	c->at = c->count = 0;
	c->kind = (const char *) sqlite3_value_text(values[0]);
	c->value = count > 1 ? (const char *) sqlite3_value_text(values[1]) : "";
	if (c->kind && c->value)
		found = dbcsl_try(h, find, c);
	dbcsl_close_all(h);
	sqlite3_free(c->fresh);
	c->fresh = NULL;
	if (found)
		return SQLITE_OK;
	sqlite3_free(table->base.zErrMsg);
	table->base.zErrMsg = dbcsl_error_text(&h->error);
	return dbcsl_result_code(table->db, &h->error);
}

static int
next_row(sqlite3_vtab_cursor *base)
{
	((known_cursor *) base)->at++;
	return SQLITE_OK;
}

static int
is_at_end(sqlite3_vtab_cursor *base)
{
	const known_cursor *c = (const known_cursor *) base;

	return c->at >= c->count;
}

static int
row_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
	const known_cursor *c = (const known_cursor *) base;
	const char *cell = c->rows[c->at].cells[column];

	if (cell && (column == K_PLACE || column == K_SEQ))
		sqlite3_result_int64(context, strtoll(cell, NULL, 10));
	else
		sqlite3_result_text(context, cell, -1, SQLITE_TRANSIENT);
	return SQLITE_OK;
}

static int
row_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid)
{
	*rowid = ((const known_cursor *) base)->at;
	return SQLITE_OK;
}

int
dbcsl_register_known(sqlite3 *db, dbcsl_connection *connection)
{
	static const sqlite3_module module = {.xConnect = connect_table,
										  .xBestIndex = plan_scan,
										  .xDisconnect = disconnect_table,
										  .xOpen = open_cursor,
										  .xClose = close_cursor,
										  .xFilter = filter_rows,
										  .xNext = next_row,
										  .xEof = is_at_end,
										  .xColumn = row_column,
										  .xRowid = row_rowid};

	return sqlite3_create_module_v2(
		db, function.name, &module,
		dbcsl_connection_entry(connection, dbc_nfunctions),
		dbcsl_release_entry);
}
