/*
 * log.c
 *	  The log of migrations, which the caller must be allowed to write.
 *
 * What the extension writes with the rights of the log's owner, this session
 * writes with its own.  Nothing reaches the server's log.
 */
#include "wire/core/query.h"
#include "wire/core/rooms.h"

#include "common/ledger/host.h"

static void
announce(dbc_host *host, const char *log, const char *part, int64_t number,
		 const char *hash)
{
	(void) host;
	(void) log;
	(void) part;
	(void) number;
	(void) hash;
}

const dbc_ledger_host dbcw_ledger_host = {
	.write_log = dbcw_query_later,
	.announce = announce,
};
