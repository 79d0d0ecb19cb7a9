/*
 * connection.h
 *	  What the library keeps for a connection between calls: prepared
 *	  statements, and what was read of the schema.
 */
#ifndef DBCSL_CORE_CONNECTION_H
#define DBCSL_CORE_CONNECTION_H

#include "sqlite_ext/core/host.h"

typedef struct dbcsl_connection dbcsl_connection;

/* The user data of a registered function or module. */
typedef struct dbcsl_entry
{
	const dbc_function *fn;
	dbcsl_connection *connection; /* NULL: nothing is kept */
} dbcsl_entry;

/* The data of a connection, with a reference for the caller; NULL if out of
 * memory. */
extern dbcsl_connection *dbcsl_make_connection(sqlite3 *db);

/* An entry of a function, with a reference to its connection that
 * dbcsl_release_entry(), a destructor of user data, gives back. */
extern dbcsl_entry *dbcsl_connection_entry(dbcsl_connection *connection,
										   int number);
extern void dbcsl_release_entry(void *entry);
extern void dbcsl_release_connection(dbcsl_connection *connection);

/* Registers the table whose end is the end of kept statements. */
extern int dbcsl_register_connection(sqlite3 *db, dbcsl_connection *connection);

/* ---- statements ---- */

/* Takes a kept statement out of the connection; NULL if there is none.  Sets
 * whether it leads to no other definitions than when it was kept. */
extern sqlite3_stmt *dbcsl_take_kept(dbcsl_host *h, const char *text,
									 bool *is_verified);

/* Prepares to keep statements at the end of the call. */
extern void dbcsl_plan_to_keep(dbcsl_host *h);

/* Keeps a statement if it is wanted, or finalizes it; NULL is none.  One that
 * was taken is not finalized in another way. */
extern void dbcsl_keep(dbcsl_host *h, sqlite3_stmt *statement, bool is_wanted);

/* The number of the schema in which a statement that was taken, or is kept, was
 * followed; 0: not known. */
extern int64_t dbcsl_kept_schema(dbcsl_host *h, sqlite3_stmt *statement);
extern void dbcsl_set_kept_schema(dbcsl_host *h, sqlite3_stmt *statement,
								  int64_t schema);

/* Whether the connection has prepared an embedded statement before: only then
 * it is worth the tests of trust/allowed.c. */
extern bool dbcsl_was_prepared(dbcsl_host *h, int number);

/* ---- what an authorizer allows; see trust/allowed.c ---- */

/* Forgets what was found before an authorizer was set. */
extern void dbcsl_check_allowed(dbcsl_host *h);

/* Whether all of a table or a function is allowed; NULL: not known. */
extern const bool *dbcsl_recall_allowed(dbcsl_host *h, const char *name);
extern void dbcsl_remember_allowed(dbcsl_host *h, const char *name,
								   bool is_allowed);

/* ---- what was read of the schema ---- */

/* Begins a READ call; returns the number of those in progress. */
extern int dbcsl_begin_recall(dbcsl_host *h);
extern void dbcsl_end_recall(dbcsl_host *h);

/* Forgets what an earlier schema had.  The call has a snapshot with a version
 * of the schema; is_known is whether SQLite would have noticed any other
 * change. */
extern void dbcsl_check_recall(dbcsl_host *h, int version, bool is_known);

/* What was stored about main with a key; NULL if there is nothing, or if the
 * call must read it. */
extern const void *dbcsl_recall(dbcsl_host *h, const char *key);

/* Stores memory of sqlite3_malloc64(), or frees it. */
extern void dbcsl_remember(dbcsl_host *h, const char *key, void *memory);

/* ---- what statements lead to; see trust/reach.c ---- */

/* Whether the schema is that of an earlier call; else what was found of that is
 * forgotten. */
extern bool dbcsl_is_schema_unchanged(dbcsl_host *h);

/* The functions and modules that the definitions behind a shape of statements
 * name; NULL: not known.  The second function takes memory of
 * sqlite3_malloc64(). */
extern const char *dbcsl_recall_followed(dbcsl_host *h, const char *shape);
extern void dbcsl_remember_followed(dbcsl_host *h, const char *shape,
									char *names);

/* ---- what calls make for a table of main ---- */

/* The number, from 1, of the schema of which dbcsl_is_schema_unchanged() was
 * last asked; -1: nothing outlives the call. */
extern int64_t dbcsl_schema_number(const dbcsl_host *h);

/* Takes what an earlier call has made for such a key in this schema; NULL if
 * there is nothing. */
extern void *dbcsl_take_made(dbcsl_host *h, const char *key);

/* Leaves to later calls what was made or taken when the schema had a number, or
 * ends it.  The key is part of the memory. */
extern void dbcsl_leave_made(dbcsl_host *h, int64_t schema, const char *key,
							 void *memory, void (*end)(void *memory));

/* ---- results; see core/recent.h ---- */

extern const char *dbcsl_recall_result(dbc_host *host, const char *key,
									   int64_t max_age_ms);
extern void dbcsl_remember_result(dbc_host *host, const char *key,
								  const char *text);

/* ---- unsafe functions; see trust/functions.c ---- */

/* Around a call, and around those that it makes by SQL. */
extern void dbcsl_begin_sharing(dbcsl_connection *connection);
extern void dbcsl_end_sharing(dbcsl_connection *connection);

/* What has been shared until the outermost call ends, or NULL.  The second
 * function takes memory of sqlite3_malloc64(), and returns false if no call is
 * in progress. */
extern const char *dbcsl_shared_functions(const dbcsl_connection *connection);
extern bool dbcsl_share_functions(dbcsl_connection *connection, char *names);

/* The unsafe functions when no definition in main was found to call one; NULL:
 * not known.  The first function takes memory of sqlite3_malloc64(). */
extern void dbcsl_set_safe(dbcsl_connection *connection, char *functions);
extern const char *dbcsl_safe_with(const dbcsl_connection *connection);

/* ---- dbcare's tables; see call/unsafe_functions.c ---- */

/* That they were verified with these functions, memory of sqlite3_malloc64();
 * NULL: they are to be verified. */
extern void dbcsl_set_verified(dbcsl_connection *connection, char *functions);

/* Whether they were, if the schema is that of then.  Statements that were
 * prepared since then call the functions of then; before another one is
 * prepared, these are to be compared with those of now. */
extern bool dbcsl_is_verified(dbcsl_connection *connection);

/* The functions of then if they are to be compared now, or NULL. */
extern const char *dbcsl_awaits_functions(dbcsl_connection *connection);

#endif /* DBCSL_CORE_CONNECTION_H */
