/*
 * statement.h
 *	  Statements of a call.
 *
 * Nothing here asks whether a statement may run: trust/prepare.h does.
 */
#ifndef DBCSL_CORE_STATEMENT_H
#define DBCSL_CORE_STATEMENT_H

#include "sqlite_ext/core/host.h"

/* A statement cached for this call. */
typedef struct dbcsl_cached_statement
{
	struct dbcsl_cached_statement *next;
	const char *name;
	bool in_samples;
	bool is_kept;	  /* by the connection, when the call ends */
	bool is_verified; /* one that may be kept: it was followed ... */
	int64_t followed; /* ... in the schema of this number, or 0 */
	sqlite3_stmt *statement;
} dbcsl_cached_statement;

/* Whether statements must not write now. */
extern bool dbcsl_is_read_only(const dbcsl_host *h);

/* Fails for a statement with more parameters. */
extern void dbcsl_refuse_parameters(dbcsl_host *h, sqlite3_stmt *statement,
									int most);

/* Finalizes h->uncached, if any. */
extern void dbcsl_finalize_statement(dbcsl_host *h);

/* The cached statement of a name, or NULL; the second function prepares one. */
extern dbcsl_cached_statement *dbcsl_find_cached(const dbcsl_host *h,
												 const char *name);
extern dbcsl_cached_statement *dbcsl_cache(dbcsl_host *h, const char *name,
										   const char *text);

/* The same for a text that the connection has kept, or NULL. */
extern dbcsl_cached_statement *dbcsl_find_kept(dbcsl_host *h, const char *name,
											   const char *text);

/* The cached statement of a text, which the connection has kept or may keep;
 * *reused is whether it was prepared before.  One that is not verified, or not
 * prepared, needs the second function, after it was verified. */
extern dbcsl_cached_statement *dbcsl_cache_kept(dbcsl_host *h, const char *text,
												bool *reused);
extern sqlite3_stmt *dbcsl_prepare_verified(dbcsl_host *h,
											dbcsl_cached_statement *cached);

/* Runs a prepared statement, or none, to its end; optionally collects its
 * rows. */
extern dbc_rows *dbcsl_run_to_end(dbcsl_host *h, sqlite3_stmt *statement,
								  bool collect);

/* Adds the current row of a statement to values, which may move. */
extern dbc_value *dbcsl_add_row(dbcsl_host *h, sqlite3_stmt *statement,
								dbc_rows *rows, dbc_value *values);

/* The names of the columns of a statement. */
extern const char *const *dbcsl_list_result_columns(dbcsl_host *h,
													sqlite3_stmt *statement);

/* Ends the statements that are cached; the second function closes them. */
extern void dbcsl_reset_statements(dbcsl_host *h);
extern void dbcsl_release_statements(dbcsl_host *h);

/* ---- core/guard.c ---- */

/* Closes the resources of the failed part of a call. */
extern void dbcsl_close_failed(dbcsl_host *h);

#endif /* DBCSL_CORE_STATEMENT_H */
