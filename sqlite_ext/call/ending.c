/*
 * ending.c
 *	  The end of a connection.
 *
 * SQLite reports it by destroying the user data of a function; a connection
 * closed with open statements ends with the last of them.
 */
#include "sqlite_ext/call/call.h"
#include "sqlite_ext/call/ending.h"
#include "sqlite_ext/core/connection.h"
#include "sqlite_ext/core/rooms.h"

/* The user data; it starts as that of all functions. */
typedef struct ending
{
	dbcsl_entry entry; /* must be first */
	sqlite3 *db;
} ending;

/* Into which the library is loaded, maybe again: that destroys the user data of
 * before. */
static _Thread_local sqlite3 *loading;

static void
on_end(void *memory)
{
	ending *data = memory;

	if (data->db != loading)
		DBCSL_CALL_HOOKS(gone, data->db);
	sqlite3_free(data);
}

int
dbcsl_register_ending(sqlite3 *db, const dbc_function *fn, int nargs, int flags)
{
	ending *data = sqlite3_malloc(sizeof(*data));
	int code;

	if (!data)
		return SQLITE_NOMEM;
	data->entry = (dbcsl_entry){fn, NULL};
	data->db = db;
	loading = db;
	code = sqlite3_create_function_v2(db, fn->name, nargs, flags, data,
									  dbcsl_run_scalar, NULL, NULL, on_end);
	loading = NULL;
	return code;
}
