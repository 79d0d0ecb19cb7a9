/*
 * rights.h
 *	  What only the owner of a table, or of dbcare's tables, may do.
 *
 * dbcare's functions write its tables as their owner, so each function that
 * changes what dbcare has of a table, or lowers a protection, asks for these
 * rights before.  SQLite has no roles: whoever can write the file has them.
 */
#ifndef DBC_CORE_RIGHTS_H
#define DBC_CORE_RIGHTS_H

#include "common/core/host.h"

/* Fails unless the caller has the rights of the owner of dbcare's tables; what
 * is the act, such as "erasing values of the log". */
extern void dbc_require_tables_owner(dbc_host *host, const char *what);

/* Fails unless the caller has the rights of the owner of a table. */
extern void dbc_require_table_owner(dbc_host *host, const dbc_relation *table);

/* [PG] Fails unless the caller has a privilege, such as SELECT, on a table. */
extern void dbc_require_privilege(dbc_host *host, const dbc_relation *table,
								  const char *privilege);

#endif /* DBC_CORE_RIGHTS_H */
