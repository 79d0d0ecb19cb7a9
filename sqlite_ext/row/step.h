/*
 * step.h
 *	  Rows of one table: shared declarations of the files of the room.
 */
#ifndef DBCSL_ROW_STEP_H
#define DBCSL_ROW_STEP_H

#include "sqlite_ext/row/member.h"

#include "common/row/host.h"

typedef struct dbcsl_row_column
{
	const char *name;
	int key;	   /* position in the primary key, from 1, or 0 */
	bool computed; /* generated: cannot be written */
	bool absent;   /* saved rows do not have it: SQLite sets its default */
	int place;	   /* position among the columns that are written, from 0 */
} dbcsl_row_column;

typedef struct dbcsl_row_shape
{
	const char *table;		/* main."t" */
	const char *name;		/* "t" */
	const char *rowid;		/* "t"."rowid"; NULL for WITHOUT ROWID */
	const char *rowid_name; /* rowid, oid or _rowid_; NULL if columns have all
							   these names */
	int ncolumns;
	int nstored; /* number of columns that are written */
	int nkeys;	 /* columns of the primary key ... */
	int *keys;	 /* ... in its order */
	int *sorted; /* all columns in the order of members of jsonb */
	dbcsl_row_column *columns;
	const char *read; /* statement that reads a row */
} dbcsl_row_shape;

/* ---- row/image.c ---- */

typedef struct dbcsl_row_saved
{
	int64_t id;
	const char *place; /* rowid, or NULL; all strings belong to a statement */
	const char *data;
	const char *left;
} dbcsl_row_saved;

/* The number of columns that identify a row. */
static inline int
dbcsl_row_locators(const dbcsl_row_shape *shape)
{
	return shape->rowid ? 1 : shape->nkeys;
}

/* Appends the columns that identify a row, separated by a text; with an
 * operator, each is compared with a parameter. */
extern void dbcsl_row_append_locator(dbc_buffer *sql,
									 const dbcsl_row_shape *shape,
									 const char *operator,
									 const char * between);

/* Appends the condition that finds the row at a location. */
extern void dbcsl_row_append_located(dbc_buffer *sql,
									 const dbcsl_row_shape *shape);

/* Binds the location of a saved row to such a statement. */
extern void dbcsl_row_bind_saved_location(dbcsl_host *h,
										  const dbcsl_row_shape *shape,
										  const char *json, const char *place,
										  sqlite3_stmt *statement);

/* Statements that read the columns of dbcsl_row_append_columns(), and delete
 * one row. */
extern sqlite3_stmt *dbcsl_row_prepare_read(dbcsl_host *h,
											const dbcsl_row_shape *shape);
extern sqlite3_stmt *dbcsl_row_prepare_delete(dbcsl_host *h,
											  const dbcsl_row_shape *shape);

/* Reads the row after *row; false if there is none.  *row starts zeroed. */
extern bool dbcsl_row_next_saved(dbcsl_host *h, const dbc_row_step *step,
								 dbcsl_row_saved *row);

extern sqlite3_stmt *dbcsl_row_prepare_cached(dbcsl_host *h, const char *text);

/* Binds text that is valid until the statement's next step to a parameter. */
extern void dbcsl_row_bind_text(dbcsl_host *h, sqlite3_stmt *statement,
								const char *parameter, const char *text);

/* Steps a statement; false at its end. */
extern bool dbcsl_row_step_statement(dbcsl_host *h, sqlite3_stmt *statement);

/* Runs a statement that writes and returns no rows: SQLite gives it one if
 * count_changes is on. */
extern void dbcsl_row_run_statement(dbcsl_host *h, sqlite3_stmt *statement);

extern dbcsl_row_shape *dbcsl_row_read_shape(dbcsl_host *h,
											 const dbc_relation *table);

/* Appends the rowid, if there is one, and all columns to a select list. */
extern void dbcsl_row_append_columns(dbc_buffer *sql,
									 const dbcsl_row_shape *shape);

/* The columns of a row that are written as JSON. */
typedef enum dbcsl_row_extent
{
	DBCSL_WHOLE,
	DBCSL_STORED, /* without generated columns */
	DBCSL_KEY
} dbcsl_row_extent;

/* Writes a row, or its key, as JSON and replaces the contents of the buffer.
 * The row is the current one of a statement whose first columns are those of
 * dbcsl_row_append_columns(). */
extern void dbcsl_row_write(dbcsl_host *h, dbc_buffer *json,
							const dbcsl_row_shape *shape, sqlite3_stmt *row,
							dbcsl_row_extent extent);
extern void dbcsl_row_write_key(dbcsl_host *h, dbc_buffer *json,
								const dbcsl_row_shape *shape,
								sqlite3_stmt *row);

/* The column that a member of a saved row is of; -1: none.  *place is 0 for the
 * first member. */
extern int dbcsl_row_column_of(const dbcsl_row_shape *shape,
							   const dbcsl_row_member *member, int *place);

/* Binds columns of a saved row to parameters from first on: all, the writable
 * ones, or those of the primary key in its order.  A column that the row lacks
 * is bound as null, and refused unless the row may be partial.  The row must be
 * valid until the statement has been run. */
extern void dbcsl_row_bind_saved(dbcsl_host *h, const dbcsl_row_shape *shape,
								 const char *json, sqlite3_stmt *statement,
								 int first, dbcsl_row_extent extent,
								 bool partial);

/* Notes which columns saved rows like this one do not have. */
extern void dbcsl_row_note_absent(dbcsl_host *h, dbcsl_row_shape *shape,
								  const char *json);

/* Whether a column is written when a row is inserted. */
static inline bool
dbcsl_row_is_written(const dbcsl_row_column *column)
{
	return !column->computed && !column->absent;
}

/* ---- row/proof.c ---- */

/* Fails unless the row with a rowid, if the table has them, has the values of a
 * saved one. */
extern void dbcsl_row_prove(dbcsl_host *h, const dbcsl_row_shape *shape,
							const dbc_row_step *step,
							const dbcsl_row_saved *saved, int64_t rowid);

/* Fails if triggers that have fired since have changed a restored row. */
extern void dbcsl_row_prove_again(dbcsl_host *h, const dbc_row_step *step,
								  const int64_t *rowids);

/* Fails because a trigger has kept a row from being changed. */
extern _Noreturn void dbcsl_row_refuse_prevented(dbcsl_host *h,
												 const dbc_row_step *step);

/* ---- row/logged.c ---- */

/* How changes of a table are logged. */
typedef struct dbcsl_row_log dbcsl_row_log;

/* NULL: they are not. */
extern dbcsl_row_log *dbcsl_row_read_log(dbcsl_host *h,
										 const dbc_relation *table);

/* Logs the change of a row, given as JSON before and after, or NULL, if changes
 * are logged. */
extern void dbcsl_row_write_log(dbcsl_host *h, dbcsl_row_log *log,
								const char *old, const char *new);

/* ---- row/restore.c ---- */

/* A setting that is on for a while. */
typedef struct dbcsl_row_setting
{
	/* A PRAGMA that takes effect when it is prepared: running it would also
	 * expire all statements.  The text has no blanks and ends with a semicolon,
	 * so that an interrupt is only noticed after the setting has changed. */
	const char *off;
	const char *message; /* of the error if it cannot be turned off */
	const char *hint;
} dbcsl_row_setting;

/* Turns a setting off again; fails if the application prevents that. */
extern void dbcsl_row_turn_off(dbcsl_host *h, const dbcsl_row_setting *setting);

/* Restores the rows of a step; returns their number.  Where triggers fire, sets
 * *rowids to those of the rows. */
extern int64_t dbcsl_row_restore(dbcsl_host *h, const dbc_row_step *step,
								 bool checked, int64_t **rowids);

#endif /* DBCSL_ROW_STEP_H */
