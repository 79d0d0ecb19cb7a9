/*
 * columns.c
 *	  The columns that the log knows, and rows of them.
 *
 * A column is known by its number, which it keeps when it is renamed.
 */
#include "common/audit/replay.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/json.h"
#include "common/core/json_write.h"
#include "common/core/sort.h"
#include "common/row/moved.h"

/* Columns of audit/columns.sql. */
enum
{
	C_NUMBER,
	C_NAME,
	C_TYPE,
	C_KEY,
	C_VERSION,
	C_LABELS,
	C_IS_LOGGED,
	C_ADDED,
	C_IS_STORED
};

static void
add_column(dbc_host *host, dbc_audit_columns *columns, dbc_audit_column column)
{
	columns->list = dbc_grow(host, columns->list, (size_t) columns->count,
							 sizeof(*columns->list));
	columns->list[columns->count++] = column;
}

static int
compare_names(const void *left, const void *right)
{
	return strcmp((*(const dbc_audit_column *const *) left)->name,
				  (*(const dbc_audit_column *const *) right)->name);
}

/* Makes all columns known by their names. */
static void
sort_columns(dbc_host *host, dbc_audit_columns *columns)
{
	size_t count = (size_t) columns->count;

	columns->by_name = dbc_alloc(host, (count + 1) * sizeof(*columns->by_name));
	for (size_t i = 0; i < count; i++)
		columns->by_name[i] = &columns->list[i];
	dbc_sort(columns->by_name, count, sizeof(*columns->by_name), compare_names);
}

/* A member of an object as JSON; NULL if there is none. */
static const char *
member_text(dbc_host *host, const dbc_json_item *object, const char *key)
{
	const dbc_json_item *member = dbc_json_member(object, key);

	return member ? dbc_json_value_text(host, member) : NULL;
}

dbc_audit_columns
dbc_audit_read_columns(dbc_host *host, const char *json)
{
	dbc_audit_columns columns = {0};
	const char *problem;
	const dbc_json_item *array =
		dbc_json_read(host, json, strlen(json), NULL, 0, &problem);
	const dbc_json_item *column = array + 1;

	for (uint32_t i = 0;
		 array && array->kind == DBC_I_ARRAY && i < array->length; i++)
	{
		double number = 0;
		bool is_object = column->kind == DBC_I_OBJECT;
		const char *name =
			is_object
				? dbc_json_string_or_null(host, dbc_json_member(column, "name"))
				: NULL;

		if (is_object &&
			dbc_json_real(host, dbc_json_member(column, "last"), &number))
			columns.last = (int64_t) number;
		if (name && dbc_json_real(host, dbc_json_member(column, "n"), &number))
			add_column(host, &columns,
					   (dbc_audit_column){
						   .number = (int64_t) number,
						   .name = name,
						   .in_key = dbc_json_member(column, "key") != NULL,
						   .version = dbc_json_string_or_null(
							   host, dbc_json_member(column, "v")),
						   .labels = member_text(host, column, "labels")});
		column = dbc_json_next(column);
	}
	sort_columns(host, &columns);
	return columns;
}

const dbc_audit_columns *
dbc_audit_columns_of(dbc_audit_replay *r, const dbc_value *entry)
{
	if (r->last.shape != entry[DBC_NEWER_SHAPE].integer)
	{
		r->last =
			dbc_audit_read_columns(r->host, entry[DBC_NEWER_COLUMNS].text);
		r->last.shape = entry[DBC_NEWER_SHAPE].integer;
	}
	return &r->last;
}

const char *
dbc_audit_member_name(dbc_host *host, const dbc_audit_member *member)
{
	const char *name = dbc_copy(host, member->name, member->name_length);
	const char *problem;

	if (strchr(name, '\\'))
		return dbc_json_string_or_null(
			host, dbc_json_read(host, name, strlen(name), NULL, 0, &problem));
	return member->name_length < 2
			   ? name
			   : dbc_copy(host, name + 1, member->name_length - 2);
}

const dbc_audit_column *
dbc_audit_column_of(dbc_host *host, const dbc_audit_columns *columns,
					const dbc_audit_member *member)
{
	const dbc_audit_column wanted = {.name =
										 dbc_audit_member_name(host, member)};
	const dbc_audit_column *key = &wanted;
	const dbc_audit_column *const *found =
		wanted.name
			? dbc_search(&key, columns->by_name, (size_t) columns->count,
						 sizeof(*columns->by_name), compare_names)
			: NULL;

	return found ? *found : NULL;
}

void
dbc_audit_begin_columns(dbc_audit_replay *r, dbc_host *host,
						const dbc_relation *table, int64_t id)
{
	const dbc_value shown = dbc_text(table->shown);
	const dbc_rows *columns;

	dbc_row_refuse_moved_log(host, &shown);
	columns = dbc_query(host, "audit/columns", dbc_text(table->schema),
						dbc_text(table->name), dbc_int(id));
	*r = (dbc_audit_replay){.host = host, .table = table, .id = id};
	for (int i = 0; i < columns->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, columns, i, "ittITTbTb");

		add_column(host, &r->present,
				   (dbc_audit_column){.number = cells[C_NUMBER].integer,
									  .name = cells[C_NAME].text,
									  .in_key = cells[C_KEY].kind != DBC_NULL,
									  .version = cells[C_VERSION].text,
									  .labels = cells[C_LABELS].text,
									  .is_logged = cells[C_IS_LOGGED].integer,
									  .added = cells[C_ADDED].text,
									  .is_stored = cells[C_IS_STORED].integer});
	}
	sort_columns(host, &r->present);
}

/* ---- rows ---- */

const dbc_audit_cell *
dbc_audit_cell_of(const dbc_audit_row *row, int64_t column)
{
	int place = column >= 0 && column < row->nplaces ? row->places[column] : 0;

	return place > 0 ? &row->cells[place - 1] : NULL;
}

static const char *
value_of(const dbc_audit_row *row, int64_t column)
{
	const dbc_audit_cell *cell = dbc_audit_cell_of(row, column);

	return cell && cell->value ? cell->value : "null";
}

/* The places of cells, with room for that of a column. */
static int *
places_for(dbc_host *host, dbc_audit_row *row, int64_t column)
{
	int count = row->nplaces;
	int *places = row->places;

	if (column < count)
		return places;
	row->nplaces = (int) column + 1 > 2 * count ? (int) column + 1 : 2 * count;
	row->places = dbc_alloc(host, (size_t) row->nplaces * sizeof(*row->places));
	if (count > 0)
		memcpy(row->places, places, (size_t) count * sizeof(*places));
	return row->places;
}

void
dbc_audit_set_cell(dbc_host *host, dbc_audit_row *row,
				   const dbc_audit_column *column, const char *value)
{
	int *place = places_for(host, row, column->number) + column->number;

	if (*place == 0)
	{
		row->cells = dbc_grow(host, row->cells, (size_t) row->count,
							  sizeof(*row->cells));
		*place = ++row->count;
	}
	row->cells[*place - 1] = (dbc_audit_cell){column->number, value, column};
}

void
dbc_audit_set_cells(dbc_host *host, dbc_audit_row *row,
					const dbc_audit_columns *columns, const char *json)
{
	dbc_audit_member member;

	while (dbc_audit_next_member(&json, &member))
	{
		const dbc_audit_column *column =
			dbc_audit_column_of(host, columns, &member);

		if (column)
			dbc_audit_set_cell(
				host, row, column,
				dbc_copy(host, member.value, member.value_length));
	}
}

/* The order of jsonb: by length, then by bytes. */
static bool
comes_before(const char *left, const char *right)
{
	size_t l = strlen(left);
	size_t r = strlen(right);

	return l != r ? l < r : strcmp(left, right) < 0;
}

const dbc_audit_column *
dbc_audit_next_of_key(const dbc_audit_columns *columns,
					  const dbc_audit_column *last)
{
	const dbc_audit_column *next = NULL;

	for (int i = 0; i < columns->count; i++)
	{
		const dbc_audit_column *column = &columns->list[i];

		if (column->in_key &&
			(!last || comes_before(last->name, column->name)) &&
			(!next || comes_before(column->name, next->name)))
			next = column;
	}
	return next;
}

const char *
dbc_audit_key_of(dbc_host *host, const dbc_audit_row *row,
				 const dbc_audit_columns *columns)
{
	const dbc_audit_column *column = dbc_audit_next_of_key(columns, NULL);
	dbc_buffer text;

	if (column && !dbc_audit_next_of_key(columns, column))
		return value_of(row, column->number);
	dbc_buffer_init(&text, host);
	for (; column; column = dbc_audit_next_of_key(columns, column))
	{
		dbc_append(&text, text.length > 0 ? ", " : "{");
		dbc_json_append_string(&text, column->name);
		dbc_append_format(&text, ": %s", value_of(row, column->number));
	}
	dbc_append(&text, "}");
	return text.data;
}
