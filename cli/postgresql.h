/*
 * postgresql.h
 *	  A connection to PostgreSQL: with the extension its functions run in the
 *	  server, without it in this process.
 */
#ifndef CLI_POSTGRESQL_H
#define CLI_POSTGRESQL_H

#include "cli/database.h"
#include "wire/core/call.h"

typedef struct cli_postgresql
{
	PGconn *conn;
	PGcancel *cancel;
	char *password;	  /* that was asked for */
	PGconn *observer; /* of progress, used by another thread */
	dbcw_connection wire;
} cli_postgresql;

extern void cli_close_postgresql(cli_database *db);
extern bool cli_run_postgresql(cli_database *db, const char *sql, int nparams,
							   const char *const *params, cli_result *result);
extern bool cli_command_postgresql(cli_database *db, const char *sql);

/* Connects to the console of PgBouncer, which is no server, and asks it; the caller
 * closes the connection. */
extern bool cli_ask_console(cli_database *db, const char *command,
							cli_result *result);

/* Runs a statement that only reads, whose names are those of the catalog. */
extern PGresult *cli_query_postgresql(PGconn *conn, const char *sql,
									  int nparams, const char *const *params);
extern void cli_cancel_postgresql(cli_database *db);

/* Opens a second connection, unless there is one. */
extern void cli_open_observer(cli_database *db);

/* ---- cli/wire.c ---- */

extern const cli_driver cli_wire_driver;

/* Makes a new connection ready for calls in this process; fails behind a
 * pooler that gives each transaction another session. */
extern bool cli_prepare_wire(cli_database *db);

#endif /* CLI_POSTGRESQL_H */
