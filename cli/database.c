/*
 * database.c
 *	  Connections of both engines: the statement that calls a function, results
 *	  and errors.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/database.h"
#include "cli/diagnose.h"
#include "cli/hint.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "cli/text.h"

#include "common/core/inner_call.h"

bool
cli_connect(cli_database *db, const cli_target *target, bool create)
{
	db->target = *target;
	db->driver = target->engine == DBC_ON_SQLITE ? &cli_sqlite_driver
				 : target->text					 ? &cli_postgresql_driver
												 : &cli_offline_driver;
	if (db->driver->open(db, create))
		return true;
	if (target->text)
		cli_diagnose(db, create);
	return false;
}

bool
cli_open(cli_database *db, const cli_target *target, bool create)
{
	if (cli_connect(db, target, create))
		return true;
	cli_print_error(db);
	return false;
}

void
cli_close(cli_database *db)
{
	if (db->driver)
		db->driver->close(db);
	free(db->schema);
	db->schema = NULL;
	cli_set_error(db, NULL, NULL, NULL);
}

const dbc_function *
cli_function(const char *name)
{
	const dbc_function *fn = dbc_find_function(name);

	if (!fn)
		abort();
	return fn;
}

/* Adds the columns of a function that returns rows; those of time in the form
 * that they have on SQLite. */
static void
add_columns(cli_text *sql, const cli_database *db, const dbc_field *column)
{
	const char *comma = "";

	for (; column->type != DBC_T_END; column++)
	{
		cli_add(sql, comma);
		if (column->type == DBC_T_TIMESTAMP &&
			db->target.engine == DBC_ON_POSTGRESQL)
		{
			cli_add(sql, "pg_catalog.to_char(pg_catalog.timezone('UTC', ");
			cli_add_quoted(sql, column->name);
			cli_add(sql, "), 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') as ");
		}
		cli_add_quoted(sql, column->name);
		comma = ", ";
	}
}

/* The SQL type that an argument is sent as. */
static const char *
parameter_type(const cli_database *db, const dbc_field *field)
{
	if (db->target.engine == DBC_ON_SQLITE)
		return "";
	switch (field->type)
	{
		case DBC_T_JSON:
		case DBC_T_DOCUMENT:
			return "::pg_catalog.jsonb";
		case DBC_T_BOOL:
			return "::pg_catalog.bool";
		case DBC_T_INT:
			return "::pg_catalog.int8";
		case DBC_T_REAL:
			return "::pg_catalog.float8";
		case DBC_T_TIMESTAMP:
			return "::pg_catalog.timestamptz";
		default:
			return "::pg_catalog.text";
	}
}

char *
cli_call_text(const cli_database *db, const dbc_function *fn, int nargs)
{
	bool rows = fn->result == DBC_T_ROWS;
	bool is_procedure =
		fn->class == DBC_PROC && db->target.engine == DBC_ON_POSTGRESQL;
	cli_text sql = {0};

	cli_add(&sql, is_procedure ? "call " : "select ");
	if (rows)
	{
		add_columns(&sql, db, fn->columns);
		cli_add(&sql, " from ");
	}
	/* a view of the file may have the name, but not one of temp */
	cli_addf(&sql, "%s%s(",
			 rows && db->target.engine == DBC_ON_SQLITE ? "temp." : db->schema,
			 fn->name);
	for (int i = 0; i < nargs; i++)
		cli_addf(&sql, "%s$%d%s", i > 0 ? ", " : "", i + 1,
				 parameter_type(db, &fn->args[i]));
	/* the result, so that no other procedure of that name fits better */
	if (is_procedure)
		cli_addf(&sql, "%snull::pg_catalog.jsonb", nargs > 0 ? ", " : "");
	cli_add(&sql, ")");
	return sql.data;
}

/* Whether a result has the columns that the function declares, or one value.
 * The functions of a server may be others than those of this version. */
static bool
has_shape(const cli_result *result, const dbc_function *fn)
{
	int ncolumns = 0;

	while (fn->result == DBC_T_ROWS && fn->columns[ncolumns].type != DBC_T_END)
		ncolumns++;
	return fn->result == DBC_T_ROWS
			   ? result->ncolumns == ncolumns
			   : result->ncolumns == 1 && result->nrows == 1;
}

static void
refuse_shape(cli_database *db, const dbc_function *fn, cli_result *result)
{
	cli_text message = {0};

	cli_addf(&message, "the server did not return the result of %s()",
			 fn->name);
	cli_set_error(
		db, message.data, NULL,
		"Run ALTER EXTENSION dbcare UPDATE, or install the version of "
		"the command that the server has.");
	cli_text_free(&message);
	cli_free_result(result);
}

/* Gives the columns of a result the types that the function declares. */
static void
set_types(cli_result *result, const dbc_function *fn)
{
	for (int i = 0; i < result->ncolumns; i++)
		result->types[i] =
			fn->result == DBC_T_ROWS ? fn->columns[i].type : fn->result;
	result->is_value = fn->result != DBC_T_ROWS;
}

bool
cli_call(cli_database *db, const char *function, const char *const *args,
		 cli_result *result)
{
	const dbc_function *fn = cli_function(function);
	bool success;

	db->called = fn;
	cli_interrupt_begin(db);
	if (cli_interrupted())
	{
		cli_set_error(db, "cancelled", NULL, NULL);
		db->error.cancelled = true;
		success = false;
	}
	else
	{
		cli_progress_begin(db);
		success = db->driver->call(db, fn, args, result);
		cli_progress_end();
	}
	cli_interrupt_end();
	/* SQLite does not tell a cancelled function from one that failed */
	if (!success && cli_interrupted())
		db->error.cancelled = true;
	if (success && !has_shape(result, fn))
	{
		refuse_shape(db, fn, result);
		success = false;
	}
	if (success)
		set_types(result, fn);
	return success;
}

char *
cli_call_value(cli_database *db, const char *function, const char *const *args)
{
	cli_result result;
	char *value = NULL;

	if (!cli_call(db, function, args, &result))
		return NULL;
	if (result.nrows == 1 && result.ncolumns == 1)
	{
		value = result.cells[0];
		result.cells[0] = NULL;
	}
	cli_free_result(&result);
	return value;
}

bool
cli_command(cli_database *db, const char *sql)
{
	return db->driver->command(db, sql);
}

void
cli_set_error(cli_database *db, const char *message, const char *detail,
			  const char *hint)
{
	/* the texts may be those of the error before */
	cli_error error = {.message = message ? cli_copy(message) : NULL,
					   .detail = detail ? cli_copy(detail) : NULL,
					   .hint = hint ? cli_copy(hint) : NULL};

	free(db->error.message);
	free(db->error.detail);
	free(db->error.hint);
	free(db->error.context);
	db->error = error;
}

void
cli_set_state(cli_database *db, const char *sqlstate)
{
	static const char *const unwritable[] = {"25006", "42501", "55P03", NULL};

	snprintf(db->error.sqlstate, sizeof(db->error.sqlstate), "%s", sqlstate);
	db->error.cancelled = strcmp(sqlstate, "57014") == 0;
	for (int i = 0; unwritable[i]; i++)
		db->error.unwritable =
			db->error.unwritable || strcmp(sqlstate, unwritable[i]) == 0;
}

void
cli_set_context(cli_database *db, const char *context)
{
	db->error.context = context ? cli_copy(context) : NULL;
}

void
cli_print_error(const cli_database *db)
{
	const cli_error *error = &db->error;
	char *detail =
		error->detail ? cli_speak(error->detail, db->verb, db->called) : NULL;
	char *hint =
		error->hint ? cli_speak(error->hint, db->verb, db->called) : NULL;

	cli_complain_at(error->message, detail, hint, error->context);
	free(detail);
	free(hint);
}

cli_result
cli_new_result(int ncolumns, int nrows)
{
	cli_result result = {.ncolumns = ncolumns, .nrows = nrows};

	result.names = cli_alloc((size_t) ncolumns, sizeof(char *));
	result.types = cli_alloc((size_t) ncolumns, sizeof(dbc_type));
	result.cells =
		cli_alloc((size_t) ncolumns * (size_t) nrows, sizeof(char *));
	return result;
}

void
cli_free_result(cli_result *result)
{
	for (int i = 0; i < result->ncolumns; i++)
		free(result->names[i]);
	for (int i = 0; i < result->ncolumns * result->nrows; i++)
		free(result->cells[i]);
	free(result->names);
	free(result->types);
	free(result->cells);
	*result = (cli_result){0};
}

void
cli_choose_columns(cli_result *result, const char *const *names)
{
	cli_result chosen;
	int count = 0;

	while (names[count])
		count++;
	chosen = cli_new_result(count, result->nrows);
	for (int i = 0; i < count; i++)
	{
		int from = cli_column(result, names[i]);

		chosen.names[i] = cli_copy(names[i]);
		chosen.types[i] = result->types[from];
		for (int row = 0; row < result->nrows; row++)
		{
			*cli_cell(&chosen, row, i) = *cli_cell(result, row, from);
			*cli_cell(result, row, from) = NULL;
		}
	}
	cli_free_result(result);
	*result = chosen;
}

int
cli_column(const cli_result *result, const char *name)
{
	for (int i = 0; i < result->ncolumns; i++)
	{
		if (strcmp(result->names[i], name) == 0)
			return i;
	}
	return -1;
}
