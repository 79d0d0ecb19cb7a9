/*
 * postgresql.c
 *	  Connections to PostgreSQL, by libpq.
 */
#include <dlfcn.h>
#include <libpq-fe.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/database.h"
#include "cli/terminal.h"
#include "cli/text.h"

/* Not the functions of libpq, which nothing is linked with: pointers to them.
 */
static struct
{
#define CLI_LIBPQ(result, name, arguments) result(*name) arguments;
#include "cli/libpq.def"
#undef CLI_LIBPQ
} pq;

typedef struct postgresql
{
	PGconn *conn;
	PGcancel *cancel;
	char *password;	  /* that was asked for */
	PGconn *observer; /* of progress, used by another thread */
} postgresql;

/* As PQserverVersion() tells it. */
#define OLDEST_SERVER 130000

/* A field of an error or notice. */
#define FIELD(result, name) pq.PQresultErrorField(result, PG_DIAG_##name)

static bool
load_libpq(cli_database *db)
{
	static const char *const names[] = {"libpq.so.5", "libpq.so",
										"libpq.5.dylib"};
	void *library = NULL;

	for (size_t i = 0; !library && i < sizeof(names) / sizeof(names[0]); i++)
		library = dlopen(names[i], RTLD_NOW);
	if (!library)
	{
		cli_set_error(db, "PostgreSQL's client library libpq is not installed",
					  dlerror(), "Install it: libpq5 on Debian.");
		return false;
	}
#define CLI_LIBPQ(result, name, arguments)            \
	*(void **) &pq.name = dlsym(library, #name);      \
	if (!pq.name)                                     \
	{                                                 \
		cli_set_error(db, "libpq lacks " #name, NULL, \
					  "Install a newer libpq.");      \
		return false;                                 \
	}
#include "cli/libpq.def"
#undef CLI_LIBPQ
	return true;
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
	const char *const keywords[] = {"dbname", "fallback_application_name",
									"client_encoding",
									password ? "password" : NULL, NULL};
	const char *const values[] = {db->target.text, name, "UTF8", password,
								  NULL};

	return pq.PQconnectdbParams(keywords, values, 1);
}

/* Describes a failure: of the connection where there is no result. */
static void
set_error(cli_database *db, const PGconn *conn, const PGresult *result)
{
	const char *message = result ? FIELD(result, MESSAGE_PRIMARY) : NULL;
	const char *sqlstate;

	if (!message)
	{
		char *text = cli_copy(pq.PQerrorMessage(conn));
		size_t length = strlen(text);

		while (length > 0 && text[length - 1] == '\n')
			text[--length] = '\0';
		cli_set_error(db, text, NULL, NULL);
		free(text);
		db->error.lost = pq.PQstatus(conn) != CONNECTION_OK;
		return;
	}
	cli_set_error(db, message, FIELD(result, MESSAGE_DETAIL),
				  FIELD(result, MESSAGE_HINT));
	sqlstate = FIELD(result, SQLSTATE);
	if (sqlstate)
		memcpy(db->error.sqlstate, sqlstate, 5);
	db->error.cancelled = sqlstate && strcmp(sqlstate, "57014") == 0;
	db->error.lost = pq.PQstatus(conn) != CONNECTION_OK;
}

static void
close_postgresql(cli_database *db)
{
	postgresql *pg = db->connection;

	if (!pg)
		return;
	if (pg->observer)
		pq.PQfinish(pg->observer);
	if (pg->cancel)
		pq.PQfreeCancel(pg->cancel);
	if (pg->conn)
		pq.PQfinish(pg->conn);
	if (pg->password)
	{
		OPENSSL_cleanse(pg->password, strlen(pg->password));
		free(pg->password);
	}
	free(pg);
	db->connection = NULL;
}

static bool
run_postgresql(cli_database *db, const char *sql, int nparams,
			   const char *const *params, cli_result *result)
{
	postgresql *pg = db->connection;
	PGresult *answer =
		pq.PQexecParams(pg->conn, sql, nparams, NULL, params, NULL, NULL, 0);
	ExecStatusType status = pq.PQresultStatus(answer);
	bool success = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;

	*result = (cli_result){0};
	if (!success)
		set_error(db, pg->conn, answer);
	else
	{
		*result = cli_new_result(pq.PQnfields(answer), pq.PQntuples(answer));
		for (int i = 0; i < result->ncolumns; i++)
			result->names[i] = cli_copy(pq.PQfname(answer, i));
		for (int row = 0; row < result->nrows; row++)
		{
			for (int i = 0; i < result->ncolumns; i++)
			{
				if (!pq.PQgetisnull(answer, row, i))
					*cli_cell(result, row, i) =
						cli_copy_bytes(pq.PQgetvalue(answer, row, i),
									   (size_t) pq.PQgetlength(answer, row, i));
			}
		}
	}
	pq.PQclear(answer);
	return success;
}

/* Finds the schema of dbcare's functions, which search_path need not have. */
static bool
find_schema(cli_database *db)
{
	cli_result result;

	if (!run_postgresql(db,
						"select pg_catalog.quote_ident(n.nspname) || '.' "
						"from pg_catalog.pg_extension e "
						"join pg_catalog.pg_namespace n "
						"on n.oid operator(pg_catalog.=) e.extnamespace "
						"where e.extname operator(pg_catalog.=) 'dbcare'",
						0, NULL, &result))
		return false;
	db->schema = cli_copy(result.nrows == 1 ? result.cells[0] : "");
	cli_free_result(&result);
	if (*db->schema)
		return true;
	db->extension_missing = true;
	cli_set_error(
		db, "the extension dbcare is not in this database", NULL,
		"Run CREATE EXTENSION dbcare as a superuser, or dbcare setup.");
	return false;
}

static bool
open_postgresql(cli_database *db, bool create)
{
	postgresql *pg;

	(void) create;
	if (!load_libpq(db))
		return false;
	pg = cli_alloc(1, sizeof(*pg));
	db->connection = pg;
	pg->conn = connect_to(db, NULL, "dbcare");
	if (pq.PQstatus(pg->conn) != CONNECTION_OK &&
		pq.PQconnectionNeedsPassword(pg->conn) && cli_can_ask())
	{
		pg->password = cli_ask_secret("Password: ");
		pq.PQfinish(pg->conn);
		pg->conn = connect_to(db, pg->password, "dbcare");
	}
	if (pq.PQstatus(pg->conn) != CONNECTION_OK)
	{
		set_error(db, pg->conn, NULL);
		return false;
	}
	if (pq.PQserverVersion(pg->conn) < OLDEST_SERVER)
	{
		cli_set_error(db, "the server is older than PostgreSQL 13", NULL,
					  "Upgrade it; dbcare supports PostgreSQL 13 to 18.");
		return false;
	}
	pq.PQsetNoticeReceiver(pg->conn, print_notice, db);
	pg->cancel = pq.PQgetCancel(pg->conn);
	return find_schema(db);
}

static void
cancel_postgresql(cli_database *db)
{
	postgresql *pg = db->connection;
	char buffer[256];

	if (pg && pg->cancel)
		pq.PQcancel(pg->cancel, buffer, sizeof(buffer));
}

static void
progress_postgresql(cli_database *db, cli_phase *phase)
{
	postgresql *pg = db->connection;
	cli_text sql = {0};
	PGresult *answer;

	if (!pg->observer)
		pg->observer = connect_to(db, pg->password, "dbcare progress");
	cli_addf(&sql,
			 "select phase, done, total from %sdbcare_progress() "
			 "where pid operator(pg_catalog.=) %d",
			 db->schema, pq.PQbackendPID(pg->conn));
	answer =
		pq.PQexecParams(pg->observer, sql.data, 0, NULL, NULL, NULL, NULL, 0);
	if (pq.PQresultStatus(answer) == PGRES_TUPLES_OK &&
		pq.PQntuples(answer) > 0 && !pq.PQgetisnull(answer, 0, 0))
	{
		phase->phase = cli_copy(pq.PQgetvalue(answer, 0, 0));
		phase->done = atoll(pq.PQgetvalue(answer, 0, 1));
		phase->total = atoll(pq.PQgetvalue(answer, 0, 2));
	}
	pq.PQclear(answer);
	cli_text_free(&sql);
}

const cli_driver cli_postgresql_driver = {
	.open = open_postgresql,
	.close = close_postgresql,
	.run = run_postgresql,
	.cancel = cancel_postgresql,
	.progress = progress_postgresql,
};
