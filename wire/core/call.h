/*
 * call.h
 *	  Calls of dbcare's functions in this process, for a database that is
 *	  reached over a connection.
 */
#ifndef DBCW_CORE_CALL_H
#define DBCW_CORE_CALL_H

#include "wire/core/host.h"

/* Gives a new session the settings of dbcare's SQL; outside any transaction,
 * whose end might restore others.  Returns false after an error, as
 * dbcw_call(), which does it otherwise. */
extern bool dbcw_begin(dbcw_host *h, dbcw_connection *connection);

/* Calls a function with a text for each declared argument, NULL for null or an
 * omitted one.  Returns false after an error, which is in h->error; a result is
 * in h->result or h->rows.  Both are valid until dbcw_close(). */
extern bool dbcw_call(dbcw_host *h, dbcw_connection *connection,
					  const dbc_function *fn, const char *const *args);

/* The text of a value of a declared type, or NULL. */
extern const char *dbcw_result_text(dbcw_host *h, const dbc_value *value,
									dbc_type type);

/* Frees what a connection has, but not the connection of libpq. */
extern void dbcw_close_connection(dbcw_connection *connection);

#endif /* DBCW_CORE_CALL_H */
