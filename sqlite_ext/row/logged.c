/*
 * logged.c
 *	  Changes of rows that are logged although triggers are switched off.
 */
#include "sqlite_ext/row/step.h"

#include "common/core/tables.h"

dbcsl_row_logged
dbcsl_row_read_logged(dbcsl_host *h, const dbc_relation *table)
{
	const dbc_rows *rows;

	if (!dbc_has_tables(&h->base))
		return (dbcsl_row_logged){0};
	rows = dbc_query(&h->base, "row/logged", dbc_text(table->schema),
					 dbc_text(table->name));
	return (dbcsl_row_logged){.shape_id = dbc_get_int(&h->base, rows, 0, 0),
							  .names = dbc_get_json(&h->base, rows, 0, 1)};
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
dbcsl_row_log(dbcsl_host *h, const dbcsl_row_logged *logged, const char *old,
			  const char *new)
{
	sqlite3_stmt *log;

	if (logged->shape_id == 0)
		return;
	/* not dbc_query(), whose memory would grow with the number of rows */
	log = dbcsl_row_prepare_cached(h,
								   dbc_find_sql(&h->base, "row/log_row")->text);
	sqlite3_bind_int64(log, sqlite3_bind_parameter_index(log, "$1"),
					   logged->shape_id);
	bind_row(h, log, "$2", old);
	bind_row(h, log, "$3", new);
	bind_row(h, log, "$4", logged->names);
	dbcsl_row_run_statement(h, log);
}
