/*
 * time_limit.c
 *	  Work that is cancelled after a time.
 */
#include "pg_ext/core/time_limit.h"

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

bool
dbcpg_run_within(void (*work)(void *), void *arg, int limit_ms)
{
	static bool registered;
	static TimeoutId timer;
	MemoryContext context = CurrentMemoryContext;
	volatile bool done = true;

	if (!registered)
		timer = RegisterTimeout(USER_TIMEOUT, expire);
	registered = true;
	expired = false;
	enable_timeout_after(timer, limit_ms);
	PG_TRY();
	{
		work(arg);
		disable_timeout(timer, false);
	}
	PG_CATCH();
	{
		disable_timeout(timer, false);
		if (!expired)
			PG_RE_THROW();
		MemoryContextSwitchTo(context);
		FlushErrorState();
		done = false;
	}
	PG_END_TRY();
	/* it may have been later than the work */
	if (expired)
		QueryCancelPending = false;
	return done;
}
