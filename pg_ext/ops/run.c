/*
 * run.c
 *	  Statements of dbops_*() with parameters; see common/ops/host.h.
 *
 * Plans are kept for later calls by the text of the statement, which has no
 * values.  PostgreSQL plans a statement again when its tables change; a plan
 * that is no longer valid is replaced here, since the types of its parameters
 * may have changed, too.
 */
#include "pg_ext/core/owner.h"
#include "pg_ext/core/parameters.h"
#include "pg_ext/core/query.h"
#include "pg_ext/core/rooms.h"
#include "pg_ext/ops/ops.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* How many plans a session keeps. */
#define MOST_PLANS 100

typedef struct kept_plan
{
	struct kept_plan *next; /* used before this one */
	MemoryContext context;
	const char *text;
	uint32 hash;
	int nparams;
	Oid *types;
	SPIPlanPtr plan;
	int uses; /* that run now */
} kept_plan;

static kept_plan *kept;

static void
drop_plan(kept_plan *plan)
{
	if (plan->plan)
		SPI_freeplan(plan->plan);
	MemoryContextDelete(plan->context);
}

/* Drops the plans that have not been used for longest. */
static void
drop_old_plans(void)
{
	kept_plan **place = &kept;
	int count = 0;

	while (*place)
	{
		kept_plan *plan = *place;

		if (++count <= MOST_PLANS || plan->uses > 0)
		{
			place = &plan->next;
			continue;
		}
		*place = plan->next;
		drop_plan(plan);
	}
}

/* Takes the plan of a text out of the list; NULL if there is none, or if it is
 * running. */
static kept_plan *
take_plan(const char *text, uint32 hash)
{
	for (kept_plan **place = &kept; *place; place = &(*place)->next)
	{
		kept_plan *plan = *place;

		if (plan->hash == hash && plan->uses == 0 &&
			strcmp(plan->text, text) == 0)
		{
			*place = plan->next;
			return plan;
		}
	}
	return NULL;
}

static void
set_up_parser(ParseState *state, void *arg)
{
	kept_plan *plan = arg;

	dbcpg_set_up_parameters(state, &plan->types, &plan->nparams);
}

static kept_plan *
make_plan(dbcpg_host *host, const char *text, uint32 hash, int nvalues,
		  bool is_own, Oid *role)
{
	MemoryContext context =
		AllocSetContextCreate(host->call, "dbcare plan", ALLOCSET_SMALL_SIZES);
	kept_plan *plan = MemoryContextAllocZero(context, sizeof(*plan));
	int level = NewGUCNestLevel();

	plan->context = context;
	plan->text = MemoryContextStrdup(context, text);
	plan->hash = hash;
	plan->nparams = nvalues;
	plan->types =
		MemoryContextAllocZero(context, ((Size) nvalues + 1) * sizeof(Oid));
	if (is_own)
		dbcpg_set_own_path();
	plan->plan =
		dbcpg_prepare_params_for_caller(text, set_up_parser, plan, role);
	AtEOXact_GUC(false, level);
	if (plan->nparams != nvalues)
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_PARAMETER),
				errmsg("there is no parameter $%d", plan->nparams));
	SPI_keepplan(plan->plan);
	MemoryContextSetParent(context, TopMemoryContext);
	return plan;
}

/* The plan of a statement, at the head of the list. */
static kept_plan *
find_plan(dbcpg_host *host, const char *text, int nvalues, bool is_own,
		  Oid *role, bool *reused)
{
	uint32 hash = string_hash(text, SIZE_MAX);
	kept_plan *plan = take_plan(text, hash);

	*reused = plan && plan->nparams == nvalues &&
			  dbcpg_find_role_of_plan(plan->plan, role);
	if (plan && !*reused)
		drop_plan(plan);
	if (!*reused)
		plan = make_plan(host, text, hash, nvalues, is_own, role);
	plan->next = kept;
	kept = plan;
	drop_old_plans();
	return plan;
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
make_parameters(const kept_plan *plan, const dbc_ops_value *values)
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
run_plan(dbcpg_host *host, const kept_plan *plan, bool is_own, Oid role,
		 const dbc_ops_value *values, const dbc_ops_receiver *receiver)
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

static const dbc_rows *
run(dbc_host *base, const dbc_ops_table *table, const char *sql, bool is_own,
	const dbc_ops_value *values, int nvalues, const dbc_ops_receiver *receiver,
	bool *reused)
{
	dbcpg_host *host = dbcpg_of(base);
	int level = NewGUCNestLevel();
	const dbc_rows *volatile rows = NULL;
	kept_plan *volatile plan;
	bool found;
	Oid role;

	(void) table;
	dbcpg_unpin_parameters(host);
	plan =
		find_plan(host, dbcpg_from_core(sql), nvalues, is_own, &role, &found);
	plan->uses++;
	PG_TRY();
	{
		rows = run_plan(host, plan, is_own, role, values, receiver);
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
	.search = dbcpg_ops_search,
	.run = run,
	.limit_waits = limit_waits,
};
