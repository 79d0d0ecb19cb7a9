/*
 * rebuild_alter.c
 *	  A rebuild without a copy: ALTER TABLE of SQLite 3.53 changes NOT NULL and
 *	  CHECK in place.
 *
 * It is only kept if the table has the requested text afterwards, and no row
 * that a copy would refuse.  Otherwise the rows are copied, which also says in
 * which constraint a row fails: ALTER TABLE does not.
 */
#include "sqlite_ext/migrate/diff.h"
#include "sqlite_ext/migrate/rebuild.h"

#include <string.h>

/* Whether SQL may have a comment, which ALTER TABLE would not replace. */
static bool
may_have_comment(const char *sql)
{
	return strstr(sql, "--") || strstr(sql, "/*");
}

/* The text of a table in normal form. */
static const char *
normal_text(dbc_host *host, const dbcsl_ddl *table)
{
	dbcsl_token token = dbcsl_first_token(table->rest);
	dbcsl_token_writer writer;
	dbc_buffer text;

	dbc_buffer_init(&text, host);
	writer = dbcsl_start_token_writer(&text);
	for (; token.kind != DBCSL_END; token = dbcsl_next_token(&token))
		dbcsl_write_token(&writer, &token);
	return text.data;
}

/* Whether NOT NULL or CHECK constraints are all that differs.  The normal form
 * folds the names of columns, which results show. */
static bool
differs_in_constraints(dbcsl_migrate_table_rebuild *r)
{
	const dbcsl_migrate_diff_object from = {.ddl = r->from};
	const dbcsl_migrate_diff_object to = {.ddl = r->to};
	const char *const *drop_columns = r->task->drop_columns;

	if (sqlite3_libversion_number() < DBCSL_ALTERS_CONSTRAINTS ||
		r->from.ncolumns != r->to.ncolumns || r->task->nfillings > 0 ||
		(drop_columns && *drop_columns) || may_have_comment(r->from.text) ||
		may_have_comment(r->to.text) || strcmp(r->from.name, r->to.name) != 0)
		return false;
	for (int i = 0; i < r->to.ncolumns; i++)
		if (strcmp(r->from.columns[i].name, r->to.columns[i].name) != 0)
			return false;
	return dbcsl_migrate_can_alter(r->h, &from, &to) &&
		   strcmp(normal_text(&r->h->base, &r->from),
				  normal_text(&r->h->base, &r->to)) != 0;
}

/* Alters the table; fails unless a copy would have had the same result. */
static void
alter(dbc_host *host, void *arg)
{
	dbcsl_migrate_table_rebuild *r = arg;
	const dbcsl_migrate_diff_object from = {.ddl = r->from};
	const dbcsl_migrate_diff_object to = {.ddl = r->to};
	dbc_value name = dbc_text(r->to.name);
	const char *text;
	dbcsl_ddl altered;

	dbcsl_migrate_write_alter(&r->sql, &from, &to);
	dbcsl_migrate_run_appended(r);
	text = dbc_get_text(host, dbc_query(host, "migrate/rebuild_table", name), 0,
						0);
	altered = dbcsl_read_ddl(r->h, text);
	if (strcmp(normal_text(host, &altered), normal_text(host, &r->to)) != 0 ||
		dbc_query(host, "migrate/rebuild_integrity", name, dbc_bool(true))
				->nrows > 0)
		dbc_fail(host, DBC_NOT_READY, NULL, NULL, "%s must be copied",
				 r->task->table->shown);
}

bool
dbcsl_migrate_alter_instead(dbcsl_migrate_table_rebuild *r)
{
	dbc_host *host = &r->h->base;
	const char *count = dbc_format(host, "select count(*) from %s",
								   dbcsl_qualify_main_name(host, r->to.name));
	dbc_error error;

	if (!differs_in_constraints(r))
		return false;
	if (!dbc_guard(host, alter, r, DBC_KEEP, false, &error))
	{
		dbc_buffer_init(&r->sql, host);
		r->ran = 0;
		return false;
	}
	for (int i = 0; i < r->to.ncolumns; i++)
		dbc_json_push_text(r->task->kept, r->to.columns[i].name);
	r->task->rows = dbc_get_int(host, dbc_query_text(host, count), 0, 0);
	r->task->sql = r->sql.data;
	return true;
}
