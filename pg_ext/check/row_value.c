/*
 * row_value.c
 *	  Testing whether a table would accept a row: its values.
 *
 * Values are converted as by jsonb_populate_record().
 */
#include "pg_ext/check/row.h"
#include "pg_ext/core/owner.h"

#include "access/sysattr.h"
#include "catalog/pg_type.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteHandler.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"

/* A column whose value is computed in a guard. */
typedef struct value_call
{
	dbcpg_check_row_inspection *in;
	Form_pg_attribute column;
	Node *expression; /* of a default or a generated column, or NULL */
	Datum json;		  /* the object that has the value, if expression is NULL */
} value_call;

const char *
dbcpg_check_column_name(dbcpg_check_row_inspection *in, Relation table,
						AttrNumber column)
{
	return dbcpg_to_core(
		in->host,
		NameStr(TupleDescAttr(RelationGetDescr(table), column - 1)->attname));
}

dbc_check_row_violation *
dbcpg_check_add_violation(dbcpg_check_row_inspection *in,
						  dbc_check_row_violation_kind kind)
{
	in->violations =
		dbc_grow(&in->host->base, in->violations, (size_t) in->nviolations,
				 sizeof(*in->violations));
	in->violations[in->nviolations].kind = kind;
	return &in->violations[in->nviolations++];
}

/* Whether an expression over a row reads a column of unknown value. */
bool
dbcpg_check_reads_unknown(const dbcpg_check_row_level *level, Node *expression)
{
	Bitmapset *columns = NULL;
	int member = -1;

	if (bms_is_empty(level->unknown))
		return false;
	pull_varattnos(expression, 1, &columns);
	while ((member = bms_next_member(columns, member)) >= 0)
	{
		AttrNumber column =
			(AttrNumber) (member + FirstLowInvalidHeapAttributeNumber);

		/* 0 is the whole row */
		if (column == 0 ||
			(column > 0 && bms_is_member(column, level->unknown)))
			return true;
	}
	return false;
}

/* Evaluates an expression over a row; may fail. */
Datum
dbcpg_check_evaluate(dbcpg_check_row_inspection *in,
					 const dbcpg_check_row_level *level, Node *expression,
					 bool *isnull)
{
	ExprContext *context = GetPerTupleExprContext(in->executor);
	ExprState *state;
	List *owners = NIL;

	expression = dbcpg_expand_virtual(expression, level->table);
	dbcpg_add_query_owners(&owners, expression);
	dbcpg_require_trust(GetUserId(), owners);
	state = ExecPrepareExpr((Expr *) expression, in->executor);
	context->ecxt_scantuple = level->row;
	return ExecEvalExpr(state, context, isnull);
}

/* Stores a value in the row; expressions may read the row before it is
 * complete. */
static void
put_value(dbcpg_check_row_inspection *in, Form_pg_attribute column, Datum value,
		  bool isnull)
{
	TupleTableSlot *row = in->levels->row;
	int place = column->attnum - 1;

	row->tts_isnull[place] = isnull;
	if (!isnull)
		row->tts_values[place] =
			datumCopy(value, column->attbyval, column->attlen);
}

/* Converts the member of a column to the type of the column; a missing one is
 * null, which a domain may reject.  May fail. */
static void
read_member(dbc_host *base, void *arg)
{
	const value_call *call = arg;
	Form_pg_attribute column = call->column;
	/* a kept plan has the type with this OID, also when another one has got its
	 * name */
	char *query = psprintf(
		"select r.%1$s from pg_catalog.jsonb_to_record($1) as r(%1$s %2$s) "
		"-- type %3$u",
		quote_identifier(NameStr(column->attname)),
		format_type_with_typemod(column->atttypid, column->atttypmod),
		column->atttypid);
	Oid type = JSONBOID;
	Datum json = call->json;
	Datum value;
	bool isnull;

	(void) base;
	dbcpg_check_run_shared(call->in, InvalidOid, query, 1, &type, &json, NULL,
						   1);
	value =
		SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	put_value(call->in, column, value, isnull);
	SPI_freetuptable(SPI_tuptable);
}

static void
compute(dbc_host *base, void *arg)
{
	const value_call *call = arg;
	bool isnull;
	Datum value = dbcpg_check_evaluate(call->in, call->in->levels,
									   call->expression, &isnull);

	(void) base;
	put_value(call->in, call->column, value, isnull);
}

/* Computes the value of a column; a failure is a violation. */
static void
fill(value_call *call)
{
	dbcpg_check_row_inspection *in = call->in;
	MemoryContext context = CurrentMemoryContext;
	dbc_error error;
	dbc_check_row_violation *violation;

	if (dbc_guard(&in->host->base, call->expression ? compute : read_member,
				  call, DBC_KEEP, true, &error))
		return;
	MemoryContextSwitchTo(context);
	violation = dbcpg_check_add_violation(in, DBC_VIOLATION_VALUE);
	violation->column =
		dbcpg_check_column_name(in, in->levels->table, call->column->attnum);
	violation->text = error.message;
	if (in->host->failure->constraint_name)
		violation->constraint =
			dbcpg_to_core(in->host, in->host->failure->constraint_name);
	in->levels->unknown =
		bms_add_member(in->levels->unknown, call->column->attnum);
}

static Node *
generation_of(Relation table, AttrNumber column)
{
	const TupleConstr *constraints = RelationGetDescr(table)->constr;

	for (int i = 0; i < constraints->num_defval; i++)
		if (constraints->defval[i].adnum == column)
			return stringToNode(constraints->defval[i].adbin);
	elog(ERROR, "column %d of relation %u has no expression", column,
		 RelationGetRelid(table));
	return NULL;
}

/* Stores the given value or the default of a column that is not generated. */
static void
take_value(dbcpg_check_row_inspection *in, Form_pg_attribute column, bool given)
{
	dbcpg_check_row_level *level = in->levels;
	value_call call = {
		.in = in, .column = column, .json = given ? in->given : in->none};

	if (given && column->attidentity == ATTRIBUTE_IDENTITY_ALWAYS)
		dbcpg_check_add_violation(in, DBC_VIOLATION_IDENTITY)->column =
			dbcpg_check_column_name(in, level->table, column->attnum);
	if (!given || column->attidentity == ATTRIBUTE_IDENTITY_ALWAYS)
		call.expression = build_column_default(level->table, column->attnum);
	if (call.expression && contain_volatile_functions(call.expression))
		level->unknown = bms_add_member(level->unknown, column->attnum);
	else
		fill(&call);
}

/* Computes a generated column from the other columns, which must be
 * complete. */
static void
generate(dbcpg_check_row_inspection *in, Form_pg_attribute column, bool given)
{
	dbcpg_check_row_level *level = in->levels;
	value_call call = {.in = in, .column = column};

	if (given)
		dbcpg_check_add_violation(in, DBC_VIOLATION_GENERATED)->column =
			dbcpg_check_column_name(in, level->table, column->attnum);
	call.expression = generation_of(level->table, column->attnum);
	if (dbcpg_check_reads_unknown(level, call.expression))
		level->unknown = bms_add_member(level->unknown, column->attnum);
	else
		fill(&call);
}

/* The columns with given values; unknown column names are violations. */
static Bitmapset *
given_columns(dbcpg_check_row_inspection *in)
{
	Oid type = JSONBOID;
	Bitmapset *given = NULL;
	SPITupleTable *keys;

	dbcpg_check_run_shared(in, InvalidOid,
						   "select k from pg_catalog.jsonb_object_keys($1) "
						   "as k order by k collate pg_catalog.\"C\"",
						   1, &type, &in->given, NULL, 0);
	keys = SPI_tuptable;
	for (uint64 i = 0; i < keys->numvals; i++)
	{
		const char *name = SPI_getvalue(keys->vals[i], keys->tupdesc, 1);
		AttrNumber column =
			get_attnum(RelationGetRelid(in->levels->table), name);

		if (column > 0)
			given = bms_add_member(given, column);
		else
			dbcpg_check_add_violation(in, DBC_VIOLATION_COLUMN)->column =
				dbcpg_to_core(in->host, name);
	}
	SPI_freetuptable(keys);
	return given;
}

/* Converts JSON to jsonb; frees the memory that the conversion takes, a
 * multiple of the text. */
static Datum
make_jsonb(dbcpg_check_row_inspection *in, const char *json)
{
	MemoryContext context = MemoryContextSwitchTo(in->host->scratch);
	Datum made =
		DirectFunctionCall1(jsonb_in, CStringGetDatum(dbcpg_from_core(json)));

	MemoryContextSwitchTo(context);
	made = datumCopy(made, false, -1);
	MemoryContextReset(in->host->scratch);
	return made;
}

void
dbcpg_check_fill_row(dbcpg_check_row_inspection *in)
{
	TupleDesc columns = RelationGetDescr(in->levels->table);
	Bitmapset *given;

	in->given = make_jsonb(in, in->json);
	in->none = make_jsonb(in, "{}");
	given = given_columns(in);
	ExecStoreAllNullTuple(in->levels->row);
	for (int i = 0; i < columns->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(columns, i);

		if (!column->attisdropped && !column->attgenerated)
			take_value(in, column, bms_is_member(column->attnum, given));
	}
	for (int i = 0; i < columns->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(columns, i);

		if (!column->attisdropped && column->attgenerated)
			generate(in, column, bms_is_member(column->attnum, given));
	}
}
