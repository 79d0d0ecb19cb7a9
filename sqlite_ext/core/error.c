/*
 * error.c
 *	  Errors: raising them, and their result codes; core/guard.c catches them.
 *
 * Raising an error stores a dbc_error and jumps.  The error has a SQLSTATE and
 * a message in PostgreSQL's style; at the end of the call it is converted to a
 * text and a result code of SQLite.
 */
#include "sqlite_ext/core/host.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/asserts.h"
#include "common/core/text.h"

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
	{SQLITE_INTERRUPT, DBCSL_INTERRUPTED},
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

/* Messages of SQLite, as patterns of GLOB, and the SQLSTATEs of PostgreSQL for
 * the same mistakes: SQLite has one result code for all of them. */
static const struct
{
	const char *message;
	const char *sqlstate;
} messages[] = {
	{"no such table: *", DBC_UNDEFINED_TABLE},
	{"no such view: *", DBC_UNDEFINED_TABLE},
	{"no such column: *", DBC_UNDEFINED_COLUMN},
	{"table * has no column named *", DBC_UNDEFINED_COLUMN},
	{"unknown column *", DBC_UNDEFINED_COLUMN},
	{"no such function: *", DBC_UNDEFINED_FUNCTION},
	{"wrong number of arguments to function *", DBC_UNDEFINED_FUNCTION},
	{"no such index: *", DBC_UNDEFINED_OBJECT},
	{"no such trigger: *", DBC_UNDEFINED_OBJECT},
	{"no such collation sequence: *", DBC_UNDEFINED_OBJECT},
	{"no such module: *", DBC_UNDEFINED_OBJECT},
	{"unable to identify the object to be reindexed", DBC_UNDEFINED_OBJECT},
	{"unknown database*", "3F000"},
	{"no such savepoint: *", "3B001"},
	{"trigger * already exists", DBC_DUPLICATE_OBJECT},
	{"* already exists", DBC_DUPLICATE_TABLE},
	{"there is already a*", DBC_DUPLICATE_TABLE},
	{"*duplicate column name: *", "42701"},
	{"duplicate WITH table name: *", "42712"},
	{"ambiguous column name: *", "42702"},
	{"*: syntax error", DBC_SYNTAX_ERROR},
	{"incomplete input", DBC_SYNTAX_ERROR},
	{"unrecognized token: *", DBC_SYNTAX_ERROR},
	{"no tables specified", DBC_SYNTAX_ERROR},
	{"table * has * columns but * values were supplied", DBC_SYNTAX_ERROR},
	{"* values for * columns", DBC_SYNTAX_ERROR},
	{"all VALUES must have the same number of terms", DBC_SYNTAX_ERROR},
	{"sub-select returns * columns*", DBC_SYNTAX_ERROR},
	{"* do not have the same number of result columns", DBC_SYNTAX_ERROR},
	{"* BY term out of range*", "42P10"},
	{"ON CONFLICT clause does not match *", "42P10"},
	{"foreign key mismatch*", "42830"},
	{"table * has more than one primary key", "42P16"},
	{"view * is circularly defined", "42P17"},
	{"misuse of aggregate*", "42803"},
	{"aggregate functions are not allowed*", "42803"},
	{"misuse of window function*", "42P20"},
	{"cannot modify * because it is a view", DBC_NOT_READY},
	{"use DROP * to delete *", DBC_WRONG_OBJECT_TYPE},
	{"views may not be indexed", DBC_WRONG_OBJECT_TYPE},
	{"Cannot add a column to a view", DBC_WRONG_OBJECT_TYPE},
	{"cannot * generated column *", "428C9"},
	{"error in * after *", "2BP01"},
	{"index associated with * cannot be dropped", "2BP01"},
	{"default value of column * is not constant", DBC_UNSUPPORTED},
	{"* prohibited in *", DBC_UNSUPPORTED},
	{"cannot drop * column*", DBC_UNSUPPORTED},
	{"Cannot add a NOT NULL column *", "23502"},
	{"Cannot add a *", DBC_UNSUPPORTED},
	{"object name reserved for internal use: *", "42939"},
	{"table * may not be *", DBC_INSUFFICIENT},
	{"integer overflow", DBC_OUT_OF_RANGE},
	{"datatype mismatch", DBC_INVALID_TEXT},
	{"malformed JSON*", DBC_INVALID_TEXT},
	{"cannot start a transaction within *", DBC_ACTIVE_TRANSACTION},
	{"cannot VACUUM from within a transaction", DBC_ACTIVE_TRANSACTION},
	{"cannot * - no transaction is active", "25P01"},
	{"parser stack overflow", DBC_TOO_COMPLEX},
	{"Expression tree is too large *", DBC_TOO_COMPLEX},
	{"too many *", DBC_TOO_COMPLEX},
	{"string or blob too big", "54000"},
};

/* The SQLSTATE of a message, or that of its result code. */
static const char *
sqlstate_of_message(const char *message, int code)
{
	/* the message of RAISE() is the user's */
	for (size_t i = 0; code != SQLITE_CONSTRAINT_TRIGGER &&
					   i < sizeof(messages) / sizeof(messages[0]);
		 i++)
		if (sqlite3_strglob(messages[i].message, message) == 0)
			return messages[i].sqlstate;
	return sqlstate_of(code);
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
		   strcmp(error->sqlstate, DBCSL_INTERRUPTED) == 0;
}

_Noreturn void
dbcsl_rethrow(dbcsl_host *h)
{
	DBC_ASSERT(&h->base, h->pad);
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

/* Sets the table and the columns of a violated constraint: "UNIQUE constraint
 * failed: t.a, t.b". */
static void
describe_constraint(dbcsl_host *h, dbc_error *error)
{
	const char *at = strstr(error->message, " constraint failed: ");
	const char *dot = at ? strchr(at, '.') : NULL;
	size_t table;
	dbc_buffer columns;

	if (!dot || dbc_starts_with(error->message, "CHECK"))
		return;
	at += strlen(" constraint failed: ");
	table = (size_t) (dot - at) + 1;
	error->relation = dbc_quote(&h->base, dbc_copy(&h->base, at, table - 1));
	dbc_buffer_init(&columns, &h->base);
	for (const char *next; at; at = next)
	{
		const char *end;

		next = strstr(at, ", ");
		end = next ? next : at + strlen(at);
		if ((size_t) (end - at) < table)
			return;
		dbc_append_format(
			&columns, "%s%s", columns.length > 0 ? ", " : "",
			dbc_quote(&h->base, dbc_copy(&h->base, at + table,
										 (size_t) (end - at) - table)));
		next = next ? next + 2 : NULL;
	}
	error->columns = columns.data;
}

/* Whether an error is that the shared memory of WAL mode cannot be created. */
static bool
lacks_shared_memory(dbcsl_host *h, int code)
{
	return sqlite3_db_readonly(h->db, "main") == 1 &&
		   ((code & 0xff) == SQLITE_CANTOPEN ||
			code == SQLITE_READONLY_DIRECTORY ||
			code == SQLITE_READONLY_CANTINIT);
}

/* Whether SQLite names the columns of a subquery with their tables: dbcare's
 * statements, and views, do not find them then. */
static bool
has_long_names(dbcsl_host *h)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(
		h->db, "select a from (select * from (select 1 as a))", -1, &statement,
		NULL);

	sqlite3_finalize(statement);
	return code == SQLITE_ERROR;
}

_Noreturn void
dbcsl_fail_engine(dbcsl_host *h, int code)
{
	int extended = sqlite3_extended_errcode(h->db);
	const char *message;
	dbc_error error = {0};

	if ((extended & 0xff) == (code & 0xff))
		code = extended;
	if (strcmp(sqlstate_of(code), DBCSL_OUT_OF_MEMORY) == 0)
		dbcsl_fail_memory(h);
	message = sqlite3_errmsg(h->db);
	error.sqlstate = sqlstate_of_message(message, code);
	if (dbc_starts_with(message, PREFIX)) /* of a nested call */
		message += strlen(PREFIX);
	error.message = dbc_copy(&h->base, message, strlen(message));
	describe_constraint(h, &error);
	if (lacks_shared_memory(h, code))
		error.hint = "To read a file in WAL mode where the directory cannot be "
					 "written, open it with the URI parameter immutable=1.";
	if (dbc_starts_with(error.message, "no such column") && has_long_names(h))
	{
		error.detail = "With full_column_names on and short_column_names off "
					   "SQLite gives the columns of subqueries other names.";
		error.hint = "PRAGMA full_column_names = OFF;";
	}
	dbc_rethrow(&h->base, &error);
}

void (*dbcsl_told_error)(const dbc_error *error, const char *text) = NULL;

/* The error as shown to users, its parts as sentences; allocated by
 * sqlite3_malloc(), NULL if out of memory. */
char *
dbcsl_error_text(const dbc_error *error)
{
	const char *parts[] = {error->message, error->detail, error->context,
						   error->hint};
	sqlite3_str *text = sqlite3_str_new(NULL);
	const char *before = PREFIX;
	char *told;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
	{
		size_t length = parts[i] ? strlen(parts[i]) : 0;

		if (length == 0)
			continue;
		sqlite3_str_appendall(text, before);
		sqlite3_str_appendall(text, parts[i]);
		before = strchr(".!?", parts[i][length - 1]) ? " " : ". ";
	}
	if (error->excerpt)
		sqlite3_str_appendf(text, "\n%s", error->excerpt);
	told = sqlite3_str_finish(text);
	if (told && dbcsl_told_error)
		dbcsl_told_error(error, told);
	return told;
}
