/*
 * issue5_stubs.c
 *	  Scaffolding: owner D replaces it.
 */
#include "postgres.h"

#include "pg_monitor.h"

const dbc_seen *
dbcpg_statements(dbc_host *host, int *nseen, const char **missing)
{
	(void) host;
	*nseen = 0;
	*missing = "Statement statistics are not there yet.";
	return NULL;
}

void
dbcpg_watch(dbc_host *host, const dbc_watch *task)
{
	(void) host;
	(void) task;
}

void
dbcpg_watched(dbc_host *host, dbc_watched *watched)
{
	(void) host;
	*watched = (dbc_watched){.running = false};
}

void
dbcpg_forget(dbc_host *host)
{
	(void) host;
}

void
dbcpg_notify(dbc_host *host, const char *payload)
{
	(void) host;
	(void) payload;
}
