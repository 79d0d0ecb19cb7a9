/*
 * query.c
 *	  Statements of a call: preparing, running and closing them.
 *
 * Embedded statements are cached, so that a loop of the core prepares them
 * once; some are kept for later calls. Any other statement is uncached, and
 * there is at most one at a time.
 * Statements always run to their end: all rows are copied to the arena.
 */
#include "sqlite_ext/core/connection.h"
#include "sqlite_ext/core/progress.h"
#include "sqlite_ext/core/query.h"
#include "sqlite_ext/core/replaced.h"
#include "sqlite_ext/core/rooms.h"
#include "sqlite_ext/core/samples_file.h"
#include "sqlite_ext/core/token.h"
#include "sqlite_ext/core/transaction.h"
#include "sqlite_ext/core/unsafe.h"
#include "sqlite_ext/core/views.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "common/core/text.h"

/* Rows that are passed on together. */
#define ROWS_OF_PAGE 1000

/* A statement cached for this call. */
typedef struct dbcsl_cached_statement
{
	struct dbcsl_cached_statement *next;
	const char *name;
	bool in_samples;
	bool is_kept;	  /* by the connection, when the call ends */
	bool is_verified; /* one that may be kept: it was followed */
	sqlite3_stmt *statement;
} dbcsl_cached_statement;

bool
dbcsl_is_read_only(const dbcsl_host *h)
{
	return (!dbc_class_writes(h->base.function->class) && !h->writing) ||
		   h->read_only;
}

void
dbcsl_refuse_parameters(dbcsl_host *h, sqlite3_stmt *statement, int most)
{
	const char *name;

	if (sqlite3_bind_parameter_count(statement) <= most)
		return;
	name = sqlite3_bind_parameter_name(statement, most + 1);
	dbc_fail(&h->base, "42P02", NULL,
			 "Write the value itself, a text in single quotes: SQLite takes ?, "
			 "and names after $, @ and :, for parameters.",
			 "there is no parameter %s",
			 name ? dbc_copy(&h->base, name, strlen(name))
				  : dbcsl_printf(h, "?%d", most + 1));
}

sqlite3_stmt *
dbcsl_prepare_to_bind(dbcsl_host *h, const char *text, int most)
{
	dbcsl_token first = dbcsl_first_token(text);
	int code;

	dbcsl_refuse_unsafe_statement(h, text);
	dbcsl_refuse_stale(h, text);
	code = sqlite3_prepare_v2(h->db, text, -1, &h->uncached, NULL);
	if (code != SQLITE_OK)
		dbcsl_fail_engine(h, code);
	/* a plan of a statement of others has no values */
	if (most == INT_MAX || dbcsl_is_word(&first, "explain"))
		return h->uncached;
	dbcsl_refuse_parameters(h, h->uncached, most);
	if (sqlite3_stmt_readonly(h->uncached))
		dbcsl_refuse_quoted_texts(h, text);
	return h->uncached;
}

sqlite3_stmt *
dbcsl_prepare(dbcsl_host *h, const char *text)
{
	return dbcsl_prepare_to_bind(h, text, 0);
}

void
dbcsl_finalize_statement(dbcsl_host *h)
{
	sqlite3_finalize(h->uncached);
	h->uncached = NULL;
}

static dbcsl_cached_statement *
find_cached(const dbcsl_host *h, const char *name)
{
	dbcsl_cached_statement *cached = h->cached;

	while (cached && (strcmp(cached->name, name) != 0 ||
					  cached->in_samples != h->in_samples))
		cached = cached->next;
	return cached;
}

static dbcsl_cached_statement *
make_cached(dbcsl_host *h, const char *name)
{
	dbcsl_cached_statement *cached = dbcsl_alloc(&h->base, sizeof(*cached));

	cached->name = name;
	cached->in_samples = h->in_samples;
	return cached;
}

static void
add_cached(dbcsl_host *h, dbcsl_cached_statement *cached)
{
	cached->next = h->cached;
	h->cached = cached;
}

static void
prepare(dbcsl_host *h, dbcsl_cached_statement *cached, const char *text)
{
	int code;

	dbcsl_refuse_stale(h, text);
	code = sqlite3_prepare_v3(h->db, text, -1, SQLITE_PREPARE_PERSISTENT,
							  &cached->statement, NULL);
	if (code != SQLITE_OK)
		dbcsl_fail_engine(h, code);
	add_cached(h, cached);
}

/* Fails if a cached statement would call an unsafe function.  Embedded SQL is
 * about dbcare's tables, which tables_state.sql has checked, and about the
 * schema, or checks itself what it evaluates; only foreign keys are checked in
 * many places, and evaluate generated columns. */
static void
refuse_unsafe(dbcsl_host *h, const dbc_sql *sql)
{
	if (sql->name == sql->text)
		dbcsl_refuse_unsafe_statement(h, sql->text);
	else if (strstr(sql->text, "pragma_foreign_key_check("))
		dbcsl_refuse_unsafe_table(h, "main", NULL, DBCSL_IN_COLUMNS);
}

sqlite3_stmt *
dbcsl_prepare_cached(dbcsl_host *h, const dbc_sql *sql)
{
	dbcsl_cached_statement *cached = find_cached(h, sql->name);

	if (cached)
		return cached->statement;
	refuse_unsafe(h, sql);
	cached = make_cached(h, sql->name);
	prepare(h, cached,
			dbcsl_exclude_views(h, dbcsl_qualify_samples(h, sql->text)));
	return cached->statement;
}

sqlite3_stmt *
dbcsl_prepare_kept(dbcsl_host *h, const char *text, bool *reused,
				   bool **is_kept)
{
	dbcsl_cached_statement *cached = find_cached(h, text);

	*reused = cached != NULL;
	if (!cached)
	{
		cached = make_cached(h, text);
		cached->statement = dbcsl_take_kept(h, text, &cached->is_verified);
		cached->is_kept = cached->is_verified;
		*reused = cached->statement != NULL;
		if (*reused)
			add_cached(h, cached);
	}
	/* one that is refused is not kept, and refused again if the call goes on */
	if (!cached->is_verified)
	{
		dbcsl_refuse_unsafe_statement(h, text);
		cached->is_verified = cached->is_kept = true;
	}
	if (!cached->statement)
	{
		dbcsl_plan_to_keep(h);
		prepare(h, cached, text);
	}
	*is_kept = &cached->is_kept;
	return cached->statement;
}

/* Binds a value to a parameter. */
static int
bind_value(sqlite3_stmt *statement, int index, const dbc_value *value)
{
	switch (value->kind)
	{
		case DBC_NULL:
			return sqlite3_bind_null(statement, index);
		case DBC_BOOL:
		case DBC_INT:
			return sqlite3_bind_int64(statement, index, value->integer);
		case DBC_REAL:
			return sqlite3_bind_double(statement, index, value->real);
		case DBC_TEXT:
		case DBC_JSON:
			break;
	}
	/* the arena outlives every statement of the call */
	return sqlite3_bind_text64(statement, index, value->text,
							   strlen(value->text), SQLITE_STATIC, SQLITE_UTF8);
}

/* Binds $1 .. $n by name: SQLite numbers parameters by their first appearance,
 * so $2 may be the first one. */
static void
bind_args(dbcsl_host *h, sqlite3_stmt *statement, const dbc_value *args,
		  int nargs)
{
	char name[16];

	for (int i = 0; i < nargs; i++)
	{
		int index;
		int code;

		sqlite3_snprintf(sizeof(name), name, "$%d", i + 1);
		index = sqlite3_bind_parameter_index(statement, name);
		if (index == 0)
			continue;
		code = bind_value(statement, index, &args[i]);
		if (code != SQLITE_OK)
			dbcsl_fail_engine(h, code);
	}
}

/* A blob as an SQL literal, X'0A'. */
static const char *
blob_literal(dbcsl_host *h, sqlite3_stmt *statement, int column)
{
	static const char digits[] = "0123456789ABCDEF";
	const unsigned char *blob = sqlite3_column_blob(statement, column);
	size_t length = (size_t) sqlite3_column_bytes(statement, column);
	char *literal = dbcsl_alloc(&h->base, 2 * length + 4);
	char *end = literal;

	if (!blob && length > 0)
		dbcsl_fail_memory(h);
	*end++ = 'X';
	*end++ = '\'';
	for (size_t i = 0; i < length; i++)
	{
		*end++ = digits[blob[i] >> 4];
		*end++ = digits[blob[i] & 0xf];
	}
	*end = '\'';
	return literal;
}

dbc_value
dbcsl_column_value(dbcsl_host *h, sqlite3_stmt *statement, int column)
{
	const char *text;

	switch (sqlite3_column_type(statement, column))
	{
		case SQLITE_NULL:
			return dbc_null();
		case SQLITE_INTEGER:
			return dbc_int(sqlite3_column_int64(statement, column));
		case SQLITE_FLOAT:
			return dbc_real(sqlite3_column_double(statement, column));
		case SQLITE_BLOB:
			return dbc_text(blob_literal(h, statement, column));
	}
	text = (const char *) sqlite3_column_text(statement, column);
	if (!text)
		dbcsl_fail_memory(h);
	return dbc_text(dbc_copy(&h->base, text,
							 (size_t) sqlite3_column_bytes(statement, column)));
}

/* Adds the current row of a statement. */
static dbc_value *
add_row(dbcsl_host *h, sqlite3_stmt *statement, dbc_rows *rows,
		dbc_value *values)
{
	size_t width = (size_t) rows->ncols;
	dbc_value *row;

	values = dbc_grow(&h->base, values, (size_t) rows->nrows,
					  width * sizeof(*values));
	row = values + (size_t) rows->nrows++ * width;
	for (int i = 0; i < rows->ncols; i++)
		row[i] = dbcsl_column_value(h, statement, i);
	return values;
}

/* The names of the columns of a statement. */
const char *const *
dbcsl_list_result_columns(dbcsl_host *h, sqlite3_stmt *statement)
{
	int ncolumns = sqlite3_column_count(statement);
	const char **names =
		dbcsl_alloc(&h->base, ((size_t) ncolumns + 1) * sizeof(*names));

	for (int i = 0; i < ncolumns; i++)
	{
		const char *name = sqlite3_column_name(statement, i);

		if (!name)
			dbcsl_fail_memory(h);
		names[i] = dbc_copy(&h->base, name, strlen(name));
	}
	return names;
}

/* Runs a prepared statement, or none, to its end; optionally collects its
 * rows. */
static dbc_rows *
run_to_end(dbcsl_host *h, sqlite3_stmt *statement, bool collect)
{
	dbc_rows *rows = dbcsl_alloc(&h->base, sizeof(*rows));
	dbc_value *values = NULL;
	int changes = sqlite3_total_changes(h->db);
	int code;

	if (!statement)
		return rows;
	if (dbcsl_is_read_only(h) && !sqlite3_stmt_readonly(statement))
		dbc_fail(&h->base, DBCSL_READ_ONLY, NULL, NULL,
				 "this statement writes, which is not allowed here");
	rows->ncols = sqlite3_column_count(statement);
	while ((code = sqlite3_step(statement)) == SQLITE_ROW)
		if (collect)
			values = add_row(h, statement, rows, values);
	if (code != SQLITE_DONE)
		dbcsl_fail_engine(h, code);
	rows->values = values;
	if (rows->nrows > 0)
		rows->columns = dbcsl_list_result_columns(h, statement);
	/* after CREATE TABLE, sqlite3_changes() has the value of an earlier
	 * statement */
	if (sqlite3_total_changes(h->db) != changes)
		rows->affected = sqlite3_changes(h->db);
	return rows;
}

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
	rows = run_to_end(h, h->uncached, collect);
	dbcsl_finalize_statement(h);
	dbcsl_refresh_read_statement(h);
	return rows;
}

const dbc_rows *
dbcsl_query(dbc_host *host, const dbc_sql *sql, const dbc_value *args,
			int nargs)
{
	dbcsl_host *h = dbcsl_of(host);
	sqlite3_stmt *statement =
		sql->name
			? dbcsl_prepare_cached(h, sql)
			: dbcsl_prepare_to_bind(
				  h,
				  dbcsl_exclude_views(
					  h, h->in_samples ? dbcsl_qualify_samples(h, sql->text)
									   : sql->text),
				  nargs);
	dbc_rows *rows;

	bind_args(h, statement, args, nargs);
	dbcsl_bind_shared(h, statement);
	if (sql->name)
	{
		rows = run_to_end(h, statement, true);
		sqlite3_reset(statement);
	}
	else
		rows = dbcsl_run_prepared(h, true);
	rows->statement = sql->name;
	rows->sql = sql->text;
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
			values = add_row(h, p->statement, &rows, values);
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
	paging p = {.statement = dbcsl_prepare_cached(h, sql),
				.sql = sql,
				.page = page,
				.arg = arg};

	bind_args(h, p.statement, args, nargs);
	dbcsl_bind_shared(h, p.statement);
	while (!p.over)
		host->scoped(host, pass_page, &p);
	sqlite3_reset(p.statement);
}

void
dbcsl_close_failed(dbcsl_host *h)
{
	dbcsl_cached_statement *cached;

	dbcsl_finalize_statement(h);
	DBCSL_CALL_HOOKS(fail, h);
	if (h->in_samples)
	{
		h->in_samples = false;
		h->base.tables_version = 0;
	}
	for (cached = h->cached; cached; cached = cached->next)
		sqlite3_reset(cached->statement);
	if (h->directory)
		closedir(h->directory);
	h->directory = NULL;
	if (h->file >= 0)
		close(h->file);
	h->file = -1;
}

void
dbcsl_close_all(dbcsl_host *h)
{
	dbcsl_close_failed(h);
	for (; h->cached; h->cached = h->cached->next)
		if (h->cached->is_kept)
			dbcsl_keep(h, h->cached->statement);
		else
			sqlite3_finalize(h->cached->statement);
	dbcsl_end_reading(h);
	sqlite3_finalize(h->rollback);
	h->rollback = NULL;
	DBCSL_CALL_HOOKS(close, h);
	dbcsl_end_progress(h);
}
