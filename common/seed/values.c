/*
 * values.c
 *	  The values of a row: references to rows of other tables are looked up.
 */
#include "common/seed/merge.h"

#include <string.h>

/* Columns of seed/foreign_keys.sql. */
enum
{
	L_COLUMN,
	L_PARENT_SCHEMA,
	L_PARENT_NAME,
	L_PARENT_SHOWN,
	L_PARENT_COLUMN
};

const dbc_json_item *
dbc_seed_item(dbc_host *host, const char *json)
{
	const char *problem;
	const dbc_json_item *item =
		dbc_json_read(host, json, strlen(json), NULL, 0, &problem);

	if (!item)
		dbc_fail(host, DBC_CORRUPTED, NULL, NULL,
				 "a row that was seeded is not stored as JSON");
	return item;
}

void
dbc_seed_note(dbc_host *host, const dbc_seed_row *row, const char *kind,
			  const dbc_ops_column *column, const char *sqlstate,
			  const char *message)
{
	dbc_seed_add_problem(
		host, &row->run->problems,
		(dbc_seed_problem){.kind = kind,
						   .seed = row->work->seed->name,
						   .row = row->number + 1,
						   .key = row->work->rows.keys[row->number],
						   .column = column ? column->name : NULL,
						   .message = message,
						   .sqlstate = sqlstate});
	row->work->counts.errors += dbc_same(kind, "error");
}

/* ---- references ---- */

/* The only column that a foreign key of a column refers to; adds a problem, and
 * returns NULL, if there is none or more than one. */
static const dbc_value *
find_link(dbc_host *host, const dbc_seed_row *row, const dbc_ops_column *column)
{
	const dbc_rows *links = row->work->links;
	const dbc_value *found = NULL;

	for (int i = 0; i < links->nrows; i++)
	{
		const dbc_value *link = dbc_get_row(host, links, i, "ttttt");

		if (!dbc_same(link[L_COLUMN].text, column->name))
			continue;
		if (found)
		{
			dbc_seed_note(host, row, "error", column, DBC_INVALID_PARAMETER,
						  "$ref is not clear, since foreign keys of the "
						  "column refer to different columns");
			return NULL;
		}
		found = link;
	}
	if (!found)
		dbc_seed_note(host, row, "error", column, DBC_INVALID_PARAMETER,
					  "the column has no foreign key that $ref could follow");
	return found;
}

/* The rows that a filter finds, at most two, with the referenced column. */
static const dbc_rows *
look_up(dbc_host *host, const dbc_ops_table *parent,
		const dbc_ops_column *column, const dbc_json_item *filter)
{
	dbc_ops_statement s;

	dbc_ops_begin(&s, host, parent);
	dbc_append_format(&s.text, "select %s from %s where ", column->quoted,
					  parent->qualified);
	if (dbc_ops_is_flagged(host, parent))
		dbc_append_format(
			&s.text, "%s is null and ",
			dbc_ops_find_column(host, parent, "deleted_at")->quoted);
	dbc_ops_add_filters(&s, filter);
	dbc_append(&s.text, " limit 2");
	return dbc_ops_run(&s, NULL);
}

/* Looks a reference up; false if its row is not there (yet). */
static bool
resolve_reference(dbc_host *host, const dbc_seed_row *row,
				  dbc_seed_value *value)
{
	const dbc_json_item *filter = dbc_json_member(value->given, "$ref");
	const dbc_value *link = find_link(host, row, value->column);
	dbc_relation *relation = dbc_alloc(host, sizeof(*relation));
	const dbc_ops_table *parent;
	const dbc_ops_column *column;
	const dbc_rows *rows;

	if (!link)
		return true;
	*relation =
		(dbc_relation){link[L_PARENT_SCHEMA].text, link[L_PARENT_NAME].text,
					   link[L_PARENT_SHOWN].text, 0};
	parent = DBC_CALL(host, ops, describe)(host, relation);
	column = dbc_ops_find_column(host, parent, link[L_PARENT_COLUMN].text);
	rows = look_up(host, parent, column, filter);
	if (rows->nrows == 1)
	{
		const dbc_value cell = dbc_get_value(host, rows, 0, 0);

		value->wanted =
			dbc_seed_item(host, dbc_ops_cell_text(host, column, &cell));
		return true;
	}
	if (rows->nrows == 0 && !row->run->is_last)
		return false;
	dbc_seed_note(host, row, "error", value->column, DBC_FOREIGN_KEY,
				  dbc_format(host, "%s of table %s is %s",
							 rows->nrows == 0 ? "no row" : "more than one row",
							 relation->shown,
							 dbc_json_value_text(host, filter)));
	return true;
}

bool
dbc_seed_resolve(dbc_host *host, dbc_seed_row *row)
{
	const dbc_seed_rows *rows = &row->work->rows;
	const dbc_json_item *object = rows->rows[row->number];
	const dbc_json_item *key = object + 1;
	const char *problem = NULL;

	row->nvalues = (int) object->length;
	row->values =
		dbc_alloc(host, ((size_t) row->nvalues + 1) * sizeof(*row->values));
	for (int i = 0; i < row->nvalues; i++)
	{
		dbc_seed_value *value = &row->values[i];

		value->column =
			dbc_ops_find_column(host, rows->table, dbc_json_string(host, key));
		value->given = dbc_json_next(key);
		value->kind =
			dbc_seed_read_cell(host, value->column, value->given, &problem);
		row->has_secrets |= dbc_seed_is_secret(value);
		if (value->kind == DBC_SEED_PLAIN)
			value->wanted = value->given;
		else if (value->kind == DBC_SEED_REF &&
				 !resolve_reference(host, row, value))
			return false;
		key = dbc_json_next(value->given);
	}
	return true;
}
