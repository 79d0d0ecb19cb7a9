/*
 * session.c
 *	  The session and its settings.
 *
 * dbcare's SQL needs fixed settings, so that a hostile search_path has no
 * effect and definitions read from the catalog look the same for everybody.
 * They are set for the session; while a script runs they are reset to those of
 * the user. The end of a failed (sub)transaction restores what was set before.
 *
 * A session begins with the settings of its user, which the owner of a database
 * can choose: ALTER DATABASE ... SET search_path.  So its first message has
 * SHOW and SET alone, which look up no names, and whatever dbcare sends later
 * is refused unless search_path is its own (core/send.c).  The options of the
 * connection could not do that: they would be what RESET restores, and poolers
 * refuse them.
 */
#include "wire/core/session.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/text.h"
#include "wire/core/answer.h"
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

/* The user's session. */
static const char session_sql[] =
	"select session_user, current_user, s.setting::pg_catalog.int8, "
	"pg_catalog.current_setting('" SHARD_MODE "', true) is not null, "
	"exists (select from pg_catalog.pg_roles as r where r.rolsuper and "
	"r.rolname = session_user) and not exists (select from "
	"pg_catalog.pg_roles as r where r.rolsuper and r.rolname = current_user) "
	"from pg_catalog.pg_settings as s where s.name = 'lock_timeout'";

/* Columns of its result. */
enum
{
	S_USER,
	S_ROLE,
	S_LOCK_TIMEOUT,
	S_HAS_SHARDS,
	S_HIDES_SUPERUSER /* whose rights any code can take back */
};

/* Remembers a text until the connection is closed. */
static char *
remember(dbcw_host *h, const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		dbcw_fail_memory(h);
	return copy;
}

/* Takes the user's value of a parameter. */
static void
take_value(dbcw_host *h, void *arg, int number, PGresult *result)
{
	dbcw_connection *c = h->connection;
	const char *value;

	(void) arg;
	if (number >= DBCW_NPINNED)
		return;
	value = dbcw_cell(h, result, 0, 0);
	c->differs[number] = strcmp(value, pinned[number].value) != 0;
	if (number == DBCW_PATH)
	{
		free(c->path);
		c->path = remember(h, value);
	}
}

/* Reads the parameters of the session, and sets search_path. */
static void
begin_session(dbcw_host *h)
{
	dbc_buffer text;

	dbc_buffer_init(&text, &h->base);
	for (int i = 0; i < DBCW_NPINNED; i++)
		dbc_append_format(&text, "show %s;", pinned[i].name);
	dbc_append_format(&text, "set search_path = %s", pinned[DBCW_PATH].value);
	if (dbcw_run_simple(h, text.data, take_value, NULL) != -1)
		dbcw_fail_result(h);
	h->connection->pinned = true;
}

/* A superuser can take a role, and the owner of a database can give one to all
 * who connect.  It does not keep code from anything: unlike the extension, a
 * connection cannot prevent SET ROLE NONE. */
static void
refuse_taken_role(dbcw_host *h, const PGresult *session)
{
	const char *role = dbcw_cell(h, session, 0, S_ROLE);

	if (*dbcw_cell(h, session, 0, S_HIDES_SUPERUSER) == 't')
		dbc_fail(&h->base, DBC_INSUFFICIENT,
				 "Code of that role can take back the rights of the superuser.",
				 dbc_format(&h->base,
							"Connect as role \"%s\", or without another role: "
							"PGOPTIONS='-c role=none'.",
							role),
				 "the session of superuser \"%s\" has role \"%s\"",
				 dbcw_cell(h, session, 0, S_USER), role);
}

void
dbcw_open_session(dbcw_host *h)
{
	dbcw_connection *c = h->connection;
	const PGresult *result;
	long long lock_timeout;

	if (c->opened)
		return;
	begin_session(h);
	dbcw_run_own(h, dbcw_own_settings(h, false));
	result = dbcw_run_statement(h, NULL, session_sql, NULL, 0);
	refuse_taken_role(h, result);
	c->user = remember(h, dbcw_cell(h, result, 0, S_USER));
	c->role = remember(h, dbcw_cell(h, result, 0, S_ROLE));
	if (!dbcw_answer_number(result, 0, S_LOCK_TIMEOUT, &lock_timeout))
		dbc_fail(&h->base, DBC_CORRUPTED, NULL, NULL,
				 "the server did not return its lock_timeout");
	c->lock_timeout = (int) lock_timeout;
	c->has_shards = *dbcw_cell(h, result, 0, S_HAS_SHARDS) == 't';
	/* it was not known before */
	if (c->has_shards)
		dbcw_run_own(h, dbcw_own_settings(h, false));
	c->opened = true;
}

void
dbcw_leave(dbcw_host *h)
{
	dbcw_run_utility(h, dbcw_users_settings(h));
	h->connection->pinned = false;
}

void
dbcw_enter(dbcw_host *h, const char *before)
{
	dbcw_run_utility(
		h, dbc_format(&h->base, "%s%s", before, dbcw_own_settings(h, true)));
	h->connection->pinned = true;
}

const char *
dbcw_local_settings(dbcw_host *h)
{
	dbc_buffer text;

	dbc_buffer_init(&text, &h->base);
	dbc_append_format(&text, "set local search_path = %s;",
					  pinned[DBCW_PATH].value);
	for (int i = 0; i < DBCW_NPINNED; i++)
		if (h->connection->differs[i] && i != DBCW_PATH)
			dbc_append_format(&text, "set local %s = '%s';", pinned[i].name,
							  pinned[i].value);
	return text.data;
}

const char *
dbcw_path_of(dbcw_host *h, const dbc_script *script)
{
	dbc_buffer text;

	if (script->is_own)
		return dbc_format(&h->base, "set search_path = %s;",
						  pinned[DBCW_PATH].value);
	if (!script->first_schema)
		return "";
	dbc_buffer_init(&text, &h->base);
	dbc_append_format(&text,
					  "select pg_catalog.set_config('search_path', E'%s%s",
					  script->first_schema, *h->connection->path ? ", " : "");
	for (const char *at = h->connection->path; *at; at++)
	{
		if (*at == '\'' || *at == '\\')
			dbc_append_bytes(&text, at, 1);
		dbc_append_bytes(&text, at, 1);
	}
	dbc_append(&text, "', false);");
	return text.data;
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

bool
dbcw_formats_differ(const dbcw_host *h)
{
	for (int i = 0; i < DBCW_NPINNED; i++)
		if (h->connection->differs[i] && pinned[i].is_of_values)
			return true;
	return false;
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
dbcw_lock_limit(dbcw_host *h)
{
	long long limit = (long long) h->base.lock_timeout_ms;

	/* 0 would mean no limit */
	return dbc_format(&h->base, "set local lock_timeout = %lld;",
					  limit > 0 ? limit : 1);
}

const char *
dbcw_own_settings(dbcw_host *h, bool dirty)
{
	dbc_buffer text;

	dbc_buffer_init(&text, &h->base);
	if (dirty)
		dbc_append(&text, "reset all;");
	/* quotes would make one name of a list; code of a script may have set it
	 * even where the user's is the same */
	dbc_append_format(&text, "set search_path = %s;", pinned[DBCW_PATH].value);
	for (int i = 0; i < DBCW_NPINNED; i++)
		if (h->connection->differs[i] && i != DBCW_PATH)
			dbc_append_format(&text, "set %s = '%s';", pinned[i].name,
							  pinned[i].value);
	/* core/ping */
	dbc_append(&text, "set dbcare.connection = on;");
	if (h->connection->has_shards)
		dbc_append(&text, "set " SHARD_MODE " = sequential;");
	if (dirty && h->base.lock_timeout_ms >= 0)
		dbc_append(&text, dbcw_lock_limit(h));
	return text.data;
}
