/*
 * actor.c
 *	  Who makes the changes of a transaction.
 */
#include "pg_ext/core/host.h"
#include "pg_ext/core/rooms.h"

#include "access/xact.h"

#include "common/audit/host.h"

/* Sets the parameter dbcare.actor when the call ends, which restores
 * parameters; see common/audit/host.h. */
static bool
set_actor(dbc_host *base, const char *name)
{
	dbcpg_host *host = dbcpg_of(base);

	if (!IsTransactionBlock())
		return false;
	host->actor =
		MemoryContextStrdup(host->call, name ? dbcpg_from_core(name) : "");
	return true;
}

const dbc_audit_host dbcpg_audit_host = {.set_actor = set_actor};
