/*
 * clock.c
 *	  The time.
 */
#include "clock.h"

#include <time.h>

#include "text.h"

/* Now, as ISO 8601 text in UTC with milliseconds. */
const char *
dbc_now(dbc_host *host)
{
	struct timespec now;
	struct tm utc;
	char seconds[32];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	strftime(seconds, sizeof(seconds), "%Y-%m-%dT%H:%M:%S", &utc);
	return dbc_format(host, "%s.%03ldZ", seconds, now.tv_nsec / 1000000);
}

/* Microseconds of a clock that never goes back. */
int64_t
dbc_microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t) now.tv_sec * 1000000 + now.tv_nsec / 1000;
}
