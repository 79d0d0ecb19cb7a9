/*
 * plan.h
 *	  Prepared statements of dbcare's own SQL.
 */
#ifndef DBCPG_CORE_PLAN_H
#define DBCPG_CORE_PLAN_H

#include "pg_ext/core/host.h"

#include "executor/spi.h"

/* The type that a value is bound as. */
extern Oid dbcpg_type_of_kind(dbc_value_kind kind);

/* How many parameters of a statement are numbers of new rows: those behind the
 * arguments. */
extern int dbcpg_count_numbers(const dbc_sql *sql);

/* The plan of a statement for values of these kinds, until the call ends. */
extern SPIPlanPtr dbcpg_find_plan(dbcpg_host *host, const dbc_sql *sql,
								  const dbc_value *args, int nargs);

/* Around a call; its end, also after an error, frees what is not kept. */
extern void dbcpg_begin_plans(void);
extern void dbcpg_end_plans(dbcpg_host *host);

/* Keeps the plans of all calls from now on: for a process that repeats calls,
 * and does not live long. */
extern void dbcpg_keep_plans(void);

#endif /* DBCPG_CORE_PLAN_H */
