/*
 * tables.h
 *	  dbcare's tables: their version, creating and upgrading them.
 */
#ifndef DBC_CORE_TABLES_H
#define DBC_CORE_TABLES_H

#include "common/core/host.h"

/* The version of dbcare's tables that this library creates and requires. */
#define DBC_TABLES_VERSION 8

/* The version of dbcare's tables, 0 if they do not exist.  Fails with 42501 if
 * one of them belongs to an untrusted role [PG], and if a newer library created
 * them. */
extern int dbc_tables_version(dbc_host *host);

/* Creates or upgrades dbcare's tables; returns the previous version. */
extern int dbc_need_tables(dbc_host *host);

/* The name of the database; on SQLite the base name of its file, or
 * "memory". */
extern const char *dbc_database_name(dbc_host *host);

#endif /* DBC_CORE_TABLES_H */
