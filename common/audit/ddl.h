/*
 * ddl.h
 *	  [PG] Changes of the schema and of roles in the log of changes.
 */
#ifndef DBC_AUDIT_DDL_H
#define DBC_AUDIT_DDL_H

#include "common/core/host.h"

/* Logs a command that has created and altered objects, or the objects that it
 * has dropped; in an event trigger.  The statement is what the client sent, or
 * null. */
extern void dbc_audit_log_ddl(dbc_host *host, bool drops, const char *command,
							  dbc_value statement);

/* Logs what has changed of roles since the last time, if that is on. */
extern void dbc_audit_log_roles(dbc_host *host);

#endif /* DBC_AUDIT_DDL_H */
