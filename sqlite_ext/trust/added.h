/*
 * added.h
 *	  What the process adds to every connection; see trust/added.c.
 */
#ifndef DBCSL_TRUST_ADDED_H
#define DBCSL_TRUST_ADDED_H

#include "sqlite_ext/core/host.h"

/* Takes it from a connection that dbcare has opened, except what stored SQL may
 * call.  As to the schema, functions keep being unsafe, or become innocuous:
 * then SQLite can read one that is not trusted.  Returns an SQLite result code.
 */
extern int dbcsl_remove_added(sqlite3 *db, bool innocuous);

#endif /* DBCSL_TRUST_ADDED_H */
