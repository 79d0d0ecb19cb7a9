/*
 * locks.c
 *	  The locks that statements take, and what they rewrite.
 */
#include "pg_ext/lint/analysis.h"

#include "storage/lockdefs.h"

StaticAssertDecl((int) DBC_L_ACCESS_EXCLUSIVE == AccessExclusiveLock,
				 "locks of the core are not those of PostgreSQL");

/* Doubles the length of a list; new elements are zero. */
static void *
grow_list(dbcpg_lint_analyzer *r, const void *list, int *room, int count,
		  size_t size)
{
	void *copy;

	*room = *room ? *room * 2 : 4;
	copy = dbc_alloc(r->host, (size_t) *room * size);
	if (count)
		memcpy(copy, list, (size_t) count * size);
	return copy;
}

dbc_lint_operation *
dbcpg_lint_add_operation(dbcpg_lint_analyzer *r, dbc_lint_verb verb,
						 dbc_lint_object *object, const char *command)
{
	dbc_lint_operation *operation;

	if (r->noperations == r->operation_room)
		r->operations = grow_list(r, r->operations, &r->operation_room,
								  r->noperations, sizeof(*r->operations));
	operation = &r->operations[r->noperations++];
	operation->verb = verb;
	operation->object = object;
	operation->command = command;
	return operation;
}

/* Adds an effect on a relation that has none yet; returns its index. */
static int
make_effect(dbcpg_lint_analyzer *r, const dbc_lint_object *object)
{
	if (r->neffects == r->effect_room)
		r->effects = grow_list(r, r->effects, &r->effect_room, r->neffects,
							   sizeof(*r->effects));
	r->effects[r->neffects].object = object;
	return r->neffects++;
}

dbc_lint_lock_mode
dbcpg_lint_convert_lock_mode(LOCKMODE mode)
{
	return (dbc_lint_lock_mode) mode;
}

/* What an operation does to the rows of its object. */
typedef enum work
{
	NOTHING,
	SCANS,
	REWRITES
} work;

/* Whether it includes partitions and children. */
typedef enum reach
{
	SELF,
	TREE
} reach;

/*
 * The effect of an operation on its object, and the lock on the other relation.
 * Of the lines with the same verb, the first applies whose flag the operation
 * has.  A lock NONE means ALTER TABLE, whose lock PostgreSQL computes.
 */
static const struct
{
	dbc_lint_verb verb;
	unsigned flags;
	dbc_lint_lock_mode lock;
	dbc_lint_lock_mode other;
	reach reach;
	work work;
} rules[] = {
	{DBC_V_DROP_INDEX, DBC_OP_CONCURRENTLY, DBC_L_SHARE_UPDATE_EXCLUSIVE,
	 DBC_L_SHARE_UPDATE_EXCLUSIVE, TREE, NOTHING},
	{DBC_V_DROP_INDEX, 0, DBC_L_ACCESS_EXCLUSIVE, DBC_L_ACCESS_EXCLUSIVE, TREE,
	 NOTHING},
	{DBC_V_RENAME_COLUMN, 0, DBC_L_ACCESS_EXCLUSIVE, DBC_L_NONE, TREE, NOTHING},
	{DBC_V_ADD_COLUMN, DBC_OP_VOLATILE, DBC_L_NONE, DBC_L_NONE, TREE, REWRITES},
	{DBC_V_ADD_COLUMN, DBC_OP_STORED, DBC_L_NONE, DBC_L_NONE, TREE, REWRITES},
	{DBC_V_ADD_COLUMN, DBC_OP_IDENTITY, DBC_L_NONE, DBC_L_NONE, TREE, REWRITES},
	{DBC_V_ADD_COLUMN, DBC_OP_SERIAL, DBC_L_NONE, DBC_L_NONE, TREE, REWRITES},
	{DBC_V_ADD_COLUMN, 0, DBC_L_NONE, DBC_L_NONE, TREE, NOTHING},
	{DBC_V_DROP_COLUMN, 0, DBC_L_NONE, DBC_L_NONE, TREE, NOTHING},
	{DBC_V_SET_NOT_NULL, DBC_OP_IMPLIED, DBC_L_NONE, DBC_L_NONE, TREE, NOTHING},
	{DBC_V_SET_NOT_NULL, 0, DBC_L_NONE, DBC_L_NONE, TREE, SCANS},
	{DBC_V_DROP_NOT_NULL, 0, DBC_L_NONE, DBC_L_NONE, TREE, NOTHING},
	{DBC_V_SET_DEFAULT, 0, DBC_L_NONE, DBC_L_NONE, TREE, NOTHING},
	{DBC_V_ADD_CHECK, DBC_OP_NOT_VALID, DBC_L_NONE, DBC_L_NONE, TREE, NOTHING},
	{DBC_V_ADD_CHECK, 0, DBC_L_NONE, DBC_L_NONE, TREE, SCANS},
	{DBC_V_ADD_UNIQUE, DBC_OP_USING_INDEX, DBC_L_NONE, DBC_L_NONE, TREE,
	 NOTHING},
	{DBC_V_ADD_UNIQUE, 0, DBC_L_NONE, DBC_L_NONE, TREE, SCANS},
	{DBC_V_ADD_PRIMARY_KEY, DBC_OP_USING_INDEX, DBC_L_NONE, DBC_L_NONE, TREE,
	 NOTHING},
	{DBC_V_ADD_PRIMARY_KEY, 0, DBC_L_NONE, DBC_L_NONE, TREE, SCANS},
	{DBC_V_ADD_EXCLUSION, 0, DBC_L_NONE, DBC_L_NONE, TREE, SCANS},
	{DBC_V_ADD_FOREIGN_KEY, DBC_OP_NOT_VALID, DBC_L_NONE,
	 DBC_L_SHARE_ROW_EXCLUSIVE, TREE, NOTHING},
	{DBC_V_ADD_FOREIGN_KEY, DBC_OP_IMPLIED, DBC_L_NONE,
	 DBC_L_SHARE_ROW_EXCLUSIVE, TREE, NOTHING},
	{DBC_V_ADD_FOREIGN_KEY, 0, DBC_L_NONE, DBC_L_SHARE_ROW_EXCLUSIVE, TREE,
	 SCANS},
	{DBC_V_VALIDATE, DBC_OP_IMPLIED, DBC_L_NONE, DBC_L_NONE, TREE, NOTHING},
	{DBC_V_VALIDATE, 0, DBC_L_NONE, DBC_L_ROW_SHARE, TREE, SCANS},
	{DBC_V_ENFORCE, 0, DBC_L_NONE, DBC_L_SHARE_ROW_EXCLUSIVE, TREE, SCANS},
	{DBC_V_DROP_CONSTRAINT, 0, DBC_L_NONE, DBC_L_ACCESS_EXCLUSIVE, TREE,
	 NOTHING},
	{DBC_V_CREATE_INDEX, DBC_OP_CONCURRENTLY, DBC_L_SHARE_UPDATE_EXCLUSIVE,
	 DBC_L_NONE, TREE, SCANS},
	{DBC_V_CREATE_INDEX, DBC_OP_ONLY, DBC_L_SHARE, DBC_L_NONE, SELF, NOTHING},
	{DBC_V_CREATE_INDEX, 0, DBC_L_SHARE, DBC_L_NONE, TREE, SCANS},
	{DBC_V_ATTACH, DBC_OP_INITIAL, DBC_L_ACCESS_EXCLUSIVE, DBC_L_NONE, SELF,
	 NOTHING},
	{DBC_V_ATTACH, 0, DBC_L_NONE, DBC_L_ACCESS_EXCLUSIVE, SELF, NOTHING},
	{DBC_V_DETACH, 0, DBC_L_NONE, DBC_L_ACCESS_EXCLUSIVE, SELF, NOTHING},
	/* the lock is held while files are exchanged */
	{DBC_V_REWRITE, DBC_OP_CONCURRENTLY, DBC_L_ACCESS_EXCLUSIVE, DBC_L_NONE,
	 TREE, NOTHING},
	{DBC_V_REWRITE, 0, DBC_L_ACCESS_EXCLUSIVE, DBC_L_NONE, TREE, REWRITES},
	{DBC_V_REFRESH, DBC_OP_CONCURRENTLY, DBC_L_EXCLUSIVE, DBC_L_NONE, SELF,
	 NOTHING},
	{DBC_V_REFRESH, 0, DBC_L_ACCESS_EXCLUSIVE, DBC_L_NONE, SELF, REWRITES},
	{DBC_V_VACUUM, 0, DBC_L_SHARE_UPDATE_EXCLUSIVE, DBC_L_NONE, TREE, NOTHING},
	{DBC_V_ANALYZE, 0, DBC_L_SHARE_UPDATE_EXCLUSIVE, DBC_L_NONE, TREE, NOTHING},
	{DBC_V_INSERT, 0, DBC_L_ROW_EXCLUSIVE, DBC_L_NONE, SELF, NOTHING},
	{DBC_V_UPDATE, 0, DBC_L_ROW_EXCLUSIVE, DBC_L_NONE, TREE, NOTHING},
	{DBC_V_DELETE, 0, DBC_L_ROW_EXCLUSIVE, DBC_L_NONE, TREE, NOTHING},
	{DBC_V_TRUNCATE, 0, DBC_L_ACCESS_EXCLUSIVE, DBC_L_NONE, TREE, REWRITES},
};

void
dbcpg_lint_add_effect(dbcpg_lint_analyzer *r, const dbc_lint_object *object,
					  dbc_lint_lock_mode lock, bool rewrites, bool scans)
{
	dbcpg_lint_relation *relation = dbcpg_lint_get_relation(object);
	dbc_lint_effect *effect;

	if (lock == DBC_L_NONE && !rewrites && !scans)
		return;
	if (relation->statement != *r->statements)
	{
		relation->statement = *r->statements;
		relation->effect = make_effect(r, object);
	}
	effect = &r->effects[relation->effect];
	effect->lock = Max(effect->lock, lock);
	effect->rewrites |= rewrites;
	effect->scans |= scans;
}

void
dbcpg_lint_add_tree_effect(dbcpg_lint_analyzer *r,
						   const dbc_lint_object *object,
						   dbc_lint_lock_mode lock, bool rewrites, bool scans)
{
	const dbcpg_lint_relation *relation = dbcpg_lint_get_relation(object);
	ListCell *cell;

	dbcpg_lint_add_effect(r, object, lock, rewrites, scans);
	if (!relation->has_children)
		return;
	foreach (cell, dbcpg_lint_catalog_list_tree(relation->oid))
	{
		const dbc_lint_object *child =
			dbcpg_lint_find_catalog_object(r, lfirst_oid(cell));

		if (child)
			dbcpg_lint_add_effect(r, child, lock, rewrites, scans);
	}
}

/* Adds the effects of one operation. */
static void
add_effects_of(dbcpg_lint_analyzer *r, const dbc_lint_operation *operation)
{
	if (!operation->object || !operation->object->engine)
		return;
	for (size_t i = 0; i < lengthof(rules); i++)
	{
		dbc_lint_lock_mode lock = rules[i].lock ? rules[i].lock : r->alter_lock;
		bool rewrites = rules[i].work == REWRITES;
		bool scans = rules[i].work == SCANS;

		if (rules[i].verb != operation->verb ||
			(operation->flags & rules[i].flags) != rules[i].flags)
			continue;
		if (operation->flags & DBC_OP_INITIAL)
			rewrites = scans = false;
		if (rules[i].reach == TREE && !(operation->flags & DBC_OP_ONLY))
			dbcpg_lint_add_tree_effect(r, operation->object, lock, rewrites,
									   scans);
		else
			dbcpg_lint_add_effect(r, operation->object, lock, rewrites, scans);
		if (operation->other && operation->other->engine)
			dbcpg_lint_add_tree_effect(r, operation->other, rules[i].other,
									   false, false);
		return;
	}
}

void
dbcpg_lint_add_operation_effects(dbcpg_lint_analyzer *r)
{
	for (int i = 0; i < r->noperations; i++)
		add_effects_of(r, &r->operations[i]);
}
