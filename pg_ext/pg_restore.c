/*
 * pg_restore.c
 *	  Making rows again what they were before a repair.
 *
 * They are put into the table and its indexes below SQL, as logical replication
 * does it: a row that was there may violate a CHECK or a domain that is NOT
 * VALID, and a partition's bounds it did satisfy; and a generated column is to
 * have the value it had.
 */
#include "pg_repair.h"

#include "access/table.h"
#include "access/tableam.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

/* A table rows are put into. */
typedef struct target
{
	Relation relation;
	EState *estate;
	ResultRelInfo *result;
	TupleTableSlot *slot;
	FmgrInfo *input; /* per attribute: the function that reads text ... */
	Oid *parameter;	 /* ... what it is told of the type ... */
	int32 *modifier; /* ... and of its length */
} target;

/* The statement that removes the rows at $1, or of the same keys, if they are
 * $2. */
static char *
remove_statement(const dbcpg_repairing *r)
{
	return psprintf(
		"delete from only %s using rows from (pg_catalog.unnest($1), "
		"pg_catalog.unnest($2)) as \"dbcare kept\" "
		"(\"dbcare place\", \"dbcare left\"), "
		"pg_catalog.json_to_record(\"dbcare kept\".\"dbcare left\""
		"::pg_catalog.json) as \"dbcare row\" (%s) "
		"where %s and %s::text = \"dbcare kept\".\"dbcare left\"",
		r->shown, r->key_record, r->located, r->row);
}

/* Removes the rows of a step that changed them, if they are as it left them. */
static void
remove_changed(dbcpg_repairing *r)
{
	Oid types[] = {get_array_type(TIDOID), TEXTARRAYOID};
	dbcpg_change change =
		dbcpg_prepare_change(r, remove_statement(r), types, 2);
	Portal portal = dbcpg_open_kept(
		r, dbc_find_sql(&r->host->base, "check/kept_rows")->text);
	SPITupleTable *rows;
	dbcpg_left left;

	while ((rows = dbcpg_next_batch(r, portal, InvalidOid)) != NULL)
	{
		Datum values[] = {dbcpg_batch_array(r, rows, 2, TIDOID),
						  dbcpg_batch_array(r, rows, 3, TEXTOID)};

		if (dbcpg_run_change(r, &change, values, &left) != rows->numvals)
			ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					errmsg("rows of %s have been changed since the repair",
						   r->shown));
		SPI_freetuptable(rows);
	}
}

/* Opens the table of a step. */
static void
open_target(dbcpg_repairing *r, target *t)
{
	TupleDesc shape;
	int i;

	t->relation = table_open(r->relation, RowExclusiveLock);
	t->estate = CreateExecutorState();
	t->result = makeNode(ResultRelInfo);
	InitResultRelInfo(t->result, t->relation, 1, NULL, 0);
	ExecOpenIndices(t->result, false);
	t->slot = table_slot_create(t->relation, NULL);
	shape = RelationGetDescr(t->relation);
	t->input = palloc0((shape->natts + 1) * sizeof(*t->input));
	t->parameter = palloc0((shape->natts + 1) * sizeof(*t->parameter));
	t->modifier = palloc0((shape->natts + 1) * sizeof(*t->modifier));
	for (i = 0; i < shape->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(shape, i);
		int32 modifier = attribute->atttypmod;
		Oid function;

		if (attribute->attisdropped)
			continue;
		/* not the domain, whose checks may not hold */
		getTypeInputInfo(getBaseTypeAndTypmod(attribute->atttypid, &modifier),
						 &function, &t->parameter[i]);
		fmgr_info(function, &t->input[i]);
		t->modifier[i] = modifier;
	}
}

/* Closes it; what was locked stays so. */
static void
close_target(target *t)
{
	ExecDropSingleTupleTableSlot(t->slot);
	ExecCloseIndices(t->result);
	FreeExecutorState(t->estate);
	table_close(t->relation, NoLock);
}

/* Puts one row into the table; texts of its columns begin with the second. */
static void
insert_row(target *t, HeapTuple row, TupleDesc columns)
{
	MemoryContext context =
		MemoryContextSwitchTo(GetPerTupleMemoryContext(t->estate));
	TupleDesc shape = RelationGetDescr(t->relation);
	int column = 2;
	int i;

	ExecClearTuple(t->slot);
	for (i = 0; i < shape->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(shape, i);
		char *text = NULL;

		if (!attribute->attisdropped)
			text = SPI_getvalue(row, columns, column++);
		/* what is virtual is not stored */
		if (attribute->attgenerated == 'v')
			text = NULL;
		t->slot->tts_isnull[i] = text == NULL;
		t->slot->tts_values[i] =
			text ? InputFunctionCall(&t->input[i], text, t->parameter[i],
									 t->modifier[i])
				 : (Datum) 0;
	}
	ExecStoreVirtualTuple(t->slot);
	simple_table_tuple_insert(t->relation, t->slot);
	if (t->result->ri_NumIndices > 0 &&
		dbcpg_insert_index_entries(t->result, t->slot, t->estate) != NIL)
		ereport(ERROR, errcode(ERRCODE_UNIQUE_VIOLATION),
				errmsg("duplicate key value violates a unique constraint of %s",
					   RelationGetRelationName(t->relation)));
	MemoryContextSwitchTo(context);
	ResetPerTupleExprContext(t->estate);
}

/* Puts a batch of rows into the table; their places go to *places. */
static void
insert_batch(dbcpg_repairing *r, target *t, Oid role, SPITupleTable *rows,
			 ItemPointerData *places)
{
	dbcpg_role was;
	uint64 i;

	dbcpg_begin_role(r, role, &was);
	for (i = 0; i < rows->numvals; i++)
	{
		insert_row(t, rows->vals[i], rows->tupdesc);
		places[i] = t->slot->tts_tid;
	}
	dbcpg_end_role(&was);
}

/* Notes where a batch of rows is now. */
static void
note_places(dbcpg_repairing *r, SPITupleTable *rows, ItemPointerData *places)
{
	Oid types[] = {INT8ARRAYOID, get_array_type(TIDOID)};
	Datum tids[DBCPG_BATCH];
	Datum values[2];
	uint64 i;

	for (i = 0; i < rows->numvals; i++)
		tids[i] = PointerGetDatum(&places[i]);
	values[0] = dbcpg_batch_array(r, rows, 1, INT8OID);
	values[1] = dbcpg_array(r, tids, NULL, (int) rows->numvals, TIDOID);
	dbcpg_check_spi(SPI_execute_with_args(
		dbc_find_sql(&r->host->base, "check/put_rows")->text, 2, types, values,
		NULL, false, 0));
}

/* Has earlier steps of the repair find the rows that this one has moved. */
static void
note_moved(dbcpg_repairing *r)
{
	dbc_value values[] = {dbc_int(r->step->repair_id),
						  dbc_int(r->step->number)};

	dbc_query(&r->host->base, "check/moved_rows", values, 2);
}

/* Puts the rows a step has kept into the table; returns their number. */
static int64_t
insert_kept(dbcpg_repairing *r)
{
	Oid role = dbcpg_role_for_table(r->relation);
	Portal portal = dbcpg_open_kept(
		r, psprintf("select q.quarantine_id, \"dbcare row\".* "
					"from dbcare.quarantine as q, "
					"pg_catalog.json_to_record(q.row_data::pg_catalog.json) "
					"as \"dbcare row\" (%s) "
					"where q.repair_id = $1 and q.step = $2 "
					"order by q.quarantine_id",
					r->columns));
	SPITupleTable *rows;
	int64_t count = 0;
	target t;

	open_target(r, &t);
	while ((rows = dbcpg_next_batch(r, portal, InvalidOid)) != NULL)
	{
		ItemPointerData places[DBCPG_BATCH];

		insert_batch(r, &t, role, rows, places);
		if (r->keyless)
			note_places(r, rows, places);
		count += (int64_t) rows->numvals;
		SPI_freetuptable(rows);
		dbc_poll(&r->host->base);
	}
	close_target(&t);
	if (r->keyless)
		note_moved(r);
	return count;
}

/* Makes the rows of a step again what they were. */
int64_t
dbcpg_restore_rows(dbcpg_repairing *r)
{
	if (r->step->assignments)
		remove_changed(r);
	return insert_kept(r);
}
