/*
 * answers.h
 *	  Results of embedded statements that a connection keeps.
 */
#ifndef DBCSL_CALL_ANSWERS_H
#define DBCSL_CALL_ANSWERS_H

#include "sqlite_ext/core/host.h"

/* The statements that dbcare_known is read with; what it has of one is kept under
 * this name, too. */
#define DBCSL_NAMES		 "call/known_names"
#define DBCSL_REFERENCES "call/known_references"

/* The rows of an embedded statement that the connection has kept, or NULL; and
 * keeps those that a statement has just returned, if it may. */
extern const dbc_rows *dbcsl_find_answer(dbcsl_host *h, const dbc_sql *sql,
										 const dbc_value *args, int nargs);
extern void dbcsl_keep_answer(dbcsl_host *h, const dbc_sql *sql,
							  const dbc_value *args, int nargs,
							  const dbc_rows *rows);

#endif /* DBCSL_CALL_ANSWERS_H */
