/*
 * file.h
 *	  Writing a file.
 *
 * A file is complete or not there: it is written under another name in the
 * same directory, and gets its own when it is on disk.  Links are not followed.
 */
#ifndef DBC_POSIX_ARCHIVE_FILE_H
#define DBC_POSIX_ARCHIVE_FILE_H

#include "common/archive/host.h"

#define DBC_POSIX_CREATE_FLAGS \
	(O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC)

/* Fails if a file of that name must not be written. */
extern void dbc_posix_check_file(dbc_host *host, const dbc_archive_file *file,
								 bool overwrite);

/* What a new file is called until it is complete. */
extern const char *dbc_posix_temporary(dbc_host *host, const char *name);

/* Gives a complete file its name. */
extern void dbc_posix_publish(dbc_host *host, dbc_archive_file *file,
							  bool overwrite);

/* append() of struct dbc_archive_host. */
extern void dbc_posix_append(dbc_host *host, dbc_archive_file *file,
							 const char *data, size_t length);

/* A file that a binding creates: it runs dbc_posix_write_file() between the
 * begin and the end, and catches its failure. */
typedef struct dbc_posix_creation
{
	dbc_archive_file file;
	bool overwrite;
	void (*write)(dbc_host *, void *, dbc_archive_file *);
	void *arg;
} dbc_posix_creation;

extern void dbc_posix_begin_file(dbc_host *host, dbc_posix_creation *c);
extern void dbc_posix_write_file(dbc_host *host, void *arg);
extern void dbc_posix_end_file(dbc_posix_creation *c, bool done);

#endif /* DBC_POSIX_ARCHIVE_FILE_H */
