/*
 * files.h
 *	  Files outside the database that rows name, in columns that
 *	  dbarchive_enable() and policies say: what rows that are deleted for good
 *	  have left.
 */
#ifndef DBC_ARCHIVE_FILES_H
#define DBC_ARCHIVE_FILES_H

#include "common/archive/archive.h"

extern bool dbc_archive_has_column(dbc_host *host, const dbc_relation *table,
								   const char *column);

/* The columns with paths of all tables: table_name, column_name. */
extern const dbc_rows *dbc_archive_file_columns(dbc_host *host);

/* Stores the files of rows that were deleted from the trash: table_name,
 * row_key, row_data. */
extern void dbc_archive_leave_files(dbc_host *host, const dbc_rows *columns,
									const dbc_rows *rows);

/* The same of the rows of a table that satisfy a condition. */
extern void dbc_archive_leave_files_of(dbc_host *host, const dbc_rows *columns,
									   const dbc_relation *table,
									   const char *condition);

#endif /* DBC_ARCHIVE_FILES_H */
