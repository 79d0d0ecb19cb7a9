/*
 * follow_keep.c
 *	  A clock that is some milliseconds fast, as a file says; preloaded.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int
clock_gettime(clockid_t clock, struct timespec *now)
{
	int (*real)(clockid_t, struct timespec *) =
		(int (*)(clockid_t, struct timespec *)) dlsym(RTLD_NEXT,
													  "clock_gettime");
	int code = real(clock, now);
	FILE *file = clock == CLOCK_REALTIME ? fopen(getenv("FAST_BY"), "r") : NULL;
	long long ms = 0;

	if (!file)
		return code;
	if (fscanf(file, "%lld", &ms) != 1)
		ms = 0;
	fclose(file);
	now->tv_sec += (time_t) (ms / 1000);
	return code;
}
