/*
 * relation.h
 *	  Tables and other relations.
 */
#ifndef DBCPG_CORE_RELATION_H
#define DBCPG_CORE_RELATION_H

#include "pg_ext/core/host.h"

extern const dbc_relation *dbcpg_resolve(dbc_host *base, const char *text);
extern const dbc_relation *dbcpg_list_tables(dbc_host *base, int *ntables);
extern const dbc_relation *dbcpg_relation_of(dbcpg_host *host, Oid oid);

/* The OID of a table; fails if it was dropped. */
extern Oid dbcpg_find_table_oid(const dbc_relation *relation);

#endif /* DBCPG_CORE_RELATION_H */
