/*
 * compat_nodes.h
 *	  Differences between PostgreSQL versions in the nodes of statements; see
 *	  compat.h.
 */
#ifndef DBCPG_CORE_COMPAT_NODES_H
#define DBCPG_CORE_COMPAT_NODES_H

#include "pg_ext/core/compat.h"

/* Whether an UPDATE has RETURNING. */
static inline bool
dbcpg_update_returns(const UpdateStmt *update)
{
#if PG_VERSION_NUM >= 180000
	return update->returningClause != NULL;
#else
	return update->returningList != NIL;
#endif
}

/* The object type of an ALTER TABLE statement. */
static inline ObjectType
dbcpg_altered_type(const AlterTableStmt *statement)
{
	return statement->objtype;
}

/* Whether a node is a MERGE. */
static inline bool
dbcpg_is_merge(const Node *node)
{
#if PG_VERSION_NUM >= 150000
	return IsA(node, MergeStmt);
#else
	(void) node;
	return false;
#endif
}

/* Whether options in parentheses have CONCURRENTLY. */
static inline bool
dbcpg_is_concurrent_option(const List *options)
{
	ListCell *cell;
	bool concurrently = false;

	foreach (cell, options)
	{
		DefElem *option = lfirst_node(DefElem, cell);

		if (strcmp(option->defname, "concurrently") == 0)
			concurrently = defGetBoolean(option);
	}
	return concurrently;
}

/* Whether a REINDEX is concurrent, which is an option since 14. */
static inline bool
dbcpg_reindex_concurrently(const ReindexStmt *statement)
{
	return dbcpg_is_concurrent_option(statement->params);
}

/* Whether a command of ALTER TABLE detaches a partition concurrently. */
static inline bool
dbcpg_detaches_concurrently(const AlterTableCmd *command)
{
	return command->subtype == AT_DetachPartition &&
		   ((const PartitionCmd *) command->def)->concurrent;
}

/* The name of the constraint whose enforcement an ALTER CONSTRAINT changes
 * (version 18), and whether it is enforced then; NULL if there is none. */
static inline const char *
dbcpg_altered_enforcement(const AlterTableCmd *command, bool *enforced)
{
#if PG_VERSION_NUM >= 180000
	const ATAlterConstraint *change = (const ATAlterConstraint *) command->def;

	*enforced = change->is_enforced;
	return change->alterEnforceability ? change->conname : NULL;
#else
	(void) command;
	*enforced = true;
	return NULL;
#endif
}

/* Whether a constraint makes a column a virtual generated column. */
static inline bool
dbcpg_makes_virtual_column(const Constraint *constraint)
{
#if PG_VERSION_NUM >= 180000
	return constraint->generated_kind == ATTRIBUTE_GENERATED_VIRTUAL;
#else
	(void) constraint;
	return false;
#endif
}

/* The target of a MERGE. */
static inline const RangeVar *
dbcpg_merge_target(const Node *node)
{
#if PG_VERSION_NUM >= 150000
	return ((const MergeStmt *) node)->relation;
#else
	(void) node;
	return NULL;
#endif
}

/* Whether a command of ALTER TABLE sets the access method. */
static inline bool
dbcpg_sets_access_method(const AlterTableCmd *command)
{
#if PG_VERSION_NUM >= 150000
	return command->subtype == AT_SetAccessMethod;
#else
	(void) command;
	return false;
#endif
}

/* Whether a command of ALTER TABLE changes the expression of a generated
 * column. */
static inline bool
dbcpg_sets_generated_expression(const AlterTableCmd *command)
{
#if PG_VERSION_NUM >= 170000
	return command->subtype == AT_SetExpression;
#else
	(void) command;
	return false;
#endif
}

/* CLUSTER, which is a kind of REPACK since 19: its table, or NULL, its name,
 * and whether it is concurrent. */
#if PG_VERSION_NUM >= 190000
#define T_ClusterStmt T_RepackStmt
#define ClusterStmt	  RepackStmt
#endif

static inline const RangeVar *
dbcpg_clustered_table(const ClusterStmt *statement)
{
#if PG_VERSION_NUM >= 190000
	return statement->relation ? statement->relation->relation : NULL;
#else
	return statement->relation;
#endif
}

static inline const char *
dbcpg_cluster_command(const ClusterStmt *statement)
{
#if PG_VERSION_NUM >= 190000
	if (statement->command != REPACK_COMMAND_CLUSTER)
		return "REPACK";
#else
	(void) statement;
#endif
	return "CLUSTER";
}

static inline bool
dbcpg_clusters_concurrently(const ClusterStmt *statement)
{
	return dbcpg_is_concurrent_option(statement->params);
}

/* Whether a node is an integer literal, and its value. */
static inline bool
dbcpg_is_integer_constant(const Node *node)
{
	return IsA(node, A_Const) && IsA(&((const A_Const *) node)->val, Integer);
}

static inline int
dbcpg_integer_value(const Node *node)
{
	return intVal(&((const A_Const *) node)->val);
}

#endif /* DBCPG_CORE_COMPAT_NODES_H */
