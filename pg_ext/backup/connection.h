/*
 * connection.h
 *	  How the programs connect to this server.
 */
#ifndef DBCPG_BACKUP_CONNECTION_H
#define DBCPG_BACKUP_CONNECTION_H

#include "pg_ext/backup/program.h"

/* A connection string: the session user, through the server's own Unix-domain
 * socket.  The user must be allowed to connect by pg_hba.conf; no rights of the
 * server's system user are lent. */
extern const char *dbcpg_backup_conninfo(dbcpg_host *host,
										 const char *database);

/* The same as another user, who must be allowed to connect, too. */
extern const char *dbcpg_backup_conninfo_as(dbcpg_host *host, const char *user,
											const char *database);

/* The same for a server with a socket in a directory. */
extern const char *dbcpg_backup_conninfo_at(dbcpg_host *host,
											const char *directory, int port,
											const char *user,
											const char *database);

/* Arguments of a program. */
typedef struct dbcpg_arguments
{
	const char *list[DBC_PROGRAM_ARGUMENTS]; /* ended by NULL */
	int count;
} dbcpg_arguments;

/* Adds an argument; NULL adds none. */
extern void dbcpg_backup_add_argument(dbcpg_arguments *arguments,
									  const char *text);

/* Runs a program of PostgreSQL with these arguments; its output is read up to
 * most bytes. */
extern dbc_program_end dbcpg_backup_run_tool(dbcpg_host *host, const char *name,
											 const dbcpg_arguments *arguments,
											 Size most);

/* Calls of the core; see common/backup/host.h. */
extern const char *dbcpg_backup_connection(dbc_host *host,
										   const char *database);
extern void dbcpg_backup_with_program(dbc_host *host,
									  const dbc_program *program,
									  void (*fn)(dbc_host *, void *, void *),
									  void *arg);
extern dbc_program_end dbcpg_backup_await_program(dbc_host *host, void *running,
												  int64_t timeout_ms);
extern void dbcpg_backup_signal_program(void *running, int number);

#endif /* DBCPG_BACKUP_CONNECTION_H */
