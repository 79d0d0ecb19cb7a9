/*
 * log.c
 *	  The log of migrations: nothing of it reaches the log of the server.
 */
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
	.announce = announce,
};
