/*
 * session.c
 *	  The session and its settings.
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
	bool is_of_values; /* affects how values are read, computed or written */
} pinned[] = {
#define DBCPG_PINNED(name, value, is_of_values) {name, value, is_of_values},
#include "pg_ext/core/pinned.def"
#undef DBCPG_PINNED
};

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

void
dbcw_add_users_formats(dbcw_host *h)
{
	for (int i = 0; i < DBCW_NPINNED; i++)
		if (h->connection->differs[i] && pinned[i].is_of_values)
			dbcw_add_pending(h, NULL,
							 dbc_format(&h->base, "reset %s", pinned[i].name),
							 NULL, 0);
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
