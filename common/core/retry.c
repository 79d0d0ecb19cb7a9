/*
 * retry.c
 *	  Retrying after lock conflicts with other sessions.
 */
#include "common/core/retry.h"

#include "common/core/clock.h"
#include "common/core/text.h"

/* Pauses between attempts, in milliseconds. */
#define FIRST_PAUSE	  100
#define LONGEST_PAUSE 5000

/* PostgreSQL's SQLSTATEs of a deadlock, and of rows that were changed since the
 * snapshot of a transaction. */
#define DEADLOCK	  "40P01"
#define SERIALIZATION "40001"

bool
dbc_is_transient(const dbc_error *error)
{
	return dbc_same(error->sqlstate, DBC_LOCK_NOT_AVAILABLE) ||
		   dbc_same(error->sqlstate, DEADLOCK) ||
		   dbc_same(error->sqlstate, SERIALIZATION);
}

int64_t
dbc_retry_pause(int64_t attempt)
{
	int64_t pause = FIRST_PAUSE;

	while (--attempt > 1 && pause < LONGEST_PAUSE)
		pause *= 2;
	if (pause > LONGEST_PAUSE)
		pause = LONGEST_PAUSE;
	return pause / 2 + dbc_microseconds() % (pause / 2);
}

bool
dbc_guard_retrying(dbc_host *host, void (*fn)(dbc_host *, void *), void *arg,
				   dbc_guard_mode mode, int64_t retries, dbc_error *error)
{
	int64_t attempt = 1;

	while (!dbc_guard(host, fn, arg, mode, false, error))
	{
		int64_t pause = dbc_retry_pause(++attempt);

		if (attempt > retries + 1 || host->in_migration ||
			!dbc_is_transient(error) || !dbc_find_sql(host, "core/pause"))
			return false;
		dbc_notice(host, "%s; attempt %lld of %lld in %lld ms", error->message,
				   (long long) attempt, (long long) retries + 1,
				   (long long) pause);
		dbc_query(host, "core/pause", dbc_int(pause));
	}
	return true;
}
