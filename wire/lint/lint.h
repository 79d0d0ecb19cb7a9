/*
 * lint.h
 *	  Lint of PostgreSQL's SQL in this process, with the parser as a library.
 */
#ifndef DBCW_LINT_LINT_H
#define DBCW_LINT_LINT_H

#include "wire/core/host.h"

/* Whether the command was built with the parser. */
extern bool dbcw_lint_has_parser(void);

/* Calls a function as dbcw_call() without any database: its statements find no
 * rows, and the connection has what the caller wants to hear alone.  For
 * functions that only read SQL. */
extern bool dbcw_lint_call_offline(dbcw_host *h, dbcw_connection *none,
								   const dbc_function *fn,
								   const char *const *args);

/* Ends the call that runs; called in a signal handler. */
extern void dbcw_lint_cancel_offline(void);

#endif /* DBCW_LINT_LINT_H */
