/*
 * capture.c
 *	  The trigger that logs changes.
 *
 * Roles that may change a table need no rights on dbcare's tables, and nothing
 * runs with the rights of others: values are written as JSON as the current
 * user, and entries are inserted below SQL.
 */
#include "pg_ext/audit/capture.h"
#include "pg_ext/audit/log.h"
#include "pg_ext/audit/move.h"
#include "pg_ext/core/known_table.h"
#include "pg_ext/core/parameters.h"

#include "access/htup_details.h"
#include "access/tableam.h"
#include "catalog/pg_trigger.h"
#include "utils/datum.h"
#include "utils/guc.h"
#include "utils/snapmgr.h"

/* The type of the trigger that logs changes of rows. */
#define DBCPG_AUDIT_ROW_TRIGGER                                     \
	(TRIGGER_TYPE_ROW | TRIGGER_TYPE_INSERT | TRIGGER_TYPE_DELETE | \
	 TRIGGER_TYPE_UPDATE)

/* ---- values ---- */

/* Whether two values have the same bytes; one that is stored apart from its row
 * is not read if both rows share it. */
static bool
is_same(Form_pg_attribute column, Datum old, bool old_null, Datum new,
		bool new_null)
{
	if (old_null || new_null)
		return old_null && new_null;
	if (column->attlen == -1 &&
		VARSIZE_ANY(DatumGetPointer(old)) ==
			VARSIZE_ANY(DatumGetPointer(new)) &&
		memcmp(DatumGetPointer(old), DatumGetPointer(new),
			   VARSIZE_ANY(DatumGetPointer(old))) == 0)
		return true;
	return datum_image_eq(old, new, column->attbyval, column->attlen);
}

/* Appends a value as its column is logged. */
static void
append_value(StringInfo json, const dbcpg_audited *table, int column,
			 TupleTableSlot *row)
{
	StringInfoData value;
	dbcpg_audit_cell cell;

	if (table->treatments[column] == DBCPG_AUDIT_PLAIN)
	{
		dbcpg_row_append_value(json, table->format, column,
							   row->tts_values[column],
							   row->tts_isnull[column]);
		return;
	}
	initStringInfo(&value);
	dbcpg_row_append_value(&value, table->format, column,
						   row->tts_values[column], row->tts_isnull[column]);
	cell = (dbcpg_audit_cell){
		.name =
			NameStr(TupleDescAttr(row->tts_tupleDescriptor, column)->attname),
		.treatment = table->treatments[column],
		.json = value.data};
	dbcpg_audit_append_treated(json, table, &cell);
}

/* Starts a member of an object. */
static void
append_member(StringInfo json, const dbcpg_audited *table, int column)
{
	appendStringInfoString(json, json->len > 0 ? "," : "{");
	appendStringInfoString(json, dbcpg_row_member(table->format, column));
	appendStringInfoChar(json, ':');
}

/* Appends a row. */
static void
append_row(StringInfo json, const dbcpg_audited *table, TupleTableSlot *row)
{
	for (int i = 0; i < table->ncolumns; i++)
	{
		if (table->treatments[i] == DBCPG_AUDIT_SKIP)
			continue;
		append_member(json, table, i);
		append_value(json, table, i, row);
	}
	appendStringInfoChar(json, '}');
}

/* Appends the columns that an update has changed, if any. */
static void
append_changes(StringInfo json, const dbcpg_audited *table, TupleTableSlot *old,
			   TupleTableSlot *new)
{
	for (int i = 0; i < table->ncolumns; i++)
	{
		if (table->treatments[i] == DBCPG_AUDIT_SKIP ||
			is_same(TupleDescAttr(old->tts_tupleDescriptor, i),
					old->tts_values[i], old->tts_isnull[i], new->tts_values[i],
					new->tts_isnull[i]))
			continue;
		append_member(json, table, i);
		appendStringInfoChar(json, '[');
		append_value(json, table, i, old);
		appendStringInfoChar(json, ',');
		append_value(json, table, i, new);
		appendStringInfoChar(json, ']');
	}
	if (json->len > 0)
		appendStringInfoChar(json, '}');
}

/* ---- changes ---- */

/* A change of a row; old or new is NULL for an insert or a delete. */
typedef struct change
{
	dbcpg_audited *table;
	TupleTableSlot *old;
	TupleTableSlot *new;
	bool moves; /* to or from another partition */
	StringInfoData key;
	StringInfoData changed;
	StringInfoData moved_to; /* the key after the change, if that is another */
	dbcpg_audit_cells cells; /* of a row that moves */
} change;

/* Writes the values of a row one by one. */
static void
read_cells(dbcpg_audit_cells *cells, const dbcpg_audited *table,
		   TupleTableSlot *row)
{
	cells->list = palloc((Size) (table->ncolumns + 1) * sizeof(*cells->list));
	for (int i = 0; i < table->ncolumns; i++)
	{
		StringInfoData value;

		if (table->treatments[i] == DBCPG_AUDIT_SKIP)
			continue;
		initStringInfo(&value);
		dbcpg_row_append_value(&value, table->format, i, row->tts_values[i],
							   row->tts_isnull[i]);
		cells->list[cells->count++] = (dbcpg_audit_cell){
			.name =
				NameStr(TupleDescAttr(row->tts_tupleDescriptor, i)->attname),
			.member = dbcpg_row_member(table->format, i),
			.treatment = table->treatments[i],
			.json = value.data};
	}
}

/* Writes the key after an update, if it has changed. */
static void
describe_new_key(change *c)
{
	const AttrNumber *columns;
	int count = dbcpg_row_key(c->table->format, &columns);
	bool same = true;

	for (int i = 0; i < count && same; i++)
		same =
			is_same(TupleDescAttr(c->old->tts_tupleDescriptor, columns[i] - 1),
					c->old->tts_values[columns[i] - 1],
					c->old->tts_isnull[columns[i] - 1],
					c->new->tts_values[columns[i] - 1],
					c->new->tts_isnull[columns[i] - 1]);
	if (!same)
		dbcpg_row_append_key(&c->moved_to, c->table->format, c->new);
	if (strcmp(c->moved_to.data, c->key.data) == 0)
		resetStringInfo(&c->moved_to);
}

/* Writes the key and the values as JSON. */
static void
describe(change *c)
{
	dbcpg_row_append_key(&c->key, c->table->format, c->old ? c->old : c->new);
	if (c->moves)
		read_cells(&c->cells, c->table, c->old ? c->old : c->new);
	else if (c->old && c->new)
	{
		append_changes(&c->changed, c->table, c->old, c->new);
		describe_new_key(c);
	}
	else if (c->old || c->table->logs_inserted)
		append_row(&c->changed, c->table, c->old ? c->old : c->new);
}

/* The same with parameters that do not depend on the session. */
static void
describe_with_parameters(change *c)
{
	dbcpg_formats formats;
	int level;

	if (c->table->dependence == DBCPG_AUDIT_NONE)
	{
		describe(c);
		return;
	}
	if (c->table->dependence == DBCPG_AUDIT_FORMATS)
	{
		dbcpg_set_formats(&formats);
		PG_TRY();
		{
			describe(c);
		}
		PG_FINALLY();
		{
			dbcpg_restore_formats(&formats);
		}
		PG_END_TRY();
		return;
	}
	level = NewGUCNestLevel();
	dbcpg_set_value_parameters();
	/* names as of type regclass */
	dbcpg_set_own_path();
	describe(c);
	AtEOXact_GUC(false, level);
}

/* Logs a change of a row; an update that changes nothing is none.  A row that
 * moves is deleted from a partition and inserted into another one. */
static void
log_change(dbcpg_audit_log *log, dbcpg_audited *table, TupleTableSlot *old,
		   TupleTableSlot *new, bool moves)
{
	change c = {.table = table, .old = old, .new = new, .moves = moves};

	if (old)
		slot_getallattrs(old);
	if (new)
		slot_getallattrs(new);
	initStringInfo(&c.key);
	initStringInfo(&c.changed);
	initStringInfo(&c.moved_to);
	describe_with_parameters(&c);
	if (moves && old)
		dbcpg_audit_begin_move(log, table, &c.key, &c.cells);
	else if (moves)
		dbcpg_audit_end_move(log, &c.key, &c.cells);
	else if (!old || !new || c.changed.len > 0)
		dbcpg_audit_write(log, table,
						  !old	 ? "insert"
						  : !new ? "delete"
								 : "update",
						  &c.key, c.changed.len > 0 ? &c.changed : NULL,
						  &c.moved_to);
}

/* Logs the rows that a TRUNCATE is going to remove as deleted. */
static void
log_rows(dbcpg_audit_log *log, dbcpg_audited *table, Relation relation)
{
	MemoryContext context;
	MemoryContext caller;
	Snapshot snapshot;
	TupleTableSlot *row;
	TableScanDesc scan;

	if (relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
		return;
	context = AllocSetContextCreate(CurrentMemoryContext, "dbcare truncate",
									ALLOCSET_DEFAULT_SIZES);
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	row = table_slot_create(relation, NULL);
	scan = dbcpg_begin_table_scan(relation, snapshot);
	while (table_scan_getnextslot(scan, ForwardScanDirection, row))
	{
		CHECK_FOR_INTERRUPTS();
		caller = MemoryContextSwitchTo(context);
		log_change(log, table, row, NULL, false);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(context);
	}
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(row);
	UnregisterSnapshot(snapshot);
	MemoryContextDelete(context);
}

/* Whether the rows are logged with a table that this one is a partition of. */
static bool
is_logged_above(const TriggerData *data)
{
	if (!dbcpg_trigger_above(data, data->tg_trigger->tgtype))
		return false;
	(void) dbcpg_note_part(data, true);
	return true;
}

/* The log during the statement of a trigger; NULL if others log its rows. */
static dbcpg_audit_log *
log_of(FunctionCallInfo fcinfo, const TriggerData *data)
{
	static char none;
	MemoryContext caller;

	if (!fcinfo->flinfo->fn_extra)
	{
		caller = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
		fcinfo->flinfo->fn_extra =
			is_logged_above(data)
				? (void *) &none
				: (void *) dbcpg_audit_open_log(fcinfo->flinfo->fn_oid);
		MemoryContextSwitchTo(caller);
	}
	return fcinfo->flinfo->fn_extra == &none ? NULL : fcinfo->flinfo->fn_extra;
}

/* Logs the event of a row trigger. */
static void
log_event(dbcpg_audit_log *log, dbcpg_audited *table, const TriggerData *data)
{
	bool inserts = TRIGGER_FIRED_BY_INSERT(data->tg_event);
	bool moves = inserts && dbcpg_audit_is_moving(table);

	if (!moves)
		dbcpg_audit_cancel_move();
	if (inserts)
		log_change(log, table, NULL, data->tg_trigslot, moves);
	else if (TRIGGER_FIRED_BY_DELETE(data->tg_event))
		log_change(log, table, data->tg_trigslot, NULL,
				   HeapTupleHeaderIndicatesMovedPartitions(
					   data->tg_trigtuple->t_data));
	else
		log_change(log, table, data->tg_trigslot, data->tg_newslot, false);
}

/* Logs a TRUNCATE.  A partition whose rows are logged with its table may have
 * the trigger of a table that was attached alone. */
static void
log_truncate(dbcpg_audit_log *log, const TriggerData *data)
{
	TriggerData event = *data;
	const Trigger *above = dbcpg_trigger_above(data, DBCPG_AUDIT_ROW_TRIGGER);
	dbcpg_audited *table;

	if (dbcpg_was_detached(data))
		return;
	if (above)
	{
		(void) dbcpg_note_part(data, true);
		event.tg_trigger = unconstify(Trigger *, above);
	}
	table = dbcpg_audit_read_table(&event);
	dbcpg_audit_cancel_move();
	log_rows(log, table, data->tg_relation);
	dbcpg_audit_write(log, table, "truncate", NULL, NULL, NULL);
}

void
dbcpg_audit_capture(FunctionCallInfo fcinfo)
{
	const TriggerData *data = (TriggerData *) fcinfo->context;
	dbcpg_audit_log *log;

	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR, errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				errmsg("dbaudit_capture is for triggers"),
				errhint("Call dbaudit_enable(), which creates the triggers."));
	if (!TRIGGER_FIRED_BY_TRUNCATE(data->tg_event) &&
		(!TRIGGER_FIRED_AFTER(data->tg_event) ||
		 !TRIGGER_FIRED_FOR_ROW(data->tg_event)))
		ereport(ERROR, errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				errmsg("dbaudit_capture must be called after a row was "
					   "changed"));
	log = log_of(fcinfo, data);
	if (!log)
		return;
	if (TRIGGER_FIRED_BY_TRUNCATE(data->tg_event))
		log_truncate(log, data);
	else
		log_event(log, dbcpg_audit_read_table(data), data);
}
