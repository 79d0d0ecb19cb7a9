/*
 * connect.c
 *	  Connecting to another server with a time limit.
 *
 * From PostgreSQL 16 on dblink ignores connect_timeout: it would wait for a
 * server that accepts connections but never answers.  It can be cancelled, so a
 * timer cancels it.
 */
#include "pg_ext/health/connect.h"

#include "pg_ext/core/time_limit.h"

typedef struct connecting
{
	dbc_host *host;
	const char *sql;
} connecting;

static void
connect(void *arg)
{
	const connecting *c = arg;

	(void) dbc_query_text(c->host, c->sql);
}

void
dbcpg_health_connect(dbc_host *base, const char *sql, int seconds)
{
	connecting c = {.host = base, .sql = sql};

	if (!dbcpg_run_within(connect, &c, seconds * 1000))
		ereport(ERROR,
				(errcode(ERRCODE_SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION),
				 errmsg("could not establish connection"),
				 errdetail("timeout expired")));
}
