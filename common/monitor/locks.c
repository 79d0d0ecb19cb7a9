/*
 * locks.c
 *	  dbmonitor_locks(): sessions that wait for a lock, and those that block
 *	  them.
 */
#include "common/core/functions.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/options.h"
#include "common/core/sort.h"
#include "common/core/sql_normal.h"
#include "common/core/text.h"

#define DEFAULT_LIMIT 1000

/* Columns of monitor/sql/locks.sql. */
enum
{
	COLUMN_PID,
	COLUMN_BLOCKERS,
	COLUMN_SINCE,
	COLUMN_TYPE,
	COLUMN_MODE,
	COLUMN_RELATION,
	COLUMN_PREPARED,
	COLUMN_QUERY,
	COLUMN_USER,
	COLUMN_APPLICATION,
	COLUMN_STATE
};

/* A session; the first one stands for all prepared transactions. */
typedef struct session
{
	int64_t pid;
	const dbc_value *row; /* NULL for prepared transactions */
	const struct session **blockers;
	int nblockers;
	int depth; /* sessions up to one that waits for none; -1: unknown */
	const struct session *root; /* that one */
	const char *query;			/* normalised */
} session;

typedef struct edge
{
	const session *blocked;
	const session *blocking;
} edge;

/* For bsearch(): by PID. */
static int
compare_pid(const void *left, const void *right)
{
	int64_t l = ((const session *) left)->pid;
	int64_t r = ((const session *) right)->pid;

	return (l > r) - (l < r);
}

/* For qsort(): those next to a root first, then by PIDs; behind a deadlock
 * there is no root. */
static int
compare_edge(const void *left, const void *right)
{
	const edge *l = left;
	const edge *r = right;
	unsigned ldepth = (unsigned) l->blocking->depth;
	unsigned rdepth = (unsigned) r->blocking->depth;
	int order = (ldepth > rdepth) - (ldepth < rdepth);

	if (order == 0)
		order = compare_pid(l->blocked, r->blocked);
	return order ? order : compare_pid(l->blocking, r->blocking);
}

/* Reads the array of a session's blockers. */
static void
read_blockers(dbc_host *host, session *sessions, int nsessions, session *s)
{
	const char *at = s->row[COLUMN_BLOCKERS].text;
	char *end;

	s->blockers = dbc_alloc(host, (strlen(at) + 1) * sizeof(session *));
	for (; *at; at = end)
	{
		session key = {.pid = strtoll(at, &end, 10)};
		const session *found;

		if (end == at)
		{
			end++;
			continue;
		}
		found = dbc_search(&key, sessions, (size_t) nsessions, sizeof(key),
						   compare_pid);
		/* it may have ended since */
		if (found)
			s->blockers[s->nblockers++] = found;
	}
}

/* A statement without its values. */
static const char *
normalise(dbc_host *host, const char *query)
{
	dbc_normalised_sql normal;

	if (!query)
		return NULL;
	dbc_normalise_sql(query, host->engine, &normal);
	return dbc_copy(host, normal.text, normal.length);
}

static session *
read_sessions(dbc_host *host, int *nsessions)
{
	const dbc_rows *rows = dbc_query(host, "monitor/locks");
	session *sessions =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*sessions));

	*nsessions = rows->nrows + 1;
	sessions[0].root = &sessions[0];
	for (int i = 1; i < *nsessions; i++)
	{
		session *s = &sessions[i];

		s->row = dbc_get_row(host, rows, i - 1, "iTTTTTTTTTT");
		s->pid = s->row[COLUMN_PID].integer;
		s->query = normalise(host, s->row[COLUMN_QUERY].text);
		s->depth = -1;
		s->root = NULL;
	}
	for (int i = 1; i < *nsessions; i++)
		if (sessions[i].row[COLUMN_BLOCKERS].text)
			read_blockers(host, sessions, *nsessions, &sessions[i]);
		else
		{
			sessions[i].depth = 0;
			sessions[i].root = &sessions[i];
		}
	return sessions;
}

/* Finds the nearest root of all sessions, one level after the other. */
static void
find_roots(dbc_host *host, session *sessions, int nsessions)
{
	bool more = true;

	for (int depth = 1; more; depth++)
	{
		dbc_poll(host);
		more = false;
		for (int i = 1; i < nsessions; i++)
		{
			session *s = &sessions[i];

			for (int b = 0; s->depth < 0 && b < s->nblockers; b++)
				if (s->blockers[b]->depth == depth - 1)
				{
					s->depth = depth;
					s->root = s->blockers[b]->root;
					more = true;
				}
		}
	}
}

/* All pairs of a blocked and a blocking session, sorted. */
static edge *
list_edges(dbc_host *host, const session *sessions, int nsessions, int *nedges)
{
	size_t room = 1;
	edge *edges;

	for (int i = 0; i < nsessions; i++)
		room += (size_t) sessions[i].nblockers;
	edges = dbc_alloc(host, room * sizeof(*edges));
	*nedges = 0;
	for (int i = 0; i < nsessions; i++)
		for (int b = 0; b < sessions[i].nblockers; b++)
			edges[(*nedges)++] = (edge){&sessions[i], sessions[i].blockers[b]};
	dbc_sort(edges, (size_t) *nedges, sizeof(*edges), compare_edge);
	return edges;
}

static void
emit_edge(dbc_host *host, const edge *e)
{
	static const dbc_value none[COLUMN_STATE + 1];
	const session *blocking = e->blocking;
	const dbc_value *waiter = e->blocked->row;
	const dbc_value *blocker = blocking->row ? blocking->row : none;

	dbc_emit(host, dbc_int(e->blocked->pid), dbc_int(blocking->pid),
			 blocking->root ? dbc_int(blocking->root->pid) : dbc_null(),
			 blocking->root ? dbc_int(blocking->depth + 1) : dbc_null(),
			 waiter[COLUMN_SINCE], waiter[COLUMN_TYPE], waiter[COLUMN_MODE],
			 waiter[COLUMN_RELATION], dbc_text(e->blocked->query),
			 waiter[COLUMN_USER], waiter[COLUMN_APPLICATION],
			 dbc_text(blocking->query), blocker[COLUMN_USER],
			 blocker[COLUMN_APPLICATION], blocker[COLUMN_STATE],
			 blocking->row ? dbc_null() : waiter[COLUMN_PREPARED]);
}

/* dbmonitor_locks(options) */
DBC_RUN(dbmonitor_locks)
{
	const dbmonitor_locks_options *given =
		dbc_read_options(host, &args->options, dbmonitor_locks_options);
	int64_t limit = dbc_option_or(&given->limit, DEFAULT_LIMIT);
	int nsessions;
	session *sessions = read_sessions(host, &nsessions);
	int nedges;
	const edge *edges;

	find_roots(host, sessions, nsessions);
	edges = list_edges(host, sessions, nsessions, &nedges);
	for (int i = 0; i < nedges && i < limit; i++)
		emit_edge(host, &edges[i]);
}
