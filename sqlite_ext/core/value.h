/*
 * value.h
 *	  Values from SQLite, and for it.
 */
#ifndef DBCSL_CORE_VALUE_H
#define DBCSL_CORE_VALUE_H

#include "sqlite_ext/core/host.h"

/* Binds $1 .. $n. */
extern void dbcsl_bind(dbcsl_host *h, sqlite3_stmt *statement,
					   const dbc_value *args, int nargs);

/* A column of the current row; a blob is converted to the text of a literal. */
extern dbc_value dbcsl_column_value(dbcsl_host *h, sqlite3_stmt *statement,
									int column);

/* Returns a value to SQLite as the result of a function or a column. */
extern void dbcsl_set_result(sqlite3_context *context, const dbc_value *value);

/* Returns an error to SQLite as the result of a function. */
extern void dbcsl_set_result_error(sqlite3_context *context,
								   const dbc_error *error);

#endif /* DBCSL_CORE_VALUE_H */
