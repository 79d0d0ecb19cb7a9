/*
 * restore.c
 *	  Restoring rows to their state before a repair.
 */
#include "sqlite_ext/row/fulltext.h"
#include "sqlite_ext/trust/prepare.h"

#include <stdlib.h>
#include <limits.h>
#include <string.h>

/* Fails if a row has changed since a repair. */
static void
require_left(dbcsl_host *h, const dbcsl_row_shape *shape,
			 const dbc_row_step *step, const dbcsl_row_saved *row,
			 dbc_buffer *data)
{
	sqlite3_stmt *read = dbcsl_row_prepare_read(h, shape);
	bool same;

	dbcsl_row_bind_saved_location(h, shape, row->left, row->place, read);
	same = dbcsl_row_step_statement(h, read);
	if (same)
	{
		dbcsl_row_write(h, data, shape, read, DBCSL_STORED);
		same = strcmp(data->data, row->left) == 0;
		/* as a step saves it */
		if (!same)
			dbcsl_row_write(h, data, shape, read, DBCSL_WHOLE);
		same = same || strcmp(data->data, row->left) == 0;
		sqlite3_reset(read);
	}
	if (!same)
		dbc_fail(&h->base, DBC_NOT_READY, NULL, NULL,
				 "rows of %s have been changed since the repair",
				 step->table->shown);
}

/* Deletes the rows that the repair has changed; fails if they have changed
 * since. */
static void
remove_changed(dbcsl_host *h, const dbcsl_row_shape *shape,
			   const dbc_row_step *step, const dbcsl_row_indexes *indexes)
{
	sqlite3_stmt *remove = dbcsl_row_prepare_delete(h, shape);
	dbcsl_row_log *log = dbcsl_row_read_log(h, step->table);
	dbcsl_row_saved row = {0};
	dbc_buffer data;

	dbc_buffer_init(&data, &h->base);
	while (dbcsl_row_next_saved(h, step, &row))
	{
		require_left(h, shape, step, &row, &data);
		if (row.place)
			dbcsl_row_unindex(h, indexes, strtoll(row.place, NULL, 10));
		dbcsl_row_bind_saved_location(h, shape, row.left, row.place, remove);
		dbcsl_row_run_statement(h, remove);
		dbcsl_row_write_log(h, log, row.left, NULL);
	}
}

/* The statement that inserts a row.  OR ABORT overrides a constraint's ON
 * CONFLICT REPLACE. */
static const char *
insert_statement(dbcsl_host *h, const dbcsl_row_shape *shape)
{
	dbc_buffer sql;
	bool first = !shape->rowid_name;
	int n;

	dbc_buffer_init(&sql, &h->base);
	dbc_append_format(&sql, "insert or abort into %s (", shape->table);
	if (shape->rowid_name)
		dbc_append(&sql, shape->rowid_name);
	for (int i = 0; i < shape->ncolumns; i++)
		if (dbcsl_row_is_written(&shape->columns[i]))
		{
			dbc_append_format(
				&sql, "%s%s", first ? "" : ", ",
				dbcsl_printf(h, "\"%w\"", shape->columns[i].name));
			first = false;
		}
	dbc_append(&sql, ") values (");
	for (n = 0; n < shape->nstored + (shape->rowid_name != NULL); n++)
		dbc_append_format(&sql, "%s?%d", n > 0 ? ", " : "", n + 1);
	dbc_append(&sql, ")");
	return sql.data;
}

/* The statement that updates the row at a location, and returns its new one. */
static const char *
update_statement(dbcsl_host *h, const dbcsl_row_shape *shape)
{
	int n = dbcsl_row_locators(shape);
	const char *before = "";
	dbc_buffer sql;

	dbc_buffer_init(&sql, &h->base);
	dbc_append_format(&sql, "update or abort %s set ", shape->table);
	for (int i = 0; i < shape->ncolumns; i++)
		if (dbcsl_row_is_written(&shape->columns[i]))
		{
			dbc_append_format(&sql, "%s%s = ?%d", before,
							  dbcsl_printf(h, "\"%w\"", shape->columns[i].name),
							  ++n);
			before = ", ";
		}
	dbc_append(&sql, " where ");
	dbcsl_row_append_located(&sql, shape);
	dbc_append(&sql, " returning ");
	dbcsl_row_append_locator(&sql, shape, NULL, ", ");
	return sql.data;
}

/* Whether a PRAGMA has been run: SQLite does so when it prepares it. */
static bool
prepare_setting(dbcsl_host *h, const char *pragma)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(h->db, pragma, -1, &statement, NULL);

	sqlite3_finalize(statement);
	return code == SQLITE_OK || code == SQLITE_INTERRUPT;
}

void
dbcsl_row_turn_off(dbcsl_host *h, const dbcsl_row_setting *setting)
{
	dbc_error error = {.sqlstate = DBC_INSUFFICIENT,
					   .message = setting->message,
					   .hint = setting->hint};

	if (!prepare_setting(h, setting->off) && !prepare_setting(h, setting->off))
		dbc_rethrow(&h->base, &error);
}

/* Turns CHECKs off and prepares h->uncached. */
static void
ignore_and_prepare(dbc_host *host, void *arg)
{
	dbcsl_host *h = dbcsl_of(host);

	dbcsl_prepare(h, "pragma\"ignore_check_constraints\"='1';");
	dbcsl_finalize_statement(h);
	dbcsl_prepare_to_bind(h, arg, INT_MAX);
}

/* Prepares a statement that does not evaluate CHECKs, h->uncached.  SQLite
 * decides that when the statement is prepared, so the setting is restored
 * before any row is written.  Restoring is tried first, in case an authorizer
 * forbids it. */
static sqlite3_stmt *
prepare_unchecked(dbcsl_host *h, const char *sql)
{
	static const dbcsl_row_setting setting = {
		.off = "pragma\"ignore_check_constraints\"='0';",
		.message = "ignore_check_constraints is on, and the application "
				   "prevents turning it off",
		.hint = "PRAGMA ignore_check_constraints = off;"};
	const dbc_rows *rows =
		dbc_query_text(&h->base, "pragma ignore_check_constraints");
	bool done;

	if (dbc_get_int(&h->base, rows, 0, 0) != 0)
		return dbcsl_prepare_to_bind(h, sql, INT_MAX);
	dbcsl_prepare(h, setting.off);
	dbcsl_finalize_statement(h);
	done = dbcsl_try(h, ignore_and_prepare, (void *) sql);
	dbcsl_row_turn_off(h, &setting);
	if (!done)
		dbcsl_rethrow(h);
	return h->uncached;
}

/* Prepares the statement that inserts or updates the rows of a step, of which
 * this one is the first. */
static sqlite3_stmt *
prepare_write(dbcsl_host *h, dbcsl_row_shape *shape, const dbc_row_step *step,
			  const dbcsl_row_saved *row, bool checked)
{
	const char *sql;

	if (!step->partial)
		dbcsl_row_note_absent(h, shape, row->data);
	sql = step->assignments && step->fires ? update_statement(h, shape)
										   : insert_statement(h, shape);
	return checked ? dbcsl_prepare_to_bind(h, sql, INT_MAX)
				   : prepare_unchecked(h, sql);
}

/* Whether the table has a row at the place of a saved one. */
static bool
is_taken(dbcsl_host *h, const dbcsl_row_shape *shape,
		 const dbcsl_row_saved *row)
{
	sqlite3_stmt *read = dbcsl_row_prepare_read(h, shape);
	bool taken;

	dbcsl_row_bind_saved_location(h, shape, row->data, row->place, read);
	taken = dbcsl_row_step_statement(h, read);
	sqlite3_reset(read);
	return taken;
}

/* Binds the rowid of a row, or none: SQLite chooses one if the rowid is not
 * known, or if another row has it and the table has another key. */
static void
bind_rowid(dbcsl_host *h, const dbcsl_row_shape *shape,
		   const dbcsl_row_saved *row, sqlite3_stmt *insert)
{
	if (!row->place || (shape->nkeys > 0 && is_taken(h, shape, row)))
		sqlite3_bind_null(insert, 1);
	else
		sqlite3_bind_int64(insert, 1, strtoll(row->place, NULL, 10));
}

/* Inserts a row; returns its rowid. */
static int64_t
insert_row(dbcsl_host *h, const dbcsl_row_shape *shape,
		   const dbc_row_step *step, const dbcsl_row_saved *row,
		   sqlite3_stmt *insert)
{
	if (shape->rowid_name)
		bind_rowid(h, shape, row, insert);
	dbcsl_row_bind_saved(h, shape, row->data, insert,
						 1 + (shape->rowid_name != NULL), DBCSL_STORED,
						 step->partial);
	dbcsl_row_run_statement(h, insert);
	/* writing to other tables changes it */
	return sqlite3_last_insert_rowid(h->db);
}

/* Updates a row; returns its rowid. */
static int64_t
update_row(dbcsl_host *h, const dbcsl_row_shape *shape,
		   const dbc_row_step *step, const dbcsl_row_saved *row,
		   sqlite3_stmt *update, dbc_buffer *data)
{
	int64_t rowid;

	require_left(h, shape, step, row, data);
	dbcsl_row_bind_saved_location(h, shape, row->left, row->place, update);
	dbcsl_row_bind_saved(h, shape, row->data, update,
						 1 + dbcsl_row_locators(shape), DBCSL_STORED,
						 step->partial);
	if (!dbcsl_row_step_statement(h, update))
		dbcsl_row_refuse_prevented(h, step);
	rowid = sqlite3_column_int64(update, 0);
	dbcsl_row_step_statement(h, update);
	return rowid;
}

/* Records that a row has another rowid now. */
static void
note_place(dbcsl_host *h, const dbcsl_row_saved *row, int64_t rowid)
{
	if (row->place && strtoll(row->place, NULL, 10) != rowid)
		dbc_query(&h->base, "row/moved_row", dbc_int(row->id), dbc_int(rowid));
}

int64_t
dbcsl_row_restore(dbcsl_host *h, const dbc_row_step *step, bool checked,
				  int64_t **rowids)
{
	dbcsl_row_shape *shape = dbcsl_row_read_shape(h, step->table);
	dbcsl_row_log *log = dbcsl_row_read_log(h, step->table);
	const dbcsl_row_indexes *indexes =
		dbcsl_row_begin_indexes(h, shape, step->table);
	sqlite3_stmt *write = NULL;
	dbcsl_row_saved row = {0};
	dbc_buffer data;
	int64_t count = 0;
	int64_t rowid;

	dbc_buffer_init(&data, &h->base);
	if (step->assignments && !step->fires)
		remove_changed(h, shape, step, indexes);
	while (dbcsl_row_next_saved(h, step, &row))
	{
		if (!write)
			write = prepare_write(h, shape, step, &row, checked);
		rowid = step->assignments && step->fires
					? update_row(h, shape, step, &row, write, &data)
					: insert_row(h, shape, step, &row, write);
		dbcsl_row_prove(h, shape, step, &row, rowid);
		note_place(h, &row, rowid);
		if (step->fires)
		{
			*rowids =
				dbc_grow(&h->base, *rowids, (size_t) count, sizeof(**rowids));
			(*rowids)[count] = rowid;
		}
		else
		{
			dbcsl_row_reindex(h, indexes, rowid);
			dbcsl_row_write_log(h, log, NULL, row.data);
		}
		if (++count % 1000 == 0)
			dbc_poll(&h->base);
	}
	if (write)
		dbcsl_finalize_statement(h);
	if (!step->fires)
		dbcsl_row_end_indexes(h, indexes);
	return count;
}
