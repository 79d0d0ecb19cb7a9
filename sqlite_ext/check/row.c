/*
 * row.c
 *	  Testing whether a table would accept a row.
 */
#include "sqlite_ext/check/row.h"
#include "sqlite_ext/core/connection.h"
#include "sqlite_ext/core/rooms.h"
#include "sqlite_ext/call/query.h"
#include "sqlite_ext/trust/allowed.h"

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

/* ---- what outlives a row ---- */

/* Whether an authorizer lets all be read that an inspection is made of: SQLite
 * does not tell when it is removed. */
static bool
is_all_allowed(const dbcsl_check_row_inspection *in)
{
	static const char *const statements[] = {"check/table",
											 "check/index",
											 "check/columns",
											 "check/collations",
											 "check/unique_indexes",
											 "check/foreign_keys",
											 "check/volatile_function"};
	static const char *const pragmas[] = {"table_xinfo", "table_list",
										  "foreign_key_list", "function_list"};
	dbcsl_host *h = in->h;
	bool is = true;

	for (size_t i = 0; is && i < sizeof(statements) / sizeof(*statements); i++)
		is = dbcsl_is_allowed(h, dbc_find_sql(&h->base, statements[i])->text);
	for (size_t i = 0; is && i < sizeof(pragmas) / sizeof(*pragmas); i++)
		is = dbcsl_is_pragma_allowed(h, pragmas[i], in->relation.name);
	return is && dbcsl_are_indexes_allowed(h, in->relation.name);
}

/* Whether later calls may use the inspection: it has only evaluated functions
 * of SQLite, without an error. */
static bool
may_last(const dbcsl_check_row_inspection *in)
{
	for (int i = 0; i < in->demands.ntests; i++)
		if (in->demands.tests[i].method == DBCSL_UNVERIFIABLE)
			return false;
	return in->schema >= 0 && !in->scratch.calls_borrowed && !in->has_failed;
}

/* Runs what allocates memory that outlives the row. */
static void
run_to_keep(dbcsl_check_row_inspection *in, void (*fn)(dbc_host *, void *))
{
	dbcsl_host *h = in->h;
	dbcsl_host *keeper = &in->keeper;
	bool done;

	in->h = in->scratch.h = in->demands.h = keeper;
	done = dbcsl_try(keeper, fn, in);
	in->h = in->scratch.h = in->demands.h = h;
	dbcsl_close_all(keeper);
	/* of this call */
	keeper->functions = NULL;
	keeper->unsafe = keeper->check = NULL;
	keeper->reach = NULL;
	if (done)
		return;
	dbcsl_move_memory(keeper, h);
	h->error = keeper->error;
	dbcsl_rethrow(h);
}

static void
list_tests(dbc_host *host, void *arg)
{
	dbcsl_check_row_inspection *in = arg;

	(void) host;
	dbcsl_check_list_tests(&in->demands);
	in->has_tests = true;
}

/* The functions that definitions of the table call. */
static uint32_t
functions_of(const dbcsl_check_row_inspection *in)
{
	return dbcsl_functions_of(
		in->h, dbcsl_printf(in->h, "insert into main.\"%w\" default values",
							in->relation.name));
}

/* Inspects the row. */
static void
inspect(dbc_host *host, void *arg)
{
	dbcsl_check_row_inspection *in = arg;
	bool is_new = !in->has_tests;

	(void) host;
	if (!dbcsl_check_fill_row(in))
		return;
	if (is_new)
		run_to_keep(in, list_tests);
	for (int i = 0; i < in->demands.ntests; i++)
		inspect_test(in, &in->demands.tests[i]);
	in->is_lasting =
		may_last(in) && (is_new ? is_all_allowed(in) : in->is_lasting);
	if (in->is_lasting && is_new)
		in->functions = functions_of(in);
}

/* Frees an inspection. */
static void
end_inspection(void *memory)
{
	dbcsl_check_row_inspection *in = memory;

	dbcsl_scratch_close(&in->scratch);
	dbcsl_close(&in->keeper);
	sqlite3_free(in);
}

/* Leaves the inspection to later calls, or ends it, also after an error. */
static void
close_inspection(dbcsl_host *h)
{
	dbcsl_check_state *state = h->check;
	dbcsl_check_row_inspection *in = state ? state->row : NULL;

	if (!in)
		return;
	state->row = NULL;
	if (in->is_lasting)
		dbcsl_scratch_rest(&in->scratch);
	dbcsl_leave_made(h, in->is_lasting ? in->schema : -1, in->key, in,
					 end_inspection);
}

/* Reads what an inspection needs to know of its table. */
static void
read_table(dbc_host *host, void *arg)
{
	dbcsl_check_row_inspection *in = arg;
	dbcsl_host *h = dbcsl_of(host);
	size_t ncolumns;

	in->task = (dbc_check_task){.table = &in->relation, .kinds = DBC_ALL_KINDS};
	in->demands = (dbcsl_check_verification){
		.h = h,
		.task = &in->task,
		.layout = dbcsl_check_require_layout(h, &in->relation)};
	in->table = dbcsl_read_ddl(h, in->demands.layout->sql);
	if (in->table.kind != DBCSL_TABLE)
		dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL,
				 "the definition of the table cannot be read");
	dbcsl_check_open_memory_pool(h, &in->demands.pool, 0);
	in->scratch = (dbcsl_scratch){
		.h = h, .name = in->relation.name, .table = &in->table, .keeps = true};
	ncolumns = (size_t) in->table.ncolumns + 1;
	in->defaults = dbc_alloc(host, ncolumns * sizeof(*in->defaults));
	in->values = dbc_alloc(host, ncolumns * sizeof(*in->values));
	in->unknown = dbc_alloc(host, ncolumns * sizeof(*in->unknown));
	in->shown = dbc_alloc(host, ncolumns * sizeof(*in->shown));
	for (int i = 0; i < in->table.ncolumns; i++)
		in->shown[i] = dbcsl_check_join_names(h, &in->table.columns[i].name, 1);
	dbcsl_scratch_open(&in->scratch);
	in->is_read = true;
}

/* Names the table of an inspection. */
static void
copy_names(dbc_host *host, void *arg)
{
	dbcsl_check_row_inspection *in = arg;
	const dbc_relation *table = &in->relation;

	in->relation.schema = dbc_copy(host, table->schema, strlen(table->schema));
	in->relation.name = dbc_copy(host, table->name, strlen(table->name));
	in->relation.shown = dbc_copy(host, table->shown, strlen(table->shown));
	in->key = in->relation.name;
}

/* A new inspection of rows of a table, which the call closes. */
static dbcsl_check_row_inspection *
open_inspection(dbcsl_host *h, const dbc_relation *table, int64_t version)
{
	dbcsl_check_row_inspection *in = sqlite3_malloc64(sizeof(*in));

	if (!in)
		dbcsl_fail_memory(h);
	*in = (dbcsl_check_row_inspection){
		.h = h,
		.schema = dbc_same(table->schema, "main") ? dbcsl_schema_number(h) : -1,
		.relation = *table,
		.version = version};
	dbcsl_open(&in->keeper, h->db, h->base.function);
	in->keeper.connection = h->connection;
	in->keeper.read_only = true;
	dbcsl_check_state_of(h)->row = in;
	run_to_keep(in, copy_names);
	run_to_keep(in, read_table);
	return in;
}

/* That of an earlier call, unless the table calls other functions now. */
static dbcsl_check_row_inspection *
take_inspection(dbcsl_host *h, const char *name)
{
	dbcsl_check_row_inspection *in = dbcsl_take_made(h, name);

	if (!in)
		return NULL;
	in->h = h;
	if (functions_of(in) == in->functions)
		return in;
	end_inspection(in);
	return NULL;
}

/* That of the last row or call, if it was of the same table, or another one. */
static dbcsl_check_row_inspection *
find_inspection(dbcsl_host *h, const dbc_relation *table)
{
	dbcsl_check_state *state = dbcsl_check_state_of(h);
	int64_t version = dbcsl_check_schema_version(h, table->schema);
	dbcsl_check_row_inspection *in = state->row;
	size_t ncolumns;

	if (in && (!in->is_read || in->version != version ||
			   !dbc_same(in->relation.schema, table->schema) ||
			   !dbc_same(in->relation.name, table->name)))
		close_inspection(h);
	if (!state->row && dbc_same(table->schema, "main") && h->connection &&
		dbcsl_is_schema_unchanged(h))
		state->row = take_inspection(h, table->name);
	in = state->row ? state->row : open_inspection(h, table, version);
	in->h = in->scratch.h = in->demands.h = h;
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
		in->is_lasting = false;
		close_inspection(h);
		dbcsl_rethrow(h);
	}
	*nviolations = in->nviolations;
	return in->violations;
}

const dbcsl_hooks dbcsl_check_hooks = {.close = close_inspection};
