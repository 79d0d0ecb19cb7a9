/*
 * host.h
 *	  The host of a call in SQLite, its memory and its errors.
 *
 * Every SQL call has a separate host: dbcsl_open(), dbcsl_call(), then
 * dbcsl_close().  A host has no static data and shares nothing with other
 * calls, so calls can be nested (a migration can query dbmigrate_status()) and
 * run in threads.
 *
 * Raising an error jumps to the nearest dbcsl_try().  Jumps only skip code of
 * dbcare: calls of SQLite such as prepare and step have returned before.
 * Resources to be closed on success and on failure (a statement, a directory,
 * a file) are therefore stored in the host.
 */
#ifndef DBCSL_CORE_HOST_H
#define DBCSL_CORE_HOST_H

#include <dirent.h>
#include <setjmp.h>

#include <sqlite3ext.h>

#if SQLITE_VERSION_NUMBER < 3037000
#error "dbcare requires SQLite 3.37 or later"
#endif

#include "common/core/host.h"

SQLITE_EXTENSION_INIT3

/* The oldest supported version: the first one with pragma_table_list. */
#define DBCSL_MIN_VERSION 3037000

/* SQLSTATE of a write where it is not allowed. */
#define DBCSL_READ_ONLY "25006"

#define DBCSL_OUT_OF_MEMORY "53200"

/* SQLSTATE of invalid UTF-8. */
#define DBCSL_BAD_TEXT "22021"

/* The default lock wait limit, unless lock_timeout_ms is set. */
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

/* A row of dbcare_progress(); see call/progress.c. */
typedef struct dbcsl_progress_entry
{
	struct dbcsl_progress_entry *next;
	const char *function; /* NULL: not in the list */
	const char *claim;	  /* name that no other call can lock, or NULL */
	char phase[64];
	int64_t done;
	int64_t total;
	int64_t started_ms; /* since 1970 */
} dbcsl_progress_entry;

/* How a call separates its work from that of its caller. */
typedef enum dbcsl_transaction_kind
{
	DBCSL_NO_TRANSACTION,
	DBCSL_OWN_TRANSACTION,
	DBCSL_OPENING,	/* a savepoint, which may not have been created yet */
	DBCSL_SAVEPOINT /* in the caller's transaction */
} dbcsl_transaction_kind;

typedef struct dbcsl_host
{
	dbc_host base; /* must be first */
	sqlite3 *db;
	struct dbcsl_connection *connection; /* NULL: nothing is kept */
	dbcsl_jump_target *pad;				 /* target of the next error */
	dbc_error error;					 /* current or last error */

	struct dbcsl_arena_block *blocks; /* newest first */
	size_t room;					  /* bytes left in the newest block */
	struct dbcsl_arena_block *result_blocks; /* those of rows */
	size_t result_room;

	struct dbcsl_cached_statement
		*cached; /* statements prepared once per call */
	sqlite3_stmt
		*uncached;		  /* the statement that is not cached, while it runs */
	sqlite3_stmt *tried;  /* see trust/allowed.c */
	bool reads;			  /* a READ call, which its connection has counted */
	bool recalls;		  /* and what was read of the schema is valid */
	sqlite3_stmt *reader; /* READ: holds the snapshot; WRITE: see undo() */
	sqlite3_stmt *rollback; /* rolls back the work of a writing call */
	const char *savepoint;	/* its quoted name */
	DIR *directory;			/* while it is read */
	int file;				/* while it is read; -1: none */

	sqlite3_context *context; /* of a scalar, or NULL */
	dbcsl_result_row *rows;	  /* what was emitted */
	dbcsl_result_row *last_row;
	const dbcsl_result_row *returned; /* to the context */

	dbcsl_transaction_kind transaction;
	bool calling_transaction; /* the caller had one */
	/* row/fulltext.c: indexes to build before the transaction ends, and how */
	const struct dbcsl_row_rebuild *rebuilds;
	void (*rebuild)(struct dbcsl_host *h);
	void (*before_commit)(struct dbcsl_host *h); /* or NULL */
	void (*after_commit)(struct dbcsl_host *h);	 /* or NULL */
	const char *anchor;	   /* of the audit log: file and ... */
	dbc_value anchored[2]; /* ... number and root of the seal */
	bool read_only;		   /* inside a guard that is */
	bool writing;		   /* a FILE function, in dbc_write() */
	int64_t wait_ms;	   /* for other connections; -1: not known yet */
	const char *written;   /* the schema a call that writes must lock */

	bool has_samples_file; /* dbcare's tables of samples are in a second file */
	bool in_samples;	   /* statements are about the tables of that file */
	int samples_version;   /* of these, once this call has found it; else 0 */
	const dbc_rows *foreign_keys; /* once read; see call/shared.c */
	const char *functions;		  /* see trust/functions.c */
	void *unsafe;				  /* see trust/unsafe.c */
	struct dbcsl_reach *reach;	  /* see trust/reach.c */
	struct dbc_buffer *notes;	  /* see dbcsl_begin_notes(); or NULL */
	int memos;	/* how often the call has allocated what it keeps to its end */
	int scopes; /* calls of scoped() that have not ended */
	bool views_read; /* see trust/views.c */
	bool deep_views;
	/* what these rooms keep during a call, or NULL */
	void *check, *lint, *migrate, *monitor, *advise;
	const char *work; /* that the call has locked; see batch/runner.c */
	dbcsl_progress_entry progress;
} dbcsl_host;

/* The host that contains the core's host. */
static inline dbcsl_host *
dbcsl_of(dbc_host *host)
{
	return (dbcsl_host *) host;
}

/* Begins a call of a function, with these calls of the host interface, or with
 * all. */
extern void dbcsl_open_with(dbcsl_host *h, const struct dbc_seam *seam,
							sqlite3 *db, const dbc_function *fn);
extern void dbcsl_open(dbcsl_host *h, sqlite3 *db, const dbc_function *fn);

/* Whether assertions are on: the library was loaded by a test. */
extern _Atomic bool dbcsl_asserts;

/* The name of the process's user, or its number. */
extern const char *dbcsl_get_user(dbcsl_host *h);

/* Frees all memory. */
extern void dbcsl_close(dbcsl_host *h);

/* Frees blocks of memory. */
extern void dbcsl_free_blocks(struct dbcsl_arena_block *blocks);

/* Moves the memory of one host to another. */
extern void dbcsl_move_memory(dbcsl_host *from, dbcsl_host *to);

extern void *dbcsl_alloc(dbc_host *host, size_t size);

/* Adds a row of the result, which lasts until the call ends. */
extern void dbcsl_emit(dbc_host *host, const dbc_value *values);

/* sqlite3_mprintf() in the arena: it can quote (%Q, %w). */
extern const char *dbcsl_printf(dbcsl_host *h, const char *format, ...);

/* A name in double quotes. */
extern const char *dbcsl_quote_always(dbc_host *host, const char *name);

/* ---- core/guard.c ---- */

/* Runs fn(&h->base, arg) and catches errors.  Returns false after an error,
 * which is in h->error; the resources of the failed part are closed. */
extern bool dbcsl_try(dbcsl_host *h, void (*fn)(dbc_host *, void *), void *arg);

/* ---- core/error.c ---- */

/* SQLSTATE of SQLITE_INTERRUPT. */
#define DBCSL_INTERRUPTED "57014"

extern void dbcsl_fail(dbc_host *host, const dbc_error *error);

/* Raises h->error again. */
extern _Noreturn void dbcsl_rethrow(dbcsl_host *h);

extern _Noreturn void dbcsl_fail_memory(dbcsl_host *h);

/* Raises the error of the last SQLite call, which returned code. */
extern _Noreturn void dbcsl_fail_engine(dbcsl_host *h, int code);

/* The result code to return to the application for an error: none that would
 * end its transaction. */
extern int dbcsl_result_code(sqlite3 *db, const dbc_error *error);

/* Whether an error is a cancel or out of memory, which guards do not catch. */
extern bool dbcsl_is_unguarded_error(const dbc_error *error);

/* The error as shown to users; from sqlite3_malloc(), NULL if out of memory. */
extern char *dbcsl_error_text(const dbc_error *error);

/* Set by the command, which shows the parts of an error in lines of their own, before it
 * opens a database: is called with each error and its text. */
extern void (*dbcsl_told_error)(const dbc_error *error, const char *text);

#endif /* DBCSL_CORE_HOST_H */
