/*
 * api.c
 *	  What SQLite gives to the extension.
 *
 * SQLite hands over a table of functions, in which those are null that it was
 * built without (SQLITE_OMIT_..., SQLITE_THREADSAFE=0): a call would kill the
 * program.  The extension calls through a table of its own, which has each
 * function of api.def, or a substitute; where there is none, it is not loaded.
 */
#include "sqlite_ext/core/api.h"

#ifndef SQLITE_CORE

#include <pthread.h>
#include <stddef.h>

static sqlite3_api_routines own;
static const sqlite3_api_routines *adopted;
static bool has_trace;
static pthread_mutex_t adopting = PTHREAD_MUTEX_INITIALIZER;

/* ---- substitutes ---- */

/* A statement that runs is not interrupted, except by sqlite3_interrupt(). */
static void
progress_handler(sqlite3 *db, int operations, int (*call)(void *), void *arg)
{
	(void) db;
	(void) operations;
	(void) call;
	(void) arg;
}

/* Monitoring, which needs it, asks dbcsl_has_trace(). */
static int
trace_v2(sqlite3 *db, unsigned mask,
		 int (*call)(unsigned, void *, void *, void *), void *arg)
{
	(void) db;
	(void) mask;
	(void) call;
	(void) arg;
	return SQLITE_ERROR;
}

static const char *
column_decltype(sqlite3_stmt *statement, int column)
{
	(void) statement;
	(void) column;
	return NULL;
}

/* A build without them has no write-ahead log. */
static int
wal_autocheckpoint(sqlite3 *db, int pages)
{
	(void) db;
	(void) pages;
	return SQLITE_OK;
}

static int
wal_checkpoint_v2(sqlite3 *db, const char *schema, int mode, int *log,
				  int *checkpointed)
{
	(void) db;
	(void) schema;
	(void) mode;
	if (log)
		*log = -1;
	if (checkpointed)
		*checkpointed = -1;
	return SQLITE_OK;
}

static int
compileoption_used(const char *name)
{
	(void) name;
	return 0;
}

/* A build without threads has no mutexes. */
static sqlite3_mutex *
mutex_alloc(int kind)
{
	(void) kind;
	return NULL;
}

static void
mutex_enter(sqlite3_mutex *mutex)
{
	(void) mutex;
}

static void
mutex_leave(sqlite3_mutex *mutex)
{
	(void) mutex;
}

#if SQLITE_VERSION_NUMBER >= 3038000
/* The place of an error is not known. */
static int
error_offset(sqlite3 *db)
{
	(void) db;
	return -1;
}
#endif

#if SQLITE_VERSION_NUMBER >= 3039000
/* The caller does without. */
static int
deserialize(sqlite3 *db, const char *schema, unsigned char *data,
			sqlite3_int64 size, sqlite3_int64 room, unsigned flags)
{
	(void) db;
	(void) schema;
	(void) size;
	(void) room;
	if (flags & SQLITE_DESERIALIZE_FREEONCLOSE)
		own.free(data);
	return SQLITE_ERROR;
}
#endif

/* ---- taking over ---- */

/* The name of a function that has no substitute and is missing, or NULL. */
static const char *
find_missing(const sqlite3_api_routines *api)
{
#define DBCSL_API(member, function) \
	if (!api->member)               \
		return "sqlite3_" #function;
#include "sqlite_ext/core/api.def"
	return NULL;
}

static void
copy_all(const sqlite3_api_routines *api)
{
#define DBCSL_API(member, function) own.member = api->member;
#define DBCSL_API_OPTIONAL(member, function) \
	own.member = api->member ? api->member : member;
#include "sqlite_ext/core/api.def"
	/* all or none */
	if (!api->mutex_alloc || !api->mutex_enter || !api->mutex_leave)
	{
		own.mutex_alloc = mutex_alloc;
		own.mutex_enter = mutex_enter;
		own.mutex_leave = mutex_leave;
	}
	/* the table of an older SQLite ends before these */
#if SQLITE_VERSION_NUMBER >= 3038000
	own.error_offset = own.libversion_number() >= 3038000 && api->error_offset
						   ? api->error_offset
						   : error_offset;
#endif
#if SQLITE_VERSION_NUMBER >= 3039000
	own.deserialize = own.libversion_number() >= 3039000 && api->deserialize
						  ? api->deserialize
						  : deserialize;
#endif
	has_trace = api->trace_v2;
}

bool
dbcsl_adopt_api(const sqlite3_api_routines *api, char **error)
{
	const char *missing = NULL;
	bool is_old =
		!api->libversion_number || api->libversion_number() < DBCSL_MIN_VERSION;
	bool can_tell = error && api->mprintf && api->libversion;

	if (is_old)
	{
		if (can_tell)
			*error =
				api->mprintf("dbcare needs SQLite 3.37 or later, this is %s",
							 api->libversion());
		return false;
	}
	missing = find_missing(api);
	if (missing)
	{
		if (can_tell)
			*error = api->mprintf(
				"dbcare needs %s(), which this SQLite was built without",
				missing);
		return false;
	}
	(void) pthread_mutex_lock(&adopting);
	/* other threads may be in calls */
	if (adopted != api)
		copy_all(api);
	adopted = api;
	sqlite3_api = &own;
	(void) pthread_mutex_unlock(&adopting);
	return true;
}

bool
dbcsl_has_trace(void)
{
	return has_trace;
}

#else

bool
dbcsl_adopt_api(const sqlite3_api_routines *api, char **error)
{
	(void) api;
	if (sqlite3_libversion_number() >= DBCSL_MIN_VERSION)
		return true;
	if (error)
		*error =
			sqlite3_mprintf("dbcare needs SQLite 3.37 or later, this is %s",
							sqlite3_libversion());
	return false;
}

bool
dbcsl_has_trace(void)
{
	return true;
}

#endif
