/*
 * procedure.h
 *	  Transactions of a call.
 */
#ifndef DBCPG_CORE_PROCEDURE_H
#define DBCPG_CORE_PROCEDURE_H

#include "pg_ext/core/host.h"

#include "fmgr.h"

/* Fails unless a procedure was called where it can commit. */
extern void dbcpg_refuse_transaction(FunctionCallInfo fcinfo,
									 const dbc_function *fn);

/* Limits lock waits of a call in the current transaction. */
extern void dbcpg_limit_lock_waits(dbcpg_host *host);

/* Prepares a transaction for work: pins parameters and limits lock waits, at a
 * new GUC level. */
extern void dbcpg_begin_transaction(dbcpg_host *host);

extern bool dbcpg_commit_work(dbc_host *base, int64_t pause_ms);

/* Ends the transaction and leaves no snapshot behind; begins the next one, in
 * which parameters are the caller's until dbcpg_begin_transaction(). */
extern void dbcpg_end_transaction(void);

/* Sleeps for that long, or until a cancel. */
extern void dbcpg_sleep(int64_t milliseconds);

/* The row that is the result of a procedure, in the current context. */
extern Datum dbcpg_procedure_result(TupleDesc type, const dbc_value *value);

#endif /* DBCPG_CORE_PROCEDURE_H */
