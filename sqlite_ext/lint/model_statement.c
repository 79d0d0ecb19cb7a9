/*
 * model_statement.c
 *	  Statements on a copy of the caller's schema.
 */
#include "sqlite_ext/core/statement.h"
#include "sqlite_ext/core/value.h"
#include "sqlite_ext/lint/model.h"

#include <string.h>

/* Finalizes a statement that is still open after a failure. */
void
dbcsl_lint_finalize_model_statement(dbcsl_lint_model *model)
{
	if (!model)
		return;
	sqlite3_finalize(model->statement);
	model->statement = NULL;
	model->asking = false;
}

/* The error of the last call; out of memory is raised instead. */
static const char *
error_message(dbcsl_lint_model *model, int code)
{
	const char *message = sqlite3_errmsg(model->db);

	if (code == SQLITE_NOMEM ||
		sqlite3_extended_errcode(model->db) == SQLITE_IOERR_NOMEM)
		dbcsl_fail_memory(model->h);
	return dbc_copy(&model->h->base, message, strlen(message));
}

/* Prepares model->statement; the error, or NULL. */
static const char *
prepare(dbcsl_lint_model *model, const char *sql)
{
	int code = sqlite3_prepare_v2(model->db, sql, -1, &model->statement, NULL);

	return code == SQLITE_OK ? NULL : error_message(model, code);
}

/* Prepares a statement, and runs it if asked. */
const char *
dbcsl_lint_model_try(dbcsl_lint_model *model, const char *sql, bool run)
{
	const char *refusal = prepare(model, sql);
	dbcsl_token first = dbcsl_first_token(sql);

	if (run && !dbcsl_is_word(&first, "drop"))
		model->actions = NULL;
	if (!refusal && run && model->statement)
	{
		int code;

		do
			code = sqlite3_step(model->statement);
		while (code == SQLITE_ROW);
		if (code != SQLITE_DONE)
			refusal = error_message(model, code);
	}
	dbcsl_lint_finalize_model_statement(model);
	return refusal;
}

/* Adds the current row of model->statement. */
static void
add_row(dbcsl_lint_model *model, dbc_rows *rows, dbc_value **values)
{
	size_t width = (size_t) rows->ncols;

	*values = dbc_grow(&model->h->base, *values, (size_t) rows->nrows,
					   width * sizeof(**values));
	for (int i = 0; i < rows->ncols; i++)
		(*values)[(size_t) rows->nrows * width + (size_t) i] =
			dbcsl_column_value(model->h, model->statement, i);
	rows->nrows++;
}

/* The rows of one of dbcare's own queries. */
const dbc_rows *
dbcsl_lint_model_query(dbcsl_lint_model *model, const char *sql,
					   const char *const *args, int nargs)
{
	dbc_rows *rows = dbcsl_alloc(&model->h->base, sizeof(*rows));
	dbc_value *values = NULL;
	const char *refusal;
	int code = SQLITE_DONE;

	model->asking = true;
	refusal = prepare(model, sql);
	for (int i = 0; !refusal && i < nargs; i++)
		sqlite3_bind_text(model->statement, i + 1, args[i], -1, SQLITE_STATIC);
	if (!refusal)
	{
		rows->ncols = sqlite3_column_count(model->statement);
		rows->columns = dbcsl_list_result_columns(model->h, model->statement);
		rows->sql = sql;
		while ((code = sqlite3_step(model->statement)) == SQLITE_ROW)
			add_row(model, rows, &values);
	}
	if (code != SQLITE_DONE)
		error_message(model, code);
	dbcsl_lint_finalize_model_statement(model);
	rows->values = values;
	return rows;
}

/* Whether a schema has an object of a name. */
static bool
find_in(dbcsl_lint_model *model, const char *schema, const char *name,
		dbcsl_lint_model_object *found)
{
	const dbc_rows *rows = dbcsl_lint_model_query(
		model,
		dbcsl_printf(model->h,
					 "select type, name, tbl_name, sql from "
					 "\"%w\".sqlite_schema where name = ?1 collate nocase "
					 "order by type = 'trigger' limit 1",
					 schema),
		&name, 1);

	if (rows->nrows == 0)
		return false;
	*found = (dbcsl_lint_model_object){
		.schema = schema,
		.type = dbc_get_text(&model->h->base, rows, 0, 0),
		.name = dbc_get_text(&model->h->base, rows, 0, 1),
		.table = dbc_get_text(&model->h->base, rows, 0, 2),
		.sql = dbc_get_text_or_null(&model->h->base, rows, 0, 3)};
	return true;
}

/* The object of a name, as SQLite finds it: temp first and main next. */
bool
dbcsl_lint_model_find(dbcsl_lint_model *model, const char *schema,
					  const char *name, dbcsl_lint_model_object *found)
{
	for (int i = 0; i < model->nschemas; i++)
		if ((!schema || sqlite3_stricmp(schema, model->schemas[i].name) == 0) &&
			find_in(model, model->schemas[i].name, name, found))
			return true;
	return false;
}

/* Marks this name as one that differs from the original. */
void
dbcsl_lint_model_mark_unlike(dbcsl_lint_model *model, const char *name)
{
	model->unlike = dbc_grow(&model->h->base, model->unlike,
							 (size_t) model->nunlike, sizeof(*model->unlike));
	model->unlike[model->nunlike++] = name;
}

/* Creates a table with the columns of a SELECT statement.  Columns may have
 * equal names, which SQLite would number. */
const char *
dbcsl_lint_model_create_table_as(dbcsl_lint_model *model, const char *schema,
								 const char *name, const char *select)
{
	const char *refusal = prepare(model, select);
	dbc_buffer sql;
	int count = refusal ? 0 : sqlite3_column_count(model->statement);

	if (refusal)
		return refusal;
	dbc_buffer_init(&sql, &model->h->base);
	dbc_append(&sql, dbcsl_printf(model->h, "create table \"%w\".\"%w\" (",
								  schema, name));
	for (int i = 0; i < count; i++)
	{
		const char *type = sqlite3_column_decltype(model->statement, i);

		dbc_append(&sql,
				   dbcsl_printf(model->h, "%s\"%w\" %s", i > 0 ? ", " : "",
								sqlite3_column_name(model->statement, i),
								type ? type : ""));
	}
	dbc_append(&sql, ")");
	dbcsl_lint_finalize_model_statement(model);
	refusal = dbcsl_lint_model_try(model, sql.data, true);
	if (refusal && !strstr(refusal, "already exists"))
	{
		dbcsl_lint_model_mark_unlike(model, name);
		refusal = NULL;
	}
	return refusal;
}
