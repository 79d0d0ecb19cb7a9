/*
 * replay.c
 *	  Taking back changes of rows.  The key of a row is JSON, as in the log.
 */
#include "common/audit/replay.h"

#include <string.h>

#include "common/audit/seal.h"
#include "common/row/exact.h"

/* Columns of audit/present.sql. */
enum
{
	P_STATEMENT,
	P_IS_DENIED,
	P_IS_HIDDEN
};

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
place_of(const dbc_audit_replay *r, const char *key)
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
dbc_audit_find_row(const dbc_audit_replay *r, const char *key)
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

void
dbc_audit_begin_replay(dbc_audit_replay *r, dbc_host *host,
					   const dbc_relation *table, int64_t id)
{
	const dbc_rows *present;

	dbc_audit_begin_columns(r, host, table, id);
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

/* The value before (0) or after (1) an update of a column: the member is an
 * array of both, or {"erased": ...}. */
static const char *
value_of(dbc_host *host, const dbc_audit_member *member, int which)
{
	const char *limit = member->value + member->value_length;
	const char *value = member->value;
	const char *end = value; /* a bracket, then a comma */
	bool is_pair = *value == '[';

	for (int i = 0; i <= which && is_pair; i++)
	{
		value = end + 1;
		value += *value == ' ';
		end = dbc_audit_end_of_value(value);
		is_pair = end < limit;
	}
	return is_pair ? dbc_copy(host, value, (size_t) (end - value))
				   : dbc_copy(host, member->value, member->value_length);
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
			dbc_audit_set_cell(host, row, column,
							   value_of(host, &member, which));
	}
}

const char *
dbc_audit_moved_to(dbc_audit_replay *r, const dbc_value *entry)
{
	const dbc_audit_columns *columns = dbc_audit_columns_of(r, entry);
	const char *changed = entry[DBC_NEWER_CHANGED].text;
	const dbc_audit_column *first = dbc_audit_next_of_key(columns, NULL);
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
	if (dbc_audit_next_of_key(columns, first))
		dbc_audit_set_cells(r->host, &row, columns, entry[DBC_NEWER_KEY].text);
	set_changed(r->host, &row, columns, entry[DBC_NEWER_CHANGED].text, 1);
	return dbc_audit_present_key(r, columns,
								 dbc_audit_key_of(r->host, &row, columns));
}

/* Takes back an update. */
static void
take_back_update(dbc_audit_replay *r, const dbc_value *entry)
{
	const char *moved_to = dbc_audit_moved_to(r, entry);
	const char *key = dbc_audit_entry_key(r, entry);
	dbc_audit_row *now = dbc_audit_row_of(r, moved_to ? moved_to : key);
	dbc_audit_row *before = dbc_audit_row_of(r, key);

	if (!now->exists || (before != now && before->exists))
		refuse_gap(r, entry);
	if (before != now)
	{
		before->cells = now->cells;
		before->count = now->count;
		before->places = now->places;
		before->nplaces = now->nplaces;
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
	dbc_audit_row *row = dbc_audit_row_of(r, dbc_audit_entry_key(r, entry));

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
