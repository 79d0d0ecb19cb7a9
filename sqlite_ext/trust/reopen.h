/*
 * reopen.h
 *	  Opening files a second time, or attaching others.
 */
#ifndef DBCSL_TRUST_REOPEN_H
#define DBCSL_TRUST_REOPEN_H

#include "sqlite_ext/core/host.h"

/* ---- trust/reopen.c ---- */

/* Settings copied to a second connection. */
#define DBCSL_SWITCHES 3
typedef struct dbcsl_connection_settings
{
	int on[DBCSL_SWITCHES];
	int autocheckpoint; /* pages */
} dbcsl_connection_settings;

extern void dbcsl_read_connection_settings(sqlite3 *db,
										   dbcsl_connection_settings *settings);

/* A URI that opens a file in the same way, from the name that
 * sqlite3_db_filename() returns; from sqlite3_malloc(), NULL if out of
 * memory. */
extern char *dbcsl_reopen_uri(const char *file, bool read_only);

/* The same, or the plain name if it has no parameters: for a connection that
 * runs the caller's ATTACH statements, and may not accept URIs. */
extern char *dbcsl_reopen_name(const char *file, bool read_only);

/* Opens such a name on a connection with these settings; returns an SQLite
 * result code. */
extern int dbcsl_reopen(const char *name, const char *vfs,
						const dbcsl_connection_settings *settings,
						sqlite3 **db);

/* Whether a second connection cannot read the file of a database that this one
 * reads: it is encrypted, and the key belongs to the connection. */
extern bool dbcsl_lacks_key(sqlite3 *db, const char *database);

/* Why a thread cannot have a connection of its own to the database of this one,
 * as the rest of a sentence, or NULL; other is an attached database, or NULL.
 */
extern const char *dbcsl_why_no_thread(sqlite3 *db, const char *other);

/* A copy of such a name, for sqlite3_free_filename(); NULL if out of memory. */
extern char *dbcsl_copy_filename(const char *file);

/* Whether two such names open the same file in the same way. */
extern bool dbcsl_same_filename(const char *left, const char *right);

/* The URI parameter of a database that is opened as immutable although others
 * write it, so that reading it takes no locks; and whether main is one. */
#define DBCSL_UNLOCKED "dbcare_unlocked"
extern bool dbcsl_is_unlocked(sqlite3 *db);

/* The VFS of a database of a connection, or NULL. */
extern const char *dbcsl_vfs_name(sqlite3 *db, const char *database);

#endif /* DBCSL_TRUST_REOPEN_H */
