/*
 * query.c
 *	  dbcare's own SQL.
 */
#include "wire/core/owned.h"
#include "wire/core/query.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/sql_scan.h"
#include "common/core/text.h"
#include "wire/core/session.h"

/* The text of a statement with NULL for each parameter that is null: it has no
 * type, which then follows from the context. */
static const char *
with_nulls(dbcw_host *h, const char *text, const dbc_value *args, int nargs)
{
	const char *copied = text;
	dbc_lexeme at = dbc_scan_sql(text, DBC_ON_POSTGRESQL);
	dbc_buffer out;
	int nulls = 0;

	for (int i = 0; i < nargs; i++)
		nulls += args[i].kind == DBC_NULL;
	if (nulls == 0)
		return text;
	dbc_buffer_init(&out, &h->base);
	for (; at.kind != DBC_LEX_END;
		 at = dbc_scan_sql(at.text + at.length, DBC_ON_POSTGRESQL))
	{
		int number = at.kind == DBC_LEX_PARAMETER ? atoi(at.text + 1) : 0;

		if (number < 1 || number > nargs || args[number - 1].kind != DBC_NULL)
			continue;
		dbc_append_bytes(&out, copied, (size_t) (at.text - copied));
		dbc_append(&out, "null");
		copied = at.text + at.length;
	}
	dbc_append(&out, copied);
	return out.data;
}

dbc_rows *
dbcw_copy_rows(dbcw_host *h, PGresult *result)
{
	dbc_rows *rows = dbc_alloc(&h->base, sizeof(*rows));
	size_t ncells;
	dbc_value *value;
	const char **names;

	rows->affected = atoll(dbcw_pq.PQcmdTuples(result));
	rows->nrows = dbcw_pq.PQntuples(result);
	rows->ncols = dbcw_pq.PQnfields(result);
	ncells = (size_t) rows->nrows * (size_t) rows->ncols;
	value = dbc_alloc(&h->base, (ncells + 1) * sizeof(*value));
	names = dbc_alloc(&h->base, ((size_t) rows->ncols + 1) * sizeof(*names));
	for (int i = 0; i < rows->ncols; i++)
	{
		const char *name = dbcw_pq.PQfname(result, i);

		names[i] = dbc_copy(&h->base, name, strlen(name));
	}
	rows->columns = names;
	rows->values = value;
	for (int row = 0; row < rows->nrows; row++)
		for (int column = 0; column < rows->ncols; column++)
			*value++ = dbcw_value_of(h, result, row, column);
	return rows;
}

/* Statements of core rooms that are sent together with the next one: nobody
 * reads their result. */
static bool
may_wait(const dbc_sql *sql)
{
	static const char *const names[] = {
		"migrate/ledger_add", "ledger/history_add", "ledger/history_head_move"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (sql->name && dbc_same(sql->name, names[i]))
			return true;
	return false;
}

static const dbc_rows *
query_later(dbc_host *host, const dbc_sql *sql, const dbc_value *args,
			int nargs)
{
	static const dbc_rows none = {.nrows = 0};
	dbc_value *kept = dbc_alloc(host, ((size_t) nargs + 1) * sizeof(*kept));

	memcpy(kept, args, (size_t) nargs * sizeof(*kept));
	for (int i = 0; i < nargs; i++)
		if (kept[i].text)
			kept[i].text = dbc_copy(host, kept[i].text, strlen(kept[i].text));
	dbcw_add_pending(dbcw_of(host), sql,
					 with_nulls(dbcw_of(host), sql->text, args, nargs), kept,
					 nargs);
	return &none;
}

/* The scripts of a migration that dbmigrate_apply() asks for, one by one: they
 * are read at once.  NULL for any other statement. */
static const dbc_rows *
read_ahead(dbcw_host *h, const dbc_sql *sql, const dbc_value *version)
{
	dbc_host *host = &h->base;
	dbc_rows *found;

	if (!sql->name || !dbc_same(sql->name, "ledger/texts") ||
		!dbc_same(host->function->name, "dbmigrate_apply"))
		return NULL;
	if (!h->texts)
		h->texts = dbc_query(host, "ledger/pending_texts");
	/* they are asked for in about the order in which they were read */
	for (int i = 0; i < h->texts->nrows; i++)
	{
		int row = (h->next_text + i) % h->texts->nrows;

		if (!dbc_same(dbc_get_text(host, h->texts, row, sql->ncolumns),
					  version->text))
			continue;
		found = dbc_alloc(host, sizeof(*found));
		*found = *h->texts;
		found->nrows = 1;
		found->ncols = sql->ncolumns;
		found->values += row * h->texts->ncols;
		h->next_text = row + 1;
		return found;
	}
	return NULL;
}

/* Fails unless the user has the rights of the owner of dbcare's tables: there
 * is no function in the server that would write them as that owner. */
static void
require_owner(dbcw_host *h)
{
	dbc_host *host = &h->base;
	const dbc_rows *rows;
	const char *owner;

	if (h->connection->may_write)
		return;
	rows = dbc_query(host, "core/may_write");
	h->connection->may_write = rows->nrows == 0;
	if (rows->nrows == 0)
		return;
	owner = dbc_get_text(host, rows, 0, 0);
	dbc_fail(host, DBC_INSUFFICIENT,
			 "Without the extension, dbcare's tables are written with the "
			 "rights of the user.",
			 "Connect as that role, or let a role that is no superuser own "
			 "schema dbcare and its tables.",
			 "%s needs the rights of role \"%s\", which owns schema dbcare",
			 host->function->name, owner);
}

const dbc_rows *
dbcw_query(dbc_host *host, const dbc_sql *sql, const dbc_value *args, int nargs)
{
	dbcw_host *h = dbcw_of(host);
	const dbc_rows *known = read_ahead(h, sql, args);
	dbc_rows *rows;

	if (known)
		return known;
	if (sql->as_owner)
		require_owner(h);
	if (may_wait(sql))
		return query_later(host, sql, args, nargs);
	if (!sql->name)
		dbcw_refuse_untrusted_code(h, sql->text);
	rows = dbcw_copy_rows(
		h,
		dbcw_run_statement(h, sql->name ? sql : NULL,
						   with_nulls(h, sql->text, args, nargs), args, nargs));
	/* what reads the rows relies on their columns */
	if (sql->name && rows->ncols != sql->ncolumns)
		dbc_fail(host, DBC_CORRUPTED, NULL, NULL,
				 "the server returned %d columns instead of %d for %s",
				 rows->ncols, sql->ncolumns, sql->name);
	rows->statement = sql->name;
	rows->sql = sql->text;
	return rows;
}
