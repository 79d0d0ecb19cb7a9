/*
 * actor.c
 *	  Who makes the changes of a transaction.
 *
 * Triggers find it in dbcare_audit_current, which has a row only within a
 * transaction: other connections never see it.  A virtual table that takes part
 * in the transaction deletes the row before the commit.
 */
#include "sqlite_ext/audit/actor.h"
#include "sqlite_ext/core/rooms.h"

#include "common/audit/host.h"
#include "common/core/tables.h"

#define SCOPE "dbcare_audit_scope"

/* ---- the virtual table, which has no rows ---- */

typedef struct scope
{
	sqlite3_vtab base;
	sqlite3 *db;
} scope;

static int
connect_scope(sqlite3 *db, void *aux, int argc, const char *const *argv,
			  sqlite3_vtab **result, char **error)
{
	int code = sqlite3_declare_vtab(db, "create table x(value)");
	scope *s;

	(void) aux;
	(void) argc;
	(void) argv;
	(void) error;
	if (code == SQLITE_OK)
		code = sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
	if (code != SQLITE_OK)
		return code;
	s = sqlite3_malloc64(sizeof(*s));
	if (!s)
		return SQLITE_NOMEM;
	*s = (scope){.db = db};
	*result = &s->base;
	return SQLITE_OK;
}

static int
disconnect_scope(sqlite3_vtab *base)
{
	sqlite3_free(base);
	return SQLITE_OK;
}

static int
plan_scan(sqlite3_vtab *base, sqlite3_index_info *info)
{
	(void) base;
	info->estimatedRows = 1;
	return SQLITE_OK;
}

static int
open_cursor(sqlite3_vtab *base, sqlite3_vtab_cursor **result)
{
	(void) base;
	*result = sqlite3_malloc64(sizeof(**result));
	return *result ? SQLITE_OK : SQLITE_NOMEM;
}

static int
close_cursor(sqlite3_vtab_cursor *cursor)
{
	sqlite3_free(cursor);
	return SQLITE_OK;
}

static int
filter_rows(sqlite3_vtab_cursor *cursor, int number, const char *text,
			int count, sqlite3_value **values)
{
	(void) cursor;
	(void) number;
	(void) text;
	(void) count;
	(void) values;
	return SQLITE_OK;
}

static int
next_row(sqlite3_vtab_cursor *cursor)
{
	(void) cursor;
	return SQLITE_OK;
}

static int
is_at_end(sqlite3_vtab_cursor *cursor)
{
	(void) cursor;
	return 1;
}

static int
row_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column)
{
	(void) cursor;
	(void) context;
	(void) column;
	return SQLITE_OK;
}

static int
row_id(sqlite3_vtab_cursor *cursor, sqlite3_int64 *id)
{
	(void) cursor;
	*id = 0;
	return SQLITE_OK;
}

/* A write makes the table part of the transaction. */
static int
update_row(sqlite3_vtab *base, int count, sqlite3_value **values,
		   sqlite3_int64 *id)
{
	(void) base;
	(void) count;
	(void) values;
	*id = 0;
	return SQLITE_OK;
}

static int
begin_transaction(sqlite3_vtab *base)
{
	(void) base;
	return SQLITE_OK;
}

/* Called before the transaction commits. */
static int
end_claim(sqlite3_vtab *base)
{
	return sqlite3_exec(((scope *) base)->db,
						"delete from main.dbcare_audit_current", NULL, NULL,
						NULL);
}

int
dbcsl_audit_register_scope(sqlite3 *db)
{
	static const sqlite3_module module = {.xConnect = connect_scope,
										  .xBestIndex = plan_scan,
										  .xDisconnect = disconnect_scope,
										  .xOpen = open_cursor,
										  .xClose = close_cursor,
										  .xFilter = filter_rows,
										  .xNext = next_row,
										  .xEof = is_at_end,
										  .xColumn = row_column,
										  .xRowid = row_id,
										  .xUpdate = update_row,
										  .xBegin = begin_transaction,
										  .xSync = end_claim};

	return sqlite3_create_module_v2(db, SCOPE, &module, NULL, NULL);
}

/* ---- the call ---- */

/* See common/audit/host.h. */
static bool
set_actor(dbc_host *host, const char *name)
{
	if (!dbcsl_of(host)->calling_transaction)
		return false;
	dbc_need_tables(host);
	if (name)
		dbc_query(host, "audit/add_context", dbc_text(name));
	dbc_query(host, "audit/set_current", dbc_text(name));
	dbc_query(host, "audit/join_transaction");
	return true;
}

const dbc_audit_host dbcsl_audit_host = {.set_actor = set_actor};
