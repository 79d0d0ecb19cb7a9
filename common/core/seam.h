/*
 * seam.h
 *	  The host interface: everything the core needs from an engine.
 *
 * pg_ext/ fills this struct with SPI, sqlite_ext/ with prepared statements,
 * wire/ with queries over a connection, test/unit/ with an in-memory fake.
 *
 * Every call either succeeds or does not return: PostgreSQL's ereport() and
 * the longjmp() of the SQLite binding skip the core's stack frames.  Core code
 * therefore holds no resource across a call except arena memory, which the
 * host frees when the SQL call ends.
 */
#ifndef DBC_CORE_SEAM_H
#define DBC_CORE_SEAM_H

#include "common/core/host.h"

typedef struct dbc_seam
{
	void *(*alloc)(dbc_host *host, size_t size);

	/* Runs fn(host, arg), then frees the arena memory that it allocated, for
	 * work in endless loops. */
	void (*scoped)(dbc_host *host, void (*fn)(dbc_host *, void *), void *arg);

	/* Raises error; does not return.  Strings may be in the arena. */
	void (*fail)(dbc_host *host, const dbc_error *error);

	/* Runs one statement and returns the complete result in the arena. $1 .. $n
	 * are args.  Names are resolved in the engine's catalog, whatever the
	 * caller's search_path.  In a PURE or READ function the statement must not
	 * write.  A statement with a name (an embedded one) is prepared once per
	 * call; others are not cached.  [PG] An embedded statement that writes
	 * dbcare's tables, or says that it runs as their owner, does: the function
	 * has to test the rights of the caller before. */
	const dbc_rows *(*query)(dbc_host *host, const dbc_sql *sql,
							 const dbc_value *args, int nargs);

	/* Runs a statement that only reads, and calls page(host, arg, rows) with
	 * some of its rows at a time: they, and what page() allocates, last until
	 * it returns, so that memory does not grow with the rows. page() must not
	 * run the same statement.  NULL: the rows come at once. */
	void (*pages)(dbc_host *host, const dbc_sql *sql, const dbc_value *args,
				  int nargs, void (*page)(dbc_host *, void *, const dbc_rows *),
				  void *arg);

	/* Runs fn(host, arg) in a subtransaction and returns true.  If it fails,
	 * rolls it back, copies the error to *error and returns false; cancel and
	 * out of memory are not caught.  With DBC_UNDO it is rolled back in
	 * any case.  With DBC_KEEP_ALL a PROC that has done nothing else since its
	 * last commit may have its transaction rolled back, and another one begun:
	 * SQLite copies each page that a savepoint protects.  With read_only, it
	 * cannot write, and has nothing to undo. */
	bool (*guard)(dbc_host *host, void (*fn)(dbc_host *, void *), void *arg,
				  dbc_guard_mode mode, bool read_only, dbc_error *error);

	/* Adds a result row with one value for each column of the function. */
	void (*emit)(dbc_host *host, const dbc_value *values);

	/* Sends a notice to the client: NOTICE, or sqlite3_log(SQLITE_NOTICE). */
	void (*notice)(dbc_host *host, const char *message);

	/* Reports progress to other sessions and checks for a cancel. */
	void (*progress)(dbc_host *host, const char *phase, int64_t done,
					 int64_t total);

	/* Checks for a cancel. */
	void (*poll)(dbc_host *host);

	/* The text of a number in the engine's native form; NULL if there is no
	 * such form. */
	const char *(*number_text)(dbc_host *host, const char *native);

	/* Splits a script with the engine's parser.  Sets statements and
	 * nstatements of *script; a syntax error has statement_no and line. */
	void (*split)(dbc_host *host, const char *text, dbc_script *script);

	/* Runs the statements of a script under the caller's settings, then makes
	 * deferred constraints immediate, then restores every session setting that
	 * the script changed, even after an error. skip, if not NULL, tells for
	 * each statement whether to skip it.  Errors have statement_no and line,
	 * and label and file in their text.  Returns the number of rows affected by
	 * the last statement and, in a read-only guard or with keeps_rows, the rows
	 * of the last statement that returns any; otherwise these are discarded. */
	const dbc_rows *(*run)(dbc_host *host, const dbc_script *script,
						   const bool *skip);

	/* A name, quoted if necessary. */
	const char *(*quote)(dbc_host *host, const char *name);

	/* Locks out other migration runners until the transaction ends, in a PROC
	 * until the call ends, waiting at most timeout_ms (-1: the engine's limit).
	 * timeout_ms also limits later lock waits of this call; -1 leaves them to
	 * the engine, but in a PROC never unlimited. */
	void (*lock)(dbc_host *host, int64_t timeout_ms);

	/* [PG] Prevents other sessions from doing the same work until the
	 * transaction ends.  Not needed on SQLite, which has one writer. */
	void (*exclude)(dbc_host *host, dbc_exclusion what);

	/* Only in a PROC, and not in a guard.  Commits, waits for pause_ms without
	 * locks or a snapshot, and starts a new transaction.  Returns whether other
	 * runners may have written in between: on SQLite lock() does not exclude
	 * them meanwhile, on PostgreSQL this is an additional safeguard. */
	bool (*commit)(dbc_host *host, int64_t pause_ms);

	/* [SQLite] Only in a WRITE that no other function calls, and not in a
	 * guard.  Commits, waits for pause_ms and starts a new transaction, so that
	 * other connections can write, unless the caller has a transaction.  NULL:
	 * the call keeps no other session from writing. */
	void (*divide)(dbc_host *host, int64_t pause_ms);

	/* Only in a PROC, and not in a guard.  Commits, runs the statements of a
	 * script one by one outside any transaction, and starts a new transaction.
	 * For a migration, updates its progress (migrate/deployment_at).  If a
	 * statement fails, cleans up after it, sets *error like guard() and returns
	 * false.  A cancel ends the running statement and is not caught. */
	bool (*outside)(dbc_host *host, const dbc_outside_script *work,
					dbc_error *error);

	/* Only in a PROC.  Runs fn(host, arg).  If it fails, rolls back the open
	 * transaction, runs failed(host, arg, SQLSTATE) in a separate transaction
	 * if the engine can begin one, and raises the error again. */
	void (*survive)(dbc_host *host, void (*fn)(dbc_host *, void *),
					void (*failed)(dbc_host *, void *, const char *),
					void *arg);

	/* Only in a FILE.  Runs fn(host, arg) in a transaction that may write.
	 * Returns false if the database cannot be written, or fn() fails, which
	 * leaves nothing in the database; cancel and out of memory are not
	 * caught. */
	bool (*write)(dbc_host *host, void (*fn)(dbc_host *, void *), void *arg);

	/* [PG] Does outside() for several migrations at once, and returns when all
	 * have ended: if one fails, the others go on.  Without a process for each
	 * of them, some are not run, but not all. */
	void (*outside_together)(dbc_host *host, const dbc_outside_script *works,
							 int nworks, dbc_outside_result *results);

	/* [PG] Whether two scripts work on the same table, or that is unknown, so
	 * that they must not run at once. */
	bool (*may_share_tables)(dbc_host *host, const dbc_script *left,
							 const dbc_script *right);

	/* A configuration parameter of the engine (a GUC), or NULL. */
	const char *(*setting)(dbc_host *host, const char *name);

	/* The text that remember() has got for a key in this session, from the same
	 * user, if it is not older; else NULL.  remember() does nothing in a
	 * transaction of the caller: what it sees may be old, or be rolled back.
	 * NULL: a session keeps nothing. */
	const char *(*recall)(dbc_host *host, const char *key, int64_t max_age_ms);
	void (*remember)(dbc_host *host, const char *key, const char *text);

	/* The running dbcare calls, with the columns of dbcare_progress(). */
	const dbc_rows *(*running)(dbc_host *host);

	/* Fails if the running function needs what the engine lacks here; NULL: it
	 * lacks nothing. */
	void (*refuse)(dbc_host *host);

	/* The table with a name as the caller would write it, resolved by the
	 * engine under the caller's settings; fails if it does not exist. */
	const dbc_relation *(*resolve)(dbc_host *host, const char *text);
} dbc_seam;

#endif /* DBC_CORE_SEAM_H */
