/*
 * ticks.c
 *	  The fastest available clock.
 */
#define _GNU_SOURCE /* CLOCK_MONOTONIC_COARSE */

#include "sqlite_ext/monitor/profile.h"

#include <time.h>

#ifdef __x86_64__
#include <cpuid.h>
#endif

/* Duration of the speed measurement, in nanoseconds. */
#define MEASURED 2000000

uint64_t
dbcsl_monitor_nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t) now.tv_sec * 1000000000 + (uint64_t) now.tv_nsec;
}

uint64_t
dbcsl_monitor_coarse_nanoseconds(void)
{
#ifdef CLOCK_MONOTONIC_COARSE
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (uint64_t) now.tv_sec * 1000000000 + (uint64_t) now.tv_nsec;
#else
	return dbcsl_monitor_nanoseconds();
#endif
}

/* Whether the processor's counter has a constant speed. */
static bool
has_counter(void)
{
#ifdef __x86_64__
	unsigned a;
	unsigned b;
	unsigned c;
	unsigned d;

	return __get_cpuid(0x80000007, &a, &b, &c, &d) && (d >> 8 & 1);
#else
	return false;
#endif
}

void
dbcsl_monitor_start_clock(dbcsl_monitor_clock *clock)
{
	uint64_t start = dbcsl_monitor_nanoseconds();
	uint64_t first;
	uint64_t last;
	uint64_t passed;

	clock->counter = has_counter();
	clock->factor = UINT64_C(1) << 32;
	if (!clock->counter)
		return;
	first = dbcsl_monitor_ticks(clock);
	do
	{
		passed = dbcsl_monitor_nanoseconds() - start;
		last = dbcsl_monitor_ticks(clock);
	} while (passed < MEASURED);
	clock->counter = last > first;
	if (clock->counter)
		clock->factor =
			(uint64_t) (((unsigned __int128) passed << 32) / (last - first));
}
