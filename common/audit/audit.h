/*
 * audit.h
 *	  The log of changes: shared declarations of the room.
 *
 * Triggers write an entry for each changed row to dbcare's table audit_entry.
 * What many entries share is stored once: the columns as the trigger knows them
 * (audit_shape) and who changes from where (audit_context).
 */
#ifndef DBC_AUDIT_AUDIT_H
#define DBC_AUDIT_AUDIT_H

#include "common/core/host.h"

/* A table that is or was logged. */
typedef struct dbc_audit_logged
{
	int64_t id;			 /* in audited_table; 0: never logged */
	bool enabled;		 /* it has triggers */
	const char *problem; /* why it cannot be logged, as a clause; or NULL */
} dbc_audit_logged;

extern dbc_audit_logged dbc_audit_find(dbc_host *host,
									   const dbc_relation *table);

#endif /* DBC_AUDIT_AUDIT_H */
