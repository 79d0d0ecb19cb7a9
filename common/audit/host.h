/*
 * host.h
 *	  The log of changes: what the room asks of an engine.
 */
#ifndef DBC_AUDIT_HOST_H
#define DBC_AUDIT_HOST_H

#include "common/core/host.h"

typedef struct dbc_audit_host
{
	/* Sets who makes the changes of the open transaction; NULL: no
	 * name.  Returns false if no transaction is open. */
	bool (*set_actor)(dbc_host *host, const char *name);
} dbc_audit_host;

#endif /* DBC_AUDIT_HOST_H */
