/*
 * statement.c
 *	  Statements of a call: preparing, running and closing them.
 *
 * Embedded statements are cached, so that a loop of the core prepares them
 * once; from the second call on that runs them they are kept for later calls. Any other statement is uncached, and
 * there is at most one at a time.
 * Statements always run to their end: all rows are copied to the arena.
 */
#include "sqlite_ext/core/connection.h"
#include "sqlite_ext/core/replaced.h"
#include "sqlite_ext/core/statement.h"
#include "sqlite_ext/core/value.h"

#include <string.h>

#include "common/core/asserts.h"
#include "common/core/text.h"

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

void
dbcsl_finalize_statement(dbcsl_host *h)
{
	sqlite3_finalize(h->uncached);
	h->uncached = NULL;
}

dbcsl_cached_statement *
dbcsl_find_cached(const dbcsl_host *h, const char *name)
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

	DBC_ASSERT(&h->base, !cached->statement);
	dbcsl_refuse_stale(h, text);
	code = sqlite3_prepare_v3(h->db, text, -1, SQLITE_PREPARE_PERSISTENT,
							  &cached->statement, NULL);
	if (code != SQLITE_OK)
		dbcsl_fail_engine(h, code);
	add_cached(h, cached);
}

dbcsl_cached_statement *
dbcsl_cache(dbcsl_host *h, const char *name, const char *text)
{
	dbcsl_cached_statement *cached = make_cached(h, name);

	prepare(h, cached, text);
	return cached;
}

dbcsl_cached_statement *
dbcsl_cache_kept(dbcsl_host *h, const char *text, bool *reused)
{
	dbcsl_cached_statement *cached = dbcsl_find_cached(h, text);

	*reused = cached != NULL;
	if (cached)
		return cached;
	cached = make_cached(h, text);
	cached->statement = dbcsl_take_kept(h, text, &cached->is_verified);
	cached->is_kept = cached->is_verified;
	*reused = cached->statement != NULL;
	if (!*reused)
		return cached;
	cached->followed = dbcsl_kept_schema(h, cached->statement);
	add_cached(h, cached);
	return cached;
}

dbcsl_cached_statement *
dbcsl_find_kept(dbcsl_host *h, const char *name, const char *text)
{
	dbcsl_cached_statement *cached = make_cached(h, name);

	cached->statement = dbcsl_take_kept(h, text, &cached->is_verified);
	if (!cached->statement)
		return NULL;
	cached->is_kept = true;
	add_cached(h, cached);
	return cached;
}

sqlite3_stmt *
dbcsl_prepare_verified(dbcsl_host *h, dbcsl_cached_statement *cached)
{
	if (!cached->is_verified)
		cached->is_verified = cached->is_kept = true;
	if (!cached->statement)
	{
		dbcsl_plan_to_keep(h);
		prepare(h, cached, cached->name);
	}
	return cached->statement;
}

dbc_value *
dbcsl_add_row(dbcsl_host *h, sqlite3_stmt *statement, dbc_rows *rows,
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

dbc_rows *
dbcsl_run_to_end(dbcsl_host *h, sqlite3_stmt *statement, bool collect)
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
			values = dbcsl_add_row(h, statement, rows, values);
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

void
dbcsl_reset_statements(dbcsl_host *h)
{
	for (dbcsl_cached_statement *cached = h->cached; cached;
		 cached = cached->next)
		sqlite3_reset(cached->statement);
}

void
dbcsl_release_statements(dbcsl_host *h)
{
	for (; h->cached; h->cached = h->cached->next)
	{
		dbcsl_keep(h, h->cached->statement, h->cached->is_kept);
		if (h->cached->is_kept)
			dbcsl_set_kept_schema(h, h->cached->statement, h->cached->followed);
	}
}
