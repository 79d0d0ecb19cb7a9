/*
 * issue5_stubs.c
 *	  Scaffolding: owner E replaces it.
 */
#include "sqlite_monitor.h"

const dbc_seen *
dbcsl_statements(dbc_host *host, int *nseen, const char **missing)
{
	(void) host;
	*nseen = 0;
	*missing = "Statement statistics are not there yet.";
	return NULL;
}

void
dbcsl_watch(dbc_host *host, const dbc_watch *task)
{
	(void) host;
	(void) task;
}

void
dbcsl_watched(dbc_host *host, dbc_watched *watched)
{
	(void) host;
	*watched = (dbc_watched){.running = false};
}

void
dbcsl_forget(dbc_host *host)
{
	(void) host;
}

void
dbcsl_notify(dbc_host *host, const char *payload)
{
	(void) host;
	(void) payload;
}
