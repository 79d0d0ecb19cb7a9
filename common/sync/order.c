/*
 * order.c
 *	  Tables of a file in an order in which their rows can be inserted.
 */
#include "common/sync/order.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/asserts.h"
#include "common/core/sort.h"

/* Columns of sync/references.sql. */
enum
{
	R_CHILD = 8,
	R_PARENT
};

/* A name of a target. */
typedef struct name
{
	const char *shown;
	int target;
} name;

/* A target and a parent, by place. */
typedef struct edge
{
	int child;
	int parent;
} edge;

typedef struct ordering
{
	int ntargets;
	name *names; /* sorted */
	edge *edges; /* sorted by parent */
	int nedges;
	int *first;	  /* of each target: of its edges as a parent; and the end */
	int *waiting; /* of each target: edges to parents without a place */
	bool *placed;
	bool *circular;
	bool *on_circle;
	int *order;
	int count;
} ordering;

static int
compare_names(const void *left, const void *right)
{
	return strcmp(((const name *) left)->shown, ((const name *) right)->shown);
}

static int
compare_edges(const void *left, const void *right)
{
	const edge *a = left;
	const edge *b = right;

	if (a->parent != b->parent)
		return a->parent < b->parent ? -1 : 1;
	return (a->child > b->child) - (a->child < b->child);
}

static int
find(const ordering *o, const char *shown)
{
	const name key = {.shown = shown};
	const name *found = dbc_search(&key, o->names, (size_t) o->ntargets,
								   sizeof(*o->names), compare_names);

	return found ? found->target : -1;
}

static void
read_edges(dbc_host *host, ordering *o)
{
	const dbc_rows *rows = dbc_query(host, "sync/references");

	o->edges = dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*o->edges));
	for (int i = 0; i < rows->nrows; i++)
	{
		edge e = {find(o, dbc_get_text(host, rows, i, R_CHILD)),
				  find(o, dbc_get_text(host, rows, i, R_PARENT))};

		if (e.child < 0 || e.parent < 0)
			continue;
		if (e.child == e.parent)
			o->circular[e.child] = true;
		else
			o->edges[o->nedges++] = e;
	}
	dbc_sort(o->edges, (size_t) o->nedges, sizeof(*o->edges), compare_edges);
	for (int i = 0; i < o->nedges; i++)
	{
		o->waiting[o->edges[i].child]++;
		o->first[o->edges[i].parent + 1]++;
	}
	for (int i = 0; i < o->ntargets; i++)
		o->first[i + 1] += o->first[i];
}

static void
place(ordering *o, int target)
{
	if (o->placed[target])
		return;
	o->placed[target] = true;
	o->order[o->count++] = target;
}

/* Whether a target without a place has a child on or above a circle, as far as
 * is known. */
static bool
has_child(const ordering *o, int target)
{
	for (int i = o->first[target]; i < o->first[target + 1]; i++)
		if (o->on_circle[o->edges[i].child])
			return true;
	return false;
}

/* Places the targets on circles, and between two of them. */
static void
place_circles(ordering *o)
{
	bool more = true;

	for (int i = 0; i < o->ntargets; i++)
		o->on_circle[i] = !o->placed[i];
	while (more)
	{
		more = false;
		for (int i = 0; i < o->ntargets; i++)
			if (o->on_circle[i] && !has_child(o, i))
			{
				o->on_circle[i] = false;
				more = true;
			}
	}
	for (int i = 0; i < o->ntargets; i++)
		if (o->on_circle[i])
		{
			o->circular[i] = true;
			place(o, i);
		}
}

/* Places all targets, each after its parents. */
static void
place_all(ordering *o)
{
	for (int i = 0; i < o->ntargets; i++)
		if (o->waiting[i] == 0)
			place(o, i);
	for (int next = 0; next < o->ntargets; next++)
	{
		int parent;

		if (next == o->count)
			place_circles(o);
		parent = o->order[next];
		for (int i = o->first[parent]; i < o->first[parent + 1]; i++)
			if (--o->waiting[o->edges[i].child] == 0)
				place(o, o->edges[i].child);
	}
}

static void *
zeroed(dbc_host *host, int count, size_t size)
{
	size_t bytes = ((size_t) count + 1) * size;

	return memset(dbc_alloc(host, bytes), 0, bytes);
}

void
dbc_sync_order(dbc_host *host, dbc_sync_target *targets, int ntargets)
{
	ordering o = {.ntargets = ntargets,
				  .names = zeroed(host, ntargets, sizeof(*o.names)),
				  .first = zeroed(host, ntargets, sizeof(*o.first)),
				  .waiting = zeroed(host, ntargets, sizeof(*o.waiting)),
				  .placed = zeroed(host, ntargets, sizeof(*o.placed)),
				  .circular = zeroed(host, ntargets, sizeof(*o.circular)),
				  .on_circle = zeroed(host, ntargets, sizeof(*o.on_circle)),
				  .order = zeroed(host, ntargets, sizeof(*o.order))};
	dbc_sync_target *before = zeroed(host, ntargets, sizeof(*before));

	for (int i = 0; i < ntargets; i++)
		o.names[i] = (name){targets[i].relation->shown, i};
	dbc_sort(o.names, (size_t) ntargets, sizeof(*o.names), compare_names);
	read_edges(host, &o);
	place_all(&o);
	DBC_ASSERT(host, o.count == ntargets);
	memcpy(before, targets, (size_t) ntargets * sizeof(*before));
	for (int i = 0; i < ntargets; i++)
	{
		targets[i] = before[o.order[i]];
		targets[i].is_circular = o.circular[o.order[i]];
		targets[i].is_on_circle = o.on_circle[o.order[i]];
	}
}
