/*
 * order.c
 *	  Tables of a file in an order in which their rows can be inserted.
 */
#include "common/sync/order.h"

#include "common/core/text.h"

/* Columns of sync/references.sql. */
enum
{
	R_SCHEMA,
	R_NAME,
	R_PARENT_SCHEMA,
	R_PARENT
};

/* A target and a parent, by place. */
typedef struct edge
{
	int child;
	int parent;
} edge;

static int
find(const dbc_sync_target *targets, int ntargets, const char *schema,
	 const char *name)
{
	for (int i = 0; i < ntargets; i++)
		if (dbc_same_nocase(targets[i].relation->name, name) &&
			dbc_same_nocase(targets[i].relation->schema, schema))
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
		const dbc_value *row = dbc_get_row(host, rows, i, "tttt");
		edge e = {find(targets, ntargets, row[R_SCHEMA].text, row[R_NAME].text),
				  find(targets, ntargets, row[R_PARENT_SCHEMA].text,
					   row[R_PARENT].text)};

		if (e.child >= 0 && e.parent >= 0)
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
