/*
 * pg_statements.c
 *	  Statistics of statements, from pg_stat_statements.
 */
#include "pg_monitor.h"

/* See host.h. */
const dbc_seen *
dbcpg_statements(dbc_host *host, int *nseen, const char **missing)
{
	(void) host;
	*nseen = 0;
	*missing = "Statement statistics are not there yet.";
	return NULL;
}
