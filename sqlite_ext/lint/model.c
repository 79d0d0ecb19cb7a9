/*
 * model.c
 *	  A copy of the caller's schema in memory; see the header.
 *
 * Callbacks of SQLite must not longjmp.  The connection is closed with the
 * call.
 */
#include "sqlite_ext/core/rooms.h"
#include "sqlite_ext/core/statement.h"
#include "sqlite_ext/core/value.h"
#include "sqlite_ext/lint/model.h"
#include "sqlite_ext/trust/added.h"

#include <string.h>

/* ---- the connection ---- */

/* Removes the modules of virtual tables, which may come from anybody, except
 * those of SQLite that store everything in tables or nothing at all. */
static void
drop_unsafe_modules(sqlite3 *db)
{
	static const char *safe[] = {"fts3",	  "fts4",	   "fts5",
								 "rtree",	  "rtree_i32", "geopoly",
								 "json_each", "json_tree", NULL};

	sqlite3_drop_modules(db, safe);
}

/* Denies access to other files and to functions of other extensions. */
static int
authorize(void *data, int action, const char *first, const char *second,
		  const char *schema, const char *trigger)
{
	const dbcsl_lint_model *model = data;

	(void) second;
	(void) schema;
	(void) trigger;
	switch (action)
	{
		case SQLITE_ATTACH:
		case SQLITE_DETACH:
			return SQLITE_DENY;
		case SQLITE_PRAGMA: /* ALTER TABLE ... ADD COLUMN uses this one */
			return model->asking || sqlite3_stricmp(first, "quick_check") == 0
					   ? SQLITE_OK
					   : SQLITE_DENY;
	}
	return SQLITE_OK;
}

/* Stands in for a function of the caller's connection. */
static void
null_function(sqlite3_context *context, int nvalues, sqlite3_value **values)
{
	(void) nvalues;
	(void) values;
	sqlite3_result_null(context);
}

static void
end_with_nothing(sqlite3_context *context)
{
	sqlite3_result_null(context);
}

/* Registers the names of the caller's functions. */
static void
name_functions(dbcsl_lint_model *model)
{
	const dbc_rows *rows = dbc_query(&model->h->base, "lint/functions");

	for (int i = 0; i < rows->nrows; i++)
	{
		const char *name = dbc_get_text(&model->h->base, rows, i, 0);
		int nvalues = (int) dbc_get_int(&model->h->base, rows, i, 1);
		int flags = SQLITE_UTF8 | SQLITE_INNOCUOUS |
					(int) dbc_get_int(&model->h->base, rows, i, 2);
		int code =
			dbc_get_bool(&model->h->base, rows, i, 3)
				? sqlite3_create_window_function(
					  model->db, name, nvalues, flags, NULL, null_function,
					  end_with_nothing, end_with_nothing, null_function, NULL)
				: sqlite3_create_function_v2(model->db, name, nvalues, flags,
											 NULL, null_function, NULL, NULL,
											 NULL);

		if (code == SQLITE_NOMEM)
			dbcsl_fail_memory(model->h);
	}
}

/* Reads the caller's modules: some are tables by themselves, which the model
 * lacks. */
static void
name_modules(dbcsl_lint_model *model)
{
	const dbc_rows *rows = dbc_query(&model->h->base, "lint/modules");

	for (int i = 0; i < rows->nrows; i++)
		dbcsl_lint_model_mark_unlike(model,
									 dbc_get_text(&model->h->base, rows, i, 0));
}

/* Stands in for a collation of the caller's connection. */
static int
null_collation(void *data, int left_length, const void *left, int right_length,
			   const void *right)
{
	(void) data;
	(void) left_length;
	(void) left;
	(void) right_length;
	(void) right;
	return 0;
}

/* Registers the name of a collation. */
static void
name_collation(void *data, sqlite3 *db, int encoding, const char *name)
{
	(void) data;
	(void) encoding;
	sqlite3_create_collation_v2(db, name, SQLITE_UTF8, NULL, null_collation,
								NULL);
}

/* Copies a setting of the caller's connection; returns whether it is on. */
static bool
copy_setting(dbcsl_lint_model *model, int option)
{
	int on = 0;

	sqlite3_db_config(model->h->db, option, -1, &on);
	sqlite3_db_config(model->db, option, on, NULL);
	return on != 0;
}

/* Attaches an empty database for each one of the caller's connection. */
static void
attach_schemas(dbcsl_lint_model *model)
{
	const dbc_rows *rows = dbc_query(&model->h->base, "lint/schemas");

	model->schemas = dbcsl_alloc(&model->h->base, ((size_t) rows->nrows + 2) *
													  sizeof(*model->schemas));
	model->schemas[model->nschemas++].name = "temp";
	model->schemas[model->nschemas++].name = "main";
	for (int i = 0; i < rows->nrows; i++)
	{
		const char *name = dbc_get_text(&model->h->base, rows, i, 0);

		if (!dbcsl_lint_model_try(
				model,
				dbcsl_printf(model->h, "attach ':memory:' as \"%w\"", name),
				true))
			model->schemas[model->nschemas++].name = name;
	}
}

/* Opens an empty model. */
static dbcsl_lint_model *
open_model(dbcsl_host *h, const dbc_lint_session *session)
{
	dbcsl_lint_model *model = dbcsl_alloc(&h->base, sizeof(*model));

	model->h = h;
	model->session = session;
	h->lint = model;
	if (sqlite3_open_v2(":memory:", &model->db,
						SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
						NULL) != SQLITE_OK ||
		dbcsl_remove_added(model->db, true) != SQLITE_OK)
		dbcsl_fail_memory(h);
	drop_unsafe_modules(model->db);
	copy_setting(model, SQLITE_DBCONFIG_DQS_DDL);
	copy_setting(model, SQLITE_DBCONFIG_DQS_DML);
	/* up to SQLite 3.40 a schema that is not trusted cannot use JSON */
	copy_setting(model, SQLITE_DBCONFIG_TRUSTED_SCHEMA);
	sqlite3_collation_needed(model->db, NULL, name_collation);
	name_functions(model);
	name_modules(model);
	attach_schemas(model);
	return model;
}

/* The model of a session; each call has one. */
dbcsl_lint_model *
dbcsl_lint_open_model(dbcsl_host *h, const dbc_lint_session *session)
{
	dbcsl_lint_model *model = h->lint;

	if (model && model->session == session)
		return model;
	if (model)
		dbcsl_lint_close_model(model);
	model = open_model(h, session);
	dbcsl_lint_copy_images(model);
	sqlite3_db_config(model->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_set_authorizer(model->db, authorize, model);
	dbcsl_lint_copy_schema(model);
	return model;
}

/* Resets what a script has set, as the runner of migrations does. */
void
dbcsl_lint_reset_model(dbcsl_lint_model *model)
{
	model->set_by_script = false;
	model->actions = NULL;
	model->enforces = copy_setting(model, SQLITE_DBCONFIG_ENABLE_FKEY);
	copy_setting(model, SQLITE_DBCONFIG_LEGACY_ALTER_TABLE);
}

/* Closes the connection. */
void
dbcsl_lint_close_model(dbcsl_lint_model *model)
{
	if (!model)
		return;
	dbcsl_lint_finalize_model_statement(model);
	sqlite3_close(model->db);
	model->h->lint = NULL;
}

/* Closes statements and blobs of a failed part of a call. */
static void
fail(dbcsl_host *h)
{
	dbcsl_lint_finalize_model_statement(h->lint);
}

/* Closes the model of a call. */
static void
close_model(dbcsl_host *h)
{
	dbcsl_lint_close_model(h->lint);
}

const dbcsl_hooks dbcsl_lint_hooks = {.fail = fail, .close = close_model};
