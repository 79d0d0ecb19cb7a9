/*
 * host.h
 *	  The seam between the core and an engine: everything the core needs from
 *	  it.
 *
 * pg_ext/ fills this struct with SPI, sqlite_ext/ with prepared statements,
 * test/unit/ with an in-memory fake.
 *
 * Every call either succeeds or does not return: PostgreSQL's ereport() and the
 * longjmp() of the SQLite binding skip the core's stack frames.  Core code
 * therefore holds no resource across a call except arena memory, which the host
 * frees when the SQL call ends.
 *
 * Core code uses the dbc_*() wrappers at the end, never the pointers.
 */
#ifndef DBC_CORE_HOST_H
#define DBC_CORE_HOST_H

#include "common/core/dbc.h"
#include "common/core/reader.h"

/* What a statement of a script is, as far as a runner must know. */
typedef enum dbc_statement_kind
{
	DBC_STATEMENT_PLAIN,
	DBC_STATEMENT_BEGIN,	   /* opens a transaction block */
	DBC_STATEMENT_COMMIT,	   /* commits one */
	DBC_STATEMENT_TRANSACTION, /* any other transaction control */
	DBC_STATEMENT_SETTING,	   /* SET, RESET, PRAGMA */
	DBC_STATEMENT_OUTSIDE,	   /* cannot run inside a transaction block */
	DBC_STATEMENT_CLIENT	   /* needs a client: COPY FROM STDIN */
} dbc_statement_kind;

typedef struct dbc_statement
{
	const char *text; /* from its first token, without the ';' */
	int line;		  /* of its first token, in the file of the script */
	dbc_statement_kind kind;
	const char *inside;	 /* of DBC_STATEMENT_OUTSIDE: what does the same to the
						  * schema  and can run inside one; "" is nothing at all,
						  * NULL  that there is no such thing */
	const char *command; /* for messages: "CREATE INDEX CONCURRENTLY" */
	bool is_vacuum;		 /* [PG] a VACUUM that rewrites nothing */
	const char *lock_level; /* [SQLite] "write" if it writes the database, else
							 * NULL */
} dbc_statement;

typedef struct dbc_script
{
	const char *label; /* for errors: "migration 002 up" */
	const char *file;  /* where it came from, or NULL */
	const char *role;  /* [PG] to run it as, or NULL for the caller's */
	bool is_fix;	   /* [PG] a repair: others' code has their rights */
	bool has_places;   /* [PG] keys of rows are in it, as literals of ours */
	int first_line;	   /* of the script within file, from 1: its statements'
						* lines count from there */
	int nstatements;
	const dbc_statement *statements;
} dbc_script;

/* A script to run outside any transaction. */
typedef struct dbc_outside_script
{
	const dbc_script *script;
	const char *version; /* of the migration; NULL: it is of none, and nothing
						  * is noted of how far it has come */
	int first;	/* statement to begin with, from 1; settings before it are
				 * made again */
	bool begun; /* an earlier call was interrupted in that statement */
} dbc_outside_script;

/* A table the user has named. */
typedef struct dbc_relation
{
	const char *schema; /* names as they are in the catalog */
	const char *name;
	const char *shown; /* both as the user would write them; without the schema
						* where that is SQLite's main */
} dbc_relation;

/* What one session does at a time. */
typedef enum dbc_exclusion
{
	DBC_X_TABLES, /* create or upgrade dbcare's tables */
	DBC_X_SAMPLES /* store samples, or delete them */
} dbc_exclusion;

/* What guard() does with the work of a callback that succeeded. */
typedef enum dbc_guard_mode
{
	DBC_KEEP,
	DBC_UNDO
} dbc_guard_mode;

/*
 * What one room asks of an engine besides; <room>/host.h declares each, the
 * binding's room of that name fills it.  NULL, or a call that is left out:
 * functions that need it are refused.
 */
typedef struct dbc_rooms
{
	const struct dbc_format_host *format;
	const struct dbc_ledger_host *ledger;
	const struct dbc_sample_host *sample;
	const struct dbc_check_host *check;
	const struct dbc_lint_host *lint;
	const struct dbc_backfill_host *backfill;
	const struct dbc_migrate_host *migrate;
	const struct dbc_health_host *health;
	const struct dbc_monitor_host *monitor;
} dbc_rooms;

struct dbc_host
{
	int engine;				  /* DBC_ON_POSTGRESQL or DBC_ON_SQLITE */
	const char *engine_name;  /* "postgresql", "sqlite" */
	const char *engine_title; /* "PostgreSQL", "SQLite" */
	const char *table_prefix; /* of dbcare's tables: "dbcare.", "dbcare_" */
	const char *corrupt_hint; /* for a value that no table of dbcare's has, but
							   * a query gave; or NULL */
	dbc_rooms rooms;
	const dbc_sql *sql; /* embedded SQL, sorted by name */
	int nsql;
	const dbc_function *function; /* the one being run */
	int bookkeeping;   /* its version, once this call has found it; else 0 */
	int64_t commit_us; /* how long the last commit() took, but for its pause */
	const char *user;  /* session user; on SQLite the system's user */

	/* Zeroed arena memory; never NULL. */
	void *(*alloc)(dbc_host *host, size_t size);

	/*
	 * Runs fn(host, arg), then gives back the arena memory it took.  For work
	 * that is done over and over without end.
	 */
	void (*scoped)(dbc_host *host, void (*fn)(dbc_host *, void *), void *arg);

	/* Raises error; never returns.  Strings may be arena memory. */
	void (*fail)(dbc_host *host, const dbc_error *error);

	/*
	 * Runs one statement to its end and returns the whole result in the
	 * arena.  $1 .. $n are args.  Names are resolved in the engine's own
	 * catalog only, whatever search_path the caller has.  In a PURE or READ
	 * function the statement must not write.  A statement with a name (an
	 * embedded one) is prepared once per call; one without is not kept.
	 */
	const dbc_rows *(*query)(dbc_host *host, const dbc_sql *sql,
							 const dbc_value *args, int nargs);

	/*
	 * Runs fn(host, arg) in a subtransaction and returns true.  If it fails,
	 * undoes its work, copies the failure to *error and returns false; cancel
	 * and out of memory pass through.  With DBC_UNDO its work is undone in any
	 * case.  With read_only, nothing below it can write.
	 */
	bool (*guard)(dbc_host *host, void (*fn)(dbc_host *, void *), void *arg,
				  dbc_guard_mode mode, bool read_only, dbc_error *error);

	/* Adds one result row: as many values as the function has columns. */
	void (*emit)(dbc_host *host, const dbc_value *values);

	/* Sends the client a notice: a NOTICE, or sqlite3_log(SQLITE_NOTICE). */
	void (*notice)(dbc_host *host, const char *message);

	/* Shows progress to other sessions and checks for a cancel. */
	void (*progress)(dbc_host *host, const char *phase, int64_t done,
					 int64_t total);

	/* Checks for a cancel. */
	void (*poll)(dbc_host *host);

	/* The text of a number of a document that has the engine's own form; NULL
	 * where none has. */
	const char *(*number_text)(dbc_host *host, const char *native);

	/*
	 * Splits a script with the engine's own parser.  Fills statements and
	 * nstatements of *script; a script the engine cannot split is a failure
	 * with statement_no and line.
	 */
	void (*split)(dbc_host *host, const char *text, dbc_script *script);

	/*
	 * Runs the statements of a script under the caller's own settings
	 * (search_path and all), then makes deferred constraints immediate, then
	 * puts every session setting back that the script changed, also when it
	 * fails.  skip tells for each statement whether to leave it out; may be
	 * NULL.  A failure carries statement_no and line, and names label and file
	 * in its text.  Returns how many rows its last statement affected, and, in
	 * a guard that is read_only, where it cannot write, the rows of its last
	 * one that gives any; elsewhere they are dropped.
	 */
	const dbc_rows *(*run)(dbc_host *host, const dbc_script *script,
						   const bool *skip);

	/* A name as it must be written in SQL: in quotes where it needs them. */
	const char *(*quote)(dbc_host *host, const char *name);

	/*
	 * Keeps other migration runners out until the transaction ends, in a PROC
	 * until the call ends, waiting for them at most timeout_ms (-1: the
	 * engine's own limit).  Also bounds later lock waits of this call by
	 * timeout_ms; -1 leaves them to the engine, but in a PROC never unbounded.
	 */
	void (*lock)(dbc_host *host, int64_t timeout_ms);

	/* [PG] Excludes other sessions from doing the same until the transaction
	 * ends; elsewhere nothing, since a writer is alone. */
	void (*exclude)(dbc_host *host, dbc_exclusion what);

	/*
	 * PROC only, and not in a guard.  Makes what was done so far stay, waits
	 * for pause_ms with no lock and no snapshot held, and goes on in a new
	 * transaction.  Returns whether to look if other runners have written in
	 * between: on SQLite lock() does not exclude them meanwhile, on PostgreSQL
	 * it is a second line of defence.
	 */
	bool (*commit)(dbc_host *host, int64_t pause_ms);

	/*
	 * PROC only, and not in a guard.  Commits, runs the statements of a script
	 * one by one outside any transaction, and goes on in a new transaction.
	 * For a migration, migrate/deployment_at is kept exact meanwhile.  False is
	 * a failure of a statement, described by *error like one of guard();
	 * nothing of it is left behind.  Cancel ends what runs, and passes through.
	 */
	bool (*outside)(dbc_host *host, const dbc_outside_script *work,
					dbc_error *error);

	/* A setting of the engine's own configuration (a GUC), or NULL. */
	const char *(*setting)(dbc_host *host, const char *name);

	/*
	 * The dbcare calls running now, as rows with the columns of
	 * dbcare_progress().
	 */
	const dbc_rows *(*running)(dbc_host *host);

	/*
	 * [SQLite] Makes those of dbcare's tables STRICT that are not, whatever
	 * rows they have; why some are not, as sentences, or NULL.
	 */
	const char *(*make_strict)(dbc_host *host);

	/*
	 * The table of a name as the caller would write it, found by the engine's
	 * own rules under the caller's own settings; fails if it is none.
	 */
	const dbc_relation *(*resolve)(dbc_host *host, const char *text);
};

/* ---- what core code calls (core/host.c) ---- */

/*
 * What a room asks of the engine, and one call of it:
 * DBC_CALL(host, check, tables)(host, &n).  Both refuse the function that runs
 * where the binding lacks them.
 */
#define DBC_ROOM(host, room) \
	(dbc_require((host), (host)->rooms.room != NULL, #room), (host)->rooms.room)
#define DBC_CALL(host, room, call)                                       \
	(dbc_require((host), (host)->rooms.room && (host)->rooms.room->call, \
				 #room "." #call),                                       \
	 (host)->rooms.room->call)
extern void dbc_require(dbc_host *host, bool is_there, const char *what);

extern void *dbc_alloc(dbc_host *host, size_t size);

/* Raise an error.  The format gives the message; detail and hint are whole
 * sentences in arena or static memory, or NULL. */
extern _Noreturn void dbc_fail(dbc_host *host, const char *sqlstate,
							   const char *detail, const char *hint,
							   const char *format, ...)
	__attribute__((format(printf, 5, 6)));
extern _Noreturn void dbc_rethrow(dbc_host *host, const dbc_error *error);

/* An embedded statement: NULL if this engine has none of that name. */
extern const dbc_sql *dbc_find_sql(dbc_host *host, const char *name);

/* Values as two arguments of a call: an array, and how many there are. */
#define DBC_VALUES(...)               \
	(const dbc_value[]){__VA_ARGS__}, \
		(int) (sizeof((dbc_value[]){__VA_ARGS__}) / sizeof(dbc_value))

/* Run an embedded statement, which must exist and give what it declares; what
 * follows its name are the values of its parameters. */
#define dbc_query(host, name, ...) \
	dbc_query_array(host, name, DBC_VALUES(__VA_ARGS__))
extern const dbc_rows *dbc_query_array(dbc_host *host, const char *name,
									   const dbc_value *args, int nargs);
extern const dbc_rows *dbc_query_sql(dbc_host *host, const dbc_sql *sql,
									 const dbc_value *args, int nargs);

/* Run a statement that is not embedded (made by the engine's own quoting). */
extern const dbc_rows *dbc_query_text(dbc_host *host, const char *sql);

extern bool dbc_guard(dbc_host *host, void (*fn)(dbc_host *, void *), void *arg,
					  dbc_guard_mode mode, bool read_only, dbc_error *error);

/* Add a result row: a value for each column that api.def declares. */
#define dbc_emit(host, ...) dbc_emit_array(host, DBC_VALUES(__VA_ARGS__))
extern void dbc_emit_array(dbc_host *host, const dbc_value *values,
						   int nvalues);

extern void dbc_notice(dbc_host *host, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
extern void dbc_progress(dbc_host *host, const char *phase, int64_t done,
						 int64_t total);

extern void dbc_poll(dbc_host *host);

/* Where a statement of a script is, as a sentence: the context of every error
 * a script raises. */
extern const char *dbc_describe_position(dbc_host *host,
										 const dbc_script *script,
										 int statement_no, int line);

/* Values */
static inline dbc_value
dbc_null(void)
{
	return (dbc_value){.kind = DBC_NULL};
}

static inline dbc_value
dbc_int(int64_t integer)
{
	return (dbc_value){.kind = DBC_INT, .integer = integer};
}

static inline dbc_value
dbc_bool(bool truth)
{
	return (dbc_value){.kind = DBC_BOOL, .integer = truth};
}

static inline dbc_value
dbc_real(double real)
{
	return (dbc_value){.kind = DBC_REAL, .real = real};
}

/* NULL text gives a null value. */
static inline dbc_value
dbc_text(const char *text)
{
	return (dbc_value){.kind = text ? DBC_TEXT : DBC_NULL, .text = text};
}

static inline dbc_value
dbc_json(const char *text)
{
	return (dbc_value){.kind = text ? DBC_JSON : DBC_NULL, .text = text};
}

#endif /* DBC_CORE_HOST_H */
