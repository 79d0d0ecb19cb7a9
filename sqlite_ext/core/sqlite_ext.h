/*
 * sqlite_ext.h
 *	  Shared declarations of the SQLite adapter.
 *
 * Every SQL call has its own host: dbcsl_open(), dbcsl_call(), then
 * dbcsl_close().  A host has no static data and shares nothing with other
 * calls, so calls may nest (a migration may read dbmigrate_status()) and run
 * in threads.
 *
 * A failure is a jump to the nearest dbcsl_try().  Jumps cross only code of
 * dbcare: calls of SQLite such as prepare and step have returned before.
 * Resources to be closed on success and on failure (a statement, a directory,
 * a file) are therefore held in the host.
 */
#ifndef DBCSL_CORE_SQLITE_EXT_H
#define DBCSL_CORE_SQLITE_EXT_H

#include <dirent.h>
#include <setjmp.h>

#include <sqlite3ext.h>

#include "common/core/host.h"

SQLITE_EXTENSION_INIT3

/* The first version with all that the adapter and its SQL use: table_list. */
#define DBCSL_MIN_VERSION 3037000

/* SQLSTATE of an attempt to write where that is not allowed. */
#define DBCSL_READ_ONLY "25006"

#define DBCSL_OUT_OF_MEMORY "53200"

/* SQLSTATE of text that is not UTF-8. */
#define DBCSL_BAD_TEXT "22021"

/* How long a call waits for other connections unless lock_timeout_ms tells. */
#define DBCSL_WAIT_MS 60000

typedef struct dbcsl_jump_target
{
	jmp_buf place;
	struct dbcsl_jump_target *outer;
} dbcsl_jump_target;

/* One result row. */
typedef struct dbcsl_result_row
{
	struct dbcsl_result_row *next;
	dbc_value values[];
} dbcsl_result_row;

/* What dbcare_progress() shows of a call; see core/progress.c. */
typedef struct dbcsl_progress_entry
{
	struct dbcsl_progress_entry *next;
	const char *function; /* NULL while it is not in the list */
	const char *claim;	  /* what no other call may touch, or NULL */
	char phase[64];
	int64_t done;
	int64_t total;
	char started_at[32];
} dbcsl_progress_entry;

/* How a call keeps its work apart from that of its caller. */
typedef enum dbcsl_transaction_kind
{
	DBCSL_NO_TRANSACTION,
	DBCSL_OWN_TRANSACTION,
	DBCSL_OPENING,	/* a savepoint, which may not be there yet */
	DBCSL_SAVEPOINT /* in the caller's transaction */
} dbcsl_transaction_kind;

typedef struct dbcsl_host
{
	dbc_host base; /* first: a dbc_host * is a dbcsl_host * */
	sqlite3 *db;
	dbcsl_jump_target *pad; /* where a failure goes */
	dbc_error error;		/* the failure on its way, or the last one */

	struct dbcsl_arena_block *blocks; /* the arena, newest first */
	size_t room;					  /* bytes left in the newest block */

	struct dbcsl_cached_statement
		*cached;			/* statements prepared once per call */
	sqlite3_stmt *loose;	/* the one that is not cached, while it runs */
	sqlite3_stmt *reader;	/* READ: holds one state; WRITE: see undo() */
	sqlite3_stmt *rollback; /* of the work of a call that writes */
	const char *savepoint;	/* name of its savepoint, in quotes */
	DIR *directory;			/* open while read */
	int file;				/* the same; -1 when none */

	char *result;			/* text of a scalar, until SQLite has it */
	const dbc_value *args;	/* one per declared argument */
	dbcsl_result_row *rows; /* what was emitted */
	dbcsl_result_row *last_row;

	dbcsl_transaction_kind transaction;
	bool calling_transaction; /* the caller had one */
	bool read_only;			  /* inside a guard that is */
	int64_t wait_ms;		  /* for other connections; -1: not known yet */
	const char *written;	  /* the schema a call that writes must lock */
	bool
		moved; /* where samples are, by this call; see monitor/samples_file.c */
	const char *moved_to;	/* the file they are to be in */
	const char *moved_from; /* what attaches the one they were in, or NULL */

	bool in_samples;	 /* dbcare's tables are those samples are stored in */
	int samples_version; /* of these, once this call has found it; else 0 */
	bool samples_apart;	 /* they are in a file of their own */
	bool continues; /* the samples of another database; see monitor/samples_of.c
					 */

	bool storing;			/* what dbcsl_monitor_read_unstored() gave; see
							   monitor/statements.c */
	const dbc_rows *unsafe; /* functions, once they are asked for */
	bool looked_at_views;	/* see core/views.c */
	bool deep_views;
	struct dbcsl_check_unsafe_schema
		*unsafe_schemas; /* the same of their callers */
	struct dbcsl_migrate_tracking
		*tracked;					/* what scripts change is noted, or NULL */
	struct dbcsl_lint_model *model; /* what scripts are tried on, or NULL */
	dbcsl_progress_entry progress;
} dbcsl_host;

/* The host of the adapter behind the one the core knows. */
static inline dbcsl_host *
dbcsl_of(dbc_host *host)
{
	return (dbcsl_host *) host;
}

/* ---- embedded_sql.c ---- */

/* The embedded SQL of this engine, generated; sorted by name. */
extern const dbc_sql dbcsl_sql[];
extern const int dbcsl_sql_count;

/* ---- core/samples_file.c ---- */

/* The schema of the file that samples are stored in, if they have one. */
#define DBCSL_SAMPLES "dbcare samples"

/* That file, or NULL. */
extern const char *dbcsl_find_samples_file(sqlite3 *db);

/* A statement that names tables of main, with those where they are. */
extern const char *dbcsl_qualify_samples(dbcsl_host *h, const char *text);

/* ---- core/call.c ---- */

/*
 * Runs the function of the host.  Bit i of given tells that values has an
 * entry for declared argument i; they come in that order.  False is a failure,
 * described by h->error, that has left nothing behind.  In both cases only
 * memory remains in use, until dbcsl_close().
 */
extern bool dbcsl_call(dbcsl_host *h, unsigned given, sqlite3_value **values);

/* Hands a value to SQLite as the result of a function or of a column.  copy is
 * one of its text, for SQLite to free, or NULL, and then SQLite makes one. */
extern void dbcsl_set_result(sqlite3_context *context, const dbc_value *value,
							 char *copy);

/* A scalar function of SQL; its user data is the dbc_function. */
extern void dbcsl_run_scalar(sqlite3_context *context, int nvalues,
							 sqlite3_value **values);

/* Hands a failure to SQLite as the result of a function. */
extern void dbcsl_set_result_error(sqlite3_context *context,
								   const dbc_error *error);

/* ---- jsonschema/function.c ---- */

/* The user data of dbcheck_json(): what it keeps between calls. */
typedef struct dbcsl_jsonschema_cache dbcsl_jsonschema_cache;

/* Makes it, NULL without memory, and frees it. */
extern dbcsl_jsonschema_cache *
dbcsl_jsonschema_make_cache(const dbc_function *fn);
extern void dbcsl_jsonschema_free_cache(void *memory);

extern void dbcsl_jsonschema_check(sqlite3_context *context, int nvalues,
								   sqlite3_value **values);

/* ---- core/vtab.c ---- */

extern const sqlite3_module dbcsl_table_module;

/* ---- core/guard.c ---- */

/*
 * Runs fn(&h->base, arg) on a landing pad of its own.  False is a failure: it
 * is in h->error, and what the failed part had open is closed.
 */
extern bool dbcsl_try(dbcsl_host *h, void (*fn)(dbc_host *, void *), void *arg);

extern void dbcsl_fail(dbc_host *host, const dbc_error *error);

/* Fails with h->error as it stands. */
extern _Noreturn void dbcsl_rethrow(dbcsl_host *h);

extern _Noreturn void dbcsl_fail_memory(dbcsl_host *h);

/* Fails with what SQLite says of its last call, which returned code. */
extern _Noreturn void dbcsl_fail_engine(dbcsl_host *h, int code);

/* The code SQLite returns to the application for an error: none that would end
 * its transaction. */
extern int dbcsl_result_code(sqlite3 *db, const dbc_error *error);

/* Whether an error is a cancel or out of memory, which no guard stops. */
extern bool dbcsl_is_unguarded_error(const dbc_error *error);

/* The error as SQLite's users see it; from sqlite3_malloc, NULL if none. */
extern char *dbcsl_error_text(const dbc_error *error);

/* ---- core/host.c ---- */

extern void dbcsl_open(dbcsl_host *h, sqlite3 *db, const dbc_function *fn);

/* The name of the user this process runs as, or its number. */
extern const char *dbcsl_get_user(dbcsl_host *h);

/* Frees all memory. */
extern void dbcsl_close(dbcsl_host *h);

/* Gives the memory of one host to another. */
extern void dbcsl_move_memory(dbcsl_host *from, dbcsl_host *to);

extern void *dbcsl_alloc(dbc_host *host, size_t size);

/* sqlite3_mprintf() into the arena: it can quote (%Q, %w). */
extern const char *dbcsl_printf(dbcsl_host *h, const char *format, ...);

/* A name in double quotes. */
extern const char *dbcsl_quote_always(dbc_host *host, const char *name);

/* Bytes before the first one that is not part of valid UTF-8. */
extern size_t dbcsl_valid_utf8(const char *text, size_t length);

/* ---- core/query.c ---- */

/* Whether nothing that runs now may write. */
extern bool dbcsl_is_read_only(const dbcsl_host *h);

/* Prepares h->loose; NULL is an empty statement. */
extern sqlite3_stmt *dbcsl_prepare(dbcsl_host *h, const char *text);

/* The statement of a text with a name, prepared once per call. */
extern sqlite3_stmt *dbcsl_prepare_cached(dbcsl_host *h, const dbc_sql *sql);

/* Runs h->loose to its end and finalizes it; collects its rows if asked. */
extern dbc_rows *dbcsl_run_prepared(dbcsl_host *h, bool collect);
extern const char *dbcsl_make_strict(dbc_host *host);

/* One value of the row a statement is at; a blob is the text of a literal. */
extern dbc_value dbcsl_column_value(dbcsl_host *h, sqlite3_stmt *statement,
									int column);

/* Finalizes h->loose, if any. */
extern void dbcsl_finalize_statement(dbcsl_host *h);

extern const dbc_rows *dbcsl_query(dbc_host *host, const dbc_sql *sql,
								   const dbc_value *args, int nargs);

/* Closes what the failed part of a call had open. */
extern void dbcsl_close_failed(dbcsl_host *h);

/* Closes all that a call had open, but keeps the arena. */
extern void dbcsl_close_all(dbcsl_host *h);

/* ---- core/caller.c, core/transaction.c ---- */

extern void dbcsl_verify_caller(dbcsl_host *h);

/* Opens what the class of the function asks for; see the file. */
extern void dbcsl_begin_call(dbcsl_host *h);
extern void dbcsl_end_transaction(dbcsl_host *h);

/* Opens the next transaction of a PROC, after dbcsl_end_transaction(). */
extern void dbcsl_begin_transaction(dbcsl_host *h);

extern bool dbcsl_commit_work(dbc_host *host, int64_t pause_ms);

/* Whether a result code says that another connection has a lock. */
extern bool dbcsl_is_locked(int code);

/* Tries something again and again while another connection has a lock it
 * needs, as long as the call may wait; the last code. */
extern int dbcsl_retry_while_locked(dbcsl_host *h,
									int (*attempt)(dbcsl_host *));

/* How long to wait for other connections, in milliseconds. */
extern int64_t dbcsl_lock_wait_limit(dbcsl_host *h);

/*
 * Around what makes SQLite prepare statements anew: dbcsl_undo_work() must be
 * able to run h->reader without memory.  While it is held, nothing can be
 * dropped.
 */
extern void dbcsl_hold_read_statement(dbcsl_host *h);
extern void dbcsl_refresh_read_statement(dbcsl_host *h);

/* Takes back all that the call did, as far as SQLite lets it. */
extern void dbcsl_undo_work(dbcsl_host *h);

extern bool dbcsl_guard(dbc_host *host, void (*fn)(dbc_host *, void *),
						void *arg, dbc_guard_mode mode, bool read_only,
						dbc_error *error);
extern void dbcsl_lock(dbc_host *host, int64_t timeout_ms);

/* ---- core/token.c ---- */

typedef enum dbcsl_token_kind
{
	DBCSL_END, /* of the text */
	DBCSL_WORD,
	DBCSL_NUMBER, /* without a sign */
	DBCSL_QUOTED, /* '', "", `` or [] */
	DBCSL_BLOB,	  /* x'' */
	DBCSL_SEMICOLON,
	DBCSL_OTHER,		/* an operator, or any other character */
	DBCSL_OPEN_QUOTE,	/* a quote that never ends */
	DBCSL_OPEN_BRACKET, /* the same of [ */
	DBCSL_OPEN_COMMENT	/* the same of a comment */
} dbcsl_token_kind;

typedef struct dbcsl_token
{
	dbcsl_token_kind kind;
	const char *text;
	size_t length;
} dbcsl_token;

/* The first token of a text; white space and comments are passed over. */
extern dbcsl_token dbcsl_first_token(const char *text);
extern dbcsl_token dbcsl_next_token(const dbcsl_token *token);

/* The text of a name or a value, its quotes removed. */
extern const char *dbcsl_unquote_token(dbcsl_host *h, const dbcsl_token *token);

/* Whether a token is this word, in any case. */
extern bool dbcsl_is_word(const dbcsl_token *token, const char *word);

/* ---- core/split.c ---- */

extern void dbcsl_split(dbc_host *host, const char *text, dbc_script *script);

/* ---- core/statement.c ---- */

/* Fills kind, command and lock_level from the text. */
extern void dbcsl_classify(dbcsl_host *h, dbc_statement *statement);

/* Whether a statement calls dbmigrate_rebuild(): a script may do so. */
#define DBCSL_REBUILD "dbmigrate_rebuild"
extern bool dbcsl_calls_rebuild(dbcsl_host *h, const char *text);

/* The statement behind WITH and its queries in parentheses. */
extern dbcsl_token dbcsl_token_after_with(dbcsl_token token);

/* ---- core/pragma.c ---- */

typedef enum dbcsl_pragma_effect
{
	DBCSL_PRAGMA_OTHER,	  /* asks, or has an effect nobody must undo */
	DBCSL_PRAGMA_SETTING, /* changes the connection */
	DBCSL_PRAGMA_WRITES,  /* writes the database */
	DBCSL_PRAGMA_OUTSIDE, /* cannot do its work in a transaction */
	DBCSL_PRAGMA_HANDLER, /* takes a handler of the application away */
	DBCSL_PRAGMA_EXPLAIN  /* of EXPLAIN, which keeps few from acting */
} dbcsl_pragma_effect;

typedef struct dbcsl_pragma
{
	dbcsl_pragma_effect effect;
	const char *schema; /* or NULL */
	const char *name;
	const char *value; /* or NULL */
	const struct dbcsl_setting *setting;
} dbcsl_pragma;

/* Settings as they were before a script changed them. */
typedef struct dbcsl_saved_settings dbcsl_saved_settings;

/* Takes a statement apart; false if it is no PRAGMA. */
extern bool dbcsl_parse_pragma(dbcsl_host *h, const char *text,
							   dbcsl_pragma *pragma);

/* Adds the value a setting has now to *saved. */
extern void dbcsl_save_setting(dbcsl_host *h, const dbcsl_pragma *pragma,
							   dbcsl_saved_settings **saved);

/* Puts settings back, the last one saved first; never fails. */
extern void dbcsl_restore_settings(dbcsl_host *h,
								   const dbcsl_saved_settings *saved);

/* ---- core/foreign_keys.c ---- */

/* Whether a value of a PRAGMA means on, as SQLite reads it. */
extern bool dbcsl_is_on_value(const char *value);

/*
 * Does what PRAGMA foreign_keys = value asks for, inside a transaction too.
 * When that turns enforcement off, *before becomes the state of the rows.
 */
extern void dbcsl_set_foreign_keys(dbcsl_host *h, const char *value,
								   const dbc_rows **before);

/* Fails while violations of deferred foreign keys are pending. */
extern void dbcsl_refuse_deferred(dbcsl_host *h, const char *setting);

/* Fails if there are more rows without parent than before: rows of child,
 * parent and their number. */
extern void dbcsl_refuse_foreign_key_violations(dbcsl_host *h,
												const dbc_rows *before,
												const dbc_rows *after,
												const char *hint);

/* Checks the rows a script leaves; before may be NULL. */
extern void dbcsl_verify_foreign_keys(dbcsl_host *h, const dbc_rows *before);

/* ---- core/run.c ---- */

extern const dbc_rows *dbcsl_run(dbc_host *host, const dbc_script *script,
								 const bool *skip);

/* ---- core/relation.c ---- */

extern const dbc_relation *dbcsl_resolve(dbc_host *host, const char *text);
extern const dbc_relation *dbcsl_list_tables(dbc_host *host, int *ntables);

/* A relation as the core knows it. */
extern const dbc_relation *dbcsl_relation_of(dbcsl_host *h, const char *schema,
											 const char *name);

/* ---- core/runners.c ---- */

/* Whether a process that has locked a thing still works on it, as far as can be
 * told; if not, this call has locked it. */
extern bool dbcsl_is_running(dbcsl_host *h, int64_t runner, const char *what);

/* Fails while another call runs a script outside a transaction. */
extern void dbcsl_refuse_running_script(dbcsl_host *h);

/* ---- core/outside.c ---- */

extern bool dbcsl_run_outside(dbc_host *host, const dbc_outside_script *work,
							  dbc_error *error);

/* ---- migrate/track.c, migrate/changes.c ---- */

typedef struct dbcsl_migrate_tracking dbcsl_migrate_tracking;

/* ---- core/progress.c ---- */

/* Notes when a call started. */
extern void dbcsl_start_progress(dbcsl_host *h);

extern void dbcsl_report_progress(dbc_host *host, const char *phase,
								  int64_t done, int64_t total);

/* Shows progress without giving way: cannot fail. */
extern void dbcsl_record_progress(dbcsl_host *h, const char *phase,
								  int64_t done, int64_t total);

/*
 * Claims something, instead of what was claimed before, until the call ends;
 * false if another call of this process has it.  NULL claims nothing.
 */
extern bool dbcsl_progress_lock(dbcsl_host *h, const char *what);

/* Fails if the application has interrupted the call. */
extern void dbcsl_poll_interrupt(dbc_host *host);

/* Ends what dbcsl_report_progress() shows of a call. */
extern void dbcsl_end_progress(dbcsl_host *h);

extern const dbc_rows *dbcsl_list_running(dbc_host *host);

#endif /* DBCSL_CORE_SQLITE_EXT_H */
