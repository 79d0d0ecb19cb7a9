/*
 * query.h
 *	  Statements of a call.
 */
#ifndef DBCSL_CORE_QUERY_H
#define DBCSL_CORE_QUERY_H

#include "sqlite_ext/core/host.h"

/* Whether statements must not write now. */
extern bool dbcsl_is_read_only(const dbcsl_host *h);

/* Prepares h->uncached; NULL for an empty statement.  Fails for one that has
 * parameters: nothing gives them values, and SQLite would take them for null;
 * and for a query with texts in double quotes. */
extern sqlite3_stmt *dbcsl_prepare(dbcsl_host *h, const char *text);

/* Prepares h->uncached, to which the caller binds so many values at most;
 * INT_MAX: the whole text is dbcare's. */
extern sqlite3_stmt *dbcsl_prepare_to_bind(dbcsl_host *h, const char *text,
										   int most);

/* A name in double quotes that SQLite takes for a text, in a statement that can
 * be prepared; NULL if there is none.  Those of views and triggers are their own
 * affair.  The second function fails for one. */
extern const char *dbcsl_find_quoted_text(dbcsl_host *h, const char *text);
extern void dbcsl_refuse_quoted_texts(dbcsl_host *h, const char *text);

/* Fails for a statement with more parameters. */
extern void dbcsl_refuse_parameters(dbcsl_host *h, sqlite3_stmt *statement,
									int most);

/* The cached statement of a named text. */
extern sqlite3_stmt *dbcsl_prepare_cached(dbcsl_host *h, const dbc_sql *sql);

/* The cached statement of a text, which the connection has kept or may keep.
 * *reused is whether it was prepared before, and *is_kept whether it will be
 * kept, which the caller clears if what the statement reads was not verified;
 * see core/connection.c. */
extern sqlite3_stmt *dbcsl_prepare_kept(dbcsl_host *h, const char *text,
										bool *reused, bool **is_kept);

/* Whether a statement makes SQLite prepare all others again, but drops no table
 * and no index. */
extern bool dbcsl_expires_others(sqlite3_stmt *statement);

/* Runs h->uncached to its end and finalizes it; optionally collects its rows.
 */
extern dbc_rows *dbcsl_run_prepared(dbcsl_host *h, bool collect);

/* See pages() in core/host.h. */
extern void dbcsl_pass_pages(dbc_host *host, const dbc_sql *sql,
							 const dbc_value *args, int nargs,
							 void (*page)(dbc_host *, void *, const dbc_rows *),
							 void *arg);

/* A column of the current row; a blob is converted to the text of a literal. */
extern dbc_value dbcsl_column_value(dbcsl_host *h, sqlite3_stmt *statement,
									int column);

/* The names of the columns of a statement. */
extern const char *const *dbcsl_list_result_columns(dbcsl_host *h,
													sqlite3_stmt *statement);

/* Finalizes h->uncached, if any. */
extern void dbcsl_finalize_statement(dbcsl_host *h);

extern const dbc_rows *dbcsl_query(dbc_host *host, const dbc_sql *sql,
								   const dbc_value *args, int nargs);

/* Closes the resources of the failed part of a call. */
extern void dbcsl_close_failed(dbcsl_host *h);

/* Closes all resources of a call except the arena. */
extern void dbcsl_close_all(dbcsl_host *h);

/* ---- core/shared.c ---- */

extern void dbcsl_bind_shared(dbcsl_host *h, sqlite3_stmt *statement);
extern int dbcsl_register_shared(sqlite3 *db);

#endif /* DBCSL_CORE_QUERY_H */
