/*
 * shared.c
 *	  Foreign keys for several statements of a call.
 *
 * For each table that pragma_foreign_key_list is joined with, SQLite prepares a
 * PRAGMA statement.  So the foreign keys are read once per call, and
 * dbcare_foreign_keys($foreign_keys) lists them.  The parameter is a pointer,
 * which SQL cannot create; without it the table is empty.
 */
#include "sqlite_ext/call/query.h"
#include "sqlite_ext/core/value.h"

#define PARAMETER	 "$foreign_keys"
#define POINTER_TYPE "dbcare host"
#define NCOLUMNS	 6

typedef struct shared_cursor
{
	sqlite3_vtab_cursor base;
	dbcsl_host *h; /* NULL: not a statement of dbcare */
	int row;
} shared_cursor;

/* Binds the foreign keys, if the statement has the parameter.  A call that
 * writes may have changed the schema. */
void
dbcsl_bind_shared(dbcsl_host *h, sqlite3_stmt *statement)
{
	int index = sqlite3_bind_parameter_index(statement, PARAMETER);
	int code;

	if (index == 0)
		return;
	if (!h->foreign_keys || dbc_class_writes(h->base.function->class))
	{
		h->memos++;
		h->foreign_keys = dbc_query(&h->base, "core/foreign_keys");
	}
	code = sqlite3_bind_pointer(statement, index, h, POINTER_TYPE, NULL);
	if (code != SQLITE_OK)
		dbcsl_fail_engine(h, code);
}

static int
connect_table(sqlite3 *db, void *aux, int argc, const char *const *argv,
			  sqlite3_vtab **result, char **error)
{
	int code = sqlite3_declare_vtab(
		db, "create table x(child, id, seq, \"table\", \"from\", \"to\","
			" list hidden)");

	(void) aux;
	(void) argc;
	(void) argv;
	(void) error;
	if (code != SQLITE_OK)
		return code;
	*result = sqlite3_malloc64(sizeof(**result));
	if (!*result)
		return SQLITE_NOMEM;
	**result = (sqlite3_vtab){.pModule = NULL};
	return sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
}

static int
disconnect_table(sqlite3_vtab *table)
{
	sqlite3_free(table);
	return SQLITE_OK;
}

static int
plan_scan(sqlite3_vtab *table, sqlite3_index_info *info)
{
	(void) table;
	info->estimatedRows = 1000;
	info->estimatedCost = 1000;
	for (int i = 0; i < info->nConstraint; i++)
		if (info->aConstraint[i].iColumn == NCOLUMNS &&
			info->aConstraint[i].op == SQLITE_INDEX_CONSTRAINT_EQ &&
			info->aConstraint[i].usable)
		{
			info->aConstraintUsage[i].argvIndex = 1;
			info->aConstraintUsage[i].omit = 1;
			break;
		}
	return SQLITE_OK;
}

static int
open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **result)
{
	shared_cursor *cursor = sqlite3_malloc64(sizeof(*cursor));

	(void) table;
	if (!cursor)
		return SQLITE_NOMEM;
	*cursor = (shared_cursor){.h = NULL};
	*result = &cursor->base;
	return SQLITE_OK;
}

static int
close_cursor(sqlite3_vtab_cursor *base)
{
	sqlite3_free(base);
	return SQLITE_OK;
}

static int
filter_rows(sqlite3_vtab_cursor *base, int number, const char *text, int count,
			sqlite3_value **values)
{
	shared_cursor *cursor = (shared_cursor *) base;

	(void) number;
	(void) text;
	cursor->h =
		count > 0 ? sqlite3_value_pointer(values[0], POINTER_TYPE) : NULL;
	cursor->row = 0;
	return SQLITE_OK;
}

static int
next_row(sqlite3_vtab_cursor *base)
{
	((shared_cursor *) base)->row++;
	return SQLITE_OK;
}

static int
is_at_end(sqlite3_vtab_cursor *base)
{
	const shared_cursor *cursor = (const shared_cursor *) base;

	return !cursor->h || cursor->row >= cursor->h->foreign_keys->nrows;
}

static int
row_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
	const shared_cursor *cursor = (const shared_cursor *) base;
	dbc_value value;

	if (column == NCOLUMNS)
		return SQLITE_OK;
	value = dbc_get_value(&cursor->h->base, cursor->h->foreign_keys,
						  cursor->row, column);
	dbcsl_set_result(context, &value);
	return SQLITE_OK;
}

static int
row_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid)
{
	*rowid = ((const shared_cursor *) base)->row;
	return SQLITE_OK;
}

static const sqlite3_module shared_module = {
	.iVersion = 0,
	.xConnect = connect_table,
	.xBestIndex = plan_scan,
	.xDisconnect = disconnect_table,
	.xOpen = open_cursor,
	.xClose = close_cursor,
	.xFilter = filter_rows,
	.xNext = next_row,
	.xEof = is_at_end,
	.xColumn = row_column,
	.xRowid = row_rowid,
};

int
dbcsl_register_shared(sqlite3 *db)
{
	return sqlite3_create_module_v2(db, "dbcare_foreign_keys", &shared_module,
									NULL, NULL);
}
