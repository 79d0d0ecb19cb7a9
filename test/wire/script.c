/*
 * script.c
 *	  Runs a script of the parity suite in a database without the extension:
 *	  calls of dbcare's functions run over the connection, and their results
 *	  stand in their place in the statement, which the server runs.  Prints what
 *	  psql -qAtX prints; an error is one line, as in test/parity.sh.
 *
 * usage: script CONNINFO <SCRIPT
 *
 * Arguments are evaluated before the statement, so they may not refer to rows.
 */
#include "test/wire/error.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "common/core/sql_scan.h"
#include "wire/core/call.h"

typedef struct text
{
	char *data;
	size_t length;
	size_t room;
} text;

static dbcw_connection connection;

/* dbcare's settings for its session; the scripts run with the server's own. */
static const char *const pinned[] = {
#define DBCPG_PINNED(name, value, is_of_values) name,
#include "pg_ext/core/pinned.def"
#undef DBCPG_PINNED
};

static void
append(text *t, const char *what, size_t length)
{
	if (t->length + length >= t->room)
	{
		t->room = 2 * (t->length + length + 1);
		t->data = realloc(t->data, t->room);
		if (!t->data)
			abort();
	}
	memcpy(t->data + t->length, what, length);
	t->length += length;
	t->data[t->length] = '\0';
}

static void
add(text *t, const char *what)
{
	append(t, what, strlen(what));
}

/* ---- errors ---- */

static void
print_failure(const PGresult *result)
{
	/* as psql, without the line and its marker, which start another report */
	print_error(dbcw_pq.PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY),
				dbcw_pq.PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL),
				dbcw_pq.PQresultErrorField(result, PG_DIAG_MESSAGE_HINT));
}

/* ---- statements of the script ---- */

static bool
is_failure(const PGresult *result)
{
	ExecStatusType status = dbcw_pq.PQresultStatus(result);

	return status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK &&
		   status != PGRES_EMPTY_QUERY;
}

/* Gives the session the settings of the server, or dbcare's. */
static void
set_settings(bool own)
{
	static const char *const values[] = {
#define DBCPG_PINNED(name, value, is_of_values) value,
#include "pg_ext/core/pinned.def"
#undef DBCPG_PINNED
	};
	text sql = {NULL, 0, 0};

	if (dbcw_pq.PQtransactionStatus(connection.pg) == PQTRANS_INERROR)
		return;
	for (size_t i = 0; i < sizeof(pinned) / sizeof(pinned[0]); i++)
	{
		add(&sql, own ? "set " : "reset ");
		add(&sql, pinned[i]);
		if (own)
		{
			add(&sql, i == 0 ? " = " : " = '");
			add(&sql, values[i]);
			add(&sql, i == 0 ? "" : "'");
		}
		add(&sql, ";");
	}
	dbcw_pq.PQclear(dbcw_pq.PQexec(connection.pg, sql.data));
	free(sql.data);
}

static PGresult *
run(const char *statement)
{
	PGresult *result;

	set_settings(false);
	result = dbcw_pq.PQexec(connection.pg, statement);
	set_settings(true);
	return result;
}

static void
print_rows(const PGresult *result)
{
	int columns = dbcw_pq.PQnfields(result);

	for (int row = 0; row < dbcw_pq.PQntuples(result); row++)
		for (int i = 0; i < columns; i++)
			printf("%s%s%s", i > 0 ? "|" : "",
				   dbcw_pq.PQgetvalue(result, row, i),
				   i + 1 == columns ? "\n" : "");
}

/* ---- calls ---- */

static bool
is_symbol(const dbc_lexeme *at, char c)
{
	return at->kind == DBC_LEX_SYMBOL && at->length == 1 && *at->text == c;
}

static bool
is_word(const dbc_lexeme *at, const char *word)
{
	return at->kind == DBC_LEX_WORD && at->length == strlen(word) &&
		   strncasecmp(at->text, word, at->length) == 0;
}

static dbc_lexeme
next(const dbc_lexeme *at)
{
	return dbc_scan_sql(at->text + at->length, DBC_ON_POSTGRESQL);
}

static const dbc_function *
find_function(const dbc_lexeme *name)
{
	for (int i = 0; i < dbc_nfunctions; i++)
		if (is_word(name, dbc_functions[i].name))
			return &dbc_functions[i];
	return NULL;
}

/* A call in a statement. */
typedef struct found_call
{
	const dbc_function *fn;
	const char *start; /* of its name */
	const char *open;  /* behind the parenthesis */
	const char *end;
} found_call;

/* Finds the first call whose arguments contain no other call. */
static bool
find_call(const char *statement, found_call *found)
{
	dbc_lexeme at = dbc_scan_sql(statement, DBC_ON_POSTGRESQL);
	dbc_lexeme before = at;
	int depth = 0;

	found->fn = NULL;
	for (; at.kind != DBC_LEX_END; before = at, at = next(&at))
	{
		if (is_symbol(&at, '('))
		{
			const dbc_function *fn = find_function(&before);

			if (fn)
			{
				*found = (found_call){fn, before.text, at.text + 1, NULL};
				depth = 0;
			}
			depth++;
		}
		else if (is_symbol(&at, ')') && --depth == 0 && found->fn)
		{
			found->end = at.text + 1;
			return true;
		}
	}
	return false;
}

/* Writes a query for the texts of the arguments; places[i] is the number of the
 * argument that column i is for. */
static int
argument_query(const found_call *c, text *sql, int *places)
{
	dbc_lexeme at = dbc_scan_sql(c->open, DBC_ON_POSTGRESQL);
	const char *start = c->open;
	int depth = 0;
	int n = 0;
	int place = 0;

	if (is_symbol(&at, ')') && at.text + 1 == c->end)
		return 0;
	places[0] = 0;
	for (;; at = next(&at))
	{
		bool ends = at.text + 1 == c->end;

		if (at.text == start || at.text == start + strspn(start, " \n\t"))
		{
			dbc_lexeme arrow = next(&at);

			if (at.kind == DBC_LEX_WORD && arrow.length == 2 &&
				strncmp(arrow.text, "=>", 2) == 0)
				for (int i = 0; c->fn->args[i].type != DBC_T_END; i++)
					if (is_word(&at, c->fn->args[i].name))
					{
						places[n] = i;
						start = arrow.text + 2;
					}
		}
		depth += is_symbol(&at, '(') || is_symbol(&at, '[');
		if (!ends && (is_symbol(&at, ')') || is_symbol(&at, ']')))
			depth--;
		if (!ends && !(depth == 0 && is_symbol(&at, ',')))
			continue;
		add(sql, n > 0 ? ", (" : "select (");
		append(sql, start, (size_t) (at.text - start));
		add(sql, "\n)::text");
		place = places[n++];
		if (ends)
			return n;
		places[n] = place + 1;
		start = at.text + 1;
	}
}

static const char *
type_name(dbc_type type)
{
	switch (type)
	{
		case DBC_T_BOOL:
			return "boolean";
		case DBC_T_INT:
			return "bigint";
		case DBC_T_REAL:
			return "double precision";
		case DBC_T_TIMESTAMP:
			return "timestamptz";
		case DBC_T_JSON:
			return "jsonb";
		default:
			return "text";
	}
}

/* Adds a value as a literal of its type. */
static void
add_value(text *sql, dbcw_host *h, const dbc_value *value, dbc_type type)
{
	const char *shown = dbcw_result_text(h, value, type);

	add(sql, shown ? "'" : "null");
	for (const char *c = shown; c && *c; c++)
		append(sql, *c == '\'' ? "''" : c, *c == '\'' ? 2 : 1);
	add(sql, shown ? "'::" : "::");
	add(sql, type_name(type));
}

/* Adds the rows of a call as a subquery, with the name of the function unless
 * an alias follows. */
static void
add_rows(text *sql, dbcw_host *h, const found_call *c)
{
	static const char *const words[] = {
		"where", "order", "group", "limit", "join",	  "cross",	"left",
		"full",	 "inner", "union", "on",	"except", "having", "for"};
	const dbc_field *columns = c->fn->columns;
	dbc_lexeme after = dbc_scan_sql(c->end, DBC_ON_POSTGRESQL);
	bool has_alias = after.kind == DBC_LEX_WORD;

	add(sql, "(select * from (select ");
	for (int i = 0; columns[i].type != DBC_T_END; i++)
	{
		add(sql, i > 0 ? ", null::" : "null::");
		add(sql, type_name(columns[i].type));
		add(sql, " as ");
		add(sql, columns[i].name);
	}
	add(sql, " where false");
	for (const dbcw_result_row *row = h->rows; row; row = row->next)
	{
		add(sql, " union all select ");
		for (int i = 0; columns[i].type != DBC_T_END; i++)
		{
			add(sql, i > 0 ? ", " : "");
			add_value(sql, h, &row->values[i], columns[i].type);
		}
	}
	add(sql, ") as r)");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		has_alias &= !is_word(&after, words[i]);
	if (!has_alias)
	{
		add(sql, " as ");
		add(sql, c->fn->name);
	}
}

/* Makes a failed call fail the transaction of the script, as in the server. */
static void
fail_transaction(void)
{
	if (dbcw_pq.PQtransactionStatus(connection.pg) == PQTRANS_INTRANS)
		dbcw_pq.PQclear(dbcw_pq.PQexec(connection.pg, "select 1 / 0"));
}

/* Runs a call, and replaces it in the statement, which is freed. */
static char *
replace_call(char *statement, const found_call *c)
{
	text arguments = {NULL, 0, 0};
	text sql = {NULL, 0, 0};
	int places[32];
	const char *args[32] = {NULL};
	int n = argument_query(c, &arguments, places);
	PGresult *given = n > 0 ? run(arguments.data) : NULL;
	dbcw_host host;
	bool done = false;

	free(arguments.data);
	if (given && is_failure(given))
		print_failure(given);
	else
	{
		for (int i = 0; i < n; i++)
			if (!dbcw_pq.PQgetisnull(given, 0, i))
				args[places[i]] = dbcw_pq.PQgetvalue(given, 0, i);
		done = dbcw_call(&host, &connection, c->fn, args);
		if (!done)
		{
			print_error(host.error.message, host.error.detail, host.error.hint);
			fail_transaction();
		}
		else
		{
			append(&sql, statement, (size_t) (c->start - statement));
			if (c->fn->result == DBC_T_ROWS)
				add_rows(&sql, &host, c);
			else
				add_value(&sql, &host, &host.result, c->fn->result);
			add(&sql, c->end);
		}
		dbcw_close(&host);
	}
	dbcw_pq.PQclear(given);
	free(statement);
	return done ? sql.data : NULL;
}

/* ---- the script ---- */

static void
run_statement(const char *start, size_t length)
{
	text sql = {NULL, 0, 0};
	dbc_lexeme first = dbc_scan_sql(start, DBC_ON_POSTGRESQL);
	char *statement;
	found_call c;
	PGresult *result;

	if (first.text >= start + length)
		return;
	append(&sql, first.text, length - (size_t) (first.text - start));
	statement = sql.data;
	if (is_word(&first, "call"))
		memcpy(statement, "/**/", 4);
	while (statement && find_call(statement, &c))
		statement = replace_call(statement, &c);
	if (!statement)
		return;
	if (strncmp(statement, "/**/", 4) == 0)
	{
		text query = {NULL, 0, 0};

		add(&query, "select ");
		add(&query, statement);
		free(statement);
		statement = query.data;
	}
	result = run(statement);
	if (is_failure(result))
		print_failure(result);
	else
		print_rows(result);
	dbcw_pq.PQclear(result);
	free(statement);
}

/* Runs a script; a semicolon in BEGIN ATOMIC ... END ends no statement. */
static void
run_script(const char *script)
{
	dbc_lexeme at = dbc_scan_sql(script, DBC_ON_POSTGRESQL);
	dbc_lexeme before = at;
	bool atomic = false;

	for (; at.kind != DBC_LEX_END; before = at, at = next(&at))
	{
		atomic |= is_word(&before, "begin") && is_word(&at, "atomic");
		atomic &= !is_word(&at, "end");
		if (atomic || !is_symbol(&at, ';'))
			continue;
		run_statement(script, (size_t) (at.text - script));
		(void) fflush(stdout);
		script = at.text + 1;
	}
}

int
main(int argc, char **argv)
{
	dbcw_load_error error;
	const char *const keywords[] = {"dbname", "client_encoding", NULL};
	const char *const values[] = {argc > 1 ? argv[1] : "", "UTF8", NULL};
	text script = {NULL, 0, 0};
	char line[4096];
	dbcw_host host;

	if (argc != 2 || !dbcw_load_libpq(&error))
		return 2;
	connection.pg = dbcw_pq.PQconnectdbParams(keywords, values, 1);
	if (dbcw_pq.PQstatus(connection.pg) != CONNECTION_OK)
	{
		fputs(dbcw_pq.PQerrorMessage(connection.pg), stderr);
		dbcw_pq.PQfinish(connection.pg);
		return 2;
	}
	while (fgets(line, sizeof(line), stdin))
		add(&script, line);
	/* the session is opened outside a transaction of the script */
	(void) dbcw_call(&host, &connection, &dbc_functions[0], NULL);
	dbcw_close(&host);
	run_script(script.data ? script.data : "");
	dbcw_pq.PQfinish(connection.pg);
	connection.pg = NULL;
	dbcw_close_connection(&connection);
	free(script.data);
	return 0;
}
