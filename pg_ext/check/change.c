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
#include "pg_ext/check/repair.h"
#include "pg_ext/core/owner.h"

#include "access/xact.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "rewrite/rewriteHandler.h"
#include "tcop/tcopprot.h"
#include "utils/datum.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "pg_ext/core/compat.h"

/* Destination of the rows that a statement returns. */
typedef struct collector
{
	DestReceiver base;
	MemoryContext context;
	dbcpg_check_changed_rows *left;
} collector;

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

/* Fails because an ENABLE ALWAYS trigger or rule of the owner prevents the
 * change. */
void
dbcpg_check_refuse_change(const dbcpg_check_step_repair *r)
{
	r->host->blames_code = true;
	ereport(
		ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		errmsg("rows of %s cannot be changed", r->shown),
		errdetail(
			"A trigger or rule that is ENABLE ALWAYS prevents the change."));
}

dbcpg_check_row_change
dbcpg_check_prepare_change(dbcpg_check_step_repair *r, const char *text,
						   const Oid *types, int ntypes)
{
	dbcpg_check_row_change change = {
		.text = text, .types = types, .ntypes = ntypes};
	MemoryContext context = MemoryContextSwitchTo(r->call);
	dbcpg_check_caller_identity was;
	List *trees;
	List *queries;

	dbcpg_check_begin_owner(r, GetUserId(), &was);
	PushActiveSnapshot(GetTransactionSnapshot());
	trees = parse(text);
	change.role = dbcpg_role_for_trees(trees);
	dbcpg_check_end_owner(&was);
	dbcpg_check_begin_owner(r, change.role, &was);
	queries = rewrite(dbcpg_analyze(linitial(trees), text, types, ntypes));
	dbcpg_check_end_owner(&was);
	if (list_length(queries) != 1)
		dbcpg_check_refuse_change(r);
	change.role = dbcpg_role_for_query(linitial(queries));
	dbcpg_check_begin_owner(r, change.role, &was);
	change.plan = pg_plan_query(linitial(queries), text, 0, NULL);
	dbcpg_check_end_owner(&was);
	PopActiveSnapshot();
	MemoryContextSwitchTo(context);
	return change;
}

/* Stores a returned row. */
static bool
collect(TupleTableSlot *slot, DestReceiver *receiver)
{
	collector *c = (collector *) receiver;
	dbcpg_check_changed_rows *left = c->left;
	MemoryContext context = MemoryContextSwitchTo(c->context);
	int i;

	slot_getallattrs(slot);
	if (left->count == DBCPG_BATCH)
		elog(ERROR, "a repair has changed more rows than expected");
	left->ids[left->count] = slot->tts_values[0];
	for (i = 0; i < 2; i++)
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

/* Removes all triggers but those that are ENABLE ALWAYS. */
static void
silence_triggers(const QueryDesc *query)
{
	const ModifyTableState *state =
		castNode(ModifyTableState, query->planstate);
	TriggerDesc *triggers = state->resultRelInfo->ri_TrigDesc;
	int i;

	for (i = 0; triggers && i < triggers->numtriggers; i++)
		if (triggers->triggers[i].tgenabled != TRIGGER_FIRES_ALWAYS)
			triggers->triggers[i].tgenabled = TRIGGER_DISABLED;
}

static ParamListInfo
parameters_of(const dbcpg_check_row_change *change, const Datum *values)
{
	ParamListInfo parameters = makeParamList(change->ntypes);
	int i;

	for (i = 0; i < change->ntypes; i++)
		parameters->params[i] =
			(ParamExternData){.value = values[i], .ptype = change->types[i]};
	return parameters;
}

/* Runs a statement; returns the number of rows, and stores the rows it
 * returns. */
uint64
dbcpg_check_run_change(dbcpg_check_step_repair *r,
					   const dbcpg_check_row_change *change,
					   const Datum *values, dbcpg_check_changed_rows *left)
{
	collector c = {.base = {.receiveSlot = collect,
							.rStartup = start_nothing,
							.rShutdown = end_nothing,
							.rDestroy = end_nothing},
				   .context = r->batch,
				   .left = left};
	MemoryContext context = MemoryContextSwitchTo(r->batch);
	QueryDesc *query;
	dbcpg_check_caller_identity was;
	uint64 count;

	left->count = 0;
	dbcpg_check_begin_owner(r, change->role, &was);
	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	query = CreateQueryDesc(change->plan, change->text, GetActiveSnapshot(),
							InvalidSnapshot, &c.base,
							parameters_of(change, values), NULL, 0);
	ExecutorStart(query, 0);
	silence_triggers(query);
	dbcpg_run_executor(query);
	ExecutorFinish(query);
	count = query->estate->es_processed;
	ExecutorEnd(query);
	FreeQueryDesc(query);
	PopActiveSnapshot();
	CommandCounterIncrement();
	dbcpg_check_end_owner(&was);
	MemoryContextSwitchTo(context);
	return count;
}
