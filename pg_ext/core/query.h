/*
 * query.h
 *	  Embedded SQL through SPI.
 */
#ifndef DBCPG_CORE_QUERY_H
#define DBCPG_CORE_QUERY_H

#include "pg_ext/core/host.h"

#include "executor/spi.h"

extern const dbc_rows *dbcpg_query(dbc_host *base, const dbc_sql *sql,
								   const dbc_value *args, int nargs);

/* See pages() in core/host.h. */
extern void dbcpg_pass_pages(dbc_host *base, const dbc_sql *sql,
							 const dbc_value *args, int nargs,
							 void (*page)(dbc_host *, void *, const dbc_rows *),
							 void *arg);

/* Runs a read-only query with expressions of the owner of a table, whose names
 * are those that the owner's expressions may use; see core/owner.h. */
extern const dbc_rows *dbcpg_query_table(dbcpg_host *host, Oid table,
										 const char *text);

/* The text of an embedded statement that is prepared elsewhere. */
extern const char *dbcpg_embedded_text(dbcpg_host *host, const char *name);

/* Copies a result into the arena. */
extern dbc_rows *dbcpg_copy_rows(dbcpg_host *host, SPITupleTable *table,
								 uint64 affected);

/* Runs an embedded statement that writes dbcare's tables, with values that the
 * core has no type for. */
extern void dbcpg_write_tables(dbcpg_host *host, const char *name, int nargs,
							   Oid *types, Datum *values);

#endif /* DBCPG_CORE_QUERY_H */
