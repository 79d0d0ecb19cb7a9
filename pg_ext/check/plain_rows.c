/*
 * plain_rows.c
 *	  Rows of a damaged table in a new one without code; see plain.c.
 *
 * No query reads or writes them: its plan could run code of the owners of the
 * damaged table.
 */
#include "pg_ext/core/compat.h"
#include "pg_ext/check/verify.h"
#include "pg_ext/core/relation.h"

#include "access/skey.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

/* Inserts a row as into a catalog, that is, without an executor. */
static void
put(Relation to, Datum *values, bool *nulls, CatalogIndexState indexes)
{
	TupleDesc shape = RelationGetDescr(to);

	for (int i = 0; i < shape->natts; i++)
		if (nulls[i] && TupleDescAttr(shape, i)->attnotnull)
			ereport(ERROR, errcode(ERRCODE_NOT_NULL_VIOLATION),
					errmsg("column \"%s\" is null",
						   NameStr(TupleDescAttr(shape, i)->attname)));
	CatalogTupleInsertWithInfo(to, heap_form_tuple(shape, values, nulls),
							   indexes);
}

/* ---- rows of the damaged table ---- */

/* How the values of a column become those of the new one. */
typedef struct conversion
{
	int column;	  /* of the table, from 0 */
	Oid output;	  /* they become text, or InvalidOid */
	Oid elements; /* they become arrays of these, or InvalidOid */
} conversion;

typedef struct copying
{
	Relation from;
	Relation to;
	CatalogIndexState indexes;
	MemoryContext context;	 /* of a row */
	conversion *conversions; /* of each column of the new table */
	Datum *values;
	bool *nulls;
} copying;

static conversion
find_conversion(int column, Oid type)
{
	conversion c = {.column = column};
	int32 modifier = -1;
	Oid plain = dbcpg_check_plain_type(type, &modifier);
	bool is_long;

	if (!OidIsValid(plain))
		getTypeOutputInfo(type, &c.output, &is_long);
	else if (plain != getBaseType(type))
		c.elements = get_element_type(plain);
	return c;
}

static void
find_conversions(copying *c)
{
	TupleDesc shape = RelationGetDescr(c->from);
	int count = 0;

	c->conversions = palloc((Size) (shape->natts + 1) * sizeof(conversion));
	for (int i = 0; i < shape->natts; i++)
		if (dbcpg_check_is_stored(TupleDescAttr(shape, i)))
			c->conversions[count++] =
				find_conversion(i, TupleDescAttr(shape, i)->atttypid);
	Assert(count == RelationGetDescr(c->to)->natts);
}

static Datum
convert(const conversion *c, Datum value)
{
	ArrayType *array;

	if (OidIsValid(c->output))
		return CStringGetTextDatum(OidOutputFunctionCall(c->output, value));
	if (!OidIsValid(c->elements))
		return value;
	array = DatumGetArrayTypePCopy(value);
	array->elemtype = c->elements;
	return PointerGetDatum(array);
}

static void
copy_row(copying *c, TupleTableSlot *slot)
{
	MemoryContext before = MemoryContextSwitchTo(c->context);

	slot_getallattrs(slot);
	for (int i = 0; i < RelationGetDescr(c->to)->natts; i++)
	{
		int column = c->conversions[i].column;

		c->nulls[i] = slot->tts_isnull[column];
		if (!c->nulls[i])
			c->values[i] =
				convert(&c->conversions[i], slot->tts_values[column]);
	}
	put(c->to, c->values, c->nulls, c->indexes);
	MemoryContextSwitchTo(before);
	MemoryContextReset(c->context);
}

int64_t
dbcpg_check_copy_rows(dbc_host *host, int64_t oid, const dbc_relation *to,
					  const dbc_check_range *range)
{
	copying c = {.from = table_open((Oid) oid, AccessShareLock),
				 .to = table_open(dbcpg_find_table_oid(to), RowExclusiveLock)};
	TupleTableSlot *slot = table_slot_create(c.from, NULL);
	int columns = RelationGetDescr(c.to)->natts + 1;
	dbcpg_check_heap heap;
	int64_t rows = 0;

	(void) host;
	find_conversions(&c);
	c.indexes = CatalogOpenIndexes(c.to);
	c.context = AllocSetContextCreate(CurrentMemoryContext, "dbcare row",
									  ALLOCSET_DEFAULT_SIZES);
	c.values = palloc0((Size) columns * sizeof(*c.values));
	c.nulls = palloc0((Size) columns * sizeof(*c.nulls));
	dbcpg_check_open_heap(&heap, c.from);
	heap.block = (BlockNumber) range->first;
	heap.blocks = (BlockNumber) range->end;
	while (dbcpg_check_next_heap_row(&heap, slot))
	{
		if (range->item > 0 &&
			ItemPointerGetOffsetNumber(&slot->tts_tid) != range->item)
			continue;
		copy_row(&c, slot);
		rows++;
	}
	ExecDropSingleTupleTableSlot(slot);
	dbcpg_check_close_heap(&heap);
	CatalogCloseIndexes(c.indexes);
	MemoryContextDelete(c.context);
	table_close(c.to, NoLock);
	table_close(c.from, NoLock);
	CommandCounterIncrement();
	return rows;
}

/* ---- rows of a backup ---- */

/* The text of a column, or NULL: it is null, or not there. */
static const char *
find_text(const dbc_check_texts *texts, const char *column)
{
	for (int i = 0; i < texts->count; i++)
		if (strcmp(dbcpg_from_core(texts->columns[i]), column) == 0)
			return texts->values[i] ? dbcpg_from_core(texts->values[i]) : NULL;
	return NULL;
}

/* Reads the value of a column; false if it is null. */
static bool
read_text(const FormData_pg_attribute *column, const dbc_check_texts *texts,
		  Datum *value)
{
	const char *text = find_text(texts, NameStr(column->attname));
	Oid input;
	Oid parameter;

	if (!text)
		return false;
	getTypeInputInfo(column->atttypid, &input, &parameter);
	*value = OidInputFunctionCall(input, pstrdup(text), parameter,
								  column->atttypmod);
	return true;
}

void
dbcpg_check_put_plain(dbc_host *host, const dbc_relation *to,
					  const dbc_check_texts *row)
{
	Relation table = table_open(dbcpg_find_table_oid(to), RowExclusiveLock);
	TupleDesc shape = RelationGetDescr(table);
	CatalogIndexState indexes = CatalogOpenIndexes(table);
	Datum *values = palloc0((Size) (shape->natts + 1) * sizeof(*values));
	bool *nulls = palloc0((Size) (shape->natts + 1) * sizeof(*nulls));

	(void) host;
	for (int i = 0; i < shape->natts; i++)
		nulls[i] = !read_text(TupleDescAttr(shape, i), row, &values[i]);
	put(table, values, nulls, indexes);
	CatalogCloseIndexes(indexes);
	table_close(table, NoLock);
	CommandCounterIncrement();
}

/* A key of an index on columns; its values are equal to those of a text. */
static void
set_key(Relation table, Relation index, int i, const dbc_check_texts *texts,
		ScanKey key)
{
	Form_pg_attribute column = TupleDescAttr(
		RelationGetDescr(table), index->rd_index->indkey.values[i] - 1);
	Oid type = index->rd_opcintype[i];
	Datum value = (Datum) 0;
	bool is_there = read_text(column, texts, &value);

	ScanKeyEntryInitialize(
		key, is_there ? 0 : SK_ISNULL | SK_SEARCHNULL, (AttrNumber) (i + 1),
		is_there ? BTEqualStrategyNumber : InvalidStrategy, InvalidOid,
		index->rd_indcollation[i],
		is_there ? get_opcode(get_opfamily_member(index->rd_opfamily[i], type,
												  type, BTEqualStrategyNumber))
				 : InvalidOid,
		value);
}

bool
dbcpg_check_has_plain(dbc_host *host, const dbc_relation *to,
					  const dbc_check_texts *key)
{
	Relation table = table_open(dbcpg_find_table_oid(to), AccessShareLock);
	Relation index =
		index_open(linitial_oid(RelationGetIndexList(table)), AccessShareLock);
	TupleTableSlot *slot = table_slot_create(table, NULL);
	ScanKeyData keys[INDEX_MAX_KEYS];
	IndexScanDesc scan;
	bool found;

	(void) host;
	for (int i = 0; i < key->count; i++)
		set_key(table, index, i, key, &keys[i]);
	PushActiveSnapshot(GetLatestSnapshot());
	scan =
		dbcpg_begin_index_scan(table, index, GetActiveSnapshot(), key->count);
	index_rescan(scan, keys, key->count, NULL, 0);
	found = index_getnext_slot(scan, ForwardScanDirection, slot);
	index_endscan(scan);
	PopActiveSnapshot();
	ExecDropSingleTupleTableSlot(slot);
	index_close(index, NoLock);
	table_close(table, NoLock);
	return found;
}
