/*
 * packed.h
 *	  Rows that a policy archives in compressed files.
 */
#ifndef DBC_ARCHIVE_PACKED_H
#define DBC_ARCHIVE_PACKED_H

#include "common/archive/archive.h"

/* Fails unless rows of the table can be archived in the directory. */
extern void dbc_archive_packed_prepare(dbc_host *host,
									   const dbc_relation *table,
									   const char *directory);

/* The paths of the files in the directory, as rows of the table are archived
 * in, that are not listed, such as those of transactions that were rolled
 * back. */
extern dbc_json_node *dbc_archive_packed_unlisted(dbc_host *host,
												  const dbc_relation *table,
												  const char *directory);

/* Moves the rows that a DELETE of a policy removes to a new file; returns their
 * number.  The file is the last that is written: what fails later undoes the
 * rest, and leaves a file that is not listed. */
extern int64_t dbc_archive_packed_move(dbc_host *host,
									   const dbc_relation *table,
									   const char *directory,
									   const char *policy, const char *removal);

/* Puts the rows of a file back among the deleted rows; returns their batch. */
extern int64_t dbc_archive_packed_unpack(dbc_host *host, int64_t file);

#endif /* DBC_ARCHIVE_PACKED_H */
