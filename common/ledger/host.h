/*
 * host.h
 *	  What the ledger asks of an engine besides core/host.h.
 */
#ifndef DBC_LEDGER_HOST_H
#define DBC_LEDGER_HOST_H

#include "common/core/host.h"

typedef struct dbc_ledger_host
{
	/*
	 * Runs an embedded statement that writes the log of migrations or its head,
	 * like query(); [PG] with the rights of the owner of the log, for callers
	 * that may write the ledger.
	 */
	const dbc_rows *(*write_log)(dbc_host *host, const dbc_sql *sql,
								 const dbc_value *args, int nargs);

	/* Records outside the database where the log of migrations ends: [PG] in
	 * the server's log when the transaction commits, [SQLite] in the
	 * application's error log, at once. */
	void (*announce)(dbc_host *host, int64_t event_id, const char *hash);
} dbc_ledger_host;

#endif /* DBC_LEDGER_HOST_H */
