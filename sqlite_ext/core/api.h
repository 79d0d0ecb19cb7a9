/*
 * api.h
 *	  What SQLite gives to the extension.
 */
#ifndef DBCSL_CORE_API_H
#define DBCSL_CORE_API_H

#include "sqlite_ext/core/host.h"

/* Takes over the functions of SQLite; returns false, with *error from
 * sqlite3_malloc() or null, if the extension cannot work with them. */
extern bool dbcsl_adopt_api(const struct sqlite3_api_routines *api,
							char **error);

/* Whether sqlite3_trace_v2() is there. */
extern bool dbcsl_has_trace(void);

#endif /* DBCSL_CORE_API_H */
