/*
 * owner_plan.c
 *	  Running dbcare's statements over tables of users.
 *
 * The names of a statement are those of the search_path that is set, while what
 * the statement runs, such as triggers and functions of defaults, expects that
 * of the caller.  A plan is analyzed again when search_path has changed since:
 * so it changes after a portal has taken the plan, and before it runs.
 */
#include "pg_ext/core/owner.h"
#include "pg_ext/core/parameters.h"

#include "access/xact.h"
#include "catalog/pg_class.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/plancache.h"

#include "common/core/rights.h"

void
dbcpg_require_spi_success(int code)
{
	if (code == SPI_ERROR_COPY)
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("COPY FROM STDIN and COPY TO STDOUT need a client"),
				errhint("Use INSERT, or COPY from a file on the server."));
	if (code == SPI_ERROR_TRANSACTION)
		ereport(ERROR, errcode(ERRCODE_INVALID_TRANSACTION_TERMINATION),
				errmsg("transaction statements cannot run inside a function"));
	if (code < 0)
		elog(ERROR, "SPI failed: %s", SPI_result_code_string(code));
}

bool
dbcpg_is_stale(SPIPlanPtr plan)
{
	const CachedPlanSource *source = linitial(SPI_plan_get_plan_sources(plan));

	return !source->is_valid;
}

/* Whether all relations of a plan are tables: views have code. */
static bool
has_only_tables(const CachedPlanSource *source)
{
	ListCell *cell;

	foreach (cell, source->relationOids)
	{
		char kind = get_rel_relkind(lfirst_oid(cell));

		if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE)
			return false;
	}
	return true;
}

static bool
is_plan_of(const CachedPlanSource *source, Oid relation)
{
	return source->is_valid &&
		   list_member_oid(source->relationOids, relation) &&
		   has_only_tables(source);
}

void
dbcpg_require_plan_of(SPIPlanPtr plan, Oid relation)
{
	if (!is_plan_of(linitial(SPI_plan_get_plan_sources(plan)), relation))
		ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg(DBC_ANOTHER_TABLE,
					   quote_qualified_identifier(
						   get_namespace_name(get_rel_namespace(relation)),
						   get_rel_name(relation))));
}

bool
dbcpg_is_plan_of(SPIPlanPtr plan, Oid relation)
{
	CachedPlanSource *source = linitial(SPI_plan_get_plan_sources(plan));

	/* analyzes and plans what has to be, and takes all locks: when it runs, no
	 * change is learnt of before */
	ReleaseCachedPlan(GetCachedPlan(source, NULL, NULL, NULL), NULL);
	return is_plan_of(source, relation);
}

/* A portal for a plan that returns no rows, which SPI has no cursor for. */
static Portal
open_portal(SPIPlanPtr plan, ParamListInfo params)
{
	CachedPlanSource *source = linitial(SPI_plan_get_plan_sources(plan));
	CachedPlan *cached = GetCachedPlan(source, params, NULL, NULL);
	Portal portal = CreateNewPortal();
	MemoryContext context = MemoryContextSwitchTo(portal->portalContext);
	List *statements = copyObjectImpl(cached->stmt_list);
	const char *text = pstrdup(source->query_string);

	MemoryContextSwitchTo(context);
	ReleaseCachedPlan(cached, NULL);
	portal->visible = false;
	PortalDefineQuery(portal, NULL, text, source->commandTag, statements, NULL);
	CommandCounterIncrement();
	PortalStart(portal, params, 0, InvalidSnapshot);
	return portal;
}

int
dbcpg_execute_planned(const dbcpg_host *host, SPIPlanPtr plan,
					  ParamListInfo params, bool read_only)
{
	bool returns = SPI_is_cursor_plan(plan);
	Portal portal;
	int level;

	/* SPI refuses one that returns nothing */
	if (dbcpg_has_callers_path(host) || (read_only && !returns))
		return SPI_execute_plan_with_paramlist(plan, params, read_only, 0);
	portal = returns
				 ? SPI_cursor_open_with_paramlist(NULL, plan, params, read_only)
				 : open_portal(plan, params);
	level = NewGUCNestLevel();
	dbcpg_set_callers_path(host);
	if (returns)
		SPI_cursor_fetch(portal, true, FETCH_ALL);
	else
	{
		SPI_processed = dbcpg_run_portal(portal, false);
		SPI_tuptable = NULL;
		CommandCounterIncrement();
	}
	AtEOXact_GUC(false, level);
	PortalDrop(portal, false);
	return SPI_OK_UTILITY;
}

int
dbcpg_execute_own(const dbcpg_host *host, const char *text, bool read_only)
{
	RawStmt *tree = linitial_node(RawStmt, dbcpg_raw_parser(text));
	SPIPlanPtr plan;
	int code;

	if (!IsA(tree->stmt, SelectStmt) && !IsA(tree->stmt, InsertStmt) &&
		!IsA(tree->stmt, UpdateStmt) && !IsA(tree->stmt, DeleteStmt))
		return SPI_execute(text, read_only, 0);
	plan = SPI_prepare(text, 0, NULL);
	if (!plan)
		dbcpg_require_spi_success(SPI_result);
	code = dbcpg_execute_planned(host, plan, NULL, read_only);
	SPI_freeplan(plan);
	return code;
}
