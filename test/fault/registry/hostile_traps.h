/*
 * hostile_traps.h
 *	  Functions, modules and collations that count how often they are called.
 */
#ifndef DBCARE_TEST_HOSTILE_TRAPS_H
#define DBCARE_TEST_HOSTILE_TRAPS_H

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* Calls of a function or a collation, and of a module. */
static int calls;
static int module_calls;

/* ---- functions ---- */

static void
trap(sqlite3_context *context, int nvalues, sqlite3_value **values)
{
	(void) nvalues;
	(void) values;
	calls++;
	sqlite3_result_int(context, 1);
}

/* ---- collations ---- */

/* Orders as memcmp(). */
static int
compare(void *data, int left_length, const void *left, int right_length,
		const void *right)
{
	int order = memcmp(
		left, right,
		(size_t) (left_length < right_length ? left_length : right_length));

	(void) data;
	calls++;
	return order != 0 ? order : left_length - right_length;
}

/* ---- modules ---- */

/* A table of one row, (1), which takes all that is written to it. */
static int
connect_table(sqlite3 *db, void *risk, int argc, const char *const *argv,
			  sqlite3_vtab **result, char **error)
{
	int code = sqlite3_declare_vtab(db, "create table x(a integer, h hidden)");

	(void) argc;
	(void) argv;
	(void) error;
	if (*(const int *) risk)
		sqlite3_vtab_config(db, *(const int *) risk);
	*result = code == SQLITE_OK ? calloc(1, sizeof(**result)) : NULL;
	return code;
}

static int
disconnect_table(sqlite3_vtab *table)
{
	free(table);
	return SQLITE_OK;
}

static int
plan_scan(sqlite3_vtab *table, sqlite3_index_info *info)
{
	(void) table;
	(void) info;
	return SQLITE_OK;
}

typedef struct trap_cursor
{
	sqlite3_vtab_cursor base;
	int ended;
} trap_cursor;

static int
open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor)
{
	(void) table;
	*cursor = calloc(1, sizeof(trap_cursor));
	return SQLITE_OK;
}

static int
close_cursor(sqlite3_vtab_cursor *cursor)
{
	free(cursor);
	return SQLITE_OK;
}

static int
filter_rows(sqlite3_vtab_cursor *cursor, int plan, const char *text, int argc,
			sqlite3_value **argv)
{
	(void) plan;
	(void) text;
	(void) argc;
	(void) argv;
	module_calls++;
	((trap_cursor *) cursor)->ended = 0;
	return SQLITE_OK;
}

static int
next_row(sqlite3_vtab_cursor *cursor)
{
	((trap_cursor *) cursor)->ended = 1;
	return SQLITE_OK;
}

static int
is_end(sqlite3_vtab_cursor *cursor)
{
	return ((trap_cursor *) cursor)->ended;
}

static int
read_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column)
{
	(void) cursor;
	if (column == 0)
		sqlite3_result_int(context, 1);
	return SQLITE_OK;
}

static int
read_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid)
{
	(void) cursor;
	*rowid = 1;
	return SQLITE_OK;
}

static int
write_row(sqlite3_vtab *table, int argc, sqlite3_value **argv,
		  sqlite3_int64 *rowid)
{
	(void) table;
	(void) argc;
	(void) argv;
	module_calls++;
	*rowid = 1;
	return SQLITE_OK;
}

/* Eponymous, and for CREATE VIRTUAL TABLE. */
static const sqlite3_module trap_module = {.xCreate = connect_table,
										   .xConnect = connect_table,
										   .xBestIndex = plan_scan,
										   .xDisconnect = disconnect_table,
										   .xDestroy = disconnect_table,
										   .xOpen = open_cursor,
										   .xClose = close_cursor,
										   .xFilter = filter_rows,
										   .xNext = next_row,
										   .xEof = is_end,
										   .xColumn = read_column,
										   .xRowid = read_rowid,
										   .xUpdate = write_row};

/* ---- registering them ---- */

/* A way to have them. */
typedef struct way
{
	const char *name;
	const char *function; /* its name */
	int flags;			  /* of the function */
	int risk;			  /* of the module, for sqlite3_vtab_config() */
	bool untrusted;		  /* the schema */
	bool late;			  /* SQLite has read the schema before */
	bool everywhere;	  /* on every connection of the process */
	bool allowed;		  /* stored SQL may call the function */
} way;

/* Registers them, as who uses a file or as who makes it. */
static int
register_traps(sqlite3 *db, const way *how)
{
	int code =
		sqlite3_create_function(db, how->function, -1, SQLITE_UTF8 | how->flags,
								NULL, trap, NULL, NULL);

	/* one of SQLite's is only replaced by one with its number of arguments */
	if (code == SQLITE_OK)
		code = sqlite3_create_function(db, how->function, 1,
									   SQLITE_UTF8 | how->flags, NULL, trap,
									   NULL, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_create_module(db, "trap_table", &trap_module,
									 (void *) &how->risk);
	if (code == SQLITE_OK)
		code = sqlite3_create_collation(db, "trap_order", SQLITE_UTF8, NULL,
										compare);
	return code;
}

#endif /* DBCARE_TEST_HOSTILE_TRAPS_H */
