/*
 * model_copy.c
 *	  Copies a schema object by object, where it cannot be copied as a whole.
 *
 * The SQL comes from a file that may be hostile: only CREATE statements of one
 * object are accepted, the authorizer checks the rest, and failing ones are
 * skipped.
 */
#include "sqlite_ext/lint/model.h"
#include "sqlite_ext/trust/views.h"

#include <string.h>

/* A CREATE statement with the schema added before the name, which a stored one
 * never has; NULL for any other statement. */
static const char *
placed_text(dbcsl_host *h, const char *sql, const char *schema)
{
	dbcsl_token token = dbcsl_first_token(sql);

	if (!dbcsl_is_word(&token, "create"))
		return NULL;
	do
		token = dbcsl_next_token(&token);
	while (dbcsl_is_word(&token, "unique") || dbcsl_is_word(&token, "virtual"));
	token = dbcsl_next_token(&token);
	return dbcsl_printf(h, "%.*s\"%w\".%s", (int) (token.text - sql), sql,
						schema, token.text);
}

/* Creates a table with the columns of a virtual one, as the caller's connection
 * sees them. */
static void
copy_columns(dbc_host *host, void *arg)
{
	const dbc_value *place = arg;
	dbcsl_host *h = dbcsl_of(host);
	const dbc_rows *rows = dbc_query(host, "lint/columns", place[0], place[1]);
	dbc_buffer sql;

	dbc_buffer_init(&sql, host);
	dbc_append(&sql, dbcsl_printf(h, "create table \"%w\".\"%w\" (",
								  place[0].text, place[1].text));
	for (int i = 0; i < rows->nrows; i++)
		dbc_append(&sql, dbcsl_printf(h, "%s\"%w\"", i > 0 ? ", " : "",
									  dbc_get_text(&h->base, rows, i, 0)));
	dbc_append(&sql, ")");
	if (rows->nrows == 0 || dbcsl_lint_model_try(h->lint, sql.data, true))
		dbcsl_lint_model_mark_unlike(h->lint, place[1].text);
}

/* Copies a virtual table of any module. */
static void
copy_virtual(dbcsl_lint_model *model, const char *schema, const char *name,
			 const char *sql)
{
	const char *placed = placed_text(model->h, sql, schema);
	dbc_value place[] = {dbc_text(schema), dbc_text(name)};

	if (placed && !dbcsl_lint_model_try(model, placed, true))
		return;
	dbcsl_lint_model_mark_unlike(model, name);
	if (!dbcsl_try(model->h, copy_columns, place) &&
		dbcsl_is_unguarded_error(&model->h->error))
		dbcsl_rethrow(model->h);
}

/* Whether a view that fails in the model works on the caller's connection. */
static bool
is_valid_original(dbcsl_host *h, const char *schema, const char *name)
{
	sqlite3_stmt *statement = NULL;
	const char *sql =
		dbcsl_printf(h, "select 1 from \"%w\".\"%w\"", schema, name);
	int code = sqlite3_prepare_v2(h->db, sql, -1, &statement, NULL);

	sqlite3_finalize(statement);
	if (code == SQLITE_NOMEM)
		dbcsl_fail_memory(h);
	return code == SQLITE_OK;
}

/* Drops a view that fails only in the model, since ALTER TABLE fails in a
 * schema with a broken view.  Deeply nested views are not tried. */
static void
check_view(dbcsl_lint_model *model, dbcsl_deep_views *views, const char *schema,
		   const char *name)
{
	dbcsl_host *h = model->h;

	if (!dbcsl_is_deep_view(views, name) &&
		(!dbcsl_lint_model_try(
			 model,
			 dbcsl_printf(h, "select 1 from \"%w\".\"%w\"", schema, name),
			 false) ||
		 !is_valid_original(h, schema, name)))
		return;
	dbcsl_lint_model_mark_unlike(model, name);
	dbcsl_lint_model_try(
		model, dbcsl_printf(h, "drop view \"%w\".\"%w\"", schema, name), true);
}

/* Copies one object. */
static void
copy_object(dbcsl_lint_model *model, const char *schema, const dbc_rows *rows,
			int row)
{
	const char *name = dbc_get_text(&model->h->base, rows, row, 0);
	const char *sql = dbc_get_text(&model->h->base, rows, row, 1);
	const char *placed;

	if (dbc_get_bool(&model->h->base, rows, row, 2))
	{
		copy_virtual(model, schema, name, sql);
		return;
	}
	placed = placed_text(model->h, sql, schema);
	if (!placed || dbcsl_lint_model_try(model, placed, true))
		dbcsl_lint_model_mark_unlike(model, name);
}

/* Copies the objects of a schema; only virtual tables if the rest is there. */
static void
copy_objects(dbc_host *host, void *arg)
{
	const dbcsl_lint_model_schema *schema = arg;
	dbcsl_host *h = dbcsl_of(host);
	const dbc_rows *rows = dbc_query_text(
		host,
		dbcsl_printf(h,
					 "with list as (select name, type "
					 "from temp.pragma_table_list where schema = %Q) "
					 "select name, sql, "
					 "name in (select name from list where type = 'virtual') "
					 "and type = 'table' as is_virtual "
					 "from \"%w\".sqlite_schema where sql is not null "
					 "and name not like 'sqlite\\_%%' escape '\\' "
					 "and name not in "
					 "(select name from list where type = 'shadow') "
					 "and (is_virtual or not %d) "
					 "order by case type when 'table' then is_virtual else 2 "
					 "end, rowid",
					 schema->name, schema->name, schema->is_whole));

	for (int i = 0; i < rows->nrows; i++)
		copy_object(h->lint, schema->name, rows, i);
}

/* Tries the views of a schema, after all of them are copied. */
static void
check_views(dbcsl_lint_model *model, dbcsl_deep_views *views,
			const char *schema)
{
	const dbc_rows *rows = dbcsl_lint_model_query(
		model,
		dbcsl_printf(model->h,
					 "select name from \"%w\".sqlite_schema "
					 "where type = 'view'",
					 schema),
		NULL, 0);

	for (int i = 0; i < rows->nrows; i++)
		check_view(model, views, schema,
				   dbc_get_text(&model->h->base, rows, i, 0));
}

/* Copies the rest of the caller's schema; parts that cannot be read set
 * model->blind. */
void
dbcsl_lint_copy_schema(dbcsl_lint_model *model)
{
	dbcsl_host *h = model->h;
	dbcsl_deep_views *views;

	dbcsl_lint_model_try(model, "begin", true);
	/* names are found in temp first, but its objects may refer to main */
	for (int i = model->nschemas - 1; i >= 0; i--)
		if (!dbcsl_try(h, copy_objects, &model->schemas[i]))
		{
			if (dbcsl_is_unguarded_error(&h->error))
				dbcsl_rethrow(h);
			model->blind = true;
		}
	dbcsl_lint_model_try(model, "commit", true);
	views = dbcsl_read_views(h);
	for (int i = 0; i < model->nschemas; i++)
		check_views(model, views, model->schemas[i].name);
}
