/*
 * replaced.c
 *	  A main database that sqlite3_deserialize has put in the place of
 *	  another.
 *
 * SQLite makes the table of a table-valued function when it is first used, as a
 * part of the schema of main.  sqlite3_deserialize frees this schema and
 * leaves the table, so a statement that uses the function again reads freed
 * memory while it is prepared.  (Those of the application are its own affair.)
 */
#include "sqlite_ext/core/replaced.h"

#include <string.h>

#include "common/core/text.h"

bool
dbcsl_is_replaced(sqlite3 *db)
{
	sqlite3_vfs *vfs = NULL;

	return sqlite3_file_control(db, "main", SQLITE_FCNTL_VFS_POINTER, &vfs) !=
			   SQLITE_OK ||
		   !vfs || dbc_same(vfs->zName, "memdb");
}

void
dbcsl_renew_pragmas(sqlite3 *db)
{
	static const char pragma[] = "pragma_";
	sqlite3_stmt *modules = NULL;

	if (!dbcsl_is_replaced(db) ||
		sqlite3_prepare_v2(db, "pragma module_list", -1, &modules, NULL) !=
			SQLITE_OK)
		return;
	while (sqlite3_step(modules) == SQLITE_ROW)
	{
		const char *name = (const char *) sqlite3_column_text(modules, 0);

		/* their statements hold what they use */
		if (name && strncmp(name, pragma, strlen(pragma)) == 0)
			sqlite3_create_module_v2(db, name, NULL, NULL, NULL);
	}
	sqlite3_finalize(modules);
}

/* Whether a table-valued function belongs to another schema than that of main:
 * then SQLite does not resolve the name of a column with that of the schema,
 * which it does before it uses the schema. */
static bool
is_stale(sqlite3 *db, const char *name, const char *column)
{
	char *sql =
		sqlite3_mprintf("select main.%s.%s from temp.%s", name, column, name);
	sqlite3_stmt *statement = NULL;
	int code =
		sql ? sqlite3_prepare_v2(db, sql, -1, &statement, NULL) : SQLITE_NOMEM;

	sqlite3_finalize(statement);
	sqlite3_free(sql);
	return code == SQLITE_ERROR &&
		   strncmp(sqlite3_errmsg(db), "no such column", 14) == 0;
}

void
dbcsl_refuse_stale(dbcsl_host *h, const char *text)
{
	static const struct
	{
		const char *name;
		const char *column;
	} functions[] = {
		{"json_each", "key"}, {"json_tree", "key"}, {"dbstat", "name"}};

	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (strstr(text, functions[i].name) && dbcsl_is_replaced(h->db) &&
			is_stale(h->db, functions[i].name, functions[i].column))
			dbc_fail(&h->base, DBC_UNSUPPORTED,
					 "SQLite cannot use a table-valued function again after "
					 "sqlite3_deserialize has replaced the database.",
					 "Call sqlite3_deserialize on a new connection.",
					 "%s() belongs to a database that was replaced",
					 functions[i].name);
}
