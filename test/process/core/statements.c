/*
 * statements.c
 *	  Prepares every embedded statement on its engine, for statements.sh, and
 *	  prints those that are not what their file declares, or cannot be prepared.
 *
 * usage: statements sqlite | statements postgresql
 *
 * The database has dbcare's tables, and those of other migration tools
 * from test/adopt while their statements are prepared.  The scripts of several
 * statements, which no query runs, only have to declare no columns.  The files
 * of packs are no statements.
 */
#include <libpq-fe.h>
#include <sqlite3.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/adopt/adopt.h"

extern const dbc_sql dbcpg_sql[];
extern const dbc_sql dbcsl_sql[];
extern const int dbcpg_sql_count;
extern const int dbcsl_sql_count;

/* What an engine says of a statement. */
typedef struct description
{
	char columns[2000];
	int nparameters;
	char error[400];
} description;

static sqlite3 *db;
static PGconn *connection;

/* Adds a name to a list. */
static void
add_name(description *found, const char *name)
{
	size_t length = strlen(found->columns);

	snprintf(found->columns + length, sizeof(found->columns) - length, "%s%s",
			 length ? ", " : "", name);
}

static void
describe_sqlite(const char *text, description *found)
{
	sqlite3_stmt *statement;
	int i;

	if (sqlite3_prepare_v2(db, text, -1, &statement, NULL) != SQLITE_OK)
		snprintf(found->error, sizeof(found->error), "%s", sqlite3_errmsg(db));
	for (i = 0; i < sqlite3_column_count(statement); i++)
		add_name(found, sqlite3_column_name(statement, i));
	for (i = 1; i <= sqlite3_bind_parameter_count(statement); i++)
	{
		int n = atoi(sqlite3_bind_parameter_name(statement, i) + 1);

		if (n > found->nparameters)
			found->nparameters = n;
	}
	sqlite3_finalize(statement);
}

/* Whether a failure is about the type of a parameter, which then is text: the
 * type comes with the value that dbcare binds. */
static int
settle_type(const PGresult *result, Oid *types, int *ntypes)
{
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	int n;

	if (!message ||
		sscanf(message, "could not determine data type of parameter $%d", &n) !=
			1 ||
		types[n])
		return 0;
	types[n] = 25;
	*ntypes = n > *ntypes ? n : *ntypes;
	return 1;
}

static void
describe_postgresql(const char *text, description *found)
{
	Oid types[100] = {0};
	PGresult *result = PQprepare(connection, "", text, 0, NULL);
	int ntypes = 0;
	int i;

	while (settle_type(result, types, &ntypes))
	{
		PQclear(result);
		result = PQprepare(connection, "", text, ntypes, types + 1);
	}
	snprintf(found->error, sizeof(found->error), "%s",
			 PQresultErrorMessage(result));
	PQclear(result);
	result = PQdescribePrepared(connection, "");
	for (i = 0; i < PQnfields(result); i++)
		add_name(found, PQfname(result, i));
	found->nparameters = PQnparams(result);
	PQclear(result);
}

/* Runs a script; whether it succeeds. */
static int
run(const char *script)
{
	PGresult *result;
	int done;

	if (db)
		return sqlite3_exec(db, script, NULL, NULL, NULL) == SQLITE_OK;
	result = PQexec(connection, script);
	done = PQresultStatus(result) == PGRES_COMMAND_OK ||
		   PQresultStatus(result) == PGRES_TUPLES_OK;
	PQclear(result);
	return done;
}

/* The tool whose statement a name is, or NULL. */
static const dbc_adopt_tool *
tool_of(const char *name)
{
	int i;

	for (i = 0; i < dbc_adopt_ntools; i++)
	{
		size_t length = strlen(dbc_adopt_tools[i].name);

		if (strncmp(name, "adopt/", 6) == 0 &&
			strncmp(name + 6, dbc_adopt_tools[i].name, length) == 0 &&
			strchr("_", name[6 + length]))
			return &dbc_adopt_tools[i];
	}
	return NULL;
}

/* Makes the ledger of a tool; false if it has none on this engine. */
static int
make_ledger(const dbc_adopt_tool *tool)
{
	static char script[1 << 20];
	char path[200];
	FILE *file;

	snprintf(path, sizeof(path), "test/adopt/%s.%s.sql", tool->name,
			 db ? "sqlite" : "postgresql");
	file = fopen(path, "r");
	if (!file)
		return 0;
	script[fread(script, 1, sizeof(script) - 1, file)] = '\0';
	fclose(file);
	if (!run(script))
		printf("%s fails\n", path);
	return 1;
}

/* Replaces ":ledger" by a table, and other such words by a text. */
static const char *
fill_in(const char *text, const char *table)
{
	static char filled[10000];
	char *end = filled;

	while (*text)
	{
		const char *word = text + 1;

		if (*text != ':' || !islower(*word))
		{
			*end++ = *text++;
			continue;
		}
		for (text++; islower(*text); text++)
			continue;
		end += sprintf(end, "%s", strncmp(word, "ledger", 6) ? "'00'" : table);
	}
	*end = '\0';
	return filled;
}

/* Compares a statement with what it declares. */
static void
try(const dbc_sql *sql)
{
	const dbc_adopt_tool *tool = tool_of(sql->name);
	const char *text = sql->text;
	description found = {0};
	int nnumbers = *sql->numbers != '\0';
	int is_script = (strncmp(sql->name, "core/tables_", 12) == 0 &&
					 isdigit((unsigned char) sql->name[12])) ||
					(strcmp(sql->columns, "none") == 0 && strstr(text, ";\n"));

	for (const char *at = sql->numbers; (at = strchr(at, ' ')); at++)
		nnumbers++;
	if (tool && !make_ledger(tool))
		return;
	if (tool)
		text = fill_in(text, tool->table);
	if (!is_script)
		(db ? describe_sqlite : describe_postgresql)(text, &found);
	if (!found.columns[0])
		add_name(&found, "none");
	if (found.error[0])
		printf("%s: %s\n", sql->name, found.error);
	else if (strcmp(found.columns, sql->columns) != 0)
		printf("%s: declares columns %s, but gives %s\n", sql->name,
			   sql->columns, found.columns);
	else if (!is_script && found.nparameters != sql->nparameters + nnumbers)
		printf("%s: has %d parameters, not %d\n", sql->name, found.nparameters,
			   sql->nparameters + nnumbers);
}

int
main(int argc, char **argv)
{
	int sqlite = argc > 1 && strcmp(argv[1], "sqlite") == 0;
	const dbc_sql *sql = sqlite ? dbcsl_sql : dbcpg_sql;
	int nfiles = sqlite ? dbcsl_sql_count : dbcpg_sql_count;
	int count = 0;
	int i;

	for (i = 0; i < nfiles; i++)
	{
		if (strchr(strchr(sql[i].name, '/') + 1, '/'))
			continue; /* room/pack/file */
		count++;
		if (sqlite)
		{
			sqlite3_open(":memory:", &db);
			sqlite3_enable_load_extension(db, 1);
		}
		else
			connection = PQconnectdb("");
		if (!run(sqlite ? "select load_extension('./sqlite_ext/dbcare');"
						  "select dbcare_install();"
						  "pragma writable_schema = on"
				 : tool_of(sql[i].name)
					 ? "begin; set search_path = public, graphile_migrate,"
					   " supabase_migrations, sqitch, _v"
					 : "set search_path = pg_catalog, pg_temp"))
			printf("the database cannot be prepared\n");
		try(&sql[i]);
		sqlite3_close(db);
		PQfinish(connection);
	}
	printf("%d statements\n", count);
	return 0;
}
