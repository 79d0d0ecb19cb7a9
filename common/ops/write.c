/*
 * write.c
 *	  dbops_insert and dbops_upsert: rows given as JSON objects.
 *
 * Each row is checked by the code of dbcheck_row before it is inserted, so that
 * the caller learns all its problems at once, and so that SQLite, which
 * enforces less, refuses what PostgreSQL does.  Rows are inserted in batches;
 * if the engine refuses one of a batch, the batch is inserted again row by row.
 */
#include "common/ops/change.h"

#include <string.h>

#include "common/check/row.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/options.h"
#include "common/core/settings.h"

/* SQLSTATE of rows that violate constraints. */
#define REFUSED_ROWS "23000"

/* How many problems an error lists. */
#define MOST_LISTED 50

#define ROWS_BETWEEN_REPORTS 100

/* A reason why a row was not inserted. */
typedef struct problem
{
	int row; /* from 1 */
	const char *column;
	const char *constraint;
	const char *message;
} problem;

typedef struct insertion
{
	dbc_ops_change change;
	const dbops_insert_options *given;
	const dbc_json_item **rows;
	int nrows;
	const dbc_ops_column **key; /* of an upsert, or NULL */
	int nkey;
	bool stops;
	bool checks;
	int64_t failed; /* rows */
	problem *problems;
	int nproblems;
	/* the rows of the batch that is inserted */
	int first;
	int end;
	int current;
} insertion;

/* ---- problems ---- */

static void
add_problem(dbc_host *host, insertion *in, problem problem)
{
	in->problems = dbc_grow(host, in->problems, (size_t) in->nproblems,
							sizeof(*in->problems));
	in->problems[in->nproblems++] = problem;
}

/* Whether a violation does not prevent the row: that is left to the engine. */
static bool
is_ignored(const insertion *in, const dbc_check_row_violation *violation)
{
	if (violation->kind == DBC_VIOLATION_UNKNOWN)
		return true;
	if (violation->kind == DBC_VIOLATION_KEY)
		return in->key != NULL;
	if (violation->kind != DBC_VIOLATION_VALUE || !violation->column)
		return false;
	/* a blob is text in JSON */
	for (int i = 0; i < in->change.table->ncolumns; i++)
		if (dbc_same(in->change.table->columns[i].name, violation->column))
			return in->change.table->columns[i].kind == DBC_OPS_BLOB;
	return false;
}

/* Adds a problem that dbcheck_row() finds. */
static void
add_violation(dbc_host *host, insertion *in, int row,
			  const dbc_check_row_problem *found)
{
	if (!is_ignored(in, found->violation))
		add_problem(host, in,
					(problem){row + 1, found->violation->column,
							  found->violation->constraint, found->message});
}

/* Whether a problem of a row names a column. */
static bool
has_problem(const insertion *in, int first, const char *column)
{
	for (int i = first; i < in->nproblems; i++)
		if (in->problems[i].column && dbc_same(in->problems[i].column, column))
			return true;
	return false;
}

/* [SQLite] Adds the problems of values of a row that are no numbers: a table
 * that is not STRICT would store them as text. */
static void
check_numbers(dbc_host *host, insertion *in, int row, int first)
{
	const dbc_ops_table *table = in->change.table;

	for (int i = 0; i < table->ncolumns; i++)
	{
		const dbc_ops_column *column = &table->columns[i];
		const dbc_json_item *item =
			column->declared ? dbc_json_member(in->rows[row], column->name)
							 : NULL;

		if (!item || item->kind == DBC_I_NULL ||
			dbc_ops_is_number(host, column, item) ||
			has_problem(in, first, column->name))
			continue;
		add_problem(
			host, in,
			(problem){row + 1, column->name, NULL,
					  dbc_format(host,
								 "invalid input syntax for type %s: \"%s\"",
								 column->declared,
								 item->kind == DBC_I_STRING
									 ? dbc_ops_take_text(host, item)
									 : dbc_json_value_text(host, item))});
	}
}

/* Adds the problems of a row: of its values first, and then of its constraints.
 * Returns whether there are any. */
static bool
check_row(dbc_host *host, insertion *in, int row)
{
	int before = in->nproblems;
	int nproblems;
	int i = 0;
	const dbc_check_row_problem *problems = dbc_check_list_problems(
		host, in->change.table->relation,
		dbc_json_value_text(host, in->rows[row]), &nproblems);

	for (; i < nproblems && problems[i].violation->kind <= DBC_VIOLATION_VALUE;
		 i++)
		add_violation(host, in, row, &problems[i]);
	check_numbers(host, in, row, before);
	for (; i < nproblems; i++)
		add_violation(host, in, row, &problems[i]);
	return in->nproblems > before;
}

/* Fails with the problems of all rows. */
static _Noreturn void
refuse_rows(dbc_host *host, const insertion *in)
{
	dbc_buffer detail;
	int listed = in->nproblems < MOST_LISTED ? in->nproblems : MOST_LISTED;

	dbc_buffer_init(&detail, host);
	for (int i = 0; i < listed; i++)
		dbc_append_format(&detail, "%sRow %d: %s.", i > 0 ? " " : "",
						  in->problems[i].row, in->problems[i].message);
	if (listed < in->nproblems)
		dbc_append_format(&detail, " And %d more.", in->nproblems - listed);
	dbc_fail(host, REFUSED_ROWS, detail.data, NULL,
			 "table %s does not accept %s of %d",
			 in->change.table->relation->shown,
			 dbc_count_text(host, in->failed, "row"), in->nrows);
}

/* ---- inserting ---- */

/* Appends what an upsert does with a row that is there. */
static void
add_conflict(dbc_ops_statement *s, const insertion *in,
			 const dbc_ops_column *const *columns, int ncolumns)
{
	bool updates = false;

	dbc_append(&s->text, " on conflict (");
	dbc_ops_add_columns(s, in->key, in->nkey);
	dbc_append(&s->text, ") do ");
	for (int i = 0; i < ncolumns; i++)
	{
		bool is_key = false;

		for (int j = 0; j < in->nkey; j++)
			is_key = is_key || in->key[j] == columns[i];
		if (is_key)
			continue;
		dbc_append_format(&s->text, "%s%s = excluded.%s",
						  updates ? ", " : "update set ", columns[i]->quoted,
						  columns[i]->quoted);
		updates = true;
	}
	dbc_append(&s->text, updates ? "" : "nothing");
}

static void
insert_row(dbc_host *host, insertion *in, const dbc_json_item *row)
{
	const dbc_ops_column **columns =
		dbc_alloc(host, ((size_t) row->length + 1) * sizeof(*columns));
	const dbc_json_item *key = row + 1;
	dbc_ops_statement s;

	dbc_ops_begin(&s, host, in->change.table);
	/* the table can be named excluded */
	dbc_append_format(&s.text, "insert into %s %s", in->change.table->qualified,
					  in->key ? "as dbcare_row " : "");
	for (uint32_t i = 0; i < row->length; i++)
	{
		columns[i] = dbc_ops_find_column(host, in->change.table,
										 dbc_json_string(host, key));
		key = dbc_json_next(dbc_json_next(key));
	}
	if (row->length > 0)
	{
		dbc_append(&s.text, "(");
		dbc_ops_add_columns(&s, columns, (int) row->length);
		dbc_append(&s.text, ") values (");
		key = row + 1;
		for (uint32_t i = 0; i < row->length; i++)
		{
			const dbc_json_item *item = dbc_json_next(key);
			const dbc_ops_value value = dbc_ops_take(host, columns[i], item);

			dbc_append(&s.text, i > 0 ? ", " : "");
			dbc_ops_add_written(&s, columns[i], item, &value);
			key = dbc_json_next(item);
		}
		dbc_append(&s.text, ")");
	}
	else
		dbc_append(&s.text, "default values");
	if (in->key)
		add_conflict(&s, in, columns, (int) row->length);
	dbc_ops_run_change(&s, &in->change);
}

/* Checks and inserts the rows of a batch. */
static void
insert_rows(dbc_host *host, void *arg)
{
	insertion *in = arg;

	for (in->current = in->first; in->current < in->end; in->current++)
	{
		if (in->current % ROWS_BETWEEN_REPORTS == 0)
			dbc_progress(host, "inserting", in->current, in->nrows);
		if (in->checks && check_row(host, in, in->current))
			in->failed++;
		/* after a problem that stops the call, others are still found */
		else if (!in->stops || in->failed == 0)
			insert_row(host, in, in->rows[in->current]);
	}
}

/* Inserts some rows; returns whether the engine accepted them all. */
static bool
try_rows(dbc_host *host, insertion *in, int first, int end, dbc_error *error)
{
	const insertion before = *in;
	int64_t retries = in->given->retries.integer;

	in->first = first;
	in->end = end;
	while (!dbc_guard(host, insert_rows, in, DBC_KEEP, false, error))
	{
		int current = in->current;

		*in = before;
		dbc_ops_reset_change(&in->change, &before.change);
		in->first = first;
		in->end = end;
		in->current = current;
		if (!dbc_ops_may_retry(host, error, &retries))
			return false;
	}
	return true;
}

/* Inserts the rows of a batch one by one, and notes those that fail. */
static void
insert_one_by_one(dbc_host *host, insertion *in, int first, int end)
{
	dbc_error error;

	for (int i = first; i < end; i++)
		if (!try_rows(host, in, i, i + 1, &error))
		{
			in->failed++;
			add_problem(host, in, (problem){i + 1, NULL, NULL, error.message});
		}
}

static void
insert_all(dbc_host *host, insertion *in)
{
	int size = (int) dbc_option_or(&in->given->batch_size, 1000);
	dbc_error error;

	for (int first = 0; first < in->nrows; first += size)
	{
		int end = in->nrows - first < size ? in->nrows : first + size;

		if (try_rows(host, in, first, end, &error))
			continue;
		if (in->stops)
		{
			if (!error.context)
				error.context = dbc_format(host, "In row %d of %d.",
										   in->current + 1, in->nrows);
			dbc_rethrow(host, &error);
		}
		insert_one_by_one(host, in, first, end);
	}
	dbc_progress_end(host, in->nrows);
	if (in->stops && in->failed > 0)
		refuse_rows(host, in);
}

/* ---- the functions ---- */

static void
insert(dbc_host *host, const dbc_value *relation, const dbc_value *row_data,
	   const dbops_insert_options *given, const dbc_option_value *key,
	   bool upserts)
{
	insertion in = {.given = given,
					.stops = !given->on_error.given ||
							 dbc_same(given->on_error.text, "stop"),
					.checks = !given->check.given || given->check.integer};
	dbc_json_node *result = dbc_json_object(host);
	dbc_json_node *problems = dbc_json_array(host);

	dbc_ops_begin_change(host, &in.change, relation, &given->returning,
						 &given->keys, &given->lock_timeout_ms);
	in.rows = dbc_ops_read_rows(host, row_data, "", &in.nrows);
	if (upserts)
	{
		in.key = key->given ? dbc_ops_find_columns(host, in.change.table,
												   key->texts, &in.nkey)
							: in.change.table->keys;
		in.nkey = key->given ? in.nkey : in.change.table->nkeys;
		dbc_ops_require_unique(host, in.change.table, in.key, in.nkey);
	}
	insert_all(host, &in);
	dbc_ops_put_change(result, &in.change);
	DBC_PUT_INT(result, failed, in.failed);
	if (given->on_error.given && dbc_same(given->on_error.text, "report"))
	{
		for (int i = 0; i < in.nproblems; i++)
		{
			dbc_json_node *entry = dbc_json_object(host);

			DBC_PUT_INT(entry, row, in.problems[i].row);
			DBC_PUT_TEXT(entry, column, in.problems[i].column);
			DBC_PUT_TEXT(entry, constraint, in.problems[i].constraint);
			DBC_PUT_TEXT(entry, message, in.problems[i].message);
			dbc_json_push(problems, entry);
		}
		DBC_PUT(result, problems, problems);
	}
	dbc_json_emit(host, result);
}

/* dbops_insert(relation, row_data, options) */
DBC_RUN(dbops_insert)
{
	const dbc_option_value none = {.given = false};

	insert(host, &args->relation, &args->row_data,
		   dbc_read_options(host, &args->options, dbops_insert_options), &none,
		   false);
}

/* dbops_upsert(relation, row_data, options) */
DBC_RUN(dbops_upsert)
{
	const dbops_upsert_options *given =
		dbc_read_options(host, &args->options, dbops_upsert_options);

	/* whose first options are those of dbops_insert() */
	insert(host, &args->relation, &args->row_data,
		   (const dbops_insert_options *) given, &given->key, true);
}
