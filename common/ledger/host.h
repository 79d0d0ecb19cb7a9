/*
 * host.h
 *	  Engine functions that the ledger needs in addition to core/host.h.
 */
#ifndef DBC_LEDGER_HOST_H
#define DBC_LEDGER_HOST_H

#include "common/core/host.h"

typedef struct dbc_ledger_host
{
	/* Records the end of a log outside the database: [PG] in the server log
	 * when the transaction commits, [SQLite] at once in the application's error
	 * log.  The end of the audit log is also appended to the file of the
	 * setting audit_anchor_file, after the transaction of the call; on SQLite
	 * not if the caller has one.  Names of the log and of its parts are string
	 * literals. */
	void (*announce)(dbc_host *host, const char *log, const char *part,
					 int64_t number, const char *hash);
} dbc_ledger_host;

#endif /* DBC_LEDGER_HOST_H */
