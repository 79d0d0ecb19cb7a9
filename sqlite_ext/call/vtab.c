/*
 * vtab.c
 *	  The module behind every table-valued function.
 *
 * Its columns are those of the function, then its arguments as hidden columns:
 * f('x') is a constraint on the first of these.  A scan runs the function to
 * its end and stores the rows in the cursor.
 */
#include "sqlite_ext/call/call.h"
#include "sqlite_ext/core/connection.h"
#include "sqlite_ext/core/value.h"

/* The planner's cost of a call, so that it makes as few as possible. */
#define COST_OF_CALL	10000.0
#define COST_OF_FAILURE 1e99
#define ROWS_OF_CALL	100
#define NAME_AND_TYPE	"%s\"%w\" %s%s"

typedef struct function_table
{
	sqlite3_vtab base;
	sqlite3 *db;
	const dbcsl_entry *entry;
	int ncolumns; /* without hidden columns */
} function_table;

typedef struct function_cursor
{
	sqlite3_vtab_cursor base;
	dbcsl_host host;			 /* its arena contains the rows */
	const dbcsl_result_row *row; /* NULL after the last row */
	sqlite3_int64 rowid;
} function_cursor;

/* The number of fields of a list. */
static int
count_fields(const dbc_field *fields)
{
	int count = 0;

	while (fields[count].type != DBC_T_END)
		count++;
	return count;
}

/* The declared type of a column. */
static const char *
declared_type(dbc_type type)
{
	switch (type)
	{
		case DBC_T_BOOL:
		case DBC_T_INT:
			return "INTEGER";
		case DBC_T_REAL:
			return "REAL";
		case DBC_T_ANY:
			return "";
		default:
			return "TEXT";
	}
}

/* The CREATE TABLE statement for a function, from sqlite3_malloc(); NULL if out
 * of memory. */
static char *
declaration(const dbc_function *fn)
{
	sqlite3_str *text = sqlite3_str_new(NULL);

	sqlite3_str_appendall(text, "CREATE TABLE x(");
	for (const dbc_field *field = fn->columns; field->type != DBC_T_END;
		 field++)
		sqlite3_str_appendf(text, NAME_AND_TYPE,
							field == fn->columns ? "" : ", ", field->name,
							declared_type(field->type), "");
	for (const dbc_field *field = fn->args; field->type != DBC_T_END; field++)
		sqlite3_str_appendf(text, NAME_AND_TYPE, ", ", field->name,
							declared_type(field->type), " HIDDEN");
	sqlite3_str_appendall(text, ")");
	return sqlite3_str_finish(text);
}

/* Connects to the table of a function, given by aux. */
static int
connect_table(sqlite3 *db, void *aux, int argc, const char *const *argv,
			  sqlite3_vtab **result, char **error)
{
	const dbc_function *fn = ((const dbcsl_entry *) aux)->fn;
	function_table *table;
	char *sql = declaration(fn);
	int code;

	(void) argc;
	(void) argv;
	(void) error;
	if (!sql)
		return SQLITE_NOMEM;
	code = sqlite3_declare_vtab(db, sql);
	sqlite3_free(sql);
	if (code == SQLITE_OK && (fn->runs_stored_sql || dbc_class_acts(fn->class)))
		code = sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
	if (code == SQLITE_OK && fn->class == DBC_PURE)
		code = sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
	if (code != SQLITE_OK)
		return code;
	table = sqlite3_malloc64(sizeof(*table));
	if (!table)
		return SQLITE_NOMEM;
	*table = (function_table){
		.db = db, .entry = aux, .ncolumns = count_fields(fn->columns)};
	*result = &table->base;
	return SQLITE_OK;
}

/* Refuses a scalar function in FROM. */
static int
refuse_table(sqlite3 *db, void *aux, int argc, const char *const *argv,
			 sqlite3_vtab **result, char **error)
{
	const dbc_function *fn = ((const dbcsl_entry *) aux)->fn;

	(void) db;
	(void) argc;
	(void) argv;
	(void) result;
	*error = sqlite3_mprintf(
		"dbcare: %s returns one value. Call the function "
		"without FROM: SELECT %s(%s);",
		fn->name, fn->name,
		fn->args[0].type == DBC_T_END || fn->args[0].optional ? "" : "...");
	return *error ? SQLITE_ERROR : SQLITE_NOMEM;
}

static int
disconnect_table(sqlite3_vtab *base)
{
	sqlite3_free(base);
	return SQLITE_OK;
}

/* Plans a scan: every argument with a value is passed to filter_rows(), in the
 * order of declaration; idxNum has a bit for each.  A plan without a required
 * argument is the last resort, and fails when it runs. */
static int
plan_scan(sqlite3_vtab *base, sqlite3_index_info *info)
{
	const function_table *table = (const function_table *) base;
	const dbc_field *arg = table->entry->fn->args;
	int nvalues = 0;

	info->idxNum = 0;
	info->estimatedCost = COST_OF_CALL;
	for (int i = 0; arg[i].type != DBC_T_END; i++)
	{
		bool wanted = false;

		for (int c = 0; c < info->nConstraint; c++)
		{
			if (info->aConstraint[c].iColumn != table->ncolumns + i ||
				info->aConstraint[c].op != SQLITE_INDEX_CONSTRAINT_EQ)
				continue;
			wanted = true;
			if (!info->aConstraint[c].usable)
				continue;
			info->aConstraintUsage[c].argvIndex = ++nvalues;
			info->aConstraintUsage[c].omit = 1;
			info->idxNum |= 1 << i;
			break;
		}
		if (wanted && !(info->idxNum >> i & 1))
			return SQLITE_CONSTRAINT; /* its value is not known yet */
		if (!wanted && !arg[i].optional)
			info->estimatedCost = COST_OF_FAILURE;
	}
	info->estimatedRows = ROWS_OF_CALL;
	return SQLITE_OK;
}

static int
open_cursor(sqlite3_vtab *base, sqlite3_vtab_cursor **result)
{
	const function_table *table = (const function_table *) base;
	function_cursor *cursor = sqlite3_malloc64(sizeof(*cursor));

	if (!cursor)
		return SQLITE_NOMEM;
	*cursor = (function_cursor){.row = NULL};
	dbcsl_open(&cursor->host, table->db, table->entry->fn);
	*result = &cursor->base;
	return SQLITE_OK;
}

static int
close_cursor(sqlite3_vtab_cursor *base)
{
	function_cursor *cursor = (function_cursor *) base;

	dbcsl_close(&cursor->host);
	sqlite3_free(cursor);
	return SQLITE_OK;
}

/* Runs the function and moves to its first row. */
static int
filter_rows(sqlite3_vtab_cursor *base, int given, const char *index, int count,
			sqlite3_value **values)
{
	function_cursor *cursor = (function_cursor *) base;
	function_table *table = (function_table *) base->pVtab;

	(void) index;
	(void) count;
	cursor->row = NULL;
	dbcsl_close(&cursor->host);
	dbcsl_open(&cursor->host, table->db, table->entry->fn);
	cursor->host.connection = table->entry->connection;
	if (!dbcsl_call(&cursor->host, (unsigned) given, values))
	{
		int code = dbcsl_result_code(table->db, &cursor->host.error);

		sqlite3_free(table->base.zErrMsg);
		table->base.zErrMsg = dbcsl_error_text(&cursor->host.error);
		return code;
	}
	cursor->row = cursor->host.rows;
	cursor->rowid = 1;
	return SQLITE_OK;
}

static int
next_row(sqlite3_vtab_cursor *base)
{
	function_cursor *cursor = (function_cursor *) base;

	cursor->row = cursor->row->next;
	cursor->rowid++;
	return SQLITE_OK;
}

static int
is_at_end(sqlite3_vtab_cursor *base)
{
	return ((function_cursor *) base)->row == NULL;
}

/* A column of the current row, or an argument. */
static int
row_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
	const function_cursor *cursor = (const function_cursor *) base;
	int ncolumns = ((const function_table *) base->pVtab)->ncolumns;

	dbcsl_set_result(context, column < ncolumns
								  ? &cursor->row->values[column]
								  : &cursor->host.base.args[column - ncolumns]);
	return SQLITE_OK;
}

static int
row_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid)
{
	*rowid = ((const function_cursor *) base)->rowid;
	return SQLITE_OK;
}

/* without xCreate the table exists in every connection and cannot be created */
const sqlite3_module dbcsl_table_module = {
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

/* the module of every scalar function, whose connection fails */
const sqlite3_module dbcsl_refused_module = {
	.iVersion = 0,
	.xConnect = refuse_table,
	.xBestIndex = plan_scan,
	.xDisconnect = disconnect_table,
};
