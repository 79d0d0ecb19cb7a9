/*
 * replay.c
 *	  Taking back changes of rows.
 *
 * A column is known by its number, which it keeps when it is renamed.  The key
 * of a row is JSON, as in the log.
 */
#include "common/audit/replay.h"

#include <string.h>

#include "common/audit/seal.h"
#include "common/core/json.h"
#include "common/core/json_write.h"
#include "common/row/exact.h"

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

/* Columns of audit/present.sql. */
enum
{
	P_STATEMENT,
	P_IS_DENIED,
	P_IS_HIDDEN
};

/* ---- columns ---- */

static void
add_column(dbc_host *host, dbc_audit_columns *columns, dbc_audit_column column)
{
	columns->list = dbc_grow(host, columns->list, (size_t) columns->count,
							 sizeof(*columns->list));
	columns->list[columns->count++] = column;
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
	const char *name = dbc_audit_member_name(host, member);

	for (int i = 0; name && i < columns->count; i++)
		if (dbc_same(columns->list[i].name, name))
			return &columns->list[i];
	return NULL;
}

/* ---- rows ---- */

static uint32_t
hash_key(const char *key)
{
	uint32_t hash = 2166136261u;

	for (; *key; key++)
		hash = (hash ^ (unsigned char) *key) * 16777619u;
	return hash;
}

/* The place of a key in the hash table. */
static int *
place_of(dbc_audit_replay *r, const char *key)
{
	uint32_t at = hash_key(key);

	for (;; at++)
	{
		int *place = &r->places[at & (uint32_t) (r->nplaces - 1)];

		if (!*place || dbc_same(r->rows[*place - 1]->key, key))
			return place;
	}
}

/* Makes room in the hash table for one more row. */
static void
widen(dbc_audit_replay *r)
{
	if (2 * (r->nrows + 1) <= r->nplaces)
		return;
	r->nplaces = r->nplaces ? 2 * r->nplaces : 64;
	r->places = dbc_alloc(r->host, (size_t) r->nplaces * sizeof(*r->places));
	memset(r->places, 0, (size_t) r->nplaces * sizeof(*r->places));
	for (int i = 0; i < r->nrows; i++)
		*place_of(r, r->rows[i]->key) = i + 1;
}

int
dbc_audit_find_row(dbc_audit_replay *r, const char *key)
{
	return r->nrows > 0 ? *place_of(r, key) - 1 : -1;
}

int
dbc_audit_number_of(dbc_audit_replay *r, const char *key)
{
	int *place;

	widen(r);
	place = place_of(r, key);
	if (!*place)
	{
		dbc_audit_row *row = dbc_alloc(r->host, sizeof(*row));

		*row = (dbc_audit_row){.key = key};
		r->rows = dbc_grow(r->host, r->rows, (size_t) r->nrows,
						   sizeof(dbc_audit_row *));
		r->rows[r->nrows++] = row;
		*place = r->nrows;
	}
	return *place - 1;
}

dbc_audit_row *
dbc_audit_row_of(dbc_audit_replay *r, const char *key)
{
	int number = dbc_audit_number_of(r, key); /* may move the rows */

	return r->rows[number];
}

static const char *
cell_of(const dbc_audit_row *row, int64_t column)
{
	for (int i = 0; i < row->count; i++)
		if (row->cells[i].column == column)
			return row->cells[i].value;
	return NULL;
}

static void
set_cell(dbc_host *host, dbc_audit_row *row, const dbc_audit_column *column,
		 const char *value)
{
	dbc_audit_cell cell = {column->number, value, column};

	for (int i = 0; i < row->count; i++)
		if (row->cells[i].column == column->number)
		{
			row->cells[i] = cell;
			return;
		}
	row->cells =
		dbc_grow(host, row->cells, (size_t) row->count, sizeof(*row->cells));
	row->cells[row->count++] = cell;
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
			set_cell(host, row, column,
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

/* The column of the key after another one, in the order of jsonb; NULL if there
 * is none. */
static const dbc_audit_column *
next_of_key(const dbc_audit_columns *columns, const dbc_audit_column *last)
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
	const dbc_audit_column *column = next_of_key(columns, NULL);
	dbc_buffer text;

	if (column && !next_of_key(columns, column))
		return cell_of(row, column->number);
	dbc_buffer_init(&text, host);
	for (; column; column = next_of_key(columns, column))
	{
		const char *value = cell_of(row, column->number);

		dbc_append(&text, text.length > 0 ? ", " : "{");
		dbc_json_append_string(&text, column->name);
		dbc_append_format(&text, ": %s", value ? value : "null");
	}
	dbc_append(&text, "}");
	return text.data;
}

void
dbc_audit_begin_replay(dbc_audit_replay *r, dbc_host *host,
					   const dbc_relation *table, int64_t id)
{
	const dbc_rows *columns =
		dbc_query(host, "audit/columns", dbc_text(table->schema),
				  dbc_text(table->name), dbc_int(id));
	const dbc_rows *present;

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
	present = dbc_query(host, "audit/present", dbc_text(table->schema),
						dbc_text(table->name));
	if (dbc_get_bool(host, present, 0, P_IS_DENIED))
		dbc_fail(host, DBC_INSUFFICIENT,
				 "Rows of the past are rebuilt from the present ones.", NULL,
				 "permission denied for table %s", table->shown);
	if (dbc_get_bool(host, present, 0, P_IS_HIDDEN))
		dbc_fail(host, DBC_INSUFFICIENT,
				 "Rows of the past are rebuilt from the present ones.", NULL,
				 "row security hides rows of table %s", table->shown);
	r->statement = dbc_get_text(host, present, 0, P_STATEMENT);
}

/* ---- changes ---- */

const dbc_value *
dbc_audit_get_newer(dbc_host *host, const dbc_rows *rows, int row,
					const char *shapes)
{
	const char *stored_key = dbc_get_text(host, rows, row, DBC_NEWER_KEY);
	const char *stored = dbc_get_text(host, rows, row, DBC_NEWER_CHANGED);
	const char *key = dbc_row_exact(host, stored_key);
	const char *changed = dbc_row_exact(host, stored);
	dbc_rows *exact;
	dbc_value *cells;

	if (key == stored_key && changed == stored)
		return dbc_get_row(host, rows, row, shapes);
	cells = dbc_alloc(host, (size_t) rows->ncols * sizeof(*cells));
	for (int i = 0; i < rows->ncols; i++)
		cells[i] = dbc_get_value(host, rows, row, i);
	cells[DBC_NEWER_KEY].text = key;
	cells[DBC_NEWER_CHANGED].text = changed;
	exact = dbc_alloc(host, sizeof(*exact));
	*exact = (dbc_rows){.nrows = 1,
						.ncols = rows->ncols,
						.values = cells,
						.statement = rows->statement,
						.sql = rows->sql,
						.columns = rows->columns};
	return dbc_get_row(host, exact, 0, shapes);
}

/* Fails because a change cannot have left the row as it is. */
static _Noreturn void
refuse_gap(const dbc_audit_replay *r, const dbc_value *entry)
{
	dbc_fail(r->host, DBC_NOT_READY,
			 dbc_format(r->host,
						"The row is not as entry %lld has left it: later "
						"changes are not in the log, or you cannot see the "
						"row.",
						(long long) entry[DBC_NEWER_ID].integer),
			 NULL, "row %s of table %s cannot be rebuilt",
			 entry[DBC_NEWER_KEY].text, r->table->shown);
}

/* The value before (0) or after (1) an update of a column. */
static const char *
value_of(dbc_host *host, const dbc_audit_member *member, int which)
{
	const char *text = dbc_copy(host, member->value, member->value_length);
	const char *problem;
	const dbc_json_item *pair =
		dbc_json_read(host, text, strlen(text), NULL, 0, &problem);
	const dbc_json_item *item;
	dbc_json_node *array;
	const char *json;
	dbc_value value;

	/* {"erased": ...} */
	if (!pair || pair->kind != DBC_I_ARRAY || pair->length != 2)
		return text;
	item = which ? dbc_json_next(pair + 1) : pair + 1;
	json = dbc_json_value_text(host, item);
	if (json && item->kind != DBC_I_STRING)
		return json;
	value = dbc_text(json);
	array = dbc_json_array(host);
	dbc_json_push_value(array, &value);
	text = dbc_json_text(array);
	return dbc_copy(host, text + 1, strlen(text) - 2);
}

/* Sets the cells that an update has changed to their values before or after. */
static void
set_changed(dbc_host *host, dbc_audit_row *row,
			const dbc_audit_columns *columns, const char *changed, int which)
{
	dbc_audit_member member;

	while (dbc_audit_next_member(&changed, &member))
	{
		const dbc_audit_column *column =
			dbc_audit_column_of(host, columns, &member);

		if (column)
			set_cell(host, row, column, value_of(host, &member, which));
	}
}

const char *
dbc_audit_moved_to(dbc_audit_replay *r, const dbc_value *entry)
{
	const dbc_audit_columns *columns = dbc_audit_columns_of(r, entry);
	const char *changed = entry[DBC_NEWER_CHANGED].text;
	const dbc_audit_column *first = next_of_key(columns, NULL);
	dbc_audit_row row = {0};
	dbc_audit_member member;
	bool moved = false;

	while (dbc_audit_next_member(&changed, &member))
	{
		const dbc_audit_column *column =
			dbc_audit_column_of(r->host, columns, &member);

		moved = moved || (column && column->in_key);
	}
	if (!moved || !dbc_same(entry[DBC_NEWER_ACTION].text, "update"))
		return NULL;
	if (next_of_key(columns, first))
		dbc_audit_set_cells(r->host, &row, columns, entry[DBC_NEWER_KEY].text);
	set_changed(r->host, &row, columns, entry[DBC_NEWER_CHANGED].text, 1);
	return dbc_audit_key_of(r->host, &row, columns);
}

/* Takes back an update. */
static void
take_back_update(dbc_audit_replay *r, const dbc_value *entry)
{
	const char *moved_to = dbc_audit_moved_to(r, entry);
	dbc_audit_row *now =
		dbc_audit_row_of(r, moved_to ? moved_to : entry[DBC_NEWER_KEY].text);
	dbc_audit_row *before = dbc_audit_row_of(r, entry[DBC_NEWER_KEY].text);

	if (!now->exists || (before != now && before->exists))
		refuse_gap(r, entry);
	if (before != now)
	{
		before->cells = now->cells;
		before->count = now->count;
		before->exists = true;
		*now = (dbc_audit_row){.key = now->key};
	}
	set_changed(r->host, before, dbc_audit_columns_of(r, entry),
				entry[DBC_NEWER_CHANGED].text, 0);
}

static const dbc_audit_columns *
copy_columns(dbc_host *host, const dbc_audit_columns *columns)
{
	dbc_audit_columns *copy = dbc_alloc(host, sizeof(*copy));

	*copy = *columns;
	return copy;
}

void
dbc_audit_take_back(dbc_audit_replay *r, const dbc_value *entry)
{
	const char *action = entry[DBC_NEWER_ACTION].text;
	dbc_audit_row *row = dbc_audit_row_of(r, entry[DBC_NEWER_KEY].text);

	if (dbc_same(action, "update"))
	{
		take_back_update(r, entry);
		return;
	}
	if (row->exists != dbc_same(action, "insert"))
		refuse_gap(r, entry);
	row->exists = !row->exists;
	row->was_deleted = row->exists;
	if (!row->exists)
		return;
	/* columns that are not logged keep the values of the row that has the key
	 */
	dbc_audit_set_cells(r->host, row, dbc_audit_columns_of(r, entry),
						entry[DBC_NEWER_CHANGED].text);
	row->shape = copy_columns(r->host, dbc_audit_columns_of(r, entry));
}
