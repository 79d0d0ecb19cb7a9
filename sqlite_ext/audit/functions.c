/*
 * functions.c
 *	  Functions that the triggers of mode strict call.
 *
 * They only compute, and so may be called by triggers of a database that the
 * connection does not trust.
 */
#include "sqlite_ext/audit/functions.h"

#include "common/audit/hash.h"
#include "common/core/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The open transaction of a connection. */
typedef struct transaction
{
	unsigned
		version; /* of the database when it began; each commit changes it */
	sqlite3_int64 id; /* 0: none yet */
} transaction;

/* dbcare_audit_transaction(next): the number of the open transaction, which is
 * that of its first entry.  next is that of the next entry: if it is no higher,
 * what the transaction has written was rolled back. */
static void
number_transaction(sqlite3_context *context, int nvalues,
				   sqlite3_value **values)
{
	transaction *t = sqlite3_user_data(context);
	sqlite3_int64 next = sqlite3_value_int64(values[0]);
	unsigned version = 0;
	int code = sqlite3_file_control(sqlite3_context_db_handle(context), "main",
									SQLITE_FCNTL_DATA_VERSION, &version);

	(void) nvalues;
	if (code != SQLITE_OK)
	{
		sqlite3_result_error_code(context, code);
		return;
	}
	if (t->id == 0 || next <= t->id || t->version != version)
		*t = (transaction){.version = version, .id = next};
	sqlite3_result_int64(context, t->id);
}

/* ---- values ---- */

/* Appends bytes as an object with their hexadecimal digits. */
static void
append_bytes(sqlite3_str *json, const char *tag, const unsigned char *bytes,
			 int length)
{
	sqlite3_str_appendf(json, "{\"%s\": \"", tag);
	for (int i = 0; i < length; i++)
		sqlite3_str_appendf(json, "%02x", bytes[i]);
	sqlite3_str_append(json, "\"}", 2);
}

/* Appends a real number as SQLite's quote() writes it. */
static void
append_real(sqlite3_str *json, double real)
{
	char text[64];

	if (isinf(real))
	{
		sqlite3_str_appendf(json, "{\"real\": \"%sInfinity\"}",
							real < 0 ? "-" : "");
		return;
	}
	sqlite3_snprintf(sizeof(text), text, "%!.15g", real);
	if (strtod(text, NULL) != real)
		sqlite3_snprintf(sizeof(text), text, "%!.20e", real);
	sqlite3_str_appendf(json, "{\"real\": \"%s\"}", text);
}

/* The character after the backslash for one that JSON text escapes; 0 for
 * others, -1 for those that it cannot have. */
static int
escape_of(unsigned char c)
{
	if (c >= ' ')
		return c == '"' || c == '\\' ? c : 0;
	return c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\t' ? 't' : -1;
}

static void
append_text(sqlite3_str *json, const unsigned char *text, int length)
{
	int from = 0;
	bool is_json =
		dbc_valid_utf8((const char *) text, (size_t) length) == (size_t) length;

	for (int i = 0; i < length && is_json; i++)
		is_json = escape_of(text[i]) >= 0;
	if (!is_json)
	{
		append_bytes(json, "text", text, length);
		return;
	}
	sqlite3_str_appendchar(json, 1, '"');
	for (int i = 0; i < length; i++)
	{
		int escape = escape_of(text[i]);

		if (escape == 0)
			continue;
		sqlite3_str_append(json, (const char *) text + from, i - from);
		sqlite3_str_appendchar(json, 1, '\\');
		sqlite3_str_appendchar(json, 1, (char) escape);
		from = i + 1;
	}
	sqlite3_str_append(json, (const char *) text + from, length - from);
	sqlite3_str_appendchar(json, 1, '"');
}

/* dbcare_audit_value(value): a value as JSON, as triggers of mode portable
 * write it. */
static void
write_value(sqlite3_context *context, int nvalues, sqlite3_value **values)
{
	sqlite3_value *value = values[0];
	int type = sqlite3_value_type(value);
	const unsigned char *bytes = NULL;
	sqlite3_str *json;
	int length;
	int code;

	(void) nvalues;
	if (type == SQLITE_INTEGER)
	{
		sqlite3_result_value(context, value);
		return;
	}
	if (type == SQLITE_BLOB)
		bytes = sqlite3_value_blob(value);
	else if (type == SQLITE_TEXT)
		bytes = sqlite3_value_text(value);
	length = bytes ? sqlite3_value_bytes(value) : 0;
	if (!bytes && (type == SQLITE_TEXT ||
				   (type == SQLITE_BLOB && sqlite3_value_bytes(value) > 0)))
	{
		sqlite3_result_error_nomem(context);
		return;
	}
	json = sqlite3_str_new(sqlite3_context_db_handle(context));
	switch (type)
	{
		case SQLITE_NULL:
			sqlite3_str_append(json, "null", 4);
			break;
		case SQLITE_FLOAT:
			append_real(json, sqlite3_value_double(value));
			break;
		case SQLITE_BLOB:
			append_bytes(json, "blob", bytes, length);
			break;
		default:
			append_text(json, bytes, length);
	}
	code = sqlite3_str_errcode(json);
	if (code == SQLITE_OK)
		sqlite3_result_text(context, sqlite3_str_finish(json), -1,
							sqlite3_free);
	else
	{
		sqlite3_free(sqlite3_str_finish(json));
		sqlite3_result_error_code(context, code);
	}
}

/* dbcare_audit_hash(value, secret, column): what is logged for a value, which
 * is JSON. */
static void
hash_value(sqlite3_context *context, int nvalues, sqlite3_value **values)
{
	const char *value = (const char *) sqlite3_value_text(values[0]);
	const char *secret = (const char *) sqlite3_value_text(values[1]);
	const char *column = (const char *) sqlite3_value_text(values[2]);
	char result[DBC_AUDIT_HASH_SIZE];

	(void) nvalues;
	/* a column that is not in the image of a change */
	if (sqlite3_value_type(values[0]) == SQLITE_NULL)
		return;
	if (!secret)
	{
		sqlite3_result_error(context, "dbcare: dbcare_audit_key has no key",
							 -1);
		return;
	}
	/* an authorizer may hide it */
	if (sqlite3_value_type(values[2]) == SQLITE_NULL)
	{
		sqlite3_result_error(context,
							 "dbcare: the name of a column cannot be read", -1);
		return;
	}
	if (!value || !column)
	{
		sqlite3_result_error_nomem(context);
		return;
	}
	if (strcmp(value, "null") == 0)
	{
		sqlite3_result_text(context, "null", -1, SQLITE_STATIC);
		return;
	}
	dbc_audit_hash(secret, column, value,
				   (size_t) sqlite3_value_bytes(values[0]), result);
	sqlite3_result_text(context, result, -1, SQLITE_TRANSIENT);
}

int
dbcsl_audit_register(sqlite3 *db)
{
	const int flags = SQLITE_UTF8 | SQLITE_INNOCUOUS;
	transaction *t = sqlite3_malloc(sizeof(*t));
	int code;

	if (!t)
		return SQLITE_NOMEM;
	*t = (transaction){0};
	code = sqlite3_create_function_v2(db, "dbcare_audit_transaction", 1, flags,
									  t, number_transaction, NULL, NULL,
									  sqlite3_free);
	if (code == SQLITE_OK)
		code = sqlite3_create_function_v2(db, "dbcare_audit_value", 1,
										  flags | SQLITE_DETERMINISTIC, NULL,
										  write_value, NULL, NULL, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_create_function_v2(db, "dbcare_audit_hash", 3,
										  flags | SQLITE_DETERMINISTIC, NULL,
										  hash_value, NULL, NULL, NULL);
	return code;
}
