/*
 * row_table.c
 *	  What inspections of rows of one table share: during a call what was read of
 *	  the catalog, in all calls of a session the plans of queries.
 *
 * Reading the constraints and planning their queries takes longer than a row.
 */
#include "pg_ext/check/row.h"
#include "pg_ext/core/change.h"
#include "pg_ext/core/kept_plan.h"
#include "pg_ext/core/owner.h"

#define ROOM "check"

dbcpg_check_row_table *
dbcpg_check_open_row_table(dbc_host *base, Oid table)
{
	uint64 changes = dbcpg_count_changes();
	dbcpg_host *host = dbcpg_of(base);
	dbcpg_check_row_table *shared = host->row_tables;

	while (shared && (shared->table != table || shared->changes != changes))
		shared = shared->next;
	if (shared)
		return shared;
	shared = dbc_alloc(base, sizeof(*shared));
	shared->table = table;
	shared->changes = changes;
	shared->constraints =
		dbc_query(base, "check/row_constraints", dbc_int(table));
	/* memory of dbcpg_scoped() is freed before the call ends */
	if (host->arena == host->call)
	{
		shared->next = host->row_tables;
		host->row_tables = shared;
	}
	return shared;
}

/* Prepares a query. */
static dbcpg_kept_plan *
make_plan(dbcpg_host *host, const char *text, int n, Oid *types)
{
	dbcpg_kept_plan *plan = dbcpg_new_kept_plan(host, ROOM, text, n, types);

	plan->plan = SPI_prepare_cursor(text, n, types, CURSOR_OPT_GENERIC_PLAN);
	if (!plan->plan)
		dbcpg_require_spi_success(SPI_result);
	dbcpg_keep_plan(plan);
	return plan;
}

/* Whether a plan is about a table; or fails.  Planning it runs code of the table's
 * owner, which may call dbcare: it must not be freed meanwhile. */
static bool
is_about(dbcpg_kept_plan *plan, Oid table, bool or_fail)
{
	volatile bool found = false;

	plan->uses++;
	PG_TRY();
	{
		if (or_fail)
			dbcpg_require_plan_of(plan->plan, table);
		found = or_fail || dbcpg_is_plan_of(plan->plan, table);
	}
	PG_FINALLY();
	{
		plan->uses--;
	}
	PG_END_TRY();
	return found;
}

/* The plan of a query; if it has the name of a table, it is about that one. */
static dbcpg_kept_plan *
find_plan(dbcpg_host *host, Oid table, const char *text, int n, Oid *types)
{
	dbcpg_kept_plan *plan = dbcpg_find_kept_plan(ROOM, text, n, types);

	if (plan && OidIsValid(table) && !is_about(plan, table, false))
	{
		dbcpg_drop_kept_plan(plan);
		plan = NULL;
	}
	if (plan)
		return plan;
	plan = make_plan(host, text, n, types);
	if (OidIsValid(table))
		is_about(plan, table, true);
	return plan;
}

void
dbcpg_check_run_shared(dbcpg_check_row_inspection *in, Oid table,
					   const char *text, int n, Oid *types, Datum *values,
					   const char *nulls, long limit)
{
	dbcpg_kept_plan *volatile plan = find_plan(in->host, table, text, n, types);
	volatile int code = 0;

	plan->uses++;
	PG_TRY();
	{
		code = SPI_execute_plan(plan->plan, values, nulls, true, limit);
	}
	PG_FINALLY();
	{
		plan->uses--;
	}
	PG_END_TRY();
	dbcpg_require_spi_success(code);
}
