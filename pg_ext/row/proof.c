/*
 * proof.c
 *	  Whether restored rows are as they were.
 *
 * They are read back, and compared with what was saved; where triggers fire,
 * once more when all have run.
 */
#include "pg_ext/row/step.h"
#include "pg_ext/core/owner.h"
#include "pg_ext/core/query.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/plancache.h"

/* Columns of the proof. */
enum
{
	P_SAME = 1,
	P_OTHER,
	P_COLUMN,
	P_VIOLATIONS
};

Datum
dbcpg_row_make_places(dbcpg_row_step *r, ItemPointerData *places, int count)
{
	Datum tids[DBCPG_BATCH];

	for (int i = 0; i < count; i++)
		tids[i] = PointerGetDatum(&places[i]);
	return dbcpg_row_make_array(r, tids, NULL, count, TIDOID);
}

/* The statement that compares the rows with the ctids $1 with the saved rows
 * $2. */
static char *
proof_statement(const dbcpg_row_step *r)
{
	const char *demands = r->step->demands;

	/* the text of a row, which may be large, is made once; columns may have been
	 * added */
	return psprintf(
		"select pg_catalog.count(*) filter (where \"dbcare proof\".\"dbcare "
		"same\"), "
		"pg_catalog.min(pg_catalog.left(\"dbcare saved\".\"dbcare row\", 200)) "
		"filter (where not \"dbcare proof\".\"dbcare same\"), "
		"pg_catalog.min((select pg_catalog.min(\"dbcare member\".key) from "
		"pg_catalog.jsonb_each_text(\"dbcare saved\".\"dbcare row\""
		"::pg_catalog.jsonb) as \"dbcare member\" where "
		"\"dbcare member\".value is distinct from "
		"pg_catalog.jsonb_extract_path_text((%1$s)::pg_catalog.jsonb, "
		"\"dbcare member\".key))) "
		"filter (where not \"dbcare proof\".\"dbcare same\"), "
		"pg_catalog.count(*) filter (where (%2$s) is false) "
		"from only %3$s "
		"join rows from (pg_catalog.unnest($1), pg_catalog.unnest($2)) "
		"as \"dbcare saved\" (\"dbcare place\", \"dbcare row\") "
		"on %4$s.ctid = \"dbcare saved\".\"dbcare place\" "
		"cross join lateral (select case "
		"when %1$s::text = \"dbcare saved\".\"dbcare row\" then true "
		"else pg_catalog.jsonb_contains((%1$s)::pg_catalog.jsonb, "
		"\"dbcare saved\".\"dbcare row\"::pg_catalog.jsonb) end offset 0) "
		"as \"dbcare proof\" (\"dbcare same\")",
		r->row, demands ? dbcpg_from_core(demands) : "true", r->shown,
		quote_identifier(dbcpg_from_core(r->step->table->name)));
}

/* Plans the proof so that it finds rows by their ctids: the plan is kept while
 * rows are inserted, and for few rows PostgreSQL would read the whole table.
 * The parameters apply to planning alone, which runs no function of a user that
 * could keep plans made under them. */
static void
find_by_place(dbcpg_row_step *r, SPIPlanPtr plan, Oid role)
{
	static const char *const others[] = {"enable_seqscan", "enable_hashjoin",
										 "enable_mergejoin"};
	CachedPlanSource *source = linitial(SPI_plan_get_plan_sources(plan));
	dbcpg_row_caller was;

	dbcpg_row_begin_owner(r, role, &was);
	for (int i = 0; i < (int) lengthof(others); i++)
		(void) set_config_option(others[i], "off", PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true, 0, false);
	source->cursor_options |= CURSOR_OPT_GENERIC_PLAN;
	ReleaseCachedPlan(SPI_plan_get_cached_plan(plan), NULL);
	dbcpg_row_end_owner(&was);
}

SPIPlanPtr
dbcpg_row_prepare_proof(dbcpg_row_step *r, Oid *role)
{
	Oid types[] = {get_array_type(TIDOID), TEXTARRAYOID};
	SPIPlanPtr plan = dbcpg_row_prepare(r, proof_statement(r), 2, types, role);

	find_by_place(r, plan, *role);
	return plan;
}

/* Runs the proof of a batch of rows. */
static SPITupleTable *
run_proof(dbcpg_row_step *r, SPIPlanPtr proof, Oid role, SPITupleTable *rows,
		  ItemPointerData *places)
{
	Datum values[] = {dbcpg_row_make_places(r, places, (int) rows->numvals),
					  dbcpg_row_make_column_array(r, rows, 2, TEXTOID)};
	dbcpg_row_caller was;

	dbcpg_row_begin_owner(r, role, &was);
	dbcpg_require_spi_success(SPI_execute_plan(proof, values, NULL, false, 0));
	dbcpg_row_end_owner(&was);
	return SPI_tuptable;
}

static uint64
count_of(SPITupleTable *found, int column)
{
	bool isnull;

	return (uint64) DatumGetInt64(
		SPI_getbinval(found->vals[0], found->tupdesc, column, &isnull));
}

/* Keeps the ctids of a batch of rows. */
static void
keep_places(dbcpg_row_step *r, const ItemPointerData *places, uint64 count)
{
	Size size = (r->nplaces + count) * sizeof(*places);

	if (!r->places)
		r->places = MemoryContextAllocHuge(r->call, size);
	else
		r->places = repalloc_huge(r->places, size);
	memcpy(r->places + r->nplaces, places, count * sizeof(*places));
	r->nplaces += count;
}

void
dbcpg_row_prove(dbcpg_row_step *r, SPIPlanPtr proof, Oid role,
				SPITupleTable *rows, ItemPointerData *places)
{
	SPITupleTable *found = run_proof(r, proof, role, rows, places);
	char *other = SPI_getvalue(found->vals[0], found->tupdesc, P_OTHER);
	char *column = SPI_getvalue(found->vals[0], found->tupdesc, P_COLUMN);

	if (count_of(found, P_SAME) != rows->numvals)
		ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				column
					? errmsg("rows of %s would not be restored as they were: "
							 "column %s would have another value",
							 r->shown, quote_identifier(column))
					: errmsg("rows of %s would not be restored as they were",
							 r->shown),
				other ? errdetail("One of the rows was %s.", other) : 0);
	if (count_of(found, P_VIOLATIONS) > 0)
		ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("rows of %s violate constraints or bounds added since "
					   "then",
					   r->shown),
				errdetail("The table now requires %s.",
						  dbcpg_from_core(r->step->demands)));
	SPI_freetuptable(found);
	if (r->step->fires)
		keep_places(r, places, rows->numvals);
}

void
dbcpg_row_prove_again(dbcpg_row_step *r)
{
	Oid role;
	SPIPlanPtr proof = dbcpg_row_prepare_proof(r, &role);
	Portal portal = dbcpg_row_open_saved_rows(
		r, "select q.quarantine_id, q.row_data from dbcare.quarantine as q "
		   "where q.repair_id = $1 and q.step = $2 order by q.quarantine_id");
	SPITupleTable *rows;
	uint64 at = 0;

	while ((rows = dbcpg_row_next_batch(r, portal, InvalidOid)) != NULL)
	{
		SPITupleTable *found = run_proof(r, proof, role, rows, r->places + at);

		if (count_of(found, P_SAME) != rows->numvals)
			ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					errmsg("triggers change rows of %s again", r->shown),
					errhint("Leave out {\"triggers\": \"fire\"}."));
		at += rows->numvals;
		SPI_freetuptable(found);
		SPI_freetuptable(rows);
		dbc_poll(&r->host->base);
	}
}
