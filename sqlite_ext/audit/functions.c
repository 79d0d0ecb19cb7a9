/*
 * functions.c
 *	  Functions that the triggers of mode strict call.
 *
 * They only compute, and so may be called by triggers of a database that the
 * connection does not trust.
 */
#include "sqlite_ext/audit/functions.h"

#include "common/audit/hash.h"

#include <string.h>

/* The open transaction of a connection. */
typedef struct transaction
{
	unsigned
		version; /* of the database when it began; each commit changes it */
	sqlite3_int64 id; /* 0: none yet */
} transaction;

/* dbcare_audit_transaction(last, next): the number of the open transaction.
 * last is that of the last entry: if the transaction has written it, the
 * version of the database is the one noted with it.  Otherwise it is next. */
static void
number_transaction(sqlite3_context *context, int nvalues,
				   sqlite3_value **values)
{
	transaction *t = sqlite3_user_data(context);
	sqlite3_int64 last = sqlite3_value_int64(values[0]);
	unsigned version = 0;
	int code = sqlite3_file_control(sqlite3_context_db_handle(context), "main",
									SQLITE_FCNTL_DATA_VERSION, &version);

	(void) nvalues;
	if (code != SQLITE_OK)
	{
		sqlite3_result_error_code(context, code);
		return;
	}
	if (t->id == 0 || t->id != last || t->version != version)
		*t = (transaction){.version = version,
						   .id = sqlite3_value_int64(values[1])};
	sqlite3_result_int64(context, t->id);
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
	code = sqlite3_create_function_v2(db, "dbcare_audit_transaction", 2, flags,
									  t, number_transaction, NULL, NULL,
									  sqlite3_free);
	if (code == SQLITE_OK)
		code = sqlite3_create_function_v2(db, "dbcare_audit_hash", 3,
										  flags | SQLITE_DETERMINISTIC, NULL,
										  hash_value, NULL, NULL, NULL);
	return code;
}
