/*
 * ending.h
 *	  The end of a connection.
 */
#ifndef DBCSL_CALL_ENDING_H
#define DBCSL_CALL_ENDING_H

#include "sqlite_ext/core/host.h"

/* Registers a scalar function for a number of arguments, so that the hooks gone
 * are called at the end of the connection. */
extern int dbcsl_register_ending(sqlite3 *db, const dbc_function *fn, int nargs,
								 int flags);

#endif /* DBCSL_CALL_ENDING_H */
