/*
 * ops.h
 *	  Data operations: the room's part of the host interface; see
 *	  common/ops/host.h.
 */
#ifndef DBCPG_OPS_OPS_H
#define DBCPG_OPS_OPS_H

#include "pg_ext/core/host.h"

#include "common/ops/host.h"

/* ---- describe.c ---- */

extern const dbc_ops_table *dbcpg_ops_describe(dbc_host *base,
											   const dbc_relation *name);
extern const dbc_ops_condition *dbcpg_ops_search(dbc_host *base,
												 const dbc_ops_table *table,
												 const dbc_ops_column *column);

#endif /* DBCPG_OPS_OPS_H */
