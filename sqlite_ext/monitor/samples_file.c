/*
 * samples_file.c
 *	  Samples in a separate file, so that they neither enlarge nor lock the
 *	  application's file.
 *
 * dbmonitor_start() attaches the file, and embedded SQL that names a table of
 * monitoring finds it there.  No other state is stored: the file stays attached
 * until the connection closes or samples are moved.
 */
#include "sqlite_ext/core/rooms.h"
#include "sqlite_ext/core/samples_file.h"
#include "sqlite_ext/core/transaction.h"
#include "sqlite_ext/monitor/monitor.h"

#include <string.h>

#include "common/core/functions.h"
#include "common/core/json.h"
#include "common/core/text.h"

/* Attaches the file; the connection has the error code and message, too. */
int
dbcsl_monitor_attach_samples(sqlite3 *db, const char *file)
{
	char *sql = sqlite3_mprintf("attach %Q as \"" DBCSL_SAMPLES "\"", file);
	int code = SQLITE_NOMEM;

	if (sql)
		code = sqlite3_exec(db, sql, NULL, NULL, NULL);
	sqlite3_free(sql);
	return code;
}

static int
detach(sqlite3 *db)
{
	return sqlite3_exec(db, "detach \"" DBCSL_SAMPLES "\"", NULL, NULL, NULL);
}

/* The samples_file option of dbmonitor_start(); the core rejects it if it is
 * not a string. */
static const char *
wanted_file(dbcsl_host *h)
{
	return dbc_json_string_or_null(
		&h->base,
		dbc_json_find(
			&h->base,
			&((const dbc_args_dbmonitor_start *) h->base.args)->options,
			"samples_file"));
}

/* Attaches the file for samples. */
static int
try_to_attach(dbcsl_host *h)
{
	return dbcsl_monitor_attach_samples(
		h->db, ((dbcsl_monitor_state *) h->monitor)->moved_to);
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
				 "%s: %s", named, sqlite3_errmsg(h->db));
	state->moved = true;
	if (!dbcsl_find_samples_file(h->db))
		dbc_fail(&h->base, DBC_INVALID_PARAMETER, NULL, "Name a file.",
				 "%s: it is not a file", named);
	if (dbcsl_monitor_is_same_file(dbcsl_find_samples_file(h->db),
								   sqlite3_db_filename(h->db, "main")))
		dbc_fail(
			&h->base, DBC_INVALID_PARAMETER, NULL,
			"To store samples in the database, remove the option samples_file.",
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

/* Switches the file if the call requests it, and finds out where samples
 * are. */
static void
locate_samples(dbcsl_host *h)
{
	const char *name = h->base.function->name;

	h->monitor = dbcsl_alloc(&h->base, sizeof(dbcsl_monitor_state));
	if (dbc_same(name, "dbmonitor_start"))
		move(h, wanted_file(h));
	/* installing and uninstalling concern the main database */
	h->has_samples_file =
		dbcsl_find_samples_file(h->db) && !dbc_starts_with(name, "dbcare_");
	if (h->has_samples_file && dbc_starts_with(name, "dbmonitor_"))
		h->written = DBCSL_SAMPLES;
}

/* Reverts a switch by a call that failed. */
static void
closed(dbcsl_host *h, bool done)
{
	const dbcsl_monitor_state *state = h->monitor;

	if (done || !state || !state->moved)
		return;
	detach(h->db);
	if (state->moved_from)
		dbcsl_monitor_attach_samples(h->db, state->moved_from);
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

const dbcsl_hooks dbcsl_monitor_hooks = {
	.open = locate_samples,
	.begin = dbcsl_monitor_verify_samples_owner,
	.finish = dbcsl_monitor_store_samples_owner,
	.end = dbcsl_monitor_finish_storing,
	.closed = closed,
};
