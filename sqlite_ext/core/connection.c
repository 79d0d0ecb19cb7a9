/*
 * connection.c
 *	  What the library keeps for a connection between calls: prepared
 *	  statements, and what was read of the schema.
 *
 * sqlite3_close() refuses a connection with statements, but disconnects all
 * virtual tables first; dbcare_connection is such a table, without a use in
 * SQL, and finalizes the statements when it is disconnected.  No statement is
 * kept before it is connected.
 *
 * A kept statement is reset and has no values, so it holds no lock, no snapshot
 * and no schema.  SQLite prepares it again when the schema, a function, a
 * collation, a setting or the authorizer has changed since; then it is not kept
 * any longer, because what was verified when it was first kept may have
 * changed, too.  Two changes are not noticed by SQLite:
 *
 * - Before 3.53 removing an authorizer.  So a statement is only kept if no part
 *	 of it was ignored; see trust/allowed.c and dbcsl_ops_host.run().
 * - That a deserialized database takes the place of main, if the versions of
 *	 the schemas are equal.  So nothing is used or kept in such a database.
 *
 * A statement is prepared again with the definitions of the new schema, which
 * trust/reach.c has not followed: one that was kept in another is followed
 * again.
 */
#include "sqlite_ext/core/connection_state.h"
#include "sqlite_ext/core/replaced.h"

#include <string.h>

#include "common/core/asserts.h"

#define TABLE "dbcare_connection"

typedef struct end_table
{
	sqlite3_vtab base;
	dbcsl_connection *connection;
} end_table;

/* ---- statements ---- */

/* Whether a statement still exists: some applications finalize all that
 * sqlite3_next_stmt() lists before they close a connection. */
static bool
exists(const dbcsl_connection *connection, const dbcsl_kept *place)
{
	sqlite3_stmt *statement = NULL;

	while ((statement = sqlite3_next_stmt(connection->db, statement)) != NULL)
		if (statement == place->statement)
			return strlen(sqlite3_sql(statement)) == place->length;
	return false;
}

/* Makes a place free; its statement is the caller's. */
static void
clear_place(dbcsl_connection *connection, dbcsl_kept *place)
{
	connection->bytes -= place->bytes;
	*place = (dbcsl_kept){.statement = NULL};
}

/* A call finalizes itself what it has taken. */
static void
finalize_all(dbcsl_connection *connection)
{
	for (int i = 0; i < DBCSL_MOST_KEPT; i++)
	{
		dbcsl_kept *place = &connection->kept[i];

		if (place->statement && !place->is_taken && exists(connection, place))
			sqlite3_finalize(place->statement);
		clear_place(connection, place);
	}
}

/* Connects the table now, while the call can still fail: if memory ran out
 * after its commit, SQLite would fail the statement that calls it. */
void
dbcsl_plan_to_keep(dbcsl_host *h)
{
	sqlite3_stmt *statement = NULL;
	int code = SQLITE_OK;

	if (h->connection && !h->connection->is_connected)
		code = sqlite3_prepare_v2(h->db, "pragma temp.table_info(" TABLE ")",
								  -1, &statement, NULL);
	sqlite3_finalize(statement);
	if (code == SQLITE_NOMEM)
		dbcsl_fail_memory(h);
}

sqlite3_stmt *
dbcsl_take_kept(dbcsl_host *h, const char *text, bool *is_verified)
{
	dbcsl_connection *connection = h->connection;
	size_t length = strlen(text);

	if (!connection || dbcsl_is_replaced(h->db))
		return NULL;
	for (int i = 0; i < DBCSL_MOST_KEPT; i++)
	{
		dbcsl_kept *place = &connection->kept[i];

		if (place->statement && !place->is_taken && place->length == length &&
			memcmp(sqlite3_sql(place->statement), text, length) == 0)
		{
			place->is_taken = true;
			*is_verified = h->recalls && place->schema == connection->schema;
			return place->statement;
		}
	}
	return NULL;
}

/* Whether a statement that has been reset with a code can be kept. */
static bool
may_keep(const dbcsl_host *h, sqlite3_stmt *statement, int code)
{
	return statement && h->connection && code == SQLITE_OK &&
		   sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_REPREPARE, 0) ==
			   0 &&
		   !dbcsl_is_replaced(h->db) && h->connection->is_connected;
}

/* The place that a statement was taken from, or NULL. */
static dbcsl_kept *
place_of(dbcsl_connection *connection, const sqlite3_stmt *statement)
{
	for (int i = 0; i < DBCSL_MOST_KEPT; i++)
		if (connection->kept[i].statement == statement)
			return &connection->kept[i];
	return NULL;
}

/* A free place, or the one that has not been used for longest; NULL if all are
 * taken. */
static dbcsl_kept *
oldest_place(dbcsl_connection *connection, bool may_be_free)
{
	dbcsl_kept *oldest = NULL;

	for (int i = 0; i < DBCSL_MOST_KEPT; i++)
	{
		dbcsl_kept *place = &connection->kept[i];

		if (!place->statement && may_be_free)
			return place;
		if (place->statement && !place->is_taken &&
			(!oldest || place->used < oldest->used))
			oldest = place;
	}
	return oldest;
}

static void
drop_oldest(dbcsl_connection *connection, dbcsl_kept *place)
{
	sqlite3_finalize(place->statement);
	clear_place(connection, place);
}

/* Stores a statement that is taken, and drops old ones if all need too much. */
static void
store(dbcsl_connection *connection, sqlite3_stmt *statement)
{
	dbcsl_kept *place = oldest_place(connection, true);

	if (!place)
	{
		sqlite3_finalize(statement);
		return;
	}
	drop_oldest(connection, place);
	*place = (dbcsl_kept){
		.statement = statement,
		.is_taken = true,
		.length = strlen(sqlite3_sql(statement)),
		.bytes = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_MEMUSED, 0)};
	connection->bytes += place->bytes;
	while (connection->bytes > DBCSL_MOST_BYTES &&
		   (place = oldest_place(connection, false)) != NULL)
		drop_oldest(connection, place);
}

void
dbcsl_keep(dbcsl_host *h, sqlite3_stmt *statement, bool is_wanted)
{
	dbcsl_connection *connection = h->connection;
	int code = sqlite3_reset(statement);
	bool keeps = is_wanted && may_keep(h, statement, code);
	dbcsl_kept *place =
		connection && statement ? place_of(connection, statement) : NULL;

	DBC_ASSERT(&h->base, !sqlite3_stmt_busy(statement));
	if (!keeps)
	{
		if (place)
			clear_place(connection, place);
		sqlite3_finalize(statement);
		return;
	}
	sqlite3_clear_bindings(statement);
	if (!place)
	{
		store(connection, statement);
		place = place_of(connection, statement);
	}
	if (!place)
		return;
	place->is_taken = false;
	place->used = connection->uses++;
	place->schema = connection->schema;
}

int64_t
dbcsl_kept_schema(dbcsl_host *h, sqlite3_stmt *statement)
{
	const dbcsl_kept *place = place_of(h->connection, statement);

	return place ? place->followed : 0;
}

void
dbcsl_set_kept_schema(dbcsl_host *h, sqlite3_stmt *statement, int64_t schema)
{
	dbcsl_kept *place =
		h->connection ? place_of(h->connection, statement) : NULL;

	if (place)
		place->followed = schema;
}

bool
dbcsl_was_prepared(dbcsl_host *h, int number)
{
	dbcsl_connection *connection = h->connection;
	unsigned char bit = (unsigned char) (1 << number % 8);
	bool was = connection && connection->prepared &&
			   (connection->prepared[number / 8] & bit);

	if (connection && !connection->prepared)
	{
		size_t size = (size_t) h->base.nsql / 8 + 1;

		connection->prepared = sqlite3_malloc64(size);
		if (connection->prepared)
			memset(connection->prepared, 0, size);
	}
	if (connection && connection->prepared)
		connection->prepared[number / 8] |= bit;
	return was;
}

/* ---- what is known; see core/known.c ---- */

void
dbcsl_forget(dbcsl_known *place)
{
	sqlite3_free(place->key);
	sqlite3_free(place->memory);
	*place = (dbcsl_known){.key = NULL};
}

void
dbcsl_forget_all(dbcsl_knowledge *all)
{
	for (int i = 0; i < DBCSL_MOST_KNOWN; i++)
		dbcsl_forget(&all->places[i]);
}

void
dbcsl_end_made(dbcsl_made *place)
{
	if (place->memory)
		place->end(place->memory);
	*place = (dbcsl_made){.memory = NULL};
}

void
dbcsl_forget_made(dbcsl_connection *connection)
{
	for (int i = 0; i < DBCSL_MOST_MADE; i++)
		dbcsl_end_made(&connection->made[i]);
}

/* ---- results ---- */

static void
free_recent(dbc_recent result)
{
	sqlite3_free(result.key);
	sqlite3_free(result.text);
}

const char *
dbcsl_recall_result(dbc_host *host, const char *key, int64_t max_age_ms)
{
	dbcsl_host *h = dbcsl_of(host);

	return h->connection
			   ? dbc_find_recent(h->connection->recent, key, max_age_ms)
			   : NULL;
}

void
dbcsl_remember_result(dbc_host *host, const char *key, const char *text)
{
	dbcsl_host *h = dbcsl_of(host);
	dbc_recent result;

	if (!h->connection || !sqlite3_get_autocommit(h->db))
		return;
	result.key = sqlite3_mprintf("%s", key);
	result.text = sqlite3_mprintf("%s", text);
	if (result.key && result.text)
		result = dbc_put_recent(h->connection->recent, &result);
	free_recent(result);
}

/* ---- the table ---- */

static int
connect_table(sqlite3 *db, void *aux, int argc, const char *const *argv,
			  sqlite3_vtab **result, char **error)
{
	dbcsl_entry *entry = aux;
	end_table *table;
	int code = sqlite3_declare_vtab(db, "create table x(unused hidden)");

	(void) argc;
	(void) argv;
	(void) error;
	if (code != SQLITE_OK)
		return code;
	table = sqlite3_malloc64(sizeof(*table));
	if (!table)
		return SQLITE_NOMEM;
	/* after the library was loaded again, the table may outlive its module */
	*table = (end_table){.connection = entry->connection};
	entry->connection->references++;
	entry->connection->is_connected = true;
	*result = &table->base;
	return SQLITE_OK;
}

static int
disconnect_table(sqlite3_vtab *base)
{
	end_table *table = (end_table *) base;

	table->connection->is_connected = false;
	finalize_all(table->connection);
	dbcsl_release_connection(table->connection);
	sqlite3_free(table);
	return SQLITE_OK;
}

/* Refuses every query. */
static int
plan_scan(sqlite3_vtab *table, sqlite3_index_info *info)
{
	(void) info;
	sqlite3_free(table->zErrMsg);
	table->zErrMsg = sqlite3_mprintf(TABLE " has no rows");
	return SQLITE_ERROR;
}

/* ---- the connection ---- */

dbcsl_connection *
dbcsl_make_connection(sqlite3 *db)
{
	size_t size = sizeof(dbcsl_connection) +
				  ((size_t) dbc_nfunctions + 1) * sizeof(dbcsl_entry);
	dbcsl_connection *connection = sqlite3_malloc64(size);

	if (!connection)
		return NULL;
	memset(connection, 0, size);
	connection->db = db;
	connection->references = 1;
	for (int i = 0; i <= dbc_nfunctions; i++)
		connection->entries[i] = (dbcsl_entry){
			i < dbc_nfunctions ? &dbc_functions[i] : NULL, connection};
	return connection;
}

void
dbcsl_release_connection(dbcsl_connection *connection)
{
	if (--connection->references > 0)
		return;
	dbcsl_forget_all(&connection->tables);
	dbcsl_forget_all(&connection->statements);
	dbcsl_forget_all(&connection->allowed);
	dbcsl_forget_made(connection);
	for (int i = 0; i < DBC_MOST_RECENT; i++)
		free_recent(connection->recent[i]);
	sqlite3_free(connection->verified_with);
	sqlite3_free(connection->safe_with);
	sqlite3_free(connection->prepared);
	sqlite3_free(connection);
}

dbcsl_entry *
dbcsl_connection_entry(dbcsl_connection *connection, int number)
{
	connection->references++;
	return &connection->entries[number];
}

void
dbcsl_release_entry(void *entry)
{
	dbcsl_release_connection(((dbcsl_entry *) entry)->connection);
}

int
dbcsl_register_connection(sqlite3 *db, dbcsl_connection *connection)
{
	static const sqlite3_module module = {.xConnect = connect_table,
										  .xBestIndex = plan_scan,
										  .xDisconnect = disconnect_table};

	return sqlite3_create_module_v2(
		db, TABLE, &module, dbcsl_connection_entry(connection, dbc_nfunctions),
		dbcsl_release_entry);
}
