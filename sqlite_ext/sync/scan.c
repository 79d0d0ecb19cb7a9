/*
 * scan.c
 *	  Rows of a query as raw values; see common/sync/host.h.
 */
#include "sqlite_ext/core/rooms.h"
#include "sqlite_ext/trust/prepare.h"

#include <errno.h>
#include <stdlib.h>

#include "common/core/text.h"
#include "common/sync/host.h"

/* Rows between two looks for an interrupt. */
#define ROWS 1000

/* Reads a column of the current row; its bytes last until the next step. */
static dbc_sync_value
read_value(dbcsl_host *h, sqlite3_stmt *statement, int column)
{
	dbc_sync_value value = {.bytes = ""};

	switch (sqlite3_column_type(statement, column))
	{
		case SQLITE_INTEGER:
			value.kind = DBC_SYNC_INTEGER;
			value.integer = sqlite3_column_int64(statement, column);
			return value;
		case SQLITE_FLOAT:
			value.kind = DBC_SYNC_REAL;
			value.real = sqlite3_column_double(statement, column);
			return value;
		case SQLITE_TEXT:
			value.kind = DBC_SYNC_TEXT;
			value.bytes = (const char *) sqlite3_column_text(statement, column);
			break;
		case SQLITE_BLOB:
			value.kind = DBC_SYNC_BLOB;
			value.bytes = sqlite3_column_blob(statement, column);
			break;
		default:
			return value;
	}
	value.length = (size_t) sqlite3_column_bytes(statement, column);
	if (!value.bytes && (value.length > 0 || value.kind == DBC_SYNC_TEXT))
		dbcsl_fail_memory(h);
	if (!value.bytes)
		value.bytes = "";
	return value;
}

/* Binds a number as the column has it. */
static int
bind_number(sqlite3_stmt *statement, int index, const char *text)
{
	char *end;
	long long integer;
	double real;

	errno = 0;
	integer = strtoll(text, &end, 10);
	if (!*end && errno == 0)
		return sqlite3_bind_int64(statement, index, integer);
	return dbc_parse_real(text, &real)
			   ? sqlite3_bind_double(statement, index, real)
			   : sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC);
}

static void
bind_bounds(dbcsl_host *h, sqlite3_stmt *statement,
			const dbc_sync_value *bounds, int nbounds)
{
	for (int i = 0; i < nbounds; i++)
	{
		const dbc_sync_value *bound = &bounds[i];
		int code =
			bound->kind == DBC_SYNC_DECIMAL
				? bind_number(statement, i + 1, bound->bytes)
			: bound->kind == DBC_SYNC_TEXT
				? sqlite3_bind_text64(statement, i + 1, bound->bytes,
									  bound->length, SQLITE_STATIC, SQLITE_UTF8)
				: sqlite3_bind_blob64(statement, i + 1, bound->bytes,
									  bound->length, SQLITE_STATIC);

		if (code != SQLITE_OK)
			dbcsl_fail_memory(h);
	}
}

static void
scan(dbc_host *host, const char *query, const dbc_relation *table,
	 const dbc_sync_value *bounds, int nbounds,
	 void (*row)(dbc_host *, void *, const dbc_sync_value *), void *arg)
{
	dbcsl_host *h = dbcsl_of(host);
	sqlite3_stmt *statement = dbcsl_prepare_to_bind(h, query, nbounds);
	int ncolumns = sqlite3_column_count(statement);
	dbc_sync_value *values =
		dbc_alloc(host, ((size_t) ncolumns + 1) * sizeof(*values));
	int64_t rows = 0;
	int code;

	(void) table;
	if (!sqlite3_stmt_readonly(statement))
		dbc_fail(host, DBCSL_READ_ONLY, NULL, NULL,
				 "the query is not read-only");
	bind_bounds(h, statement, bounds, nbounds);
	while ((code = sqlite3_step(statement)) == SQLITE_ROW)
	{
		for (int i = 0; i < ncolumns; i++)
			values[i] = read_value(h, statement, i);
		row(host, arg, values);
		if (++rows % ROWS == 0)
			dbc_poll(host);
	}
	if (code != SQLITE_DONE)
		dbcsl_fail_engine(h, code);
	dbcsl_finalize_statement(h);
}

static void
hold(dbc_host *host)
{
	dbcsl_host *h = dbcsl_of(host);
	int code = sqlite3_step(dbcsl_prepare(h, "pragma main.user_version"));

	if (code != SQLITE_ROW)
		dbcsl_fail_engine(h, code);
	/* a FILE function has none; it is closed when the call writes, or ends */
	h->reader = h->uncached;
	h->uncached = NULL;
}

/* The process may read what its user may. */
static void
check_path(dbc_host *host, const char *path)
{
	(void) host;
	(void) path;
}

const dbc_sync_host dbcsl_sync_host = {
	.scan = scan,
	.hold = hold,
	.check_path = check_path,
};
