/*
 * sqlite.c
 *	  Connections to SQLite files: dbcare is part of the command, nothing is
 *	  loaded.
 */
#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/database.h"
#include "cli/terminal.h"

extern bool dbcsl_sample_of_command;
extern void (*dbcsl_told_error)(const dbc_error *error, const char *text);
extern char *dbcsl_monitor_take_turn(sqlite3 *db, bool works, bool *taken,
									 double *interval_seconds, bool *due);
extern int sqlite3_dbcare_init(sqlite3 *db, char **error, const void *api);

/* How long a lock of another connection is waited for. */
#define BUSY_TIMEOUT_MS 5000

/* What to do after a failure; NULL if the message says it. */
static const char *
hint_of(int code)
{
	switch (code & 0xFF)
	{
		case SQLITE_READONLY:
			return "Check the permissions of the file and of its directory.";
		case SQLITE_BUSY:
			return "Another process is writing. Try again when it is done.";
		case SQLITE_FULL:
			return "Free space on the disk, then run the command again.";
		case SQLITE_CORRUPT:
			return "Keep a copy of the file; list-backups and restore-backup "
				   "need no sound database, and salvage saves what can be "
				   "read.";
		default:
			return NULL;
	}
}

/* The last error of dbcare in this thread: its text, which SQLite returns, and the parts
 * of that. */
static _Thread_local struct
{
	char *text;
	char *message;
	char *detail;
	char *hint;
	char *context;
} told;

static void
keep(char **place, const char *part, const char *more)
{
	cli_text text = {0};

	free(*place);
	if (part)
		cli_addf(&text, "%s%s%s", part, more ? "\n" : "", more ? more : "");
	*place = text.data;
}

static void
keep_error(const dbc_error *error, const char *text)
{
	keep(&told.text, text, NULL);
	keep(&told.message, error->message, NULL);
	keep(&told.detail, error->detail, NULL);
	keep(&told.hint, error->hint, NULL);
	keep(&told.context, error->context, error->excerpt);
}

/* Describes the last failure of a connection. dbcare's messages carry its name,
 * which the command prints before every message. */
static void
set_error(cli_database *db, sqlite3 *connection, int code)
{
	static const char prefix[] = "dbcare: ";
	const char *message =
		connection ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
	bool is_own = told.text && strcmp(message, told.text) == 0;
	/* dbcare says what to do with a backup that is damaged */
	bool has_hint = (code & 0xFF) == SQLITE_CORRUPT &&
					strncmp(message, prefix, strlen(prefix)) == 0 &&
					!strstr(message, sqlite3_errstr(code));

	if (strncmp(message, prefix, strlen(prefix)) == 0)
		message += strlen(prefix);
	if (is_own)
		cli_set_error(db, told.message, told.detail,
					  told.hint || has_hint ? told.hint : hint_of(code));
	else
		cli_set_error(db, message, NULL, has_hint ? NULL : hint_of(code));
	cli_set_context(db, is_own ? told.context : NULL);
	db->error.cancelled = code == SQLITE_INTERRUPT;
	db->error.unwritable = (code & 0xFF) == SQLITE_READONLY ||
						   (code & 0xFF) == SQLITE_BUSY ||
						   (code & 0xFF) == SQLITE_LOCKED;
	db->error.damaged =
		(code & 0xFF) == SQLITE_CORRUPT || (code & 0xFF) == SQLITE_NOTADB;
}

/* SQLite's own messages of this kind are of no use here. */
static void
print_notice(void *arg, int code, const char *message)
{
	static const char prefix[] = "dbcare: ";

	(void) arg;
	if (code == SQLITE_NOTICE && strncmp(message, prefix, strlen(prefix)) == 0)
		cli_note("NOTICE: %s", message + strlen(prefix));
}

/* Whether a file would be made that has to exist. A URI says itself what is
 * made. */
bool
cli_sqlite_is_missing(const char *path)
{
	struct stat status;

	return strcmp(path, ":memory:") != 0 && strncmp(path, "file:", 5) != 0 &&
		   stat(path, &status) != 0 && errno == ENOENT;
}

static bool
open_sqlite(cli_database *db, bool create)
{
	const char *path = db->target.text;
	sqlite3 *connection = NULL;
	/* dbcare opens files of samples and backups as this one was opened */
	int flags = (db->read_only ? SQLITE_OPEN_READONLY
							   : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) |
				SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
	int code = SQLITE_CANTOPEN;

	/* both are refused from the second connection on, which is no harm;
	 * statistics of memory, which nothing here reads, lock a mutex for each
	 * allocation */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	dbcsl_sample_of_command = true;
	dbcsl_told_error = keep_error;
	if (!db->quiet)
		sqlite3_config(SQLITE_CONFIG_LOG, print_notice, NULL);
	if (create || !cli_sqlite_is_missing(path))
		code = sqlite3_open_v2(path, &connection, flags, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_busy_timeout(connection, BUSY_TIMEOUT_MS);
	if (code == SQLITE_OK)
		code = sqlite3_dbcare_init(connection, NULL, NULL);
	if (code == SQLITE_OK)
		/* reads the file, so that one that is no database is noticed here */
		code = sqlite3_exec(connection,
							"pragma foreign_keys = on; "
							"select 1 from sqlite_schema limit 1",
							NULL, NULL, NULL);
	if (code != SQLITE_OK)
	{
		set_error(db, connection, code);
		sqlite3_close(connection);
		return false;
	}
	db->connection = connection;
	db->schema = cli_copy("");
	return true;
}

static void
close_sqlite(cli_database *db)
{
	sqlite3_close(db->connection);
}

/* Adds the row of a statement to a result whose room grows. */
static void
add_row(cli_result *result, sqlite3_stmt *stmt, int *room)
{
	if (result->nrows == *room)
	{
		*room = *room ? *room * 2 : 16;
		result->cells = realloc(result->cells, sizeof(char *) * (size_t) *room *
												   (size_t) result->ncolumns);
		if (!result->cells)
			abort();
	}
	result->nrows++;
	for (int i = 0; i < result->ncolumns; i++)
	{
		const char *text = (const char *) sqlite3_column_text(stmt, i);

		*cli_cell(result, result->nrows - 1, i) =
			text ? cli_copy_bytes(text, (size_t) sqlite3_column_bytes(stmt, i))
				 : NULL;
	}
}

static bool
run_sqlite(cli_database *db, const char *sql, int nparams,
		   const char *const *params, cli_result *result)
{
	sqlite3 *connection = db->connection;
	sqlite3_stmt *stmt = NULL;
	int room = 0;
	int code = sqlite3_prepare_v2(connection, sql, -1, &stmt, NULL);

	*result = (cli_result){0};
	for (int i = 0; code == SQLITE_OK && i < nparams; i++)
		code = sqlite3_bind_text(stmt, i + 1, params[i], -1, SQLITE_STATIC);
	if (code == SQLITE_OK)
	{
		*result = cli_new_result(sqlite3_column_count(stmt), 0);
		for (int i = 0; i < result->ncolumns; i++)
			result->names[i] = cli_copy(sqlite3_column_name(stmt, i));
		while ((code = sqlite3_step(stmt)) == SQLITE_ROW)
			add_row(result, stmt, &room);
		/* a function that returned its value has done its work, though an
		 * interrupt at its end fails the step behind it */
		if (code == SQLITE_INTERRUPT && result->nrows == 1 &&
			!strstr(sql, " from "))
			code = SQLITE_DONE;
	}
	if (code != SQLITE_DONE)
	{
		set_error(db, connection, code);
		cli_free_result(result);
	}
	sqlite3_finalize(stmt);
	return code == SQLITE_DONE;
}

static bool
command_sqlite(cli_database *db, const char *sql)
{
	cli_result result;
	bool success = run_sqlite(db, sql, 0, NULL, &result);

	if (success)
		cli_free_result(&result);
	return success;
}

static bool
call_sqlite(cli_database *db, const dbc_function *fn, const char *const *args,
			cli_result *result)
{
	int nargs = 0;
	char *sql;
	bool success;

	for (int i = 0; fn->args[i].type != DBC_T_END; i++)
	{
		if (!fn->args[i].optional || (args && args[i]))
			nargs = i + 1;
	}
	sql = cli_call_text(db, fn, nargs);
	success = run_sqlite(db, sql, nargs, args, result);
	free(sql);
	return success;
}

bool
cli_sqlite_take_turn(cli_database *db, bool works, bool *taken,
					 double *interval_seconds, bool *due)
{
	char *problem = dbcsl_monitor_take_turn(db->connection, works, taken,
											interval_seconds, due);

	if (problem)
		cli_set_error(db, problem, NULL, NULL);
	sqlite3_free(problem);
	return !problem;
}

static void
cancel_sqlite(cli_database *db)
{
	sqlite3_interrupt(db->connection);
}

/* The calls of this process are listed on any connection of it. */
static void
progress_sqlite(cli_database *db, cli_phase *phase)
{
	sqlite3 *connection = NULL;
	sqlite3_stmt *stmt = NULL;

	(void) db;
	if (sqlite3_open(":memory:", &connection) == SQLITE_OK &&
		sqlite3_dbcare_init(connection, NULL, NULL) == SQLITE_OK &&
		sqlite3_prepare_v2(
			connection,
			"select phase, done, total from temp.dbcare_progress() "
			"where phase is not null order by started_at",
			-1, &stmt, NULL) == SQLITE_OK &&
		sqlite3_step(stmt) == SQLITE_ROW)
	{
		phase->phase = cli_copy((const char *) sqlite3_column_text(stmt, 0));
		phase->done = sqlite3_column_int64(stmt, 1);
		phase->total = sqlite3_column_int64(stmt, 2);
	}
	sqlite3_finalize(stmt);
	sqlite3_close(connection);
}

const cli_driver cli_sqlite_driver = {
	.open = open_sqlite,
	.close = close_sqlite,
	.run = run_sqlite,
	.command = command_sqlite,
	.call = call_sqlite,
	.cancel = cancel_sqlite,
	.progress = progress_sqlite,
};
