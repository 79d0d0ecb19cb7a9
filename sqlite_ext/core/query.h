/*
 * query.h
 *	  Statements of a call.
 */
#ifndef DBCSL_CORE_QUERY_H
#define DBCSL_CORE_QUERY_H

#include "sqlite_ext/core/host.h"

/* Whether nothing that runs now may write. */
extern bool dbcsl_is_read_only(const dbcsl_host *h);

/* Prepares h->loose; NULL is an empty statement. */
extern sqlite3_stmt *dbcsl_prepare(dbcsl_host *h, const char *text);

/* The statement of a text with a name, prepared once per call. */
extern sqlite3_stmt *dbcsl_prepare_cached(dbcsl_host *h, const dbc_sql *sql);

/* Runs h->loose to its end and finalizes it; collects its rows if asked. */
extern dbc_rows *dbcsl_run_prepared(dbcsl_host *h, bool collect);

/* One value of the row a statement is at; a blob is the text of a literal. */
extern dbc_value dbcsl_column_value(dbcsl_host *h, sqlite3_stmt *statement,
									int column);

/* Finalizes h->loose, if any. */
extern void dbcsl_finalize_statement(dbcsl_host *h);

extern const dbc_rows *dbcsl_query(dbc_host *host, const dbc_sql *sql,
								   const dbc_value *args, int nargs);

/* Closes what the failed part of a call had open. */
extern void dbcsl_close_failed(dbcsl_host *h);

/* Closes all that a call had open, but keeps the arena. */
extern void dbcsl_close_all(dbcsl_host *h);

#endif /* DBCSL_CORE_QUERY_H */
