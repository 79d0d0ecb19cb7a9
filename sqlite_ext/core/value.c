/*
 * value.c
 *	  Values from SQLite, and for it.
 */
#include "sqlite_ext/core/value.h"

#include <string.h>

#include "common/core/text.h"

/* Marks text as JSON for SQLite's own JSON functions. */
#define JSON_SUBTYPE 74

/* Binds a value to a parameter. */
static int
bind_value(sqlite3_stmt *statement, int index, const dbc_value *value)
{
	switch (value->kind)
	{
		case DBC_NULL:
			return sqlite3_bind_null(statement, index);
		case DBC_BOOL:
		case DBC_INT:
			return sqlite3_bind_int64(statement, index, value->integer);
		case DBC_REAL:
			return sqlite3_bind_double(statement, index, value->real);
		case DBC_TEXT:
		case DBC_JSON:
			break;
	}
	/* the arena outlives every statement of the call */
	return sqlite3_bind_text64(statement, index, value->text,
							   strlen(value->text), SQLITE_STATIC, SQLITE_UTF8);
}

/* By name: SQLite numbers parameters by their first appearance, so $2 may be
 * the first one. */
void
dbcsl_bind(dbcsl_host *h, sqlite3_stmt *statement, const dbc_value *args,
		   int nargs)
{
	char name[16];

	for (int i = 0; i < nargs; i++)
	{
		int index;
		int code;

		sqlite3_snprintf(sizeof(name), name, "$%d", i + 1);
		index = sqlite3_bind_parameter_index(statement, name);
		if (index == 0)
			continue;
		code = bind_value(statement, index, &args[i]);
		if (code != SQLITE_OK)
			dbcsl_fail_engine(h, code);
	}
}

/* A blob as an SQL literal, X'0A'. */
static const char *
blob_literal(dbcsl_host *h, sqlite3_stmt *statement, int column)
{
	static const char digits[] = "0123456789ABCDEF";
	const unsigned char *blob = sqlite3_column_blob(statement, column);
	size_t length = (size_t) sqlite3_column_bytes(statement, column);
	char *literal = dbcsl_alloc(&h->base, 2 * length + 4);
	char *end = literal;

	if (!blob && length > 0)
		dbcsl_fail_memory(h);
	*end++ = 'X';
	*end++ = '\'';
	for (size_t i = 0; i < length; i++)
	{
		*end++ = digits[blob[i] >> 4];
		*end++ = digits[blob[i] & 0xf];
	}
	*end = '\'';
	return literal;
}

dbc_value
dbcsl_column_value(dbcsl_host *h, sqlite3_stmt *statement, int column)
{
	const char *text;

	switch (sqlite3_column_type(statement, column))
	{
		case SQLITE_NULL:
			return dbc_null();
		case SQLITE_INTEGER:
			return dbc_int(sqlite3_column_int64(statement, column));
		case SQLITE_FLOAT:
			return dbc_real(sqlite3_column_double(statement, column));
		case SQLITE_BLOB:
			return dbc_text(blob_literal(h, statement, column));
	}
	text = (const char *) sqlite3_column_text(statement, column);
	if (!text)
		dbcsl_fail_memory(h);
	return dbc_text(dbc_copy(&h->base, text,
							 (size_t) sqlite3_column_bytes(statement, column)));
}

void
dbcsl_set_result(sqlite3_context *context, const dbc_value *value)
{
	switch (value->kind)
	{
		case DBC_NULL:
			sqlite3_result_null(context);
			return;
		case DBC_BOOL:
		case DBC_INT:
			sqlite3_result_int64(context, value->integer);
			return;
		case DBC_REAL:
			sqlite3_result_double(context, value->real);
			return;
		case DBC_TEXT:
		case DBC_JSON:
			break;
	}
	sqlite3_result_text(context, value->text, -1, SQLITE_TRANSIENT);
	if (value->kind == DBC_JSON)
		sqlite3_result_subtype(context, JSON_SUBTYPE);
}

/* Returns an error to SQLite: first the text, since the code alone would set a
 * default text. */
void
dbcsl_set_result_error(sqlite3_context *context, const dbc_error *error)
{
	int code = dbcsl_result_code(sqlite3_context_db_handle(context), error);
	char *text = code == SQLITE_NOMEM ? NULL : dbcsl_error_text(error);

	if (!text)
	{
		sqlite3_result_error_nomem(context);
		return;
	}
	sqlite3_result_error(context, text, -1);
	sqlite3_result_error_code(context, code);
	sqlite3_free(text);
}
