/*
 * host.h
 *	  Deleted rows and what is kept of them: what the room asks of an engine.
 */
#ifndef DBC_ARCHIVE_HOST_H
#define DBC_ARCHIVE_HOST_H

#include "common/core/host.h"

/* A file that is being written. */
typedef struct dbc_archive_file
{
	const char *path;	   /* for messages */
	const char *name;	   /* the path as the system takes it */
	const char *temporary; /* until the file is complete */
	int descriptor;		   /* -1: closed */
} dbc_archive_file;

typedef struct dbc_archive_host
{
	/* Runs a query that only reads, as the caller and with the caller's
	 * settings, but with fixed formats of values; calls row(host, arg, values)
	 * for each of its rows.  The values, texts and nulls, and what row()
	 * allocates last until it returns: memory does not grow with the rows.
	 * The query is dbcare's own as in dbc_script, or has a condition of the
	 * caller and no operators besides. */
	void (*read)(dbc_host *host, const char *query, bool is_own,
				 void (*row)(dbc_host *, void *, const dbc_value *), void *arg);

	/* Creates a file; write(host, arg, file) appends to it.  Until it is
	 * complete and on disk it has another name, and a failure leaves nothing.
	 * Fails if there is one, or with overwrite if it is not a regular file.
	 * [PG] needs the privileges of pg_write_server_files. */
	void (*create_file)(dbc_host *host, const char *path, bool overwrite,
						void (*write)(dbc_host *, void *, dbc_archive_file *),
						void *arg);

	void (*append)(dbc_host *host, dbc_archive_file *file, const char *data,
				   size_t length);

	/* Whether row security, which applies to the caller, hides rows of a
	 * table: the query, run as the owner of the table, has a row. */
	bool (*hides)(dbc_host *host, const char *table, const char *query);

	/* [SQLite] Splits the name of a table that need not exist, as the caller
	 * would write it; *schema is NULL if it has none. */
	const char *(*split_name)(dbc_host *host, const char *text,
							  const char **schema);
} dbc_archive_host;

#endif /* DBC_ARCHIVE_HOST_H */
