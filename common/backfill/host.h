/*
 * host.h
 *	  What a backfill asks of an engine besides core/host.h.
 */
#ifndef DBC_BACKFILL_HOST_H
#define DBC_BACKFILL_HOST_H

#include "common/core/host.h"

typedef struct dbc_backfill_host
{
	size_t name_limit; /* bytes that names are cut to; 0: they are not, and case
						* does not count */

	/*
	 * PROC only.  Makes this call the one that runs the backfill of a name,
	 * which is written down, until the call ends; false if another one is that.
	 * Bounds lock waits of the call by timeout_ms from its next transaction on.
	 */
	bool (*reserve)(dbc_host *host, const char *name, int64_t timeout_ms);

	/* The process that runs the backfill of a name, as far as can be told; 0 if
	 * none does. */
	int64_t (*runner_of)(dbc_host *host, const char *name);
} dbc_backfill_host;

#endif /* DBC_BACKFILL_HOST_H */
