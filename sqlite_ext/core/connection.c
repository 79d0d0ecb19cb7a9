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
 */
#include "sqlite_ext/core/connection.h"

#include <string.h>

#include "common/core/text.h"

#define TABLE "dbcare_connection"

/* The most statements that a connection keeps. */
#define MOST_KEPT 64

/* The most tables and the like that it knows. */
#define MOST_KNOWN 16

typedef struct kept
{
	sqlite3_stmt *statement; /* NULL: a free place */
	size_t length;			 /* of its text */
	int64_t used;			 /* the statement used last has the highest */
} kept;

/* Something that was read of the schema. */
typedef struct known
{
	char *key; /* NULL: a free place */
	void *memory;
	int64_t used; /* as above */
} known;

struct dbcsl_connection
{
	sqlite3 *db;
	int references;
	int reading;	   /* READ calls in progress */
	bool is_connected; /* its table */
	int64_t uses;
	kept kept[MOST_KEPT];
	known known[MOST_KNOWN];
	int version; /* of the schema that it was read of */
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

/* Whether main was deserialized, or shares its VFS. */
static bool
is_deserialized(sqlite3 *db)
{
	sqlite3_vfs *vfs = NULL;

	return sqlite3_file_control(db, "main", SQLITE_FCNTL_VFS_POINTER, &vfs) !=
			   SQLITE_OK ||
		   !vfs || dbc_same(vfs->zName, "memdb");
}

sqlite3_stmt *
dbcsl_take_kept(dbcsl_host *h, const char *text)
{
	dbcsl_connection *connection = h->connection;
	size_t length = strlen(text);

	if (!connection || is_deserialized(h->db))
		return NULL;
	for (int i = 0; i < MOST_KEPT; i++)
	{
		kept *place = &connection->kept[i];

		if (place->statement && place->length == length &&
			memcmp(sqlite3_sql(place->statement), text, length) == 0)
		{
			sqlite3_stmt *statement = place->statement;

			place->statement = NULL;
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
		   !is_deserialized(h->db) && h->connection->is_connected;
}

void
dbcsl_keep(dbcsl_host *h, sqlite3_stmt *statement)
{
	int code = sqlite3_reset(statement);
	kept *oldest;

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
					 .used = h->connection->uses++};
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
forget_all(dbcsl_connection *connection)
{
	for (int i = 0; i < MOST_KNOWN; i++)
		forget(&connection->known[i]);
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
	h->connection->reading--;
	h->reads = h->recalls = false;
}

void
dbcsl_check_recall(dbcsl_host *h, int version, bool is_known)
{
	dbcsl_connection *connection = h->connection;

	/* a nested call has another reader, which cannot know */
	h->recalls = connection->reading == 1;
	if (!h->recalls || (is_known && connection->version == version))
		return;
	forget_all(connection);
	connection->version = version;
}

const void *
dbcsl_recall(dbcsl_host *h, const char *key)
{
	for (int i = 0; h->recalls && i < MOST_KNOWN; i++)
	{
		known *place = &h->connection->known[i];

		if (place->key && strcmp(place->key, key) == 0)
		{
			place->used = h->connection->uses++;
			return place->memory;
		}
	}
	return NULL;
}

void
dbcsl_remember(dbcsl_host *h, const char *key, void *memory)
{
	known *oldest = h->connection ? h->connection->known : NULL;
	char *copy = h->recalls && memory ? sqlite3_mprintf("%s", key) : NULL;

	if (!copy)
	{
		sqlite3_free(memory);
		return;
	}
	for (int i = 0; i < MOST_KNOWN && oldest->key; i++)
	{
		known *place = &h->connection->known[i];

		if (!place->key || place->used < oldest->used)
			oldest = place;
	}
	forget(oldest);
	*oldest = (known){copy, memory, h->connection->uses++};
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
	forget_all(connection);
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
