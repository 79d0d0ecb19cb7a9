/*
 * host.h
 *	  Engine functions that a backfill needs in addition to core/host.h.
 */
#ifndef DBC_BACKFILL_HOST_H
#define DBC_BACKFILL_HOST_H

#include "common/core/host.h"

typedef struct dbc_backfill_host
{
	size_t name_limit; /* names are truncated to so many bytes; 0: no limit, and
						* names are case-insensitive */

	/*
	 * PROC only.  Locks a stored backfill for this call until it ends; false if
	 * another call has locked it.  From the next transaction on, lock waits of
	 * the call are limited to timeout_ms.
	 */
	bool (*lock)(dbc_host *host, const char *name, int64_t timeout_ms);

	/* The process that runs a backfill; 0 if none is known. */
	int64_t (*runner_of)(dbc_host *host, const char *name);
} dbc_backfill_host;

#endif /* DBC_BACKFILL_HOST_H */
