/*
 * order.c
 *	  Tables of a file in an order in which their rows can be inserted.
 */
#include "common/sync/order.h"

#include "common/core/text.h"

/* Columns of sync/references.sql. */
enum
{
	R_CHILD,
	R_PARENT = 4
};

/* A target and a parent, by place. */
typedef struct edge
{
	int child;
	int parent;
} edge;

static int
find(const dbc_sync_target *targets, int ntargets, const char *shown)
{
	for (int i = 0; i < ntargets; i++)
		if (dbc_same(targets[i].relation->shown, shown))
			return i;
	return -1;
}

/* Whether a target waits for a parent that is not in the order yet. */
static bool
waits(const edge *edges, int nedges, const bool *done, int target)
{
	for (int i = 0; i < nedges; i++)
		if (edges[i].child == target && !done[edges[i].parent])
			return true;
	return false;
}

void
dbc_sync_order(dbc_host *host, dbc_sync_target *targets, int ntargets)
{
	const dbc_rows *rows = dbc_query(host, "sync/references");
	edge *edges = dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*edges));
	bool *done = dbc_alloc(host, (size_t) ntargets + 1);
	dbc_sync_target *ordered =
		dbc_alloc(host, ((size_t) ntargets + 1) * sizeof(*ordered));
	int nedges = 0;
	int count = 0;

	for (int i = 0; i < rows->nrows; i++)
	{
		edge e = {
			find(targets, ntargets, dbc_get_text(host, rows, i, R_CHILD)),
			find(targets, ntargets, dbc_get_text(host, rows, i, R_PARENT))};

		if (e.child >= 0 && e.parent >= 0 && e.child != e.parent)
			edges[nedges++] = e;
	}
	for (int i = 0; i < ntargets; i++)
		done[i] = false;
	while (count < ntargets)
	{
		int before = count;

		for (int i = 0; i < ntargets; i++)
			if (!done[i] && !waits(edges, nedges, done, i))
			{
				done[i] = true;
				ordered[count++] = targets[i];
			}
		/* a circle: one of its tables must be the first */
		for (int i = 0; i < ntargets && count == before; i++)
			if (!done[i])
			{
				done[i] = true;
				ordered[count++] = targets[i];
			}
	}
	for (int i = 0; i < ntargets; i++)
		targets[i] = ordered[i];
}
