/*
 * row_text.c
 *	  A row that was rebuilt, as JSON.
 *
 * A value is that of its column as long as ALTER TABLE has not changed it,
 * which the log does not have: then it is not known.
 */
#include "common/audit/replay.h"

#include <string.h>

#include "common/core/json.h"
#include "common/core/json_write.h"

/* Parts of a version: the file of the table, the column in the catalog, and its
 * default. */
enum
{
	V_FILE,
	V_COLUMN,
	V_DEFAULT
};

/* A part of a version, up to a full stop or the end; sets its length. */
static const char *
part_of(const char *version, int part, size_t *length)
{
	while (part-- > 0 && strchr(version, '.'))
		version = strchr(version, '.') + 1;
	*length = strcspn(version, ".");
	return version;
}

static bool
has_part(const char *left, const char *right, int part)
{
	size_t l;
	size_t r;

	left = part_of(left, part, &l);
	right = part_of(right, part, &r);
	return l == r && memcmp(left, right, l) == 0;
}

/* Whether all labels of an enum still have their names. */
static bool
has_labels(dbc_host *host, const char *then, const char *now)
{
	dbc_json_entries old = dbc_json_read_entries(host, then, "labels");
	dbc_json_entries new = dbc_json_read_entries(host, now, "labels");
	int found = 0;

	for (int i = 0; i < old.count; i++)
		for (int j = 0; j < new.count; j++)
			found += dbc_same(old.list[i].key, new.list[j].key) &&
					 dbc_same(old.list[i].text, new.list[j].text);
	return found == old.count;
}

/* Whether ALTER TABLE cannot have changed the values of a column between two
 * times.  It makes a new default, so an old one tells that it has not. */
static bool
is_unchanged(const dbc_audit_column *then, const dbc_audit_column *now)
{
	size_t length;
	bool has_default;

	/* [SQLite] none as long as there is no doubt which column it is */
	if (!then->version || !now->version)
		return then->version == now->version;
	has_default = *part_of(then->version, V_DEFAULT, &length) != '0';
	return has_part(then->version, now->version, V_COLUMN) ||
		   has_part(then->version, now->version, V_FILE) ||
		   (has_default && has_part(then->version, now->version, V_DEFAULT));
}

/* Whether the labels of an enum have their names: some may be new. */
static bool
has_same_labels(dbc_host *host, const dbc_audit_column *then,
				const dbc_audit_column *now)
{
	return !then->labels || !now->labels ||
		   has_labels(host, then->labels, now->labels) ||
		   has_labels(host, now->labels, then->labels);
}

/* Fails if the value of a column is not known. */
static void
require_known(const dbc_audit_replay *r, const dbc_audit_column *column,
			  const dbc_audit_cell *cell)
{
	if (!has_same_labels(r->host, cell->from, column))
		dbc_fail(
			r->host, DBC_NOT_READY, NULL,
			"dbaudit_history() returns the logged changes of a row.",
			"labels of the type of column %s of table %s were renamed since",
			column->name, r->table->shown);
	if (!is_unchanged(cell->from, column))
		dbc_fail(r->host, DBC_NOT_READY, NULL,
				 "dbaudit_history() returns the logged changes of a row.",
				 "values of column %s of table %s may have been changed since "
				 "by ALTER TABLE",
				 column->name, r->table->shown);
}

const char *
dbc_audit_row_text(const dbc_audit_replay *r, const dbc_audit_row *row,
				   const dbc_audit_columns *columns)
{
	dbc_json_node *object = dbc_json_object(r->host);

	for (int i = 0; i < columns->count; i++)
	{
		const dbc_audit_column *column = &columns->list[i];
		const dbc_audit_cell *cell = dbc_audit_cell_of(row, column->number);

		if (!cell)
			dbc_fail(r->host, DBC_NOT_READY, NULL,
					 "dbaudit_history() returns the logged changes of a row.",
					 "column %s of table %s no longer exists, and the log does "
					 "not have its value",
					 column->name, r->table->shown);
		require_known(r, column, cell);
		dbc_json_put_value(object, column->name,
						   &(dbc_value){.kind = DBC_JSON, .text = cell->value});
	}
	return dbc_json_text(object);
}

/* Whether a column was added after the deletion of a row: others may have had
 * any value, which was not logged.  Without lasting numbers a table whose highest
 * number is known had no other columns than the logged ones, and a new column can
 * have the number of a dropped one. */
static bool
is_newer(const dbc_audit_replay *r, const dbc_audit_row *row,
		 const dbc_audit_column *column)
{
	return row->shape && row->shape->last > 0 &&
		   (!r->host->traits->lasting_numbers ||
			column->number > row->shape->last);
}

/* The value of a deleted row in a column that is newer; NULL if it is not
 * known. */
static const char *
added_value(const dbc_audit_row *row, const dbc_audit_column *column)
{
	const dbc_audit_columns *shape = row->shape;
	const char *then =
		shape && shape->count > 0 ? shape->list[0].version : NULL;

	if (column->is_stored || !then || !column->version ||
		has_part(then, column->version, V_FILE))
		return column->added;
	return NULL;
}

/* Fails if a deleted row had a column that was dropped since. */
static void
require_columns(const dbc_audit_replay *r, const dbc_audit_row *row)
{
	for (int i = 0; row->was_deleted && i < row->count; i++)
	{
		bool found = false;

		for (int j = 0; j < r->present.count && !found; j++)
			found = r->present.list[j].number == row->cells[i].column;
		if (!found)
			dbc_fail(r->host, DBC_NOT_READY, NULL,
					 "dbaudit_history() returns the values that the row had.",
					 "column %s of table %s was dropped since",
					 row->cells[i].from->name, r->table->shown);
	}
}

/* Appends a member of an object as engines write a row: the proof of a row that
 * was restored compares its text first. */
static void
append_member(dbc_buffer *text, const dbc_audit_column *column,
			  const char *value)
{
	dbc_append(text, text->length > 0 ? "," : "{");
	dbc_json_append_string(text, column->name);
	dbc_append(text, ":");
	dbc_append(text, value);
}

/* About the bytes of a row, so that a large one is written in one piece. */
static size_t
text_length(const dbc_audit_replay *r, const dbc_audit_row *row)
{
	size_t length = 0;

	for (int i = 0; i < row->count; i++)
		length += strlen(row->cells[i].value);
	return length + (size_t) r->present.count * 16;
}

const char *
dbc_audit_present_text(const dbc_audit_replay *r, const dbc_audit_row *row)
{
	dbc_buffer text;

	dbc_buffer_init_for(&text, r->host, text_length(r, row));
	require_columns(r, row);
	for (int i = 0; i < r->present.count; i++)
	{
		const dbc_audit_column *column = &r->present.list[i];
		const dbc_audit_cell *cell = dbc_audit_cell_of(row, column->number);
		const char *added;

		if (cell)
		{
			require_known(r, column, cell);
			append_member(&text, column, cell->value);
			continue;
		}
		if (!column->is_logged)
			continue;
		if (!is_newer(r, row, column))
			dbc_fail(r->host, DBC_NOT_READY,
					 row->shape && row->shape->last > 0
						 ? "It was not logged when the row was deleted."
						 : "The table may have had columns then that were not "
						   "logged.",
					 "Call dbaudit_enable() after each ALTER TABLE ADD COLUMN.",
					 "the log does not have the value that the row had in "
					 "column %s of table %s",
					 column->name, r->table->shown);
		added = added_value(row, column);
		if (!added)
			dbc_fail(r->host, DBC_NOT_READY, NULL, NULL,
					 "column %s was added to table %s, and its value for the "
					 "row is not known",
					 column->name, r->table->shown);
		append_member(&text, column, added);
	}
	dbc_append(&text, text.length > 0 ? "}" : "{}");
	return text.data;
}
