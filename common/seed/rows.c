/*
 * rows.c
 *	  The rows of a seed; see rows.h.
 */
#include "common/core/sort.h"
#include "common/seed/rows.h"

#include <stdlib.h>
#include <string.h>

/* The longest key as JSON: an index has it. */
#define MOST_KEY 1000

/* ---- problems ---- */

void
dbc_seed_add_problem(dbc_host *host, dbc_seed_problems *problems,
					 dbc_seed_problem problem)
{
	problems->list = dbc_grow(host, problems->list, (size_t) problems->count,
							  sizeof(*problems->list));
	problems->list[problems->count++] = problem;
	problems->nerrors += dbc_same(problem.kind, "error");
}

static void
append_problem(dbc_buffer *detail, const dbc_seed_problem *problem)
{
	dbc_append_format(detail, "%sSeed \"%s\"", detail->length > 0 ? " " : "",
					  problem->seed);
	if (problem->row > 0)
		dbc_append_format(detail, ", row %d", problem->row);
	if (problem->column)
		dbc_append_format(detail, ", column \"%s\"", problem->column);
	dbc_append_format(detail, ": %s.", problem->message);
}

_Noreturn void
dbc_seed_fail(dbc_host *host, const dbc_seed_problems *problems,
			  const char *message)
{
	const char *sqlstate = NULL;
	dbc_buffer detail;
	int listed = 0;

	dbc_buffer_init(&detail, host);
	for (int i = 0; i < problems->count; i++)
	{
		const dbc_seed_problem *problem = &problems->list[i];

		if (!dbc_same(problem->kind, "error"))
			continue;
		if (!sqlstate)
			sqlstate = problem->sqlstate;
		else if (!dbc_same(sqlstate, problem->sqlstate))
			sqlstate = "23000";
		if (listed++ < DBC_SEED_MOST_LISTED)
			append_problem(&detail, problem);
	}
	if (listed > DBC_SEED_MOST_LISTED)
		dbc_append_format(&detail, " And %d more.",
						  listed - DBC_SEED_MOST_LISTED);
	dbc_fail(host, sqlstate, detail.data, NULL, "%s: %s", message,
			 dbc_count_text(host, listed, "problem"));
}

/* ---- cells ---- */

/* Whether an object has just these members. */
static bool
has_members(const dbc_json_item *object, const char *first, const char *second)
{
	return object->length == (second ? 2 : 1) &&
		   dbc_json_member(object, first) &&
		   (!second || dbc_json_member(object, second));
}

static bool
member_is(const dbc_json_item *object, const char *key, const char *text)
{
	const dbc_json_item *item = dbc_json_member(object, key);

	return item && item->kind == DBC_I_STRING && dbc_json_string_is(item, text);
}

/* Whether an object is {"$ref": {column: scalar, ...}}. */
static bool
is_reference(const dbc_json_item *object)
{
	const dbc_json_item *filter = dbc_json_member(object, "$ref");
	const dbc_json_item *key;

	if (object->length != 1 || !filter || filter->kind != DBC_I_OBJECT ||
		filter->length == 0)
		return false;
	key = filter + 1;
	for (uint32_t i = 0; i < filter->length; i++)
	{
		const dbc_json_item *item = dbc_json_next(key);

		if (item->kind == DBC_I_NULL || item->kind >= DBC_I_ARRAY)
			return false;
		key = dbc_json_next(item);
	}
	return true;
}

dbc_seed_cell
dbc_seed_read_cell(dbc_host *host, const dbc_ops_column *column,
				   const dbc_json_item *item, const char **problem)
{
	const dbc_json_item *name;

	if (item->kind != DBC_I_OBJECT || item->length == 0 ||
		column->kind == DBC_OPS_JSON)
		return DBC_SEED_PLAIN;
	if (is_reference(item))
		return DBC_SEED_REF;
	if (has_members(item, "$generate", NULL) &&
		member_is(item, "$generate", "password"))
		return DBC_SEED_GENERATE;
	if (has_members(item, "$hash", "from_env") &&
		member_is(item, "$hash", "scrypt"))
	{
		name = dbc_json_member(item, "from_env");
		if (name->kind == DBC_I_STRING && name->length > 0)
			return DBC_SEED_HASH;
	}
	for (const dbc_json_item *key = item + 1; key < dbc_json_next(item);
		 key = dbc_json_next(dbc_json_next(key)))
		if (key->length > 0 && key->text[0] == '$')
			*problem = dbc_format(
				host,
				"%s is none of {\"$ref\": {\"column\": value}}, {\"$hash\": "
				"\"scrypt\", \"from_env\": \"NAME\"} and {\"$generate\": "
				"\"password\"}",
				dbc_json_value_text(host, item));
	return DBC_SEED_PLAIN;
}

/* ---- reading ---- */

bool
dbc_seed_in_key(const dbc_seed_rows *rows, const dbc_ops_column *column)
{
	for (int i = 0; i < rows->nkey; i++)
		if (rows->key[i] == column)
			return true;
	return false;
}

static void
add(dbc_host *host, dbc_seed_problems *problems, const dbc_seed_rows *rows,
	int row, const char *column, const char *message)
{
	dbc_seed_add_problem(host, problems,
						 (dbc_seed_problem){.kind = "error",
											.seed = rows->name,
											.row = row + 1,
											.column = column,
											.message = message,
											.sqlstate = DBC_INVALID_PARAMETER});
}

const dbc_ops_column *
dbc_seed_find_column(const dbc_ops_table *table, const dbc_json_item *name)
{
	for (int i = 0; i < table->ncolumns; i++)
		if (dbc_json_string_is(name, table->columns[i].name))
			return &table->columns[i];
	return NULL;
}

/* Adds what is wrong with the cells of a row. */
static void
check_cells(dbc_host *host, const dbc_seed_rows *rows, int row,
			dbc_seed_problems *problems)
{
	const dbc_json_item *key = rows->rows[row] + 1;

	for (uint32_t i = 0; i < rows->rows[row]->length; i++)
	{
		const dbc_json_item *item = dbc_json_next(key);
		const dbc_ops_column *column = dbc_seed_find_column(rows->table, key);
		const char *problem = NULL;
		dbc_seed_cell cell;

		if (!column)
			add(host, problems, rows, row, dbc_json_string(host, key),
				dbc_format(host, "table %s has no such column",
						   rows->table->relation->shown));
		else if (column->is_generated)
			add(host, problems, rows, row, column->name,
				"the column is generated and takes no value");
		else
		{
			cell = dbc_seed_read_cell(host, column, item, &problem);
			if (!problem && dbc_seed_in_key(rows, column) &&
				(cell == DBC_SEED_HASH || cell == DBC_SEED_GENERATE))
				problem = "a column of the key must not be a secret";
			if (problem)
				add(host, problems, rows, row, column->name, problem);
		}
		key = dbc_json_next(item);
	}
}

/* The key of a row as JSON; NULL if it lacks a column, which is added. */
static const char *
read_key(dbc_host *host, const dbc_seed_rows *rows, int row,
		 dbc_seed_problems *problems)
{
	dbc_json_node *object = dbc_json_object(host);
	const char *text;
	bool complete = true;

	for (int i = 0; i < rows->nkey; i++)
	{
		const dbc_json_item *item =
			dbc_json_member(rows->rows[row], rows->key[i]->name);
		dbc_value value;

		if (!item || item->kind == DBC_I_NULL)
		{
			complete = false;
			add(host, problems, rows, row, rows->key[i]->name,
				item ? "the column of the key is null"
					 : "the column of the key is missing");
			continue;
		}
		value = item->kind == DBC_I_STRING
					? dbc_text(dbc_json_string(host, item))
					: dbc_json(dbc_json_value_text(host, item));
		dbc_json_put_value(object, rows->key[i]->name, &value);
	}
	text = dbc_json_text(object);
	if (complete && strlen(text) > MOST_KEY)
		add(host, problems, rows, row, NULL,
			dbc_format(host, "the key has more than %d bytes", MOST_KEY));
	return complete ? text : NULL;
}

static int
compare_keys(const void *left, const void *right)
{
	const char *const *a = *(const char *const *const *) left;
	const char *const *b = *(const char *const *const *) right;
	int order = strcmp(*a, *b);

	return order != 0 ? order : a < b ? -1 : a > b;
}

/* Adds rows with the key of another one. */
static void
check_duplicates(dbc_host *host, const dbc_seed_rows *rows,
				 dbc_seed_problems *problems)
{
	const char ***sorted =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*sorted));
	int count = 0;

	for (int i = 0; i < rows->nrows; i++)
		if (rows->keys[i])
			sorted[count++] = &rows->keys[i];
	dbc_sort(sorted, (size_t) count, sizeof(*sorted), compare_keys);
	for (int i = 1; i < count; i++)
		if (dbc_same(*sorted[i - 1], *sorted[i]))
			add(host, problems, rows, (int) (sorted[i] - rows->keys), NULL,
				dbc_format(host, "the key %s is that of row %d", *sorted[i],
						   (int) (sorted[i - 1] - rows->keys) + 1));
}

void
dbc_seed_read_rows(dbc_host *host, dbc_seed_rows *rows, const char *const *key,
				   const char *json, dbc_seed_problems *problems)
{
	dbc_value value = dbc_json(json);

	rows->key = key ? dbc_ops_find_columns(host, rows->table, key, &rows->nkey)
					: rows->table->keys;
	rows->nkey = key ? rows->nkey : rows->table->nkeys;
	dbc_ops_require_unique(host, rows->table, rows->key, rows->nkey);
	rows->rows = dbc_ops_read_rows(
		host, &value, dbc_format(host, " of seed \"%s\"", rows->name),
		&rows->nrows);
	rows->keys =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*rows->keys));
	for (int i = 0; i < rows->nrows; i++)
	{
		check_cells(host, rows, i, problems);
		rows->keys[i] = read_key(host, rows, i, problems);
	}
	check_duplicates(host, rows, problems);
}
