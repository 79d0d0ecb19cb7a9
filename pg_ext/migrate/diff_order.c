/*
 * diff_order.c
 *	  The order of the steps.
 *
 * Every step first runs those it depends on.  Before a drop nothing may depend
 * on the object any more; before a creation or a change its dependencies must
 * have their new form and its name must be free.  Where steps depend on each
 * other, the one requested last runs first.
 */
#include "pg_ext/migrate/diff.h"
#include "pg_ext/migrate/schema.h"

#include "common/core/sort.h"

#include <stdlib.h>

/* A name in use and its node. */
typedef struct taken_name
{
	const char *name;
	diff_node *node;
} taken_name;

/* The names in use before the first step, in order. */
typedef struct name_list
{
	taken_name *items;
	int count;
} name_list;

/* Everything that is needed to put steps in order. */
typedef struct order
{
	diff *d;
	name_list taken;
} order;

/* Fails before nodes that depend on each other overflow the stack: documents
 * are not trusted.  Checks for a cancel. */
static void
bound_depth(const diff *d, const diff_node *node)
{
	dbc_host *host = d->host;

	dbc_poll(host);
	if (dbcpg_migrate_stack_is_deep())
		dbc_fail(host, DBC_TOO_COMPLEX,
				 dbc_format(host, "The last object of the chain is \"%s\".",
							node->name),
				 NULL,
				 "the documents cannot be compared: the chain of dependencies "
				 "is too long");
}

static void drop(order *o, diff_node *node);
static void make(order *o, diff_node *node);

/* ---- names ---- */

/* The name with its namespace: relations and types share one, functions and the
 * like another.  NULL where labels are unique anyway. */
static const char *
namespaced_name(diff *d, const diff_node *node, const diff_side *side)
{
	switch (node->kind)
	{
		case DIFF_TYPE:
		case DIFF_DOMAIN:
		case DIFF_SEQUENCE:
		case DIFF_TABLE:
		case DIFF_FOREIGN_TABLE:
		case DIFF_INDEX:
		case DIFF_VIEW:
		case DIFF_MATERIALIZED_VIEW:
			return dbc_format(d->host, "relation %s", node->name);
		case DIFF_CONSTRAINT:
			return dbcpg_migrate_detail_text(side, "index")
					   ? dbc_format(d->host, "relation %s",
									dbcpg_migrate_detail_text(side, "index"))
					   : NULL;
		case DIFF_COLUMN:
			return dbcpg_migrate_detail_text(side, "identity_sequence")
					   ? dbc_format(d->host, "relation %s",
									dbcpg_migrate_detail_text(
										side, "identity_sequence"))
					   : NULL;
		case DIFF_FUNCTION:
		case DIFF_PROCEDURE:
		case DIFF_AGGREGATE:
			return dbc_format(d->host, "routine %s", node->name);
		default:
			return NULL;
	}
}

/* The order of names, for qsort and bsearch. */
static int
compare_names(const void *left, const void *right)
{
	return strcmp(((const taken_name *) left)->name,
				  ((const taken_name *) right)->name);
}

/* Whether a step for a node frees its old name. */
static bool
frees_name(const diff_node *node)
{
	return dbcpg_migrate_is_dropped(node) ||
		   (node->kind == DIFF_COLUMN && node->action == DIFF_ALTER &&
			!dbcpg_migrate_detail_text(&node->new, "identity"));
}

/* Collects the names that steps free. */
static void
collect_names(order *o)
{
	diff *d = o->d;

	o->taken.items =
		dbc_alloc(d->host, ((size_t) d->count + 1) * sizeof(*o->taken.items));
	for (int i = 0; i < d->count; i++)
	{
		diff_node *node = &d->nodes[i];
		const char *name =
			frees_name(node) ? namespaced_name(d, node, &node->old) : NULL;

		if (name)
			o->taken.items[o->taken.count++] = (taken_name){name, node};
	}
	dbc_sort(o->taken.items, (size_t) o->taken.count, sizeof(*o->taken.items),
			 compare_names);
}

/* Frees the name of a node to be created. */
static void
free_name(order *o, const diff_node *node)
{
	taken_name key = {namespaced_name(o->d, node, &node->new), NULL};
	const taken_name *found;

	if (!key.name || o->taken.count == 0)
		return;
	found = dbc_search(&key, o->taken.items, (size_t) o->taken.count,
					   sizeof(*o->taken.items), compare_names);
	if (!found)
		return;
	if (dbcpg_migrate_is_dropped(found->node))
		drop(o, found->node);
	else
		make(o, found->node);
}

/* ---- drops ---- */

/* Whether a part of an object that is being dropped can be dropped before it.
 */
static bool
can_drop_first(const diff_node *part, const diff_node *whole)
{
	return whole->dropping && !whole->dropped && !part->dropped &&
		   (part->kind == DIFF_CONSTRAINT || part->kind == DIFF_DEFAULT ||
			part->kind == DIFF_INDEX || part->kind == DIFF_TRIGGER ||
			part->kind == DIFF_RULE || part->kind == DIFF_POLICY);
}

/* Removes the dependency of a node on one that is to be dropped. */
static void
release(order *o, diff_node *user)
{
	diff_node *remover;

	if (!dbcpg_migrate_is_dropped(user))
	{
		if (user->action == DIFF_ALTER)
			make(o, user);
		return;
	}
	remover = dbcpg_migrate_find_dropping_node(o->d, user);
	if (remover != user && can_drop_first(user, remover))
	{
		/* two tables that refer to each other, a default that reads its table
		 */
		user->dropped = true;
		dbcpg_migrate_write_drop(o->d, user);
	}
	else
		drop(o, remover);
}

/* Whether a type is dropped by a rename, which columns and types follow. */
static bool
follows_rename(const diff_node *type, const diff_node *user)
{
	return type->swapped &&
		   (user->kind == DIFF_TYPE || user->kind == DIFF_DOMAIN ||
			(user->kind == DIFF_COLUMN && !dbcpg_migrate_is_dropped(user)));
}

/* Releases the users of a node that is dropped, or of a part of it. */
static void
release_users(order *o, diff_node *whole, diff_node *node)
{
	bound_depth(o->d, node);
	for (int i = 0; i < node->old.users.count; i++)
	{
		diff_node *user = node->old.users.items[i];

		if (follows_rename(node, user))
			continue;
		if (!dbcpg_migrate_is_dropped(user) ||
			dbcpg_migrate_find_dropping_node(o->d, user) != whole)
			release(o, user);
		else if (user->old.origin == node)
			release_users(o, whole, user);
	}
	for (int i = 0; i < node->old.held.count; i++)
	{
		diff_node *part = node->old.held.items[i];

		if (dbcpg_migrate_is_dropped(part) &&
			dbcpg_migrate_find_dropping_node(o->d, part) == whole)
			release_users(o, whole, part);
	}
}

/* Drops a node and its parts. */
static void
drop(order *o, diff_node *node)
{
	bound_depth(o->d, node);
	node = dbcpg_migrate_find_dropping_node(o->d, node);
	if (node->dropping)
		return;
	node->dropping = true;
	release_users(o, node, node);
	if (!node->dropped)
		dbcpg_migrate_write_drop(o->d, node);
	node->dropped = true;
}

/* ---- creations and changes ---- */

/* Makes the dependencies of a node and of its parts. */
static void
make_needs(order *o, diff_node *whole, diff_node *node)
{
	for (int i = 0; i < node->new.needs.count; i++)
	{
		diff_node *need =
			dbcpg_migrate_find_creating_node(o->d, node->new.needs.items[i]);

		if (need == whole)
			continue;
		/* a dependency of the default may depend on the table */
		if (node->kind == DIFF_DEFAULT && node != whole && need->making &&
			!need->made)
			node->deferred = true;
		make(o, need);
	}
	for (int i = 0; i < node->new.held.count; i++)
	{
		diff_node *part = node->new.held.items[i];

		if (dbcpg_migrate_find_creating_node(o->d, part) == whole)
			make_needs(o, whole, part);
	}
}

/* Drops the users of the old form of a node that is altered. */
static void
drop_users(order *o, diff_node *node)
{
	const diff_list *users = &node->old.users;

	for (int i = 0; i < users->count; i++)
		if (dbcpg_migrate_is_dropped(users->items[i]))
			drop(o, users->items[i]);
}

/* Adds the constraints of a domain, which is impossible once a column uses a
 * composite type with that domain. */
static void
make_constraints(order *o, const diff_node *domain)
{
	for (int i = 0; i < domain->new.held.count; i++)
		make(o, domain->new.held.items[i]);
}

/* Creates or alters a node and its parts. */
static void
make(order *o, diff_node *node)
{
	bound_depth(o->d, node);
	node = dbcpg_migrate_find_creating_node(o->d, node);
	if (node->making || node->action == DIFF_KEEP || node->action == DIFF_DROP)
		return;
	node->making = true;
	if (node->action == DIFF_ALTER)
		drop_users(o, node);
	else
	{
		if (node->action == DIFF_REMAKE)
			drop(o, node);
		free_name(o, node);
	}
	make_needs(o, node, node);
	if (node->action == DIFF_ALTER)
		dbcpg_migrate_write_alter(o->d, node);
	else
		dbcpg_migrate_write_create(o->d, node);
	node->made = true;
	if (node->kind == DIFF_DOMAIN)
		make_constraints(o, node);
}

/* ---- all ---- */

/* The order of nodes without dependencies. */
static int
compare_ranks(const void *left, const void *right)
{
	const diff_node *l = *(diff_node *const *) left;
	const diff_node *r = *(diff_node *const *) right;

	if (l->kind != r->kind)
		return l->kind < r->kind ? -1 : 1;
	return strcmp(l->name, r->name);
}

/* Drops a renamed type, after the types made of it. */
static void
finish_type(diff *d, diff_node *type)
{
	bound_depth(d, type);
	if (!type->swapped || type->finished)
		return;
	type->finished = true;
	for (int i = 0; i < type->old.users.count; i++)
		finish_type(d, type->old.users.items[i]);
	dbcpg_migrate_drop_old_type(d, type);
}

void
dbcpg_migrate_write_steps(diff *d)
{
	order o = {.d = d};
	diff_node **nodes =
		dbc_alloc(d->host, ((size_t) d->count + 1) * sizeof(*nodes));

	for (int i = 0; i < d->count; i++)
		nodes[i] = &d->nodes[i];
	dbc_sort(nodes, (size_t) d->count, sizeof(*nodes), compare_ranks);
	collect_names(&o);
	for (int i = d->count - 1; i >= 0; i--)
		if (dbcpg_migrate_is_dropped(nodes[i]))
			drop(&o, nodes[i]);
	for (int i = 0; i < d->count; i++)
		make(&o, nodes[i]);
	for (int i = 0; i < d->count; i++)
		finish_type(d, nodes[i]);
}
