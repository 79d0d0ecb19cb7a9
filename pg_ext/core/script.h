/*
 * script.h
 *	  Splitting scripts, and running them in a transaction.
 */
#ifndef DBCPG_CORE_SCRIPT_H
#define DBCPG_CORE_SCRIPT_H

#include "pg_ext/core/host.h"

extern void dbcpg_split(dbc_host *base, const char *text, dbc_script *script);

/* ---- core/statement.c ---- */

/* Sets kind, command and the equivalent inside a transaction. */
extern void dbcpg_classify(dbcpg_host *host, Node *node,
						   dbc_statement *statement);

/* ---- core/run.c ---- */

/* The number of lines from a text to a position in it; *column is the character
 * of the position within its line, from 1. */
extern int dbcpg_count_lines(const char *text, const char *position,
							 int *column);

extern const dbc_rows *dbcpg_run(dbc_host *base, const dbc_script *script,
								 const bool *skip);

/* Set and return whether this session runs a script of a migration; the first
 * one returns the previous value. */
extern bool dbcpg_set_in_migration(bool running);
extern bool dbcpg_is_in_migration(void);

/* Error context callback that adds the failed statement. */
extern void dbcpg_add_error_context(void *arg);

/* ---- core/commit_code.c ---- */

/* The tables with pending deferred triggers. */
extern List *dbcpg_deferred_trigger_tables(dbcpg_host *host);

/* Fails if a script with the option role, or a call of a session that has taken
 * a role, has left code to run when the transaction commits. */
extern void dbcpg_refuse_commit_code(dbcpg_host *host, const List *before,
									 bool of_script);

#endif /* DBCPG_CORE_SCRIPT_H */
