/*
 * proof.c
 *	  Whether a restored row is as it was.
 *
 * A column may have converted a value of another type.  The row is read back,
 * and each column compared with the saved image: nothing that was bound for the
 * INSERT takes part.
 */
#include "sqlite_ext/row/step.h"

#include <math.h>
#include <string.h>

/* Whether a value has the bytes of hexadecimal digits. */
static bool
has_bytes(const unsigned char *bytes, size_t length, const char *digits)
{
	if (strlen(digits) != 2 * length)
		return false;
	for (size_t i = 0; i < length; i++)
	{
		char pair[3];

		sqlite3_snprintf(sizeof(pair), pair, "%02x", bytes[i]);
		if (memcmp(pair, digits + 2 * i, 2) != 0)
			return false;
	}
	return true;
}

/* Whether a number is that of a text. */
static bool
is_real(double real, const char *text)
{
	double saved;

	/* infinite numbers are no literals */
	if (!dbc_parse_real(text, &saved))
		return isinf(real) && (real < 0) == (text[0] == '-');
	return real == saved;
}

/* Text of a column, before its length is read. */
static const unsigned char *
text_of(dbcsl_host *h, sqlite3_stmt *row, int column)
{
	const unsigned char *text = sqlite3_column_text(row, column);

	if (!text)
		dbcsl_fail_memory(h);
	return text;
}

/* Whether a column has the value of a member that is an object. */
static bool
has_tagged(dbcsl_host *h, sqlite3_stmt *row, int column, const char *tag,
		   const char *text)
{
	int type = sqlite3_column_type(row, column);
	const unsigned char *bytes;

	if (strcmp(tag, "real") == 0)
		return type == SQLITE_FLOAT &&
			   is_real(sqlite3_column_double(row, column), text);
	if (type != (strcmp(tag, "blob") == 0 ? SQLITE_BLOB : SQLITE_TEXT))
		return false;
	bytes = type == SQLITE_BLOB ? sqlite3_column_blob(row, column)
								: text_of(h, row, column);
	return has_bytes(bytes, (size_t) sqlite3_column_bytes(row, column), text);
}

/* Whether a column has the value of a saved one. */
static bool
has_saved(dbcsl_host *h, sqlite3_stmt *row, int column, sqlite3_stmt *value)
{
	int type = sqlite3_column_type(row, column);
	const unsigned char *text;
	const unsigned char *saved;
	int length;

	if (sqlite3_column_type(value, DBCSL_SAVED_TAG) != SQLITE_NULL)
		return sqlite3_column_type(value, DBCSL_SAVED_TEXT) == SQLITE_TEXT &&
			   has_tagged(h, row, column,
						  (const char *) text_of(h, value, DBCSL_SAVED_TAG),
						  (const char *) text_of(h, value, DBCSL_SAVED_TEXT));
	if (type != sqlite3_column_type(value, DBCSL_SAVED_VALUE))
		return false;
	if (type == SQLITE_NULL)
		return true;
	if (type != SQLITE_TEXT)
		return sqlite3_column_int64(row, column) ==
				   sqlite3_column_int64(value, DBCSL_SAVED_VALUE) &&
			   sqlite3_column_double(row, column) ==
				   sqlite3_column_double(value, DBCSL_SAVED_VALUE);
	text = text_of(h, row, column);
	saved = text_of(h, value, DBCSL_SAVED_VALUE);
	length = sqlite3_column_bytes(row, column);
	return length == sqlite3_column_bytes(value, DBCSL_SAVED_VALUE) &&
		   memcmp(text, saved, (size_t) length) == 0;
}

/* Whether the current row of a statement has all values of a saved row, and no
 * others: what the saved row lacks is null, generated or a default. */
static bool
is_same(dbcsl_host *h, const dbcsl_row_shape *shape, sqlite3_stmt *row,
		const char *json)
{
	int offset = shape->rowid != NULL;
	sqlite3_stmt *value = dbcsl_row_read_saved(h, json);
	bool same = true;
	int others = 0; /* columns with values that no member was compared with */

	for (int i = 0; i < shape->ncolumns; i++)
		others += dbcsl_row_is_written(&shape->columns[i]) &&
				  sqlite3_column_type(row, i + offset) != SQLITE_NULL;
	while (same && dbcsl_row_step_statement(h, value))
	{
		int column = dbcsl_row_saved_column(shape, value);

		if (column < 0)
			continue;
		same = has_saved(h, row, column + offset, value);
		others -= dbcsl_row_is_written(&shape->columns[column]) &&
				  sqlite3_column_type(row, column + offset) != SQLITE_NULL;
	}
	sqlite3_reset(value);
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
