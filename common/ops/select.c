/*
 * select.c
 *	  dbops_select and dbops_count: rows of a table.
 *
 * The order ends with the primary key, so that it is total, and a page begins
 * after the values that the order had in the last row of the one before.  A
 * null is greater than any value, on both engines.
 */
#include "common/ops/ops.h"

#include <math.h>
#include <string.h>

#include "common/core/functions.h"
#include "common/core/options.h"

#define DEFAULT_LIMIT 100
#define MOST_ROWS	  1000000

/* A part of the order. */
typedef struct sorting
{
	const dbc_ops_column *column;
	bool descends;
	int place; /* in the result */
} sorting;

typedef struct selection
{
	const dbc_ops_table *table;
	const dbc_json_item *filters;
	const dbops_select_options *given;
	sorting *order;
	int norder;
} selection;

/* ---- the order ---- */

static bool
is_ordered_by(const selection *s, const dbc_ops_column *column)
{
	for (int i = 0; i < s->norder; i++)
		if (s->order[i].column == column)
			return true;
	return false;
}

static void
read_order(dbc_host *host, selection *s)
{
	const char **names = s->given->sort.texts;
	int nnames = 0;

	while (names && names[nnames])
		nnames++;
	s->order =
		dbc_alloc(host, ((size_t) nnames + (size_t) s->table->nkeys + 1) *
							sizeof(*s->order));
	for (int i = 0; i < nnames; i++)
	{
		bool descends = names[i][0] == '-';
		const dbc_ops_column *column =
			dbc_ops_find_column(host, s->table, names[i] + descends);

		if (is_ordered_by(s, column))
			dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
					 "option sort names column \"%s\" twice", column->name);
		if (!column->operators[DBC_OPS_LT])
			dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL,
					 "rows cannot be sorted by column \"%s\"", column->name);
		s->order[s->norder++] = (sorting){column, descends, 0};
	}
	/* the key, too; in the direction of the last column, so that one index can
	 * have the order */
	for (int i = 0; i < s->table->nkeys; i++)
		if (!is_ordered_by(s, s->table->keys[i]))
		{
			s->order[s->norder] =
				(sorting){s->table->keys[i],
						  nnames > 0 && s->order[nnames - 1].descends, 0};
			s->norder++;
		}
}

static void
add_order(dbc_ops_statement *statement, const selection *s)
{
	bool nulls_last = statement->host->traits->nulls_last;

	for (int i = 0; i < s->norder; i++)
	{
		const sorting *part = &s->order[i];

		dbc_append_format(&statement->text, "%s%s%s",
						  i > 0 ? ", " : " order by ", part->column->quoted,
						  part->descends ? " desc" : "");
		if (!nulls_last && part->column->is_nullable)
			dbc_append(&statement->text,
					   part->descends ? " nulls first" : " nulls last");
	}
}

/* ---- pages ---- */

/*
 * Where columns have values of any kind, as on SQLite, a value of the order is a number if it is one, also an infinite one, 9e999; and a blob in a
 * column for others is an array with its text.
 */
static const char *
order_text(dbc_host *host, const dbc_ops_column *column, const dbc_value *value)
{
	const char *text;

	if (!host->traits->typed_columns && value->kind == DBC_REAL &&
		!isfinite(value->real))
		return value->real > 0 ? "9e999" : "-9e999";
	text = dbc_ops_cell_text(host, column, value);
	return !host->traits->typed_columns && value->kind == DBC_TEXT &&
				   value->integer && column->kind != DBC_OPS_BLOB
			   ? dbc_format(host, "[%s]", text)
			   : text;
}

/* [SQLite] The value that such a text stands for. */
static dbc_ops_value
take_order(dbc_host *host, const dbc_ops_column *column,
		   const dbc_json_item *item)
{
	dbc_ops_column as = *column;
	double number;

	if (item->kind == DBC_I_OBJECT ||
		(item->kind == DBC_I_ARRAY &&
		 (item->length != 1 || item[1].kind != DBC_I_STRING)))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Pass next of the page before, with the same sort.",
				 "option after cannot have %s",
				 dbc_json_value_text(host, item));
	if (item->kind == DBC_I_ARRAY)
	{
		as.kind = DBC_OPS_BLOB;
		return dbc_ops_take(host, &as, item + 1);
	}
	if (item->kind == DBC_I_STRING &&
		(column->kind == DBC_OPS_NUMBER || column->kind == DBC_OPS_INTEGER ||
		 column->kind == DBC_OPS_BOOL) &&
		dbc_parse_real(dbc_ops_take_text(host, item), &number))
	{
		as.kind = DBC_OPS_NUMBER;
		return dbc_ops_take_operand(host, &as, item);
	}
	if (column->kind != DBC_OPS_BLOB)
		as.kind = DBC_OPS_ANY;
	return dbc_ops_take(host, &as, item);
}

/* Appends a comparison with a value of the order. */
static void
add_compared(dbc_ops_statement *statement, const dbc_ops_column *column,
			 dbc_ops_comparison comparison, const dbc_json_item *item)
{
	dbc_ops_value value;

	if (statement->host->traits->typed_columns)
	{
		dbc_ops_add_comparison(statement, column, comparison, item);
		return;
	}
	value = take_order(statement->host, column, item);
	dbc_append_format(&statement->text, "%s %s ", column->quoted,
					  column->operators[comparison]);
	dbc_ops_add_value(statement, &value);
}

/* Appends the condition that a row comes after a value of a part. */
static void
add_after_part(dbc_ops_statement *statement, const sorting *part,
			   const dbc_json_item *item)
{
	dbc_buffer *text = &statement->text;
	bool is_null = item->kind == DBC_I_NULL;

	if (is_null)
	{
		if (part->descends)
			dbc_append_format(text, "%s is not null", part->column->quoted);
		else
			dbc_append(text, dbc_ops_never(statement));
		return;
	}
	dbc_append(text, "(");
	add_compared(statement, part->column,
				 part->descends ? DBC_OPS_LT : DBC_OPS_GT, item);
	if (part->column->is_nullable && !part->descends)
		dbc_append_format(text, " or %s is null", part->column->quoted);
	dbc_append(text, ")");
}

/* Appends the condition that a row has the value of a part. */
static void
add_same_part(dbc_ops_statement *statement, const sorting *part,
			  const dbc_json_item *item)
{
	if (item->kind == DBC_I_NULL)
		dbc_append_format(&statement->text, "%s is null", part->column->quoted);
	else
		add_compared(statement, part->column, DBC_OPS_EQ, item);
}

/* Appends the condition of the first part alone that rows after one satisfy:
 * an index can start there. */
static void
add_start(dbc_ops_statement *statement, const sorting *part,
		  const dbc_json_item *item)
{
	if (item->kind == DBC_I_NULL || part->column->is_nullable)
		return;
	dbc_append(&statement->text, " and ");
	add_compared(statement, part->column,
				 part->descends ? DBC_OPS_LE : DBC_OPS_GE, item);
}

/* Appends the condition that rows come after one. */
static void
add_after(dbc_ops_statement *statement, const selection *s)
{
	const char *problem;
	const dbc_json_item *after =
		dbc_json_read(statement->host, s->given->after.text,
					  strlen(s->given->after.text), NULL, 0, &problem);

	if (s->table->nkeys == 0)
		dbc_fail(statement->host, DBC_UNSUPPORTED,
				 "Without one the order of rows is not unique.",
				 "Use the options limit and offset.",
				 "table %s has no primary key", s->table->relation->shown);
	if (!after || after->length != (uint32_t) s->norder)
		dbc_fail(statement->host, DBC_INVALID_PARAMETER, NULL,
				 "Pass next of the page before, with the same sort.",
				 "option after must have %d value%s, not %d", s->norder,
				 s->norder == 1 ? "" : "s", after ? (int) after->length : 0);
	if (s->norder > 1)
		add_start(statement, &s->order[0], after + 1);
	dbc_append(&statement->text, " and (");
	for (int i = 0; i < s->norder; i++)
	{
		const dbc_json_item *item = after + 1;

		dbc_append(&statement->text, i > 0 ? " or (" : "(");
		for (int j = 0; j < i; j++, item = dbc_json_next(item))
		{
			add_same_part(statement, &s->order[j], item);
			dbc_append(&statement->text, " and ");
		}
		add_after_part(statement, &s->order[i], item);
		dbc_append(&statement->text, ")");
	}
	dbc_append(&statement->text, ")");
}

/* Appends the columns of the result: those that are wanted, and others that the
 * order has. */
static void
add_result(dbc_ops_statement *statement, selection *s,
		   const dbc_ops_column **columns, int ncolumns)
{
	int count = ncolumns;

	dbc_append(&statement->text, "select ");
	dbc_ops_add_columns(statement, columns, ncolumns);
	for (int i = 0; i < s->norder; i++)
	{
		int place = 0;

		while (place < ncolumns && columns[place] != s->order[i].column)
			place++;
		s->order[i].place = place;
		if (place < ncolumns)
			continue;
		s->order[i].place = count;
		dbc_append_format(&statement->text, "%s%s", count > 0 ? ", " : "",
						  s->order[i].column->quoted);
		count++;
	}
}

/* The values that the order has in a row. */
static const char *
make_next(dbc_host *host, const selection *s, const dbc_value *values)
{
	dbc_buffer text;

	dbc_buffer_init(&text, host);
	for (int i = 0; i < s->norder; i++)
	{
		dbc_append(&text, i > 0 ? ", " : "[");
		dbc_append(&text, order_text(host, s->order[i].column,
									 &values[s->order[i].place]));
	}
	dbc_append(&text, "]");
	return text.data;
}

typedef struct page
{
	const selection *s;
	int64_t limit;
	dbc_ops_array rows;
	const char *last; /* the order of the last row, if that is the limit */
	bool has_more;
} page;

static void
take_row(dbc_host *host, void *arg, const dbc_value *values)
{
	page *p = arg;

	p->has_more = p->rows.nrows == p->limit;
	if (p->has_more)
		return;
	dbc_ops_add_row(&p->rows, values);
	if (p->rows.nrows == p->limit && p->s->table->nkeys > 0)
		p->last = make_next(host, p->s, values);
}

/* ---- the functions ---- */

/* Appends the table of a statement. */
static void
add_table(dbc_ops_statement *statement)
{
	dbc_append_format(&statement->text, " from %s",
					  statement->table->qualified);
}

static int64_t
count_rows(dbc_host *host, const dbc_ops_table *table,
		   const dbc_json_item *filters, bool deleted)
{
	dbc_ops_statement statement;

	dbc_ops_begin(&statement, host, table);
	dbc_append_format(&statement.text, "select %scount(*)",
					  host->traits->catalog);
	add_table(&statement);
	dbc_ops_add_where(&statement, filters, deleted);
	return dbc_get_int(host, dbc_ops_run(&statement, NULL), 0, 0);
}

/* dbops_select(relation, options) */
DBC_RUN(dbops_select)
{
	selection s = {
		.given = dbc_read_options(host, &args->options, dbops_select_options)};
	const dbc_value filters = dbc_text(s.given->filters.text);
	int64_t limit = dbc_option_or(&s.given->limit, DEFAULT_LIMIT);
	bool deleted = s.given->deleted.integer;
	page p = {.s = &s, .limit = limit};
	const dbc_ops_receiver receiver = {take_row, &p};
	const dbc_ops_column **columns;
	dbc_ops_statement statement;
	dbc_buffer result;
	bool reused;
	int ncolumns;

	s.table = dbc_ops_find_table(host, args->relation.text);
	s.filters = dbc_ops_read_object(host, &filters, "filters");
	columns =
		dbc_ops_find_columns(host, s.table, s.given->columns.texts, &ncolumns);
	read_order(host, &s);
	dbc_ops_begin(&statement, host, s.table);
	add_result(&statement, &s, columns, ncolumns);
	add_table(&statement);
	dbc_ops_add_where(&statement, s.filters, deleted);
	if (s.given->after.given)
		add_after(&statement, &s);
	add_order(&statement, &s);
	dbc_append(&statement.text, " limit ");
	dbc_append_integer(&statement.text, limit + 1);
	if (s.given->offset.integer > 0)
	{
		const dbc_ops_value offset = {.value =
										  dbc_int(s.given->offset.integer)};

		dbc_append(&statement.text, " offset ");
		dbc_ops_add_value(&statement, &offset);
	}
	dbc_ops_begin_array(&p.rows, host, columns, ncolumns);
	dbc_ops_run_by_row(&statement, &receiver, &reused);
	dbc_buffer_init(&result, host);
	dbc_append(&result, "{\"next\": ");
	dbc_append(&result, p.has_more && p.last ? p.last : "null");
	if (s.given->verbose.integer)
		dbc_append_format(&result, ", \"plan\": \"%s\"",
						  reused ? "reused" : "new");
	dbc_append(&result, ", \"rows\": ");
	dbc_append_bytes(&result, p.rows.text.data, p.rows.text.length);
	dbc_append(&result, "], \"total\": ");
	if (s.given->total.integer)
		dbc_append_format(
			&result, "%lld",
			(long long) count_rows(host, s.table, s.filters, deleted));
	else
		dbc_append(&result, "null");
	dbc_append(&result, "}");
	dbc_emit(host, dbc_json(result.data));
}

/* dbops_count(relation, filters, options) */
DBC_RUN(dbops_count)
{
	const dbops_count_options *given =
		dbc_read_options(host, &args->options, dbops_count_options);
	const dbc_ops_table *table = dbc_ops_find_table(host, args->relation.text);

	dbc_emit(host, dbc_int(count_rows(
					   host, table,
					   dbc_ops_read_object(host, &args->filters, "filters"),
					   given->deleted.integer)));
}
