/*
 * snapshot.c
 *	  The schema as the last migration left it.
 */
#include "common/ledger/ledger.h"

#include "common/core/tables.h"

/* The first bookkeeping that keeps a schema. */
#define KEEPS_SCHEMA 2

/* Keeps today's schema as the one the last migration left. */
void
dbc_ledger_take_snapshot(dbc_host *host)
{
	dbc_need_tables(host);
	host->store_schema(host);
	dbc_query(host, "ledger/snapshot_clear", NULL, 0);
	dbc_query(host, "ledger/snapshot_add", NULL, 0);
}

/* Whether the schema that was kept is the one the last migration left. */
bool
dbc_ledger_has_snapshot(dbc_host *host)
{
	return dbc_tables_version(host) >= KEEPS_SCHEMA &&
		   dbc_query(host, "ledger/snapshot", NULL, 0)->nrows > 0;
}
