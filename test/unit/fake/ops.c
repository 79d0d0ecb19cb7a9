/*
 * ops.c
 *	  Tables and statements of the fake host.
 */
#include "test/unit/fake/script.h"

#include "common/core/text.h"
#include "common/ops/host.h"

#define ORDERED                                                  \
	{                                                            \
		"operator(pg_catalog.<)", "operator(pg_catalog.<=)",     \
			"operator(pg_catalog.=)", "operator(pg_catalog.>=)", \
			"operator(pg_catalog.>)"                             \
	}

/* Columns id, the key, a and b, on PostgreSQL with types, and those of mode
 * flag. */
static const dbc_ops_table *
describe(dbc_host *host, const dbc_relation *relation)
{
	bool is_sqlite = host->engine == DBC_ON_SQLITE;
	const dbc_ops_column described[] = {
		{.name = "id",
		 .quoted = "id",
		 .kind = DBC_OPS_INTEGER,
		 .bytes = is_sqlite ? 0 : 4,
		 .type = is_sqlite ? NULL : "pg_catalog.int4",
		 .operators = ORDERED,
		 .key = 1},
		{.name = "a",
		 .quoted = "a",
		 .kind = DBC_OPS_INTEGER,
		 .bytes = is_sqlite ? 0 : 4,
		 .type = is_sqlite ? NULL : "pg_catalog.int4",
		 .operators = ORDERED,
		 .is_nullable = true},
		{.name = "b",
		 .quoted = "b",
		 .kind = DBC_OPS_TEXT,
		 .type = is_sqlite ? NULL : "pg_catalog.text",
		 .operators = ORDERED,
		 .is_nullable = true},
		{.name = "deleted_at",
		 .quoted = "deleted_at",
		 .kind = DBC_OPS_OTHER,
		 .is_nullable = true},
		{.name = "deletion_id",
		 .quoted = "deletion_id",
		 .kind = DBC_OPS_INTEGER,
		 .is_nullable = true}};
	dbc_ops_table *table = dbc_alloc(host, sizeof(*table));
	dbc_ops_column *columns = dbc_alloc(host, sizeof(described));

	for (int i = 0; i < 5; i++)
		columns[i] = described[i];
	*table = (dbc_ops_table){.relation = relation,
							 .qualified = relation->shown,
							 .ncolumns = 5,
							 .columns = columns,
							 .nkeys = 1,
							 .keys = dbc_alloc(host, sizeof(*table->keys))};
	table->keys[0] = &columns[0];
	return table;
}

static const dbc_ops_condition *
search(dbc_host *host, const dbc_ops_table *table, const dbc_ops_column *column)
{
	dbc_ops_condition *found = dbc_alloc(host, sizeof(*found));

	(void) table;
	*found = (dbc_ops_condition){.before = column->quoted,
								 .after = "",
								 .is_fts5 = host->engine == DBC_ON_SQLITE};
	return found;
}

static dbc_ops_condition
test(dbc_host *host, const dbc_ops_column *column, dbc_ops_test test)
{
	return (dbc_ops_condition){
		.before = dbc_format(host, "%s = ", column->quoted),
		.after = "",
		.is_glob = host->engine == DBC_ON_SQLITE && test >= DBC_OPS_LIKE};
}

/* Every statement returns a row with as many columns as any may have. */
static const dbc_rows *
run(dbc_host *host, const dbc_ops_table *table, const char *sql, bool is_own,
	const dbc_ops_value *values, int nvalues, const dbc_ops_receiver *receiver,
	bool *reused)
{
	static const dbc_value row[] = {
		{.kind = DBC_INT, .integer = 1}, {.kind = DBC_INT, .integer = 2},
		{.kind = DBC_TEXT, .text = "x"}, {.kind = DBC_INT, .integer = 3},
		{.kind = DBC_INT, .integer = 4}, {.kind = DBC_INT, .integer = 5}};
	static const char *const names[] = {"a", "b", "c", "d", "e", "f"};
	dbc_rows *rows = dbc_alloc(host, sizeof(*rows));

	(void) table;
	(void) is_own;
	(void) values;
	(void) nvalues;
	fake_note(host, "run a statement")->phase = sql;
	*rows = (dbc_rows){.nrows = 1,
					   .ncols = 6,
					   .affected = 1,
					   .values = row,
					   .columns = names,
					   .sql = sql};
	if (receiver)
		receiver->row(host, receiver->arg, row);
	if (reused)
		*reused = true;
	return rows;
}

static const dbc_ops_table *
find(dbc_host *host, const char *text)
{
	return describe(host, dbc_resolve(host, text));
}

static void
limit_waits(dbc_host *host, int64_t timeout_ms)
{
	(void) timeout_ms;
	fake_note(host, "limit waits");
}

const dbc_ops_host fake_ops = {.find = find,
							   .describe = describe,
							   .test = test,
							   .search = search,
							   .run = run,
							   .limit_waits = limit_waits};
