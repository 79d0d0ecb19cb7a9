/*
 * write.c
 *	  The call that replaces an ALTER TABLE which SQLite refuses.
 */
#include "sqlite_ext/lint/analysis.h"

#include <string.h>

#include "common/core/json_write.h"

/* The schema of a table, whose object does not name main. */
const char *
dbcsl_lint_get_schema(const dbc_lint_object *table)
{
	return table->schema ? table->schema : "main";
}

/* The definition of a table of the model. */
bool
dbcsl_lint_read_definition(dbcsl_lint_analyzer *lint,
						   const dbc_lint_object *table, dbcsl_ddl *ddl)
{
	dbcsl_lint_model_object found;

	if (!dbcsl_lint_model_find(lint->model, dbcsl_lint_get_schema(table),
							   table->name, &found) ||
		!found.sql)
		return false;
	*ddl = dbcsl_read_ddl(lint->h, found.sql);
	return ddl->kind == DBCSL_TABLE;
}

/* Whether a constraint belongs to a column definition. */
static bool
is_about(const dbcsl_ddl_constraint *c, const char *column)
{
	for (int i = 0; i < c->ncolumns; i++)
		if (sqlite3_stricmp(c->columns[i], column) == 0)
			return true;
	return false;
}

/* Appends an item of the list in the parentheses. */
static void
append_item(dbc_buffer *out, int *count, const char *text)
{
	dbc_append(out, (*count)++ > 0 ? ", " : "");
	dbc_append(out, text);
}

/* Appends the constraints that are not in the definition of a column. */
static void
append_constraints(dbc_buffer *out, int *count, const dbcsl_ddl *ddl,
				   const char *without)
{
	for (int i = 0; i < ddl->nconstraints; i++)
	{
		const dbcsl_ddl_constraint *c = &ddl->constraints[i];

		if (c->column >= 0 || (without && is_about(c, without)))
			continue;
		append_item(out, count, c->name ? "constraint " : "");
		if (c->name)
		{
			dbcsl_append_normal_name(out, c->name);
			dbc_append(out, " ");
		}
		dbc_append(out, c->definition);
	}
}

/* The call of dbmigrate_rebuild() that changes the columns of a table. */
const char *
dbcsl_lint_make_rebuild_call(dbcsl_lint_analyzer *lint,
							 const dbc_lint_object *table, const dbcsl_ddl *ddl,
							 int without, const char *more)
{
	dbc_buffer options;
	dbc_buffer out;
	int count = 0;

	dbc_buffer_init(&out, &lint->h->base);
	dbc_append(&out, "create table ");
	dbcsl_append_quoted_name(&out, table->name);
	dbc_append(&out, " (");
	for (int i = 0; i < ddl->ncolumns; i++)
		if (i != without)
			append_item(&out, &count, ddl->columns[i].text);
	if (more)
		append_item(&out, &count, more);
	append_constraints(&out, &count, ddl,
					   without < 0 ? NULL : ddl->columns[without].name);
	dbc_append(&out, ")");
	if (ddl->without_rowid)
		dbc_append(&out, " without rowid");
	if (ddl->strict)
		dbc_append(&out, ddl->without_rowid ? ", strict" : " strict");
	if (without < 0)
		return dbcsl_printf(lint->h, "SELECT dbmigrate_rebuild(%Q, %Q);",
							table->shown, out.data);
	dbc_buffer_init(&options, &lint->h->base);
	dbc_append(&options, "{\"drop_columns\": [");
	dbc_json_append_string(&options, ddl->columns[without].name);
	dbc_append(&options, "]}");
	return dbcsl_printf(lint->h, "SELECT dbmigrate_rebuild(%Q, %Q, %Q);",
						table->shown, out.data, options.data);
}
