/*
 * logged.c
 *	  Changes of rows that are logged although triggers are switched off.
 */
#include "sqlite_ext/row/step.h"
#include "sqlite_ext/core/query.h"

#include "common/core/tables.h"

int64_t
dbcsl_row_logged_shape(dbcsl_host *h, const dbc_relation *table)
{
	if (!dbc_has_tables(&h->base))
		return 0;
	return dbc_get_int(&h->base,
					   dbc_query(&h->base, "row/logged",
								 dbc_text(table->schema),
								 dbc_text(table->name)),
					   0, 0);
}

/* Binds a row, or null. */
static void
bind_row(dbcsl_host *h, sqlite3_stmt *statement, const char *parameter,
		 const char *json)
{
	int code = sqlite3_bind_text(
		statement, sqlite3_bind_parameter_index(statement, parameter), json, -1,
		SQLITE_STATIC);

	if (code != SQLITE_OK)
		dbcsl_fail_engine(h, code);
}

void
dbcsl_row_log(dbcsl_host *h, int64_t shape_id, const char *old, const char *new)
{
	sqlite3_stmt *log;

	if (shape_id == 0)
		return;
	/* not dbc_query(), whose memory would grow with the number of rows */
	log = dbcsl_row_prepare_cached(h,
								   dbc_find_sql(&h->base, "row/log_row")->text);
	sqlite3_bind_int64(log, sqlite3_bind_parameter_index(log, "$1"), shape_id);
	bind_row(h, log, "$2", old);
	bind_row(h, log, "$3", new);
	dbcsl_row_step_statement(h, log);
}
