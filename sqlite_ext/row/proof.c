/*
 * proof.c
 *	  Whether a restored row is as it was.
 *
 * A column may have converted a value of another type.  The row is read back,
 * and each column compared with the saved image: nothing that was bound for the
 * INSERT takes part.
 */
#include "sqlite_ext/row/step.h"

/* Text or a blob of a column, before its length is read. */
static const void *
bytes_of(dbcsl_host *h, sqlite3_stmt *row, int column)
{
	const void *bytes = sqlite3_column_type(row, column) == SQLITE_BLOB
							? sqlite3_column_blob(row, column)
							: sqlite3_column_text(row, column);

	/* a blob of no bytes has none */
	if (!bytes && (sqlite3_column_type(row, column) != SQLITE_BLOB ||
				   sqlite3_column_bytes(row, column) > 0))
		dbcsl_fail_memory(h);
	return bytes;
}

/* Whether a column has the value of a member that is an object. */
static bool
has_object(dbcsl_host *h, sqlite3_stmt *row, int column,
		   const dbcsl_row_member *member)
{
	int type = sqlite3_column_type(row, column);
	bool is_blob = dbcsl_row_is_tag(&member->tag, "blob");
	const unsigned char *bytes;

	if (dbcsl_row_is_tag(&member->tag, "real"))
		return type == SQLITE_FLOAT && sqlite3_column_double(row, column) ==
										   dbcsl_row_real(&member->text);
	if (type != (is_blob ? SQLITE_BLOB : SQLITE_TEXT))
		return false;
	bytes = bytes_of(h, row, column);
	return dbcsl_row_is_hex(&member->text, bytes,
							(size_t) sqlite3_column_bytes(row, column));
}

/* Whether a column has the value of a member. */
static bool
has_value(dbcsl_host *h, sqlite3_stmt *row, int column,
		  const dbcsl_row_member *member)
{
	int type = sqlite3_column_type(row, column);
	const char *text;

	if (member->type == SQLITE_BLOB)
		return has_object(h, row, column, member);
	if (type != member->type)
		return false;
	if (type == SQLITE_NULL)
		return true;
	if (type == SQLITE_INTEGER)
		return sqlite3_column_int64(row, column) == member->integer;
	if (type == SQLITE_FLOAT)
		return sqlite3_column_double(row, column) == member->real;
	text = bytes_of(h, row, column);
	return dbcsl_row_is_text(&member->text, text,
							 (size_t) sqlite3_column_bytes(row, column));
}

/* Whether the current row of a statement has all values of a saved row, and no
 * others: what the saved row lacks is null, generated or a default. */
static bool
is_same(dbcsl_host *h, const dbcsl_row_shape *shape, sqlite3_stmt *row,
		const char *json)
{
	int offset = shape->rowid != NULL;
	dbcsl_row_reader reader = {.h = h, .at = json};
	dbcsl_row_member member;
	int next = 0;
	bool same = true;
	int others = 0; /* columns with values that no member was compared with */

	for (int i = 0; i < shape->ncolumns; i++)
		others += dbcsl_row_is_written(&shape->columns[i]) &&
				  sqlite3_column_type(row, i + offset) != SQLITE_NULL;
	while (same && dbcsl_row_next_member(&reader, &member))
	{
		int column = dbcsl_row_column_of(shape, &member, &next);

		if (column < 0)
			continue;
		same = has_value(h, row, column + offset, &member);
		others -= dbcsl_row_is_written(&shape->columns[column]) &&
				  sqlite3_column_type(row, column + offset) != SQLITE_NULL;
	}
	return same && others == 0;
}

/* Whether the table has a restored row as it was. */
static bool
is_restored(dbcsl_host *h, const dbcsl_row_shape *shape,
			const dbcsl_row_saved *saved, int64_t rowid)
{
	sqlite3_stmt *row = dbcsl_row_prepare_read(h, shape);
	bool same;

	/* the change may have changed the rowid stored with the row */
	if (shape->rowid)
		sqlite3_bind_int64(row, 1, rowid);
	else
		dbcsl_row_bind_saved(h, shape, saved->data, row, 1, DBCSL_KEY, false);
	same =
		dbcsl_row_step_statement(h, row) && is_same(h, shape, row, saved->data);
	sqlite3_reset(row);
	return same;
}

void
dbcsl_row_prove(dbcsl_host *h, const dbcsl_row_shape *shape,
				const dbc_row_step *step, const dbcsl_row_saved *saved,
				int64_t rowid)
{
	if (!is_restored(h, shape, saved, rowid))
		dbc_fail(&h->base, DBC_NOT_READY,
				 dbc_format(&h->base, "The row was %s.", saved->data), NULL,
				 "SQLite would not restore a row of %s as it was",
				 step->table->shown);
}

void
dbcsl_row_prove_again(dbcsl_host *h, const dbc_row_step *step,
					  const int64_t *rowids)
{
	dbcsl_row_shape *shape = dbcsl_row_read_shape(h, step->table);
	dbcsl_row_saved row = {0};

	for (int64_t i = 0; dbcsl_row_next_saved(h, step, &row); i++)
	{
		/* new columns have their defaults */
		if (i == 0 && !step->partial)
			dbcsl_row_note_absent(h, shape, row.data);
		if (!is_restored(h, shape, &row, rowids[i]))
			dbc_fail(&h->base, DBC_NOT_READY, NULL,
					 "Leave out {\"triggers\": \"fire\"}.",
					 "triggers change rows of %s again", step->table->shown);
		if (i % 1000 == 999)
			dbc_poll(&h->base);
	}
}

void
dbcsl_row_refuse_prevented(dbcsl_host *h, const dbc_row_step *step)
{
	dbc_fail(
		&h->base, DBC_NOT_READY, NULL, "Leave out {\"triggers\": \"fire\"}.",
		"a trigger of %s prevents that a row is changed", step->table->shown);
}
