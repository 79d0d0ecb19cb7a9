/*
 * shape.c
 *	  The shape of a plan: its nodes, without costs and conditions.
 *
 * Two plans of one statement have the same shape if they read the same tables
 * and indexes in the same way.  Partitions count as their table, so that a new
 * one changes no shape.
 */
#include "pg_ext/advise/hypothetical.h"

#include "catalog/partition.h"
#include "miscadmin.h"
#include "nodes/plannodes.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"

/* The names of nodes, as in EXPLAIN. */
static const struct
{
	NodeTag tag;
	const char *name;
} names[] = {
	{T_Result, "Result"},
	{T_ProjectSet, "ProjectSet"},
	{T_Append, "Append"},
	{T_MergeAppend, "Merge Append"},
	{T_RecursiveUnion, "Recursive Union"},
	{T_BitmapAnd, "BitmapAnd"},
	{T_BitmapOr, "BitmapOr"},
	{T_SeqScan, "Seq Scan"},
	{T_SampleScan, "Sample Scan"},
	{T_IndexScan, "Index Scan"},
	{T_IndexOnlyScan, "Index Only Scan"},
	{T_BitmapIndexScan, "Bitmap Index Scan"},
	{T_BitmapHeapScan, "Bitmap Heap Scan"},
	{T_TidScan, "Tid Scan"},
	{T_TidRangeScan, "Tid Range Scan"},
	{T_SubqueryScan, "Subquery Scan"},
	{T_FunctionScan, "Function Scan"},
	{T_ValuesScan, "Values Scan"},
	{T_TableFuncScan, "Table Function Scan"},
	{T_CteScan, "CTE Scan"},
	{T_NamedTuplestoreScan, "Named Tuplestore Scan"},
	{T_WorkTableScan, "WorkTable Scan"},
	{T_ForeignScan, "Foreign Scan"},
	{T_CustomScan, "Custom Scan"},
	{T_NestLoop, "Nested Loop"},
	{T_MergeJoin, "Merge Join"},
	{T_HashJoin, "Hash Join"},
	{T_Material, "Materialize"},
	{T_Memoize, "Memoize"},
	{T_Sort, "Sort"},
	{T_IncrementalSort, "Incremental Sort"},
	{T_Group, "Group"},
	{T_WindowAgg, "WindowAgg"},
	{T_Unique, "Unique"},
	{T_Gather, "Gather"},
	{T_GatherMerge, "Gather Merge"},
	{T_Hash, "Hash"},
	{T_SetOp, "SetOp"},
	{T_LockRows, "LockRows"},
	{T_Limit, "Limit"},
};

static void append_plan(StringInfo shape, const PlannedStmt *statement,
						const Plan *plan);

/* ---- names ---- */

static const char *
aggregate_name(const Agg *node)
{
	switch (node->aggstrategy)
	{
		case AGG_HASHED:
			return "HashAggregate";
		case AGG_SORTED:
			return "GroupAggregate";
		case AGG_MIXED:
			return "MixedAggregate";
		default:
			return "Aggregate";
	}
}

static const char *
change_name(CmdType operation)
{
	if (operation == CMD_INSERT)
		return "Insert";
	if (operation == CMD_UPDATE)
		return "Update";
	return operation == CMD_DELETE ? "Delete" : "Merge";
}

static const char *
node_name(const Plan *plan)
{
	if (IsA(plan, Agg))
		return aggregate_name((const Agg *) plan);
	if (IsA(plan, ModifyTable))
		return change_name(((const ModifyTable *) plan)->operation);
	for (int i = 0; i < (int) lengthof(names); i++)
		if (names[i].tag == nodeTag(plan))
			return names[i].name;
	return psprintf("node %d", (int) nodeTag(plan));
}

/* The name of a table or index; of a partition that of what it is part of. */
static const char *
relation_name(Oid relation)
{
	const char *name;

	if (get_rel_relispartition(relation))
	{
		List *ancestors = get_partition_ancestors(relation);

		if (ancestors != NIL)
			relation = llast_oid(ancestors);
	}
	name = get_rel_name(relation);
	return name ? name : "?";
}

static Oid
index_of(const Plan *plan)
{
	if (IsA(plan, IndexScan))
		return ((const IndexScan *) plan)->indexid;
	if (IsA(plan, IndexOnlyScan))
		return ((const IndexOnlyScan *) plan)->indexid;
	if (IsA(plan, BitmapIndexScan))
		return ((const BitmapIndexScan *) plan)->indexid;
	return InvalidOid;
}

/* The entry of the table that a node reads or changes, or 0. */
static Index
table_of(const Plan *plan)
{
	switch (nodeTag(plan))
	{
		case T_ModifyTable:
			return (Index) linitial_int(
				((const ModifyTable *) plan)->resultRelations);
		case T_SeqScan:
		case T_SampleScan:
		case T_IndexScan:
		case T_IndexOnlyScan:
		case T_BitmapHeapScan:
		case T_TidScan:
		case T_TidRangeScan:
		case T_ForeignScan:
		case T_CustomScan:
			return ((const Scan *) plan)->scanrelid;
		default:
			return 0;
	}
}

/* ---- the tree ---- */

/* Appends a child; one that is like the last one says nothing new. */
static void
append_child(StringInfo shape, const PlannedStmt *statement, const Plan *plan,
			 StringInfo last)
{
	StringInfoData child;

	if (!plan)
		return;
	initStringInfo(&child);
	append_plan(&child, statement, plan);
	if (!last->data || strcmp(last->data, child.data) != 0)
		appendStringInfo(shape, "%s%s", last->data ? ", " : " (", child.data);
	*last = child;
}

static List *
children_of(const Plan *plan)
{
	switch (nodeTag(plan))
	{
		case T_Append:
			return ((const Append *) plan)->appendplans;
		case T_MergeAppend:
			return ((const MergeAppend *) plan)->mergeplans;
		case T_BitmapAnd:
			return ((const BitmapAnd *) plan)->bitmapplans;
		case T_BitmapOr:
			return ((const BitmapOr *) plan)->bitmapplans;
		case T_SubqueryScan:
			return list_make1(((const SubqueryScan *) plan)->subplan);
		case T_CustomScan:
			return ((const CustomScan *) plan)->custom_plans;
		default:
			return NIL;
	}
}

static void
append_plan(StringInfo shape, const PlannedStmt *statement, const Plan *plan)
{
	StringInfoData last = {.data = NULL};
	Oid index = index_of(plan);
	Index table = table_of(plan);
	ListCell *cell;

	check_stack_depth();
	appendStringInfoString(shape, node_name(plan));
	if (OidIsValid(index))
		appendStringInfo(shape, " using %s", relation_name(index));
	if (table > 0)
		appendStringInfo(
			shape, " on %s",
			relation_name(rt_fetch(table, statement->rtable)->relid));
	append_child(shape, statement, outerPlan(plan), &last);
	append_child(shape, statement, innerPlan(plan), &last);
	foreach (cell, children_of(plan))
		append_child(shape, statement, lfirst(cell), &last);
	if (last.data)
		appendStringInfoChar(shape, ')');
}

void
dbcpg_advise_append_shape(StringInfo shape, const PlannedStmt *statement)
{
	ListCell *cell;

	if (shape->len > 0)
		appendStringInfoString(shape, "; ");
	append_plan(shape, statement, statement->planTree);
	foreach (cell, statement->subplans)
		if (lfirst(cell))
		{
			appendStringInfoString(shape, "; SubPlan ");
			append_plan(shape, statement, lfirst(cell));
		}
}
