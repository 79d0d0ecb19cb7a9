/*
 * host.h
 *	  Engine functions that long work on a table needs in addition to
 *	  core/host.h.
 */
#ifndef DBC_BATCH_HOST_H
#define DBC_BATCH_HOST_H

#include "common/core/host.h"

typedef struct dbc_batch_host
{
	size_t name_limit; /* names are truncated to so many bytes; 0: no limit, and
						* names are case-insensitive */

	/* PROC only, once per call.  Locks work with a name for this call until it
	 * ends; false if another call of any process has locked it. */
	bool (*lock)(dbc_host *host, const char *work);

	/* The process that has locked work; 0 if none is known.  Not for calls that
	 * have locked it themselves. */
	int64_t (*runner_of)(dbc_host *host, const char *work);
} dbc_batch_host;

#endif /* DBC_BATCH_HOST_H */
