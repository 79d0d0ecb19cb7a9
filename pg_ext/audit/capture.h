/*
 * capture.h
 *	  The trigger that logs changes.
 */
#ifndef DBCPG_AUDIT_CAPTURE_H
#define DBCPG_AUDIT_CAPTURE_H

#include "pg_ext/core/compat.h"

#include "fmgr.h"

/* Logs the change of an AFTER ROW trigger, or the rows that a TRUNCATE is going
 * to remove. */
extern void dbcpg_audit_capture(FunctionCallInfo fcinfo);

/* Logs the command that fired an event trigger. */
extern void dbcpg_audit_log_ddl(FunctionCallInfo fcinfo);

#endif /* DBCPG_AUDIT_CAPTURE_H */
