/*
 * planner.c
 *	  A PostgreSQL function that plans a query with hypothetical indexes, which
 *	  dbhealth_advise() does only with indexes of its choice.
 */
#include "pg_ext/advise/hypothetical.h"

#include "access/transam.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "optimizer/plancat.h"
#include "tcop/tcopprot.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/selfuncs.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(plan_with);

/* plan_with(query, index): cost of the query and size of the index. */
PGDLLEXPORT Datum plan_with(PG_FUNCTION_ARGS);
Datum
plan_with(PG_FUNCTION_ARGS)
{
	char *query = text_to_cstring(PG_GETARG_TEXT_PP(0));
	RawStmt *tree = linitial_node(RawStmt, dbcpg_raw_parser(query));
	List *queries = dbcpg_analyze_and_rewrite(tree, query);
	dbcpg_advise_hypothetical index = {.oid = FirstGenbkiObjectId - 1};
	dbcpg_advise_planning planning = {.nindexes = 1, .indexes = &index};
	PlannedStmt *plan;
	Datum results[2];

	dbcpg_advise_define(&index, text_to_cstring(PG_GETARG_TEXT_PP(1)));
	dbcpg_advise_simplify(&index);
	plan = dbcpg_advise_plan(&planning, linitial_node(Query, queries), query);
	results[0] = Float8GetDatum(plan->planTree->total_cost);
	results[1] = Float8GetDatum(index.size_bytes);
	PG_RETURN_ARRAYTYPE_P(construct_array(results, 2, FLOAT8OID, 8,
										  FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* are_hooks_set() -> boolean: whether those of a planning are still set. */
PG_FUNCTION_INFO_V1(are_hooks_set);
PGDLLEXPORT Datum are_hooks_set(PG_FUNCTION_ARGS);
Datum
are_hooks_set(PG_FUNCTION_ARGS)
{
	(void) fcinfo;
	PG_RETURN_BOOL(get_relation_info_hook || get_index_stats_hook);
}
