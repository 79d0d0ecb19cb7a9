/*
 * outside.c
 *	  Running a script outside any transaction, on a second connection.
 *
 * VACUUM and similar statements fail while another statement of their
 * connection is running, which the calling one always is.  The second
 * connection belongs to dbcare, so it can have handlers.  It has a separate
 * host, whose memory is moved to the calling host with the result.
 */
#include "sqlite_ext/call/progress.h"
#include "sqlite_ext/call/query.h"
#include "sqlite_ext/call/script.h"
#include "sqlite_ext/call/transaction.h"
#include "sqlite_ext/sql/pragma.h"
#include "sqlite_ext/trust/reopen.h"

#include <string.h>

#include "common/core/clock.h"
#include "common/core/excerpt.h"
#include "common/core/text.h"

/* The longest pause between attempts to get a lock, in milliseconds. */
#define LONGEST_PAUSE 100

/* Virtual machine instructions between checks for an interrupt. */
#define STEPS 10000

typedef struct outside_run
{
	dbcsl_host *caller;
	sqlite3_stmt *poll; /* on the caller's connection */
	bool interrupted;	/* the caller's connection was interrupted */
	int64_t started;	/* start of a lock wait, in microseconds */
	const dbc_outside_script *work;
	int number; /* of the current statement, from 1 */
	int line;
} outside_run;

/* ---- the second connection ---- */

/* Checks whether the caller's connection was interrupted. */
static int
check_interrupt(void *arg)
{
	outside_run *run = arg;

	if (sqlite3_step(run->poll) != SQLITE_ROW)
		run->interrupted = true;
	sqlite3_reset(run->poll);
	return run->interrupted;
}

/* Waits for a lock of another connection; 0 ends the wait. */
static int
wait_for_lock(void *arg, int count)
{
	outside_run *run = arg;

	if (count == 0)
		run->started = dbc_microseconds();
	if (check_interrupt(run) ||
		dbc_microseconds() - run->started >= run->caller->wait_ms * 1000)
		return 0;
	sqlite3_sleep(count < LONGEST_PAUSE ? count + 1 : LONGEST_PAUSE);
	return 1;
}

/* Fails because the file cannot be opened again. */
static _Noreturn void
fail_to_open(dbcsl_host *h, int code)
{
	if (code == SQLITE_NOMEM)
		dbcsl_fail_memory(h);
	dbc_fail(&h->base, "58030", NULL, NULL,
			 "the database file cannot be opened a second time: %s",
			 sqlite3_errstr(code));
}

/* Opens the file of the caller's database again. */
static sqlite3 *
open_second(dbcsl_host *h, outside_run *run)
{
	char *name = dbcsl_reopen_name(sqlite3_db_filename(h->db, "main"),
								   sqlite3_db_readonly(h->db, "main") != 0);
	dbcsl_connection_settings settings;
	sqlite3 *db = NULL;
	int code = SQLITE_NOMEM;

	dbcsl_read_connection_settings(h->db, &settings);
	if (name)
		code =
			dbcsl_reopen(name, dbcsl_vfs_name(h->db, "main"), &settings, &db);
	sqlite3_free(name);
	if (code != SQLITE_OK)
	{
		sqlite3_close(db);
		fail_to_open(h, code);
	}
	sqlite3_progress_handler(db, STEPS, check_interrupt, run);
	sqlite3_busy_handler(db, wait_for_lock, run);
	return db;
}

/* ---- statements ---- */

/* Records the first unfinished statement and whether it was started, if the
 * script belongs to a migration. */
static void
note(dbc_host *host, const outside_run *run, int number, bool begun)
{
	if (run->work->version)
		dbc_query(host, "core/deployment_at", dbc_text(run->work->version),
				  dbc_int(number), dbc_bool(begun));
}

/* Runs a statement without result. */
static void
execute(dbcsl_host *h, const char *sql)
{
	dbcsl_prepare(h, sql);
	dbcsl_run_prepared(h, false);
}

/* Fails if a PRAGMA had no effect, which SQLite reports only by its result. */
static void
check_pragma(dbcsl_host *h, const dbcsl_pragma *pragma, const dbc_rows *rows)
{
	if (rows->nrows == 0)
		return;
	if (sqlite3_stricmp(pragma->name, "wal_checkpoint") == 0 &&
		dbc_get_int(&h->base, rows, 0, 0) != 0)
		dbc_fail(&h->base, DBC_LOCK_NOT_AVAILABLE, NULL, NULL,
				 "other connections prevent the checkpoint from completing");
	if (sqlite3_stricmp(pragma->name, "journal_mode") == 0 && pragma->value &&
		sqlite3_stricmp(dbc_get_text(&h->base, rows, 0, 0), pragma->value) != 0)
		dbc_fail(&h->base, DBC_UNSUPPORTED, NULL, NULL, "journal_mode stays %s",
				 dbc_get_text(&h->base, rows, 0, 0));
}

/* Fails for a change that would remove the write-ahead log: the calling
 * connection has it open, and only the last connection can remove it. */
static void
refuse_end_of_wal(dbcsl_host *h, const dbcsl_pragma *pragma)
{
	const dbc_rows *rows;

	if (sqlite3_stricmp(pragma->name, "journal_mode") != 0 || !pragma->value ||
		sqlite3_stricmp(pragma->value, "wal") == 0)
		return;
	rows = dbc_query_text(&h->base, "pragma main.journal_mode");
	if (sqlite3_stricmp(dbc_get_text(&h->base, rows, 0, 0), "wal") == 0)
		dbc_fail(&h->base, DBC_UNSUPPORTED, NULL,
				 "Close all connections, run the statement manually on a new "
				 "connection, then call dbmigrate_baseline().",
				 "journal_mode cannot be changed from wal while other "
				 "connections are open");
}

/* Runs a statement outside a transaction. */
static void
run_bare(dbcsl_host *h, const dbc_statement *statement)
{
	dbcsl_pragma pragma;
	const dbc_rows *rows;

	if (!dbcsl_parse_pragma(h, statement->text, &pragma))
	{
		execute(h, statement->text);
		return;
	}
	if (pragma.effect == DBCSL_PRAGMA_HANDLER)
		return; /* of a connection that will be closed */
	refuse_end_of_wal(h, &pragma);
	dbcsl_prepare(h, statement->text);
	rows = dbcsl_run_prepared(h, true);
	check_pragma(h, &pragma, rows);
}

/* Runs a statement and records it. */
static void
run_statement(dbcsl_host *h, outside_run *run, const dbc_statement *statement)
{
	if (statement->kind == DBC_STATEMENT_PLAIN)
	{
		execute(h, "begin immediate");
		execute(h, statement->text);
		note(&h->base, run, run->number + 1, false);
		execute(h, "commit");
		return;
	}
	note(&h->base, run, run->number, true);
	run_bare(h, statement);
	note(&h->base, run, run->number + 1, false);
}

/* Whether a finished statement must be repeated on a new connection. */
static bool
is_of_connection(const dbc_statement *statement)
{
	return statement->kind != DBC_STATEMENT_PLAIN &&
		   !dbc_same(statement->command, "VACUUM");
}

/* Runs the script from the first unfinished statement on. */
static void
run_script(dbc_host *host, void *arg)
{
	dbcsl_host *h = dbcsl_of(host);
	outside_run *run = arg;
	const dbc_script *script = run->work->script;

	int last = dbc_outside_end(run->work);

	for (run->number = 1; run->number <= last; run->number++)
	{
		const dbc_statement *statement = &script->statements[run->number - 1];

		run->line = statement->line;
		if (run->number >= run->work->first)
			run_statement(h, run, statement);
		else if (is_of_connection(statement))
			run_bare(h, statement);
	}
}

/* Adds the position of the error. */
static void
locate(dbcsl_host *h, const outside_run *run)
{
	dbc_error error = h->error;

	error.statement_no = run->number;
	error.line = run->line;
	error.context = dbc_describe_position(&h->base, run->work->script,
										  run->number, run->line);
	error.excerpt =
		dbc_excerpt(&h->base, run->work->script, run->number, run->line, 0);
	h->error = error;
}

/* Unlocks the script for other processes. */
static void
unlock_script(dbc_host *host, const char *version)
{
	if (version)
		dbc_query(host, "core/deployment_claim", dbc_text(version), dbc_null());
}

/* The same after a cancel, which prevents all statements on the calling
 * connection. */
static void
release_cancelled(dbc_host *host, void *arg)
{
	const outside_run *run = arg;
	dbcsl_host *h = dbcsl_of(host);

	sqlite3_progress_handler(h->db, 0, NULL, NULL);
	if (!sqlite3_get_autocommit(h->db))
		execute(h, "rollback");
	unlock_script(host, run->work->version);
}

/* Runs the script on the second connection; false after an error, in
 * h->error. */
static bool
run_on_second(dbcsl_host *h, outside_run *run, sqlite3 *db)
{
	dbcsl_host second;
	bool done;

	dbcsl_open_with(&second, h->base.seam, db, h->base.function);
	done = dbcsl_try(&second, run_script, run);
	if (!done)
	{
		h->error = second.error;
		if (dbcsl_is_unguarded_error(&h->error))
			(void) dbcsl_try(&second, release_cancelled, run);
	}
	dbcsl_close_all(&second);
	sqlite3_close(db);
	dbcsl_move_memory(&second, h);
	return done;
}

/* Whether the caller's connection keeps its lock, for which the second one
 * would wait. */
static bool
keeps_lock(dbcsl_host *h)
{
	const dbc_rows *rows = dbc_query_text(&h->base, "pragma main.locking_mode");

	return rows->nrows > 0 &&
		   dbc_same(dbc_get_text(&h->base, rows, 0, 0), "exclusive");
}

/* Whether a second connection is possible; otherwise the first statement
 * fails. */
static bool
check_file(dbcsl_host *h, outside_run *run)
{
	static const char in_memory[] =
		"statements that cannot run inside a transaction need a second "
		"connection, and an in-memory database has only one";
	static const char encrypted[] =
		"statements that cannot run inside a transaction need a second "
		"connection, which does not have the key of this encrypted file";
	static const char locked[] =
		"statements that cannot run inside a transaction need a second "
		"connection, and locking_mode is exclusive";
	const char *file = sqlite3_db_filename(h->db, "main");
	bool in_file = file && file[0];
	bool has_key = !dbcsl_lacks_key(h->db, "main");

	if (in_file && has_key && !keeps_lock(h))
		return true;
	h->error = (dbc_error){
		.sqlstate = DBC_UNSUPPORTED,
		.message = !in_file	 ? in_memory
				   : has_key ? locked
							 : encrypted,
		.hint = in_file && has_key ? "PRAGMA locking_mode = NORMAL;"
				: run->work->version
					? "Run the script manually, then call dbmigrate_baseline()."
					: "Run the statement manually."};
	run->number = run->work->first;
	if (run->number <= run->work->script->nstatements)
		run->line = run->work->script->statements[run->number - 1].line;
	return false;
}

bool
dbcsl_run_outside(dbc_host *host, const dbc_outside_script *work,
				  dbc_error *error)
{
	dbcsl_host *h = dbcsl_of(host);
	outside_run run = {.caller = h, .work = work};
	sqlite3 *db;
	bool done;

	if (!check_file(h, &run))
	{
		locate(h, &run);
		*error = h->error;
		return false;
	}
	dbcsl_end_transaction(h);
	(void) dbcsl_lock_wait_limit(h);
	run.poll = dbcsl_prepare(h, "select 1");
	db = open_second(h, &run);
	done = run_on_second(h, &run, db);
	dbcsl_finalize_statement(h);
	if (!done)
	{
		if (dbcsl_is_unguarded_error(&h->error))
			dbcsl_rethrow(h);
		locate(h, &run);
		*error = h->error;
	}
	dbcsl_begin_transaction(h);
	unlock_script(host, work->version);
	dbcsl_progress_lock(h, NULL);
	return done;
}
