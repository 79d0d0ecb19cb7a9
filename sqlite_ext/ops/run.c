/*
 * run.c
 *	  Statements of dbops_*() with parameters; see common/ops/host.h.
 *
 * A statement that names one table is prepared once per call, and kept for
 * later calls if it reads a table of main, or inserts into one.
 */
#include "sqlite_ext/call/query.h"
#include "sqlite_ext/call/transaction.h"
#include "sqlite_ext/core/rooms.h"
#include "sqlite_ext/core/value.h"
#include "sqlite_ext/ops/ops.h"
#include "sqlite_ext/trust/allowed.h"
#include "sqlite_ext/trust/reach_text.h"

#include <limits.h>
#include <string.h>

#include "common/core/text.h"

/* Rows between two looks for an interrupt. */
#define ROWS 100

static int
digit_of(char c)
{
	return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

/* Binds the bytes that a text has as hexadecimal digits. */
static int
bind_blob(dbcsl_host *h, sqlite3_stmt *statement, int index, const char *digits)
{
	size_t length = strlen(digits) / 2;
	unsigned char *bytes = dbc_alloc(&h->base, length + 1);

	for (size_t i = 0; i < length; i++)
		bytes[i] = (unsigned char) (digit_of(digits[2 * i]) << 4 |
									digit_of(digits[2 * i + 1]));
	return sqlite3_bind_blob64(statement, index, bytes, length, SQLITE_STATIC);
}

static int
bind_value(dbcsl_host *h, sqlite3_stmt *statement, int index,
		   const dbc_ops_value *value)
{
	switch (value->value.kind)
	{
		case DBC_NULL:
			return sqlite3_bind_null(statement, index);
		case DBC_BOOL:
		case DBC_INT:
			return sqlite3_bind_int64(statement, index, value->value.integer);
		case DBC_REAL:
			return sqlite3_bind_double(statement, index, value->value.real);
		default:
			break;
	}
	if (value->is_blob)
		return bind_blob(h, statement, index, value->value.text);
	return sqlite3_bind_text64(statement, index, value->value.text,
							   value->length > 0
								   ? (sqlite3_uint64) value->length
								   : strlen(value->value.text),
							   SQLITE_STATIC, SQLITE_UTF8);
}

/* The number of a parameter such as $1 or ?1; 0 if it has none. */
static int
parameter_number(const char *name, int most)
{
	int number = 0;

	if (!name)
		return 0;
	while (*++name >= '0' && *name <= '9' && number <= most)
		number = number * 10 + (*name - '0');
	return *name || number > most ? 0 : number;
}

static void
bind_values(dbcsl_host *h, sqlite3_stmt *statement, const dbc_ops_value *values,
			int nvalues)
{
	int nparameters = sqlite3_bind_parameter_count(statement);

	for (int i = 1; i <= nparameters; i++)
	{
		const char *name = sqlite3_bind_parameter_name(statement, i);
		int number = parameter_number(name, nvalues);

		if (number == 0)
			dbc_fail(&h->base, "42P02", NULL, NULL, "there is no parameter %s",
					 name ? name : "?");
		if (bind_value(h, statement, i, &values[number - 1]) != SQLITE_OK)
			dbcsl_fail_memory(h);
	}
}

/* Bytes that are no text as \x and hexadecimal digits. */
static dbc_value
hex_of(dbcsl_host *h, const unsigned char *bytes, size_t length)
{
	static const char digits[] = "0123456789abcdef";
	char *text = dbc_alloc(&h->base, 2 * length + 3);
	char *end = text;

	*end++ = '\\';
	*end++ = 'x';
	for (size_t i = 0; i < length; i++)
	{
		*end++ = digits[bytes[i] >> 4];
		*end++ = digits[bytes[i] & 0xf];
	}
	return dbc_text(text);
}

/* A value of the current row; its text is copied if it is kept. */
static dbc_value
take_value(dbcsl_host *h, sqlite3_stmt *statement, int column, bool is_kept)
{
	int type = sqlite3_column_type(statement, column);
	const unsigned char *bytes;
	size_t length;

	if (type != SQLITE_BLOB && type != SQLITE_TEXT)
		return dbcsl_column_value(h, statement, column);
	bytes = type == SQLITE_BLOB ? sqlite3_column_blob(statement, column)
								: sqlite3_column_text(statement, column);
	length = (size_t) sqlite3_column_bytes(statement, column);
	if (!bytes && (length > 0 || type == SQLITE_TEXT))
		dbcsl_fail_memory(h);
	if (type == SQLITE_BLOB || memchr(bytes, '\0', length) ||
		dbc_valid_utf8((const char *) bytes, length) != length)
	{
		dbc_value hex = hex_of(h, bytes, length);

		hex.integer = type == SQLITE_BLOB;
		return hex;
	}
	return dbc_text(is_kept ? dbc_copy(&h->base, (const char *) bytes, length)
							: (const char *) bytes);
}

/* Runs a statement to its end. */
static dbc_rows *
run_to_end(dbcsl_host *h, sqlite3_stmt *statement,
		   const dbc_ops_receiver *receiver)
{
	dbc_rows *rows = dbc_alloc(&h->base, sizeof(*rows));
	int changes = sqlite3_total_changes(h->db);
	size_t width = (size_t) sqlite3_column_count(statement);
	dbc_value *values =
		receiver ? dbc_alloc(&h->base, (width + 1) * sizeof(*values)) : NULL;
	int nrows = 0;
	int code;

	while ((code = sqlite3_step(statement)) == SQLITE_ROW)
	{
		dbc_value *row = values;

		if (!receiver)
		{
			values = dbc_grow(&h->base, values, (size_t) nrows,
							  width * sizeof(*values));
			row = values + (size_t) nrows * width;
		}
		for (size_t i = 0; i < width; i++)
			row[i] = take_value(h, statement, (int) i, !receiver);
		if (receiver)
			receiver->row(&h->base, receiver->arg, row);
		if (++nrows % ROWS == 0)
			dbc_poll(&h->base);
	}
	if (code != SQLITE_DONE)
		dbcsl_fail_engine(h, code);
	rows->nrows = receiver ? 0 : nrows;
	rows->ncols = (int) width;
	rows->columns = dbcsl_list_result_columns(h, statement);
	rows->values = values;
	if (sqlite3_total_changes(h->db) != changes)
		rows->affected = sqlite3_changes(h->db);
	return rows;
}

/* ---- statements that are kept ---- */

/* Whether SQLite's functions that filters use are allowed, and are SQLite's. */
static bool
has_functions(dbcsl_host *h)
{
	static const char text[] =
		"select count(*) where instr('ab', 'b') = 2 and lower('A') = 'a' and "
		"'ab' glob 'a*'";
	bool found =
		sqlite3_prepare_v2(h->db, text, -1, &h->uncached, NULL) == SQLITE_OK &&
		sqlite3_step(h->uncached) == SQLITE_ROW &&
		sqlite3_column_int(h->uncached, 0) == 1;

	dbcsl_finalize_statement(h);
	return found;
}

/* Whether a statement may outlive the call. */
static bool
may_be_kept(dbcsl_host *h, sqlite3_stmt *statement, const dbc_ops_table *table)
{
	const char *name = table->relation->name;
	const char *text = sqlite3_sql(statement);

	if (!dbc_same(table->relation->schema, "main"))
		return false;
	/* one that an authorizer ignores is read-only, whatever its text is */
	return sqlite3_stmt_readonly(statement) && dbcsl_use_of(text) == DBCSL_READS
			   ? dbcsl_are_columns_allowed(h, name) && has_functions(h)
			   : dbcsl_is_insert_allowed(h, text, name);
}

/* ---- running ---- */

/* Fails if a statement writes where it must not, or where triggers do not fire: those
 * of dbcare log changes and keep deleted rows. */
static void
require_writable(dbcsl_host *h, sqlite3_stmt *statement)
{
	int fire = 1;

	if (sqlite3_stmt_readonly(statement))
		return;
	if (dbcsl_is_read_only(h))
		dbc_fail(&h->base, DBCSL_READ_ONLY, NULL, NULL,
				 "this statement writes, which is not allowed here");
	sqlite3_db_config(h->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, -1, &fire);
	if (!fire)
		dbc_fail(&h->base, DBC_NOT_READY,
				 "Changes would not be logged, and deleted rows not kept.",
				 "Turn on SQLITE_DBCONFIG_ENABLE_TRIGGER.",
				 "triggers are off on this connection");
}

/* Runs a statement that names one table. */
static const dbc_rows *
run_on_table(dbcsl_host *h, const dbc_ops_table *table, const char *sql,
			 const dbc_ops_value *values, int nvalues,
			 const dbc_ops_receiver *receiver, bool *reused)
{
	bool *is_kept;
	sqlite3_stmt *statement = dbcsl_prepare_kept(h, sql, reused, &is_kept);
	const dbc_rows *rows;

	if (!*reused)
		*is_kept = may_be_kept(h, statement, table);
	require_writable(h, statement);
	bind_values(h, statement, values, nvalues);
	rows = run_to_end(h, statement, receiver);
	*reused = *reused && sqlite3_stmt_status(
							 statement, SQLITE_STMTSTATUS_REPREPARE, 0) == 0;
	sqlite3_reset(statement);
	return rows;
}

/* Runs any statement. */
static const dbc_rows *
run_any(dbcsl_host *h, const char *sql, const dbc_ops_value *values,
		int nvalues, const dbc_ops_receiver *receiver)
{
	sqlite3_stmt *statement = dbcsl_prepare_to_bind(h, sql, INT_MAX);
	const dbc_rows *rows;

	if (!statement)
		return dbc_alloc(&h->base, sizeof(*rows));
	require_writable(h, statement);
	bind_values(h, statement, values, nvalues);
	if (dbcsl_expires_others(statement))
		dbcsl_hold_read_statement(h);
	rows = run_to_end(h, statement, receiver);
	dbcsl_finalize_statement(h);
	if (!dbcsl_is_read_only(h))
		dbcsl_refresh_read_statement(h);
	return rows;
}

static const dbc_rows *
run(dbc_host *host, const dbc_ops_table *table, const char *sql, bool is_own,
	const dbc_ops_value *values, int nvalues, const dbc_ops_receiver *receiver,
	bool *reused)
{
	bool found = false;
	const dbc_rows *rows =
		table ? run_on_table(dbcsl_of(host), table, sql, values, nvalues,
							 receiver, &found)
			  : run_any(dbcsl_of(host), sql, values, nvalues, receiver);

	(void) is_own;
	if (reused)
		*reused = found;
	return rows;
}

const dbc_ops_host dbcsl_ops_host = {
	.find = dbcsl_ops_find,
	.describe = dbcsl_ops_describe,
	.test = dbcsl_ops_test,
	.search = dbcsl_ops_search,
	.run = run,
};
