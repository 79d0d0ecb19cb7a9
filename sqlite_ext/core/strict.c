/*
 * strict.c
 *	  Making dbcare's tables STRICT.
 *
 * New tables are STRICT; those created before version 6 are converted in
 * place: a table whose values all fit is the same in the file, so only its
 * text in the schema changes, as SQLite's documentation of ALTER TABLE
 * describes for such changes.  A table with a value that does not fit is left
 * unchanged, with all rows.
 */
#include "sqlite_ext/core/relation.h"
#include "sqlite_ext/core/token.h"
#include "sqlite_ext/core/transaction.h"

#include <string.h>

#include "common/core/text.h"

/* Columns of core/old_columns.sql. */
enum
{
	L_TABLE,
	L_SQL,
	L_COLUMN,
	L_TYPE
};

/* The old types, the storage classes that fit, and the name of the type in
 * messages. */
static const struct
{
	const char *before;
	const char *fitting;
	const char *wanted;
} types[] = {
	{"text", "'text'", "text"},
	{"integer", "'integer'", "an integer"},
	{"bigint", "'integer'", "an integer"},
	{"double precision", "'real', 'integer'", "a number"},
};

#define NTYPES (sizeof(types) / sizeof(types[0]))

/* A table to make STRICT. */
typedef struct old_table
{
	const dbc_rows *columns;
	int first; /* first row of its columns */
	int count;
	const char *name;
	const char *sql; /* new text */
} old_table;

/* The type of a column, or -1 if dbcare has never created such a column. */
static int
type_of(dbcsl_host *h, const old_table *table, int column)
{
	const char *name =
		dbc_get_text(&h->base, table->columns, table->first + column, L_TYPE);

	for (int t = 0; t < (int) NTYPES; t++)
		if (dbc_same(types[t].before, name))
			return t;
	return -1;
}

/* The text of a table, changed to STRICT. */
static const char *
strict_text(dbcsl_host *h, const char *sql)
{
	dbc_buffer text;
	const char *at = sql;

	dbc_buffer_init(&text, &h->base);
	for (dbcsl_token token = dbcsl_first_token(sql); token.kind != DBCSL_END;
		 token = dbcsl_next_token(&token))
	{
		dbcsl_token next = dbcsl_next_token(&token);
		const char *word = NULL;
		const char *end = token.text + token.length;

		if (dbcsl_is_word(&token, "bigint"))
			word = "int"; /* so that a key is not the rowid */
		if (dbcsl_is_word(&token, "double") &&
			dbcsl_is_word(&next, "precision"))
		{
			word = "real";
			end = next.text + next.length;
		}
		if (!word)
			continue;
		dbc_append_bytes(&text, at, (size_t) (token.text - at));
		dbc_append(&text, word);
		at = end;
	}
	dbc_append(&text, at);
	dbc_append(&text, " strict");
	return text.data;
}

/* Whether SQLite can create a table from a text: an invalid text in a schema
 * would make the whole file unusable.  Only one statement is accepted, because
 * SQLite would ignore further ones in a schema. */
static bool
can_be_made(dbcsl_host *h, const char *sql)
{
	sqlite3 *scratch = NULL;
	sqlite3_stmt *statement = NULL;
	const char *rest = "";
	int code = sqlite3_open(":memory:", &scratch);

	if (code == SQLITE_OK)
		code = sqlite3_prepare_v2(scratch, sql, -1, &statement, &rest);
	if (code == SQLITE_OK && dbcsl_first_token(rest).kind == DBCSL_END)
		code = sqlite3_step(statement);
	sqlite3_finalize(statement);
	sqlite3_close(scratch);
	if (code == SQLITE_NOMEM)
		dbcsl_fail_memory(h);
	return code == SQLITE_DONE;
}

/* Why a table cannot be STRICT, as part of a sentence, or NULL. */
static const char *
find_obstacle(dbcsl_host *h, const old_table *table)
{
	dbc_host *host = &h->base;
	const dbc_rows *rows;
	dbc_buffer sql;

	dbc_buffer_init(&sql, host);
	for (int i = 0; i < table->count; i++)
	{
		int type = type_of(h, table, i);

		if (type < 0)
			return "it is not a table created by dbcare";
		dbc_append(&sql,
				   dbcsl_printf(h, "%s sum(typeof(\"%w\") not in (%s, 'null'))",
								i ? "," : "select",
								dbc_get_text(host, table->columns,
											 table->first + i, L_COLUMN),
								types[type].fitting));
	}
	if (!can_be_made(h, table->sql))
		return "it is not a table created by dbcare";
	dbc_append(&sql, dbcsl_printf(h, " from main.\"%w\"", table->name));
	rows = dbc_query_text(host, sql.data);
	for (int i = 0; i < table->count; i++)
		if (dbc_get_int_or(host, rows, 0, i, 0) > 0)
			return dbc_format(
				host, "%s of column %s must be %s",
				dbc_count_text(host, dbc_get_int(host, rows, 0, i), "value"),
				dbc_get_text(host, table->columns, table->first + i, L_COLUMN),
				types[type_of(h, table, i)].wanted);
	return NULL;
}

/* Changes the text of a table in the schema, and makes all connections read the
 * schema again. */
static void
store_text(dbc_host *host, void *arg)
{
	const old_table *table = arg;
	int64_t cookie = dbc_get_int(
		host, dbc_query_text(host, "pragma main.schema_version"), 0, 0);

	dbc_query(host, "core/store_table", dbc_text(table->name),
			  dbc_text(table->sql));
	dbc_query_text(host, dbc_format(host, "pragma main.schema_version = %lld",
									(long long) cookie + 1));
}

/* Makes one table STRICT; returns why that failed, or NULL. */
static void
make_strict(dbc_host *host, void *arg)
{
	dbc_error error;

	if (!dbc_guard(host, store_text, arg, DBC_KEEP, false, &error))
		((old_table *) arg)->sql = error.message;
	else
		((old_table *) arg)->sql = NULL;
}

/* The same with writable_schema on meanwhile. */
static const char *
change(dbcsl_host *h, old_table *table)
{
	int defensive = 0;
	int writable = 0;
	bool done;

	sqlite3_db_config(h->db, SQLITE_DBCONFIG_DEFENSIVE, -1, &defensive);
	sqlite3_db_config(h->db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, -1, &writable);
	dbcsl_hold_read_statement(h);
	sqlite3_db_config(h->db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
	sqlite3_db_config(h->db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1, NULL);
	done = dbcsl_try(h, make_strict, table);
	sqlite3_db_config(h->db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, writable, NULL);
	sqlite3_db_config(h->db, SQLITE_DBCONFIG_DEFENSIVE, defensive, NULL);
	if (!done)
		dbcsl_rethrow(h);
	dbcsl_refresh_read_statement(h);
	return table->sql;
}

const char *
dbcsl_make_strict(dbc_host *host)
{
	dbcsl_host *h = dbcsl_of(host);
	const dbc_rows *rows = dbc_query(host, "core/old_columns");
	dbc_buffer left;
	int next;

	dbc_buffer_init(&left, host);
	for (int first = 0; first < rows->nrows; first = next)
	{
		old_table table = {.columns = rows, .first = first};
		const char *obstacle;

		table.name = dbc_get_text(host, rows, first, L_TABLE);
		table.sql = strict_text(h, dbc_get_text(host, rows, first, L_SQL));
		for (next = first + 1;
			 next < rows->nrows &&
			 dbc_same(dbc_get_text(host, rows, next, L_TABLE), table.name);
			 next++)
			;
		table.count = next - first;
		obstacle = find_obstacle(h, &table);
		if (!obstacle)
			obstacle = change(h, &table);
		if (obstacle)
			dbc_append_format(&left, "%s%s is not STRICT: %s.",
							  left.length ? " " : "", table.name, obstacle);
	}
	return left.length ? left.data : NULL;
}
