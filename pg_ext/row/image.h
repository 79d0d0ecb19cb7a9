/*
 * image.h
 *	  A row as JSON, written by triggers; the same text as row/shape.sql gives.
 */
#ifndef DBCPG_ROW_IMAGE_H
#define DBCPG_ROW_IMAGE_H

#include "pg_ext/core/compat.h"

#include "executor/tuptable.h"
#include "lib/stringinfo.h"

/* How the rows of a table are written; freed with its memory context. */
typedef struct dbcpg_row_format dbcpg_row_format;

/* Reads the format of a table, in the current memory context. */
extern dbcpg_row_format *dbcpg_row_read_format(Relation table);

/* Appends a row.  Output functions of its types run as the current user. */
extern void dbcpg_row_append(StringInfo json, const dbcpg_row_format *format,
							 TupleTableSlot *row);

/* Appends some of its columns, as an object. */
extern void dbcpg_row_append_columns(StringInfo json,
									 const dbcpg_row_format *format,
									 const AttrNumber *columns, int ncolumns,
									 TupleTableSlot *row);

/* Appends the values of a primary key of several columns, by the numbers of
 * these, whatever their names; false if it has not several. */
extern bool dbcpg_row_append_key_values(StringInfo json,
										const dbcpg_row_format *format,
										TupleTableSlot *row);

/* Appends its primary key: the value, an object for several columns, or an
 * object with the ctid if there is no primary key. */
extern void dbcpg_row_append_key(StringInfo json,
								 const dbcpg_row_format *format,
								 TupleTableSlot *row);

/* The name of a column, from 0, as a JSON string; NULL if it was dropped. */
extern const char *dbcpg_row_member(const dbcpg_row_format *format, int column);

/* Appends a value of a column. */
extern void dbcpg_row_append_value(StringInfo json,
								   const dbcpg_row_format *format, int column,
								   Datum value, bool isnull);

/* The columns of the primary key, from 1, in the order of their names in jsonb;
 * returns their number. */
extern int dbcpg_row_key(const dbcpg_row_format *format,
						 const AttrNumber **columns);

/* Takes these columns for the key of a table that has none. */
extern void dbcpg_row_set_key(dbcpg_row_format *format,
							  const AttrNumber *columns, int count);

#endif /* DBCPG_ROW_IMAGE_H */
