/*
 * added.c
 *	  What the process adds to every connection, by sqlite3_auto_extension().
 *
 * dbcare's own connections read files, verify them and build indexes, so no
 * code of the application runs there but what stored SQL may call.  Another
 * function is replaced by one that fails, rather than removed: it may hide one
 * of SQLite's, with which an index would get another order.  Modules are
 * removed, except SQLite's and dbcare's.  SQLite itself refuses functions that
 * are DIRECTONLY, and collations have no flags; see trust/unsafe.c.
 */
#include "sqlite_ext/trust/added.h"
#include "sqlite_ext/trust/modules.h"

#include <string.h>

#include "common/core/text.h"

/* Flags of PRAGMA function_list. */
#define IS_DIRECT	 0x80000
#define IS_INNOCUOUS 0x200000

/* Whether a name is in a list. */
static bool
is_listed(const char *const *names, const char *name)
{
	while (*names && !dbc_same(*names, name))
		names++;
	return *names != NULL;
}

/* ---- functions ---- */

/* Stands in for a function. */
static void
fail_call(sqlite3_context *context, int nvalues, sqlite3_value **values)
{
	(void) nvalues;
	(void) values;
	sqlite3_result_error(
		context,
		"unsafe use of a function that the application has added to all "
		"connections without SQLITE_INNOCUOUS",
		-1);
}

/* Whether a row of PRAGMA function_list is a function to replace.  SQLite adds
 * those of its own modules as an application would. */
static bool
is_added(sqlite3_stmt *row, const char *name)
{
	static const char *const of_sqlite[] = {
		"bm25",		  "fts5",		"fts5_source_id", "highlight",
		"match",	  "matchinfo",	"offsets",		  "optimize",
		"rtreecheck", "rtreedepth", "rtreenode",	  "snippet",
		NULL};

	return sqlite3_column_int(row, 1) == 0 &&
		   (sqlite3_column_int(row, 5) & (IS_DIRECT | IS_INNOCUOUS)) == 0 &&
		   !is_listed(of_sqlite, name) && !dbc_starts_with(name, "geopoly_") &&
		   !dbcsl_is_own_name(name);
}

/* A function to replace; its name follows. */
typedef struct added
{
	struct added *next;
	int nvalues;
	int encoding;
	char name[];
} added;

/* The encoding that a function is for. */
static int
encoding_of(const char *text)
{
	return dbc_same(text, "utf16le")   ? SQLITE_UTF16LE
		   : dbc_same(text, "utf16be") ? SQLITE_UTF16BE
									   : SQLITE_UTF8;
}

/* Lists the functions to replace, which a running statement would prevent. */
static int
list_added(sqlite3 *db, added **list)
{
	sqlite3_stmt *row = NULL;
	int code = sqlite3_prepare_v2(db, "pragma function_list", -1, &row, NULL);
	bool lacks_memory = false;

	while (code == SQLITE_OK && !lacks_memory &&
		   sqlite3_step(row) == SQLITE_ROW)
	{
		const char *name = (const char *) sqlite3_column_text(row, 0);
		const char *encoding = (const char *) sqlite3_column_text(row, 3);
		added *one;

		if (!name || !encoding || !is_added(row, name))
			continue;
		one = sqlite3_malloc64(sizeof(*one) + strlen(name) + 1);
		lacks_memory = !one;
		if (!one)
			continue;
		one->next = *list;
		one->nvalues = sqlite3_column_int(row, 4);
		one->encoding = encoding_of(encoding);
		memcpy(one->name, name, strlen(name) + 1);
		*list = one;
	}
	if (code == SQLITE_OK)
		code = sqlite3_finalize(row);
	return lacks_memory ? SQLITE_NOMEM : code;
}

static int
replace_functions(sqlite3 *db, int flags)
{
	added *list = NULL;
	int code = list_added(db, &list);

	while (list)
	{
		added *one = list;

		if (code == SQLITE_OK)
			code = sqlite3_create_function_v2(db, one->name, one->nvalues,
											  one->encoding | flags, NULL,
											  fail_call, NULL, NULL, NULL);
		list = one->next;
		sqlite3_free(one);
	}
	return code;
}

/* ---- modules ---- */

static int
remove_modules(sqlite3 *db)
{
	static const char *const others[] = {
		"bytecode",	   "dbstat", "fts3tokenize", "sqlite_dbpage", "sqlite_stmt",
		"tables_used", NULL};
	sqlite3_stmt *row = NULL;
	int code = sqlite3_prepare_v2(db, "pragma module_list", -1, &row, NULL);

	while (code == SQLITE_OK && sqlite3_step(row) == SQLITE_ROW)
	{
		const char *name = (const char *) sqlite3_column_text(row, 0);

		if (name && !dbcsl_is_safe_module(name) && !is_listed(others, name) &&
			!dbc_starts_with(name, "pragma_"))
			code = sqlite3_create_module_v2(db, name, NULL, NULL, NULL);
	}
	sqlite3_finalize(row);
	return code;
}

int
dbcsl_remove_added(sqlite3 *db, bool innocuous)
{
	int code = replace_functions(db, SQLITE_DETERMINISTIC |
										 (innocuous ? SQLITE_INNOCUOUS : 0));

	return code == SQLITE_OK ? remove_modules(db) : code;
}
