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
 * - Before 3.53 removing an authorizer.  So a statement is only kept if its
 *	 columns were not replaced by NULL; see dbcsl_ops_host.run().
 * - That a deserialized database takes the place of main, if the versions of
 *	 the schemas are equal.  So nothing is used or kept in such a database.
 *
 * A statement is prepared again with the definitions of the new schema, which
 * trust/reach.c has not followed: one that was kept in another is followed
 * again.
 */
#include "sqlite_ext/core/connection.h"
#include "sqlite_ext/core/replaced.h"

#include <string.h>

#include "common/core/asserts.h"

#define TABLE "dbcare_connection"

/* The most statements that a connection keeps. */
#define MOST_KEPT 64

/* The most tables and the like that it knows, and as many statements. */
#define MOST_KNOWN 64

typedef struct kept
{
	sqlite3_stmt *statement; /* NULL: a free place */
	size_t length;			 /* of its text */
	int64_t used;			 /* the statement used last has the highest */
	int64_t schema;			 /* the number of the schema that was in use */
} kept;

/* Something that was read of the schema. */
typedef struct known
{
	char *key; /* NULL: a free place */
	void *memory;
	int64_t used; /* as above */
} known;

typedef struct knowledge
{
	int version; /* of the schema that it was read of */
	known places[MOST_KNOWN];
} knowledge;

struct dbcsl_connection
{
	sqlite3 *db;
	int references;
	int reading;	   /* READ calls in progress */
	bool is_connected; /* its table */
	int64_t uses;
	kept kept[MOST_KEPT];
	int64_t schema; /* counts the schemas that READ calls have seen */
	knowledge tables;
	knowledge statements;
	int sharing; /* calls in progress, one within the other */
	char *functions;
	dbcsl_entry entries[];
};

typedef struct end_table
{
	sqlite3_vtab base;
	dbcsl_connection *connection;
} end_table;

/* ---- statements ---- */

/* Whether a statement still exists: some applications finalize all that
 * sqlite3_next_stmt() lists before they close a connection. */
static bool
exists(const dbcsl_connection *connection, const kept *place)
{
	sqlite3_stmt *statement = NULL;

	while ((statement = sqlite3_next_stmt(connection->db, statement)) != NULL)
		if (statement == place->statement)
			return strlen(sqlite3_sql(statement)) == place->length;
	return false;
}

static void
finalize_all(dbcsl_connection *connection)
{
	for (int i = 0; i < MOST_KEPT; i++)
	{
		kept *place = &connection->kept[i];

		if (place->statement && exists(connection, place))
			sqlite3_finalize(place->statement);
		place->statement = NULL;
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
	for (int i = 0; i < MOST_KEPT; i++)
	{
		kept *place = &connection->kept[i];

		if (place->statement && place->length == length &&
			memcmp(sqlite3_sql(place->statement), text, length) == 0)
		{
			sqlite3_stmt *statement = place->statement;

			place->statement = NULL;
			*is_verified = h->recalls && place->schema == connection->schema;
			return statement;
		}
	}
	return NULL;
}

/* Whether a statement that has been reset with a code can be kept. */
static bool
may_keep(const dbcsl_host *h, sqlite3_stmt *statement, int code)
{
	return statement && h->connection && code == SQLITE_OK &&
		   sqlite3_stmt_readonly(statement) &&
		   sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_REPREPARE, 0) ==
			   0 &&
		   !dbcsl_is_replaced(h->db) && h->connection->is_connected;
}

void
dbcsl_keep(dbcsl_host *h, sqlite3_stmt *statement)
{
	int code = sqlite3_reset(statement);
	kept *oldest;

	DBC_ASSERT(&h->base, !sqlite3_stmt_busy(statement));
	if (!may_keep(h, statement, code))
	{
		sqlite3_finalize(statement);
		return;
	}
	oldest = h->connection->kept;
	for (int i = 0; i < MOST_KEPT && oldest->statement; i++)
	{
		kept *place = &h->connection->kept[i];

		if (!place->statement || place->used < oldest->used)
			oldest = place;
	}
	sqlite3_finalize(oldest->statement);
	sqlite3_clear_bindings(statement);
	*oldest = (kept){.statement = statement,
					 .length = strlen(sqlite3_sql(statement)),
					 .used = h->connection->uses++,
					 .schema = h->connection->schema};
}

/* ---- what was read of the schema ---- */

static void
forget(known *place)
{
	sqlite3_free(place->key);
	sqlite3_free(place->memory);
	*place = (known){.key = NULL};
}

static void
forget_all(knowledge *all)
{
	for (int i = 0; i < MOST_KNOWN; i++)
		forget(&all->places[i]);
}

/* Forgets what another schema had. */
static bool
is_current(knowledge *all, int version, bool is_known)
{
	if (is_known && all->version == version)
		return true;
	forget_all(all);
	all->version = version;
	return false;
}

static const void *
recall(dbcsl_connection *connection, knowledge *all, const char *key)
{
	for (int i = 0; i < MOST_KNOWN; i++)
	{
		known *place = &all->places[i];

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
remember(dbcsl_connection *connection, knowledge *all, const char *key,
		 void *memory)
{
	known *oldest = all->places;
	char *copy = memory ? sqlite3_mprintf("%s", key) : NULL;

	if (!copy)
	{
		sqlite3_free(memory);
		return;
	}
	for (int i = 0; i < MOST_KNOWN && oldest->key; i++)
	{
		known *place = &all->places[i];

		if (!place->key || place->used < oldest->used)
			oldest = place;
	}
	forget(oldest);
	*oldest = (known){copy, memory, connection->uses++};
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

void
dbcsl_check_followed(dbcsl_host *h, int version, bool is_known)
{
	if (h->connection)
		is_current(&h->connection->statements, version, is_known);
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
	forget_all(&connection->tables);
	forget_all(&connection->statements);
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
