/*
 * prepare.c
 *	  Statements that may be prepared: those that make SQLite evaluate nothing
 *	  of others that is unsafe.
 */
#include "sqlite_ext/core/connection.h"
#include "sqlite_ext/core/replaced.h"
#include "sqlite_ext/core/samples_file.h"
#include "sqlite_ext/sql/quotes.h"
#include "sqlite_ext/trust/allowed.h"
#include "sqlite_ext/trust/prepare.h"
#include "sqlite_ext/trust/reach_text.h"
#include "sqlite_ext/trust/unsafe.h"
#include "sqlite_ext/trust/views.h"

#include <limits.h>
#include <string.h>

#include "common/core/asserts.h"

sqlite3_stmt *
dbcsl_prepare_to_bind(dbcsl_host *h, const char *text, int most)
{
	dbcsl_token first = dbcsl_first_token(text);
	int code;

	/* there is one at a time */
	DBC_ASSERT(&h->base, !h->uncached);
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

/* Whether a statement is prepared again and again on this connection. */
static bool
is_repeated(dbcsl_host *h, const dbc_sql *sql)
{
	return sql >= h->base.sql && sql < h->base.sql + h->base.nsql &&
		   dbcsl_was_prepared(h, (int) (sql - h->base.sql));
}

sqlite3_stmt *
dbcsl_prepare_cached(dbcsl_host *h, const dbc_sql *sql)
{
	dbcsl_cached_statement *cached = dbcsl_find_cached(h, sql->name);
	const char *text;
	bool is_kept;

	if (cached)
		return cached->statement;
	refuse_unsafe(h, sql);
	text = dbcsl_exclude_views(h, dbcsl_qualify_samples(h, sql->text));
	is_kept = is_repeated(h, sql);
	if (is_kept)
		cached = dbcsl_find_kept(h, sql->name, text);
	if (cached)
		return cached->statement;
	if (sql->name != sql->text)
		dbcsl_compare_functions(h);
	is_kept = is_kept && dbcsl_is_allowed(h, text);
	if (is_kept)
		dbcsl_plan_to_keep(h);
	cached = dbcsl_cache(h, sql->name, text);
	cached->is_kept = is_kept;
	return cached->statement;
}

/* The number of what a statement leads to now; 0: not known. */
static int64_t
number_of(dbcsl_host *h, const char *text)
{
	int64_t schema = dbcsl_schema_number(h);

	return schema <= 0 || dbcsl_names_attached(h, text)
			   ? 0
			   : schema << 32 | dbcsl_functions_of(h, text);
}

/* Verifies a statement, unless it leads to what it led to then. */
static void
verify(dbcsl_host *h, dbcsl_cached_statement *cached)
{
	if (cached->followed > 0 && dbcsl_is_schema_unchanged(h) &&
		cached->followed == number_of(h, cached->name))
		return;
	dbcsl_refuse_unsafe_statement(h, cached->name);
	cached->followed = number_of(h, cached->name);
}

sqlite3_stmt *
dbcsl_prepare_kept(dbcsl_host *h, const char *text, bool *reused,
				   bool **is_kept)
{
	dbcsl_cached_statement *cached = dbcsl_cache_kept(h, text, reused);

	/* one that is refused is not kept, and refused again if the call goes on */
	if (!cached->is_verified)
		verify(h, cached);
	*is_kept = &cached->is_kept;
	return dbcsl_prepare_verified(h, cached);
}
