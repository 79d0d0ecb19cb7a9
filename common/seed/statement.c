/*
 * statement.c
 *	  Statements that read and write a row of a seed.
 */
#include "common/seed/merge.h"

#include "common/ops/change.h"

/* Appends a value as the type of its column. */
static void
add_written(dbc_ops_statement *s, const dbc_seed_value *value)
{
	const dbc_ops_value taken =
		dbc_ops_take(s->host, value->column, value->wanted);

	dbc_ops_add_written(s, value->column, value->wanted, &taken);
}

/* Appends whether a column has the wanted value: exactly, whatever its
 * collation is. */
static void
add_equal(dbc_ops_statement *s, const dbc_seed_value *value)
{
	const dbc_ops_column *column = value->column;
	dbc_ops_condition equal;

	/* a secret is compared by its hash */
	if (!value->wanted)
		dbc_append(&s->text, dbc_ops_never(s));
	else if (value->wanted->kind == DBC_I_NULL)
		dbc_append_format(&s->text, "(%s is null)", column->quoted);
	else
	{
		equal = DBC_CALL(s->host, ops, test)(s->host, column, DBC_OPS_EQUAL);
		dbc_append(&s->text, equal.before);
		add_written(s, value);
		dbc_append(&s->text, equal.after);
	}
}

void
dbc_seed_add_key(dbc_ops_statement *s, const dbc_seed_row *row)
{
	bool is_first = true;

	dbc_append(&s->text, " where ");
	for (int i = 0; i < row->nvalues; i++)
	{
		if (!dbc_seed_in_key(&row->work->rows, row->values[i].column))
			continue;
		dbc_append(&s->text, is_first ? "" : " and ");
		dbc_ops_add_comparison(s, row->values[i].column, DBC_OPS_EQ,
							   row->values[i].wanted);
		is_first = false;
	}
}

dbc_seed_current
dbc_seed_read(dbc_host *host, const dbc_seed_row *row, bool locks)
{
	const dbc_ops_table *table = row->work->rows.table;
	dbc_seed_current current = {.exists = false};
	dbc_ops_statement s;
	const dbc_rows *rows;
	dbc_value *cells;

	dbc_ops_begin(&s, host, table);
	dbc_append(&s.text, "select ");
	for (int i = 0; i < row->nvalues; i++)
		dbc_append_format(&s.text, "%s, ", row->values[i].column->quoted);
	for (int i = 0; i < row->nvalues; i++)
	{
		add_equal(&s, &row->values[i]);
		dbc_append(&s.text, ", ");
	}
	if (row->work->is_flagged)
		dbc_append_format(
			&s.text, "(%s is not null)",
			dbc_ops_find_column(host, table, "deleted_at")->quoted);
	else
		dbc_append(&s.text, dbc_ops_never(&s));
	dbc_append_format(&s.text, " from %s", table->qualified);
	dbc_seed_add_key(&s, row);
	if (locks && !host->traits->one_writer)
		dbc_append(&s.text, " for update");
	rows = dbc_ops_run(&s, NULL);
	if (rows->nrows == 0)
		return current;
	cells = dbc_alloc(host, (2 * (size_t) row->nvalues + 1) * sizeof(*cells));
	for (int i = 0; i <= 2 * row->nvalues; i++)
		cells[i] = dbc_get_value(host, rows, 0, i);
	current.exists = true;
	current.cells = cells;
	current.equal = cells + row->nvalues;
	current.is_marked = cells[2 * row->nvalues].integer != 0;
	return current;
}

void
dbc_seed_insert(dbc_host *host, const dbc_seed_row *row)
{
	dbc_ops_statement s;

	dbc_ops_begin(&s, host, row->work->rows.table);
	dbc_append_format(&s.text, "insert into %s (",
					  row->work->rows.table->qualified);
	for (int i = 0; i < row->nvalues; i++)
		dbc_append_format(&s.text, "%s%s", i > 0 ? ", " : "",
						  row->values[i].column->quoted);
	dbc_append(&s.text, ") values (");
	for (int i = 0; i < row->nvalues; i++)
	{
		dbc_append(&s.text, i > 0 ? ", " : "");
		add_written(&s, &row->values[i]);
	}
	dbc_append(&s.text, ")");
	(void) dbc_ops_run(&s, NULL);
}

/* Held rows: the seed names the values that are set, as an UPDATE would. */
int64_t
dbc_seed_update(dbc_host *host, const dbc_seed_row *row, const bool *chosen)
{
	dbc_ops_statement s;
	bool is_first = true;

	dbc_ops_begin(&s, host, row->work->rows.table);
	dbc_append_format(&s.text, "update %s set ",
					  row->work->rows.table->qualified);
	for (int i = 0; i < row->nvalues; i++)
	{
		if (!chosen[i])
			continue;
		dbc_append_format(&s.text, "%s%s = ", is_first ? "" : ", ",
						  row->values[i].column->quoted);
		add_written(&s, &row->values[i]);
		is_first = false;
	}
	dbc_seed_add_key(&s, row);
	return dbc_ops_run(&s, NULL)->affected;
}
