/*
 * function.h
 *	  dbcheck_json() on SQLite.
 */
#ifndef DBCSL_JSONSCHEMA_FUNCTION_H
#define DBCSL_JSONSCHEMA_FUNCTION_H

#include "sqlite_ext/core/host.h"

/* The user data of dbcheck_json(): its cache. */
typedef struct dbcsl_jsonschema_cache dbcsl_jsonschema_cache;

/* Allocate it (NULL if out of memory), and free it. */
extern dbcsl_jsonschema_cache *
dbcsl_jsonschema_make_cache(const dbc_function *fn);
extern void dbcsl_jsonschema_free_cache(void *memory);

extern void dbcsl_jsonschema_check(sqlite3_context *context, int nvalues,
								   sqlite3_value **values);

#endif /* DBCSL_JSONSCHEMA_FUNCTION_H */
