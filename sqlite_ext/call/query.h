/*
 * query.h
 *	  Running statements of a call.
 */
#ifndef DBCSL_CALL_QUERY_H
#define DBCSL_CALL_QUERY_H

#include "sqlite_ext/trust/prepare.h"

/* Whether a statement makes SQLite prepare all others again, but drops no table
 * and no index. */
extern bool dbcsl_expires_others(sqlite3_stmt *statement);

/* Runs h->uncached to its end and finalizes it; optionally collects its rows.
 */
extern dbc_rows *dbcsl_run_prepared(dbcsl_host *h, bool collect);

extern const dbc_rows *dbcsl_query(dbc_host *host, const dbc_sql *sql,
								   const dbc_value *args, int nargs);

/* See pages() in core/host.h. */
extern void dbcsl_pass_pages(dbc_host *host, const dbc_sql *sql,
							 const dbc_value *args, int nargs,
							 void (*page)(dbc_host *, void *, const dbc_rows *),
							 void *arg);

/* ---- call/close.c ---- */

/* Closes all resources of a call except the arena. */
extern void dbcsl_close_all(dbcsl_host *h);

/* ---- call/shared.c ---- */

extern void dbcsl_bind_shared(dbcsl_host *h, sqlite3_stmt *statement);
extern int dbcsl_register_shared(sqlite3 *db);

#endif /* DBCSL_CALL_QUERY_H */
