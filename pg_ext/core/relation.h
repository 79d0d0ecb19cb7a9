/*
 * relation.h
 *	  Tables and other relations.
 */
#ifndef DBCPG_CORE_RELATION_H
#define DBCPG_CORE_RELATION_H

#include "pg_ext/core/host.h"

#include "storage/lockdefs.h"

extern const dbc_relation *dbcpg_resolve(dbc_host *base, const char *text);
extern const dbc_relation *dbcpg_list_tables(dbc_host *base, int *ntables);
extern const dbc_relation *dbcpg_relation_of(dbcpg_host *host, Oid oid);

/* The OID of a table; fails if it was dropped, or if its name has become that of
 * another one. */
extern Oid dbcpg_find_table_oid(const dbc_relation *relation);

/* Fails unless the name is still that of the table with an OID. */
extern void dbcpg_require_name(const dbc_relation *relation, Oid oid);

/* The same, and nothing is waited for between that and a statement which needs the
 * lock: the name could become that of another table meanwhile. */
extern void dbcpg_lock_name(const dbc_relation *relation, Oid oid,
							LOCKMODE mode);

#endif /* DBCPG_CORE_RELATION_H */
