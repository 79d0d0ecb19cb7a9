/*
 * postgresql.c
 *	  Connections to PostgreSQL, by libpq.
 *
 * The session has the search_path of its user, which the owner of a database
 * can choose, and functions of the extension need it for the names in scripts.
 * So what is sent under it looks up no names but those of the extension: BEGIN
 * and the like, and calls, whose text has every type and schema.  All other
 * statements run in a transaction that sets search_path for itself: that works
 * behind poolers, too, and leaves nothing in their sessions.
 */
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/database.h"
#include "cli/interrupt.h"
#include "cli/postgresql.h"
#include "cli/terminal.h"
#include "cli/text.h"
#include "wire/core/answer.h"

/* As PQserverVersion() tells it. */
#define OLDEST_SERVER 140000

/* A field of an error or notice. */
#define FIELD(result, name) dbcw_pq.PQresultErrorField(result, PG_DIAG_##name)

static bool
load_libpq(cli_database *db)
{
	dbcw_load_error error;

	if (dbcw_load_libpq(&error))
		return true;
	cli_set_error(db, error.message, error.detail, error.hint);
	return false;
}

/* Messages of a call, such as the steps of a deployment. */
static void
print_notice(void *argument, const PGresult *notice)
{
	const cli_database *db = argument;
	const char *message = FIELD(notice, MESSAGE_PRIMARY);

	if (!db->quiet && message)
		cli_note("%s: %s", FIELD(notice, SEVERITY), message);
}

/* Connects with what the target says, and a password if one was typed. */
static PGconn *
connect_to(const cli_database *db, const char *password, const char *name)
{
	const char *keywords[6] = {"dbname", "fallback_application_name",
							   "client_encoding"};
	const char *values[6] = {db->target.text, name, "UTF8"};
	int count = 3;

	if (password)
	{
		keywords[count] = "password";
		values[count++] = password;
	}
	if (db->target.database)
	{
		/* takes the place of what the connection string says */
		keywords[count] = "dbname";
		values[count++] = db->target.database;
	}
	return dbcw_pq.PQconnectdbParams(keywords, values, 1);
}

/* Describes a failure: of the connection where there is no result. */
static void
set_error(cli_database *db, const PGconn *conn, const PGresult *result)
{
	const char *message = result ? FIELD(result, MESSAGE_PRIMARY) : NULL;
	const char *sqlstate;

	if (!message)
	{
		char *text = cli_copy(dbcw_pq.PQerrorMessage(conn));
		size_t length = strlen(text);

		while (length > 0 && text[length - 1] == '\n')
			text[--length] = '\0';
		cli_set_error(db, text, NULL, NULL);
		free(text);
		db->error.lost = dbcw_pq.PQstatus(conn) != CONNECTION_OK;
		return;
	}
	cli_set_error(db, message, FIELD(result, MESSAGE_DETAIL),
				  FIELD(result, MESSAGE_HINT));
	cli_set_context(db, FIELD(result, CONTEXT));
	sqlstate = FIELD(result, SQLSTATE);
	if (sqlstate)
		cli_set_state(db, sqlstate);
	db->error.lost = dbcw_pq.PQstatus(conn) != CONNECTION_OK;
}

void
cli_close_postgresql(cli_database *db)
{
	cli_postgresql *pg = db->connection;

	if (!pg)
		return;
	dbcw_close_connection(&pg->wire);
	if (pg->observer)
		dbcw_pq.PQfinish(pg->observer);
	if (pg->cancel)
		dbcw_pq.PQfreeCancel(pg->cancel);
	if (pg->conn)
		dbcw_pq.PQfinish(pg->conn);
	if (pg->password)
	{
		OPENSSL_cleanse(pg->password, strlen(pg->password));
		free(pg->password);
	}
	free(pg);
	db->connection = NULL;
}

/* Sends statements together, up to a NULL, the last one with parameters;
 * returns the failure of the first one that fails, or the last result. */
static PGresult *
send_together(PGconn *conn, const char *const *statements, int nparams,
			  const char *const *params)
{
	PGresult *kept = NULL;
	PGresult *result;
	int count = 0;

	(void) dbcw_pq.PQenterPipelineMode(conn);
	for (; statements[count]; count++)
	{
		int n = statements[count + 1] ? 0 : nparams;

		(void) dbcw_pq.PQsendQueryParams(conn, statements[count], n, NULL,
										 n > 0 ? params : NULL, NULL, NULL, 0);
	}
	(void) dbcw_pq.PQpipelineSync(conn);
	/* after the results of a statement there is a null */
	for (int i = 0; i < count; i++)
		while ((result = dbcw_pq.PQgetResult(conn)))
		{
			ExecStatusType status = dbcw_pq.PQresultStatus(kept);

			if (kept && status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
				dbcw_pq.PQclear(result);
			else
			{
				dbcw_pq.PQclear(kept);
				kept = result;
			}
		}
	/* the end of the pipeline */
	dbcw_pq.PQclear(dbcw_pq.PQgetResult(conn));
	(void) dbcw_pq.PQexitPipelineMode(conn);
	return kept;
}

PGresult *
cli_query_postgresql(PGconn *conn, const char *sql, int nparams,
					 const char *const *params)
{
	bool inside = dbcw_pq.PQtransactionStatus(conn) != PQTRANS_IDLE;
	const char *const statements[] = {
		inside ? "savepoint dbcare_query" : "begin",
		"set local search_path = pg_catalog, pg_temp", sql, NULL};
	PGresult *answer = send_together(conn, statements, nparams, params);

	if (dbcw_pq.PQstatus(conn) == CONNECTION_OK)
		dbcw_pq.PQclear(
			dbcw_pq.PQexec(conn, inside ? "rollback to savepoint dbcare_query;"
										  "release savepoint dbcare_query"
										: "rollback"));
	return answer;
}

/* Takes an answer of the server. */
static bool
take_answer(cli_database *db, PGresult *answer, cli_result *result)
{
	cli_postgresql *pg = db->connection;
	ExecStatusType status = dbcw_pq.PQresultStatus(answer);
	bool success = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;

	*result = (cli_result){0};
	if (!success)
		set_error(db, pg->conn, answer);
	else
	{
		*result = cli_new_result(dbcw_pq.PQnfields(answer),
								 dbcw_pq.PQntuples(answer));
		for (int i = 0; i < result->ncolumns; i++)
			result->names[i] = cli_copy(dbcw_pq.PQfname(answer, i));
		for (int row = 0; row < result->nrows; row++)
		{
			for (int i = 0; i < result->ncolumns; i++)
			{
				const char *text = dbcw_answer_text(answer, row, i);

				*cli_cell(result, row, i) = text ? cli_copy(text) : NULL;
			}
		}
	}
	dbcw_pq.PQclear(answer);
	return success;
}

bool
cli_run_postgresql(cli_database *db, const char *sql, int nparams,
				   const char *const *params, cli_result *result)
{
	cli_postgresql *pg = db->connection;

	return take_answer(db, cli_query_postgresql(pg->conn, sql, nparams, params),
					   result);
}

bool
cli_command_postgresql(cli_database *db, const char *sql)
{
	cli_postgresql *pg = db->connection;
	cli_result result;
	bool success = take_answer(db, dbcw_pq.PQexec(pg->conn, sql), &result);

	if (success)
		cli_free_result(&result);
	return success;
}

/* Calls a function of the extension.  All arguments are passed with their
 * types: none that others have made with its name fits as well. */
static bool
call_postgresql(cli_database *db, const dbc_function *fn,
				const char *const *args, cli_result *result)
{
	cli_postgresql *pg = db->connection;
	const char **all;
	char *sql;
	bool success;
	int nargs = 0;

	while (fn->args[nargs].type != DBC_T_END)
		nargs++;
	all = cli_alloc((size_t) nargs + 1, sizeof(*all));
	for (int i = 0; args && i < nargs; i++)
		all[i] = args[i];
	sql = cli_call_text(db, fn, nargs);
	success = take_answer(
		db,
		dbcw_pq.PQexecParams(pg->conn, sql, nargs, NULL, all, NULL, NULL, 0),
		result);
	free(sql);
	free(all);
	return success;
}

/* Finds the schema of dbcare's functions, which search_path need not have. */
static bool
find_schema(cli_database *db)
{
	cli_text prefix = {0};
	cli_result result;

	if (!cli_run_postgresql(db,
							"select extnamespace::pg_catalog.regnamespace "
							"from pg_catalog.pg_extension "
							"where extname = 'dbcare'",
							0, NULL, &result))
		return false;
	if (result.nrows == 1 && result.ncolumns == 1 && result.cells[0])
		cli_addf(&prefix, "%s.", result.cells[0]);
	else
		cli_add(&prefix, "");
	db->schema = prefix.data;
	cli_free_result(&result);
	if (*db->schema)
		return true;
	db->extension_missing = true;
	return cli_call_here(db);
}

bool
cli_call_here(cli_database *db)
{
	if (db->driver != &cli_postgresql_driver)
		return true;
	db->driver = &cli_wire_driver;
	return cli_prepare_wire(db);
}

/* Connects, with a password that is asked for if one is needed. */
static bool
reach(cli_database *db)
{
	cli_postgresql *pg;

	if (!load_libpq(db))
		return false;
	pg = cli_alloc(1, sizeof(*pg));
	db->connection = pg;
	cli_interrupt_ends(true);
	pg->conn = connect_to(db, NULL, "dbcare");
	cli_interrupt_ends(false);
	if (dbcw_pq.PQstatus(pg->conn) != CONNECTION_OK &&
		dbcw_pq.PQconnectionNeedsPassword(pg->conn) && cli_can_ask())
	{
		pg->password = cli_ask_secret("Password: ");
		dbcw_pq.PQfinish(pg->conn);
		pg->conn = connect_to(db, pg->password, "dbcare");
	}
	if (dbcw_pq.PQstatus(pg->conn) == CONNECTION_OK)
		return true;
	set_error(db, pg->conn, NULL);
	return false;
}

bool
cli_ask_console(cli_database *db, const char *command, cli_result *result)
{
	cli_postgresql *pg;

	if (!reach(db))
		return false;
	pg = db->connection;
	return take_answer(db, dbcw_pq.PQexec(pg->conn, command), result);
}

static bool
open_postgresql(cli_database *db, bool create)
{
	cli_postgresql *pg;
	int version;

	(void) create;
	if (!reach(db))
		return false;
	pg = db->connection;
	version = dbcw_pq.PQserverVersion(pg->conn);
	if (version < OLDEST_SERVER)
	{
		cli_text message = {0};

		cli_addf(&message,
				 "the server has version %d.%d, older than PostgreSQL 14",
				 version / 10000,
				 version < 100000 ? version / 100 % 100 : version % 10000);
		cli_set_error(db, message.data, NULL,
					  "Upgrade the server; dbcare supports PostgreSQL 14 to "
					  "18.");
		cli_text_free(&message);
		return false;
	}
	dbcw_pq.PQsetNoticeReceiver(pg->conn, print_notice, db);
	pg->cancel = dbcw_pq.PQgetCancel(pg->conn);
	return find_schema(db);
}

void
cli_cancel_postgresql(cli_database *db)
{
	cli_postgresql *pg = db->connection;
	char buffer[256];

	if (!pg)
		return;
	pg->wire.cancelled = 1;
	if (pg->cancel)
		dbcw_pq.PQcancel(pg->cancel, buffer, sizeof(buffer));
}

void
cli_open_observer(cli_database *db)
{
	cli_postgresql *pg = db->connection;

	if (!pg->observer)
		pg->observer = connect_to(db, pg->password, "dbcare progress");
}

static void
progress_postgresql(cli_database *db, cli_phase *phase)
{
	cli_postgresql *pg = db->connection;
	cli_text sql = {0};
	PGresult *answer;

	cli_open_observer(db);
	cli_addf(&sql,
			 "select phase, done, total from %sdbcare_progress() "
			 "where pid = %d",
			 db->schema, dbcw_pq.PQbackendPID(pg->conn));
	answer = cli_query_postgresql(pg->observer, sql.data, 0, NULL);
	if (dbcw_answer_text(answer, 0, 0) &&
		dbcw_answer_number(answer, 0, 1, &phase->done) &&
		dbcw_answer_number(answer, 0, 2, &phase->total))
		phase->phase = cli_copy(dbcw_answer_text(answer, 0, 0));
	dbcw_pq.PQclear(answer);
	cli_text_free(&sql);
}

const cli_driver cli_postgresql_driver = {
	.open = open_postgresql,
	.close = cli_close_postgresql,
	.run = cli_run_postgresql,
	.command = cli_command_postgresql,
	.call = call_postgresql,
	.cancel = cli_cancel_postgresql,
	.progress = progress_postgresql,
};
