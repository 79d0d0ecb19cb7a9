/*
 * connect.c
 *	  Connecting to another server with a time limit.
 *
 * From PostgreSQL 16 on dblink ignores connect_timeout: it would wait for a
 * server that accepts connections but never answers.  It can be cancelled, so a
 * timer cancels it.
 */
#include "pg_ext/health/connect.h"
#include "pg_ext/core/compat.h"

#include "storage/latch.h"
#include "utils/timeout.h"

static volatile sig_atomic_t expired;

/* Called in a signal handler. */
static void
expire(void)
{
	expired = true;
	QueryCancelPending = true;
	InterruptPending = true;
	SetLatch(MyLatch);
}

void
dbcpg_health_connect(dbc_host *base, const char *sql, int seconds)
{
	static bool registered;
	static TimeoutId timer;
	MemoryContext context = CurrentMemoryContext;

	if (!registered)
		timer = RegisterTimeout(USER_TIMEOUT, expire);
	registered = true;
	expired = false;
	enable_timeout_after(timer, seconds * 1000);
	PG_TRY();
	{
		(void) dbc_query_text(base, sql);
		disable_timeout(timer, false);
		/* the timer may have been later than the connection */
		if (expired)
			QueryCancelPending = false;
	}
	PG_CATCH();
	{
		disable_timeout(timer, false);
		if (!expired)
			PG_RE_THROW();
		MemoryContextSwitchTo(context);
		FlushErrorState();
		ereport(ERROR,
				(errcode(ERRCODE_SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION),
				 errmsg("could not establish connection"),
				 errdetail("timeout expired")));
	}
	PG_END_TRY();
}
