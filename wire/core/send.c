/*
 * send.c
 *	  Sending statements: nothing is sent elsewhere.
 *
 * A statement of dbcare is refused while search_path is not its own.
 */
#include "wire/core/session.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/area.h"
#include "common/core/sql_place.h"
#include "common/core/text.h"
#include "wire/core/pending.h"
#include "wire/core/query.h"

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
		   status != PGRES_EMPTY_QUERY && status != PGRES_SINGLE_TUPLE;
}

static PGresult *
require(dbcw_host *h, PGresult *result)
{
	keep(h, result);
	if (is_failure(result))
		dbcw_fail_result(h);
	return result;
}

static void
require_own_path(dbcw_host *h)
{
	if (!h->connection->pinned)
		dbc_fail(&h->base, DBC_INTERNAL, NULL, NULL,
				 "a statement of dbcare would have the search_path of the "
				 "user");
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
	dbcw_append_pending(h, text, args, nargs, 0);
	h->last_pending->prepared = name;
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

	require_own_path(h);
	(void) dbcw_pq.PQenterPipelineMode(pg);
	for (const dbcw_pending *one = dbcw_take_pending(h); one; one = one->next)
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
	return read_results(h, count);
}

void
dbcw_flush(dbcw_host *h)
{
	if (h->pending)
		require(h, run_together(h, NULL, NULL, 0, NULL));
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
	const char *prepared = key ? prepare(h, key, text, args, nargs) : NULL;
	PGresult *result = keep(h, run_together(h, text, args, nargs, prepared));

	if (!is_failure(result))
		return result;
	dbcw_describe_result(h, &h->error);
	/* statements of rooms use dbcare's tables */
	if (key && !h->error.hint && dbc_same(h->error.sqlstate, DBC_INSUFFICIENT))
	{
		const char *area = dbc_area_for(h->base.function, text);

		h->error.hint = dbc_format(&h->base,
								   "The owner of schema dbcare can call "
								   "dbcare_grant(ROLE, '%s') for this role.",
								   area ? area : "admin");
	}
	dbcw_rethrow(h);
}

void
dbcw_analyze(dbcw_host *h, const char *text)
{
	dbcw_flush(h);
	require_own_path(h);
	require(h, dbcw_pq.PQprepare(h->connection->pg, "", text, 0, NULL));
}

dbcw_cells
dbcw_new_cells(dbcw_host *h, int count)
{
	size_t n = (size_t) count + 1;

	return (dbcw_cells){.count = count,
						.types = dbcw_alloc(&h->base, n * sizeof(Oid)),
						.bytes = dbcw_alloc(&h->base, n * sizeof(const char *)),
						.lengths = dbcw_alloc(&h->base, n * sizeof(int)),
						.formats = dbcw_alloc(&h->base, n * sizeof(int))};
}

PGresult *
dbcw_prepare(dbcw_host *h, const char *name, const char *text)
{
	PGconn *pg = h->connection->pg;

	dbcw_flush(h);
	require(h, dbcw_pq.PQprepare(pg, name, text, 0, NULL));
	return require(h, dbcw_pq.PQdescribePrepared(pg, name));
}

PGresult *
dbcw_run_prepared(dbcw_host *h, const char *name, const dbcw_cells *cells,
				  int format)
{
	dbcw_flush(h);
	return require(h, dbcw_pq.PQexecPrepared(
						  h->connection->pg, name, cells->count, cells->bytes,
						  cells->lengths, cells->formats, format));
}

PGresult *
dbcw_run_cells(dbcw_host *h, const char *text, const dbcw_cells *cells,
			   int format)
{
	dbcw_flush(h);
	require_own_path(h);
	return require(h, dbcw_pq.PQexecParams(h->connection->pg, text,
										   cells->count, cells->types,
										   cells->bytes, cells->lengths,
										   cells->formats, format));
}

/* What waits as statements without parameters, and their number. */
static const char *
pending_text(dbcw_host *h, int *count)
{
	dbc_buffer text;

	/* a text that cannot be parsed does not even make the savepoint that its
	 * failure is rolled back to */
	if (dbcw_has_pending_work(h) || dbcw_has_pending_savepoint(h))
		dbcw_flush(h);
	dbc_buffer_init(&text, &h->base);
	for (const dbcw_pending *p = dbcw_take_pending(h); p; p = p->next, ++*count)
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
	int waiting = 0;
	const char *before = pending_text(h, &waiting);
	int number = -waiting;
	int failed = -1;
	PGresult *result;

	h->sent_before = 0;
	for (const char *at = before; *at; at++)
		h->sent_before += (*at & 0xc0) != 0x80;
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

/* Whether a text has commands alone that look up no names. */
static bool
is_utility(const char *text)
{
	dbc_lexeme at = dbc_scan_sql(text, DBC_ON_POSTGRESQL);
	bool begins = true;

	for (; at.kind != DBC_LEX_END;
		 at = dbc_scan_sql(at.text + at.length, DBC_ON_POSTGRESQL))
	{
		if (begins && !dbc_lexeme_is_one_of(
						  &at, " begin commit release reset rollback set "))
			return false;
		begins = dbc_lexeme_is_symbol(&at, ";");
	}
	return true;
}

static void
run_or_fail(dbcw_host *h, const char *text)
{
	if (dbcw_run_simple(h, text, NULL, NULL) != -1)
		dbcw_fail_result(h);
}

void
dbcw_run_own(dbcw_host *h, const char *text)
{
	require_own_path(h);
	run_or_fail(h, text);
}

void
dbcw_run_utility(dbcw_host *h, const char *text)
{
	if (!is_utility(text))
		require_own_path(h);
	run_or_fail(h, text);
}

void
dbcw_run_last(dbcw_host *h, const char *text)
{
	(void) dbcw_take_pending(h);
	if (dbcw_is_connected(h) && (h->connection->pinned || is_utility(text)))
		dbcw_pq.PQclear(dbcw_pq.PQexec(h->connection->pg, text));
}

/* ---- rows one by one ---- */

typedef struct stream
{
	void (*row)(dbcw_host *h, void *arg, PGresult *result);
	void *arg;
} stream;

static void
read_stream(dbc_host *host, void *arg)
{
	const stream *s = arg;
	dbcw_host *h = dbcw_of(host);
	PGresult *result;

	do
	{
		result = require(h, dbcw_pq.PQgetResult(h->connection->pg));
		if (dbcw_pq.PQntuples(result) > 0)
			s->row(h, s->arg, result);
	} while (dbcw_pq.PQresultStatus(result) == PGRES_SINGLE_TUPLE);
}

/* Skips the rows that were not read. */
static void
end_stream(dbcw_host *h)
{
	PGconn *pg = h->connection->pg;
	PGresult *result;

	while ((result = dbcw_pq.PQgetResult(pg)))
	{
		ExecStatusType status = dbcw_pq.PQresultStatus(result);

		dbcw_pq.PQclear(result);
		if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT)
			end_copy(pg, status);
	}
}

void
dbcw_stream(dbcw_host *h, const char *text, const dbc_value *args, int nargs,
			void (*row)(dbcw_host *h, void *arg, PGresult *result), void *arg)
{
	PGconn *pg = h->connection->pg;
	parameters p = make_parameters(h, args, nargs);
	stream s = {row, arg};
	bool done;

	dbcw_flush(h);
	require_own_path(h);
	(void) dbcw_pq.PQsendQueryParams(pg, text, nargs, p.types, p.texts, NULL,
									 NULL, 0);
	(void) dbcw_pq.PQsetSingleRowMode(pg);
	done = dbcw_try(h, read_stream, &s);
	end_stream(h);
	if (!done)
		dbcw_rethrow(h);
}
