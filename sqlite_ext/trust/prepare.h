/*
 * prepare.h
 *	  Statements that may be prepared.
 */
#ifndef DBCSL_TRUST_PREPARE_H
#define DBCSL_TRUST_PREPARE_H

#include "sqlite_ext/core/statement.h"

/* Prepares h->uncached; NULL for an empty statement.  Fails for one that has
 * parameters: nothing gives them values, and SQLite would take them for null;
 * and for a query with texts in double quotes. */
extern sqlite3_stmt *dbcsl_prepare(dbcsl_host *h, const char *text);

/* Prepares h->uncached, to which the caller binds so many values at most;
 * INT_MAX: the whole text is dbcare's. */
extern sqlite3_stmt *dbcsl_prepare_to_bind(dbcsl_host *h, const char *text,
										   int most);

/* The cached statement of a named text. */
extern sqlite3_stmt *dbcsl_prepare_cached(dbcsl_host *h, const dbc_sql *sql);

/* The cached statement of a text, which the connection has kept or may keep.
 * *reused is whether it was prepared before, and *is_kept whether it will be
 * kept, which the caller clears if what the statement reads was not verified;
 * see core/connection.c. */
extern sqlite3_stmt *dbcsl_prepare_kept(dbcsl_host *h, const char *text,
										bool *reused, bool **is_kept);

/* ---- trust/caller.c ---- */

/* Fails unless the function was called as SELECT f() and no other statement is
 * running. */
extern void dbcsl_verify_caller(dbcsl_host *h);

#endif /* DBCSL_TRUST_PREPARE_H */
