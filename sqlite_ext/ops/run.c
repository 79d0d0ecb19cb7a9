/*
 * run.c
 *	  Statements of dbops_*() with parameters; see common/ops/host.h.
 *
 * A statement is prepared for each call: one that is kept would make
 * sqlite3_close() fail, and holds back a DETACH.
 */
#include "sqlite_ext/core/query.h"
#include "sqlite_ext/core/rooms.h"
#include "sqlite_ext/core/transaction.h"
#include "sqlite_ext/ops/ops.h"

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
							   strlen(value->value.text), SQLITE_STATIC,
							   SQLITE_UTF8);
}

static void
bind_values(dbcsl_host *h, sqlite3_stmt *statement, const dbc_ops_value *values,
			int nvalues)
{
	int nparameters = sqlite3_bind_parameter_count(statement);
	char name[16];

	for (int i = 1; i <= nparameters; i++)
	{
		const char *there = sqlite3_bind_parameter_name(statement, i);
		int value = nvalues + 1;

		/* $1 and ?1 */
		for (int j = 1; there && j <= nvalues && value > nvalues; j++)
		{
			sqlite3_snprintf(sizeof(name), name, "%d", j);
			if (strcmp(there + 1, name) == 0)
				value = j;
		}
		if (value > nvalues)
			dbc_fail(&h->base, "42P02", NULL, NULL, "there is no parameter %s",
					 there ? there : "?");
		if (bind_value(h, statement, i, &values[value - 1]) != SQLITE_OK)
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
		return hex_of(h, bytes, length);
	return dbc_text(is_kept ? dbc_copy(&h->base, (const char *) bytes, length)
							: (const char *) bytes);
}

/* Runs the statement, which is h->uncached, to its end. */
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

static const dbc_rows *
run(dbc_host *host, const char *sql, const dbc_ops_value *values, int nvalues,
	const dbc_ops_receiver *receiver, bool *reused)
{
	dbcsl_host *h = dbcsl_of(host);
	sqlite3_stmt *statement = dbcsl_prepare(h, sql);
	const dbc_rows *rows;

	if (!statement)
		return dbc_alloc(host, sizeof(*rows));
	if (dbcsl_is_read_only(h) && !sqlite3_stmt_readonly(statement))
		dbc_fail(host, DBCSL_READ_ONLY, NULL, NULL,
				 "this statement writes, which is not allowed here");
	bind_values(h, statement, values, nvalues);
	if (dbcsl_expires_others(statement))
		dbcsl_hold_read_statement(h);
	rows = run_to_end(h, statement, receiver);
	dbcsl_finalize_statement(h);
	if (!dbcsl_is_read_only(h))
		dbcsl_refresh_read_statement(h);
	if (reused)
		*reused = false;
	return rows;
}

const dbc_ops_host dbcsl_ops_host = {
	.describe = dbcsl_ops_describe,
	.search = dbcsl_ops_search,
	.run = run,
};
