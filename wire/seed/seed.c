/*
 * seed.c
 *	  Passwords and secrets of seeds; see common/seed/host.h.
 */
#include "wire/core/rooms.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/core/text.h"
#include "common/seed/host.h"

/* Milliseconds between two looks for a cancel. */
#define STEP 20

static void
pause_call(dbc_host *host, int milliseconds)
{
	const struct timespec step = {.tv_nsec = STEP * 1000000L};

	for (; milliseconds > 0; milliseconds -= STEP)
	{
		dbc_poll(host);
		(void) nanosleep(&step, NULL);
	}
}

/* The process runs one call at a time, and who starts it has the hash. */
static void
one_at_a_time(dbc_host *host, uint32_t key, void (*fn)(dbc_host *, void *),
			  void *arg)
{
	(void) key;
	fn(host, arg);
}

/* The environment is that of the user. */
static const char *
read_environment(dbc_host *host, const char *name)
{
	const char *value = getenv(name);

	return value ? dbc_copy(host, value, strlen(value)) : NULL;
}

const dbc_seed_host dbcw_seed_host = {
	.one_at_a_time = one_at_a_time,
	.pause = pause_call,
	.read_environment = read_environment,
};
