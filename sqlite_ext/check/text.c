/*
 * text.c
 *	  Text that is not valid UTF-8.
 *
 * dbcare_invalid_text(value) tells whether a value is such text.  SQLite stores
 * any bytes, and its functions read them as other characters.  In a database
 * with UTF-16 SQLite converts the text, and every text is valid.
 */
#include "sqlite_ext/check/damage.h"

#include "common/core/text.h"

static void
invalid_text(sqlite3_context *context, int nvalues, sqlite3_value **values)
{
	const char *text;
	size_t length;

	(void) nvalues;
	if (sqlite3_value_type(values[0]) != SQLITE_TEXT)
	{
		sqlite3_result_int(context, 0);
		return;
	}
	text = (const char *) sqlite3_value_text(values[0]);
	length = text ? (size_t) sqlite3_value_bytes(values[0]) : 0;
	sqlite3_result_int(context, dbc_valid_utf8(text, length) != length);
}

int
dbcsl_check_register_text(sqlite3 *db)
{
	return sqlite3_create_function_v2(db, "dbcare_invalid_text", 1,
									  SQLITE_UTF8 | SQLITE_DIRECTONLY |
										  SQLITE_DETERMINISTIC,
									  NULL, invalid_text, NULL, NULL, NULL);
}
