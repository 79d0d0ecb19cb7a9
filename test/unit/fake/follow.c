/*
 * follow.c
 *	  A fake database that is followed; see follow.h.
 */
#include "test/unit/fake/follow.h"

#include <string.h>

#include "test/unit/fake/script.h"

/* How often the loop runs. */
#define PERIODS 3

struct dbc_follower
{
	int periods;
	dbc_follower_snapshot snapshot;
};

void
fake_follow(dbc_host *host, const char *file,
			void (*fn)(dbc_host *, dbc_follower *, void *), void *arg)
{
	dbc_follower follower = {0};

	(void) file;
	fake_note(host, "follow");
	fn(host, &follower, arg);
}

bool
fake_attempt(dbc_host *host, dbc_follower *follower, dbc_backup_files *files,
			 void (*fn)(dbc_host *, void *), void *arg, const char **message)
{
	dbc_error error = {0};
	bool done;

	(void) follower;
	(void) files;
	done = dbc_guard(host, fn, arg, DBC_KEEP, true, &error);
	*message = error.message;
	return done;
}

void
fake_look(dbc_host *host, dbc_follower *follower)
{
	(void) follower;
	fake_note(host, "look");
}

dbc_follower_changes
fake_changes(dbc_host *host, dbc_follower *follower, const unsigned char *place)
{
	static const uint32_t numbers[] = {2};

	(void) follower;
	(void) place;
	fake_note(host, "changes");
	return (dbc_follower_changes){
		.page_size = 512, .pages = 2, .count = 1, .numbers = numbers};
}

void
fake_page(dbc_host *host, dbc_follower *follower, uint32_t i,
		  unsigned char *bytes)
{
	(void) follower;
	(void) i;
	fake_note(host, "page");
	memset(bytes, 7, 512);
}

void
fake_place(dbc_follower *follower, unsigned char *place)
{
	memset(place, follower->periods, DBC_FOLLOWER_PLACE);
}

void
fake_keep(dbc_host *host, dbc_follower *follower)
{
	(void) follower;
	fake_note(host, "keep");
}

bool
fake_shorten(dbc_host *host, dbc_follower *follower)
{
	fake_note(host, "shorten");
	return follower->periods == 1;
}

bool
fake_pause(dbc_host *host, dbc_follower *follower, int64_t ms)
{
	(void) ms;
	fake_note(host, "pause");
	return ++follower->periods < PERIODS;
}

void
fake_begin_snapshot(dbc_host *host, dbc_follower *follower, const char *create,
					const char *cleanup)
{
	(void) create;
	(void) cleanup;
	fake_note(host, "begin a snapshot");
	follower->snapshot = DBC_SNAPSHOT_DONE;
}

dbc_follower_snapshot
fake_snapshot(dbc_host *host, dbc_follower *follower, const char **result)
{
	fake_note(host, "snapshot");
	*result = "{\"name\": \"old\"}";
	return follower->snapshot;
}

void
fake_forget_snapshot(dbc_host *host, dbc_follower *follower)
{
	fake_note(host, "forget a snapshot");
	follower->snapshot = DBC_SNAPSHOT_NONE;
}

void
fake_report(dbc_host *host, dbc_follower *follower,
			const dbc_follower_report *report)
{
	(void) follower;
	(void) report;
	fake_note(host, "report");
}

void
fake_begin_following(dbc_host *host, const char *options)
{
	(void) options;
	fake_note(host, "begin to follow");
}

bool
fake_end_following(dbc_host *host)
{
	fake_note(host, "end to follow");
	return true;
}

bool
fake_followed(dbc_host *host, dbc_follower_report *report)
{
	fake_note(host, "followed");
	*report = (dbc_follower_report){.directory = "/backups"};
	return true;
}
