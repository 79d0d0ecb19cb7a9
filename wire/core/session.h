/*
 * session.h
 *	  Statements and transactions of a connection.
 *
 * Statements without a result that matters wait, and are sent together with the
 * next one: a round trip for each would take longer than their work.
 */
#ifndef DBCW_CORE_SESSION_H
#define DBCW_CORE_SESSION_H

#include "wire/core/host.h"

/* Reads what a call needs to know of the session, and gives it the settings of
 * dbcare's SQL; once per connection. */
extern void dbcw_open_session(dbcw_host *h);

/* Adds a statement that waits; one with a key as in dbcw_run_statement(). */
extern void dbcw_add_pending(dbcw_host *h, const void *key, const char *text,
							 const dbc_value *args, int nargs);

/* Sends what waits. */
extern void dbcw_flush(dbcw_host *h);

/* Runs one statement with parameters, after what waits; the result belongs to
 * the connection.  One with a key is prepared when it runs again. */
extern PGresult *dbcw_run_statement(dbcw_host *h, const void *key,
									const char *text, const dbc_value *args,
									int nargs);

/* Analyzes a statement without running it; fails. */
extern void dbcw_analyze(dbcw_host *h, const char *text);

/* Runs statements without parameters, after what waits.  Calls done() with the
 * result of each from *first on, the number of the first one being 0.  Returns
 * the number of the statement that failed, whose result belongs to the
 * connection, or -1. */
extern int dbcw_run_simple(dbcw_host *h, const char *text,
						   void (*done)(dbcw_host *h, void *arg, int number,
										PGresult *result),
						   void *arg);

/* The same for statements that do not belong to a user; fails. */
extern void dbcw_run_own(dbcw_host *h, const char *text);

/* The same for commands that look up no names, such as SET and COMMIT: only
 * these may be sent under the search_path of the user. */
extern void dbcw_run_utility(dbcw_host *h, const char *text);

/* Sends a statement whose failure does not matter: the connection is lost. */
extern void dbcw_run_last(dbcw_host *h, const char *text);

/* Runs one statement with parameters, after what waits; calls row() with a
 * result of one row for each row.  The result lasts until row() returns: memory
 * does not grow with the rows. */
extern void dbcw_stream(dbcw_host *h, const char *text, const dbc_value *args,
						int nargs,
						void (*row)(dbcw_host *h, void *arg, PGresult *result),
						void *arg);

/* Values in the protocol, with their lengths if they are binary. */
typedef struct dbcw_cells
{
	int count;
	Oid *types;
	const char **bytes; /* NULL: null */
	int *lengths;
	int *formats; /* 0 text, 1 binary */
} dbcw_cells;

extern dbcw_cells dbcw_new_cells(dbcw_host *h, int count);

/* Prepares a statement of a caller or about rows of a caller, under the settings
 * that the session has; the result describes its parameters and columns. */
extern PGresult *dbcw_prepare(dbcw_host *h, const char *name, const char *text);

/* Runs it, under the same settings; or a text of dbcare. */
extern PGresult *dbcw_run_prepared(dbcw_host *h, const char *name,
								   const dbcw_cells *cells, int format);
extern PGresult *dbcw_run_cells(dbcw_host *h, const char *text,
								const dbcw_cells *cells, int format);

/* Frees what is known of prepared statements. */
extern void dbcw_forget_prepared(dbcw_connection *c);

/* ---- transactions ---- */

extern void dbcw_begin_transaction(dbcw_host *h);
extern void dbcw_commit_transaction(dbcw_host *h);

/* Does not fail. */
extern void dbcw_roll_back(dbcw_host *h);

/* Savepoints; the last two do not fail. */
extern int dbcw_set_savepoint(dbcw_host *h);
extern void dbcw_release_savepoint(dbcw_host *h, int number);
extern void dbcw_roll_back_to(dbcw_host *h, int number);

/* ---- settings ---- */

/* Give the session the settings of its user, and of dbcare's SQL again, after
 * the commands before. */
extern void dbcw_leave(dbcw_host *h);
extern void dbcw_enter(dbcw_host *h, const char *before);

/* The commands that do that around a script, which is sent with them; dirty:
 * whatever has changed the settings. */
extern const char *dbcw_users_settings(dbcw_host *h);
extern const char *dbcw_own_settings(dbcw_host *h, bool dirty);

/* The statement that sets the search_path of a script if that is not the
 * user's; or "". */
extern const char *dbcw_path_of(dbcw_host *h, const dbc_script *script);

/* Settings of dbcare's SQL until the transaction ends, as commands. */
extern const char *dbcw_local_settings(dbcw_host *h);

/* Whether values of the user have other formats than those of dbcare's SQL. */
extern bool dbcw_formats_differ(const dbcw_host *h);

/* Adds statements that give values the formats of the user, until the
 * savepoint is rolled back. */
extern void dbcw_add_users_formats(dbcw_host *h);

/* The statement that limits waits for locks. */
extern const char *dbcw_lock_limit(dbcw_host *h);

/* Whether the session can still be used. */
static inline bool
dbcw_is_connected(const dbcw_host *h)
{
	return dbcw_pq.PQstatus(h->connection->pg) == CONNECTION_OK;
}

#endif /* DBCW_CORE_SESSION_H */
