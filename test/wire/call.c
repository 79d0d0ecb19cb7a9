/*
 * call.c
 *	  Calls functions over a connection, in this process, whether or not the
 *	  server has the extension, and prints their results as psql -A does.
 *
 * usage: call CONNINFO FUNCTION [ARGUMENT ...] [ then FUNCTION ... ]
 *
 * An argument "NULL" is null.  An error is one line, as in test/parity.sh.
 */
#include "test/wire/error.h"

#include "wire/core/call.h"

#include "common/core/inner_call.h"

static void
print_result(dbcw_host *h, const dbc_function *fn)
{
	const char *text;

	if (fn->result != DBC_T_ROWS)
	{
		text = dbcw_result_text(h, &h->result, fn->result);
		puts(text ? text : "");
	}
	for (const dbcw_result_row *row = h->rows; row; row = row->next)
		for (int i = 0; fn->columns[i].type != DBC_T_END; i++)
		{
			text = dbcw_result_text(h, &row->values[i], fn->columns[i].type);
			printf("%s%s%s", i > 0 ? "|" : "", text ? text : "",
				   fn->columns[i + 1].type == DBC_T_END ? "\n" : "");
		}
}

static bool
call(dbcw_connection *connection, char **argv)
{
	const dbc_function *fn = dbc_find_function(argv[0]);
	const char *args[32] = {NULL};
	dbcw_host host;
	bool done;

	if (!fn)
	{
		printf("ERROR: no function %s\n", argv[0]);
		return false;
	}
	for (int i = 1; argv[i] && strcmp(argv[i], "then") != 0; i++)
		args[i - 1] = strcmp(argv[i], "NULL") == 0 ? NULL : argv[i];
	done = dbcw_call(&host, connection, fn, args);
	if (done)
		print_result(&host, fn);
	else
		print_error(host.error.message, host.error.detail, host.error.hint);
	dbcw_close(&host);
	return done;
}

int
main(int argc, char **argv)
{
	dbcw_connection connection = {.pg = NULL};
	dbcw_load_error error;
	const char *const keywords[] = {"dbname", "client_encoding", NULL};
	const char *const values[] = {argv[1], "UTF8", NULL};
	bool done = true;

	if (argc < 3 || !dbcw_load_libpq(&error))
		return 2;
	connection.pg = dbcw_pq.PQconnectdbParams(keywords, values, 1);
	if (dbcw_pq.PQstatus(connection.pg) != CONNECTION_OK)
	{
		fputs(dbcw_pq.PQerrorMessage(connection.pg), stderr);
		dbcw_pq.PQfinish(connection.pg);
		return 2;
	}
	for (char **at = argv + 2; *at; at++)
	{
		done &= call(&connection, at);
		while (at[1] && strcmp(*at, "then") != 0)
			at++;
	}
	dbcw_pq.PQfinish(connection.pg);
	connection.pg = NULL;
	dbcw_close_connection(&connection);
	return done ? 0 : 1;
}
