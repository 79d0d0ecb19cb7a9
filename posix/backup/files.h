/*
 * files.h
 *	  The open files and directories of a call about backups.
 */
#ifndef DBC_POSIX_BACKUP_FILES_H
#define DBC_POSIX_BACKUP_FILES_H

#include <dirent.h>

#include "common/backup/host.h"

/* How many files and directories a call has open at most. */
#define DBC_POSIX_OPEN 64

struct dbc_backup_files
{
	struct
	{
		int descriptor; /* -1: free */
		const char *path;
	} open[DBC_POSIX_OPEN];
	DIR *listing; /* while it is read */
	int temporary_at;
	const char *temporary; /* NULL: none */
	struct dbc_posix_secret *secrets;
	/* Allows core dumps of the process, or not: libcrypto has copies of keys.
	 */
	void (*allow_dumps)(bool allowed);
};

extern void dbc_posix_init(dbc_backup_files *files,
						   void (*allow_dumps)(bool allowed));

/* That, for a process with one call at a time. */
extern void dbc_posix_allow_dumps(bool allowed);

/* What both roads out of run() do. */
extern void dbc_posix_end(dbc_backup_files *files);

/* The absolute path of a directory that the process names.  Without a slash at
 * its end, a symbolic link is not followed. */
extern const char *dbc_posix_absolute(dbc_host *host, const char *path);

extern int dbc_posix_descriptor(dbc_backup_files *files, int at);

/* ---- calls of struct dbc_backup_host that all bindings share ---- */

extern void dbc_posix_close(dbc_backup_files *files, int file);
extern int dbc_posix_open_directory(dbc_host *host, dbc_backup_files *files,
									int at, const char *name, bool create);
extern int dbc_posix_open_file(dbc_host *host, dbc_backup_files *files, int at,
							   const char *name, bool create);
extern int dbc_posix_open_scratch(dbc_host *host, dbc_backup_files *files,
								  int at);
extern const dbc_backup_entry *dbc_posix_list(dbc_host *host,
											  dbc_backup_files *files,
											  int directory, int *count);
extern int64_t dbc_posix_size(dbc_host *host, dbc_backup_files *files,
							  int file);
extern size_t dbc_posix_read(dbc_host *host, dbc_backup_files *files, int file,
							 int64_t offset, void *bytes, size_t length);
extern void dbc_posix_write(dbc_host *host, dbc_backup_files *files, int file,
							int64_t offset, const void *bytes, size_t length);
extern void dbc_posix_resize(dbc_host *host, dbc_backup_files *files, int file,
							 int64_t bytes);
extern void dbc_posix_sync(dbc_host *host, dbc_backup_files *files, int file);
extern void dbc_posix_rename(dbc_host *host, dbc_backup_files *files, int at,
							 const char *from, const char *to, bool replace);
extern void dbc_posix_remove(dbc_host *host, dbc_backup_files *files, int at,
							 const char *name);
extern void dbc_posix_set_temporary(dbc_backup_files *files, int at,
									const char *name);

/* Wipes the keys. */
extern void dbc_posix_forget_secrets(dbc_backup_files *files);

/* Removes what has not got its name. */
extern void dbc_posix_drop_temporary(dbc_backup_files *files);
extern bool dbc_posix_lock(dbc_host *host, dbc_backup_files *files,
						   int directory, bool exclusive);
extern bool dbc_posix_is_named(dbc_backup_files *files, int at,
							   const char *name, int file);
extern int64_t dbc_posix_free_bytes(dbc_host *host, dbc_backup_files *files,
									int directory);
extern void dbc_posix_give_name(dbc_host *host, dbc_backup_files *files,
								int file, int at, const char *name);
extern void *dbc_posix_secret_memory(dbc_host *host, dbc_backup_files *files,
									 size_t length);
extern const char *dbc_posix_read_secret(dbc_host *host,
										 dbc_backup_files *files,
										 const char *key_file,
										 const char *key_env,
										 const void **bytes, size_t *length);

#define DBC_POSIX_CALLS                                                       \
	.open_directory = dbc_posix_open_directory,                               \
	.open_file = dbc_posix_open_file, .open_scratch = dbc_posix_open_scratch, \
	.list = dbc_posix_list, .size = dbc_posix_size, .read = dbc_posix_read,   \
	.write = dbc_posix_write, .resize = dbc_posix_resize,                     \
	.sync = dbc_posix_sync, .close = dbc_posix_close,                         \
	.rename = dbc_posix_rename, .remove = dbc_posix_remove,                   \
	.set_temporary = dbc_posix_set_temporary, .lock = dbc_posix_lock,         \
	.is_named = dbc_posix_is_named, .free_bytes = dbc_posix_free_bytes,       \
	.give_name = dbc_posix_give_name, .secret = dbc_posix_secret_memory,      \
	.read_secret = dbc_posix_read_secret

#endif /* DBC_POSIX_BACKUP_FILES_H */
