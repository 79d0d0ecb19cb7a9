/*
 * row.c
 *	  Testing whether a table would accept a row.
 */
#include "pg_ext/check/row.h"
#include "pg_ext/core/owner.h"
#include "pg_ext/core/parameters.h"
#include "pg_ext/core/relation.h"

#include "access/htup_details.h"
#include "access/sysattr.h"
#include "access/table.h"
#include "access/tupconvert.h"
#include "catalog/pg_inherits.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rls.h"
#include "utils/syscache.h"

/* ---- expressions ---- */

/* ---- partitions ---- */

/* Adds a level for a table. */
static dbcpg_check_row_level *
add_level(dbcpg_check_row_inspection *in, Oid table)
{
	dbcpg_check_row_level *level = dbc_alloc(&in->host->base, sizeof(*level));
	dbcpg_check_row_level **end = &in->levels;

	while (*end)
		end = &(*end)->next;
	level->table = table_open(table, AccessShareLock);
	level->row = MakeSingleTupleTableSlot(RelationGetDescr(level->table),
										  &TTSOpsVirtual);
	level->row->tts_tableOid = table;
	*end = level;
	return level;
}

/* Converts the row of a table to the columns of a partition. */
static void
fill_level(dbcpg_check_row_level *level, const dbcpg_check_row_level *above)
{
	TupleDesc from = RelationGetDescr(above->table);
	TupleDesc to = RelationGetDescr(level->table);
	TupleConversionMap *map = convert_tuples_by_name(from, to);
	int column = -1;

	if (map)
		execute_attr_map_slot(map->attrMap, above->row, level->row);
	else
		ExecCopySlot(level->row, above->row);
	while ((column = bms_next_member(above->unknown, column)) >= 0)
		level->unknown = bms_add_member(
			level->unknown,
			get_attnum(RelationGetRelid(level->table),
					   NameStr(TupleDescAttr(from, column - 1)->attname)));
}

/* Whether a row fits into a partition. */
typedef enum fit
{
	FITS_NOT,
	FITS,
	FITS_PERHAPS
} fit;

/* The partition constraint in terms of the columns of a level. */
static List *
condition_of(const dbcpg_check_row_level *level, Oid partition, Oid parent)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(partition));
	Relation from = table_open(parent, AccessShareLock);
	Relation to = table_open(partition, AccessShareLock);
	bool isnull;
	Datum stored =
		SysCacheGetAttr(RELOID, tuple, Anum_pg_class_relpartbound, &isnull);
	PartitionBoundSpec *bounds =
		castNode(PartitionBoundSpec, stringToNode(TextDatumGetCString(stored)));
	List *conditions = dbcpg_partition_condition(from, to, bounds);

	ReleaseSysCache(tuple);
	conditions = map_partition_varattnos(conditions, 1, level->table, from);
	table_close(to, NoLock);
	table_close(from, NoLock);
	return conditions;
}

/* Whether the row of a level satisfies the partition constraint of a table.
 * Evaluated as the owner of the partitioned table, who has chosen the functions
 * of the partition key.  May fail. */
static fit
fits(dbcpg_check_row_inspection *in, const dbcpg_check_row_level *level,
	 Oid partition, Oid parent)
{
	/* dbcpg_check_evaluate() asks whose code a condition is */
	dbcpg_execution_identity identity = dbcpg_become_owner(parent);
	fit result = FITS;
	ListCell *cell;

	dbcpg_unpin_value_parameters(in->host);
	foreach (cell, condition_of(level, partition, parent))
	{
		Node *condition = lfirst(cell);
		bool isnull;
		Datum truth;

		if (dbcpg_check_reads_unknown(level, condition))
		{
			result = FITS_PERHAPS;
			break;
		}
		truth = dbcpg_check_evaluate(in, level, condition, &isnull);
		if (!isnull && !DatumGetBool(truth))
		{
			result = FITS_NOT;
			break;
		}
	}
	dbcpg_restore_identity(&identity);
	return result;
}

/* Whether a row satisfies the constraints of a partition and its ancestors; may
 * fail. */
static fit
fits_table(dbcpg_check_row_inspection *in, const dbcpg_check_row_level *level)
{
	Oid partition = RelationGetRelid(level->table);
	fit result = FITS;

	while (result == FITS && get_rel_relispartition(partition))
	{
		Oid parent = dbcpg_partition_parent(partition);

		result = fits(in, level, partition, parent);
		partition = parent;
	}
	return result;
}

/* Adds the partition of the last level that accepts the row; returns whether
 * there is one, or may be one. */
static bool
descend(dbcpg_check_row_inspection *in, dbcpg_check_row_level *above)
{
	List *partitions = find_inheritance_children(RelationGetRelid(above->table),
												 AccessShareLock);
	ListCell *cell;

	foreach (cell, partitions)
	{
		dbcpg_check_row_level *level = add_level(in, lfirst_oid(cell));
		fit fitting;

		fill_level(level, above);
		fitting =
			fits(in, level, lfirst_oid(cell), RelationGetRelid(above->table));
		if (fitting == FITS)
			return true;
		above->next = NULL;
		ExecDropSingleTupleTableSlot(level->row);
		table_close(level->table, NoLock);
		if (fitting == FITS_PERHAPS)
			return true;
	}
	return false;
}

/* Adds all levels of partitions for the row. */
static void
find_partition(dbcpg_check_row_inspection *in)
{
	dbcpg_check_row_level *level = in->levels;
	bool there = true;

	if (fits_table(in, level) == FITS_NOT)
	{
		dbcpg_check_add_violation(in, DBC_VIOLATION_PARTITION)->error =
			dbc_format(&in->host->base,
					   "the row is not within the bounds of partition %s",
					   in->relation->shown);
		return;
	}
	while (there && level &&
		   level->table->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
	{
		there = descend(in, level);
		level = level->next;
	}
	if (!there)
		(void) dbcpg_check_add_violation(in, DBC_VIOLATION_PARTITION);
}

/* ---- the inspection ---- */

/* Why the caller may not learn the contents of a table, or its code may not
 * run; or NULL. */
static const char *
find_obstacle(dbcpg_check_row_inspection *in, Oid table)
{
	Oid user = GetUserId();
	List *owners = NIL;
	const char *distrust;

	if (pg_class_aclcheck(table, user, ACL_SELECT) != ACLCHECK_OK &&
		pg_attribute_aclcheck_all(table, user, ACL_SELECT, ACLMASK_ALL) !=
			ACLCHECK_OK)
		return dbc_format(&in->host->base, "SELECT on %s is needed",
						  in->relation->shown);
	if (check_enable_rls(table, InvalidOid, true) == RLS_ENABLED)
		return dbc_format(&in->host->base, "row security hides rows of %s",
						  in->relation->shown);
	dbcpg_add_relation_owners(&owners, table, DBCPG_READS);
	distrust = dbcpg_describe_distrust(dbcpg_owner_of(table), owners);
	return distrust ? dbcpg_to_core(in->host, distrust) : NULL;
}

/* Tests the caller's rights, then the row, as the owners of the tables it would
 * be stored in. */
static void
inspect(dbc_host *base, void *arg)
{
	dbcpg_check_row_inspection *in = arg;
	Oid table = dbcpg_find_table_oid(in->relation);
	const char *obstacle = find_obstacle(in, table);
	dbcpg_execution_identity identity;

	if (obstacle)
	{
		dbcpg_check_add_violation(in, DBC_VIOLATION_UNKNOWN)->text = obstacle;
		return;
	}
	in->shared = dbcpg_check_open_row_table(base, table);
	/* until the guard ends */
	in->host->evaluates = true;
	MemoryContextSwitchTo(in->host->arena);
	in->executor = CreateExecutorState();
	(void) add_level(in, table);
	identity = dbcpg_switch_to_owner(table);
	dbcpg_unpin_value_parameters(in->host);
	dbcpg_check_fill_row(in);
	dbcpg_restore_identity(&identity);
	find_partition(in);
	dbcpg_check_inspect_constraints(in);
	for (dbcpg_check_row_level *level = in->levels; level; level = level->next)
	{
		ExecDropSingleTupleTableSlot(level->row);
		table_close(level->table, NoLock);
	}
	FreeExecutorState(in->executor);
}

const dbc_check_row_violation *
dbcpg_check_inspect_row(dbc_host *base, const dbc_relation *table,
						const char *row, int *nviolations)
{
	dbcpg_check_row_inspection in = {
		.host = dbcpg_of(base), .relation = table, .json = row};
	dbc_error error;

	/* a failure restores the caller's identity, too */
	if (!dbc_guard(base, inspect, &in, DBC_KEEP, true, &error))
		dbc_rethrow(base, &error);
	*nviolations = in.nviolations;
	return in.violations;
}
