/*
 * change.c
 *	  Statements of a repair that change rows of a table without side effects.
 *
 * Triggers, including those of foreign keys, and rules do not fire unless they
 * are ENABLE ALWAYS. session_replication_role = replica has that effect, but
 * on all code that runs meanwhile: functions of the table's owner could write
 * to tables of other owners without firing their triggers.  So it is set only
 * while rules are applied to a statement, which calls no user function, and
 * triggers are removed from the executor's copy of the table's description.
 *
 * The owner of a table can disable its triggers and drop its constraints
 * anyway; hence only owners may repair.
 */
#include "pg_ext/row/step.h"
#include "pg_ext/core/cursor.h"
#include "pg_ext/core/owner.h"
#include "pg_ext/core/relation.h"

#include "access/xact.h"
#include "catalog/pg_trigger.h"
#include "catalog/dependency.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "rewrite/rewriteHandler.h"
#include "utils/array.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

/* Destination of the rows that a statement returns. */
typedef struct collector
{
	DestReceiver base;
	MemoryContext context;
	dbcpg_row_changed *left;
} collector;

SPITupleTable *
dbcpg_row_next_batch(dbcpg_row_step *r, Portal portal, Oid role)
{
	dbcpg_row_caller was;

	MemoryContextReset(r->batch);
	if (OidIsValid(role))
		dbcpg_row_begin_owner(r, role, &was);
	SPI_cursor_fetch(portal, true, DBCPG_BATCH);
	if (OidIsValid(role))
		dbcpg_row_end_owner(&was);
	if (SPI_processed > 0)
		return SPI_tuptable;
	SPI_freetuptable(SPI_tuptable);
	dbcpg_close_cursor(portal);
	return NULL;
}

/* Opens a query over the rows that a step has saved. */
Portal
dbcpg_row_open_saved_rows(dbcpg_row_step *r, const char *text)
{
	Oid types[] = {INT8OID, INT8OID};
	Datum values[] = {Int64GetDatum(r->step->set_id),
					  Int64GetDatum(r->step->number)};

	return dbcpg_keep_cursor(SPI_cursor_open_with_args(
		dbcpg_name_cursor(), text, 2, types, values, NULL, false, 0));
}

/* Makes an array of values; nulls may be NULL. */
Datum
dbcpg_row_make_array(dbcpg_row_step *r, Datum *values, bool *nulls, int count,
					 Oid type)
{
	MemoryContext context = MemoryContextSwitchTo(r->batch);
	int lower = 1;
	ArrayType *array;
	int16 length;
	bool by_value;
	char align;

	get_typlenbyvalalign(type, &length, &by_value, &align);
	array = construct_md_array(values, nulls, 1, &count, &lower, type, length,
							   by_value, align);
	MemoryContextSwitchTo(context);
	return PointerGetDatum(array);
}

/* Makes an array of a column of a batch. */
Datum
dbcpg_row_make_column_array(dbcpg_row_step *r, SPITupleTable *rows, int column,
							Oid type)
{
	Datum values[DBCPG_BATCH];
	bool nulls[DBCPG_BATCH];
	int count = (int) rows->numvals;

	for (int i = 0; i < count; i++)
		values[i] =
			SPI_getbinval(rows->vals[i], rows->tupdesc, column, &nulls[i]);
	return dbcpg_row_make_array(r, values, nulls, count, type);
}

SPIPlanPtr
dbcpg_row_prepare(dbcpg_row_step *r, const char *text, int nargs, Oid *types,
				  Oid *role)
{
	dbcpg_row_caller was;
	SPIPlanPtr plan;

	/* what a statement before has called may have renamed its schema */
	dbcpg_lock_name(r->step->table, r->relation, AccessShareLock);
	dbcpg_row_begin_owner(r, GetUserId(), &was);
	plan = dbcpg_prepare_as_owner(text, nargs, types, role);
	dbcpg_row_end_owner(&was);
	if (r->plan)
		SPI_freeplan(r->plan);
	r->plan = plan;
	return plan;
}

/* Sets a parameter until the end of the current GUC level. */
static void
set_parameter(const char *name, const char *value, GucContext context)
{
	(void) set_config_option(name, value, context, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
}

/* Switches to the table's owner, to run code of the owner. */
void
dbcpg_row_begin_owner(dbcpg_row_step *r, Oid role, dbcpg_row_caller *was)
{
	was->host = r->host;
	GetUserIdAndSecContext(&was->caller, &was->security);
	was->level = NewGUCNestLevel();
	r->host->evaluates = true;
	dbcpg_set_search_path(r->relation);
	set_parameter("row_security", "off", PGC_USERSET);
	/* the caller has the owner's rights, so FORCE ROW LEVEL SECURITY must not
	 * hide rows */
	SetUserIdAndSecContext(
		role, was->security | SECURITY_NOFORCE_RLS |
				  (role != was->caller ? SECURITY_RESTRICTED_OPERATION : 0));
}

/* Switches back to the caller. */
void
dbcpg_row_end_owner(const dbcpg_row_caller *was)
{
	SetUserIdAndSecContext(was->caller, was->security);
	AtEOXact_GUC(false, was->level);
	was->host->evaluates = false;
}

/* Parses a text of one statement. */
static List *
parse(const char *text)
{
	List *trees = pg_parse_query(text);

	if (list_length(trees) != 1)
		ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("a repair must be one statement, not %d",
					   list_length(trees)));
	return trees;
}

/* Applies the rules that are ENABLE ALWAYS to an analyzed statement. */
static List *
rewrite(Query *query)
{
	int level = NewGUCNestLevel();
	List *queries;

	(void) set_config_option("session_replication_role", "replica", PGC_SUSET,
							 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	queries = QueryRewrite(query);
	AtEOXact_GUC(false, level);
	return queries;
}

/* Fails because a trigger or rule of the owner prevents the change. */
void
dbcpg_row_refuse_change(const dbcpg_row_step *r)
{
	if (r->step->fires)
		ereport(
			ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			errmsg("a trigger of %s prevents that a row is changed", r->shown),
			errhint("Leave out {\"triggers\": \"fire\"}."));
	r->host->next_raised_by_code = true;
	ereport(
		ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		errmsg("rows of %s cannot be changed", r->shown),
		errdetail(
			"A trigger or rule that is ENABLE ALWAYS prevents the change."));
}

dbcpg_row_change
dbcpg_row_prepare_change(dbcpg_row_step *r, const char *text, const Oid *types,
						 int ntypes)
{
	dbcpg_row_change change = {.text = text, .types = types, .ntypes = ntypes};
	MemoryContext context = MemoryContextSwitchTo(r->call);
	dbcpg_row_caller was;
	List *trees;
	List *queries;

	/* the same: the text has the name, and may have what somebody has stored */
	dbcpg_lock_name(r->step->table, r->relation, RowExclusiveLock);
	dbcpg_row_begin_owner(r, GetUserId(), &was);
	PushActiveSnapshot(GetTransactionSnapshot());
	trees = parse(text);
	change.role = dbcpg_role_for_trees(trees);
	dbcpg_row_end_owner(&was);
	dbcpg_row_begin_owner(r, change.role, &was);
	queries = rewrite(dbcpg_analyze(linitial(trees), text, types, ntypes));
	dbcpg_row_end_owner(&was);
	if (list_length(queries) != 1)
		dbcpg_row_refuse_change(r);
	change.role = r->step->fires ? dbcpg_role_for_query(linitial(queries))
								 : dbcpg_role_for_change(linitial(queries));
	dbcpg_row_begin_owner(r, change.role, &was);
	change.plan = dbcpg_plan_query(linitial(queries), text, NULL);
	dbcpg_row_end_owner(&was);
	PopActiveSnapshot();
	MemoryContextSwitchTo(context);
	return change;
}

/* Stores a returned row. */
static bool
collect(TupleTableSlot *slot, DestReceiver *receiver)
{
	collector *c = (collector *) receiver;
	dbcpg_row_changed *left = c->left;
	MemoryContext context = MemoryContextSwitchTo(c->context);

	slot_getallattrs(slot);
	if (left->count == DBCPG_BATCH)
		elog(ERROR, "a repair has changed more rows than expected");
	left->ids[left->count] = slot->tts_values[0];
	for (int i = 0; i < 2; i++)
		left->texts[i][left->count] =
			datumCopy(slot->tts_values[i + 1], false, -1);
	left->count++;
	MemoryContextSwitchTo(context);
	return true;
}

/* Callbacks of the receiver that have nothing to do. */
static void
start_nothing(DestReceiver *receiver, int operation, TupleDesc columns)
{
	(void) receiver;
	(void) operation;
	(void) columns;
}

static void
end_nothing(DestReceiver *receiver)
{
	(void) receiver;
}

bool
dbcpg_row_is_log(const Trigger *trigger)
{
	const char *name = get_func_name(trigger->tgfoid);

	return name && strcmp(name, "dbaudit_capture") == 0 &&
		   getExtensionOfObject(ProcedureRelationId, trigger->tgfoid) ==
			   get_extension_oid("dbcare", true);
}

/* What tgenabled is for a change: ENABLE ALWAYS, and the log's; if the step
 * fires triggers, all of users; and if wanted those that test foreign keys. */
static char
enabled(const dbcpg_row_step *r, const Trigger *trigger)
{
	if (trigger->tgenabled == TRIGGER_DISABLED ||
		trigger->tgenabled == TRIGGER_FIRES_ALWAYS)
		return trigger->tgenabled;
	if (dbcpg_row_is_log(trigger) ||
		(r->tests_keys && trigger->tgfoid == F_RI_FKEY_CHECK_UPD))
		return TRIGGER_FIRES_ALWAYS;
	return r->step->fires && !trigger->tgisinternal ? trigger->tgenabled
													: TRIGGER_DISABLED;
}

/* Removes all other triggers; the rest fires before the statement ends. */
static void
silence_triggers(const dbcpg_row_step *r, const QueryDesc *query)
{
	const ModifyTableState *state =
		castNode(ModifyTableState, query->planstate);
	TriggerDesc *triggers = state->resultRelInfo->ri_TrigDesc;

	for (int i = 0; triggers && i < triggers->numtriggers; i++)
	{
		Trigger *trigger = &triggers->triggers[i];

		trigger->tgenabled = enabled(r, trigger);
		if (r->step->fires)
			trigger->tgdeferrable = trigger->tginitdeferred = false;
	}
}

static ParamListInfo
parameters_of(const dbcpg_row_change *change, const Datum *values)
{
	ParamListInfo parameters = makeParamList(change->ntypes);

	for (int i = 0; i < change->ntypes; i++)
		parameters->params[i] =
			(ParamExternData){.value = values[i], .ptype = change->types[i]};
	return parameters;
}

/* Runs a statement; returns the number of rows, and stores the rows it
 * returns. */
uint64
dbcpg_row_run_change(dbcpg_row_step *r, const dbcpg_row_change *change,
					 const Datum *values, dbcpg_row_changed *left)
{
	collector c = {.base = {.receiveSlot = collect,
							.rStartup = start_nothing,
							.rShutdown = end_nothing,
							.rDestroy = end_nothing},
				   .context = r->batch,
				   .left = left};
	MemoryContext context = MemoryContextSwitchTo(r->batch);
	QueryDesc *query;
	dbcpg_row_caller was;
	uint64 count;

	left->count = 0;
	dbcpg_row_begin_owner(r, change->role, &was);
	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	query = CreateQueryDesc(change->plan, change->text, GetActiveSnapshot(),
							InvalidSnapshot, &c.base,
							parameters_of(change, values), NULL, 0);
	ExecutorStart(query, 0);
	silence_triggers(r, query);
	dbcpg_run_executor(query);
	ExecutorFinish(query);
	count = query->estate->es_processed;
	ExecutorEnd(query);
	FreeQueryDesc(query);
	PopActiveSnapshot();
	CommandCounterIncrement();
	dbcpg_row_end_owner(&was);
	MemoryContextSwitchTo(context);
	return count;
}
