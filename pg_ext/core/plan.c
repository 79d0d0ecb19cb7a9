/*
 * plan.c
 *	  Prepared statements of dbcare's own SQL.
 *
 * A statement is prepared once per call.  From the second call of a session on
 * that runs it, its plan is kept for later calls, since an application may call
 * row by row; the server plans it again when that is needed, as it does for
 * PL/pgSQL.  What was used last is kept.
 */
#include "pg_ext/core/owner.h"
#include "pg_ext/core/parameters.h"
#include "pg_ext/core/plan.h"
#include "pg_ext/core/rooms.h"

#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "nodes/bitmapset.h"
#include "nodes/makefuncs.h"
#include "parser/parse_node.h"
#include "utils/memutils.h"
#include "utils/plancache.h"

/* The most memory of plans that are kept: those of a call for one row need some
 * hundred kB, those of a report several MB. */
#define MOST_BYTES ((Size) 8 << 20)

/* A prepared statement: its text and the types of its arguments. */
typedef struct dbcpg_plan
{
	struct dbcpg_plan *next;
	MemoryContext context;
	const dbc_sql *sql;
	int nargs;
	dbc_value_kind *kinds;
	SPIPlanPtr plan;
} dbcpg_plan;

/* Whether the process repeats calls: then all plans are kept. */
static bool keeps_all = false;

/* Plans that are kept, the one that was used last first, and the statements
 * that were prepared at least once. */
static dbcpg_plan *kept;
static Bitmapset *prepared_before;

/* Calls in progress, one within the other, and whether one kept a plan. */
static int calls = 0;
static bool kept_more = false;

void
dbcpg_keep_plans(void)
{
	keeps_all = true;
}

/* The type that a value is bound as. */
Oid
dbcpg_type_of_kind(dbc_value_kind kind)
{
	switch (kind)
	{
		case DBC_BOOL:
			return BOOLOID;
		case DBC_INT:
			return INT8OID;
		case DBC_REAL:
			return FLOAT8OID;
		default:
			return TEXTOID;
	}
}

/* How many parameters of a statement are numbers of new rows. */
int
dbcpg_count_numbers(const dbc_sql *sql)
{
	int count = 0;

	for (const char *at = sql->numbers; at && *at; at++)
		count += at == sql->numbers || at[-1] == ' ';
	return count;
}

/* The node for $n in a parse tree.  A null has no type, so it becomes the
 * literal NULL, whose type follows from the context. */
static Node *
parameter_node(ParseState *state, ParamRef *reference)
{
	const dbcpg_plan *plan = state->p_ref_hook_state;
	Param *param;
	dbc_value_kind kind;

	if (reference->number < 1 ||
		reference->number > plan->nargs + dbcpg_count_numbers(plan->sql))
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_PARAMETER),
				errmsg("there is no parameter $%d", reference->number),
				parser_errposition(state, reference->location));
	kind = reference->number > plan->nargs ? DBC_INT
										   : plan->kinds[reference->number - 1];
	if (kind == DBC_NULL)
		return (Node *) makeNullConst(UNKNOWNOID, -1, InvalidOid);
	param = makeNode(Param);
	param->paramkind = PARAM_EXTERN;
	param->paramid = reference->number;
	param->paramtype = dbcpg_type_of_kind(kind);
	param->paramtypmod = -1;
	param->paramcollid = kind == DBC_TEXT || kind == DBC_JSON
							 ? DEFAULT_COLLATION_OID
							 : InvalidOid;
	param->location = reference->location;
	return (Node *) param;
}

static void
set_up_parser(ParseState *state, void *plan)
{
	state->p_paramref_hook = parameter_node;
	state->p_ref_hook_state = plan;
}

/* The place of a statement among the embedded ones; -1 for a changed copy of
 * one. */
static int
place_of(const dbc_sql *sql)
{
	bool is_embedded = sql >= dbcpg_sql && sql < dbcpg_sql + dbcpg_sql_count;

	return is_embedded ? (int) (sql - dbcpg_sql) : -1;
}

/* Whether the plan of a statement is kept. */
static bool
keeps(const dbc_sql *sql)
{
	return keeps_all || (place_of(sql) >= 0 &&
						 bms_is_member(place_of(sql), prepared_before));
}

/* Prepares a statement for arguments of these kinds with a generic plan. */
static dbcpg_plan *
prepare(dbcpg_host *host, const dbc_sql *sql, const dbc_value *args, int nargs)
{
	bool keep = keeps(sql);
	MemoryContext context =
		AllocSetContextCreate(host->call, "dbcare plan", ALLOCSET_SMALL_SIZES);
	dbcpg_plan *plan = MemoryContextAllocZero(context, sizeof(*plan));

	plan->context = context;
	plan->sql = sql;
	plan->nargs = nargs;
	plan->kinds = MemoryContextAllocZero(context, ((Size) nargs + 1) *
													  sizeof(*plan->kinds));
	for (int i = 0; i < nargs; i++)
		plan->kinds[i] = args[i].kind;
	plan->plan = SPI_prepare_params(dbcpg_from_core(sql->text), set_up_parser,
									plan, CURSOR_OPT_GENERIC_PLAN);
	if (!plan->plan)
		dbcpg_require_spi_success(SPI_result);
	/* a plan that outlives its transaction must be invalidated when its tables
	 * change */
	if (keep || host->base.function->class == DBC_PROC)
		SPI_keepplan(plan->plan);
	if (keep)
		MemoryContextSetParent(context, TopMemoryContext);
	kept_more |= keep;
	plan->next = keep ? kept : host->plans;
	*(keep ? &kept : &host->plans) = plan;
	if (place_of(sql) >= 0)
	{
		context = MemoryContextSwitchTo(TopMemoryContext);
		prepared_before = bms_add_member(prepared_before, place_of(sql));
		MemoryContextSwitchTo(context);
	}
	return plan;
}

/* Takes the plan of a statement for arguments of these kinds out of a list;
 * NULL if it is not there. */
static dbcpg_plan *
take_plan(dbcpg_plan **place, const dbc_sql *sql, const dbc_value *args,
		  int nargs)
{
	for (; *place; place = &(*place)->next)
	{
		dbcpg_plan *plan = *place;
		int i = 0;

		if (plan->sql != sql || plan->nargs != nargs)
			continue;
		while (i < nargs && plan->kinds[i] == args[i].kind)
			i++;
		if (i < nargs)
			continue;
		*place = plan->next;
		return plan;
	}
	return NULL;
}

/* Puts a plan at the head of a list, which is ordered by their use. */
static dbcpg_plan *
put_plan(dbcpg_plan **list, dbcpg_plan *plan)
{
	plan->next = *list;
	return *list = plan;
}

SPIPlanPtr
dbcpg_find_plan(dbcpg_host *host, const dbc_sql *sql, const dbc_value *args,
				int nargs)
{
	dbcpg_plan **list = &host->plans;
	dbcpg_plan *plan;

	dbcpg_require_own_path();
	plan = take_plan(list, sql, args, nargs);
	if (!plan)
	{
		list = &kept;
		plan = take_plan(list, sql, args, nargs);
	}
	return plan ? put_plan(list, plan)->plan
				: prepare(host, sql, args, nargs)->plan;
}

/* ---- the end of a call ---- */

static Size
size_of(const dbcpg_plan *plan)
{
	Size size = MemoryContextMemAllocated(plan->context, true);
	ListCell *cell;

	foreach (cell, SPI_plan_get_plan_sources(plan->plan))
	{
		const CachedPlanSource *source = lfirst(cell);

		size += MemoryContextMemAllocated(source->context, true);
		if (source->gplan)
			size += MemoryContextMemAllocated(source->gplan->context, true);
	}
	return size;
}

/* Drops the plans that were used longest ago. */
static void
drop_old_plans(void)
{
	dbcpg_plan **place = &kept;
	Size size = 0;

	while (*place)
	{
		dbcpg_plan *plan = *place;

		size += size_of(plan);
		if (size <= MOST_BYTES)
		{
			place = &plan->next;
			continue;
		}
		*place = plan->next;
		SPI_freeplan(plan->plan);
		MemoryContextDelete(plan->context);
	}
}

void
dbcpg_begin_plans(void)
{
	calls++;
}

void
dbcpg_end_plans(dbcpg_host *host)
{
	if (host->base.function->class == DBC_PROC)
		for (; host->plans; host->plans = host->plans->next)
			SPI_freeplan(host->plans->plan);
	/* those of an outer call may be running */
	if (--calls > 0 || !kept_more || keeps_all)
		return;
	kept_more = false;
	drop_old_plans();
}
