/*
 * run.c
 *	  Statements of dbops_*() with parameters; see common/ops/host.h.
 *
 * They run as the user, who could send them himself.  A user with the rights of
 * the owner of a table gets an error if code of that table would run with rights
 * that its owner does not have: the extension runs it as the owner.
 */
#include "wire/ops/ops.h"

#include <stdlib.h>

#include "common/core/functions.h"
#include "common/core/sql_place.h"
#include "common/core/text.h"
#include "pg_ext/ops/condition.h"
#include "wire/core/owned.h"
#include "wire/core/query.h"
#include "wire/core/relation.h"
#include "wire/core/rooms.h"

/* A statement that runs. */
typedef struct running
{
	const dbc_ops_table *table; /* NULL: any */
	const char *sql;
	bool is_own;
	const dbc_ops_value *values;
	int nvalues;
	dbcw_ops_answer answer;
} running;

/* Fails if a parameter has no value: PostgreSQL would miss the type of one that
 * is not there. */
static void
require_values(dbcw_host *h, const running *r)
{
	dbc_lexeme at = dbc_scan_sql(r->sql, DBC_ON_POSTGRESQL);
	int highest = 0;

	for (; at.kind != DBC_LEX_END;
		 at = dbc_scan_sql(at.text + at.length, DBC_ON_POSTGRESQL))
		if (at.kind == DBC_LEX_PARAMETER && *at.text == '$' &&
			atoi(at.text + 1) > highest)
			highest = atoi(at.text + 1);
	if (highest > r->nvalues)
		dbc_fail(&h->base, "42P02", NULL, NULL, "there is no parameter $%d",
				 highest);
}

/* The owner of a table or of its schema can exchange code and names until a
 * statement runs, which has the rights of the user: no judgement of it lasts. */
static void
refuse_superuser(dbc_host *host)
{
	if (dbc_get_bool(host, dbc_query(host, "ops/superuser"), 0, 0))
		dbc_fail(host, DBC_INSUFFICIENT, NULL,
				 "Connect as a role of the application, or install the "
				 "extension in this database: CREATE EXTENSION dbcare;",
				 "%s cannot run as superuser without the extension",
				 host->function->name);
}

/* Prepares a statement with the search_path that it will have; returns its
 * parameters, without values. */
static dbcw_cells
prepare(dbcw_host *h, const running *r, const char *name, bool *is_binary)
{
	const PGresult *described;
	dbcw_cells cells;

	require_values(h, r);
	if (!r->is_own)
		dbcw_leave(h);
	described = dbcw_prepare(h, name, r->sql);
	*is_binary = dbcw_ops_is_binary(h, described);
	cells = dbcw_ops_new_parameters(h, described);
	if (!r->is_own)
		dbcw_enter(h, "");
	return cells;
}

/* Fails if a statement would run code of the owner of a table with rights of the
 * user that the owner does not have. */
static void
refuse_danger(dbc_host *host, const dbcw_owned *table)
{
	if (table->owns && table->danger)
		dbc_fail(host, DBC_INSUFFICIENT, NULL,
				 "Connect as the owner of the table.", "%s", table->danger);
}

/* The code that the statements of the running function may run. */
static dbcw_code
code_of(const dbc_host *host)
{
	return dbc_class_writes(host->function->class) ? DBCW_CHANGES
												   : DBCW_CONSTRAINTS;
}

/* Judges the tables and views that an analyzed statement is about. */
static void
judge_all(dbc_host *host)
{
	const dbc_rows *rows = dbc_query(host, "ops/locked");

	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_relation relation = {.id = dbc_get_int(host, rows, i, 0),
									   .schema = dbc_get_text(host, rows, i, 1),
									   .name = dbc_get_text(host, rows, i, 2),
									   .shown = dbc_get_text(host, rows, i, 3)};
		const dbcw_owned owned =
			dbcw_judge_table(host, &relation, code_of(host));

		refuse_danger(host, &owned);
	}
}

/* Judges one before a statement about it, and keeps its name. */
static void
judge(dbc_host *host, const dbc_relation *relation)
{
	const dbcw_owned owned = dbcw_describe_table(host, relation, code_of(host));

	refuse_danger(host, &owned);
}

static void
run_statement(dbc_host *host, void *arg)
{
	running *r = arg;
	dbcw_host *h = dbcw_of(host);
	const char *name =
		dbc_format(host, "dbcare_%d", ++h->connection->nprepared);
	bool is_binary;
	dbcw_cells cells;

	if (r->table)
		judge(host, r->table->relation);
	h->statement = name;
	cells = prepare(h, r, name, &is_binary);
	if (!r->table)
		judge_all(host);
	dbcw_ops_set_parameters(h, &cells, r->values);
	if (r->is_own)
		dbcw_add_users_formats(h);
	else
		dbcw_leave(h);
	r->answer = dbcw_ops_take_rows(
		h, dbcw_run_prepared(h, name, &cells, is_binary), is_binary);
	/* the code that has run may have made any */
	dbcw_enter(h, "reset role;");
	dbcw_add_pending(h, NULL, dbc_format(host, "deallocate %s", name), NULL, 0);
	h->statement = NULL;
	dbcw_ops_convert_rows(h, &r->answer);
}

static const dbc_rows *
run(dbc_host *host, const dbc_ops_table *table, const char *sql, bool is_own,
	const dbc_ops_value *values, int nvalues, const dbc_ops_receiver *receiver,
	bool *reused)
{
	dbcw_host *h = dbcw_of(host);
	running r = {.table = table,
				 .sql = sql,
				 .is_own = is_own,
				 .values = values,
				 .nvalues = nvalues};

	if (reused)
		*reused = false;
	refuse_superuser(host);
	if (!dbcw_try(h, run_statement, &r))
	{
		/* the end of the failed (sub)transaction comes next, and restores the
		 * settings */
		h->connection->pinned = true;
		dbcw_rethrow(h);
	}
	for (int row = 0; receiver && row < r.answer.rows->nrows; row++)
		receiver->row(host, receiver->arg,
					  r.answer.values +
						  (size_t) row * (size_t) r.answer.rows->ncols);
	if (receiver)
		r.answer.rows->nrows = 0;
	return r.answer.rows;
}

static void
limit_waits(dbc_host *host, int64_t timeout_ms)
{
	host->lock_timeout_ms = timeout_ms;
	dbcw_add_pending(dbcw_of(host), NULL, dbcw_lock_limit(dbcw_of(host)), NULL,
					 0);
}

/* A table, whose code may run before the statement: the conversion of a document
 * tests domains. */
static const dbc_ops_table *
describe(dbc_host *host, const dbc_relation *relation)
{
	refuse_superuser(host);
	judge(host, relation);
	return dbcw_ops_describe(host, relation);
}

static const dbc_ops_table *
find(dbc_host *host, const char *text)
{
	return describe(host, dbcw_resolve(host, text));
}

/* Under the settings of dbcare, not those that the statement has. */
static dbc_ops_value
read_document(dbc_host *host, const dbc_ops_column *column,
			  const dbc_ops_value *json)
{
	dbcw_host *h = dbcw_of(host);
	const dbc_ops_value read = {
		.value = dbcw_value_of(
			h,
			dbcw_run_statement(h, NULL, dbcpg_ops_document_sql(host, column),
							   &json->value, 1),
			0, 0)};

	return read;
}

const dbc_ops_host dbcw_ops_host = {
	.find = find,
	.describe = describe,
	.test = dbcpg_ops_test,
	.search = dbcw_ops_search,
	.run = run,
	.read_document = read_document,
	.limit_waits = limit_waits,
};
