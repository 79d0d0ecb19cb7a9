/*
 * samples_file.c
 *	  Samples in a separate file, so that they neither enlarge nor lock the
 *	  application's file.
 *
 * The file is attached, and embedded SQL that names a table of monitoring finds
 * it there.  No other state is stored.  A file that the option samples_file
 * names stays attached until the connection closes or samples are moved.  The
 * default file, beside the database, is attached during a call only, because
 * BEGIN IMMEDIATE of the application locks all attached databases.
 */
#include "sqlite_ext/call/transaction.h"
#include "sqlite_ext/core/rooms.h"
#include "sqlite_ext/core/samples_file.h"
#include "sqlite_ext/monitor/monitor.h"
#include "sqlite_ext/sql/token.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/core/functions.h"
#include "common/core/json.h"
#include "common/core/text.h"

/* Without a problem the connection has the error. */
int
dbcsl_monitor_attach_samples(sqlite3 *db, const char *file,
							 const char **problem)
{
	char *sql;
	int code = SQLITE_NOMEM;

	*problem = dbcsl_monitor_own_file(db, file);
	if (*problem)
		return SQLITE_CANTOPEN;
	sql = sqlite3_mprintf("attach %Q as \"" DBCSL_SAMPLES "\"", file);
	if (sql)
		code = sqlite3_exec(db, sql, NULL, NULL, NULL);
	sqlite3_free(sql);
	return code;
}

#define DETACH "detach \"" DBCSL_SAMPLES "\""

static int
detach(sqlite3 *db)
{
	return sqlite3_exec(db, DETACH, NULL, NULL, NULL);
}

/* ---- the default file ---- */

/* The name of the default file, or NULL if the database is not in a file. */
static const char *
default_file(dbcsl_host *h)
{
	const char *file = sqlite3_db_filename(h->db, "main");
	struct stat information;

	if (!file || !file[0] || stat(file, &information) != 0)
		return NULL;
	return dbcsl_printf(h, "%s-samples", file);
}

/* Whether a file exists and, to store samples, can be written or created; not
 * by a connection that is read-only. */
static bool
is_usable(dbcsl_host *h, const char *file, bool stores)
{
	const char *slash = strrchr(file, '/');

	if (!stores)
		return access(file, F_OK) == 0;
	if (sqlite3_db_readonly(h->db, "main") != 0 ||
		dbc_get_int(&h->base, dbc_query_text(&h->base, "pragma query_only"), 0,
					0) != 0)
		return false;
	if (access(file, F_OK) == 0)
		return access(file, W_OK) == 0;
	return slash &&
		   access(dbcsl_printf(h, "%.*s", (int) (slash - file + 1), file),
				  W_OK) == 0;
}

/* Whether the database has a view or a virtual table in the place of a table
 * of monitoring, whose use may run code of others; core/tables_state.sql judges
 * that. */
static int
look_for_others(dbcsl_host *h, bool *found)
{
	sqlite3_stmt *statement = NULL;
	int code =
		sqlite3_prepare_v2(h->db,
						   "select sql from main.sqlite_schema where type in "
						   "('table', 'view') and "
						   "lower(name) in ('dbcare_monitor', 'dbcare_sample')",
						   -1, &statement, NULL);

	*found = false;
	while (code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
	{
		const char *sql = (const char *) sqlite3_column_text(statement, 0);
		dbcsl_token token = dbcsl_first_token(sql ? sql : "");

		token = dbcsl_next_token(&token);
		*found = *found || !dbcsl_is_word(&token, "table");
	}
	return code == SQLITE_OK ? sqlite3_finalize(statement) : code;
}

/* Sets state->own_samples to whether the database itself has data of
 * monitoring; returns an SQLite result code. */
static int
look_for_own_samples(dbcsl_host *h)
{
	dbcsl_monitor_state *state = h->monitor;
	sqlite3_stmt *statement = NULL;
	int code = look_for_others(h, &state->own_samples);

	if (code != SQLITE_OK || state->own_samples)
		return code;
	code =
		sqlite3_prepare_v2(h->db,
						   "select exists (select 1 from main.dbcare_monitor)"
						   " or exists (select 1 from main.dbcare_sample)",
						   -1, &statement, NULL);

	state->own_samples = code == SQLITE_OK &&
						 sqlite3_step(statement) == SQLITE_ROW &&
						 sqlite3_column_int(statement, 0) != 0;
	if (code == SQLITE_OK)
		return sqlite3_finalize(statement);
	/* there are no such tables */
	return code == SQLITE_ERROR ? SQLITE_OK : code;
}

/* Whether the database itself has data of monitoring: then it stays there. */
static bool
has_own_samples(dbcsl_host *h)
{
	int code = dbcsl_retry_while_locked(h, look_for_own_samples);

	return code != SQLITE_OK ||
		   ((const dbcsl_monitor_state *) h->monitor)->own_samples;
}

/* The default file if samples are there or, to store them, belong there; or
 * NULL. */
static const char *
usable_default(dbcsl_host *h, bool stores)
{
	const char *file = default_file(h);

	return file && is_usable(h, file, stores) && !has_own_samples(h) ? file
																	 : NULL;
}

/* The samples_file option of dbmonitor_start(), or NULL; the core rejects it if
 * it is not a string. */
static const char *
named_file(dbcsl_host *h)
{
	return dbc_json_string_or_null(
		&h->base,
		dbc_json_find(
			&h->base,
			&((const dbc_args_dbmonitor_start *) h->base.args)->options,
			"samples_file"));
}

/* The file that dbmonitor_start() is to store samples in, or NULL for the
 * database itself. */
static const char *
wanted_file(dbcsl_host *h)
{
	const char *file = named_file(h);

	if (!file)
		return usable_default(h, true);
	return file[0] ? file : NULL;
}

/* Attaches the file for samples. */
static int
try_to_attach(dbcsl_host *h)
{
	dbcsl_monitor_state *state = h->monitor;

	return dbcsl_monitor_attach_samples(h->db, state->moved_to,
										&state->problem);
}

/* Attaches a file, or fails with the reason why samples cannot be stored
 * there. */
static void
attach(dbcsl_host *h, const char *file)
{
	dbcsl_monitor_state *state = h->monitor;
	const char *named =
		dbcsl_printf(h, "samples cannot be stored in \"%s\"", file);
	int code;

	state->moved_to = file;
	code = dbcsl_retry_while_locked(h, try_to_attach);
	if (code == SQLITE_NOMEM || code == SQLITE_INTERRUPT)
		dbcsl_fail_engine(h, code);
	if (dbcsl_is_locked(code))
		dbc_fail(&h->base, DBC_LOCK_NOT_AVAILABLE, NULL,
				 "Try again when the other connection has ended its "
				 "transaction.",
				 "%s: another connection has locked it", named);
	if (code != SQLITE_OK)
		dbc_fail(&h->base, DBC_INVALID_PARAMETER, NULL,
				 "Name a SQLite file that can be written or created, and stay "
				 "below the limit of attached databases.",
				 "%s: %s", named,
				 state->problem ? state->problem : sqlite3_errmsg(h->db));
	state->moved = true;
	if (!dbcsl_find_samples_file(h->db))
		dbc_fail(&h->base, DBC_INVALID_PARAMETER, NULL, "Name a file.",
				 "%s: it is not a file", named);
	if (dbcsl_monitor_is_same_file(dbcsl_find_samples_file(h->db),
								   sqlite3_db_filename(h->db, "main")))
		dbc_fail(
			&h->base, DBC_INVALID_PARAMETER, NULL,
			"To store samples in the database, set the option samples_file to "
			"an empty string.",
			"%s: it is the database itself", named);
}

/* The statement that attaches the current samples file again. */
static const char *
name_again(dbcsl_host *h, const char *file)
{
	char *name = dbcsl_reopen_name(file, false);

	if (!name)
		dbcsl_fail_memory(h);
	return dbcsl_printf(h, "%z", name);
}

/* Switches to another file for samples, or to the database itself (NULL). */
static void
move(dbcsl_host *h, const char *file)
{
	dbcsl_monitor_state *state = h->monitor;
	const char *now = dbcsl_find_samples_file(h->db);
	int code;

	if (file ? dbcsl_monitor_is_same_file(file, now) : !now)
		return;
	if (!sqlite3_get_autocommit(h->db))
		dbc_fail(&h->base, DBC_ACTIVE_TRANSACTION, NULL,
				 "Repeat the call outside a transaction, with autocommit on.",
				 "samples cannot be moved inside a transaction");
	if (now)
	{
		state->moved_from = name_again(h, now);
		code = detach(h->db);
		if (code != SQLITE_OK)
			dbcsl_fail_engine(h, code);
		state->moved = true;
	}
	if (file)
		attach(h, file);
}

/* Attaches the default file for a call, if there is one or the call stores
 * samples. */
static void
attach_default(dbcsl_host *h, bool stores)
{
	dbcsl_monitor_state *state = h->monitor;
	const char *file = usable_default(h, stores);
	int code;

	if (!file)
		return;
	state->moved_to = file;
	code = dbcsl_retry_while_locked(h, try_to_attach);
	if (code == SQLITE_NOMEM || code == SQLITE_INTERRUPT)
		dbcsl_fail_engine(h, code);
	/* a report does without samples */
	if (code != SQLITE_OK &&
		dbc_starts_with(h->base.function->name, "dbmonitor_"))
		dbc_fail(&h->base, DBC_INVALID_PARAMETER, NULL,
				 "Make the file accessible, or name another one with the "
				 "option samples_file of dbmonitor_start().",
				 "samples in \"%s\" cannot be used: %s", file,
				 state->problem ? state->problem : sqlite3_errmsg(h->db));
}

/* Attaches or switches the file if the call needs it, and finds out where
 * samples are. */
static void
locate_samples(dbcsl_host *h)
{
	const char *name = h->base.function->name;
	bool starts = dbc_same(name, "dbmonitor_start");
	bool reads = dbc_starts_with(name, "dbmonitor_") ||
				 dbc_starts_with(name, "dbhealth_") ||
				 dbc_ends_with(name, "_schedule");
	dbcsl_monitor_state *state =
		dbcsl_alloc(&h->base, sizeof(dbcsl_monitor_state));
	const char *file;

	h->monitor = state;
	if (starts && (named_file(h) || dbcsl_find_samples_file(h->db)))
		move(h, wanted_file(h));
	else if (reads && !dbcsl_find_samples_file(h->db))
		attach_default(h, starts || dbc_same(name, "dbmonitor_sample"));
	file = dbcsl_find_samples_file(h->db);
	state->for_call = file && dbcsl_monitor_is_same_file(file, default_file(h));
	/* installing and uninstalling concern the main database */
	h->has_samples_file = file && !dbc_starts_with(name, "dbcare_");
	if (h->has_samples_file && dbc_starts_with(name, "dbmonitor_"))
		h->written = DBCSL_SAMPLES;
}

/* Whether SQLite converts the name in DETACH, which needs memory. */
static bool
is_utf16(dbcsl_host *h)
{
	sqlite3_stmt *statement;
	bool is_one = false;
	int code =
		sqlite3_prepare_v2(h->db, "pragma encoding", -1, &statement, NULL);

	if (code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
	{
		const char *name = (const char *) sqlite3_column_text(statement, 0);

		is_one = name && dbc_starts_with(name, "UTF-16");
	}
	if (sqlite3_finalize(statement) == SQLITE_NOMEM || code == SQLITE_NOMEM)
		dbcsl_fail_memory(h);
	return is_one;
}

/* Prepares what closed() does, before the commit of the call: see
 * dbcsl_end_transaction().  Where it would need memory, the file stays: no call
 * may fail after its commit. */
static void
plan_to_detach(dbcsl_host *h)
{
	dbcsl_monitor_state *state = h->monitor;

	if (!state || !state->for_call)
		return;
	state->stays = is_utf16(h);
	if (!state->stays && sqlite3_prepare_v2(h->db, DETACH, -1, &state->detach,
											NULL) == SQLITE_NOMEM)
		dbcsl_fail_memory(h);
}

/* Detaches the file, unless it is being read, which SQLite would refuse with a
 * message that needs memory. */
static void
run_detach(dbcsl_host *h, sqlite3_stmt *statement)
{
	if (sqlite3_txn_state(h->db, DBCSL_SAMPLES) <= SQLITE_TXN_NONE)
		sqlite3_step(statement);
	sqlite3_finalize(statement);
}

/* Reverts a switch by a call that failed, and detaches the default file, unless
 * the calling statement still reads it: then the next call does. */
static void
closed(dbcsl_host *h, bool done)
{
	const dbcsl_monitor_state *state = h->monitor;
	const char *problem;

	if (!state)
		return;
	if (state->detach)
		run_detach(h, state->detach);
	else if ((state->for_call && !(state->stays && done)) ||
			 (state->moved && !done))
		detach(h->db);
	if (state->moved_from && !done)
		dbcsl_monitor_attach_samples(h->db, state->moved_from, &problem);
}

/* Calls a function on the database of the samples; see sample/host.h. */
int
dbcsl_monitor_ask_samples(dbc_host *host, int (*ask)(dbc_host *))
{
	dbcsl_host *h = dbcsl_of(host);
	int own = host->tables_version;
	int answer;

	if (!h->has_samples_file)
		return ask(host);
	host->tables_version = h->samples_version;
	h->in_samples = true;
	answer = ask(host);
	h->in_samples = false;
	h->samples_version = host->tables_version;
	host->tables_version = own;
	return answer;
}

/* Reads the file, so that its lock is held until the call ends. */
static int
read_samples(dbcsl_host *h)
{
	return sqlite3_exec(
		h->db, "select 1 from \"" DBCSL_SAMPLES "\".sqlite_schema limit 1",
		NULL, NULL, NULL);
}

/* Waits while samples are being stored, since few applications have a timeout
 * for a file that they do not know of.  What reads them fails if it must. */
static void
wait_for_samples(dbcsl_host *h)
{
	const char *written = h->written;

	h->written = DBCSL_SAMPLES;
	dbcsl_retry_while_locked(h, read_samples);
	h->written = written;
}

static void
begin(dbcsl_host *h)
{
	if (h->has_samples_file && h->base.function->class == DBC_READ)
		wait_for_samples(h);
	dbcsl_monitor_remember_schema(h);
	dbcsl_monitor_verify_samples_owner(h);
}

static void
finish(dbcsl_host *h)
{
	dbcsl_monitor_store_samples_owner(h);
	dbcsl_monitor_verify_schema(h);
	plan_to_detach(h);
}

const dbcsl_hooks dbcsl_monitor_hooks = {
	.open = locate_samples,
	.begin = begin,
	.finish = finish,
	.end = dbcsl_monitor_finish_storing,
	.closed = closed,
};
