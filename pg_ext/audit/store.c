/*
 * store.c
 *	  Writing dbcare's tables of the log below SQL.
 */
#include "pg_ext/audit/store.h"
#include "pg_ext/core/number.h"
#include "pg_ext/core/owner.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/table.h"
#include "catalog/index.h"
#include "catalog/pg_am.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

/* The relation with a name in schema dbcare; fails unless it exists and its
 * owner is trusted to read the changes of all tables. */
static Oid
find_relation(const char *name, Oid function)
{
	Oid schema = get_namespace_oid("dbcare", true);
	Oid relation =
		OidIsValid(schema) ? get_relname_relid(name, schema) : InvalidOid;
	Oid owner = OidIsValid(relation) ? dbcpg_owner_of(relation) : InvalidOid;

	if (!OidIsValid(owner))
		ereport(
			ERROR, errcode(ERRCODE_UNDEFINED_TABLE),
			errmsg("changes cannot be logged: dbcare.%s does not exist", name),
			errhint("Call dbcare_install(), or drop the triggers with "
					"dbaudit_disable()."));
	if (!superuser_arg(owner) && owner != dbcpg_owner_of_function(function))
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("changes cannot be logged: dbcare.%s belongs to role "
					   "\"%s\"",
					   name, GetUserNameFromId(owner, false)),
				errhint("Its owner must be a superuser or the owner of the "
						"extension."));
	return relation;
}

/* Fails unless the table begins with the columns that dbcare has created. */
static void
require_columns(const dbcpg_audit_table *table)
{
	Relation relation = table_open(table->relation, RowExclusiveLock);
	TupleDesc shape = RelationGetDescr(relation);
	bool same = relation->rd_rel->relkind == RELKIND_RELATION &&
				relation->rd_rel->relam == HEAP_TABLE_AM_OID &&
				shape->natts >= table->ncolumns &&
				shape->natts <= DBCPG_AUDIT_COLUMNS;

	for (int i = 0; same && i < table->ncolumns; i++)
	{
		Form_pg_attribute column = TupleDescAttr(shape, i);

		same = strcmp(NameStr(column->attname), table->columns[i]) == 0 &&
			   column->atttypid == table->types[i];
	}
	table_close(relation, NoLock);
	if (!same)
		ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("changes cannot be logged: dbcare.%s is not the table "
					   "that dbcare has created",
					   table->name),
				errhint("Restore the table from a backup, or drop the triggers "
						"with dbaudit_disable()."));
}

void
dbcpg_audit_open(dbcpg_audit_table *table, Oid function)
{
	table->context = CurrentMemoryContext;
	table->relation = find_relation(table->name, function);
	table->sequence = find_relation(
		psprintf("%s_%s_seq", table->name, table->columns[0]), function);
	if (table->index)
		table->index_relation =
			get_relname_relid(table->index, get_rel_namespace(table->relation));
	table->indexes = NIL;
	table->infos = NULL;
	table->estate = NULL;
	require_columns(table);
}

/* ---- inserting ---- */

/* Describes the indexes, unless they are as described before. */
static void
describe_indexes(dbcpg_audit_table *table, Relation relation)
{
	List *indexes = RelationGetIndexList(relation);
	MemoryContext caller;
	bool evaluates = false;
	int i = 0;
	ListCell *cell;

	if (table->infos && equal(indexes, table->indexes))
		return;
	caller = MemoryContextSwitchTo(table->context);
	table->indexes = list_copy(indexes);
	table->infos =
		palloc((Size) (list_length(indexes) + 1) * sizeof(*table->infos));
	foreach (cell, indexes)
	{
		Relation index = index_open(lfirst_oid(cell), RowExclusiveLock);

		table->infos[i++] = BuildIndexInfo(index);
		if (table->infos[i - 1]->ii_Expressions ||
			table->infos[i - 1]->ii_Predicate)
			evaluates = true;
		index_close(index, NoLock);
	}
	if (evaluates && !table->estate)
	{
		table->estate = CreateExecutorState();
		/* of its own description, since the table is closed in between */
		table->slot = MakeSingleTupleTableSlot(
			CreateTupleDescCopy(RelationGetDescr(relation)), &TTSOpsHeapTuple);
	}
	MemoryContextSwitchTo(caller);
}

/* Computes the key of a row for an index with expressions or a predicate;
 * returns whether the index has the row. */
static bool
compute_key(dbcpg_audit_table *table, IndexInfo *info, HeapTuple row,
			Datum *keys, bool *nulls)
{
	ExprContext *context = GetPerTupleExprContext(table->estate);

	ExecStoreHeapTuple(row, table->slot, false);
	context->ecxt_scantuple = table->slot;
	if (info->ii_Predicate && !info->ii_PredicateState)
		info->ii_PredicateState =
			ExecPrepareQual(info->ii_Predicate, table->estate);
	if (!ExecQual(info->ii_PredicateState, context))
		return false;
	FormIndexDatum(info, table->slot, table->estate, keys, nulls);
	return true;
}

/* Inserts the row into an index. */
static void
insert_into_index(dbcpg_audit_table *table, IndexInfo *info, Oid index_oid,
				  Relation relation, HeapTuple row, const Datum *values,
				  const bool *nulls)
{
	Relation index = index_open(index_oid, RowExclusiveLock);
	Datum keys[INDEX_MAX_KEYS];
	bool null_keys[INDEX_MAX_KEYS];
	bool included = info->ii_ReadyForInserts;

	if (included && (info->ii_Expressions || info->ii_Predicate))
		included = compute_key(table, info, row, keys, null_keys);
	else
		for (int i = 0; i < info->ii_NumIndexAttrs; i++)
		{
			keys[i] = values[info->ii_IndexAttrNumbers[i] - 1];
			null_keys[i] = nulls[info->ii_IndexAttrNumbers[i] - 1];
		}
	if (included)
		dbcpg_index_insert(index, keys, null_keys, &row->t_self, relation,
						   info);
	index_close(index, NoLock);
}

int64
dbcpg_audit_append(dbcpg_audit_table *table, Datum *values, const bool *nulls)
{
	Relation relation = table_open(table->relation, RowExclusiveLock);
	TupleDesc shape = RelationGetDescr(relation);
	Datum cells[DBCPG_AUDIT_COLUMNS] = {0};
	bool no_cells[DBCPG_AUDIT_COLUMNS];
	int64 number = dbcpg_next_number(table->sequence);
	HeapTuple row;
	ListCell *cell;
	int i = 0;

	values[0] = Int64GetDatum(number);
	memcpy(cells, values, (Size) table->ncolumns * sizeof(*cells));
	memset(no_cells, true, sizeof(no_cells));
	memcpy(no_cells, nulls, (Size) table->ncolumns * sizeof(*no_cells));
	row = heap_form_tuple(shape, cells, no_cells);
	simple_heap_insert(relation, row);
	describe_indexes(table, relation);
	foreach (cell, table->indexes)
		insert_into_index(table, table->infos[i++], lfirst_oid(cell), relation,
						  row, cells, no_cells);
	if (table->estate)
	{
		ExecClearTuple(table->slot);
		ResetPerTupleExprContext(table->estate);
	}
	table_close(relation, NoLock);
	return number;
}

/* ---- finding ---- */

int64
dbcpg_audit_find(const dbcpg_audit_table *table, ScanKey keys, int nkeys,
				 const char *last)
{
	Relation relation = table_open(table->relation, AccessShareLock);
	Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
	SysScanDesc scan = systable_beginscan(relation, table->index_relation,
										  OidIsValid(table->index_relation),
										  snapshot, nkeys, keys);
	int64 number = 0;
	HeapTuple row;

	while (number == 0 && (row = systable_getnext(scan)))
	{
		TupleDesc shape = RelationGetDescr(relation);
		bool isnull;
		Datum cell = dbcpg_get_column(row, table->ncolumns, shape, &isnull);

		if (!last || (!isnull && strcmp(TextDatumGetCString(cell), last) == 0))
			number = DatumGetInt64(dbcpg_get_column(row, 1, shape, &isnull));
	}
	systable_endscan(scan);
	UnregisterSnapshot(snapshot);
	table_close(relation, NoLock);
	return number;
}

const char *
dbcpg_audit_read_secret(Oid function)
{
	Relation relation =
		table_open(find_relation("audit_key", function), AccessShareLock);
	Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
	SysScanDesc scan =
		systable_beginscan(relation, InvalidOid, false, snapshot, 0, NULL);
	HeapTuple row = systable_getnext(scan);
	TupleDesc shape = RelationGetDescr(relation);
	const char *secret = NULL;
	bool isnull;

	if (row && shape->natts >= 2 &&
		TupleDescAttr(shape, 1)->atttypid == TEXTOID)
	{
		Datum cell = dbcpg_get_column(row, 2, shape, &isnull);

		secret = isnull ? NULL : TextDatumGetCString(cell);
	}
	systable_endscan(scan);
	UnregisterSnapshot(snapshot);
	table_close(relation, NoLock);
	if (!secret)
		ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("values cannot be hashed: dbcare.audit_key has no key"),
				errhint("Restore the table from a backup, or call "
						"dbaudit_enable() again."));
	return secret;
}
