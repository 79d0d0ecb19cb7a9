/*
 * offer.c
 *	  Planning with hypothetical indexes.
 *
 * PostgreSQL has hooks for this: one adds to the indexes of a table that the
 * planner has read from the catalog, the other finds statistics on expressions
 * of an index.  They are installed only while a query is planned.
 */
#include "pg_ext/advise/hypothetical.h"
#include "pg_ext/core/compat_hooks.h"

#include "access/amapi.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_am.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_statistic.h"
#include "nodes/makefuncs.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteManip.h"
#include "utils/selfuncs.h"
#include "utils/syscache.h"

/* The current planning and the hooks outside of it. */
static dbcpg_advise_planning *current;
static DBCPG_TABLE_HOOK_TYPE next_relation_info;
static get_index_stats_hook_type next_index_stats;

static bool
is_current(const PlannerInfo *root)
{
	return current && root->glob->boundParams == current->mark;
}

/* ---- tables ---- */

/* Whether an index on one table also indexes another: itself or a partition. */
static bool
indexes_table(const dbcpg_advise_hypothetical *index, Relation table)
{
	if (table->rd_rel->relkind != RELKIND_RELATION &&
		table->rd_rel->relkind != RELKIND_MATVIEW)
		return false;
	return index->table == RelationGetRelid(table) ||
		   (table->rd_rel->relispartition &&
			list_member_oid(get_partition_ancestors(RelationGetRelid(table)),
							index->table));
}

/* Expressions on the table of an index as expressions on a table of the query,
 * which may be a partition with other column numbers. */
static List *
translate(const dbcpg_advise_hypothetical *index, const List *expressions,
		  Relation table, const RelOptInfo *rel)
{
	List *list = copyObjectImpl(expressions);

	if (index->table != RelationGetRelid(table))
	{
		Relation parent = table_open(index->table, NoLock);

		list = map_partition_varattnos(list, 1, table, parent);
		table_close(parent, NoLock);
	}
	ChangeVarNodes((Node *) list, 1, (int) rel->relid, 0);
	return list;
}

static void
set_columns(IndexOptInfo *info, const List *columns)
{
	ListCell *cell;

	info->indexkeys = palloc0((Size) info->ncolumns * sizeof(int));
	info->canreturn = palloc0((Size) info->ncolumns * sizeof(bool));
	foreach (cell, columns)
	{
		Expr *expression = lfirst(cell);
		int i = foreach_current_index(cell);

		if (IsA(expression, Var))
			info->indexkeys[i] = ((Var *) expression)->varattno;
		else
			info->indexprs = lappend(info->indexprs, expression);
		info->canreturn[i] = true;
		info->indextlist = lappend(
			info->indextlist,
			makeTargetEntry(expression, (AttrNumber) (i + 1), NULL, false));
	}
}

/* What an index can do, from its access method. */
static void
set_abilities(IndexOptInfo *info)
{
	const IndexAmRoutine *method = GetIndexAmRoutineByAmId(BTREE_AM_OID, false);

	info->relam = BTREE_AM_OID;
	info->amcanorderbyop = method->amcanorderbyop;
	info->amoptionalkey = method->amoptionalkey;
	info->amsearcharray = method->amsearcharray;
	info->amsearchnulls = method->amsearchnulls;
	info->amcanparallel = method->amcanparallel;
	info->amhasgettuple = method->amgettuple != NULL;
	info->amhasgetbitmap = method->amgetbitmap != NULL;
	info->amcostestimate = method->amcostestimate;
	dbcpg_set_mark_ability(info, method);
}

/* Adds an index to those that the planner knows of a table.  The arrays are
 * only read by the planner. */
static void
offer(PlannerInfo *root, dbcpg_advise_hypothetical *index, Relation table,
	  RelOptInfo *rel)
{
	IndexOptInfo *info = makeNode(IndexOptInfo);

	info->indexoid = index->oid;
	info->reltablespace = table->rd_rel->reltablespace;
	info->rel = rel;
	info->ncolumns = index->ncolumns;
	info->nkeycolumns = index->nkeys;
	info->indexcollations = index->collations;
	info->opfamily = info->sortopfamily = index->families;
	info->opcintype = index->types;
	info->reverse_sort = index->descending;
	info->nulls_first = index->nulls_first;
	info->opclassoptions = palloc0((Size) index->ncolumns * sizeof(bytea *));
	info->immediate = true;
	info->hypothetical = true;
	set_abilities(info);
	set_columns(info, translate(index, index->columns, table, rel));
	info->indpred = translate(index, index->predicate, table, rel);
	rel->indexlist = lappend(rel->indexlist, info);
	dbcpg_advise_estimate_size(root, info, index->deduplicates);
	if (list_member_oid(index->measured, RelationGetRelid(table)))
		return;
	index->measured = lappend_oid(index->measured, RelationGetRelid(table));
	index->size_bytes += (double) info->pages * BLCKSZ;
}

/* The hook of tables. */
static void
add_indexes(DBCPG_TABLE_PARAMETERS)
{
	Relation table;

	if (next_relation_info)
		next_relation_info(DBCPG_TABLE_ARGUMENTS);
	if (DBCPG_TABLE_IS_PARENT || !is_current(root) ||
		!OidIsValid(DBCPG_TABLE_ID))
		return;
	table = table_open(DBCPG_TABLE_ID, NoLock);
	for (int i = 0; i < current->nindexes; i++)
		if (indexes_table(&current->indexes[i], table))
			offer(root, &current->indexes[i], table, rel);
	table_close(table, NoLock);
}

/* ---- statistics on expressions ---- */

/* A copy of statistics without values. */
static HeapTuple
count_statistics(HeapTuple tuple)
{
	Datum values[Natts_pg_statistic] = {0};
	bool nulls[Natts_pg_statistic] = {false};
	bool replaced[Natts_pg_statistic] = {false};
	Relation catalog = table_open(StatisticRelationId, AccessShareLock);

	for (int i = 0; i < STATISTIC_NUM_SLOTS; i++)
	{
		replaced[Anum_pg_statistic_stakind1 - 1 + i] = true;
		nulls[Anum_pg_statistic_stanumbers1 - 1 + i] = true;
		replaced[Anum_pg_statistic_stanumbers1 - 1 + i] = true;
		nulls[Anum_pg_statistic_stavalues1 - 1 + i] = true;
		replaced[Anum_pg_statistic_stavalues1 - 1 + i] = true;
	}
	tuple = heap_modify_tuple(tuple, RelationGetDescr(catalog), values, nulls,
							  replaced);
	table_close(catalog, AccessShareLock);
	return tuple;
}

/* The hypothetical index with an OID, or NULL. */
static const dbcpg_advise_hypothetical *
find_index(Oid oid)
{
	for (int i = 0; i < current->nindexes; i++)
		if (current->indexes[i].oid == oid)
			return &current->indexes[i];
	return NULL;
}

/* get_index_stats_hook: after CREATE INDEX, ANALYZE would find as many
 * different values of lower(x) as it has found of x. */
static bool
find_statistics(PlannerInfo *root, Oid oid, AttrNumber column,
				VariableStatData *variable)
{
	const dbcpg_advise_hypothetical *index =
		is_current(root) ? find_index(oid) : NULL;
	const Var *same;
	HeapTuple tuple;

	if (!index)
		return next_index_stats &&
			   next_index_stats(root, oid, column, variable);
	same = dbcpg_advise_column_like(list_nth(index->columns, column - 1));
	if (!same || index->predicate != NIL)
		return true;
	tuple = SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(index->table),
							Int16GetDatum(same->varattno), BoolGetDatum(false));
	if (!HeapTupleIsValid(tuple))
		return true;
	variable->statsTuple = count_statistics(tuple);
	variable->freefunc = heap_freetuple;
	ReleaseSysCache(tuple);
	return true;
}

/* ---- planning ---- */

PlannedStmt *
dbcpg_advise_plan(dbcpg_advise_planning *planning, Query *query,
				  const char *text)
{
	dbcpg_advise_planning *outer = current;
	PlannedStmt *volatile plan = NULL;

	planning->mark = makeParamList(0);
	/* a function that planning runs can call this, too */
	if (!outer)
	{
		next_relation_info = DBCPG_TABLE_HOOK;
		next_index_stats = get_index_stats_hook;
	}
	PG_TRY();
	{
		current = planning;
		DBCPG_TABLE_HOOK = add_indexes;
		get_index_stats_hook = find_statistics;
		/* without parallel workers: the cost of a parallel plan has what one
		 * process does, and depends on how many there may be */
		plan = dbcpg_plan_query(query, text, planning->mark);
	}
	PG_FINALLY();
	{
		current = outer;
		if (!outer)
		{
			DBCPG_TABLE_HOOK = next_relation_info;
			get_index_stats_hook = next_index_stats;
		}
	}
	PG_END_TRY();
	return plan;
}
