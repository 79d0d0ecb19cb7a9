/*
 * query.c
 *	  Statements of a call: running them, as the core asks for it.
 */
#include "sqlite_ext/call/answers.h"
#include "sqlite_ext/call/query.h"
#include "sqlite_ext/call/transaction.h"
#include "sqlite_ext/core/samples_file.h"
#include "sqlite_ext/core/value.h"
#include "sqlite_ext/sql/token.h"
#include "sqlite_ext/trust/views.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "common/core/text.h"

/* Rows that are passed on together. */
#define ROWS_OF_PAGE 1000

bool
dbcsl_expires_others(sqlite3_stmt *statement)
{
	dbcsl_token first = dbcsl_first_token(sqlite3_sql(statement));
	dbcsl_token second = dbcsl_next_token(&first);

	return dbcsl_is_word(&first, "pragma") ||
		   dbcsl_is_word(&first, "analyze") ||
		   (dbcsl_is_word(&first, "create") &&
			!dbcsl_is_word(&second, "virtual")) ||
		   (dbcsl_is_word(&first, "drop") && dbcsl_is_word(&second, "trigger"));
}

dbc_rows *
dbcsl_run_prepared(dbcsl_host *h, bool collect)
{
	dbc_rows *rows;

	if (h->uncached && dbcsl_expires_others(h->uncached))
		dbcsl_hold_read_statement(h);
	rows = dbcsl_run_to_end(h, h->uncached, collect);
	dbcsl_finalize_statement(h);
	dbcsl_refresh_read_statement(h);
	return rows;
}

const dbc_rows *
dbcsl_query(dbc_host *host, const dbc_sql *sql, const dbc_value *args,
			int nargs)
{
	dbcsl_host *h = dbcsl_of(host);
	const dbc_rows *kept = dbcsl_find_answer(h, sql, args, nargs);
	sqlite3_stmt *statement;
	dbc_rows *rows;

	if (kept)
		return kept;
	statement =
		sql->name
			? dbcsl_prepare_cached(h, sql)
			: dbcsl_prepare_to_bind(
				  h,
				  dbcsl_exclude_views(
					  h, h->in_samples ? dbcsl_qualify_samples(h, sql->text)
									   : sql->text),
				  nargs);
	dbcsl_bind(h, statement, args, nargs);
	dbcsl_bind_shared(h, statement);
	if (sql->name)
	{
		rows = dbcsl_run_to_end(h, statement, true);
		sqlite3_reset(statement);
	}
	else
		rows = dbcsl_run_prepared(h, true);
	rows->statement = sql->name;
	rows->sql = sql->text;
	dbcsl_keep_answer(h, sql, args, nargs, rows);
	return rows;
}

/* A statement whose rows are passed on. */
typedef struct paging
{
	sqlite3_stmt *statement;
	const dbc_sql *sql;
	void (*page)(dbc_host *, void *, const dbc_rows *);
	void *arg;
	bool over;
} paging;

/* Passes the next rows on. */
static void
pass_page(dbc_host *host, void *arg)
{
	paging *p = arg;
	dbcsl_host *h = dbcsl_of(host);
	dbc_rows rows = {.ncols = sqlite3_column_count(p->statement),
					 .statement = p->sql->name,
					 .sql = p->sql->text};
	dbc_value *values = NULL;

	while (!p->over && rows.nrows < ROWS_OF_PAGE)
	{
		int code = sqlite3_step(p->statement);

		p->over = code == SQLITE_DONE;
		if (code == SQLITE_ROW)
			values = dbcsl_add_row(h, p->statement, &rows, values);
		else if (!p->over)
			dbcsl_fail_engine(h, code);
	}
	if (rows.nrows == 0)
		return;
	rows.values = values;
	rows.columns = dbcsl_list_result_columns(h, p->statement);
	p->page(host, p->arg, &rows);
}

void
dbcsl_pass_pages(dbc_host *host, const dbc_sql *sql, const dbc_value *args,
				 int nargs, void (*page)(dbc_host *, void *, const dbc_rows *),
				 void *arg)
{
	dbcsl_host *h = dbcsl_of(host);
	/* a page may run others without name: it is called by its text */
	const dbc_sql text = {.name = sql->text, .text = sql->text};
	paging p = {.statement = dbcsl_prepare_cached(h, sql->name ? sql : &text),
				.sql = sql,
				.page = page,
				.arg = arg};

	dbcsl_bind(h, p.statement, args, nargs);
	dbcsl_bind_shared(h, p.statement);
	while (!p.over)
		dbc_scoped(host, pass_page, &p);
	sqlite3_reset(p.statement);
}
