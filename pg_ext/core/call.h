/*
 * call.h
 *	  SQL calls of dbcare's functions.
 */
#ifndef DBCPG_CORE_CALL_H
#define DBCPG_CORE_CALL_H

#include "pg_ext/core/compat.h"

#include "fmgr.h"

#include "common/core/host.h"

/* Runs a function of the core for PostgreSQL's function manager. */
extern Datum dbcpg_call(FunctionCallInfo fcinfo, const dbc_function *fn);

/* From now on calls leave no events: for a process that no user calls. */
extern void dbcpg_leave_no_events(void);

/* Fails for a number given as a version. */
extern Datum dbcpg_refuse_number(FunctionCallInfo fcinfo);

#endif /* DBCPG_CORE_CALL_H */
