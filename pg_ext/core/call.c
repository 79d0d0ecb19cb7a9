/*
 * call.c
 *	  One call of a SQL function, from its arguments to its result.
 */
#include "pg_ext/core/call.h"
#include "pg_ext/core/kept.h"
#include "pg_ext/core/lock.h"
#include "pg_ext/core/plan.h"
#include "pg_ext/core/procedure.h"
#include "pg_ext/core/query.h"
#include "pg_ext/core/role.h"
#include "pg_ext/core/script.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "pgstat.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"

#include "common/core/arguments.h"
#include "common/core/event.h"
#include "common/core/functions.h"

/* Whether the calls of this process leave no events. */
static bool is_silent = false;

void
dbcpg_leave_no_events(void)
{
	is_silent = true;
}

/* The arguments of a call, one per declared argument of the function. */
static dbc_value *
read_arguments(dbcpg_host *host, FunctionCallInfo fcinfo)
{
	const dbc_field *declared = host->base.function->args;
	dbc_value *values =
		dbc_alloc(&host->base, ((size_t) PG_NARGS() + 1) * sizeof(*values));

	for (int i = 0; declared[i].type != DBC_T_END; i++)
	{
		/* an older install script may declare fewer arguments */
		if (i < PG_NARGS())
			values[i] =
				dbcpg_value_of(host, PG_GETARG_DATUM(i), PG_ARGISNULL(i),
							   get_fn_expr_argtype(fcinfo->flinfo, i));
		if (values[i].kind == DBC_NULL && !declared[i].nullable &&
			declared[i].type != DBC_T_ANY && declared[i].type != DBC_T_DOCUMENT)
			dbc_refuse_null(&host->base, declared[i].name);
	}
	return values;
}

/* Maps each column of the result to the column of the function with its
 * name. */
static void
match_columns(dbcpg_host *host)
{
	const dbc_field *columns = host->base.function->columns;

	host->column_of = dbc_alloc(&host->base, (size_t) host->row_type->natts *
												 sizeof(*host->column_of));
	for (int attribute = 0; attribute < host->row_type->natts; attribute++)
	{
		const char *name =
			NameStr(TupleDescAttr(host->row_type, attribute)->attname);

		host->column_of[attribute] = -1;
		for (int i = 0; columns[i].type != DBC_T_END; i++)
			if (strcmp(columns[i].name, name) == 0)
				host->column_of[attribute] = i;
	}
}

static void
open_rows(dbcpg_host *host, FunctionCallInfo fcinfo)
{
	ReturnSetInfo *info = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext context;
	TupleDesc row_type;

	if (!info || !IsA(info, ReturnSetInfo) ||
		!(info->allowedModes & SFRM_Materialize))
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("%s returns rows, which cannot be used here",
					   host->base.function->name),
				errhint("Call the function in FROM."));
	/* the executor frees the rows, but not the memory used to find them; a
	 * lateral join calls once per row */
	context = MemoryContextSwitchTo(host->call);
	if (get_call_result_type(fcinfo, NULL, &row_type) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "%s is not declared to return rows",
			 host->base.function->name);
	MemoryContextSwitchTo(info->econtext->ecxt_per_query_memory);
	host->row_type = BlessTupleDesc(CreateTupleDescCopy(row_type));
	host->rows = tuplestore_begin_heap(
		(info->allowedModes & SFRM_Materialize_Random) != 0, false, work_mem);
	info->returnMode = SFRM_Materialize;
	info->setResult = host->rows;
	info->setDesc = host->row_type;
	MemoryContextSwitchTo(context);
	match_columns(host);
}

/* Clears what pg_stat_activity shows for this session. */
static void
end_progress(dbcpg_host *host)
{
	if (host->shows_progress)
		pgstat_report_activity(STATE_RUNNING, debug_query_string);
}

/* Runs the function where code cannot leave the role of the session, nor leave
 * something behind that can. */
static void
run_in_role(dbcpg_host *host)
{
	bool hides_superuser =
		host->base.function->class != DBC_PURE && dbcpg_hides_superuser();
	List *pending = NIL;

	if (hides_superuser)
		pending = dbcpg_deferred_trigger_tables(host);
	dbc_call_function(&host->base);
	if (hides_superuser)
		dbcpg_refuse_commit_code(host, pending, false);
}

/* Runs the function; it stores its results in the host. */
static void
run_function(dbcpg_host *host, FunctionCallInfo fcinfo)
{
	const dbc_function *fn = host->base.function;
	bool was_fixed;

	dbcpg_begin_transaction(host);
	host->base.silent = is_silent;
	host->base.args = read_arguments(host, fcinfo);
	if (dbc_class_acts(fn->class))
		host->base.role =
			dbcpg_to_core(host, GetUserNameFromId(GetUserId(), false));
	SPI_connect_ext(fn->class == DBC_PROC ? SPI_OPT_NONATOMIC : 0);
	was_fixed = dbcpg_fix_taken_role();
	dbcpg_begin_plans();
	dbcpg_begin_kept();
	PG_TRY();
	{
		run_in_role(host);
	}
	PG_FINALLY();
	{
		(void) dbcpg_fix_role(was_fixed);
		if (fn->class == DBC_PROC)
			dbcpg_unlock_runners(host);
		dbcpg_end_kept();
		dbcpg_end_plans(host);
		end_progress(host);
		if (host->at_call_end)
			host->at_call_end(host);
	}
	PG_END_TRY();
	SPI_finish();
	AtEOXact_GUC(false, host->guc_level);
	if (host->actor)
		(void) set_config_option("dbcare.actor", host->actor, PGC_USERSET,
								 PGC_S_SESSION, GUC_ACTION_LOCAL, true, 0,
								 false);
}

/* Runs a function of the core. */
Datum
dbcpg_call(FunctionCallInfo fcinfo, const dbc_function *fn)
{
	dbcpg_host host;
	Datum result = (Datum) 0;
	TupleDesc row = NULL;
	Oid type;

	check_stack_depth();
	if (dbc_class_writes(fn->class))
		PreventCommandIfReadOnly(psprintf("%s()", fn->name));
	if (fn->class == DBC_PROC)
		dbcpg_refuse_transaction(fcinfo, fn);
	dbcpg_open(&host, fn);
	dbc_refuse_missing(&host.base);
	if (fn->result == DBC_T_ROWS)
		open_rows(&host, fcinfo);
	/* a migration may drop the extension, and with it the declaration */
	(void) get_call_result_type(fcinfo, &type, &row);
	run_function(&host, fcinfo);
	fcinfo->isnull = fn->class != DBC_PROC;
	if (fn->class == DBC_PROC)
		result = dbcpg_procedure_result(row, &host.result);
	else if (fn->result != DBC_T_ROWS)
		result = dbcpg_datum_of(&host.result, type, &fcinfo->isnull);
	MemoryContextDelete(host.call);
	return result;
}

/* Rejects a number given as a version. */
Datum
dbcpg_refuse_number(FunctionCallInfo fcinfo)
{
	static const dbc_function none = {.class = DBC_PURE};
	const char *number = "null";
	dbcpg_host host;

	dbcpg_open(&host, &none);
	for (int i = 0; i < PG_NARGS(); i++)
		if (get_fn_expr_argtype(fcinfo->flinfo, i) == NUMERICOID &&
			!PG_ARGISNULL(i))
			number = DatumGetCString(
				DirectFunctionCall1(numeric_out, PG_GETARG_DATUM(i)));
	dbc_refuse_number(&host.base, dbcpg_to_core(&host, number));
}
