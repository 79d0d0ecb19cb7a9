/*
 * log.c
 *	  The migration log: any caller that can write the file can write the log.
 */
#include "sqlite_ext/core/query.h"
#include "sqlite_ext/core/rooms.h"

#include "common/ledger/host.h"

/* Reports the end of a log in the application's error log. */
static void
announce(dbc_host *host, const char *log, const char *part, int64_t number,
		 const char *hash)
{
	const char *file = sqlite3_db_filename(dbcsl_of(host)->db, "main");

	sqlite3_log(SQLITE_NOTICE,
				"dbcare: %s of database \"%s\" ends with %s %lld, hash %s", log,
				file ? file : "", part, (long long) number, hash);
}

const dbc_ledger_host dbcsl_ledger_host = {
	.write_log = dbcsl_query,
	.announce = announce,
};
