/*
 * session.c
 *	  Statements and transactions of a connection.
 *
 * dbcare's SQL needs fixed settings, so that a hostile search_path has no
 * effect and definitions read from the catalog look the same for everybody.
 * They are set for the session; while a script runs they are reset to those of
 * the user. The end of a failed (sub)transaction restores what was set before.
 */
#include "wire/core/session.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/text.h"
#include "wire/core/query.h"

/* The parameters that dbcare's SQL must not depend on. */
static const struct
{
	const char *name;
	const char *value;
} pinned[] = {
#define DBCPG_PINNED(name, value, is_of_values) {name, value},
#include "pg_ext/core/pinned.def"
#undef DBCPG_PINNED
};

/* Statements that wait are sent when there are so many. */
#define MOST_PENDING 256

/* A statement that has run on this connection: from the second time on it is
 * prepared. */
typedef struct dbcw_prepared
{
	struct dbcw_prepared *next;
	const void *key;
	bool is_prepared;
	int number;
	int nargs;
	dbc_value_kind kinds[];
} dbcw_prepared;

/* ---- results ---- */

/* Makes a result the last one of the connection; fails if it is an error. */
static PGresult *
keep(dbcw_host *h, PGresult *result)
{
	dbcw_connection *c = h->connection;

	dbcw_pq.PQclear(c->result);
	c->result = result;
	return result;
}

static bool
is_failure(const PGresult *result)
{
	ExecStatusType status = dbcw_pq.PQresultStatus(result);

	return status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK &&
		   status != PGRES_EMPTY_QUERY;
}

static PGresult *
require(dbcw_host *h, PGresult *result)
{
	keep(h, result);
	if (is_failure(result))
		dbcw_fail_result(h);
	return result;
}

/* ---- parameters ---- */

/* Parameters as libpq wants them. */
typedef struct parameters
{
	Oid *types;
	const char **texts;
} parameters;

static parameters
make_parameters(dbcw_host *h, const dbc_value *args, int nargs)
{
	size_t count = (size_t) nargs + 1;
	parameters p = {dbcw_alloc(&h->base, count * sizeof(*p.types)),
					dbcw_alloc(&h->base, count * sizeof(*p.texts))};

	for (int i = 0; i < nargs; i++)
	{
		p.types[i] = dbcw_type_of(&args[i]);
		p.texts[i] = dbcw_text_of(h, &args[i]);
	}
	return p;
}

void
dbcw_forget_prepared(dbcw_connection *c)
{
	while (c->prepared)
	{
		dbcw_prepared *next = c->prepared->next;

		free(c->prepared);
		c->prepared = next;
	}
}

/* What this connection knows of a statement with parameters of these kinds. */
static dbcw_prepared *
find_prepared(dbcw_host *h, const void *key, const dbc_value *args, int nargs)
{
	dbcw_connection *c = h->connection;
	dbcw_prepared *p;
	int i;

	for (p = c->prepared; p; p = p->next)
	{
		if (p->key != key || p->nargs != nargs)
			continue;
		for (i = 0; i < nargs && p->kinds[i] == args[i].kind; i++)
			;
		if (i == nargs)
			return p;
	}
	p = calloc(1, sizeof(*p) + (size_t) nargs * sizeof(*p->kinds));
	if (!p)
		dbcw_fail_memory(h);
	*p = (dbcw_prepared){.next = c->prepared, .key = key, .nargs = nargs};
	for (i = 0; i < nargs; i++)
		p->kinds[i] = args[i].kind;
	c->prepared = p;
	return NULL;
}

static const char *prepare(dbcw_host *h, const void *key, const char *text,
						   const dbc_value *args, int nargs);

/* ---- what waits ---- */

static void
add_pending(dbcw_host *h, const char *text, const dbc_value *args, int nargs,
			int savepoint)
{
	dbcw_pending *p = dbcw_alloc(&h->base, sizeof(*p));

	*p = (dbcw_pending){
		.text = text, .args = args, .nargs = nargs, .savepoint = savepoint};
	if (h->last_pending)
		h->last_pending->next = p;
	else
		h->pending = p;
	h->last_pending = p;
}

void
dbcw_add_pending(dbcw_host *h, const void *key, const char *text,
				 const dbc_value *args, int nargs)
{
	const char *name = key ? prepare(h, key, text, args, nargs) : NULL;
	int count = 0;

	for (const dbcw_pending *p = h->pending; p; p = p->next)
		count++;
	if (count >= MOST_PENDING)
		dbcw_flush(h);
	add_pending(h, text, args, nargs, 0);
	h->last_pending->prepared = name;
}

/* Whether savepoints wait. */
static bool
has_pending_savepoint(const dbcw_host *h)
{
	for (const dbcw_pending *p = h->pending; p; p = p->next)
		if (p->savepoint)
			return true;
	return false;
}

bool
dbcw_has_pending_work(const dbcw_host *h)
{
	for (const dbcw_pending *p = h->pending; p; p = p->next)
		if (p->nargs > 0)
			return true;
	return false;
}

/* Empties the list of what waits; returns it. */
static dbcw_pending *
take_pending(dbcw_host *h)
{
	dbcw_pending *first = h->pending;

	h->pending = h->last_pending = NULL;
	return first;
}

/* The results of statements sent together: the first error, else the last
 * result. */
static PGresult *
read_results(dbcw_host *h, int statements)
{
	PGconn *pg = h->connection->pg;
	PGresult *kept = NULL;
	PGresult *result;

	/* after the results of a statement there is a null */
	for (int i = 0; i < statements; i++)
		while ((result = dbcw_pq.PQgetResult(pg)))
			if (kept && is_failure(kept))
				dbcw_pq.PQclear(result);
			else
			{
				dbcw_pq.PQclear(kept);
				kept = result;
			}
	/* the end of the pipeline */
	dbcw_pq.PQclear(dbcw_pq.PQgetResult(pg));
	(void) dbcw_pq.PQexitPipelineMode(pg);
	return kept;
}

/* Sends what waits, then a statement unless its text is NULL, and returns the
 * result. */
static PGresult *
run_together(dbcw_host *h, const char *text, const dbc_value *args, int nargs,
			 const char *prepared)
{
	PGconn *pg = h->connection->pg;
	int count = 0;

	(void) dbcw_pq.PQenterPipelineMode(pg);
	for (const dbcw_pending *one = take_pending(h); one; one = one->next)
	{
		parameters p = make_parameters(h, one->args, one->nargs);

		if (one->prepared)
			(void) dbcw_pq.PQsendQueryPrepared(pg, one->prepared, one->nargs,
											   p.texts, NULL, NULL, 0);
		else
			(void) dbcw_pq.PQsendQueryParams(pg, one->text, one->nargs, p.types,
											 p.texts, NULL, NULL, 0);
		count++;
	}
	if (text)
	{
		parameters p = make_parameters(h, args, nargs);

		if (prepared)
			(void) dbcw_pq.PQsendQueryPrepared(pg, prepared, nargs, p.texts,
											   NULL, NULL, 0);
		else
			(void) dbcw_pq.PQsendQueryParams(pg, text, nargs, p.types, p.texts,
											 NULL, NULL, 0);
		count++;
	}
	(void) dbcw_pq.PQpipelineSync(pg);
	return require(h, read_results(h, count));
}

void
dbcw_flush(dbcw_host *h)
{
	if (h->pending)
		run_together(h, NULL, NULL, 0, NULL);
}

/* ---- statements ---- */

/* The name of a prepared statement; NULL for one that has not run before. */
static const char *
prepare(dbcw_host *h, const void *key, const char *text, const dbc_value *args,
		int nargs)
{
	dbcw_prepared *known = find_prepared(h, key, args, nargs);
	const char *name;

	if (!known)
		return NULL;
	if (!known->is_prepared)
		known->number = ++h->connection->nprepared;
	name = dbc_format(&h->base, "dbcare_%d", known->number);
	if (!known->is_prepared)
	{
		parameters p = make_parameters(h, args, nargs);

		dbcw_flush(h);
		require(h, dbcw_pq.PQprepare(h->connection->pg, name, text, nargs,
									 p.types));
		known->is_prepared = true;
	}
	return name;
}

PGresult *
dbcw_run_statement(dbcw_host *h, const void *key, const char *text,
				   const dbc_value *args, int nargs)
{
	return run_together(h, text, args, nargs,
						key ? prepare(h, key, text, args, nargs) : NULL);
}

void
dbcw_analyze(dbcw_host *h, const char *text)
{
	dbcw_flush(h);
	require(h, dbcw_pq.PQprepare(h->connection->pg, "", text, 0, NULL));
}

/* What waits as statements without parameters. */
static const char *
pending_text(dbcw_host *h)
{
	dbc_buffer text;

	/* a text that cannot be parsed does not even make the savepoint that its
	 * failure is rolled back to */
	if (dbcw_has_pending_work(h) || has_pending_savepoint(h))
		dbcw_flush(h);
	dbc_buffer_init(&text, &h->base);
	for (const dbcw_pending *p = take_pending(h); p; p = p->next)
		dbc_append_format(&text, "%s;", p->text);
	return text.data;
}

/* Ends a COPY that wants or sends rows. */
static void
end_copy(PGconn *pg, ExecStatusType status)
{
	char *rows;

	if (status == PGRES_COPY_IN)
		(void) dbcw_pq.PQputCopyEnd(pg, "COPY needs a client");
	else
		while (dbcw_pq.PQgetCopyData(pg, &rows, 0) > 0)
			dbcw_pq.PQfreemem(rows);
}

int
dbcw_run_simple(dbcw_host *h, const char *text,
				void (*done)(dbcw_host *h, void *arg, int number,
							 PGresult *result),
				void *arg)
{
	PGconn *pg = h->connection->pg;
	const char *before = pending_text(h);
	int number = 0;
	int failed = -1;
	PGresult *result;

	h->sent_before = (int) strlen(before);
	for (const char *at = before; *at; at++)
		number -= *at == ';';
	(void) dbcw_pq.PQsendQuery(pg, dbc_format(&h->base, "%s%s", before, text));
	while ((result = dbcw_pq.PQgetResult(pg)))
	{
		ExecStatusType status = dbcw_pq.PQresultStatus(result);

		if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT)
		{
			dbcw_pq.PQclear(result);
			end_copy(pg, status);
			continue;
		}
		keep(h, result);
		if (is_failure(result) && failed < 0)
			failed = number > 0 ? number : 0;
		if (failed >= 0)
			break;
		if (done && number >= 0)
			done(h, arg, number, result);
		number++;
	}
	while ((result = dbcw_pq.PQgetResult(pg)))
		dbcw_pq.PQclear(result);
	/* without a connection there may be no result at all */
	return failed < 0 && !dbcw_is_connected(h) ? 0 : failed;
}

void
dbcw_run_own(dbcw_host *h, const char *text)
{
	if (dbcw_run_simple(h, text, NULL, NULL) != -1)
		dbcw_fail_result(h);
}

/* ---- transactions ---- */

/* The statement that limits waits for locks. */
const char *
dbcw_lock_limit(dbcw_host *h)
{
	long long limit = (long long) h->base.lock_timeout_ms;

	/* 0 would mean no limit */
	return dbc_format(&h->base, "set local lock_timeout = %lld;",
					  limit > 0 ? limit : 1);
}

void
dbcw_begin_transaction(dbcw_host *h)
{
	h->in_transaction = true;
	add_pending(h,
				!dbc_class_acts(h->base.function->class)
					? "begin isolation level repeatable read read only"
				: h->base.one_snapshot ||
						!dbc_class_writes(h->base.function->class)
					? "begin isolation level repeatable read"
					: "begin isolation level read committed",
				NULL, 0, 0);
	if (h->base.lock_timeout_ms >= 0)
		add_pending(h, dbcw_lock_limit(h), NULL, 0, 0);
}

void
dbcw_commit_transaction(dbcw_host *h)
{
	add_pending(h, "commit", NULL, 0, 0);
	dbcw_flush(h);
	h->in_transaction = false;
}

/* Runs a statement whose failure does not matter: the connection is lost. */
static void
run_last(dbcw_host *h, const char *text)
{
	(void) take_pending(h);
	if (dbcw_is_connected(h))
		dbcw_pq.PQclear(dbcw_pq.PQexec(h->connection->pg, text));
}

void
dbcw_roll_back(dbcw_host *h)
{
	bool idle = dbcw_pq.PQtransactionStatus(h->connection->pg) == PQTRANS_IDLE;

	if (idle)
		(void) take_pending(h);
	else
		run_last(h, "rollback");
	h->in_transaction = false;
}

int
dbcw_set_savepoint(dbcw_host *h)
{
	int number = ++h->savepoints;

	if (dbcw_has_pending_work(h))
		dbcw_flush(h);
	add_pending(h, dbc_format(&h->base, "savepoint dbcare_%d", number), NULL, 0,
				number);
	return number;
}

/* Forgets a savepoint that still waits, and what follows; false if it was
 * sent. */
static bool
forget_savepoint(dbcw_host *h, int number)
{
	dbcw_pending *before = NULL;
	dbcw_pending *p = h->pending;

	for (; p && p->savepoint != number; p = p->next)
		before = p;
	if (!p)
		return false;
	if (before)
		before->next = NULL;
	else
		h->pending = NULL;
	h->last_pending = before;
	return true;
}

void
dbcw_release_savepoint(dbcw_host *h, int number)
{
	if (!forget_savepoint(h, number))
		add_pending(h,
					dbc_format(&h->base, "release savepoint dbcare_%d", number),
					NULL, 0, 0);
}

void
dbcw_roll_back_to(dbcw_host *h, int number)
{
	if (!forget_savepoint(h, number))
		run_last(h, dbc_format(&h->base,
							   "rollback to savepoint dbcare_%d;"
							   "release savepoint dbcare_%d",
							   number, number));
}

/* ---- settings ---- */

/* Citus refuses DDL after other statements of the transaction without it. */
#define SHARD_MODE "citus.multi_shard_modify_mode"

/* The user's session, and whether it has other settings than dbcare's SQL
 * needs. */
static const char session_sql[] =
	"select session_user, current_user, "
	"pg_catalog.current_setting('search_path'), s.setting::pg_catalog.int8, "
	"pg_catalog.current_setting('" SHARD_MODE "', true) is not null "
	"from pg_catalog.pg_settings as s where s.name = 'lock_timeout'";

/* Remembers a text until the connection is closed. */
static char *
remember(dbcw_host *h, const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		dbcw_fail_memory(h);
	return copy;
}

/* Which parameters of the session have another value than dbcare's SQL needs.
 */
static void
compare_settings(dbcw_host *h)
{
	dbc_buffer sql;
	PGresult *result;

	dbc_buffer_init(&sql, &h->base);
	for (size_t i = 0; i < DBCW_NPINNED; i++)
		dbc_append_format(
			&sql, "%spg_catalog.current_setting('%s') is distinct from '%s'",
			i > 0 ? ", " : "select ", pinned[i].name, pinned[i].value);
	result = dbcw_run_statement(h, NULL, sql.data, NULL, 0);
	for (int i = 0; i < DBCW_NPINNED; i++)
		h->connection->differs[i] = *dbcw_cell(h, result, 0, i) == 't';
}

void
dbcw_open_session(dbcw_host *h)
{
	dbcw_connection *c = h->connection;
	const PGresult *result;

	if (c->opened)
		return;
	result = dbcw_run_statement(h, NULL, session_sql, NULL, 0);
	c->user = remember(h, dbcw_cell(h, result, 0, 0));
	c->role = remember(h, dbcw_cell(h, result, 0, 1));
	c->path = remember(h, dbcw_cell(h, result, 0, 2));
	c->lock_timeout = atoi(dbcw_cell(h, result, 0, 3));
	c->has_shards = *dbcw_cell(h, result, 0, 4) == 't';
	compare_settings(h);
	dbcw_run_own(h, dbcw_own_settings(h, false));
	c->opened = true;
}

const char *
dbcw_users_settings(dbcw_host *h)
{
	dbc_buffer text;

	dbc_buffer_init(&text, &h->base);
	for (int i = 0; i < DBCW_NPINNED; i++)
		if (h->connection->differs[i])
			dbc_append_format(&text, "reset %s;", pinned[i].name);
	return text.data;
}

const char *
dbcw_own_settings(dbcw_host *h, bool dirty)
{
	dbc_buffer text;

	dbc_buffer_init(&text, &h->base);
	if (dirty)
		dbc_append(&text, "reset all;");
	for (int i = 0; i < DBCW_NPINNED; i++)
		if (h->connection->differs[i])
			/* quotes would make one name of a list */
			dbc_append_format(&text, i == 0 ? "set %s = %s;" : "set %s = '%s';",
							  pinned[i].name, pinned[i].value);
	/* core/ping */
	dbc_append(&text, "set dbcare.connection = on;");
	if (h->connection->has_shards)
		dbc_append(&text, "set " SHARD_MODE " = sequential;");
	if (dirty && h->base.lock_timeout_ms >= 0)
		dbc_append(&text, dbcw_lock_limit(h));
	return text.data;
}
