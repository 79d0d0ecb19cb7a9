/*
 * wire.c
 *	  Calls of dbcare's functions in this process, on a server without the
 *	  extension.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/postgresql.h"
#include "cli/terminal.h"
#include "cli/text.h"
#include "wire/core/answer.h"
#include "wire/lint/lint.h"

/* The phase of the running call, which another thread shows. */
static struct
{
	pthread_mutex_t mutex;
	char phase[128];
	long long done;
	long long total;
} current = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static void
set_phase(void *argument, const char *phase, long long done, long long total)
{
	(void) argument;
	pthread_mutex_lock(&current.mutex);
	snprintf(current.phase, sizeof(current.phase), "%s", phase);
	current.done = done;
	current.total = total;
	pthread_mutex_unlock(&current.mutex);
}

static void
get_phase(cli_database *db, cli_phase *phase)
{
	(void) db;
	pthread_mutex_lock(&current.mutex);
	if (*current.phase)
		*phase =
			(cli_phase){cli_copy(current.phase), current.done, current.total};
	pthread_mutex_unlock(&current.mutex);
}

static void
print_notice(void *argument, const char *severity, const char *message)
{
	const cli_database *db = argument;

	if (!db->quiet)
		cli_note("%s: %s", severity, message);
}

/* Copies the error of a call. */
static void
take_error(cli_database *db, const dbcw_host *h)
{
	const dbc_error *error = &h->error;

	cli_set_error(db, error->message, error->detail, error->hint);
	cli_set_context(db, error->context);
	cli_set_state(db, error->sqlstate);
	db->error.lost = strcmp(error->sqlstate, DBCW_CONNECTION_LOST) == 0;
}

/* Copies the value of a call as one cell. */
static void
take_value(dbcw_host *h, const dbc_function *fn, cli_result *result)
{
	const char *text = dbcw_result_text(h, &h->result, fn->result);

	*result = cli_new_result(1, 1);
	result->names[0] = cli_copy(fn->name);
	result->cells[0] = text ? cli_copy(text) : NULL;
}

/* Copies the rows of a call. */
static void
take_rows(dbcw_host *h, const dbc_function *fn, cli_result *result)
{
	int nrows = 0;
	int ncolumns = 0;

	while (fn->columns[ncolumns].type != DBC_T_END)
		ncolumns++;
	for (const dbcw_result_row *row = h->rows; row; row = row->next)
		nrows++;
	*result = cli_new_result(ncolumns, nrows);
	for (int i = 0; i < ncolumns; i++)
		result->names[i] = cli_copy(fn->columns[i].name);
	nrows = 0;
	for (const dbcw_result_row *row = h->rows; row; row = row->next, nrows++)
		for (int i = 0; i < ncolumns; i++)
		{
			const char *text =
				dbcw_result_text(h, &row->values[i], fn->columns[i].type);

			*cli_cell(result, nrows, i) = text ? cli_copy(text) : NULL;
		}
}

/* Copies what a call has returned, and frees it. */
static bool
take_result(cli_database *db, dbcw_host *h, const dbc_function *fn, bool done,
			cli_result *result)
{
	*result = (cli_result){0};
	if (!done)
		take_error(db, h);
	else if (fn->result == DBC_T_ROWS)
		take_rows(h, fn, result);
	else
		take_value(h, fn, result);
	dbcw_close(h);
	set_phase(NULL, "", 0, 0);
	return done;
}

static bool
call_wire(cli_database *db, const dbc_function *fn, const char *const *args,
		  cli_result *result)
{
	cli_postgresql *pg = db->connection;
	dbcw_host host;

	pg->wire.notice = print_notice;
	pg->wire.notice_arg = db;
	pg->wire.progress = set_phase;
	return take_result(db, &host, fn, dbcw_call(&host, &pg->wire, fn, args),
					   result);
}

/* Whether this connection and another one share a session, as behind a pooler
 * that lends sessions for a transaction.  A pooler is known by the process it
 * names, which is not that of the session. */
static bool
shares_session(cli_database *db)
{
	static const char sql[] = "select pg_catalog.pg_backend_pid()::text";
	cli_postgresql *pg = db->connection;
	PGresult *mine = cli_query_postgresql(pg->conn, sql, 0, NULL);
	PGresult *other = NULL;
	long long pid;
	long long pid_of_other;
	bool shared = false;

	if (dbcw_answer_number(mine, 0, 0, &pid) &&
		pid != dbcw_pq.PQbackendPID(pg->conn))
	{
		cli_open_observer(db);
		other = cli_query_postgresql(pg->observer, sql, 0, NULL);
		shared = dbcw_answer_number(other, 0, 0, &pid_of_other) &&
				 pid == pid_of_other;
	}
	dbcw_pq.PQclear(mine);
	dbcw_pq.PQclear(other);
	return shared;
}

/* Gives the session the settings of dbcare's SQL, before any transaction whose
 * end would restore others. */
static bool
open_session(cli_database *db)
{
	cli_postgresql *pg = db->connection;
	dbcw_host host;
	bool done = dbcw_begin(&host, &pg->wire);

	if (!done)
		take_error(db, &host);
	dbcw_close(&host);
	return done;
}

bool
cli_prepare_wire(cli_database *db)
{
	cli_postgresql *pg = db->connection;

	pg->wire.pg = pg->conn;
	if (!shares_session(db))
		return open_session(db);
	cli_set_error(
		db, "the connection goes through a pooler in transaction mode",
		"Without the extension dbcare needs a session of its own: for locks "
		"and "
		"settings.",
		"Connect to the server itself, or to a pool in session mode.");
	return false;
}

const cli_driver cli_wire_driver = {
	.close = cli_close_postgresql,
	.run = cli_run_postgresql,
	.command = cli_command_postgresql,
	.call = call_wire,
	.cancel = cli_cancel_postgresql,
	.progress = get_phase,
};

/* ---- without a database ---- */

static bool
open_offline(cli_database *db, bool create)
{
	(void) create;
	if (dbcw_lint_has_parser())
		return true;
	cli_set_error(db, "this command was built without PostgreSQL's parser",
				  NULL,
				  "Name a database with --db, or install libpg-query-dev and "
				  "the headers of the server of its version, and build again.");
	return false;
}

static void
close_offline(cli_database *db)
{
	(void) db;
}

static bool
call_offline(cli_database *db, const dbc_function *fn, const char *const *args,
			 cli_result *result)
{
	dbcw_connection none = {
		.notice = print_notice, .notice_arg = db, .progress = set_phase};
	dbcw_host host;

	return take_result(db, &host, fn,
					   dbcw_lint_call_offline(&host, &none, fn, args), result);
}

static void
cancel_offline(cli_database *db)
{
	(void) db;
	dbcw_lint_cancel_offline();
}

const cli_driver cli_offline_driver = {
	.open = open_offline,
	.close = close_offline,
	.call = call_offline,
	.cancel = cancel_offline,
	.progress = get_phase,
};
