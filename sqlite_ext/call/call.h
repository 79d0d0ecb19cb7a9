/*
 * call.h
 *	  SQL calls of dbcare's functions.
 */
#ifndef DBCSL_CALL_CALL_H
#define DBCSL_CALL_CALL_H

#include "sqlite_ext/core/connection.h"

/* Runs the function of the host.  Bit i of given is set if values has an entry
 * for declared argument i; entries are in the order of declaration.  Returns
 * false after a failure, described by h->error, whose work was rolled back.  In
 * both cases only memory remains allocated, until dbcsl_close(). */
extern bool dbcsl_call(dbcsl_host *h, unsigned given, sqlite3_value **values);

/* A scalar function of SQL; its user data is a dbcsl_entry. */
extern void dbcsl_run_scalar(sqlite3_context *context, int nvalues,
							 sqlite3_value **values);

/* Refuses a call of a function that returns rows as a scalar one. */
extern void dbcsl_refuse_scalar(sqlite3_context *context, int nvalues,
								sqlite3_value **values);

/* ---- call/vtab.c ---- */

extern const sqlite3_module dbcsl_table_module;
extern const sqlite3_module dbcsl_refused_module;

/* ---- call/unsafe_functions.c ---- */

/* Registers dbcare_unsafe_tables(), dbcare_refuse_unsafe() and
 * dbcare_index_condition(), which embedded SQL uses. */
extern int dbcsl_register_unsafe(sqlite3 *db,
								 struct dbcsl_connection *connection);

/* ---- call/known_table.c ---- */

/* Registers dbcare_known, which embedded SQL reads. */
extern int dbcsl_register_known(sqlite3 *db,
								struct dbcsl_connection *connection);

#endif /* DBCSL_CALL_CALL_H */
