/*
 * host.c
 *	  The host of one call: the calls of the host interface, and the smaller ones
 *	  of them.
 */
#include "wire/core/lock.h"
#include "wire/core/query.h"
#include "wire/core/recent.h"
#include "wire/core/relation.h"
#include "wire/core/rooms.h"
#include "wire/core/script.h"
#include "wire/core/session.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/result.h"
#include "common/core/seam.h"
#include "common/core/settings.h"
#include "common/core/text.h"
#include "pg_ext/core/traits.h"

/* What waits is in memory that is about to be freed. */
typedef struct scope
{
	void (*fn)(dbc_host *, void *);
	void *arg;
} scope;

static void
run_scope(dbc_host *host, void *arg)
{
	const scope *s = arg;

	s->fn(host, s->arg);
	dbcw_flush(dbcw_of(host));
}

/* Runs fn, then frees what it has allocated; after an error only at the end of
 * the call, because the error refers to that memory. */
static void
scoped(dbc_host *host, void (*fn)(dbc_host *, void *), void *arg)
{
	dbcw_host *h = dbcw_of(host);
	struct dbcw_arena_block *blocks = h->blocks;
	size_t room = h->room;
	scope s = {fn, arg};

	h->blocks = NULL;
	h->room = 0;
	if (!dbcw_try(h, run_scope, &s))
	{
		dbcw_keep_memory(h, blocks);
		dbcw_rethrow(h);
	}
	dbcw_close(h);
	h->blocks = blocks;
	h->room = room;
}

/* ---- calls of the host interface ---- */

/* Adds a result row, or the single value of a scalar function. */
static void
emit(dbc_host *host, const dbc_value *values)
{
	dbcw_host *h = dbcw_of(host);
	const dbc_field *columns = host->function->columns;
	size_t count = 0;
	dbcw_result_row *row;

	while (columns[count].type != DBC_T_END)
		count++;
	if (count == 0)
	{
		h->result = *values;
		return;
	}
	row = dbcw_alloc(host, sizeof(*row) + count * sizeof(*values));
	memcpy(row->values, values, count * sizeof(*values));
	if (h->last_row)
		h->last_row->next = row;
	else
		h->rows = row;
	h->last_row = row;
}

static void
notice(dbc_host *host, const char *message)
{
	dbcw_connection *c = dbcw_of(host)->connection;

	if (c->notice)
		c->notice(c->notice_arg, "NOTICE", message);
}

/* A cancel ends the statement that runs, and then the call; and what goes on
 * without a statement, here. */
static void
poll(dbc_host *host)
{
	dbcw_host *h = dbcw_of(host);

	if (h->connection->cancelled)
		dbcw_fail_cancelled(h);
}

/* Reports progress to this process: other sessions see the statements. */
static void
progress(dbc_host *host, const char *phase, int64_t done, int64_t total)
{
	dbcw_connection *c = dbcw_of(host)->connection;

	poll(host);
	if (c->progress)
		c->progress(c->notice_arg, phase, done, total);
}

/* The words that PostgreSQL quotes as names, each between newlines; read once
 * per connection. */
static const char *
quoted_words(dbcw_host *h)
{
	dbcw_connection *c = h->connection;

	if (!c->words)
	{
		PGresult *result = dbcw_run_statement(
			h, NULL,
			"select e'\\n' || pg_catalog.string_agg(word, e'\\n') || e'\\n' "
			"from pg_catalog.pg_get_keywords() where catcode <> 'U'",
			NULL, 0);

		c->words = strdup(dbcw_cell(h, result, 0, 0));
		if (!c->words)
			dbcw_fail_memory(h);
	}
	return c->words;
}

/* Whether a name needs no quotes. */
static bool
is_plain_name(dbcw_host *h, const char *name)
{
	return (*name == '_' || (*name >= 'a' && *name <= 'z')) &&
		   name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] ==
			   '\0' &&
		   !strstr(quoted_words(h), dbc_format(&h->base, "\n%s\n", name));
}

/* A name quoted for SQL. */
static const char *
quote(dbc_host *host, const char *name)
{
	dbc_buffer quoted;

	if (is_plain_name(dbcw_of(host), name))
		return name;
	dbc_buffer_init(&quoted, host);
	dbc_append(&quoted, "\"");
	for (; *name; name++)
		dbc_append_bytes(&quoted, *name == '"' ? "\"\"" : name,
						 *name == '"' ? 2 : 1);
	dbc_append(&quoted, "\"");
	return quoted.data;
}

static const dbc_rows *
running(dbc_host *host)
{
	return dbc_query(host, "core/running");
}

/* The values of all parameters dbcare.<name> of settings. */
static void
read_parameters(dbcw_host *h)
{
	dbc_buffer sql;
	PGresult *result;

	h->settings =
		dbcw_alloc(&h->base, (size_t) dbc_nsettings * sizeof(*h->settings));
	dbc_buffer_init(&sql, &h->base);
	dbc_append(&sql, "select pg_catalog.current_setting('dbcare.' || n.name, "
					 "true) from pg_catalog.unnest('{");
	for (int i = 0; i < dbc_nsettings; i++)
		dbc_append_format(&sql, "%s%s", i > 0 ? "," : "", dbc_settings[i].name);
	dbc_append(&sql, "}'::pg_catalog.text[]) with ordinality as n (name, "
					 "place) order by n.place");
	result = dbcw_run_statement(h, NULL, sql.data, NULL, 0);
	for (int i = 0; i < dbc_nsettings; i++)
	{
		const char *value = dbcw_cell(h, result, i, 0);

		if (*value)
			h->settings[i] = dbc_copy(&h->base, value, strlen(value));
	}
}

/* The configuration parameter dbcare.<name>; an empty value counts as not
 * set. */
static const char *
setting(dbc_host *host, const char *name)
{
	dbcw_host *h = dbcw_of(host);

	if (!h->settings)
		read_parameters(h);
	for (int i = 0; i < dbc_nsettings; i++)
		if (dbc_same(dbc_settings[i].name, name))
			return h->settings[i];
	return NULL;
}

/* The host of the binding; what it lacks is NULL. */
static const dbc_seam seam = {
	.alloc = dbcw_alloc,
	.scoped = scoped,
	.fail = dbcw_fail,
	.query = dbcw_query,
	.guard = dbcw_guard,
	.emit = emit,
	.notice = notice,
	.progress = progress,
	.poll = poll,
	.split = dbcw_split,
	.run = dbcw_run,
	.quote = quote,
	.lock = dbcw_lock_runners,
	.exclude = dbcw_exclude,
	.commit = dbcw_commit_work,
	.survive = dbcw_survive,
	.write = dbcw_write,
	.outside = dbcw_run_outside,
	.setting = setting,
	.recall = dbcw_recall_result,
	.remember = dbcw_remember_result,
	.running = running,
	.refuse = dbcw_refuse_without_extension,
	.resolve = dbcw_resolve,
};

void
dbcw_open(dbcw_host *h, dbcw_connection *connection, const dbc_function *fn)
{
	memset(h, 0, sizeof(*h));
	h->connection = connection;
	h->base = (dbc_host){
		.seam = &seam,
		.engine = DBC_ON_POSTGRESQL,
		.traits = &dbcpg_traits,
		.engine_name = "postgresql",
		.engine_title = "PostgreSQL",
		.table_prefix = "dbcare.",
		.rooms = dbcw_rooms,
		.sql = dbcw_sql,
		.nsql = dbcw_sql_count,
		.function = fn,
		.assert_result = getenv("DBCARE_ASSERT") ? dbc_assert_result : NULL,
		.lock_timeout_ms = -1,
	};
}
