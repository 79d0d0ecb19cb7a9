/*
 * row.c
 *	  Testing whether a table would accept a row.
 */
#include "sqlite_ext/check/row.h"
#include "sqlite_ext/core/rooms.h"

#include <string.h>

/* The only column that the statement in the scratch database reads, or NULL. */
static const char *
only_column(const dbcsl_check_row_inspection *in)
{
	const char *name = NULL;
	int count = 0;

	for (int i = 0; i < in->table.ncolumns; i++)
		if (in->scratch.reads[i])
		{
			name = in->table.columns[i].name;
			count++;
		}
	return count == 1 ? name : NULL;
}

/* The only column of a constraint; NULL if it has several, or an expression. */
static const char *
column_of(const dbcsl_check_row_inspection *in, const dbc_check_result *result)
{
	for (int i = 0; i < in->table.ncolumns; i++)
		if (result->columns && dbc_same(in->shown[i], result->columns))
			return in->table.columns[i].name;
	return NULL;
}

/* Reports a null in a NOT NULL column, unless SQLite replaces it by the
 * default. */
static void
inspect_null(dbcsl_check_row_inspection *in, dbc_check_row_violation violation)
{
	int place = dbcsl_find_column(&in->table, violation.column);
	bool found = false;

	if (in->unknown[place] || strstr(in->table.columns[place].definition,
									 "not null on conflict replace"))
		return;
	if (!dbcsl_scratch_run(&in->scratch,
						   dbcsl_printf(in->h,
										"select 1 from \"%w\" where \"%w\" is "
										"null",
										in->scratch.name, violation.column),
						   &found))
		violation.error = dbcsl_scratch_error(&in->scratch);
	if (found || violation.error)
		dbcsl_check_add_violation(in, violation);
}

static void
inspect_check(dbcsl_check_row_inspection *in, dbc_check_row_violation violation)
{
	bool found = false;
	bool prepared = dbcsl_scratch_prepare(
		&in->scratch, dbcsl_printf(in->h, "select 1 from \"%w\" where not (%s)",
								   in->scratch.name, violation.text));

	if (prepared && dbcsl_check_reads_unknown(in))
		return;
	violation.column = prepared ? only_column(in) : NULL;
	if (!prepared || !dbcsl_scratch_step(&in->scratch, &found))
		violation.error = dbcsl_scratch_error(&in->scratch);
	if (found || violation.error)
		dbcsl_check_add_violation(in, violation);
}

/* ---- all constraints ---- */

static dbc_check_row_violation_kind
kind_of(dbc_check_constraint_kind kind)
{
	switch (kind)
	{
		case DBC_K_FOREIGN_KEY:
			return DBC_VIOLATION_PARENT;
		case DBC_K_NOT_NULL:
			return DBC_VIOLATION_NOT_NULL;
		case DBC_K_CHECK:
			return DBC_VIOLATION_CHECK;
		default:
			return DBC_VIOLATION_KEY;
	}
}

/* Tests the row against a constraint; types were tested when the row was
 * stored. */
static void
inspect_test(dbcsl_check_row_inspection *in, const dbcsl_check_row_test *test)
{
	const dbc_check_result *result = &test->result;
	dbc_check_row_violation violation;

	if (result->kind == DBC_K_TYPE)
		return;
	violation = (dbc_check_row_violation){
		.kind = kind_of(result->kind),
		.column = column_of(in, result),
		.constraint = result->name,
		.columns = result->columns,
		.parent = result->parent,
		.parent_columns = result->parent_columns,
		.text = test->expression,
	};
	if (test->method == DBCSL_UNVERIFIABLE)
	{
		/* SQLite rejects every row */
		violation.error = result->reason;
		dbcsl_check_add_violation(in, violation);
	}
	else if (violation.kind == DBC_VIOLATION_KEY)
		dbcsl_check_inspect_key(in, test, violation);
	else if (violation.kind == DBC_VIOLATION_PARENT)
		dbcsl_check_inspect_parent(in, test, violation);
	else if (violation.kind == DBC_VIOLATION_NOT_NULL)
		inspect_null(in, violation);
	else
		inspect_check(in, violation);
}

/* Inspects the row. */
static void
inspect(dbc_host *host, void *arg)
{
	dbcsl_check_row_inspection *in = arg;

	(void) host;
	if (!in->scratch.db)
		dbcsl_scratch_open(&in->scratch);
	if (!dbcsl_check_fill_row(in))
		return;
	if (!in->has_tests)
		dbcsl_check_list_tests(&in->demands);
	in->has_tests = true;
	for (int i = 0; i < in->demands.ntests; i++)
		inspect_test(in, &in->demands.tests[i]);
}

/* Closes the scratch database, also after an error. */
static void
close_inspection(dbcsl_host *h)
{
	dbcsl_check_state *state = h->check;

	if (!state || !state->row)
		return;
	dbcsl_scratch_close(&state->row->scratch);
	state->row = NULL;
}

/* An inspection of rows of a table. */
static dbcsl_check_row_inspection *
open_inspection(dbcsl_host *h, const dbc_relation *table, int64_t version)
{
	dbcsl_check_row_inspection *in = dbc_alloc(&h->base, sizeof(*in));
	size_t ncolumns;

	*in = (dbcsl_check_row_inspection){
		.h = h,
		.relation = table,
		.version = version,
		.task = {.table = table, .kinds = DBC_ALL_KINDS},
		.demands = {.h = h,
					.task = &in->task,
					.layout = dbcsl_check_require_layout(h, table)}};
	in->table = dbcsl_read_ddl(h, in->demands.layout->sql);
	if (in->table.kind != DBCSL_TABLE)
		dbc_fail(&h->base, DBC_UNSUPPORTED, NULL, NULL,
				 "the definition of the table cannot be read");
	dbcsl_check_open_memory_pool(h, &in->demands.pool, 0);
	in->scratch = (dbcsl_scratch){
		.h = h, .name = table->name, .table = &in->table, .keeps = true};
	ncolumns = (size_t) in->table.ncolumns + 1;
	in->defaults = dbc_alloc(&h->base, ncolumns * sizeof(*in->defaults));
	in->values = dbc_alloc(&h->base, ncolumns * sizeof(*in->values));
	in->unknown = dbc_alloc(&h->base, ncolumns * sizeof(*in->unknown));
	in->shown = dbc_alloc(&h->base, ncolumns * sizeof(*in->shown));
	for (int i = 0; i < in->table.ncolumns; i++)
		in->shown[i] = dbcsl_check_join_names(h, &in->table.columns[i].name, 1);
	return in;
}

/* That of the last row, if it was of the same table, or another one. */
static dbcsl_check_row_inspection *
find_inspection(dbcsl_host *h, const dbc_relation *table)
{
	dbcsl_check_state *state = dbcsl_check_state_of(h);
	int64_t version = dbcsl_check_schema_version(h, table->schema);
	dbcsl_check_row_inspection *in = state->row;
	size_t ncolumns;

	if (!in || in->version != version ||
		!dbc_same(in->relation->schema, table->schema) ||
		!dbc_same(in->relation->name, table->name))
	{
		close_inspection(h);
		in = open_inspection(h, table, version);
		state->row = in;
	}
	ncolumns = (size_t) in->table.ncolumns + 1;
	memset(in->values, 0, ncolumns * sizeof(*in->values));
	memset(in->unknown, 0, ncolumns * sizeof(*in->unknown));
	in->violations = NULL;
	in->nviolations = 0;
	return in;
}

/* Tests whether a table would accept a row; see check/host.h. */
const dbc_check_row_violation *
dbcsl_check_inspect_row(dbc_host *host, const dbc_relation *table,
						const char *row, int *nviolations)
{
	dbcsl_host *h = dbcsl_of(host);
	dbcsl_check_row_inspection *in = find_inspection(h, table);

	in->scratch.row = row;
	if (!dbcsl_try(h, inspect, in))
	{
		close_inspection(h);
		dbcsl_rethrow(h);
	}
	*nviolations = in->nviolations;
	return in->violations;
}

const dbcsl_hooks dbcsl_check_hooks = {.close = close_inspection};
