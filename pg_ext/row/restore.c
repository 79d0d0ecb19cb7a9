/*
 * restore.c
 *	  Restoring rows to their state before a repair.
 *
 * Rows are inserted into the table and its indexes below SQL, as logical
 * replication does: the original row may violate a CHECK or a domain
 * constraint that is NOT VALID, and a generated column must get its old value.
 * The original row did satisfy the bounds of its partition.
 */
#include "pg_ext/row/step.h"
#include "pg_ext/core/owner.h"
#include "pg_ext/core/query.h"

#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

/* The table to restore rows into. */
typedef struct target
{
	Relation relation;
	EState *estate;
	ResultRelInfo *result;
	TupleTableSlot *slot;
	bool computes;	 /* generated columns */
	bool fires;		 /* triggers of users */
	FmgrInfo *input; /* per attribute: the input function of its type ... */
	Oid *parameter;	 /* ... and the arguments typioparam ... */
	int32 *modifier; /* ... and typmod */
} target;

/* The statement that deletes the rows with the ctids $1, or with the same keys,
 * if they equal $2. */
static char *
remove_statement(const dbcpg_row_step *r)
{
	return psprintf(
		"delete from only %s using rows from (pg_catalog.unnest($1), "
		"pg_catalog.unnest($2)) as \"dbcare saved\" "
		"(\"dbcare place\", \"dbcare left\"), "
		"pg_catalog.json_to_record(\"dbcare saved\".\"dbcare left\""
		"::pg_catalog.json) as \"dbcare row\" (%s) "
		"where %s and %s::text = \"dbcare saved\".\"dbcare left\"",
		r->shown, r->key_record, r->located, r->row);
}

/* Deletes the rows that a step has changed, unless they have changed since. */
static void
remove_changed(dbcpg_row_step *r)
{
	Oid types[] = {get_array_type(TIDOID), TEXTARRAYOID};
	dbcpg_row_change change =
		dbcpg_row_prepare_change(r, remove_statement(r), types, 2);
	Portal portal = dbcpg_row_open_saved_rows(
		r, dbcpg_embedded_text(r->host, "row/saved_rows"));
	SPITupleTable *rows;
	dbcpg_row_changed left;

	while ((rows = dbcpg_row_next_batch(r, portal, InvalidOid)) != NULL)
	{
		Datum values[] = {dbcpg_row_make_column_array(r, rows, 2, TIDOID),
						  dbcpg_row_make_column_array(r, rows, 3, TEXTOID)};

		if (dbcpg_row_run_change(r, &change, values, &left) != rows->numvals)
			ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					errmsg("rows of %s have been changed since the repair",
						   r->shown));
		SPI_freetuptable(rows);
	}
}

/* Whether a trigger fires for restored rows: one that logs them, and if wanted
 * those that test their foreign keys, or those of users. */
static bool
fires(const dbcpg_row_step *r, const Trigger *trigger, bool checks_keys)
{
	if (trigger->tgfoid == F_RI_FKEY_CHECK_INS)
		return checks_keys;
	if (trigger->tgenabled == TRIGGER_DISABLED)
		return false;
	return dbcpg_row_is_log(trigger) ||
		   (r->step->fires && !trigger->tgisinternal);
}

/* Leaves only these triggers. */
static void
keep_triggers(const dbcpg_row_step *r, ResultRelInfo *result, bool checks_keys)
{
	TriggerDesc *triggers = result->ri_TrigDesc;
	int count = 0;

	for (int i = 0; triggers && i < triggers->numtriggers; i++)
	{
		Trigger *trigger = &triggers->triggers[i];

		if (!fires(r, trigger, checks_keys))
			continue;
		/* before the call returns, not at the end of the transaction */
		trigger->tgdeferrable = false;
		trigger->tginitdeferred = false;
		triggers->triggers[count++] = *trigger;
	}
	if (count == 0)
		result->ri_TrigDesc = NULL;
	else
		triggers->numtriggers = count;
}

/* Opens the table of a step as its owner, because opening an index evaluates
 * constants in its predicate. */
static void
open_target(dbcpg_row_step *r, target *t, Oid role, bool checks_keys)
{
	TupleDesc shape;
	dbcpg_row_caller was;

	dbcpg_row_begin_owner(r, role, &was);
	t->relation = table_open(r->relation, RowExclusiveLock);
	if (t->relation->rd_rel->relkind != RELKIND_RELATION)
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("%s is no longer an ordinary table", r->shown));
	t->estate = CreateExecutorState();
	t->result = makeNode(ResultRelInfo);
	InitResultRelInfo(t->result, t->relation, 1, NULL, 0);
	keep_triggers(r, t->result, checks_keys);
	ExecOpenIndices(t->result, false);
	t->slot = table_slot_create(t->relation, NULL);
	t->fires = r->step->fires;
	shape = RelationGetDescr(t->relation);
	t->computes = (r->step->partial || r->step->computes) && shape->constr &&
				  shape->constr->has_generated_stored;
	t->input = palloc0((shape->natts + 1) * sizeof(*t->input));
	t->parameter = palloc0((shape->natts + 1) * sizeof(*t->parameter));
	t->modifier = palloc0((shape->natts + 1) * sizeof(*t->modifier));
	for (int i = 0; i < shape->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(shape, i);
		int32 modifier = attribute->atttypmod;
		Oid function;

		if (attribute->attisdropped)
			continue;
		/* of the base type: the checks of a domain may fail */
		getTypeInputInfo(getBaseTypeAndTypmod(attribute->atttypid, &modifier),
						 &function, &t->parameter[i]);
		fmgr_info(function, &t->input[i]);
		t->modifier[i] = modifier;
	}
	dbcpg_row_end_owner(&was);
}

/* Closes the table; locks are kept. */
static void
close_target(target *t)
{
	ExecDropSingleTupleTableSlot(t->slot);
	ExecCloseIndices(t->result);
	FreeExecutorState(t->estate);
	table_close(t->relation, NoLock);
}

/* Inserts one row into the table; its columns begin with the third of the
 * query. */
static void
insert_row(target *t, HeapTuple row, TupleDesc columns)
{
	MemoryContext context =
		MemoryContextSwitchTo(GetPerTupleMemoryContext(t->estate));
	TupleDesc shape = RelationGetDescr(t->relation);
	Datum *values = palloc((Size) columns->natts * sizeof(*values));
	bool *isnull = palloc((Size) columns->natts * sizeof(*isnull));
	int column = 2;

	/* SPI_getvalue() would go through the columns before it each time */
	heap_deform_tuple(row, columns, values, isnull);
	ExecClearTuple(t->slot);
	for (int i = 0; i < shape->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(shape, i);
		char *written = NULL;

		if (!attribute->attisdropped)
		{
			if (!isnull[column])
				written = TextDatumGetCString(values[column]);
			column++;
		}
		/* virtual columns are not stored */
		if (attribute->attgenerated == 'v')
			written = NULL;
		t->slot->tts_isnull[i] = written == NULL;
		t->slot->tts_values[i] =
			written ? InputFunctionCall(&t->input[i], written, t->parameter[i],
										t->modifier[i])
					: (Datum) 0;
	}
	ExecStoreVirtualTuple(t->slot);
	if (t->fires && t->result->ri_TrigDesc &&
		t->result->ri_TrigDesc->trig_insert_before_row &&
		!ExecBRInsertTriggers(t->estate, t->result, t->slot))
		ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("a trigger of %s prevents that a row is restored",
					   RelationGetRelationName(t->relation)),
				errhint("Leave out {\"triggers\": \"fire\"}."));
	if (t->computes)
		dbcpg_compute_generated(t->result, t->slot, t->estate);
	simple_table_tuple_insert(t->relation, t->slot);
	if (t->result->ri_NumIndices > 0 &&
		dbcpg_insert_index_entries(t->result, t->slot, t->estate) != NIL)
		ereport(ERROR, errcode(ERRCODE_UNIQUE_VIOLATION),
				errmsg("duplicate key value violates a unique constraint of %s",
					   RelationGetRelationName(t->relation)));
	ExecARInsertTriggers(t->estate, t->result, t->slot, NIL, NULL);
	MemoryContextSwitchTo(context);
	ResetPerTupleExprContext(t->estate);
}

/* Inserts a batch of rows into the table; *places is set to their ctids. */
static void
insert_batch(dbcpg_row_step *r, target *t, Oid role, SPITupleTable *rows,
			 ItemPointerData *places)
{
	dbcpg_row_caller was;

	dbcpg_row_begin_owner(r, role, &was);
	for (uint64 i = 0; i < rows->numvals; i++)
	{
		insert_row(t, rows->vals[i], rows->tupdesc);
		places[i] = t->slot->tts_tid;
	}
	dbcpg_row_end_owner(&was);
}

/* Records the new ctids of a batch of rows. */
static void
note_places(dbcpg_row_step *r, SPITupleTable *rows, ItemPointerData *places)
{
	Oid types[] = {INT8ARRAYOID, get_array_type(TIDOID)};
	Datum values[] = {dbcpg_row_make_column_array(r, rows, 1, INT8OID),
					  dbcpg_row_make_places(r, places, (int) rows->numvals)};

	dbcpg_write_tables(r->host, "row/put_rows", 2, types, values);
}

/* Updates the ctids of these rows in earlier steps of the repair. */
static void
note_moved(dbcpg_row_step *r)
{
	dbc_query(&r->host->base, "row/moved_rows", dbc_int(r->step->set_id),
			  dbc_int(r->step->number));
}

/* Inserts the rows that a step has saved into the table; returns their
 * number. */
static int64_t
insert_saved(dbcpg_row_step *r, bool checks_keys)
{
	Oid reader;
	SPIPlanPtr proof = dbcpg_row_prepare_proof(r, &reader);
	Oid role = dbcpg_role_for_table(
		r->relation, r->step->fires ? DBCPG_WRITES : DBCPG_CHANGES);
	Portal portal = dbcpg_row_open_saved_rows(
		r, psprintf("select q.quarantine_id, q.row_data, \"dbcare row\".* "
					"from dbcare.quarantine as q, "
					"pg_catalog.json_to_record(q.row_data::pg_catalog.json) "
					"as \"dbcare row\" (%s) "
					"where q.repair_id = $1 and q.step = $2 "
					"order by q.quarantine_id",
					r->columns));
	SPITupleTable *rows;
	int64_t count = 0;
	target t;

	open_target(r, &t, role, checks_keys);
	while ((rows = dbcpg_row_next_batch(r, portal, InvalidOid)) != NULL)
	{
		ItemPointerData places[DBCPG_BATCH];

		insert_batch(r, &t, role, rows, places);
		dbcpg_row_prove(r, proof, reader, rows, places);
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

/* ---- updating ---- */

/* The statement that updates the rows with the ctids $1, or with the same keys,
 * if they equal $2, to $3; the numbers of the saved rows are $4. */
static char *
update_statement(const dbcpg_row_step *r)
{
	dbc_host *host = &r->host->base;
	const dbc_rows *columns =
		dbc_query(host, "row/updated", dbc_text(r->step->table->schema),
				  dbc_text(r->step->table->name));

	return psprintf(
		"update only %1$s set (%2$s) = row (%3$s) from rows from "
		"(pg_catalog.unnest($1), pg_catalog.unnest($2), pg_catalog.unnest($3), "
		"pg_catalog.unnest($4)) as \"dbcare saved\" (\"dbcare place\", "
		"\"dbcare left\", \"dbcare data\", \"dbcare id\"), "
		"pg_catalog.json_to_record(\"dbcare saved\".\"dbcare left\""
		"::pg_catalog.json) as \"dbcare row\" (%4$s), "
		"pg_catalog.json_to_record(\"dbcare saved\".\"dbcare data\""
		"::pg_catalog.json) as \"dbcare values\" (%5$s) "
		"where %6$s and %7$s::text = \"dbcare saved\".\"dbcare left\" "
		"returning \"dbcare saved\".\"dbcare id\", %8$s.ctid::text, "
		"%7$s::text",
		r->shown, dbcpg_from_core(dbc_get_text(host, columns, 0, 0)),
		dbcpg_from_core(dbc_get_text(host, columns, 0, 1)), r->key_record,
		r->columns, r->located, r->row,
		quote_identifier(dbcpg_from_core(r->step->table->name)));
}

/* Sets the ctid of each row of a batch to that of the updated row. */
static void
find_places(SPITupleTable *rows, const dbcpg_row_changed *left,
			ItemPointerData *places)
{
	bool isnull;

	for (uint64 i = 0; i < rows->numvals; i++)
		for (int j = 0; j < left->count; j++)
			if (DatumGetInt64(left->ids[j]) ==
				DatumGetInt64(
					SPI_getbinval(rows->vals[i], rows->tupdesc, 1, &isnull)))
				places[i] = *(ItemPointer) DatumGetPointer(DirectFunctionCall1(
					tidin,
					CStringGetDatum(TextDatumGetCString(left->texts[0][j]))));
}

/* Updates the rows that a step has changed to what was saved; returns their
 * number. */
static int64_t
update_saved(dbcpg_row_step *r)
{
	Oid types[] = {get_array_type(TIDOID), TEXTARRAYOID, TEXTARRAYOID,
				   INT8ARRAYOID};
	dbcpg_row_change change =
		dbcpg_row_prepare_change(r, update_statement(r), types, 4);
	Oid reader;
	SPIPlanPtr proof = dbcpg_row_prepare_proof(r, &reader);
	Portal portal = dbcpg_row_open_saved_rows(
		r, "select q.quarantine_id, q.row_data, q.place::pg_catalog.tid, "
		   "q.row_left from dbcare.quarantine as q where q.repair_id = $1 and "
		   "q.step = $2 order by q.quarantine_id");
	SPITupleTable *rows;
	dbcpg_row_changed left;
	int64_t count = 0;

	while ((rows = dbcpg_row_next_batch(r, portal, InvalidOid)) != NULL)
	{
		Datum values[] = {dbcpg_row_make_column_array(r, rows, 3, TIDOID),
						  dbcpg_row_make_column_array(r, rows, 4, TEXTOID),
						  dbcpg_row_make_column_array(r, rows, 2, TEXTOID),
						  dbcpg_row_make_column_array(r, rows, 1, INT8OID)};
		ItemPointerData places[DBCPG_BATCH];

		if (dbcpg_row_run_change(r, &change, values, &left) != rows->numvals)
			ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					errmsg("rows of %s have been changed since the repair, or "
						   "a trigger prevents that they are changed",
						   r->shown),
					errhint("Leave out {\"triggers\": \"fire\"}."));
		find_places(rows, &left, places);
		dbcpg_row_prove(r, proof, reader, rows, places);
		if (r->keyless)
			note_places(r, rows, places);
		count += (int64_t) rows->numvals;
		SPI_freetuptable(rows);
		dbc_poll(&r->host->base);
	}
	if (r->keyless)
		note_moved(r);
	return count;
}

int64_t
dbcpg_row_restore(dbcpg_row_step *r, bool checks_keys)
{
	int64_t count;

	if (r->step->assignments && r->step->fires)
	{
		r->tests_keys = checks_keys && !r->step->keeps_orphans;
		return update_saved(r);
	}
	if (r->step->assignments)
		remove_changed(r);
	if (checks_keys)
		return insert_saved(r, !r->step->keeps_orphans);
	dbcpg_row_begin_tests();
	count = insert_saved(r, false);
	if (r->step->fires)
		dbcpg_row_run_triggers(r,
							   dbcpg_role_for_table(r->relation, DBCPG_WRITES));
	else
		dbcpg_row_end_tests();
	return count;
}

void
dbcpg_row_begin_tests(void)
{
	AfterTriggerBeginQuery();
}

void
dbcpg_row_end_tests(void)
{
	EState *estate = CreateExecutorState();

	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	AfterTriggerEndQuery(estate);
	PopActiveSnapshot();
	dbcpg_close_trigger_targets(estate);
	FreeExecutorState(estate);
}

void
dbcpg_row_run_triggers(dbcpg_row_step *r, Oid role)
{
	dbcpg_row_caller was;

	dbcpg_row_begin_owner(r, role, &was);
	dbcpg_row_end_tests();
	dbcpg_row_end_owner(&was);
}
