/*
 * step.c
 *	  Rows of a table: counting, saving, changing them.
 *
 * Conditions and assignments can call functions of the table's owner, so they
 * run with no more rights than the owner has (see core/owner_query.c), while
 * dbcare's tables belong to the caller: rows are passed between the two in
 * batches, which also limits memory.
 */
#include "pg_ext/row/step.h"
#include "pg_ext/core/cursor.h"
#include "pg_ext/core/owner.h"
#include "pg_ext/core/query.h"
#include "pg_ext/core/relation.h"
#include "pg_ext/core/rooms.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rls.h"

#include "common/core/tables.h"

/* Columns of row/shape.sql. */
enum
{
	S_OID,
	S_KEY,
	S_ROW,
	S_ORDERING,
	S_COLUMNS,
	S_KEY_RECORD,
	S_LOCATED,
	S_KEYLESS,
	S_PLACE
};

/* Fails unless the caller has all rights of the table's owner. */
static void
require_owner(const dbcpg_row_step *r)
{
	if (!has_privs_of_role(GetUserId(), dbcpg_owner_of(r->relation)))
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("must be owner of table %s", r->shown),
				errhint("Call the function as a role with the rights of its "
						"owner."));
	if (check_enable_rls(r->relation, InvalidOid, true) == RLS_ENABLED)
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("row security hides rows of %s", r->shown));
}

/* A text column of row/shape.sql in the encoding of the database. */
static const char *
shape_text(dbcpg_host *host, const dbc_rows *shape, int column)
{
	return dbcpg_from_core(dbc_get_text(&host->base, shape, 0, column));
}

/* Reads the shape of the table of a step. */
static void
open_repair(dbcpg_row_step *r, dbcpg_host *host, dbc_row_step *step)
{
	const dbc_rows *shape =
		dbc_query(&host->base, "row/shape", dbc_text(step->table->schema),
				  dbc_text(step->table->name));

	if (shape->nrows == 0)
		dbc_fail(&host->base, DBC_UNDEFINED_TABLE, NULL, NULL,
				 "table %s does not exist", step->table->shown);
	if (!dbc_is_null(&host->base, shape, 0, S_PLACE))
		dbc_fail(&host->base, DBC_UNSUPPORTED, NULL,
				 "Repair the rows with UPDATE or DELETE.", "rows of %s are %s",
				 step->table->shown,
				 dbc_get_text(&host->base, shape, 0, S_PLACE));
	*r = (dbcpg_row_step){
		.host = host,
		.step = step,
		.shown = dbcpg_from_core(step->table->shown),
		.relation = (Oid) dbc_get_int(&host->base, shape, 0, S_OID),
		.key = shape_text(host, shape, S_KEY),
		.row = shape_text(host, shape, S_ROW),
		.ordering = shape_text(host, shape, S_ORDERING),
		.columns = shape_text(host, shape, S_COLUMNS),
		.key_record = shape_text(host, shape, S_KEY_RECORD),
		.located = shape_text(host, shape, S_LOCATED),
		.keyless = dbc_get_bool(&host->base, shape, 0, S_KEYLESS),
		.call = AllocSetContextCreate(CurrentMemoryContext, "dbcare repair",
									  ALLOCSET_DEFAULT_SIZES)};
	r->batch =
		AllocSetContextCreate(r->call, "dbcare batch", ALLOCSET_DEFAULT_SIZES);
	if (step->table_id == 0)
		step->table_id =
			step->table->id != 0 ? step->table->id : (int64_t) r->relation;
	dbcpg_require_name(step->table, (Oid) step->table_id);
	require_owner(r);
}

/* A statement that a function writes, in memory of the call: conditions can
 * have the keys of many rows. */
static char *
build(const dbcpg_row_step *r, char *(*write)(const dbcpg_row_step *) )
{
	MemoryContext context = MemoryContextSwitchTo(r->call);
	char *text = write(r);

	MemoryContextSwitchTo(context);
	return text;
}

/* ---- counting and saving ---- */

static char *
condition_of(const dbc_row_step *step)
{
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < step->ncauses; i++)
		appendStringInfo(&text, "%s(%s)", i > 0 ? " or " : "(",
						 dbcpg_from_core(step->causes[i].condition));
	appendStringInfoChar(&text, ')');
	if (step->except)
		appendStringInfo(&text, " and (%s) is not true",
						 dbcpg_from_core(step->except));
	return text.data;
}

/* An expression for the number, from 1, of the first cause that applies to a
 * row. */
static char *
cause_of(const dbc_row_step *step)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfoString(&text, "case");
	for (int i = 0; i < step->ncauses - 1; i++)
		appendStringInfo(&text, " when (%s) then %d",
						 dbcpg_from_core(step->causes[i].condition), i + 1);
	/* a CASE without WHEN is a syntax error */
	appendStringInfo(&text, " when true then %d end", step->ncauses);
	return text.data;
}

/* Opens a query over the rows of a step; sets the role to fetch them as. */
static Portal
open_rows(dbcpg_row_step *r, const char *text, Oid *role)
{
	SPIPlanPtr plan = dbcpg_row_prepare(r, text, 0, NULL, role);
	dbcpg_row_caller was;
	Portal portal;

	dbcpg_row_begin_owner(r, *role, &was);
	portal = dbcpg_keep_cursor(
		SPI_cursor_open(dbcpg_name_cursor(), plan, NULL, NULL, false));
	dbcpg_row_end_owner(&was);
	return portal;
}

static char *
count_statement(const dbcpg_row_step *r)
{
	return psprintf("select pg_catalog.count(*) from only %s where %s",
					r->shown, condition_of(r->step));
}

static int64_t
count_rows(dbcpg_row_step *r)
{
	Oid role;
	Portal portal = open_rows(r, build(r, count_statement), &role);
	SPITupleTable *rows = dbcpg_row_next_batch(r, portal, role);
	bool isnull;
	int64_t count =
		DatumGetInt64(SPI_getbinval(rows->vals[0], rows->tupdesc, 1, &isnull));

	SPI_freetuptable(rows);
	dbcpg_close_cursor(portal);
	return count;
}

/* An array with a text of each cause. */
static Datum
cause_texts(const dbc_row_step *step, bool reasons)
{
	Datum *values = palloc(step->ncauses * sizeof(*values));

	for (int i = 0; i < step->ncauses; i++)
		values[i] = CStringGetTextDatum(dbcpg_from_core(
			reasons ? step->causes[i].reason : step->causes[i].constraint));
	return PointerGetDatum(construct_array(values, step->ncauses, TEXTOID, -1,
										   false, TYPALIGN_INT));
}

/* Saves a batch of rows; the last elements of values are the same for all
 * batches. */
static void
save_batch(dbcpg_row_step *r, SPITupleTable *rows, Datum *values)
{
	static Oid types[] = {INT8OID,		INT8OID,	  TEXTOID,
						  TEXTOID,		TEXTARRAYOID, TEXTARRAYOID,
						  TEXTARRAYOID, INT4ARRAYOID, TEXTARRAYOID,
						  TEXTARRAYOID, INT8OID};

	for (uint64 i = 0; i < 3; i++)
		values[4 + i] =
			dbcpg_row_make_column_array(r, rows, (int) i + 1, TEXTOID);
	values[7] = dbcpg_row_make_column_array(r, rows, 4, INT4OID);
	dbcpg_write_tables(r->host, "row/save_rows", lengthof(types), types,
					   values);
	for (uint64 i = 0; i < rows->numvals; i++)
	{
		bool isnull;
		int cause = DatumGetInt32(
			SPI_getbinval(rows->vals[i], rows->tupdesc, 4, &isnull));

		r->step->causes[cause - 1].rows++;
	}
}

static char *
save_statement(const dbcpg_row_step *r)
{
	const dbc_row_step *step = r->step;

	return psprintf(
		"select %s.ctid::text, (%s)::text, %s::text, %s from only %s "
		"where %s order by %s",
		quote_identifier(dbcpg_from_core(step->table->name)), r->key, r->row,
		cause_of(step), r->shown, condition_of(step), r->ordering);
}

static int64_t
save_rows(dbcpg_row_step *r)
{
	const dbc_row_step *step = r->step;
	Datum values[] = {
		Int64GetDatum(step->set_id),
		Int64GetDatum(step->number),
		CStringGetTextDatum(r->shown),
		CStringGetTextDatum(step->assignments ? "update" : "delete"),
		0,
		0,
		0,
		0,
		cause_texts(step, false),
		cause_texts(step, true),
		Int64GetDatum(dbc_know_table(&r->host->base, step->table))};
	Oid role;
	Portal portal = open_rows(r, build(r, save_statement), &role);
	SPITupleTable *rows;
	int64_t count = 0;

	while ((rows = dbcpg_row_next_batch(r, portal, role)) != NULL)
	{
		save_batch(r, rows, values);
		count += (int64_t) rows->numvals;
		SPI_freetuptable(rows);
		dbc_poll(&r->host->base);
	}
	return count;
}

/* ---- changing ---- */

/* The statement that deletes or changes the rows with the locations $1 and the
 * numbers $2. */
static char *
change_statement(const dbcpg_row_step *r)
{
	const dbc_row_step *step = r->step;
	const char *name = quote_identifier(dbcpg_from_core(step->table->name));

	if (!step->assignments)
		return psprintf("delete from only %s where %s.ctid = any ($1) "
						"and $2 is not null",
						r->shown, name);
	return psprintf("update only %s set %s\n"
					"from rows from (pg_catalog.unnest($1), "
					"pg_catalog.unnest($2)) as \"dbcare saved\" "
					"(\"dbcare place\", \"dbcare id\") "
					"where %s.ctid = \"dbcare saved\".\"dbcare place\" "
					"returning \"dbcare saved\".\"dbcare id\", %s.ctid::text, "
					"%s::text",
					r->shown, dbcpg_from_core(step->assignments), name, name,
					r->row);
}

static void
note_left(dbcpg_row_step *r, dbcpg_row_changed *left)
{
	static Oid types[] = {INT8ARRAYOID, TEXTARRAYOID, TEXTARRAYOID};
	Datum values[] = {
		dbcpg_row_make_array(r, left->ids, NULL, left->count, INT8OID),
		dbcpg_row_make_array(r, left->texts[0], NULL, left->count, TEXTOID),
		dbcpg_row_make_array(r, left->texts[1], NULL, left->count, TEXTOID)};

	dbcpg_write_tables(r->host, "row/left_rows", 3, types, values);
}

/* Deletes or changes the rows that a step has saved; returns their number. */
static int64_t
change_rows(dbcpg_row_step *r)
{
	Oid types[] = {get_array_type(TIDOID), INT8ARRAYOID};
	dbcpg_row_change change =
		dbcpg_row_prepare_change(r, change_statement(r), types, 2);
	Portal portal = dbcpg_row_open_saved_rows(
		r, dbcpg_embedded_text(r->host, "row/saved_rows"));
	SPITupleTable *rows;
	dbcpg_row_changed left;
	int64_t count = 0;

	while ((rows = dbcpg_row_next_batch(r, portal, InvalidOid)) != NULL)
	{
		Datum values[] = {dbcpg_row_make_column_array(r, rows, 2, TIDOID),
						  dbcpg_row_make_column_array(r, rows, 1, INT8OID)};

		if (dbcpg_row_run_change(r, &change, values, &left) != rows->numvals)
			dbcpg_row_refuse_change(r);
		if (left.count > 0)
			note_left(r, &left);
		count += (int64_t) rows->numvals;
		SPI_freetuptable(rows);
		dbc_poll(&r->host->base);
	}
	return count;
}

/* Frees what a call has used: a repair calls often. */
static void
close_repair(dbcpg_row_step *r)
{
	if (r->plan)
		SPI_freeplan(r->plan);
	MemoryContextDelete(r->call);
}

/* Performs an action on rows of one table; see row/host.h. */
static int64_t
run(dbc_host *base, dbc_row_action act, dbc_row_step *step)
{
	dbcpg_row_step r;
	int64_t count;

	open_repair(&r, dbcpg_of(base), step);
	if (act == DBC_ACT_COUNT)
		count = count_rows(&r);
	else if (act == DBC_ACT_SAVE)
		count = save_rows(&r);
	else if (act == DBC_ACT_CHANGE)
		count = change_rows(&r);
	else
	{
		count = dbcpg_row_restore(&r, false);
		if (step->fires)
			dbcpg_row_prove_again(&r);
	}
	close_repair(&r);
	return count;
}

/* Fails unless triggers of the table may run as the role of those before, which
 * the first one sets. */
static void
require_role(const dbcpg_row_step *r, Oid *role)
{
	Oid wanted = dbcpg_role_for_table(r->relation, DBCPG_WRITES);

	if (OidIsValid(*role) && *role != wanted)
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("triggers of %s cannot fire together with those of "
					   "other tables",
					   r->shown),
				errdetail("They run as role \"%s\", the others as role "
						  "\"%s\".",
						  GetUserNameFromId(wanted, false),
						  GetUserNameFromId(*role, false)),
				errhint("Leave out {\"triggers\": \"fire\"}."));
	*role = wanted;
}

/* Restores the rows of several steps and fires triggers; they fire when all
 * rows are back. */
static int64_t
restore_firing(dbc_host *base, dbc_row_step *steps, int nsteps)
{
	dbcpg_row_step *opened = palloc((Size) nsteps * sizeof(*opened));
	int64_t count = 0;
	Oid role = InvalidOid;

	dbcpg_row_begin_tests();
	for (int i = 0; i < nsteps; i++)
	{
		open_repair(&opened[i], dbcpg_of(base), &steps[i]);
		require_role(&opened[i], &role);
		count += dbcpg_row_restore(&opened[i], true);
	}
	dbcpg_row_run_triggers(&opened[nsteps - 1], role);
	for (int i = 0; i < nsteps; i++)
	{
		dbcpg_row_prove_again(&opened[i]);
		close_repair(&opened[i]);
	}
	return count;
}

/* Restores the rows of several steps; see row/host.h. */
static int64_t
restore(dbc_host *base, dbc_row_step *steps, int nsteps)
{
	int64_t count = 0;

	if (nsteps > 0 && steps[0].fires)
		return restore_firing(base, steps, nsteps);
	dbcpg_row_begin_tests();
	for (int i = 0; i < nsteps; i++)
	{
		dbcpg_row_step r;

		open_repair(&r, dbcpg_of(base), &steps[i]);
		count += dbcpg_row_restore(&r, true);
		close_repair(&r);
	}
	dbcpg_row_end_tests();
	return count;
}

const dbc_row_host dbcpg_row_host = {.run = run, .restore = restore};
