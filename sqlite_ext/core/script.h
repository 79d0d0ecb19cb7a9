/*
 * script.h
 *	  Splitting scripts, and running them.
 */
#ifndef DBCSL_CORE_SCRIPT_H
#define DBCSL_CORE_SCRIPT_H

#include "sqlite_ext/core/token.h"

extern void dbcsl_split(dbc_host *host, const char *text, dbc_script *script);

/* ---- core/statement.c ---- */

/* Sets kind, command and lock_level from the text. */
extern void dbcsl_classify(dbcsl_host *h, dbc_statement *statement);

/* Whether a statement calls dbmigrate_rebuild(), which scripts may do. */
#define DBCSL_REBUILD "dbmigrate_rebuild"
extern bool dbcsl_calls_rebuild(dbcsl_host *h, const char *text);

/* The token after WITH and its queries in parentheses. */
extern dbcsl_token dbcsl_token_after_with(dbcsl_token token);

/* ---- core/run.c, core/outside.c ---- */

extern const dbc_rows *dbcsl_run(dbc_host *host, const dbc_script *script,
								 const bool *skip);
extern bool dbcsl_run_outside(dbc_host *host, const dbc_outside_script *work,
							  dbc_error *error);

#endif /* DBCSL_CORE_SCRIPT_H */
