/*
 * diff_decide.c
 *	  Which action each node gets: keep, alter, drop, create or remake.
 *
 * First each node gets an action by itself.  Then nodes that depend on a
 * dropped one, or on a column that changes its type, are remade too, unless
 * their own change removes that dependency.
 */
#include "pg_ext/migrate/diff.h"

#include <stdlib.h>

bool
dbcpg_migrate_is_dropped(const diff_node *node)
{
	return node->action == DIFF_DROP || node->action == DIFF_REMAKE;
}

/* Whether a node is created. */
static bool
is_created(const diff_node *node)
{
	return node->action == DIFF_CREATE || node->action == DIFF_REMAKE;
}

bool
dbcpg_migrate_has_same_parents(const diff *d, const diff_node *table)
{
	const diff_node *parents =
		dbcpg_migrate_find_node(d, "parents", table->name);

	return parents && parents->action == DIFF_KEEP;
}

/* The node whose drop includes this one. */
diff_node *
dbcpg_migrate_find_dropping_node(const diff *d, diff_node *node)
{
	/* an invalid document may have circles */
	for (int depth = 0; depth < d->count; depth++)
	{
		const diff_side *side = &node->old;

		if (side->holder && dbcpg_migrate_is_dropped(side->holder))
			node = side->holder;
		else if (side->origin && dbcpg_migrate_is_dropped(side->origin) &&
				 dbcpg_migrate_has_same_parents(d, side->holder))
			node = side->origin;
		else
			break;
	}
	return node;
}

/* The node whose creation includes this one. */
diff_node *
dbcpg_migrate_find_creating_node(const diff *d, diff_node *node)
{
	for (int depth = 0; depth < d->count; depth++)
	{
		const diff_side *side = &node->new;

		if ((node->kind != DIFF_COLUMN && node->kind != DIFF_DEFAULT &&
			 node->kind != DIFF_PARENTS) ||
			node->deferred)
			break;
		if (side->holder && is_created(side->holder))
			node = side->holder;
		else if (side->origin && is_created(side->origin) &&
				 dbcpg_migrate_has_same_parents(d, side->holder))
			node = side->origin;
		else
			break;
	}
	return node;
}

/* Whether the new columns of a view begin with the old ones, so that CREATE OR
 * REPLACE works. */
static bool
can_replace_view(const diff_node *view)
{
	const diff_detail *old = dbcpg_migrate_detail_items(&view->old, "columns");
	const diff_detail *new = dbcpg_migrate_detail_items(&view->new, "columns");

	if (old->nitems == 0 || old->nitems > new->nitems)
		return false;
	for (int i = 0; i < old->nitems; i++)
		if (!dbc_same(old->items[i], new->items[i]))
			return false;
	return true;
}

/* Whether CREATE OR REPLACE works for a function: argument names, result and
 * number of defaults are the same. */
static bool
can_replace_function(const diff_node *function)
{
	const char *old = dbcpg_migrate_detail_text(&function->old, "defaults");
	const char *new = dbcpg_migrate_detail_text(&function->new, "defaults");

	return dbcpg_migrate_has_same_detail(function, "result") &&
		   dbcpg_migrate_has_same_detail(function, "arguments") && old &&
		   new &&strtol(old, NULL, 10) <= strtol(new, NULL, 10);
}

/* Whether a column can take its new definition by ALTER TABLE. */
static bool
can_alter_column(const diff_node *column)
{
	const char *new = dbcpg_migrate_detail_text(&column->new, "generated");

	/* an expression can be dropped, but not added or changed */
	return !new || (dbcpg_migrate_has_same_detail(column, "generated") &&
					dbcpg_migrate_has_same_detail(column, "type"));
}

/* Whether an object with a changed definition can be altered in place. */
static bool
can_alter(diff *d, const diff_node *node)
{
	switch (node->kind)
	{
		case DIFF_EXTENSION:
		case DIFF_SEQUENCE:
		case DIFF_DEFAULT:
		case DIFF_OWNER:
		case DIFF_REPLICA_IDENTITY:
			return true;
		case DIFF_TABLE:
			return dbcpg_migrate_has_same_detail(node, "partition_by");
		case DIFF_FOREIGN_TABLE:
			return dbcpg_migrate_has_same_detail(node, "server");
		case DIFF_WRAPPER:
		case DIFF_SERVER:
			return dbcpg_migrate_has_same_detail(node, "rest");
		case DIFF_COLUMN:
			return can_alter_column(node);
		case DIFF_VIEW:
			return can_replace_view(node);
		case DIFF_FUNCTION:
		case DIFF_PROCEDURE:
			return can_replace_function(node);
		case DIFF_DOMAIN:
			return dbcpg_migrate_has_same_detail(node, "base");
		case DIFF_TYPE:
			return dbcpg_migrate_can_alter_type(node);
		case DIFF_CONSTRAINT:
			/* VALIDATE CONSTRAINT is the only change */
			return dbc_same(node->old.object->definition,
							dbc_format(d->host, "%s NOT VALID",
									   node->new.object->definition));
		case DIFF_TRIGGER:
		case DIFF_RULE:
		case DIFF_EVENT_TRIGGER:
			return dbcpg_migrate_has_same_detail(node, "clause");
		default:
			return false;
	}
}

/* The action of a node by itself. */
static diff_action
own_action(diff *d, const diff_node *node)
{
	if (!node->old.object)
		return DIFF_CREATE;
	if (!node->new.object)
		return DIFF_DROP;
	if (dbc_same(node->old.object->definition, node->new.object->definition))
		return DIFF_KEEP;
	return can_alter(d, node) ? DIFF_ALTER : DIFF_REMAKE;
}

/* ---- nodes that depend on a dropped one ---- */

/* Whether a node still needs another one in the new schema. */
static bool
still_needs(const diff_node *node, const diff_node *need)
{
	for (int i = 0; i < node->new.needs.count; i++)
		if (node->new.needs.items[i] == need)
			return true;
	return false;
}

/* Remakes a node; false if it is dropped or created anyway. */
static bool
remake(diff_node *node)
{
	if (node->action != DIFF_KEEP && node->action != DIFF_ALTER)
		return false;
	node->action = DIFF_REMAKE;
	return true;
}

/* Converts a column to its type again after a change of that type. */
static bool
retype(diff_node *column)
{
	if (column->retyped ||
		(column->action != DIFF_KEEP && column->action != DIFF_ALTER))
		return false;
	if (dbcpg_migrate_detail_text(&column->old, "generated"))
		return remake(column);
	column->retyped = true;
	column->action = DIFF_ALTER;
	return true;
}

/* Decides what happens to a node when one that it depends on is dropped. */
static bool
drop_need(diff_node *node, const diff_node *need)
{
	if (node->action == DIFF_ALTER && !still_needs(node, need) &&
		node->kind != DIFF_COLUMN)
		return false;
	switch (node->kind)
	{
		case DIFF_SCHEMA:
		case DIFF_EXTENSION:
		case DIFF_SEQUENCE:
		case DIFF_TABLE:
			return false;
		case DIFF_FOREIGN_TABLE:
			return need->kind == DIFF_SERVER && remake(node);
		case DIFF_COLUMN:
			if (need->kind == DIFF_TYPE || need->kind == DIFF_DOMAIN)
				return retype(node);
			if (need == node->old.origin)
				return need->action == DIFF_REMAKE &&
					   !dbcpg_migrate_is_dropped(need->old.holder) &&
					   remake(node);
			return (need->kind == DIFF_COLUMN || need == node->old.holder) &&
				   remake(node);
		case DIFF_PARENTS:
			return (need->kind == DIFF_TABLE ||
					need->kind == DIFF_FOREIGN_TABLE) &&
				   remake(node);
		default:
			return remake(node);
	}
}

/* Decides what happens to a node when a column that it depends on changes its
 * type. */
static bool
retype_need(diff_node *node, const diff_node *column)
{
	const char *kind;

	switch (node->kind)
	{
		case DIFF_VIEW:
		case DIFF_MATERIALIZED_VIEW:
		case DIFF_RULE:
		case DIFF_POLICY:
		case DIFF_TRIGGER:
		case DIFF_FUNCTION:
		case DIFF_PROCEDURE:
			return remake(node);
		case DIFF_DEFAULT:
			return remake(node);
		case DIFF_COLUMN:
			return node->old.origin == column ? retype(node) : remake(node);
		case DIFF_CONSTRAINT:
			kind = dbcpg_migrate_detail_text(&node->old, "kind");
			return kind && dbc_same(kind, "f") && remake(node);
		default:
			return false;
	}
}

/* Applies the action of a node to its users; true if that changed any. */
static bool
update_users(const diff *d, diff_node *node)
{
	bool changed = false;

	dbc_poll(d->host);
	for (int i = 0; i < node->old.users.count; i++)
	{
		diff_node *user = node->old.users.items[i];

		if (dbcpg_migrate_is_dropped(node))
			changed |= drop_need(user, node);
		else if (node->retyped)
			changed |= retype_need(user, node);
	}
	return changed;
}

/* Whether a type has to be renamed before it is created again, because columns
 * that stay use it. */
static bool
must_be_swapped(const diff_node *type)
{
	if (type->action != DIFF_REMAKE ||
		(type->kind != DIFF_TYPE && type->kind != DIFF_DOMAIN))
		return false;
	for (int i = 0; i < type->old.users.count; i++)
	{
		const diff_node *user = type->old.users.items[i];

		if ((user->kind == DIFF_COLUMN && user->retyped) ||
			user->kind == DIFF_TYPE || user->kind == DIFF_DOMAIN)
			return true;
	}
	return false;
}

/* Keeps the constraints and indexes of a table that change from inherited to
 * its own, or back, as it leaves or joins parents. */
static void
keep_left(const diff *d, const diff_side *side, diff_action action)
{
	const diff_detail *labels = dbcpg_migrate_detail_items(side, "left");
	const diff_detail *definitions =
		dbcpg_migrate_detail_items(side, "left_definitions");

	for (int i = 0; i < labels->nitems && i < definitions->nitems; i++)
	{
		diff_node *node = dbcpg_migrate_find_labelled_node(d, labels->items[i]);

		if (node && node->action == action &&
			dbc_same(definitions->items[i],
					 (action == DIFF_DROP ? node->old : node->new)
						 .object->definition))
			node->action = DIFF_KEEP;
	}
}

/* The same for all tables. */
static void
keep_all_left(diff *d)
{
	for (int i = 0; i < d->count; i++)
	{
		diff_node *node = &d->nodes[i];

		if (node->kind != DIFF_PARENTS)
			continue;
		if (dbcpg_migrate_is_dropped(node) &&
			!dbcpg_migrate_is_dropped(node->old.holder))
			keep_left(d, &node->old, DIFF_CREATE);
		if (is_created(node) && !is_created(node->new.holder))
			keep_left(d, &node->new, DIFF_DROP);
	}
}

void
dbcpg_migrate_decide_actions(diff *d)
{
	bool changed = true;

	for (int i = 0; i < d->count; i++)
		d->nodes[i].action = own_action(d, &d->nodes[i]);
	keep_all_left(d);
	for (int i = 0; i < d->count; i++)
	{
		diff_node *node = &d->nodes[i];

		if (node->kind == DIFF_COLUMN && node->action == DIFF_ALTER)
			node->retyped = !dbcpg_migrate_has_same_detail(node, "type") ||
							!dbcpg_migrate_has_same_detail(node, "collation");
	}
	while (changed)
	{
		changed = false;
		for (int i = 0; i < d->count; i++)
			changed |= update_users(d, &d->nodes[i]);
	}
	for (int i = 0; i < d->count; i++)
		d->nodes[i].swapped = must_be_swapped(&d->nodes[i]);
}
