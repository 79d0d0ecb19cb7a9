/*
 * application.h
 *	  What an application does to its connection: functions and authorizers.
 */
#ifndef DBCARE_TEST_APPLICATION_H
#define DBCARE_TEST_APPLICATION_H

#include "test/fault/core/sql.h"

static inline void
give_one(sqlite3_context *context, int count, sqlite3_value **values)
{
	(void) count;
	(void) values;
	sqlite3_result_int(context, 1);
}

static inline void
call_unsafe(sqlite3_context *context, int count, sqlite3_value **values)
{
	problem("an unsafe function was called");
	give_one(context, count, values);
}

static inline void
add(sqlite3 *db, const char *name, int count, int flags,
	void (*function)(sqlite3_context *, int, sqlite3_value **))
{
	if (sqlite3_create_function(db, name, count,
								SQLITE_UTF8 | SQLITE_DETERMINISTIC | flags,
								NULL, function, NULL, NULL) != SQLITE_OK)
		bail_out(name, db);
}

/* What an authorizer ignores: an action, and the names of what it is about. */
typedef struct ignored
{
	int action;
	const char *first;
	const char *second;
} ignored;

static inline int
ignore(void *data, int action, const char *first, const char *second,
	   const char *schema, const char *source)
{
	const ignored *what = data;

	(void) schema;
	(void) source;
	return action == what->action &&
				   (!what->first ||
					(first && strcmp(first, what->first) == 0)) &&
				   (!what->second ||
					(second && strcmp(second, what->second) == 0))
			   ? SQLITE_IGNORE
			   : SQLITE_OK;
}

#endif /* DBCARE_TEST_APPLICATION_H */
