/*
 * log.h
 *	  Writing entries of the log.
 */
#ifndef DBCPG_AUDIT_LOG_H
#define DBCPG_AUDIT_LOG_H

#include "pg_ext/audit/store.h"
#include "pg_ext/audit/table.h"

/* The log during a statement. */
typedef struct dbcpg_audit_log
{
	dbcpg_audit_table entries;
	Oid function; /* of the trigger */
	int32 context_id;
} dbcpg_audit_log;

/* Opens the log for a statement, in the current memory context. */
extern dbcpg_audit_log *dbcpg_audit_open_log(Oid function);

/* Writes an entry; key, changed, and the key after the change may be NULL. */
extern void dbcpg_audit_write(dbcpg_audit_log *log, dbcpg_audited *table,
							  const char *action, const StringInfoData *key,
							  const StringInfoData *changed,
							  const StringInfoData *moved_to);

#endif /* DBCPG_AUDIT_LOG_H */
