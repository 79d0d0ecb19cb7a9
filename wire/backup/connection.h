/*
 * connection.h
 *	  Where PostgreSQL's programs are, and how they connect.
 */
#ifndef DBCW_BACKUP_CONNECTION_H
#define DBCW_BACKUP_CONNECTION_H

#include "wire/core/host.h"

#include "common/backup/host.h"

/* The major version of the server. */
extern int dbcw_backup_server_major(dbcw_host *h);

/* Finds pg_dump and the programs beside it, and fails in words unless it is as
 * new as the server.  Returns its major version. */
extern int dbcw_backup_require_pg_dump(dbcw_host *h);

/* The path of a program; NULL: the programs were not found. */
extern const char *dbcw_backup_program_path(dbcw_host *h, const char *name);

/* Calls of the core; see common/backup/host.h. */
extern const char *dbcw_backup_connection(dbc_host *host, const char *database);
extern void dbcw_backup_with_program(dbc_host *host, const dbc_program *program,
									 void (*fn)(dbc_host *, void *, void *),
									 void *arg);
extern void dbcw_backup_with_command(dbc_host *host, const char *command,
									 bool reads,
									 void (*fn)(dbc_host *, void *, void *),
									 void *arg);

#endif /* DBCW_BACKUP_CONNECTION_H */
