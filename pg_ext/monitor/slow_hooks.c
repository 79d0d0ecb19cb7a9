/*
 * slow_hooks.c
 *	  The hooks that time the statements of clients.
 *
 * Only statements that a client sent count, with what they run inside: depth
 * is the number of statements that are running.  A statement that fails is not
 * recorded.
 */
#include "pg_ext/core/compat_hooks.h"
#include "pg_ext/monitor/monitor.h"

#include "access/xact.h"

static ExecutorStart_hook_type next_start = NULL;
static ExecutorRun_hook_type next_run = NULL;
static ExecutorFinish_hook_type next_finish = NULL;
static ExecutorEnd_hook_type next_end = NULL;
static ProcessUtility_hook_type next_utility = NULL;

static int depth = 0;

/* The limit in microseconds; 0: this statement is not timed. */
static inline int64
slow_us(void)
{
	const dbcpg_monitor_target *target;

	if (depth > 0 || MyBackendType != B_BACKEND)
		return 0;
	target = dbcpg_monitor_own_target();
	return target ? target->slow_us : 0;
}

static void
on_start(QueryDesc *query, int flags)
{
	bool is_timed = slow_us() > 0;

	if (is_timed)
		dbcpg_ask_for_time(query);
	if (next_start)
		next_start(query, flags);
	else
		standard_ExecutorStart(query, flags);
	if (is_timed)
		dbcpg_start_time(query);
}

static void
on_run(DBCPG_RUN_PARAMETERS)
{
	depth++;
	PG_TRY();
	{
		if (next_run)
			next_run(DBCPG_RUN_ARGUMENTS);
		else
			standard_ExecutorRun(DBCPG_RUN_ARGUMENTS);
	}
	PG_FINALLY();
	{
		depth--;
	}
	PG_END_TRY();
}

static void
finish(QueryDesc *query)
{
	if (next_finish)
		next_finish(query);
	else
		standard_ExecutorFinish(query);
}

static void
on_finish(QueryDesc *query)
{
	/* a query without changes runs nothing there */
	if (query->operation == CMD_SELECT && !query->plannedstmt->hasModifyingCTE)
	{
		finish(query);
		return;
	}
	depth++;
	PG_TRY();
	{
		finish(query);
	}
	PG_FINALLY();
	{
		depth--;
	}
	PG_END_TRY();
}

static void
on_end(QueryDesc *query)
{
	int64 limit = slow_us();
	double ms = limit > 0 ? dbcpg_measured_ms(query) : -1;

	if (limit > 0 && ms * 1e3 > (double) limit)
		dbcpg_monitor_record_slow(query->sourceText,
								  query->plannedstmt->stmt_location,
								  query->plannedstmt->stmt_len, ms,
								  (int64) query->estate->es_processed, query);
	if (next_end)
		next_end(query);
	else
		standard_ExecutorEnd(query);
}

static void
run_utility(DBCPG_UTILITY_PARAMETERS)
{
	if (next_utility)
		next_utility(DBCPG_UTILITY_ARGUMENTS);
	else
		standard_ProcessUtility(DBCPG_UTILITY_ARGUMENTS);
}

/* Utility statements, except those that only control a transaction or run a
 * statement that counts by itself. */
static void
on_utility(DBCPG_UTILITY_PARAMETERS)
{
	const Node *tree = statement->utilityStmt;
	int location = statement->stmt_location;
	int length = statement->stmt_len;
	int64 limit = slow_us();
	instr_time start;
	instr_time duration;

	if (IsA(tree, TransactionStmt) || IsA(tree, ExecuteStmt) ||
		IsA(tree, PrepareStmt))
	{
		run_utility(DBCPG_UTILITY_ARGUMENTS);
		return;
	}
	INSTR_TIME_SET_CURRENT(start);
	depth++;
	PG_TRY();
	{
		run_utility(DBCPG_UTILITY_ARGUMENTS);
	}
	PG_FINALLY();
	{
		depth--;
	}
	PG_END_TRY();
	INSTR_TIME_SET_CURRENT(duration);
	INSTR_TIME_SUBTRACT(duration, start);
	/* the statement may have been freed, see location and length */
	if (limit > 0 && INSTR_TIME_GET_DOUBLE(duration) * 1e6 > (double) limit &&
		IsTransactionState())
		dbcpg_monitor_record_slow(text, location, length,
								  INSTR_TIME_GET_DOUBLE(duration) * 1e3,
								  completion && completion->nprocessed > 0
									  ? (int64) completion->nprocessed
									  : -1,
								  NULL);
}

void
dbcpg_monitor_install_slow_hooks(void)
{
	next_start = ExecutorStart_hook;
	ExecutorStart_hook = on_start;
	next_run = ExecutorRun_hook;
	ExecutorRun_hook = on_run;
	next_finish = ExecutorFinish_hook;
	ExecutorFinish_hook = on_finish;
	next_end = ExecutorEnd_hook;
	ExecutorEnd_hook = on_end;
	next_utility = ProcessUtility_hook;
	ProcessUtility_hook = on_utility;
}
