/*
 * file.h
 *	  SQLite on the open files of a call.
 */
#ifndef DBCSL_BACKUP_FILE_H
#define DBCSL_BACKUP_FILE_H

#include "sqlite_ext/core/host.h"

#include "common/backup/host.h"

/* A VFS in which the name of a database is the number of an open file. */
typedef struct dbcsl_backup_vfs
{
	sqlite3_vfs base; /* must be first */
	sqlite3_vfs *real;
	dbc_backup_files *files;
	bool begun;
	char name[48]; /* of the VFS */
} dbcsl_backup_vfs;

/* Registers it for a call; its memory must stay until it is ended, after the
 * last connection was closed. */
extern void dbcsl_backup_begin_files(dbcsl_backup_vfs *vfs,
									 dbc_backup_files *files);

extern void dbcsl_backup_end_files(dbcsl_backup_vfs *vfs);

/* Writes what a connection by this VFS has changed, so that others can read the
 * file. */
extern int dbcsl_backup_flush(sqlite3 *db);

/* The name of that of a call. */
extern const char *dbcsl_backup_vfs_of(dbcsl_host *h,
									   const dbc_backup_files *files);

#endif /* DBCSL_BACKUP_FILE_H */
