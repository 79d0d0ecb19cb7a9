/*
 * image.c
 *	  Rows as JSON, without loss, and back.
 *
 * Integers and text are plain members.  Other values that JSON would change or
 * cannot represent are objects: {"real": "0.1"}, {"blob": "00ff"}, and, for
 * text that has a NUL character or is not UTF-8, {"text": "00"} in hexadecimal
 * digits.  Members are spaced and ordered like PostgreSQL's jsonb.
 */
#include "common/core/json_write.h"
#include "sqlite_ext/row/step.h"
#include "sqlite_ext/trust/prepare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Columns of row/columns.sql. */
enum
{
	C_NAME,
	C_KEY,
	C_HIDDEN,
	C_HAS_ROWID,
	C_IS_ROWID
};

void
dbcsl_row_append_locator(dbc_buffer *sql, const dbcsl_row_shape *shape,
						 const char *operator, const char * between)
{
	dbcsl_host *h = dbcsl_of(sql->host);

	for (int i = 0; i < dbcsl_row_locators(shape); i++)
	{
		dbc_append(sql, i > 0 ? between : "");
		dbc_append(sql,
				   shape->rowid
					   ? shape->rowid
					   : dbcsl_printf(h, "%s.\"%w\"", shape->name,
									  shape->columns[shape->keys[i]].name));
		if (operator)
			dbc_append_format(sql, " %s ?%d", operator, i + 1);
	}
}

void
dbcsl_row_append_located(dbc_buffer *sql, const dbcsl_row_shape *shape)
{
	dbcsl_row_append_locator(sql, shape, shape->rowid ? "=" : "is", " and ");
}

/* Binds the location of a saved row to such a statement. */
void
dbcsl_row_bind_saved_location(dbcsl_host *h, const dbcsl_row_shape *shape,
							  const char *json, const char *place,
							  sqlite3_stmt *statement)
{
	if (shape->rowid && !place)
		dbc_fail(&h->base, DBC_NOT_READY, NULL, NULL,
				 "a row of %s was saved without its rowid", shape->table);
	if (shape->rowid)
		sqlite3_bind_int64(statement, 1, strtoll(place, NULL, 10));
	else
		dbcsl_row_bind_saved(h, shape, json, statement, 1, DBCSL_KEY, false);
}

sqlite3_stmt *
dbcsl_row_prepare_delete(dbcsl_host *h, const dbcsl_row_shape *shape)
{
	dbc_buffer sql;

	dbc_buffer_init(&sql, &h->base);
	dbc_append_format(&sql, "delete from %s where ", shape->table);
	dbcsl_row_append_located(&sql, shape);
	return dbcsl_row_prepare_cached(h, sql.data);
}

sqlite3_stmt *
dbcsl_row_prepare_read(dbcsl_host *h, const dbcsl_row_shape *shape)
{
	return dbcsl_row_prepare_cached(h, shape->read);
}

/* Reads the next saved row. */
bool
dbcsl_row_next_saved(dbcsl_host *h, const dbc_row_step *step,
					 dbcsl_row_saved *row)
{
	sqlite3_stmt *saved = dbcsl_row_prepare_cached(
		h, dbc_find_sql(&h->base, "row/saved_row")->text);

	sqlite3_reset(saved);
	sqlite3_bind_int64(saved, sqlite3_bind_parameter_index(saved, "$1"),
					   step->set_id);
	sqlite3_bind_int64(saved, sqlite3_bind_parameter_index(saved, "$2"),
					   step->number);
	sqlite3_bind_int64(saved, sqlite3_bind_parameter_index(saved, "$3"),
					   row->id);
	if (!dbcsl_row_step_statement(h, saved))
		return false;
	if (sqlite3_column_type(saved, 0) != SQLITE_INTEGER ||
		sqlite3_column_type(saved, 2) != SQLITE_TEXT)
		dbc_fail(&h->base, DBC_CORRUPTED, NULL,
				 "Correct the value in that table, or restore the table from a "
				 "backup.",
				 "row_data of a row that repair %lld has saved in "
				 "dbcare_quarantine is not text",
				 (long long) step->set_id);
	row->id = sqlite3_column_int64(saved, 0);
	row->place = (const char *) sqlite3_column_text(saved, 1);
	row->data = (const char *) sqlite3_column_text(saved, 2);
	row->left = (const char *) sqlite3_column_text(saved, 3);
	return true;
}

/* The prepared statement of a text, cached for the call. */
sqlite3_stmt *
dbcsl_row_prepare_cached(dbcsl_host *h, const char *text)
{
	dbc_sql sql = {.name = text, .text = text};

	return dbcsl_prepare_cached(h, &sql);
}

void
dbcsl_row_bind_text(dbcsl_host *h, sqlite3_stmt *statement,
					const char *parameter, const char *text)
{
	int code = sqlite3_bind_text64(
		statement, sqlite3_bind_parameter_index(statement, parameter), text,
		text ? strlen(text) : 0, SQLITE_STATIC, SQLITE_UTF8);

	if (code != SQLITE_OK)
		dbcsl_fail_engine(h, code);
}

/* Steps a statement; resets it at its end. */
bool
dbcsl_row_step_statement(dbcsl_host *h, sqlite3_stmt *statement)
{
	int code = sqlite3_step(statement);

	if (code == SQLITE_ROW)
		return true;
	if (code != SQLITE_DONE)
		dbcsl_fail_engine(h, code);
	sqlite3_reset(statement);
	return false;
}

void
dbcsl_row_run_statement(dbcsl_host *h, sqlite3_stmt *statement)
{
	while (dbcsl_row_step_statement(h, statement))
		;
}

/* The name of the rowid that no column has; NULL if columns have all its
 * names. */
static const char *
find_rowid(dbcsl_host *h, const dbcsl_row_shape *shape)
{
	static const char *const words[] = {"rowid", "_rowid_", "oid"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
	{
		int column = 0;

		while (column < shape->ncolumns &&
			   sqlite3_stricmp(shape->columns[column].name, words[i]) != 0)
			column++;
		if (column == shape->ncolumns)
			return words[i];
	}
	dbc_fail(&h->base, DBC_UNSUPPORTED, NULL, NULL,
			 "the rowid of table %s cannot be named: it has columns rowid, "
			 "_rowid_ and oid",
			 shape->name);
}

/* Inserts a column into shape->sorted. */
static void
sort_column(dbcsl_row_shape *shape, int column)
{
	const char *name = shape->columns[column].name;
	int at = column;

	for (; at > 0; at--)
	{
		const char *other = shape->columns[shape->sorted[at - 1]].name;
		size_t length = strlen(other);

		if (length < strlen(name) ||
			(length == strlen(name) && strcmp(other, name) < 0))
			break;
		shape->sorted[at] = shape->sorted[at - 1];
	}
	shape->sorted[at] = column;
}

/* The statement that reads the columns of dbcsl_row_append_columns(); a text for all rows,
 * since the call keeps what it allocates. */
static const char *
read_statement(dbcsl_host *h, const dbcsl_row_shape *shape)
{
	dbc_buffer sql;

	dbc_buffer_init(&sql, &h->base);
	dbc_append(&sql, "select ");
	dbcsl_row_append_columns(&sql, shape);
	dbc_append_format(&sql, " from %s where ", shape->table);
	dbcsl_row_append_located(&sql, shape);
	return sql.data;
}

/* Reads the shape of a table. */
dbcsl_row_shape *
dbcsl_row_read_shape(dbcsl_host *h, const dbc_relation *table)
{
	const dbc_rows *rows =
		dbc_query(&h->base, "row/columns", dbc_text(table->schema),
				  dbc_text(table->name));
	dbcsl_row_shape *shape = dbcsl_alloc(&h->base, sizeof(*shape));
	size_t count = (size_t) rows->nrows + 1;

	shape->name = dbcsl_printf(h, "\"%w\"", table->name);
	shape->table = dbcsl_printf(h, "\"%w\".\"%w\"", table->schema, table->name);
	shape->ncolumns = rows->nrows;
	shape->columns = dbcsl_alloc(&h->base, count * sizeof(*shape->columns));
	shape->sorted = dbcsl_alloc(&h->base, count * sizeof(*shape->sorted));
	shape->keys = dbcsl_alloc(&h->base, count * sizeof(*shape->keys));
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(&h->base, rows, i, "tii");
		dbcsl_row_column *column = &shape->columns[i];

		column->name = cells[C_NAME].text;
		column->key = (int) cells[C_KEY].integer;
		column->computed = cells[C_HIDDEN].integer != 0;
		column->place = shape->nstored;
		shape->nstored += !column->computed;
		sort_column(shape, i);
		if (column->key > 0 && column->key <= rows->nrows)
		{
			shape->keys[column->key - 1] = i;
			shape->nkeys++;
		}
	}
	if (rows->nrows > 0 && dbc_get_bool(&h->base, rows, 0, C_HAS_ROWID))
	{
		const char *word = find_rowid(h, shape);

		shape->rowid = dbc_format(&h->base, "%s.%s", shape->name, word);
		if (!dbc_get_bool(&h->base, rows, 0, C_IS_ROWID))
			shape->rowid_name = word;
	}
	shape->read = read_statement(h, shape);
	return shape;
}

void
dbcsl_row_append_columns(dbc_buffer *sql, const dbcsl_row_shape *shape)
{
	if (shape->rowid)
		dbc_append(sql, shape->rowid);
	for (int i = 0; i < shape->ncolumns; i++)
		dbc_append_format(sql, "%s%s", i > 0 || shape->rowid ? ", " : "",
						  dbcsl_printf(dbcsl_of(sql->host), "%s.\"%w\"",
									   shape->name, shape->columns[i].name));
}

/* ---- writing ---- */

/* Appends bytes as an object with their hexadecimal digits. */
static void
append_bytes(dbc_buffer *json, const char *tag, const unsigned char *bytes,
			 size_t length)
{
	static const char digits[] = "0123456789abcdef";

	dbc_append_format(json, "{\"%s\": \"", tag);
	for (size_t i = 0; i < length; i++)
	{
		char pair[2] = {digits[bytes[i] >> 4], digits[bytes[i] & 0xf]};

		dbc_append_bytes(json, pair, 2);
	}
	dbc_append(json, "\"}");
}

/* Appends a real number as quote() writes it, so that a key that a trigger has
 * written and one of these images are the same text. */
static void
append_real(dbc_buffer *json, double real)
{
	char text[64];
	double read;

	if (isinf(real))
	{
		dbc_append_format(json, "{\"real\": \"%sInfinity\"}",
						  real < 0 ? "-" : "");
		return;
	}
	sqlite3_snprintf((int) sizeof(text), text, "%!.15g", real);
	if (!dbc_parse_real(text, &read) || read != real)
		sqlite3_snprintf((int) sizeof(text), text, "%!.20e", real);
	dbc_append_format(json, "{\"real\": \"%s%s\"}",
					  real == 0 && signbit(real) && text[0] != '-' ? "-" : "",
					  text);
}

static void
append_text(dbc_buffer *json, const char *text, size_t length)
{
	if (memchr(text, '\0', length) || dbc_valid_utf8(text, length) < length)
		append_bytes(json, "text", (const unsigned char *) text, length);
	else
		dbc_json_append_string(json, text);
}

/* Appends a column of the current row. */
static void
append_value(dbcsl_host *h, dbc_buffer *json, sqlite3_stmt *row, int column)
{
	const void *bytes;

	switch (sqlite3_column_type(row, column))
	{
		case SQLITE_NULL:
			dbc_append(json, "null");
			return;
		case SQLITE_INTEGER:
			dbc_append_format(json, "%lld",
							  (long long) sqlite3_column_int64(row, column));
			return;
		case SQLITE_FLOAT:
			append_real(json, sqlite3_column_double(row, column));
			return;
		case SQLITE_BLOB:
			bytes = sqlite3_column_blob(row, column);
			if (!bytes && sqlite3_column_bytes(row, column) > 0)
				dbcsl_fail_memory(h);
			append_bytes(json, "blob", bytes,
						 (size_t) sqlite3_column_bytes(row, column));
			return;
	}
	bytes = sqlite3_column_text(row, column);
	if (!bytes)
		dbcsl_fail_memory(h);
	append_text(json, bytes, (size_t) sqlite3_column_bytes(row, column));
}

/* Empties a buffer without freeing its memory. */
static void
empty(dbc_buffer *buffer)
{
	buffer->length = 0;
	buffer->data[0] = '\0';
}

/* Appends columns of the current row as members of an object. */
static void
append_members(dbcsl_host *h, dbc_buffer *json, const dbcsl_row_shape *shape,
			   sqlite3_stmt *row, dbcsl_row_extent extent)
{
	bool first = true;

	dbc_append(json, "{");
	for (int i = 0; i < shape->ncolumns; i++)
	{
		int column = shape->sorted[i];
		const dbcsl_row_column *stored = &shape->columns[column];

		if ((extent == DBCSL_KEY && stored->key == 0) ||
			(extent == DBCSL_STORED && stored->computed))
			continue;
		dbc_append(json, first ? "" : ", ");
		dbc_json_append_string(json, stored->name);
		dbc_append(json, ": ");
		append_value(h, json, row, column + (shape->rowid != NULL));
		first = false;
	}
	dbc_append(json, "}");
}

void
dbcsl_row_write(dbcsl_host *h, dbc_buffer *json, const dbcsl_row_shape *shape,
				sqlite3_stmt *row, dbcsl_row_extent extent)
{
	empty(json);
	append_members(h, json, shape, row, extent);
}

void
dbcsl_row_write_key(dbcsl_host *h, dbc_buffer *json,
					const dbcsl_row_shape *shape, sqlite3_stmt *row)
{
	empty(json);
	if (shape->nkeys == 0)
		dbc_append_format(json, "{\"rowid\": %lld}",
						  (long long) sqlite3_column_int64(row, 0));
	else if (shape->nkeys == 1)
		append_value(h, json, row, shape->keys[0] + (shape->rowid != NULL));
	else
		append_members(h, json, shape, row, DBCSL_KEY);
}

/* ---- reading ---- */

int
dbcsl_row_column_of(const dbcsl_row_shape *shape,
					const dbcsl_row_member *member, int *place)
{
	/* members mostly have the order of the columns */
	for (int i = 0; i < shape->ncolumns; i++)
	{
		int column = shape->sorted[(*place + i) % shape->ncolumns];

		if (dbcsl_row_is_tag(&member->name, shape->columns[column].name))
		{
			*place = (*place + i + 1) % shape->ncolumns;
			return column;
		}
	}
	return -1;
}

/* The position of a column among those of an extent, from 0; or -1. */
static int
place_of(const dbcsl_row_shape *shape, int column, dbcsl_row_extent extent)
{
	const dbcsl_row_column *described = &shape->columns[column];

	if (extent == DBCSL_KEY)
		return described->key - 1;
	if (extent == DBCSL_STORED)
		return dbcsl_row_is_written(described) ? described->place : -1;
	return column;
}

/* Sets the parameters of an extent to null; returns their number. */
static int
bind_nulls(dbcsl_host *h, const dbcsl_row_shape *shape, sqlite3_stmt *statement,
		   int first, dbcsl_row_extent extent)
{
	int count = 0;

	for (int i = 0; i < shape->ncolumns; i++)
	{
		int place = place_of(shape, i, extent);
		int code =
			place < 0 ? SQLITE_OK : sqlite3_bind_null(statement, first + place);

		if (code != SQLITE_OK)
			dbcsl_fail_engine(h, code);
		count += place >= 0;
	}
	return count;
}

void
dbcsl_row_bind_saved(dbcsl_host *h, const dbcsl_row_shape *shape,
					 const char *json, sqlite3_stmt *statement, int first,
					 dbcsl_row_extent extent, bool partial)
{
	/* the parameters have the values of the row before */
	int absent = bind_nulls(h, shape, statement, first, extent);
	dbcsl_row_reader reader = {.h = h, .at = json};
	dbcsl_row_member member;
	int next = 0;

	while (dbcsl_row_next_member(&reader, &member))
	{
		int column = dbcsl_row_column_of(shape, &member, &next);
		int place = column < 0 ? -1 : place_of(shape, column, extent);

		if (place < 0)
			continue;
		dbcsl_row_bind_member(h, &member, statement, first + place);
		absent--;
	}
	if (absent > 0 && !partial)
		dbc_fail(&h->base, DBC_NOT_READY,
				 dbc_format(&h->base, "The row was %s.", json), NULL,
				 "a saved row of %s lacks values of columns that the table has "
				 "now",
				 shape->table);
}

void
dbcsl_row_note_absent(dbcsl_host *h, dbcsl_row_shape *shape, const char *json)
{
	dbcsl_row_reader reader = {.h = h, .at = json};
	dbcsl_row_member member;
	int next = 0;

	for (int i = 0; i < shape->ncolumns; i++)
		shape->columns[i].absent = true;
	while (dbcsl_row_next_member(&reader, &member))
	{
		int column = dbcsl_row_column_of(shape, &member, &next);

		if (column >= 0)
			shape->columns[column].absent = false;
	}
	shape->nstored = 0;
	for (int i = 0; i < shape->ncolumns; i++)
	{
		shape->columns[i].place = shape->nstored;
		shape->nstored += dbcsl_row_is_written(&shape->columns[i]);
	}
}
