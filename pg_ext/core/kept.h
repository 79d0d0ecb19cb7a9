/*
 * kept.h
 *	  Results of embedded statements that a session keeps.
 */
#ifndef DBCPG_CORE_KEPT_H
#define DBCPG_CORE_KEPT_H

#include "pg_ext/core/host.h"

/* Whether the result of a statement can be one that is kept. */
extern bool dbcpg_is_kept(const dbcpg_host *host, const dbc_sql *sql);

/* The result of such a statement, which run() finds unless it is kept; it stays
 * until the call ends. */
extern const dbc_rows *
dbcpg_find_kept(dbcpg_host *host, const dbc_sql *sql, const dbc_value *args,
				int nargs,
				const dbc_rows *(*run)(dbcpg_host *, const dbc_sql *,
									   const dbc_value *, int) );

/* Around a call. */
extern void dbcpg_begin_kept(void);
extern void dbcpg_end_kept(void);

#endif /* DBCPG_CORE_KEPT_H */
