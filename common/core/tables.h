/*
 * tables.h
 *	  dbcare's tables: their version, creating and upgrading them.
 */
#ifndef DBC_CORE_TABLES_H
#define DBC_CORE_TABLES_H

#include "common/core/host.h"

/* The version of the bookkeeping this library makes and expects. */
#define DBC_TABLES_VERSION 7

/*
 * The version of the bookkeeping that is there, 0 if none.  Fails with 42501
 * when a part of it belongs to a role that has no business there [PG], and
 * when a newer library made it.
 */
extern int dbc_tables_version(dbc_host *host);

/* Creates the bookkeeping or brings it up to this library's version.  Returns
 * the version it had. */
extern int dbc_need_tables(dbc_host *host);

/* Name of the database; on SQLite the base name of its file, or "memory". */
extern const char *dbc_database_name(dbc_host *host);

#endif /* DBC_CORE_TABLES_H */
