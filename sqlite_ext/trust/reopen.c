/*
 * reopen.c
 *	  Opening a database file again in the same way.
 *
 * The second connection has the same VFS and the same URI parameters
 * (immutable, nolock, psow, those of a VFS), and is read-only if the first one
 * is, so that it does not write a file that the caller opened read-only.  Only
 * the cache is always private, since connections with a shared cache wait for
 * each other.
 *
 * SQLite stores the parameters after the name that sqlite3_db_filename()
 * returns.
 */
#include "sqlite_ext/trust/added.h"
#include "sqlite_ext/trust/reopen.h"

#include <string.h>

/* Characters that are not escaped in the path of a URI. */
#define PLAIN                    \
	"abcdefghijklmnopqrstuvwxyz" \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/"

/* Switches that affect what is written, and what health checks report. */
static const int switches[] = {SQLITE_DBCONFIG_ENABLE_FKEY,
							   SQLITE_DBCONFIG_TRUSTED_SCHEMA,
							   SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE};
_Static_assert(sizeof(switches) / sizeof(switches[0]) == DBCSL_SWITCHES,
			   "a setting has a value of each switch");

/* ---- names ---- */

/* Whether the second connection sets a parameter itself. */
static bool
is_own(const char *key)
{
	return strcmp(key, "mode") == 0 || strcmp(key, "cache") == 0;
}

/* The key of the next parameter to keep from *number on, or NULL. */
static const char *
next_key(const char *file, int *number)
{
	const char *key;

	do
		key = sqlite3_uri_key(file, (*number)++);
	while (key && is_own(key));
	return key;
}

/* Appends a part of a URI. */
static void
append_escaped(sqlite3_str *uri, const char *text)
{
	for (; *text; text++)
		if (strchr(PLAIN, *text))
			sqlite3_str_appendchar(uri, 1, *text);
		else
			sqlite3_str_appendf(uri, "%%%02x", (unsigned char) *text);
}

/* Begins the URI of a path. */
static sqlite3_str *
begin_uri(const char *path, bool read_only)
{
	sqlite3_str *uri = sqlite3_str_new(NULL);

	/* an empty authority, so that a path may start with two slashes */
	sqlite3_str_appendall(uri, path[0] == '/' ? "file://" : "file:");
	append_escaped(uri, path);
	sqlite3_str_appendall(uri, read_only ? "?mode=ro" : "?mode=rw");
	return uri;
}

char *
dbcsl_reopen_uri(const char *file, bool read_only)
{
	sqlite3_str *uri = begin_uri(file, read_only);
	const char *key;
	int number = 0;

	while ((key = next_key(file, &number)) != NULL)
	{
		sqlite3_str_appendchar(uri, 1, '&');
		append_escaped(uri, key);
		sqlite3_str_appendchar(uri, 1, '=');
		append_escaped(uri, sqlite3_uri_parameter(file, key));
	}
	return sqlite3_str_finish(uri);
}

char *
dbcsl_reopen_name(const char *file, bool read_only)
{
	return sqlite3_uri_key(file, 0) ? dbcsl_reopen_uri(file, read_only)
									: sqlite3_mprintf("%s", file);
}

/* A copy of a name with its parameters, for sqlite3_free_filename(); NULL if
 * out of memory. */
char *
dbcsl_copy_filename(const char *file)
{
	const char **parameters;
	const char *key;
	char *copy;
	int count = 0;

	while (sqlite3_uri_key(file, count))
		count++;
	parameters =
		sqlite3_malloc64(sizeof(*parameters) * (2 * (size_t) count + 1));
	if (!parameters)
		return NULL;
	for (int i = 0; i < count; i++)
	{
		key = sqlite3_uri_key(file, i);
		parameters[2 * i] = key;
		parameters[2 * i + 1] = sqlite3_uri_parameter(file, key);
	}
	copy = (char *) sqlite3_create_filename(file, "", "", count, parameters);
	sqlite3_free(parameters);
	return copy;
}

bool
dbcsl_same_filename(const char *left, const char *right)
{
	int l = 0;
	int r = 0;

	if (strcmp(left, right) != 0)
		return false;
	for (;;)
	{
		const char *of_left = next_key(left, &l);
		const char *of_right = next_key(right, &r);

		if (!of_left || !of_right)
			return of_left == of_right;
		if (strcmp(of_left, of_right) != 0 ||
			strcmp(sqlite3_uri_parameter(left, of_left),
				   sqlite3_uri_parameter(right, of_right)) != 0)
			return false;
	}
}

bool
dbcsl_is_unlocked(sqlite3 *db)
{
	const char *file = sqlite3_db_filename(db, "main");

	return file && sqlite3_uri_boolean(file, DBCSL_UNLOCKED, 0);
}

const char *
dbcsl_vfs_name(sqlite3 *db, const char *database)
{
	sqlite3_vfs *vfs = NULL;

	sqlite3_file_control(db, database, SQLITE_FCNTL_VFS_POINTER, &vfs);
	return vfs ? vfs->zName : NULL;
}

/* ---- settings ---- */

/* The wal_autocheckpoint of a connection; 0: it does no checkpoints. */
static int
autocheckpoint_of(sqlite3 *db)
{
	sqlite3_stmt *statement = NULL;
	int pages = 0;

	/* if an authorizer forbids this, assume none */
	if (sqlite3_prepare_v2(db, "pragma wal_autocheckpoint", -1, &statement,
						   NULL) == SQLITE_OK &&
		sqlite3_step(statement) == SQLITE_ROW)
		pages = sqlite3_column_int(statement, 0);
	sqlite3_finalize(statement);
	return pages;
}

/* Reads the settings of a connection. */
void
dbcsl_read_connection_settings(sqlite3 *db, dbcsl_connection_settings *settings)
{
	for (int i = 0; i < DBCSL_SWITCHES; i++)
		sqlite3_db_config(db, switches[i], -1, &settings->on[i]);
	settings->autocheckpoint = autocheckpoint_of(db);
}

int
dbcsl_reopen(const char *name, const char *vfs,
			 const dbcsl_connection_settings *settings, sqlite3 **db)
{
	bool is_uri = strncmp(name, "file:", strlen("file:")) == 0;
	int code = sqlite3_open_v2(name, db,
							   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
								   SQLITE_OPEN_PRIVATECACHE |
								   (is_uri ? SQLITE_OPEN_URI : 0),
							   vfs);

	if (code == SQLITE_OK)
		code = dbcsl_remove_added(*db, false);
	for (int i = 0; i < DBCSL_SWITCHES && code == SQLITE_OK; i++)
		sqlite3_db_config(*db, switches[i], settings->on[i], NULL);
	if (code == SQLITE_OK)
		code = sqlite3_wal_autocheckpoint(*db, settings->autocheckpoint);
	return code;
}

/* Reads the header of a file; returns an SQLite result code. */
static int
read_file(sqlite3 *db, const char *database)
{
	char *sql = sqlite3_mprintf("pragma \"%w\".schema_version", database);
	int code = sql ? sqlite3_exec(db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;

	sqlite3_free(sql);
	return code & 0xff;
}

bool
dbcsl_lacks_key(sqlite3 *db, const char *database)
{
	char *uri = dbcsl_reopen_uri(sqlite3_db_filename(db, database), true);
	dbcsl_connection_settings settings;
	sqlite3 *second = NULL;
	bool lacks = false;

	dbcsl_read_connection_settings(db, &settings);
	if (uri && dbcsl_reopen(uri, dbcsl_vfs_name(db, database), &settings,
							&second) == SQLITE_OK)
		lacks = read_file(second, "main") == SQLITE_NOTADB &&
				read_file(db, database) == SQLITE_OK;
	sqlite3_close(second);
	sqlite3_free(uri);
	return lacks;
}

/* Whether a file is used without locks, so that a second connection would not
 * see changes of this one. */
static bool
is_without_locks(sqlite3 *db, const char *database)
{
	const char *vfs = dbcsl_vfs_name(db, database);

	return sqlite3_uri_boolean(sqlite3_db_filename(db, database), "nolock",
							   0) ||
		   (vfs && strcmp(vfs, "unix-none") == 0);
}

const char *
dbcsl_why_no_thread(sqlite3 *db, const char *other)
{
	const char *file = sqlite3_db_filename(db, "main");

	if (!file || !file[0])
		return "and an in-memory or temporary database has only one";
	if (is_without_locks(db, "main") || (other && is_without_locks(db, other)))
		return "but this database was opened without locks";
	if (dbcsl_lacks_key(db, "main"))
		return "which does not have the key of this encrypted file";
	if (sqlite3_threadsafe() == 0)
		return "and this SQLite is built without support for threads";
	return NULL;
}
