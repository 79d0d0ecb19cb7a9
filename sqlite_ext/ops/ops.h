/*
 * ops.h
 *	  Data operations: the room's part of the host interface; see
 *	  common/ops/host.h.
 */
#ifndef DBCSL_OPS_OPS_H
#define DBCSL_OPS_OPS_H

#include "sqlite_ext/core/host.h"

#include "common/ops/host.h"

/* ---- describe.c ---- */

extern const dbc_ops_table *dbcsl_ops_describe(dbc_host *host,
											   const dbc_relation *relation);
extern const dbc_ops_table *dbcsl_ops_find(dbc_host *host, const char *text);
extern dbc_ops_condition
dbcsl_ops_test(dbc_host *host, const dbc_ops_column *column, dbc_ops_test test);
extern const dbc_ops_condition *dbcsl_ops_search(dbc_host *host,
												 const dbc_ops_table *table,
												 const dbc_ops_column *column);

#endif /* DBCSL_OPS_OPS_H */
