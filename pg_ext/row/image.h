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

/* Appends its primary key: the value, an object for several columns, or an
 * object with the ctid if there is no primary key. */
extern void dbcpg_row_append_key(StringInfo json,
								 const dbcpg_row_format *format,
								 TupleTableSlot *row);

#endif /* DBCPG_ROW_IMAGE_H */
