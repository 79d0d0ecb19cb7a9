/*
 * transaction.c
 *	  Isolation of a call from its caller, from other connections and from its
 *	  own errors.
 *
 * A WRITE function runs in a transaction or, inside a transaction of the
 * caller, in a savepoint.  In both cases it holds the write lock of the
 * database from its start, so no other connection can change what it reads
 * before it writes.  A READ function has one snapshot of the database, because
 * a reading statement stays open as long as it runs.  A PROC function is like
 * WRITE with several transactions in sequence, so the caller must not have a
 * transaction.
 */
#include "sqlite_ext/call/progress.h"
#include "sqlite_ext/call/transaction.h"
#include "sqlite_ext/trust/prepare.h"

#include "common/core/asserts.h"
#include "common/core/clock.h"
#include "common/core/settings.h"
#include "common/core/text.h"

/* Pauses between attempts to get a lock, in milliseconds. */
#define FIRST_PAUSE	  2
#define LONGEST_PAUSE 100

/* ---- waiting for locks ---- */

/* A random duration between half of a pause and the whole pause. */
static int
jitter(int pause)
{
	unsigned char noise;

	sqlite3_randomness(1, &noise);
	return pause - pause * noise / 512;
}

/* Reads h->wait_ms from the call and the settings. */
static void
read_wait(dbc_host *host, void *arg)
{
	int64_t timeout_ms = dbc_lock_timeout(host);

	(void) arg;
	/* one long wait, since SQLite has no queue in which a retry would lose its
	 * place */
	dbcsl_of(host)->wait_ms =
		(timeout_ms < 0 ? DBCSL_WAIT_MS : timeout_ms) * dbc_lock_attempts(host);
}

int64_t
dbcsl_lock_wait_limit(dbcsl_host *h)
{
	if (h->wait_ms < 0 && !dbcsl_try(h, read_wait, NULL) &&
		dbcsl_is_unguarded_error(&h->error))
		dbcsl_rethrow(h);
	return h->wait_ms < 0 ? DBCSL_WAIT_MS : h->wait_ms;
}

bool
dbcsl_is_locked(int code)
{
	return (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED;
}

/* Whether to stop retrying since start: a transaction that has read gets the
 * write lock immediately or never. */
static bool
waited_enough(dbcsl_host *h, int64_t start)
{
	return sqlite3_txn_state(h->db, h->written) == SQLITE_TXN_READ ||
		   dbc_microseconds() - start >= dbcsl_lock_wait_limit(h) * 1000;
}

int
dbcsl_retry_while_locked(dbcsl_host *h, int (*attempt)(dbcsl_host *))
{
	int64_t start = dbc_microseconds();
	int pause = FIRST_PAUSE;
	int code;

	while (dbcsl_is_locked(code = attempt(h)) && !waited_enough(h, start))
	{
		sqlite3_sleep(jitter(pause));
		if (pause < LONGEST_PAUSE)
			pause *= 2;
	}
	return code;
}

/* Raises the error of a code returned by dbcsl_retry_while_locked(). */
static _Noreturn void
fail_locked(dbcsl_host *h, int code, const char *hint)
{
	if (!dbcsl_is_locked(code))
		dbcsl_fail_engine(h, code);
	dbc_fail(&h->base, DBC_LOCK_NOT_AVAILABLE, NULL, hint,
			 "the database is locked by another connection");
}

/* ---- begin, commit, rollback ---- */

/* Runs a statement that has no result. */
static void
execute(dbcsl_host *h, const char *sql)
{
	int code = sqlite3_exec(h->db, sql, NULL, NULL, NULL);

	if (code != SQLITE_OK)
		dbcsl_fail_engine(h, code);
}

/* Prepares h->reader; an old one is kept until then. */
static void
prepare_reader(dbcsl_host *h)
{
	sqlite3_stmt *old = h->reader;

	dbcsl_prepare(h, DBCSL_READER);
	h->reader = h->uncached;
	h->uncached = NULL;
	sqlite3_finalize(old);
}

/* Prepares h->rollback while the application's authorizer allows it. */
static void
prepare_rollback(dbcsl_host *h)
{
	sqlite3_stmt *old = h->rollback;

	dbcsl_prepare(h, h->calling_transaction
						 ? dbcsl_printf(h, "rollback to %s", h->savepoint)
						 : "rollback");
	h->rollback = h->uncached;
	h->uncached = NULL;
	sqlite3_finalize(old);
}

/* Steps h->reader to its row, so that it holds a snapshot. */
static void
step_reader(dbcsl_host *h)
{
	int code = sqlite3_step(h->reader);

	if (code != SQLITE_ROW)
		dbcsl_fail_engine(h, code);
}

void
dbcsl_hold_read_statement(dbcsl_host *h)
{
	if (h->transaction != DBCSL_NO_TRANSACTION && !sqlite3_stmt_busy(h->reader))
		sqlite3_step(h->reader);
}

/* Ensures that h->reader and h->rollback are prepared; ends a hold.  What makes
 * SQLite prepare h->rollback again makes it prepare h->reader again, too. */
void
dbcsl_refresh_read_statement(dbcsl_host *h)
{
	int prepared;

	if (h->transaction == DBCSL_NO_TRANSACTION)
		return;
	if (sqlite3_stmt_busy(h->reader))
		prepare_reader(h);
	else
	{
		prepared =
			sqlite3_stmt_status(h->reader, SQLITE_STMTSTATUS_REPREPARE, 0);
		step_reader(h);
		sqlite3_reset(h->reader);
		if (sqlite3_stmt_status(h->reader, SQLITE_STMTSTATUS_REPREPARE, 0) ==
			prepared)
			return;
	}
	prepare_rollback(h);
}

/* Rolls back to a savepoint while h->reader stays prepared. */
static void
roll_back_to(dbcsl_host *h, const char *rollback)
{
	dbcsl_hold_read_statement(h);
	execute(h, rollback);
	dbcsl_refresh_read_statement(h);
}

/* Opens the transaction of a call, or a savepoint in the caller's one.  An
 * interrupt can fail BEGIN and SAVEPOINT after they have taken effect. */
static void
open_transaction(dbcsl_host *h)
{
	if (!h->calling_transaction)
	{
		int code = sqlite3_exec(h->db, "begin", NULL, NULL, NULL);

		if (!sqlite3_get_autocommit(h->db))
			h->transaction = DBCSL_OWN_TRANSACTION;
		if (code != SQLITE_OK)
			dbcsl_fail_engine(h, code);
	}
	else
		h->transaction = DBCSL_OPENING;
	execute(h, dbcsl_printf(h, "savepoint %s", h->savepoint));
	if (h->calling_transaction)
		h->transaction = DBCSL_SAVEPOINT;
}

/* Callback for the row of PRAGMA journal_mode: aborts the following statements
 * if it is off, since then nothing can be rolled back. */
static int
stop_without_journal(void *arg, int ncolumns, char **values, char **names)
{
	(void) arg;
	(void) names;
	return ncolumns > 0 && values[0] && sqlite3_stricmp(values[0], "off") == 0;
}

/*
 * Opens the transaction of a call with the write lock of its database; if that
 * is locked, opens nothing, since neither waiting for a lock nor reading
 * settings is possible in a transaction that has begun.
 *
 * BEGIN IMMEDIATE would lock all attached databases, too, and one of them may
 * be the same file. incremental_vacuum takes the lock but writes nothing,
 * unless the file has pages to release, and that is rolled back: if the caller
 * has changed the schema, SQLite then parses all of it again.
 */
static int
try_to_open(dbcsl_host *h)
{
	bool has_lock = sqlite3_txn_state(h->db, h->written) == SQLITE_TXN_WRITE;
	const char *probe =
		dbcsl_printf(h, "pragma \"%w\".incremental_vacuum(1)", h->written);
	int code;

	open_transaction(h);
	code = sqlite3_exec(h->db,
						dbcsl_printf(h, "pragma \"%w\".journal_mode; %s",
									 h->written, has_lock ? "" : probe),
						stop_without_journal, NULL, NULL);
	if (code == SQLITE_OK && !has_lock)
		roll_back_to(h, dbcsl_printf(h, "rollback to %s", h->savepoint));
	if (!dbcsl_is_locked(code))
		return code;
	dbcsl_undo_work(h);
	if (!h->calling_transaction && !sqlite3_get_autocommit(h->db))
		dbcsl_fail_engine(h, sqlite3_errcode(h->db));
	h->transaction = DBCSL_NO_TRANSACTION;
	return code;
}

void
dbcsl_begin_transaction(dbcsl_host *h)
{
	int code;

	/* a failure must be able to roll back without memory */
	DBC_ASSERT(&h->base, h->transaction == DBCSL_NO_TRANSACTION &&
							 h->savepoint && h->reader && h->rollback);
	code = dbcsl_retry_while_locked(h, try_to_open);
	if (code == SQLITE_ABORT)
		dbc_fail(&h->base, DBC_NOT_READY, NULL, "PRAGMA journal_mode = DELETE;",
				 "journal_mode is off, so a failure could not be rolled back");
	if (code != SQLITE_OK)
		fail_locked(h, code,
					h->calling_transaction
						? "Start the transaction with BEGIN IMMEDIATE."
						: "Try again when the other connection has ended its "
						  "transaction.");
	if (!h->calling_transaction)
		execute(h, dbcsl_printf(h, "release %s", h->savepoint));
	h->rebuilds = NULL;
	/* values read while waiting are outdated */
	h->base.tables_version = h->samples_version = 0;
}

static void
check_writer(dbcsl_host *h)
{
	dbcsl_verify_caller(h);
	if (h->calling_transaction && h->base.function->class == DBC_PROC)
		dbc_fail(&h->base, DBC_ACTIVE_TRANSACTION, NULL,
				 "Repeat the call outside a transaction, with autocommit on.",
				 "%s cannot run inside a transaction", h->base.function->name);
	if (sqlite3_db_readonly(h->db, h->written) == 1)
		dbc_fail(&h->base, DBCSL_READ_ONLY, NULL, NULL,
				 dbc_same(h->written, "main")
					 ? "the database is read-only"
					 : "the samples file is read-only");
}

void
dbcsl_begin_writing(dbcsl_host *h)
{
	/* a name that no other call has, nor the application */
	h->savepoint = dbcsl_printf(h, "\"dbcare call %p\"", (void *) h);
	prepare_reader(h);
	prepare_rollback(h);
	dbcsl_begin_transaction(h);
}

void
dbcsl_begin_call(dbcsl_host *h)
{
	h->calling_transaction = !sqlite3_get_autocommit(h->db);
	if (dbc_class_writes(h->base.function->class))
	{
		check_writer(h);
		dbcsl_begin_writing(h);
	}
	else if (h->base.function->class == DBC_FILE)
		dbcsl_verify_caller(h);
	else if (h->base.function->class == DBC_READ ||
			 h->base.function->class == DBC_VOLATILE)
		dbcsl_begin_reading(h);
}

/* Commits, which readers of a database without a write-ahead log can block.  An
 * interrupt leaves the transaction open, unless it occurs after the commit. */
static int
try_to_commit(dbcsl_host *h)
{
	int code = sqlite3_exec(h->db, "commit", NULL, NULL, NULL);

	return code == SQLITE_INTERRUPT && sqlite3_get_autocommit(h->db) ? SQLITE_OK
																	 : code;
}

/* Releases the savepoint of a call.  It is unknown whether an interrupt occurs
 * before or after that; a remaining savepoint changes nothing for the caller,
 * whose COMMIT or ROLLBACK removes it. */
static void
release(dbcsl_host *h)
{
	const char *sql = dbcsl_printf(h, "release %s", h->savepoint);
	int code = sqlite3_exec(h->db, sql, NULL, NULL, NULL);

	if (code == SQLITE_INTERRUPT)
		sqlite3_exec(h->db, sql, NULL, NULL, NULL);
	else if (code != SQLITE_OK)
		dbcsl_fail_engine(h, code);
}

/* Commits the work of the call, or leaves it to the caller's transaction.
 * Nothing may need memory after that: see dbcsl_plan_to_keep(). */
void
dbcsl_end_transaction(dbcsl_host *h)
{
	int code;

	if (h->rebuilds)
		h->rebuild(h);
	h->rebuilds = NULL;
	if (h->before_commit)
		h->before_commit(h);
	if (h->transaction == DBCSL_SAVEPOINT)
		release(h);
	if (h->transaction == DBCSL_OWN_TRANSACTION)
	{
		code = dbcsl_retry_while_locked(h, try_to_commit);
		if (code != SQLITE_OK)
			fail_locked(h, code,
						"Try again when the other connections have ended "
						"their queries.");
	}
	h->transaction = DBCSL_NO_TRANSACTION;
	if (h->after_commit)
		h->after_commit(h);
	h->after_commit = NULL;
}

/* A number that changes with each change of the database. */
static unsigned
data_version(dbcsl_host *h)
{
	unsigned version = 0;

	sqlite3_file_control(h->db, "main", SQLITE_FCNTL_DATA_VERSION, &version);
	return version;
}

/* Ends the transaction of a PROC and begins the next one; see core/host.h. */
bool
dbcsl_commit_work(dbc_host *host, int64_t pause_ms)
{
	dbcsl_host *h = dbcsl_of(host);
	int64_t start = dbc_microseconds();
	unsigned before;

	DBC_ASSERT(host, h->transaction == DBCSL_OWN_TRANSACTION && !h->read_only);
	dbcsl_end_transaction(h);
	host->commit_us = dbc_microseconds() - start;
	before = data_version(h);
	for (; pause_ms > 0; pause_ms -= LONGEST_PAUSE)
	{
		sqlite3_sleep(
			(int) (pause_ms < LONGEST_PAUSE ? pause_ms : LONGEST_PAUSE));
		dbcsl_poll_interrupt(&h->base);
	}
	dbcsl_begin_transaction(h);
	return data_version(h) != before;
}

/* See core/host.h. */
void
dbcsl_divide_work(dbc_host *host, int64_t pause_ms)
{
	if (dbcsl_of(host)->transaction == DBCSL_OWN_TRANSACTION)
		(void) dbcsl_commit_work(host, pause_ms);
}

/* Rolls back the changes of the call, all or to its savepoint. */
static int
roll_back(dbcsl_host *h)
{
	(void) sqlite3_step(h->rollback);
	return sqlite3_reset(h->rollback);
}

/*
 * Rolls back the work of the call with a prepared statement, since an
 * authorizer of the application may forbid preparing it now.
 *
 * After an interrupt, or when the engine ran out of memory, SQLite rejects
 * every statement until the calling one ends, even ROLLBACK. But it rolls back
 * the transaction itself, including the caller's part, when an interrupt stops
 * a writing statement, or out of memory a reading one.  VACUUM is a writing
 * statement, and does nothing inside a transaction if it should run; its text
 * with a semicolon and without blanks passes the parser.  An interrupt of a
 * progress handler may be over by then, and a second attempt succeeds.
 */
void
dbcsl_undo_work(dbcsl_host *h)
{
	int code = SQLITE_OK;

	if (h->transaction == DBCSL_NO_TRANSACTION ||
		sqlite3_get_autocommit(h->db)) /* the error has rolled it back */
		return;
	/* nothing has been changed */
	if (h->transaction != DBCSL_OPENING)
		code = roll_back(h);
	if (code == SQLITE_INTERRUPT)
		sqlite3_exec(h->db, "vacuum;", NULL, NULL, NULL);
	else if (code != SQLITE_OK)
		sqlite3_step(h->reader);
	if (code != SQLITE_OK && !sqlite3_get_autocommit(h->db))
		roll_back(h);
	if (h->transaction != DBCSL_OWN_TRANSACTION &&
		!sqlite3_get_autocommit(h->db))
	{
		char *sql = sqlite3_mprintf("release %s", h->savepoint);

		sqlite3_exec(h->db, sql ? sql : "", NULL, NULL, NULL);
		sqlite3_free(sql);
	}
}

/* What dbcsl_survive() does after a failure. */
typedef struct aftermath
{
	void (*failed)(dbc_host *, void *, const char *);
	void *arg;
	const char *sqlstate;
} aftermath;

/* Does it in a transaction; for dbcsl_try(). */
static void
run_aftermath(dbc_host *host, void *arg)
{
	const aftermath *after = arg;

	dbcsl_begin_transaction(dbcsl_of(host));
	after->failed(host, after->arg, after->sqlstate);
	dbcsl_end_transaction(dbcsl_of(host));
}

/* After an interrupt SQLite begins no transaction; see core/host.h. */
void
dbcsl_survive(dbc_host *host, void (*fn)(dbc_host *, void *),
			  void (*failed)(dbc_host *, void *, const char *), void *arg)
{
	dbcsl_host *h = dbcsl_of(host);
	aftermath after = {.failed = failed, .arg = arg};
	dbc_error error;

	if (dbcsl_try(h, fn, arg))
		return;
	error = h->error;
	after.sqlstate = error.sqlstate;
	dbcsl_undo_work(h);
	if (!dbcsl_is_unguarded_error(&error) && sqlite3_get_autocommit(h->db))
	{
		h->transaction = DBCSL_NO_TRANSACTION;
		h->wait_ms = 0;
		(void) dbcsl_try(h, run_aftermath, &after);
	}
	h->error = error;
	dbcsl_rethrow(h);
}

/* Undoes the work since the start of the guard. */
static void
undo_guard(dbcsl_host *h)
{
	roll_back_to(h, "rollback to \"dbcare guard\"");
	execute(h, "release \"dbcare guard\"");
}

/* Undoes the transaction that a guard protects as a whole. */
static void
undo_transaction(dbcsl_host *h)
{
	dbcsl_undo_work(h);
	h->transaction = DBCSL_NO_TRANSACTION;
	dbcsl_begin_transaction(h);
}

/* How a guard protects the work of its callback. */
typedef enum guard_kind
{
	GUARD_NOTHING,
	GUARD_SAVEPOINT,
	GUARD_TRANSACTION
} guard_kind;

static guard_kind
choose_guard(dbcsl_host *h, dbc_guard_mode mode)
{
	if (h->transaction == DBCSL_NO_TRANSACTION || dbcsl_is_read_only(h))
		return GUARD_NOTHING;
	return mode == DBC_KEEP_ALL && h->transaction == DBCSL_OWN_TRANSACTION
			   ? GUARD_TRANSACTION
			   : GUARD_SAVEPOINT;
}

/* Ends the guard of a failed callback, or raises the error again. */
static void
undo_guarded(dbcsl_host *h, guard_kind guard, dbc_error *error)
{
	*error = h->error;
	if (dbcsl_is_unguarded_error(error))
		dbcsl_rethrow(h);
	if (guard == GUARD_TRANSACTION)
		undo_transaction(h);
	if (guard != GUARD_SAVEPOINT)
		return;
	if (sqlite3_get_autocommit(h->db))
	{
		if (!h->error.hint)
			h->error.hint = "The failure has rolled back the whole "
							"transaction.";
		dbcsl_rethrow(h);
	}
	undo_guard(h);
}

/* Runs fn and catches its error.  In a read-only call there is nothing to undo,
 * and a savepoint would only open a transaction. */
bool
dbcsl_guard(dbc_host *host, void (*fn)(dbc_host *, void *), void *arg,
			dbc_guard_mode mode, bool read_only, dbc_error *error)
{
	dbcsl_host *h = dbcsl_of(host);
	bool was_read_only = h->read_only;
	int samples_version = h->samples_version;
	const struct dbcsl_row_rebuild *rebuilds = h->rebuilds;
	guard_kind guard = choose_guard(h, mode);
	bool done;

	if (guard == GUARD_SAVEPOINT)
		execute(h, "savepoint \"dbcare guard\"");
	h->read_only = was_read_only || read_only;
	done = dbcsl_try(h, fn, arg);
	h->read_only = was_read_only;
	if (!done)
		undo_guarded(h, guard, error);
	else if (guard == GUARD_SAVEPOINT)
	{
		/* rolling back makes SQLite read a changed schema again */
		if (mode == DBC_UNDO && !read_only)
			undo_guard(h);
		else
			execute(h, "release \"dbcare guard\"");
	}
	if (!done || mode == DBC_UNDO)
	{
		h->samples_version = samples_version;
		h->rebuilds = rebuilds;
	}
	return done;
}
