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
