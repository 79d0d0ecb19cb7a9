/*
 * procedure.h
 *	  Transactions of a call.
 */
#ifndef DBCPG_CORE_PROCEDURE_H
#define DBCPG_CORE_PROCEDURE_H

#include "pg_ext/core/host.h"

#include "fmgr.h"

/* Fails if a procedure was called inside a transaction block or function. */
extern void dbcpg_refuse_transaction(FunctionCallInfo fcinfo,
									 const dbc_function *fn);

/* Limits lock waits of a call in the current transaction. */
extern void dbcpg_limit_lock_waits(dbcpg_host *host);

/* Prepares a transaction for work: pins parameters and limits lock waits, at a
 * new GUC level. */
extern void dbcpg_begin_transaction(dbcpg_host *host);

extern void dbcpg_survive(dbc_host *base, void (*fn)(dbc_host *, void *),
						  void (*failed)(dbc_host *, void *, const char *),
						  void *arg);

extern bool dbcpg_write(dbc_host *base, void (*fn)(dbc_host *, void *),
						void *arg);

extern bool dbcpg_commit_work(dbc_host *base, int64_t pause_ms);

/* Commits and starts a new transaction without a snapshot, in which parameters
 * have the caller's values until dbcpg_begin_transaction(). */
extern void dbcpg_end_transaction(void);

/* Sleeps, but checks for a cancel. */
extern void dbcpg_sleep(int64_t milliseconds);

/* The result row of a procedure, in the current memory context. */
extern Datum dbcpg_procedure_result(TupleDesc type, const dbc_value *value);

#endif /* DBCPG_CORE_PROCEDURE_H */
