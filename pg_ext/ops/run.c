/*
 * run.c
 *	  Statements of dbops_*() with parameters; see common/ops/host.h.
 *
 * Plans are kept for later calls by the text of the statement, which has no
 * values.  PostgreSQL plans a statement again when its tables change; a plan
 * that is no longer valid is replaced here, since the types of its parameters
 * may have changed, too.
 */
#include "pg_ext/core/kept_plan.h"
#include "pg_ext/core/owner.h"
#include "pg_ext/core/parameters.h"
#include "pg_ext/core/query.h"
#include "pg_ext/core/rooms.h"
#include "pg_ext/ops/condition.h"
#include "pg_ext/ops/ops.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "utils/lsyscache.h"

#define ROOM "ops"

static void
set_up_parser(ParseState *state, void *arg)
{
	dbcpg_kept_plan *plan = arg;

	dbcpg_set_up_parameters(state, &plan->types, &plan->nparams);
}

static dbcpg_kept_plan *
make_plan(dbcpg_host *host, const char *text, int nvalues, bool is_own,
		  Oid *role)
{
	dbcpg_kept_plan *plan =
		dbcpg_new_kept_plan(host, ROOM, text, nvalues, NULL);
	int level = NewGUCNestLevel();

	if (is_own)
		dbcpg_set_own_path();
	plan->plan =
		dbcpg_prepare_params_for_caller(text, set_up_parser, plan, role);
	AtEOXact_GUC(false, level);
	if (plan->nparams != nvalues)
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_PARAMETER),
				errmsg("there is no parameter $%d", plan->nparams));
	dbcpg_keep_plan(plan);
	return plan;
}

/* The plan of a statement. */
static dbcpg_kept_plan *
find_plan(dbcpg_host *host, const char *text, int nvalues, bool is_own,
		  Oid *role, bool *reused)
{
	dbcpg_kept_plan *plan = dbcpg_find_kept_plan(ROOM, text, nvalues, NULL);

	*reused = plan && dbcpg_find_role_of_plan(plan->plan, role);
	if (plan && !*reused)
		dbcpg_drop_kept_plan(plan);
	return *reused ? plan : make_plan(host, text, nvalues, is_own, role);
}

/* ---- values ---- */

/* The text of a value for the input function of a type. */
static char *
input_text(const dbc_ops_value *value)
{
	switch (value->value.kind)
	{
		case DBC_NULL:
			return NULL;
		case DBC_BOOL:
			return pstrdup(value->value.integer ? "true" : "false");
		case DBC_INT:
			return psprintf(INT64_FORMAT, value->value.integer);
		case DBC_REAL:
			return psprintf("%.17g", value->value.real);
		default:
			break;
	}
	return psprintf("%s%s", value->is_blob ? "\\x" : "",
					dbcpg_from_core(value->value.text));
}

/* The values as parameters of a plan, with times in UTC. */
static ParamListInfo
make_parameters(const dbcpg_kept_plan *plan, const dbc_ops_value *values)
{
	ParamListInfo list;

	if (plan->nparams == 0)
		return NULL;
	list = makeParamList(plan->nparams);
	for (int i = 0; i < plan->nparams; i++)
	{
		ParamExternData *param = &list->params[i];
		char *text = input_text(&values[i]);
		Oid function, argument;

		param->ptype = OidIsValid(plan->types[i]) ? plan->types[i] : TEXTOID;
		param->pflags = PARAM_FLAG_CONST;
		param->isnull = text == NULL;
		getTypeInputInfo(param->ptype, &function, &argument);
		param->value = OidInputFunctionCall(function, text, argument, -1);
	}
	return list;
}

/* A value of a result. */
static dbc_value
take_value(dbcpg_host *host, Datum datum, bool isnull, Oid type)
{
	Oid function;
	bool is_varlena;

	if (isnull)
		return dbc_null();
	switch (type)
	{
		case BOOLOID:
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case TEXTOID:
		case VARCHAROID:
			return dbcpg_value_of(host, datum, false, type);
	}
	getTypeOutputInfo(type, &function, &is_varlena);
	return dbc_text(
		dbcpg_to_core(host, OidOutputFunctionCall(function, datum)));
}

/* The types of a result, without domains. */
static Oid *
result_types(dbcpg_host *host, const SPITupleTable *table)
{
	int ntypes = table ? table->tupdesc->natts : 0;
	Oid *types = dbc_alloc(&host->base, ((size_t) ntypes + 1) * sizeof(*types));

	for (int i = 0; i < ntypes; i++)
		types[i] = getBaseType(TupleDescAttr(table->tupdesc, i)->atttypid);
	return types;
}

/* Copies a result into the arena, or passes its rows on. */
static dbc_rows *
take_rows(dbcpg_host *host, SPITupleTable *table, const Oid *types,
		  uint64 affected, const dbc_ops_receiver *receiver)
{
	dbc_rows *rows = dbc_alloc(&host->base, sizeof(*rows));
	const char **names;
	dbc_value *value;
	Datum *datums;
	bool *nulls;

	rows->affected = (int64_t) affected;
	if (!table)
		return rows;
	rows->nrows = (int) table->numvals;
	rows->ncols = table->tupdesc->natts;
	names = dbc_alloc(&host->base, ((size_t) rows->ncols + 1) * sizeof(*names));
	for (int i = 0; i < rows->ncols; i++)
		names[i] = dbcpg_to_core(
			host, NameStr(TupleDescAttr(table->tupdesc, i)->attname));
	rows->columns = names;
	value = MemoryContextAllocExtended(
		host->arena,
		((Size) (receiver ? 1 : rows->nrows) * rows->ncols + 1) *
			sizeof(*value),
		MCXT_ALLOC_HUGE);
	rows->values = value;
	datums =
		dbc_alloc(&host->base, ((size_t) rows->ncols + 1) * sizeof(*datums));
	nulls = dbc_alloc(&host->base, (size_t) rows->ncols + 1);
	for (int row = 0; row < rows->nrows; row++)
	{
		heap_deform_tuple(table->vals[row], table->tupdesc, datums, nulls);
		for (int column = 0; column < rows->ncols; column++)
			value[column] =
				take_value(host, datums[column], nulls[column], types[column]);
		if (receiver)
			receiver->row(&host->base, receiver->arg, value);
		else
			value += rows->ncols;
	}
	rows->nrows = receiver ? 0 : rows->nrows;
	return rows;
}

/* ---- running ---- */

/* Whether no parameter affects the text of a type; no type is text. */
static bool
has_one_format(Oid type)
{
	switch (type)
	{
		case InvalidOid:
		case BOOLOID:
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case NUMERICOID:
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
		case NAMEOID:
		case UUIDOID:
		case JSONOID:
		case JSONBOID:
			return true;
	}
	return false;
}

/* Sets the parameters that affect the text of values of some types; returns the
 * GUC level, or 0 if there are none: setting them takes longer than a query of
 * one row. */
static int
begin_formats(const Oid *types, int ntypes)
{
	int level;

	while (ntypes > 0 && has_one_format(types[ntypes - 1]))
		ntypes--;
	if (ntypes == 0)
		return 0;
	level = NewGUCNestLevel();
	dbcpg_set_value_parameters();
	return level;
}

static void
end_formats(int level)
{
	if (level > 0)
		AtEOXact_GUC(false, level);
}

/* Runs a plan as a role with the caller's settings, and copies its rows with
 * fixed formats. */
static const dbc_rows *
run_plan(dbcpg_host *host, const dbcpg_kept_plan *plan, bool is_own,
		 bool has_formats, Oid role, const dbc_ops_value *values,
		 const dbc_ops_receiver *receiver)
{
	dbcpg_execution_identity identity;
	ParamListInfo parameters;
	dbc_rows *rows;
	Oid *types;
	int level;
	int code;

	dbcpg_switch_for_caller(role, &identity);
	level = begin_formats(plan->types, plan->nparams);
	parameters = make_parameters(plan, values);
	end_formats(level);
	level = NewGUCNestLevel();
	if (is_own)
		dbcpg_set_own_path();
	if (has_formats)
		dbcpg_set_value_parameters();
	code = dbcpg_execute_planned(host, plan->plan, parameters, host->read_only);
	AtEOXact_GUC(false, level);
	dbcpg_require_spi_success(code);
	types = result_types(host, SPI_tuptable);
	level =
		begin_formats(types, SPI_tuptable ? SPI_tuptable->tupdesc->natts : 0);
	rows = take_rows(host, SPI_tuptable, types, SPI_processed, receiver);
	end_formats(level);
	dbcpg_restore_identity(&identity);
	SPI_freetuptable(SPI_tuptable);
	return rows;
}

/* Runs a statement; has_formats: with the formats of values that dbcare has. */
static const dbc_rows *
run_text(dbc_host *base, const char *sql, bool is_own, bool has_formats,
		 const dbc_ops_value *values, int nvalues,
		 const dbc_ops_receiver *receiver, bool *reused)
{
	dbcpg_host *host = dbcpg_of(base);
	int level = NewGUCNestLevel();
	const dbc_rows *volatile rows = NULL;
	dbcpg_kept_plan *volatile plan;
	bool found;
	Oid role;

	dbcpg_unpin_parameters(host);
	plan =
		find_plan(host, dbcpg_from_core(sql), nvalues, is_own, &role, &found);
	plan->uses++;
	PG_TRY();
	{
		rows =
			run_plan(host, plan, is_own, has_formats, role, values, receiver);
	}
	PG_FINALLY();
	{
		plan->uses--;
	}
	PG_END_TRY();
	AtEOXact_GUC(false, level);
	if (reused)
		*reused = found;
	return rows;
}

static const dbc_rows *
run(dbc_host *host, const dbc_ops_table *table, const char *sql, bool is_own,
	const dbc_ops_value *values, int nvalues, const dbc_ops_receiver *receiver,
	bool *reused)
{
	(void) table;
	return run_text(host, sql, is_own, false, values, nvalues, receiver,
					reused);
}

static dbc_ops_value
read_document(dbc_host *host, const dbc_ops_column *column,
			  const dbc_ops_value *json)
{
	const dbc_rows *rows = run_text(host, dbcpg_ops_document_sql(host, column),
									true, true, json, 1, NULL, NULL);

	return (dbc_ops_value){.value = dbc_get_value(host, rows, 0, 0)};
}

static void
limit_waits(dbc_host *base, int64_t timeout_ms)
{
	(void) base;
	dbcpg_set_parameter("lock_timeout", psprintf(INT64_FORMAT, timeout_ms));
}

static const dbc_ops_table *
find(dbc_host *host, const char *text)
{
	return dbcpg_ops_describe(host, dbc_resolve(host, text));
}

const dbc_ops_host dbcpg_ops_host = {
	.find = find,
	.describe = dbcpg_ops_describe,
	.test = dbcpg_ops_test,
	.search = dbcpg_ops_search,
	.run = run,
	.read_document = read_document,
	.limit_waits = limit_waits,
};
