/*
 * guard.c
 *	  Errors: raising them, catching them, and their result codes.
 *
 * Raising an error stores a dbc_error and jumps.  The error has a SQLSTATE and
 * a message in PostgreSQL's style; at the end of the call it is converted to a
 * text and a result code of SQLite.
 */
#include "sqlite_ext/core/query.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/text.h"

#define INTERRUPTED "57014"

/* Prefix of all error messages. */
#define PREFIX "dbcare: "

/* SQLite's result codes and the nearest SQLSTATEs.  A code is looked up with,
 * then without its extension; a SQLSTATE takes the first code. */
static const struct
{
	int code;
	const char *sqlstate;
} codes[] = {
	{SQLITE_NOMEM, DBCSL_OUT_OF_MEMORY},
	{SQLITE_INTERRUPT, INTERRUPTED},
	{SQLITE_BUSY, DBC_LOCK_NOT_AVAILABLE},
	{SQLITE_LOCKED, DBC_LOCK_NOT_AVAILABLE},
	{SQLITE_READONLY, DBCSL_READ_ONLY},
	{SQLITE_FULL, "53100"},
	{SQLITE_IOERR_NOMEM, DBCSL_OUT_OF_MEMORY},
	{SQLITE_IOERR, "58030"},
	{SQLITE_CANTOPEN, "58030"},
	{SQLITE_AUTH, DBC_INSUFFICIENT},
	{SQLITE_PERM, DBC_INSUFFICIENT},
	{SQLITE_CORRUPT, "XX001"},
	{SQLITE_NOTADB, "XX001"},
	{SQLITE_CONSTRAINT_FOREIGNKEY, DBC_FOREIGN_KEY},
	{SQLITE_CONSTRAINT_NOTNULL, "23502"},
	{SQLITE_CONSTRAINT_UNIQUE, "23505"},
	{SQLITE_CONSTRAINT_PRIMARYKEY, "23505"},
	{SQLITE_CONSTRAINT_ROWID, "23505"},
	{SQLITE_CONSTRAINT_CHECK, "23514"},
	{SQLITE_CONSTRAINT_TRIGGER, "P0001"},
	{SQLITE_CONSTRAINT, "23000"},
	{SQLITE_ERROR, "42000"},
};

#define NCODES (sizeof(codes) / sizeof(codes[0]))

/* The SQLSTATE of a result code. */
static const char *
sqlstate_of(int code)
{
	for (size_t i = 0; i < NCODES; i++)
		if (codes[i].code == code)
			return codes[i].sqlstate;
	return code == (code & 0xff) ? DBC_INTERNAL : sqlstate_of(code & 0xff);
}

/* Whether a transaction is open, or a running statement has written. */
static bool
in_transaction(sqlite3 *db)
{
	return !sqlite3_get_autocommit(db) ||
		   sqlite3_txn_state(db, NULL) == SQLITE_TXN_WRITE;
}

/* Whether SQLite ends the open transaction when a function returns a code: it
 * handles these like its own errors, and rejects COMMIT after the first one.
 * For its own errors it has already done so. */
static bool
ends_transaction(int code)
{
	return code == SQLITE_CORRUPT || code == SQLITE_FULL ||
		   code == SQLITE_IOERR;
}

/* The result code to return to the application for an error.  Cancel and out of
 * memory are passed on even if SQLite rolls back: applications rely on them. */
int
dbcsl_result_code(sqlite3 *db, const dbc_error *error)
{
	int code = SQLITE_ERROR;

	for (size_t i = 0; i < NCODES; i++)
		if (strcmp(codes[i].sqlstate, error->sqlstate) == 0)
		{
			code = codes[i].code;
			break;
		}
	return ends_transaction(code) && in_transaction(db) ? SQLITE_ERROR : code;
}

bool
dbcsl_is_unguarded_error(const dbc_error *error)
{
	return strcmp(error->sqlstate, DBCSL_OUT_OF_MEMORY) == 0 ||
		   strcmp(error->sqlstate, INTERRUPTED) == 0;
}

_Noreturn void
dbcsl_rethrow(dbcsl_host *h)
{
	longjmp(h->pad->place, 1);
}

void
dbcsl_fail(dbc_host *host, const dbc_error *error)
{
	dbcsl_host *h = dbcsl_of(host);

	h->error = *error;
	dbcsl_rethrow(h);
}

/* Raises an error without allocating memory. */
_Noreturn void
dbcsl_fail_memory(dbcsl_host *h)
{
	static const dbc_error error = {.sqlstate = DBCSL_OUT_OF_MEMORY,
									.message = "out of memory"};

	h->error = error;
	dbcsl_rethrow(h);
}

_Noreturn void
dbcsl_fail_engine(dbcsl_host *h, int code)
{
	int extended = sqlite3_extended_errcode(h->db);
	const char *message;
	dbc_error error = {0};

	if ((extended & 0xff) == (code & 0xff))
		code = extended;
	error.sqlstate = sqlstate_of(code);
	if (strcmp(error.sqlstate, DBCSL_OUT_OF_MEMORY) == 0)
		dbcsl_fail_memory(h);
	message = sqlite3_errmsg(h->db);
	if (dbc_starts_with(message, PREFIX)) /* of a nested call */
		message += strlen(PREFIX);
	error.message = dbc_copy(&h->base, message, strlen(message));
	dbc_rethrow(&h->base, &error);
}

bool
dbcsl_try(dbcsl_host *h, void (*fn)(dbc_host *, void *), void *arg)
{
	dbcsl_jump_target pad;

	/* no local variable changes between setjmp() and longjmp(), as C
	 * requires */
	pad.outer = h->pad;
	h->pad = &pad;
	if (setjmp(pad.place) == 0)
	{
		fn(&h->base, arg);
		h->pad = h->pad->outer;
		return true;
	}
	h->pad = h->pad->outer;
	dbcsl_close_failed(h);
	return false;
}

/* The error as shown to users, its parts as sentences; allocated by
 * sqlite3_malloc(), NULL if out of memory. */
char *
dbcsl_error_text(const dbc_error *error)
{
	const char *parts[] = {error->message, error->detail, error->context,
						   error->hint};
	sqlite3_str *text = sqlite3_str_new(NULL);
	const char *before = PREFIX;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
	{
		size_t length = parts[i] ? strlen(parts[i]) : 0;

		if (length == 0)
			continue;
		sqlite3_str_appendall(text, before);
		sqlite3_str_appendall(text, parts[i]);
		before = strchr(".!?", parts[i][length - 1]) ? " " : ". ";
	}
	return sqlite3_str_finish(text);
}
