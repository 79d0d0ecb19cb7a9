/*
 * call.h
 *	  SQL calls of dbcare's functions.
 */
#ifndef DBCSL_CORE_CALL_H
#define DBCSL_CORE_CALL_H

#include "sqlite_ext/core/host.h"

/*
 * Runs the function of the host.  Bit i of given tells that values has an
 * entry for declared argument i; they come in that order.  False is a failure,
 * described by h->error, that has left nothing behind.  In both cases only
 * memory remains in use, until dbcsl_close().
 */
extern bool dbcsl_call(dbcsl_host *h, unsigned given, sqlite3_value **values);

/* Hands a value to SQLite as the result of a function or of a column.  copy is
 * one of its text, for SQLite to free, or NULL, and then SQLite makes one. */
extern void dbcsl_set_result(sqlite3_context *context, const dbc_value *value,
							 char *copy);

/* A scalar function of SQL; its user data is the dbc_function. */
extern void dbcsl_run_scalar(sqlite3_context *context, int nvalues,
							 sqlite3_value **values);

/* Hands a failure to SQLite as the result of a function. */
extern void dbcsl_set_result_error(sqlite3_context *context,
								   const dbc_error *error);

/* ---- core/vtab.c ---- */

extern const sqlite3_module dbcsl_table_module;

#endif /* DBCSL_CORE_CALL_H */
