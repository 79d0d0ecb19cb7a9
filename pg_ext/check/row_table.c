/*
 * row_table.c
 *	  What inspections of rows of one table share during a call.
 *
 * Reading the constraints and planning their queries takes longer than a row.
 * Both are valid until the session learns of any change.
 */
#include "pg_ext/check/row.h"
#include "pg_ext/core/change.h"
#include "pg_ext/core/owner.h"

/* The plan of a query. */
typedef struct dbcpg_check_row_plan
{
	struct dbcpg_check_row_plan *next;
	const char *text;
	SPIPlanPtr plan;
} dbcpg_check_row_plan;

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

static SPIPlanPtr
find_plan(dbcpg_check_row_inspection *in, const char *text, int n, Oid *types)
{
	dbcpg_check_row_plan *known = in->shared->plans;
	SPIPlanPtr plan;

	while (known && strcmp(known->text, text) != 0)
		known = known->next;
	if (known)
		return known->plan;
	plan = SPI_prepare_cursor(text, n, types, CURSOR_OPT_GENERIC_PLAN);
	if (!plan)
		dbcpg_require_spi_success(SPI_result);
	known = dbc_alloc(&in->host->base, sizeof(*known));
	*known = (dbcpg_check_row_plan){
		.next = in->shared->plans,
		.text = dbc_copy(&in->host->base, text, strlen(text)),
		.plan = plan};
	in->shared->plans = known;
	return plan;
}

void
dbcpg_check_run_shared(dbcpg_check_row_inspection *in, Oid table,
					   const char *text, int n, Oid *types, Datum *values,
					   const char *nulls, long limit)
{
	SPIPlanPtr plan = find_plan(in, text, n, types);

	if (OidIsValid(table))
		dbcpg_require_plan_of(plan, table);
	dbcpg_require_spi_success(
		SPI_execute_plan(plan, values, nulls, true, limit));
}
