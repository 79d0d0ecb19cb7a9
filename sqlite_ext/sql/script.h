/*
 * script.h
 *	  Splitting scripts.
 */
#ifndef DBCSL_SQL_SCRIPT_H
#define DBCSL_SQL_SCRIPT_H

#include "sqlite_ext/sql/token.h"

extern void dbcsl_split(dbc_host *host, const char *text, dbc_script *script);

/* ---- sql/statement.c ---- */

/* Sets kind, command and lock_level from the text. */
extern void dbcsl_classify(dbcsl_host *h, dbc_statement *statement);

/* Whether a statement calls dbmigrate_rebuild(), which scripts may do. */
#define DBCSL_REBUILD "dbmigrate_rebuild"
extern bool dbcsl_calls_rebuild(dbcsl_host *h, const char *text);

/* The token after WITH and its queries in parentheses. */
extern dbcsl_token dbcsl_token_after_with(dbcsl_token token);

#endif /* DBCSL_SQL_SCRIPT_H */
