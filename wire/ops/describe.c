/*
 * describe.c
 *	  Tables as statements of dbops_*() need them; see common/ops/host.h.
 */
#include "wire/ops/ops.h"

#include "common/core/json.h"
#include "common/core/text.h"
#include "pg_ext/ops/condition.h"
#include "wire/core/query.h"

/* Columns of ops/describe.sql. */
enum
{
	D_NAME,
	D_QUOTED,
	D_KIND,
	D_BYTES,
	D_TYPE,
	D_OPERATORS,
	D_IS_ARRAY,
	D_IS_GENERATED,
	D_IS_NULLABLE,
	D_KEY
};

static dbc_ops_kind
kind_of(const char *name)
{
	static const struct
	{
		const char *name;
		dbc_ops_kind kind;
	} kinds[] = {{"integer", DBC_OPS_INTEGER}, {"number", DBC_OPS_NUMBER},
				 {"bool", DBC_OPS_BOOL},	   {"blob", DBC_OPS_BLOB},
				 {"json", DBC_OPS_JSON},	   {"text", DBC_OPS_TEXT}};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (dbc_same(kinds[i].name, name))
			return kinds[i].kind;
	return DBC_OPS_OTHER;
}

/* Reads the operators of the order of a type; it may have none. */
static void
read_operators(dbc_host *host, dbc_ops_column *column, const char *json)
{
	dbc_json_entries names;

	if (!json)
		return;
	names = dbc_json_read_entries(host, json, "operators");
	for (int i = 0; i < names.count && i < DBC_OPS_NCOMPARISONS; i++)
		if (names.list[i].text)
			column->operators[i] =
				dbc_format(host, "operator(%s)", names.list[i].text);
}

static void
read_column(dbc_host *host, dbc_ops_column *column, const dbc_rows *rows,
			int row)
{
	column->name = dbc_get_text(host, rows, row, D_NAME);
	column->quoted = dbc_get_text(host, rows, row, D_QUOTED);
	column->kind = kind_of(dbc_get_text(host, rows, row, D_KIND));
	if (column->kind == DBC_OPS_INTEGER)
		column->bytes = (int) dbc_get_int(host, rows, row, D_BYTES);
	column->type = dbc_get_text(host, rows, row, D_TYPE);
	read_operators(host, column,
				   dbc_get_text_or_null(host, rows, row, D_OPERATORS));
	column->is_array = dbc_get_bool(host, rows, row, D_IS_ARRAY);
	column->is_generated = dbc_get_bool(host, rows, row, D_IS_GENERATED);
	column->is_nullable = dbc_get_bool(host, rows, row, D_IS_NULLABLE);
	column->key = (int) dbc_get_int(host, rows, row, D_KEY);
}

static void
read_rules(dbc_host *host, dbc_ops_table *table)
{
	const dbc_rows *rows =
		dbc_query(host, "ops/rules", dbc_text(table->relation->schema),
				  dbc_text(table->relation->name));

	for (int i = 0; i < rows->nrows; i++)
	{
		int64_t event = dbc_get_int(host, rows, i, 0);

		if (event >= 0 && event < DBC_OPS_NEVENTS)
			table->rules[event] = dbc_get_text(host, rows, i, 1);
	}
}

const dbc_ops_table *
dbcw_ops_describe(dbc_host *host, const dbc_relation *relation)
{
	const dbc_rows *rows =
		dbc_query(host, "ops/describe", dbc_text(relation->schema),
				  dbc_text(relation->name));
	size_t count = (size_t) rows->nrows + 1;
	dbc_ops_table *table = dbc_alloc(host, sizeof(*table));
	dbc_ops_column *columns = dbc_alloc(host, count * sizeof(*columns));

	table->relation = relation;
	table->qualified = relation->shown;
	table->columns = columns;
	table->ncolumns = rows->nrows;
	table->keys = dbc_alloc(host, count * sizeof(*table->keys));
	for (int i = 0; i < rows->nrows; i++)
		read_column(host, &columns[i], rows, i);
	/* a server may answer anything: only what is a key */
	for (int place = 1; place <= rows->nrows; place++)
		for (int i = 0; i < rows->nrows; i++)
			if (columns[i].key == place && table->nkeys == place - 1)
				table->keys[table->nkeys++] = &columns[i];
	read_rules(host, table);
	return table;
}

const dbc_ops_condition *
dbcw_ops_search(dbc_host *host, const dbc_ops_table *table,
				const dbc_ops_column *column)
{
	const dbc_rows *rows =
		dbc_query(host, "ops/search", dbc_text(table->relation->schema),
				  dbc_text(table->relation->name), dbc_text(column->name));

	return rows->nrows > 0
			   ? dbcpg_ops_words(host, column,
								 dbc_get_text_or_null(host, rows, 0, 1))
			   : NULL;
}
