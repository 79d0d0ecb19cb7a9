/*
 * row.c
 *	  Would a table accept a row.
 */
#include "sqlite_ext/check/row.h"

#include <string.h>

/* Adds a flaw. */
void
dbcsl_check_add_violation(dbcsl_check_row_inspection *in,
						  dbc_check_row_violation flaw)
{
	in->flaws = dbc_grow(&in->h->base, in->flaws, (size_t) in->nflaws,
						 sizeof(*in->flaws));
	in->flaws[in->nflaws++] = flaw;
}

/* Whether the statement on the bench reads what nobody can know. */
bool
dbcsl_check_reads_unknown(const dbcsl_check_row_inspection *in)
{
	int i;

	for (i = 0; i < in->table.ncolumns; i++)
		if (in->bench.reads[i] && in->unknown[i])
			return true;
	return in->bench.reads_rowid;
}

/* The only column the statement on the bench reads, or NULL. */
static const char *
only_column(const dbcsl_check_row_inspection *in)
{
	const char *name = NULL;
	int count = 0;
	int i;

	for (i = 0; i < in->table.ncolumns; i++)
		if (in->bench.reads[i])
		{
			name = in->table.columns[i].name;
			count++;
		}
	return count == 1 ? name : NULL;
}

/* The only column of a constraint; NULL if it has others, or an expression. */
static const char *
column_of(const dbcsl_check_row_inspection *in, const dbc_check_result *verdict)
{
	int i;

	for (i = 0; i < in->table.ncolumns; i++)
	{
		const char *name = in->table.columns[i].name;

		if (verdict->columns &&
			dbc_same(dbcsl_check_join_names(in->h, &name, 1), verdict->columns))
			return name;
	}
	return NULL;
}

/* ---- constraints of the row alone ---- */

/* Tells of a null where there must be none; where that makes SQLite put the
 * default in, it is no flaw. */
static void
inspect_null(dbcsl_check_row_inspection *in, dbc_check_row_violation flaw)
{
	int place = dbcsl_find_column(&in->table, flaw.column);
	bool found = false;

	if (in->unknown[place] || strstr(in->table.columns[place].definition,
									 "not null on conflict replace"))
		return;
	if (!dbcsl_scratch_run(&in->bench,
						   dbcsl_printf(in->h,
										"select 1 from \"%w\" where \"%w\" is "
										"null",
										in->bench.name, flaw.column),
						   &found))
		flaw.error = dbcsl_scratch_error(&in->bench);
	if (found || flaw.error)
		dbcsl_check_add_violation(in, flaw);
}

/* Tells of a CHECK that is false. */
static void
inspect_check(dbcsl_check_row_inspection *in, dbc_check_row_violation flaw)
{
	bool found = false;
	bool prepared = dbcsl_scratch_prepare(
		&in->bench, dbcsl_printf(in->h, "select 1 from \"%w\" where not (%s)",
								 in->bench.name, flaw.text));

	if (prepared && dbcsl_check_reads_unknown(in))
		return;
	flaw.column = prepared ? only_column(in) : NULL;
	if (!prepared || !dbcsl_scratch_step(&in->bench, &found))
		flaw.error = dbcsl_scratch_error(&in->bench);
	if (found || flaw.error)
		dbcsl_check_add_violation(in, flaw);
}

/* ---- all constraints ---- */

/* What it is to violate a constraint of a kind. */
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

/* Holds the row against a constraint; types have been asked when its values
 * were stored. */
static void
inspect_test(dbcsl_check_row_inspection *in, const dbcsl_check_row_test *test)
{
	const dbc_check_result *verdict = &test->verdict;
	dbc_check_row_violation flaw = {.column = column_of(in, verdict),
									.constraint = verdict->name,
									.columns = verdict->columns,
									.parent = verdict->parent,
									.parent_columns = verdict->parent_columns,
									.text = test->expression};

	if (verdict->kind == DBC_K_TYPE)
		return;
	flaw.kind = kind_of(verdict->kind);
	if (test->method == DBCSL_HOPELESS)
	{
		/* SQLite takes no row at all */
		flaw.error = verdict->reason;
		dbcsl_check_add_violation(in, flaw);
	}
	else if (flaw.kind == DBC_VIOLATION_KEY)
		dbcsl_check_inspect_key(in, test, flaw);
	else if (flaw.kind == DBC_VIOLATION_PARENT)
		dbcsl_check_inspect_parent(in, test, flaw);
	else if (flaw.kind == DBC_VIOLATION_NOT_NULL)
		inspect_null(in, flaw);
	else
		inspect_check(in, flaw);
}

/* Inspects the row; the caller closes the bench. */
static void
inspect(dbc_host *host, void *arg)
{
	dbcsl_check_row_inspection *in = arg;
	int i;

	(void) host;
	dbcsl_scratch_open(&in->bench);
	if (!dbcsl_check_fill_row(in))
		return;
	dbcsl_check_list_tests(&in->demands);
	for (i = 0; i < in->demands.ntests; i++)
		inspect_test(in, &in->demands.tests[i]);
}

/* The CREATE TABLE of a table. */
static dbcsl_ddl
read_table(dbcsl_host *h, const dbc_relation *relation)
{
	const dbc_rows *rows = dbc_query_text(
		&h->base, dbcsl_printf(h,
							   "select sql from \"%w\".sqlite_schema "
							   "where type = 'table' and name = %Q",
							   relation->schema, relation->name));

	return dbcsl_read_ddl(h, dbc_get_text(&h->base, rows, 0, 0));
}

/* Why a table would not accept a row; see core/host.h. */
const dbc_check_row_violation *
dbcsl_check_inspect_row(dbc_host *host, const dbc_relation *table,
						const char *row, int *nflaws)
{
	dbcsl_host *h = dbcsl_of(host);
	dbc_check_task task = {.table = table, .kinds = DBC_ALL_KINDS};
	dbcsl_check_row_inspection in = {.h = h,
									 .relation = table,
									 .demands = {.h = h, .task = &task},
									 .table = read_table(h, table)};
	size_t ncolumns = (size_t) in.table.ncolumns + 1;
	bool done;

	if (in.table.kind != DBCSL_TABLE)
		dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL,
				 "the definition of the table cannot be read");
	in.demands.layout = dbcsl_check_require_layout(h, table);
	dbcsl_check_open_memory_pool(h, &in.demands.pool, 0);
	in.bench = (dbcsl_scratch){
		.h = h, .name = table->name, .table = &in.table, .row = row};
	in.values = dbc_alloc(host, ncolumns * sizeof(*in.values));
	in.unknown = dbc_alloc(host, ncolumns * sizeof(*in.unknown));
	done = dbcsl_try(h, inspect, &in);
	dbcsl_scratch_close(&in.bench);
	if (!done)
		dbcsl_rethrow(h);
	*nflaws = in.nflaws;
	return in.flaws;
}
