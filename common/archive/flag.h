/*
 * flag.h
 *	  Tables with mode flag: deleted rows stay where they are, and are marked.
 *
 * Columns deleted_at, deleted_by and deletion_id, the number of the batch, mark
 * a row.  Marks follow foreign keys ON DELETE CASCADE, as deleting the row
 * would.
 */
#ifndef DBC_ARCHIVE_FLAG_H
#define DBC_ARCHIVE_FLAG_H

#include "common/archive/archive.h"

/* Whether a table has a column deleted_at. */
extern bool dbc_archive_has_mark(dbc_host *host, const dbc_relation *table);

/* The statements that prepare a table for the mode, or with advice those that
 * the user may want; fails if something is in the way. */
extern const char **dbc_archive_flag_setup(dbc_host *host,
										   const dbc_relation *table,
										   bool advice, int *count);

/* Marks a row and its children; returns the number of the batch.  Fails if the
 * row is not found, or if rows that do not follow refer to marked ones. */
extern int64_t dbc_archive_flag(dbc_host *host, const dbc_relation *table,
								const dbc_row_named *row, const char *reason,
								int64_t *rows);

/* Removes the marks of a batch; fails if the parent of one of its rows is
 * marked by another.  Returns the number of rows, -1 if there is no such batch.
 */
extern int64_t dbc_archive_unflag(dbc_host *host, int64_t batch);

/* Removes the mark of a row that no batch has marked, or sets *batch to the one
 * that has.  Returns whether the row is marked. */
extern bool dbc_archive_unflag_row(dbc_host *host, const dbc_relation *table,
								   const dbc_row_named *row, int64_t *batch);

/* Fails because a statement that deletes a row, or marks it if it has the
 * property unmarked (or NULL), has changed none: it is not there, or something
 * keeps it. */
extern void dbc_archive_fail_kept(dbc_host *host, const dbc_relation *table,
								  const dbc_row_named *row,
								  const char *unmarked);

#endif /* DBC_ARCHIVE_FLAG_H */
