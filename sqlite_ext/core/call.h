/*
 * call.h
 *	  SQL calls of dbcare's functions.
 */
#ifndef DBCSL_CORE_CALL_H
#define DBCSL_CORE_CALL_H

#include "sqlite_ext/core/host.h"

/* Runs the function of the host.  Bit i of given is set if values has an entry
 * for declared argument i; entries are in the order of declaration.  Returns
 * false after a failure, described by h->error, whose work was rolled back.  In
 * both cases only memory remains allocated, until dbcsl_close(). */
extern bool dbcsl_call(dbcsl_host *h, unsigned given, sqlite3_value **values);

/* Returns a value to SQLite as the result of a function or a column. */
extern void dbcsl_set_result(sqlite3_context *context, const dbc_value *value);

/* A scalar function of SQL; its user data is a dbcsl_entry. */
extern void dbcsl_run_scalar(sqlite3_context *context, int nvalues,
							 sqlite3_value **values);

/* Refuses a call of a function that returns rows as a scalar one. */
extern void dbcsl_refuse_scalar(sqlite3_context *context, int nvalues,
								sqlite3_value **values);

/* Returns an error to SQLite as the result of a function. */
extern void dbcsl_set_result_error(sqlite3_context *context,
								   const dbc_error *error);

/* ---- core/vtab.c ---- */

extern const sqlite3_module dbcsl_table_module;
extern const sqlite3_module dbcsl_refused_module;

#endif /* DBCSL_CORE_CALL_H */
