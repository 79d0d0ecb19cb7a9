/*
 * functions.c
 *	  The functions of the user's connection: those that stored SQL must not call, and
 *	  those that a scratch database borrows.
 */
#include "sqlite_ext/core/connection.h"
#include "sqlite_ext/trust/unsafe.h"

#include <string.h>

#include "common/core/text.h"

/* Flags of PRAGMA function_list. */
#define IS_DIRECT	 0x80000
#define IS_INNOCUOUS 0x200000

/* Whether a row of PRAGMA function_list is about a function that stored SQL
 * must not call: all but SQLite's own and those that the application has
 * registered with SQLITE_INNOCUOUS.  SQLite 3.38 to 3.40 did not mark its own
 * functions of JSON. */
static bool
is_unsafe_row(sqlite3_stmt *row, const char *name)
{
	int flags = sqlite3_column_int(row, 5);

	return (flags & IS_DIRECT) ||
		   (!(flags & IS_INNOCUOUS) &&
			!(sqlite3_column_int(row, 1) &&
			  (dbc_starts_with(name, "json") || dbc_starts_with(name, "->"))));
}

/* Appends a name: its length in a byte, then its bytes; SQLite allows 255.
 * Returns whether it has. */
static bool
append_name(sqlite3_str *names, const char *name)
{
	size_t length = strlen(name);

	if (length == 0 || length > 255)
		return false;
	sqlite3_str_appendchar(names, 1, (char) length);
	sqlite3_str_append(names, name, (int) length);
	return true;
}

/* Appends a function of the application that stored SQL may call, with its
 * number of arguments and whether it is deterministic; no byte of it is 0. */
static void
append_borrowed(sqlite3_str *names, sqlite3_stmt *row, const char *name)
{
	int flags = sqlite3_column_int(row, 5);
	const char *type = (const char *) sqlite3_column_text(row, 2);

	if (sqlite3_column_int(row, 1) || (flags & IS_DIRECT) ||
		!(flags & IS_INNOCUOUS) || !dbc_same(type, "s") ||
		!append_name(names, name))
		return;
	sqlite3_str_appendchar(names, 1, (char) (sqlite3_column_int(row, 4) + 2));
	sqlite3_str_appendchar(names, 1, flags & SQLITE_DETERMINISTIC ? 'd' : ' ');
}

/*
 * Reads the functions that are unsafe in stored SQL, in no order; a length of 0
 * ends them, and those behind it, which a scratch database borrows.  A name is listed if any of its functions is unsafe: which of them
 * a call means depends on the number of its arguments and the encoding, and one
 * of the application may replace SQLite's own.
 *
 * The application can register one at any time, and SQLite tells nobody, so
 * each call reads them, and those within it use what it has read.
 */
static const char *
read_functions(dbcsl_host *h)
{
	sqlite3_str *names = sqlite3_str_new(NULL);
	sqlite3_str *others = sqlite3_str_new(NULL);
	sqlite3_stmt *row = NULL;
	char before[256] = "";
	int code =
		sqlite3_prepare_v2(h->db, "pragma function_list", -1, &row, NULL);
	char *list;
	const char *copy;
	int length;

	while (code == SQLITE_OK && (code = sqlite3_step(row)) == SQLITE_ROW)
	{
		const char *name = (const char *) sqlite3_column_text(row, 0);

		code = name ? SQLITE_OK : SQLITE_NOMEM;
		if (name)
			append_borrowed(others, row, name);
		if (!name || strcmp(name, before) == 0 || !is_unsafe_row(row, name))
			continue;
		append_name(names, name);
		sqlite3_snprintf(sizeof(before), before, "%s", name);
	}
	sqlite3_finalize(row);
	sqlite3_str_appendchar(names, 1, '\0');
	sqlite3_str_appendchar(others, 1, '\0');
	sqlite3_str_append(names, sqlite3_str_value(others),
					   sqlite3_str_length(others));
	sqlite3_free(sqlite3_str_finish(others));
	length = sqlite3_str_length(names);
	list = sqlite3_str_finish(names);
	if (code != SQLITE_DONE)
	{
		sqlite3_free(list);
		dbcsl_fail_engine(h, code);
	}
	if (!list)
		dbcsl_fail_memory(h);
	if (h->connection && dbcsl_share_functions(h->connection, list))
		return list;
	h->memos++;
	copy = dbc_copy(&h->base, list, (size_t) length);
	sqlite3_free(list);
	return copy;
}

const char *
dbcsl_unsafe_functions(dbcsl_host *h)
{
	if (!h->functions && h->connection)
		h->functions = dbcsl_shared_functions(h->connection);
	if (!h->functions)
		h->functions = read_functions(h);
	return h->functions;
}

bool
dbcsl_next_borrowed(dbcsl_host *h, dbcsl_borrowed_function *function)
{
	const char *at = function->next;
	size_t length;

	if (!at)
	{
		at = dbcsl_unsafe_functions(h);
		at += strlen(at) + 1;
	}
	length = (unsigned char) *at;
	if (length == 0)
		return false;
	function->name = dbc_copy(&h->base, at + 1, length);
	at += length + 1;
	function->narguments = (unsigned char) at[0] - 2;
	function->is_deterministic = at[1] == 'd';
	function->next = at + 2;
	return true;
}

void
dbcsl_compare_functions(dbcsl_host *h)
{
	const char *functions =
		h->connection ? dbcsl_awaits_functions(h->connection) : NULL;

	if (!functions || strcmp(functions, dbcsl_unsafe_functions(h)) == 0)
		return;
	dbcsl_set_verified(h->connection, NULL);
	(void) dbc_query(&h->base, "core/tables_state");
}
