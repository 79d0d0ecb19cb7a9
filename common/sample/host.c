/*
 * host.c
 *	  The wrappers through which core code takes measurements.
 */
#include "common/sample/host.h"

#include "common/core/tables.h"

bool
dbc_sample_is_in_process(const dbc_host *host)
{
	return host->rooms.sample && host->rooms.sample->in_process;
}

void
dbc_sample_read_facts(dbc_host *host, dbc_facts *facts)
{
	*facts = (dbc_facts){.disk_total = -1, .disk_free = -1, .wal_bytes = -1};
	if (host->rooms.sample && host->rooms.sample->facts)
		host->rooms.sample->facts(host, facts);
}

const dbc_sample_statement_stats *
dbc_sample_read_statements(dbc_host *host, int *nstats, const char **missing)
{
	if (host->rooms.sample && host->rooms.sample->statements)
		return host->rooms.sample->statements(host, nstats, missing);
	*nstats = 0;
	*missing = "Statement statistics are not supported on this connection.";
	return NULL;
}

/* Calls a function on the database that samples are stored in. */
static int
ask_samples(dbc_host *host, int (*ask)(dbc_host *))
{
	return host->rooms.sample && host->rooms.sample->ask_samples
			   ? host->rooms.sample->ask_samples(host, ask)
			   : ask(host);
}

/* Whether dbcare's tables are there. */
bool
dbc_sample_has_tables(dbc_host *host)
{
	return ask_samples(host, dbc_tables_version) > 0;
}

/* Creates or upgrades these tables. */
void
dbc_sample_need_tables(dbc_host *host)
{
	(void) ask_samples(host, dbc_need_tables);
}
