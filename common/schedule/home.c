/*
 * home.c
 *	  [PG] The server on which schedules run; see home.h.
 */
#include "common/schedule/home.h"

#include <string.h>

#include "common/core/tables.h"
#include "common/core/text.h"

/* What the host knows of this server; false if it has no such call, or the
 * server is a standby, on which nothing runs. */
static bool
read_server(dbc_host *host, dbc_server *server)
{
	const dbc_sample_host *calls = host->rooms.sample;

	if (!calls || !calls->server)
		return false;
	calls->server(host, server);
	return !server->in_recovery;
}

dbc_home
dbc_schedule_home_here(dbc_host *host)
{
	dbc_server server;

	if (!read_server(host, &server))
		return (dbc_home){NULL, 0};
	return (dbc_home){server.identity, server.timeline};
}

/* Whether two identities have the same first words. */
static bool
share_words(const char *left, const char *right, int count)
{
	while (*left && *left == *right)
	{
		if (*left == ' ' && --count == 0)
			return true;
		left++;
		right++;
	}
	return false;
}

/* Whether this server continues another one: it was a standby, received the log
 * until it was promoted, and writes a later timeline.  A server that is
 * restored to a moment reads an archive, and receives nothing. */
static bool
continues(const dbc_server *server, const dbc_home *home)
{
	return share_words(server->identity, home->server, 2) &&
		   server->has_received && server->timeline > home->timeline;
}

const char *
dbc_schedule_home_why_resting(dbc_host *host, const dbc_home *home)
{
	dbc_server server;

	if (!home->server || !read_server(host, &server) ||
		dbc_same(server.identity, home->server) || continues(&server, home))
		return NULL;
	if (!share_words(server.identity, home->server, 1))
		return "they belong to another server, from which the database was "
			   "restored";
	if (!share_words(server.identity, home->server, 2))
		return "they belong to another database of this server, from which "
			   "this one was copied";
	if (server.timeline == home->timeline)
		return "they belong to a server with another data directory, of which "
			   "this is a copy";
	return dbc_format(host,
					  "they belong to a server with another data directory, "
					  "from which this one was restored: it writes timeline "
					  "%lld since timeline %lld",
					  (long long) server.timeline, (long long) home->timeline);
}

const char *
dbc_schedule_home_why_any_rests(dbc_host *host)
{
	const dbc_rows *rows =
		dbc_has_tables(host) ? dbc_query(host, "schedule/homes") : NULL;
	const char *why = NULL;

	for (int i = 0; rows && i < rows->nrows && !why; i++)
	{
		dbc_home home = {dbc_get_text(host, rows, i, 0),
						 dbc_get_int(host, rows, i, 1)};

		why = dbc_schedule_home_why_resting(host, &home);
	}
	return why;
}

/* Whether the schedules of a home go on here without being asked for. */
static bool
goes_on(const dbc_server *server, const dbc_home *home)
{
	return dbc_same(home->server, server->identity)
			   ? server->timeline > home->timeline
			   : continues(server, home);
}

/* Makes this server the home of schedules that rest, or else of those that go
 * on; returns how many they are. */
static int64_t
move_here(dbc_host *host, bool resting)
{
	dbc_server server;
	const dbc_rows *rows;
	int64_t count = 0;

	if (!dbc_has_tables(host) || !read_server(host, &server))
		return 0;
	rows = dbc_query(host, "schedule/homes");
	for (int i = 0; i < rows->nrows; i++)
	{
		dbc_home home = {dbc_get_text(host, rows, i, 0),
						 dbc_get_int(host, rows, i, 1)};

		if (resting ? !dbc_schedule_home_why_resting(host, &home)
					: !goes_on(&server, &home))
			continue;
		dbc_query(host, "schedule/home_store", dbc_text(server.identity),
				  dbc_int(server.timeline), dbc_text(home.server));
		count += dbc_get_int(host, rows, i, 2);
	}
	return count;
}

void
dbc_schedule_home_follow(dbc_host *host)
{
	(void) move_here(host, false);
}

int64_t
dbc_schedule_home_accept(dbc_host *host)
{
	return move_here(host, true);
}
