/*
 * script.h
 *	  Splitting scripts, and running them.
 */
#ifndef DBCW_CORE_SCRIPT_H
#define DBCW_CORE_SCRIPT_H

#include "wire/core/host.h"

extern void dbcw_split(dbc_host *host, const char *text, dbc_script *script);
extern const dbc_rows *dbcw_run(dbc_host *host, const dbc_script *script,
								const bool *skip);

/* Describes the error of the last result as one of a statement, with its
 * position and the one of the script in its context.  Positions count in the
 * text that was sent, where the statement is behind so many bytes; NULL: in the
 * statement. */
extern void dbcw_describe_failure(dbcw_host *h, const dbc_script *script,
								  int statement_no, const char *sent,
								  size_t before, dbc_error *error);

/* ---- core/role.c ---- */

/* Fails for a statement that changes the role of a script that has one. */
extern void dbcw_refuse_role_change(dbcw_host *h, const dbc_script *script);

/* A statement that fails if the session has another role; for the search_path of
 * dbcare. */
extern const char *dbcw_role_check(dbcw_host *h, const char *role);

/* ---- core/statement.c ---- */

/* Sets kind, command and the equivalent inside a transaction of a statement
 * with a text. */
extern void dbcw_classify(dbcw_host *h, dbc_statement *statement);

/* An index statement, or one that drops indexes, concurrently. */
typedef struct dbcw_index_work
{
	bool creates;
	bool drops;
	bool reindexes;
	const char *index;	/* of a CREATE INDEX with a name, as in the catalog */
	const char *tables; /* names; see dbcw_read_names() */
} dbcw_index_work;

extern dbcw_index_work dbcw_read_index_work(dbcw_host *h,
											const dbc_statement *statement);

/* ---- core/outside.c ---- */

extern bool dbcw_run_outside(dbc_host *host, const dbc_outside_script *work,
							 dbc_error *error);

/* ---- core/leftover.c ---- */

/* Whether an interrupted statement had finished, so that repeating it would
 * fail. */
extern bool dbcw_is_statement_done(dbcw_host *h, const char *version,
								   const dbc_statement *statement);

/* The invalid indexes that a statement has left, each as SQL writes it. */
extern const dbc_rows *dbcw_find_leftovers(dbcw_host *h, const char *version,
										   const dbc_statement *statement);

#endif /* DBCW_CORE_SCRIPT_H */
