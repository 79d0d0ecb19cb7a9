/*
 * tables.h
 *	  dbcare's tables: their version, creating and upgrading them.
 */
#ifndef DBC_CORE_TABLES_H
#define DBC_CORE_TABLES_H

#include "common/core/host.h"

/* host->tables_version if there are no tables, and the call creates none. */
#define DBC_NO_TABLES (-1)

/* Whether dbcare's tables exist, even without a record of their version.  Fails
 * with 42501 if one of them belongs to an untrusted role [PG]. */
extern bool dbc_find_tables(dbc_host *host);

/* The version of dbcare's tables; 0 if they do not exist or nothing is recorded
 * in them, as in a copy of the schema without rows.  Fails as
 * dbc_find_tables(), and if a newer library created them. */
extern int dbc_tables_version(dbc_host *host);

/* Whether dbcare's tables have something to read. */
extern bool dbc_has_tables(dbc_host *host);

/* Creates or upgrades dbcare's tables; returns the previous version. */
extern int dbc_need_tables(dbc_host *host);

/* Takes from others what ALTER DEFAULT PRIVILEGES has given them on a table that
 * was made for rows of another one: they may not have been allowed to see these. */
extern void dbc_revoke_defaults(dbc_host *host, const char *table);

/* [PG] The number of a table in dbcare's table known_table, where it is added
 * if it has none: what dbcare keeps of a table refers to this.  0 on SQLite. */
extern int64_t dbc_know_table(dbc_host *host, const dbc_relation *table);

/* The name of the database; on SQLite the base name of its file, or
 * "memory". */
extern const char *dbc_database_name(dbc_host *host);

#endif /* DBC_CORE_TABLES_H */
