/*
 * schema.h
 *	  The user's schema by SQL alone: what the files share that wire/ uses, too,
 *	  and that therefore need no header of the server.
 */
#ifndef DBCPG_MIGRATE_SCHEMA_H
#define DBCPG_MIGRATE_SCHEMA_H

#include "common/migrate/host.h"

/* ---- migrate/schema.c ---- */

extern const dbc_rows *dbcpg_migrate_list_schema(dbc_host *base,
												 dbc_schema_source source);

extern void dbcpg_migrate_store_schema(dbc_host *base);

/* Joins two lists of objects; *values, unless NULL, can be changed. */
extern const dbc_rows *dbcpg_migrate_join_rows(dbc_host *base,
											   const dbc_rows *first,
											   const dbc_rows *second,
											   dbc_value **values);

/* ---- migrate/preview.c ---- */

extern const dbc_rows *dbcpg_migrate_preview(dbc_host *base,
											 const dbc_script *script);

/* ---- migrate/diff.c ---- */

extern const char *dbcpg_migrate_diff(dbc_host *base,
									  const dbc_migrate_schema *from,
									  const dbc_migrate_schema *to);

/* Whether the stack is nearly used up; of the binding. */
extern bool dbcpg_migrate_stack_is_deep(void);

#endif /* DBCPG_MIGRATE_SCHEMA_H */
