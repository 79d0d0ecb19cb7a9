/*
 * repair.h
 *	  Shared declarations of the files about repairs.
 */
#ifndef DBCSL_CHECK_REPAIR_H
#define DBCSL_CHECK_REPAIR_H

#include "sqlite_ext/core/sqlite_ext.h"

#include "common/check/repair.h"
#include "common/core/text.h"

/* ---- check/repair.c ---- */

extern int64_t dbcsl_check_repair_step(dbc_host *host, dbc_repair_action act,
									   dbc_check_repair_step *step);

/* A column of a table. */
typedef struct dbcsl_check_row_column
{
	const char *name;
	int key;	   /* place in the primary key, from 1, or 0 */
	bool computed; /* generated: cannot be written */
	int place;	   /* among those that can be, from 0 */
} dbcsl_check_row_column;

/* How to read and write rows of a table. */
typedef struct dbcsl_check_row_shape
{
	const char *table;		/* main."t" */
	const char *name;		/* "t" */
	const char *rowid;		/* "t"."rowid"; NULL if it has none */
	const char *rowid_name; /* word that means it, NULL if a column does */
	int ncolumns;
	int nstored; /* of them, that can be written */
	int nkeys;	 /* columns of the primary key, */
	int *keys;	 /* in its order */
	int *sorted; /* all columns in the order of members of jsonb */
	dbcsl_check_row_column *columns;
} dbcsl_check_row_shape;

/* ---- check/row_image.c ---- */

extern dbcsl_check_row_shape *
dbcsl_check_read_row_shape(dbcsl_host *h, const dbc_relation *table);

/* Appends the rowid, if there is one, then all columns, as a list of results.
 */
extern void dbcsl_check_append_columns(dbc_buffer *sql,
									   const dbcsl_check_row_shape *shape);

/* What of a row is written. */
typedef enum dbcsl_check_row_extent
{
	DBCSL_WHOLE,
	DBCSL_STORED, /* without generated columns */
	DBCSL_KEY
} dbcsl_check_row_extent;

/* Writes the row a statement is at, the first of whose columns are those of
 * dbcsl_check_append_columns(), as JSON in place of what the buffer has; or its
 * key.
 */
extern void dbcsl_check_write_row(dbcsl_host *h, dbc_buffer *json,
								  const dbcsl_check_row_shape *shape,
								  sqlite3_stmt *row,
								  dbcsl_check_row_extent extent);
extern void dbcsl_check_write_key(dbcsl_host *h, dbc_buffer *json,
								  const dbcsl_check_row_shape *shape,
								  sqlite3_stmt *row);

/* Binds the columns of a saved row to a statement: the writable ones to its
 * parameters from first on, or, if keys is set, only those of the primary key,
 * in its order. */
extern void dbcsl_check_bind_saved_row(dbcsl_host *h,
									   const dbcsl_check_row_shape *shape,
									   const char *json,
									   sqlite3_stmt *statement, int first,
									   bool keys);

/* ---- check/restore.c ---- */

/* Restores the rows of a step; returns their number. */
extern int64_t dbcsl_check_restore_rows(dbcsl_host *h,
										const dbc_check_repair_step *step);

/* ---- check/repair.c ---- */

/* The prepared statement of a text, cached for the call. */
extern sqlite3_stmt *dbcsl_check_prepare_cached(dbcsl_host *h,
												const char *text);

/* Steps a statement; false at its end. */
extern bool dbcsl_check_step_statement(dbcsl_host *h, sqlite3_stmt *statement);

/* Statements that read, as dbcsl_check_append_columns() has it, and remove one
 * row.
 */
extern sqlite3_stmt *
dbcsl_check_prepare_read_row(dbcsl_host *h, const dbcsl_check_row_shape *shape);
extern sqlite3_stmt *
dbcsl_check_prepare_delete_row(dbcsl_host *h,
							   const dbcsl_check_row_shape *shape);

/* Binds the location of a saved row, at place, to such a statement. */
extern void dbcsl_check_bind_saved_location(dbcsl_host *h,
											const dbcsl_check_row_shape *shape,
											const char *json, const char *place,
											sqlite3_stmt *statement);

/* A row that a step has saved. */
typedef struct dbcsl_check_saved_row
{
	int64_t id;
	const char *place; /* rowid, or NULL; all belong to a statement */
	const char *data;
	const char *left;
} dbcsl_check_saved_row;

/* The row after *row, false if there is none; *row starts as zero. */
extern bool dbcsl_check_next_saved_row(dbcsl_host *h,
									   const dbc_check_repair_step *step,
									   dbcsl_check_saved_row *row);

/* ---- check/verify_safe.c: what stored SQL must not do ---- */

/* Fails if the SQL of a step of a repair calls what it must not. */
extern void dbcsl_check_refuse_unsafe_step(dbcsl_host *h,
										   const dbc_check_repair_step *step);

#endif /* DBCSL_CHECK_REPAIR_H */
