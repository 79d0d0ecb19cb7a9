/*
 * scratch.c
 *	  A database in memory with one table and one row; see the header.
 *
 * Callbacks of SQLite must not jump: their errors are returned as SQLite
 * result codes.
 */
#include "sqlite_ext/trust/added.h"
#include "sqlite_ext/trust/scratch.h"
#include "sqlite_ext/trust/unsafe.h"

#include <string.h>

/* The most statements that are kept. */
#define MOST_KEPT 200

/* A function or collation of the user's connection. */
typedef struct borrowed
{
	sqlite3 *db;
	char name[];
} borrowed;

/* Allocates one for SQLite to free; NULL if out of memory. */
static borrowed *
borrow(sqlite3 *db, const char *name)
{
	borrowed *what = sqlite3_malloc64(sizeof(*what) + strlen(name) + 1);

	if (!what)
		return NULL;
	what->db = db;
	memcpy(what->name, name, strlen(name) + 1);
	return what;
}

/* ---- functions ---- */

/* "select f(?, ?)", from sqlite3_malloc(); NULL if out of memory. */
static char *
call_text(const char *name, int nvalues)
{
	sqlite3_str *text = sqlite3_str_new(NULL);

	sqlite3_str_appendf(text, "select \"%w\"(", name);
	for (int i = 0; i < nvalues; i++)
		sqlite3_str_appendall(text, i > 0 ? ", ?" : "?");
	sqlite3_str_appendall(text, ")");
	return sqlite3_str_finish(text);
}

/* Calls a function on the user's connection. */
static void
call_there(sqlite3_context *context, int nvalues, sqlite3_value **values)
{
	const borrowed *function = sqlite3_user_data(context);
	char *sql = call_text(function->name, nvalues);
	sqlite3_stmt *call = NULL;
	int code = SQLITE_NOMEM;

	if (sql)
		code = sqlite3_prepare_v2(function->db, sql, -1, &call, NULL);
	sqlite3_free(sql);
	for (int i = 0; i < nvalues && code == SQLITE_OK; i++)
		code = sqlite3_bind_value(call, i + 1, values[i]);
	if (code == SQLITE_OK)
		code = sqlite3_step(call);
	if (code == SQLITE_ROW)
		sqlite3_result_value(context, sqlite3_column_value(call, 0));
	else if (code == SQLITE_NOMEM)
		sqlite3_result_error_nomem(context);
	else
		sqlite3_result_error(context, sqlite3_errmsg(function->db), -1);
	sqlite3_finalize(call);
}

/* Registers the functions of the user's connection in the scratch database,
 * except unsafe ones. */
static void
borrow_functions(dbcsl_scratch *scratch)
{
	dbcsl_host *h = scratch->h;
	dbcsl_borrowed_function there = {.next = NULL};

	/* may fail, when nothing is borrowed yet */
	while (dbcsl_next_borrowed(h, &there))
	{
		borrowed *function;

		scratch->borrowed =
			dbc_grow(&h->base, scratch->borrowed, (size_t) scratch->nborrowed,
					 sizeof(*scratch->borrowed));
		scratch->borrowed[scratch->nborrowed++] = there.name;
		function = borrow(h->db, there.name);
		if (!function)
			dbcsl_fail_memory(h);
		/* frees its user data even if it fails */
		if (sqlite3_create_function_v2(
				scratch->db, there.name, there.narguments,
				SQLITE_UTF8 |
					(there.is_deterministic ? SQLITE_DETERMINISTIC : 0),
				function, call_there, NULL, NULL, sqlite3_free) == SQLITE_NOMEM)
			dbcsl_fail_memory(h);
	}
}

/* ---- collations ---- */

/* Compares two texts by a collation of the user's connection. */
static int
compare_there(void *data, int left_length, const void *left, int right_length,
			  const void *right)
{
	const borrowed *collation = data;
	sqlite3_stmt *comparison = NULL;
	char *sql =
		sqlite3_mprintf("select case when ?1 = ?2 collate \"%w\" then 0 "
						"when ?1 < ?2 collate \"%w\" then -1 else 1 end",
						collation->name, collation->name);
	int order = 0;

	if (sql &&
		sqlite3_prepare_v2(collation->db, sql, -1, &comparison, NULL) ==
			SQLITE_OK &&
		sqlite3_bind_text(comparison, 1, left, left_length, SQLITE_STATIC) ==
			SQLITE_OK &&
		sqlite3_bind_text(comparison, 2, right, right_length, SQLITE_STATIC) ==
			SQLITE_OK &&
		sqlite3_step(comparison) == SQLITE_ROW)
		order = sqlite3_column_int(comparison, 0);
	sqlite3_finalize(comparison);
	sqlite3_free(sql);
	return order;
}

/* Registers a collation in the scratch database, if the user's connection has
 * it. */
static void
borrow_collation(void *data, sqlite3 *db, int encoding, const char *name)
{
	sqlite3 *there = data;
	char *sql = sqlite3_mprintf("select '' collate \"%w\" < ''", name);
	sqlite3_stmt *trial = NULL;
	borrowed *collation = NULL;

	(void) encoding;
	if (sql && sqlite3_prepare_v2(there, sql, -1, &trial, NULL) == SQLITE_OK)
		collation = borrow(there, name);
	sqlite3_finalize(trial);
	sqlite3_free(sql);
	if (collation &&
		sqlite3_create_collation_v2(db, name, SQLITE_UTF8, collation,
									compare_there, sqlite3_free) != SQLITE_OK)
		sqlite3_free(collation);
}

/* ---- columns read by a statement ---- */

/* Records whether a function is one of the application. */
static void
note_call(dbcsl_scratch *scratch, const char *function)
{
	for (int i = 0; i < scratch->nborrowed; i++)
		if (sqlite3_stricmp(scratch->borrowed[i], function) == 0)
			scratch->calls_borrowed = true;
}

/* Authorizer that records the columns that a statement reads. */
static int
note_access(void *data, int action, const char *table, const char *column,
			const char *schema, const char *view)
{
	dbcsl_scratch *scratch = data;
	int place;

	(void) schema;
	(void) view;
	if (action == SQLITE_FUNCTION)
		note_call(scratch, column);
	if (action != SQLITE_READ || sqlite3_stricmp(table, scratch->name) != 0)
		return SQLITE_OK;
	place = dbcsl_find_column(scratch->table, column);
	if (place >= 0)
		scratch->reads[place] = true;
	else if (column[0])
		scratch->reads_rowid = true;
	return SQLITE_OK;
}

/* ---- the scratch database ---- */

void
dbcsl_scratch_open(dbcsl_scratch *scratch)
{
	dbcsl_host *h = scratch->h;
	size_t ncolumns = (size_t) scratch->table->ncolumns;

	scratch->reads = dbcsl_alloc(&h->base, ncolumns + 1);
	if (sqlite3_open_v2(":memory:", &scratch->db,
						SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
						NULL) != SQLITE_OK ||
		dbcsl_remove_added(scratch->db, false) != SQLITE_OK)
		dbcsl_fail_memory(h);
	/* the schema may be older than restrictions of the shell or the build */
	sqlite3_db_config(scratch->db, SQLITE_DBCONFIG_DQS_DDL, 1, NULL);
	sqlite3_db_config(scratch->db, SQLITE_DBCONFIG_DQS_DML, 1, NULL);
	borrow_functions(scratch);
	sqlite3_collation_needed(scratch->db, h->db, borrow_collation);
	sqlite3_set_authorizer(scratch->db, note_access, scratch);
}

/* Ends the last statement; that is reset if it is kept. */
static void
end_statement(dbcsl_scratch *scratch)
{
	if (scratch->keeps && scratch->statement)
	{
		sqlite3_reset(scratch->statement);
		/* the row is memory of the call */
		sqlite3_clear_bindings(scratch->statement);
	}
	else
		sqlite3_finalize(scratch->statement);
	scratch->statement = NULL;
}

static void
forget_statements(dbcsl_scratch *scratch)
{
	dbcsl_scratch_statement *next;

	end_statement(scratch);
	for (; scratch->kept; scratch->kept = next)
	{
		next = scratch->kept->next;
		sqlite3_finalize(scratch->kept->statement);
		sqlite3_free(scratch->kept);
	}
	scratch->nkept = 0;
}

void
dbcsl_scratch_rest(dbcsl_scratch *scratch)
{
	end_statement(scratch);
}

void
dbcsl_scratch_close(dbcsl_scratch *scratch)
{
	forget_statements(scratch);
	sqlite3_close(scratch->db);
}

/* Whether a call has succeeded; raises out of memory. */
static bool
succeeded(dbcsl_scratch *scratch, int code)
{
	if ((code & 0xff) == SQLITE_NOMEM)
		dbcsl_fail_memory(scratch->h);
	return code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE;
}

/* Makes a kept statement of this text the last one; false if there is none. */
static bool
take_kept(dbcsl_scratch *scratch, const char *sql)
{
	const dbcsl_scratch_statement *kept = scratch->kept;

	while (kept && strcmp(kept->text, sql) != 0)
		kept = kept->next;
	if (!kept)
		return false;
	scratch->statement = kept->statement;
	memcpy(scratch->reads, kept->reads, (size_t) scratch->table->ncolumns);
	scratch->reads_rowid = kept->reads_rowid;
	return true;
}

/* Keeps the last statement, which may outlive the call. */
static void
keep(dbcsl_scratch *scratch, const char *sql)
{
	size_t ncolumns = (size_t) scratch->table->ncolumns;
	size_t length = strlen(sql) + 1;
	dbcsl_scratch_statement *kept =
		sqlite3_malloc64(sizeof(*kept) + ncolumns + length);

	if (!kept)
	{
		sqlite3_finalize(scratch->statement);
		scratch->statement = NULL;
		dbcsl_fail_memory(scratch->h);
	}
	*kept = (dbcsl_scratch_statement){.next = scratch->kept,
									  .reads = (bool *) (kept + 1),
									  .statement = scratch->statement,
									  .reads_rowid = scratch->reads_rowid};
	memcpy(kept->reads, scratch->reads, ncolumns);
	kept->text = memcpy(kept->reads + ncolumns, sql, length);
	scratch->kept = kept;
	scratch->nkept++;
}

/* Prepares a statement that is not kept. */
static bool
prepare(dbcsl_scratch *scratch, const char *sql)
{
	memset(scratch->reads, 0, (size_t) scratch->table->ncolumns);
	scratch->reads_rowid = false;
	if (scratch->nkept >= MOST_KEPT)
		forget_statements(scratch);
	if (!succeeded(scratch, sqlite3_prepare_v2(scratch->db, sql, -1,
											   &scratch->statement, NULL)))
		return false;
	if (scratch->keeps && scratch->statement)
		keep(scratch, sql);
	return true;
}

bool
dbcsl_scratch_prepare(dbcsl_scratch *scratch, const char *sql)
{
	end_statement(scratch);
	if (!take_kept(scratch, sql) && !prepare(scratch, sql))
		return false;
	return sqlite3_bind_parameter_count(scratch->statement) == 0 ||
		   succeeded(scratch,
					 sqlite3_bind_text(scratch->statement, 1, scratch->row, -1,
									   SQLITE_STATIC));
}

bool
dbcsl_scratch_step(dbcsl_scratch *scratch, bool *found)
{
	int code = sqlite3_step(scratch->statement);

	if (found)
		*found = code == SQLITE_ROW;
	return succeeded(scratch, code);
}

bool
dbcsl_scratch_run(dbcsl_scratch *scratch, const char *sql, bool *found)
{
	return dbcsl_scratch_prepare(scratch, sql) &&
		   dbcsl_scratch_step(scratch, found);
}

const char *
dbcsl_scratch_error(dbcsl_scratch *scratch)
{
	const char *message = sqlite3_errmsg(scratch->db);

	return dbc_copy(&scratch->h->base, message, strlen(message));
}
