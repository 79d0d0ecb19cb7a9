/*
 * seed.c
 *	  Passwords and secrets of the fake host.
 */
#include "test/unit/fake/script.h"

#include <string.h>

#include "common/core/text.h"
#include "common/seed/host.h"

static void
one_at_a_time(dbc_host *host, uint32_t key, void (*fn)(dbc_host *, void *),
			  void *arg)
{
	(void) key;
	fake_note(host, "one at a time");
	fn(host, arg);
}

static void
pause_call(dbc_host *host, int milliseconds)
{
	(void) milliseconds;
	fake_note(host, "pause");
}

static const char *
read_environment(dbc_host *host, const char *name)
{
	fake_note(host, "read an environment variable");
	return dbc_copy(host, name, strlen(name));
}

const dbc_seed_host fake_seed = {.one_at_a_time = one_at_a_time,
								 .pause = pause_call,
								 .read_environment = read_environment};
