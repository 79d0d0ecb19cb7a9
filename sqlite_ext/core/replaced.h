/*
 * replaced.h
 *	  A main database that sqlite3_deserialize() has put in the place of
 *	  another; see core/replaced.c.
 */
#ifndef DBCSL_CORE_REPLACED_H
#define DBCSL_CORE_REPLACED_H

#include "sqlite_ext/core/host.h"

/* Whether main was deserialized, or shares its VFS. */
extern bool dbcsl_is_replaced(sqlite3 *db);

/* Lets SQLite make the table-valued functions pragma_* again, which it does
 * when they are used. */
extern void dbcsl_renew_pragmas(sqlite3 *db);

/* Fails if a statement would use another table-valued function of SQLite that
 * belongs to the database that was replaced. */
extern void dbcsl_refuse_stale(dbcsl_host *h, const char *text);

#endif /* DBCSL_CORE_REPLACED_H */
