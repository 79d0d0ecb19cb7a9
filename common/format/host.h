/*
 * host.h
 *	  Engine functions that reading files needs in addition to core/host.h.
 */
#ifndef DBC_FORMAT_HOST_H
#define DBC_FORMAT_HOST_H

#include "common/core/host.h"

/* One file of a migration directory. */
typedef struct dbc_file
{
	const char *path; /* relative, with '/' */
	const char *name; /* normalized for readers, see format/select.c */
	const char *text;
	const char *dialect; /* the database that the path names, or NULL */
	const char *stem;	 /* migration name within the file name */
} dbc_file;

typedef struct dbc_directory_entry
{
	const char *name;
	bool is_directory;
} dbc_directory_entry;

typedef struct dbc_format_host
{
	/*
	 * Lists a directory, unordered.  A link to a directory does not count as
	 * one, since it may lead back up.  Fails with dbc_format_refuse_path().
	 */
	const dbc_directory_entry *(*list_directory)(dbc_host *host,
												 const char *path, int *count);

	/*
	 * Reads a file of at most so many bytes, without waiting for the writer of
	 * a pipe.  NULL if it is larger, with its size in length, or if it is not a
	 * regular file.
	 */
	const char *(*read_file)(dbc_host *host, const char *path, size_t most,
							 size_t *length);
} dbc_format_host;

#endif /* DBC_FORMAT_HOST_H */
