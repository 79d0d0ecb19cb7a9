/*
 * broken_views.c
 *	  Views that cannot be read.
 *
 * dbcare_broken_views() returns the views of main whose tables or columns do
 * not exist, as a JSON object of names and messages, for the health check.
 * SQLite finds out when it compiles a query.  Functions, modules and
 * collations belong to a connection, so a view that lacks one is not broken.
 */
#include "sqlite_ext/call/query.h"
#include "sqlite_ext/core/value.h"
#include "sqlite_ext/health/broken_views.h"
#include "sqlite_ext/trust/views.h"

#include <string.h>

#include "common/core/json_write.h"

#define BROKEN "dbcare_broken_views"

/* What is wrong with a view, or NULL. */
static const char *
find_error(dbcsl_host *h, const char *name)
{
	static const char *const of_connection[] = {
		"no such function", "no such module", "no such collation", "unsafe use",
		NULL};
	sqlite3_stmt *statement = NULL;
	const char *sql = dbcsl_printf(h, "select 1 from main.\"%w\"", name);
	int code = sqlite3_prepare_v2(h->db, sql, -1, &statement, NULL);
	const char *message = sqlite3_errmsg(h->db);

	(void) sqlite3_finalize(statement);
	if (code != SQLITE_ERROR)
		return NULL;
	for (const char *const *words = of_connection; *words; words++)
		if (dbc_starts_with(message, *words))
			return NULL;
	return dbc_copy(&h->base, message, strlen(message));
}

/* Compiles a query of each view, except those that are expensive to expand. */
static void
find_broken(dbc_host *host, void *arg)
{
	dbcsl_host *h = dbcsl_of(host);
	const char **result = arg;
	const dbc_rows *rows = dbc_query_text(
		host, "select name from main.sqlite_schema where type = 'view' and "
			  "name not glob 'dbcare_*'");
	dbcsl_deep_views *views = dbcsl_read_views(h);
	bool any_deep = dbcsl_is_deep_view(views, NULL);
	dbc_json_node *broken = dbc_json_object(host);

	for (int i = 0; i < rows->nrows; i++)
	{
		const char *name = dbc_get_text(host, rows, i, 0);
		const char *error;

		if (any_deep && dbcsl_is_deep_view(views, name))
			continue;
		error = find_error(h, name);
		if (error)
			dbc_json_put_text(broken, name, error);
	}
	*result = dbc_json_text(broken);
}

/* dbcare_broken_views() */
static void
broken_views(sqlite3_context *context, int nvalues, sqlite3_value **values)
{
	static const dbc_function function = {.name = BROKEN, .class = DBC_READ};
	const char *result = NULL;
	dbcsl_host h;

	(void) nvalues;
	(void) values;
	dbcsl_open(&h, sqlite3_context_db_handle(context), &function);
	if (dbcsl_try(&h, find_broken, &result))
		sqlite3_result_text(context, result, -1, SQLITE_TRANSIENT);
	else
		dbcsl_set_result_error(context, &h.error);
	dbcsl_close_all(&h);
	dbcsl_close(&h);
}

int
dbcsl_health_register_broken_views(sqlite3 *db)
{
	return sqlite3_create_function_v2(db, BROKEN, 0,
									  SQLITE_UTF8 | SQLITE_DIRECTONLY, NULL,
									  broken_views, NULL, NULL, NULL);
}
