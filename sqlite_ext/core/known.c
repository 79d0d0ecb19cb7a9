/*
 * known.c
 *	  What a connection knows between calls, until the engine tells of a change;
 *	  see core/connection.c.
 */
#include "sqlite_ext/core/connection_state.h"

#include <string.h>

#include "common/core/asserts.h"

/* ---- what was read of the schema ---- */

/* Forgets what another schema had. */
static bool
is_current(dbcsl_knowledge *all, int version, bool is_known)
{
	if (is_known && all->version == version)
		return true;
	dbcsl_forget_all(all);
	all->version = version;
	return false;
}

static const void *
recall(dbcsl_connection *connection, dbcsl_knowledge *all, const char *key)
{
	for (int i = 0; i < DBCSL_MOST_KNOWN; i++)
	{
		dbcsl_known *place = &all->places[i];

		if (place->key && strcmp(place->key, key) == 0)
		{
			place->used = connection->uses++;
			return place->memory;
		}
	}
	return NULL;
}

/* Stores memory, or frees it if memory runs out. */
static void
remember(dbcsl_connection *connection, dbcsl_knowledge *all, const char *key,
		 void *memory)
{
	dbcsl_known *oldest = all->places;
	char *copy = memory ? sqlite3_mprintf("%s", key) : NULL;

	if (!copy)
	{
		sqlite3_free(memory);
		return;
	}
	for (int i = 0; i < DBCSL_MOST_KNOWN && oldest->key; i++)
	{
		dbcsl_known *place = &all->places[i];

		if (!place->key || place->used < oldest->used)
			oldest = place;
	}
	dbcsl_forget(oldest);
	*oldest = (dbcsl_known){copy, memory, connection->uses++};
}

int
dbcsl_begin_recall(dbcsl_host *h)
{
	h->reads = true;
	return ++h->connection->reading;
}

void
dbcsl_end_recall(dbcsl_host *h)
{
	DBC_ASSERT(&h->base, h->connection->reading > 0);
	h->connection->reading--;
	h->reads = h->recalls = false;
}

void
dbcsl_check_recall(dbcsl_host *h, int version, bool is_known)
{
	dbcsl_connection *connection = h->connection;

	/* a nested call has another reader, which cannot know */
	h->recalls = connection->reading == 1;
	if (h->recalls && !is_current(&connection->tables, version, is_known))
		connection->schema++;
}

const void *
dbcsl_recall(dbcsl_host *h, const char *key)
{
	return h->recalls ? recall(h->connection, &h->connection->tables, key)
					  : NULL;
}

void
dbcsl_remember(dbcsl_host *h, const char *key, void *memory)
{
	if (h->recalls)
		remember(h->connection, &h->connection->tables, key, memory);
	else
		sqlite3_free(memory);
}

static void
check_followed(dbcsl_host *h, bool is_known)
{
	if (h->connection && !is_current(&h->connection->statements, 0, is_known))
	{
		h->connection->followed++;
		dbcsl_forget_made(h->connection);
		dbcsl_set_verified(h->connection, NULL);
		dbcsl_set_safe(h->connection, NULL);
	}
}

/* Whether the application can change definitions without a new version of the
 * schema. */
static bool
is_schema_writable(sqlite3 *db)
{
	int is_writable = 0;

	sqlite3_db_config(db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, -1, &is_writable);
	return is_writable != 0;
}

/* Prepared again when the schema is another one: after a rollback, a setting, a
 * change of temp or of the number of its version, too. */
#define SCHEMA "select 1 from main.sqlite_schema limit 0 -- followed"

bool
dbcsl_is_schema_unchanged(dbcsl_host *h)
{
	bool is_verified; /* it evaluates nothing */
	sqlite3_stmt *statement = dbcsl_take_kept(h, SCHEMA, &is_verified);
	bool is_known = statement != NULL;
	int code = SQLITE_OK;

	dbcsl_plan_to_keep(h);
	if (!statement)
		code = sqlite3_prepare_v2(h->db, SCHEMA, -1, &statement, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_step(statement);
	is_known =
		is_known && !is_schema_writable(h->db) &&
		sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_REPREPARE, 0) == 0;
	dbcsl_keep(h, statement, true);
	if (code != SQLITE_DONE)
		dbcsl_fail_engine(h, code);
	check_followed(h, is_known);
	return is_known;
}

const char *
dbcsl_recall_followed(dbcsl_host *h, const char *shape)
{
	return h->connection
			   ? recall(h->connection, &h->connection->statements, shape)
			   : NULL;
}

void
dbcsl_remember_followed(dbcsl_host *h, const char *shape, char *names)
{
	if (h->connection)
		remember(h->connection, &h->connection->statements, shape, names);
	else
		sqlite3_free(names);
}

/* ---- what calls make for a table of main ---- */

int64_t
dbcsl_schema_number(const dbcsl_host *h)
{
	return h->connection && h->connection->is_connected
			   ? h->connection->followed
			   : -1;
}

void *
dbcsl_take_made(dbcsl_host *h, const char *key)
{
	if (dbcsl_schema_number(h) < 0)
		return NULL;
	for (int i = 0; i < DBCSL_MOST_MADE; i++)
	{
		dbcsl_made *place = &h->connection->made[i];
		void *memory = place->memory;

		if (memory && strcmp(place->key, key) == 0)
		{
			*place = (dbcsl_made){.memory = NULL};
			return memory;
		}
	}
	return NULL;
}

void
dbcsl_leave_made(dbcsl_host *h, int64_t schema, const char *key, void *memory,
				 void (*end)(void *memory))
{
	dbcsl_made *oldest = h->connection ? h->connection->made : NULL;

	if (schema < 0 || schema != dbcsl_schema_number(h))
	{
		end(memory);
		return;
	}
	for (int i = 0; i < DBCSL_MOST_MADE; i++)
	{
		dbcsl_made *place = &h->connection->made[i];

		/* a call within this one may have left the same */
		if (place->memory && strcmp(place->key, key) == 0)
			dbcsl_end_made(place);
		if (!place->memory || (oldest->memory && place->used < oldest->used))
			oldest = place;
	}
	dbcsl_end_made(oldest);
	*oldest = (dbcsl_made){memory, key, end, h->connection->uses++};
}

/* ---- what an authorizer allows ---- */

/* Reads nothing, and is prepared again when an authorizer has been set. */
#define SENTINEL "select 1 -- allowed"

void
dbcsl_check_allowed(dbcsl_host *h)
{
	bool is_verified;
	sqlite3_stmt *statement = dbcsl_take_kept(h, SENTINEL, &is_verified);
	bool is_known = statement != NULL;

	if (!is_known)
		sqlite3_prepare_v2(h->db, SENTINEL, -1, &statement, NULL);
	is_known =
		sqlite3_step(statement) == SQLITE_ROW && is_known &&
		sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_REPREPARE, 0) == 0;
	is_current(&h->connection->allowed, 0, is_known);
	dbcsl_keep(h, statement, true);
}

const bool *
dbcsl_recall_allowed(dbcsl_host *h, const char *name)
{
	return recall(h->connection, &h->connection->allowed, name);
}

void
dbcsl_remember_allowed(dbcsl_host *h, const char *name, bool is_allowed)
{
	bool *memory = sqlite3_malloc64(sizeof(*memory));

	if (memory)
		*memory = is_allowed;
	remember(h->connection, &h->connection->allowed, name, memory);
}

/* ---- unsafe functions ---- */

void
dbcsl_begin_sharing(dbcsl_connection *connection)
{
	connection->sharing++;
}

void
dbcsl_end_sharing(dbcsl_connection *connection)
{
	if (--connection->sharing > 0)
		return;
	sqlite3_free(connection->functions);
	connection->functions = NULL;
	connection->is_compared = connection->is_awaited = false;
}

const char *
dbcsl_shared_functions(const dbcsl_connection *connection)
{
	return connection->functions;
}

bool
dbcsl_share_functions(dbcsl_connection *connection, char *names)
{
	if (connection->sharing == 0)
		return false;
	sqlite3_free(connection->functions);
	connection->functions = names;
	return true;
}

void
dbcsl_set_safe(dbcsl_connection *connection, char *functions)
{
	sqlite3_free(connection->safe_with);
	connection->safe_with = functions;
}

const char *
dbcsl_safe_with(const dbcsl_connection *connection)
{
	return connection->safe_with;
}

/* ---- dbcare's tables ---- */

void
dbcsl_set_verified(dbcsl_connection *connection, char *functions)
{
	sqlite3_free(connection->verified_with);
	connection->verified_with = functions;
	connection->is_compared = functions != NULL;
	connection->is_awaited = false;
}

bool
dbcsl_is_verified(dbcsl_connection *connection)
{
	if (connection->verified_with && !connection->is_compared)
		connection->is_awaited = true;
	return connection->verified_with != NULL;
}

const char *
dbcsl_awaits_functions(dbcsl_connection *connection)
{
	bool was_awaited = connection->is_awaited;

	connection->is_awaited = false;
	connection->is_compared |= was_awaited;
	return was_awaited ? connection->verified_with : NULL;
}
