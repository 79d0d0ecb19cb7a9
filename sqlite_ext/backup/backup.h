/*
 * backup.h
 *	  Backups of SQLite databases: connections to files that are not the
 *	  caller's.
 */
#ifndef DBCSL_BACKUP_BACKUP_H
#define DBCSL_BACKUP_BACKUP_H

#include "sqlite_ext/core/host.h"

#include "common/backup/manifest.h"

/* Connections of a call, closed on both roads. */
typedef struct dbcsl_backup_connections
{
	sqlite3 *source; /* NULL: the caller's connection */
	sqlite3 *target;
	sqlite3_backup *backup;
	sqlite3_stmt *statement;
} dbcsl_backup_connections;

extern void dbcsl_backup_close(dbcsl_backup_connections *open);

/* Raises the error of a connection. */
extern _Noreturn void dbcsl_backup_fail(dbcsl_host *h, sqlite3 *db, int code,
										const char *path);

/* Opens the database of a work read-only; its schema is not trusted. */
extern void dbcsl_backup_open(dbcsl_host *h, const struct dbc_backup_work *work,
							  sqlite3 **db);

/* Statements of another connection, which end when the call is interrupted. */
typedef struct dbcsl_backup_watch
{
	dbcsl_host *h;
	bool interrupted;
} dbcsl_backup_watch;

extern void dbcsl_backup_begin_watch(dbcsl_backup_watch *watch, sqlite3 *db);

/* Fails if a statement was interrupted. */
extern void dbcsl_backup_end_watch(const dbcsl_backup_watch *watch);

/* Runs a statement without a result. */
extern void dbcsl_backup_execute(dbcsl_host *h, sqlite3 *db, const char *sql);

/* The first column of the only row of a query, as text; NULL for a null. */
extern const char *dbcsl_backup_ask(dbcsl_host *h, sqlite3 *db,
									sqlite3_stmt **statement, const char *sql);

/* The name of the database that a call is about. */
extern const char *dbcsl_backup_schema(dbcsl_host *h, const char *schema);

/* Its file; NULL if it is in memory or temporary. */
extern const char *dbcsl_backup_file(dbcsl_host *h, const char *schema);

/* Whether the caller's connection alone can read the file. */
extern bool dbcsl_backup_is_exclusive(dbcsl_host *h, const char *schema);

/* Sets tables, schema_digest and audit_root of a backup from the database that
 * open->target reads. */
extern void dbcsl_backup_read_contents(dbcsl_host *h,
									   dbcsl_backup_connections *open,
									   dbc_backup *backup);

extern void dbcsl_backup_describe(dbc_host *host, struct dbc_backup_work *work);
extern void dbcsl_backup_copy(dbc_host *host, struct dbc_backup_work *work);
extern const char *dbcsl_backup_destination(dbc_host *host, const char *path);
extern void dbcsl_backup_compare(dbc_host *host, struct dbc_backup_work *work,
								 const dbc_relation *table, int64_t set,
								 struct dbc_backup_rows *rows);
extern void dbcsl_backup_replace(dbc_host *host, struct dbc_backup_work *work,
								 void (*save)(dbc_host *, bool, void *),
								 void *arg);
extern struct dbc_backup_proof
dbcsl_backup_prove(dbc_host *host, struct dbc_backup_work *work, int level);

#endif /* DBCSL_BACKUP_BACKUP_H */
