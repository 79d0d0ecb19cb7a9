/*
 * compat_hooks.h
 *	  Differences between PostgreSQL versions in hooks, and in what they are
 *	  called with; see compat.h.
 */
#ifndef DBCPG_CORE_COMPAT_HOOKS_H
#define DBCPG_CORE_COMPAT_HOOKS_H

#include "pg_ext/core/compat.h"

/* The hooks of executor and utility statements. */
#if PG_VERSION_NUM >= 180000
#define DBCPG_RUN_PARAMETERS \
	QueryDesc *query, ScanDirection direction, uint64 count
#define DBCPG_RUN_ARGUMENTS query, direction, count
#else
#define DBCPG_RUN_PARAMETERS \
	QueryDesc *query, ScanDirection direction, uint64 count, bool once
#define DBCPG_RUN_ARGUMENTS query, direction, count, once
#endif
#define DBCPG_UTILITY_PARAMETERS                                  \
	PlannedStmt *statement, const char *text, bool read_only,     \
		ProcessUtilityContext context, ParamListInfo parameters,  \
		QueryEnvironment *environment, DestReceiver *destination, \
		QueryCompletion *completion
#define DBCPG_UTILITY_ARGUMENTS                                                \
	statement, text, read_only, context, parameters, environment, destination, \
		completion

/* The hook that is called when a table of a query was read; the table, and
 * whether it stands for its partitions. */
#if PG_VERSION_NUM >= 190000
#define DBCPG_TABLE_HOOK	  build_simple_rel_hook
#define DBCPG_TABLE_HOOK_TYPE build_simple_rel_hook_type
#define DBCPG_TABLE_PARAMETERS \
	PlannerInfo *root, RelOptInfo *rel, RangeTblEntry *entry
#define DBCPG_TABLE_ARGUMENTS root, rel, entry
#define DBCPG_TABLE_ID \
	(entry->rtekind == RTE_RELATION ? entry->relid : InvalidOid)
#define DBCPG_TABLE_IS_PARENT entry->inh
#else
#define DBCPG_TABLE_HOOK	  get_relation_info_hook
#define DBCPG_TABLE_HOOK_TYPE get_relation_info_hook_type
#define DBCPG_TABLE_PARAMETERS \
	PlannerInfo *root, Oid table_id, bool is_parent, RelOptInfo *rel
#define DBCPG_TABLE_ARGUMENTS root, table_id, is_parent, rel
#define DBCPG_TABLE_ID		  table_id
#define DBCPG_TABLE_IS_PARENT is_parent
#endif

/* The hook of permissions, which are separate from range table entries since
 * 16. */
#if PG_VERSION_NUM >= 160000
#define DBCPG_CHECK_PERMS_PARAMETERS List *tables, List *permissions, bool raise
#define DBCPG_CHECK_PERMS_ARGUMENTS	 tables, permissions, raise
#else
#define DBCPG_CHECK_PERMS_PARAMETERS List *tables, bool raise
#define DBCPG_CHECK_PERMS_ARGUMENTS	 tables, raise
#endif

/* Has a query measured; before and after ExecutorStart(). */
static inline void
dbcpg_ask_for_time(QueryDesc *query)
{
#if PG_VERSION_NUM >= 190000
	query->query_instr_options |= INSTRUMENT_TIMER;
#else
	(void) query;
#endif
}

static inline void
dbcpg_start_time(QueryDesc *query)
{
#if PG_VERSION_NUM >= 190000
	(void) query;
#else
	MemoryContext context;

	if (query->totaltime)
		return;
	context = MemoryContextSwitchTo(query->estate->es_query_cxt);
	query->totaltime = InstrAlloc(1, INSTRUMENT_TIMER, false);
	MemoryContextSwitchTo(context);
#endif
}

/* The milliseconds that a query took, at its end; -1: it is not measured. */
static inline double
dbcpg_measured_ms(QueryDesc *query)
{
#if PG_VERSION_NUM >= 190000
	return query->query_instr
			   ? INSTR_TIME_GET_MILLISEC(query->query_instr->total)
			   : -1;
#else
	if (!query->totaltime)
		return -1;
	InstrEndLoop(query->totaltime);
	return query->totaltime->total * 1e3;
#endif
}

#endif /* DBCPG_CORE_COMPAT_HOOKS_H */
