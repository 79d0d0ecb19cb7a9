/*
 * call.c
 *	  One call of a function: arguments in, result or error out.
 */
#include "wire/core/call.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/arguments.h"
#include "common/core/clock.h"
#include "common/core/event.h"
#include "common/core/json.h"
#include "common/core/text.h"
#include "wire/core/lock.h"
#include "wire/core/query.h"
#include "wire/core/recent.h"
#include "wire/core/session.h"

/* SQLSTATE for a prepared statement that does not exist. */
#define UNDEFINED_STATEMENT "26000"

/* ---- arguments ---- */

/* The SQL type that PostgreSQL reads an argument as; NULL: text as it is. */
static const char *
type_of(dbc_type type)
{
	switch (type)
	{
		case DBC_T_BOOL:
			return "bool";
		case DBC_T_INT:
			return "int8";
		case DBC_T_REAL:
			return "float8";
		case DBC_T_TIMESTAMP:
			return "timestamptz";
		case DBC_T_JSON:
			return "jsonb";
		default:
			return NULL;
	}
}

/* Reads an argument; numbers, times and documents as PostgreSQL does. */
static dbc_value
read_argument(dbcw_host *h, const dbc_field *field, const char *text)
{
	dbc_value given = dbc_text(text);
	const char *type = type_of(field->type);
	dbc_value value;
	const char *sql;

	if (!text)
	{
		if (!field->nullable && !field->optional && field->type != DBC_T_ANY &&
			field->type != DBC_T_DOCUMENT)
			dbc_refuse_null(&h->base, field->name);
		return given;
	}
	if (field->type == DBC_T_DOCUMENT)
	{
		given.integer = (int64_t) strlen(text);
		return given;
	}
	if (!type)
		return given;
	sql = dbc_format(&h->base, "select $1::pg_catalog.%s", type);
	value = dbcw_value_of(h, dbcw_run_statement(h, NULL, sql, &given, 1), 0, 0);
	if ((field->type == DBC_T_JSON || field->type == DBC_T_TIMESTAMP) &&
		!value.text)
		dbc_fail(&h->base, DBC_CORRUPTED, NULL, NULL,
				 "the server did not return the argument %s", field->name);
	return value;
}

static const dbc_value *
read_arguments(dbcw_host *h, const char *const *args)
{
	const dbc_field *fields = h->base.function->args;
	dbc_value *values;
	int count = 0;

	while (fields[count].type != DBC_T_END)
		count++;
	values = dbc_alloc(&h->base, ((size_t) count + 1) * sizeof(*values));
	for (int i = 0; i < count; i++)
		values[i] = read_argument(h, &fields[i], args ? args[i] : NULL);
	return values;
}

/* ---- the call ---- */

/* Begins the work of a call: a transaction, or a savepoint in the user's. */
static void
begin_work(dbcw_host *h)
{
	const dbc_function *fn = h->base.function;

	h->within = dbcw_pq.PQtransactionStatus(h->connection->pg) != PQTRANS_IDLE;
	if (h->within && fn->class == DBC_PROC)
		dbc_fail(&h->base, DBC_ACTIVE_TRANSACTION, NULL,
				 "Repeat the call outside a transaction, with autocommit on.",
				 "%s cannot run inside a transaction", fn->name);
	if (!h->within)
		dbcw_begin_transaction(h);
	else
		(void) dbcw_set_savepoint(h);
}

static void
open_session(dbc_host *host, void *arg)
{
	(void) arg;
	dbcw_open_session(dbcw_of(host));
}

bool
dbcw_begin(dbcw_host *h, dbcw_connection *connection)
{
	static const dbc_function none = {.name = "dbcare", .class = DBC_READ};

	dbcw_open(h, connection, &none);
	return dbcw_try(h, open_session, NULL);
}

static void
run_call(dbc_host *host, void *arg)
{
	dbcw_host *h = dbcw_of(host);
	const char *const *args = arg;
	const dbc_function *fn = host->function;

	dbc_refuse_missing(host);
	dbc_refuse_unsupported(host);
	if (!h->within)
		dbcw_open_session(h);
	host->user = h->connection->user;
	begin_work(h);
	if (dbc_class_acts(fn->class))
		host->role = h->connection->role;
	host->args = read_arguments(h, args);
	dbc_call_function(host);
	if (h->within)
		dbcw_release_savepoint(h, 1);
	else
		dbcw_commit_transaction(h);
	dbcw_flush(h);
}

bool
dbcw_call(dbcw_host *h, dbcw_connection *connection, const dbc_function *fn,
		  const char *const *args)
{
	bool done;

	connection->cancelled = 0;
	dbcw_open(h, connection, fn);
	/* the session was opened in a transaction of the user before */
	done = dbcw_try(h, run_call, (void *) args);
	if (!done && h->within)
		dbcw_roll_back_to(h, 1);
	else if (!done)
		dbcw_roll_back(h);
	if (!done && !h->within && h->statement)
		dbcw_run_last(h, dbc_format(&h->base, "deallocate %s", h->statement));
	/* a statement of the user has deallocated those of dbcare */
	if (!done && dbc_same(h->error.sqlstate, UNDEFINED_STATEMENT))
		dbcw_forget_prepared(connection);
	dbcw_unlock(h);
	return done;
}

const char *
dbcw_result_text(dbcw_host *h, const dbc_value *value, dbc_type type)
{
	int64_t ms;

	if (value->kind == DBC_NULL)
		return NULL;
	if (type == DBC_T_TIMESTAMP && value->text &&
		dbc_parse_time(value->text, &ms))
		return dbc_time_text(&h->base, ms);
	if (value->kind == DBC_REAL)
		return dbc_real_text(&h->base, value->real);
	return dbcw_text_of(h, value);
}

void
dbcw_close_connection(dbcw_connection *c)
{
	if (c->result)
		dbcw_pq.PQclear(c->result);
	dbcw_forget_prepared(c);
	dbcw_forget_results(c);
	free(c->user);
	free(c->role);
	free(c->path);
	free(c->words);
	memset(c, 0, sizeof(*c));
}
