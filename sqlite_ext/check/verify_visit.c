/*
 * verify_visit.c
 *	  The SQL function that is called for the rows of a scan.
 *
 * Its first argument is a pointer, which SQL cannot create, so only dbcare can
 * call it.
 */
#include "sqlite_ext/check/verify.h"
#include "sqlite_ext/trust/prepare.h"

#include <limits.h>

/* The pointer type for sqlite3_bind_pointer(). */
#define POINTER_TYPE "dbcare"

/* dbcare_visit_row(visitor, value, ...) */
static void
visit_row(sqlite3_context *context, int nvalues, sqlite3_value **values)
{
	dbcsl_check_row_visitor *visitor =
		nvalues > 0 ? sqlite3_value_pointer(values[0], POINTER_TYPE) : NULL;
	int code = SQLITE_OK;
	bool leaves;

	if (!visitor)
		return;
	leaves = visitor->visit(visitor, values + 1, &code);
	if (code == SQLITE_OK)
		sqlite3_result_int(context, leaves);
	else
		sqlite3_result_error_code(context, code);
}

int
dbcsl_check_register_visit(sqlite3 *db)
{
	return sqlite3_create_function_v2(db, DBCSL_VISIT, -1,
									  SQLITE_UTF8 | SQLITE_DIRECTONLY, NULL,
									  visit_row, NULL, NULL, NULL);
}

sqlite3_stmt *
dbcsl_check_prepare_visit(dbcsl_host *h, const char *sql,
						  dbcsl_check_row_visitor *const *visitors,
						  int nvisitors)
{
	sqlite3_stmt *statement = dbcsl_prepare_to_bind(h, sql, INT_MAX);

	for (int i = 0; i < nvisitors; i++)
	{
		int code = sqlite3_bind_pointer(statement, i + 1, visitors[i],
										POINTER_TYPE, NULL);

		if (code != SQLITE_OK)
			dbcsl_fail_engine(h, code);
	}
	return statement;
}
