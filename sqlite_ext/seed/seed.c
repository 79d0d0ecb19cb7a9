/*
 * seed.c
 *	  Passwords and secrets of seeds; see common/seed/host.h.
 */
#include "sqlite_ext/call/progress.h"
#include "sqlite_ext/core/rooms.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/text.h"
#include "common/seed/host.h"

/* Milliseconds between two looks for an interrupt. */
#define STEP 20

static void
pause_call(dbc_host *host, int milliseconds)
{
	for (; milliseconds > 0; milliseconds -= STEP)
	{
		dbc_poll(host);
		sqlite3_sleep(milliseconds < STEP ? milliseconds : STEP);
	}
}

/* The calls of a process know each other by the list of dbcare_progress(). */
static void
one_at_a_time(dbc_host *host, uint32_t key, void (*fn)(dbc_host *, void *),
			  void *arg)
{
	dbcsl_host *h = dbcsl_of(host);
	const char *what = dbc_format(host, "password %08x", (unsigned) key);

	dbc_progress(host, "verifying", 0, 1);
	while (!dbcsl_progress_lock(h, what))
		pause_call(host, STEP);
	fn(host, arg);
	dbcsl_progress_lock(h, NULL);
}

static const char *
read_environment(dbc_host *host, const char *name)
{
	const char *value = getenv(name);

	return value ? dbc_copy(host, value, strlen(value)) : NULL;
}

const dbc_seed_host dbcsl_seed_host = {
	.one_at_a_time = one_at_a_time,
	.pause = pause_call,
	.read_environment = read_environment,
};
