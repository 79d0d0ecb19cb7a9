/*
 * row.h
 *	  A table t, and rows of it.
 */
#ifndef DBCARE_TEST_ROW_H
#define DBCARE_TEST_ROW_H

#include "test/fault/core/sql.h"

#define PROBLEMS(values)                                        \
	"select coalesce((select group_concat(message, '; ') from " \
	"dbcheck_row('t', '" values "')), 'none')"
#define GOOD   PROBLEMS("{\"id\": 1, \"name\": \"ab\"}")
#define INSERT "select dbops_insert('t', '{\"name\": \"ab\"}')"
#define NONE   "none"

static inline sqlite3 *
open_new(const char *name, const char *columns)
{
	sqlite3 *db = open_path(name);
	char *sql = sqlite3_mprintf("drop table if exists t; drop table if exists "
								"p; create table p (id integer primary key);"
								"create table t (%s)",
								columns);

	run(db, sql);
	sqlite3_free(sql);
	return db;
}

#define COLUMNS "id integer primary key, name text check (length(name) > 1)"

static inline void
end(sqlite3 *db, const char *title)
{
	expect(sqlite3_close(db) == SQLITE_OK, "does not close");
	ok(!problems, "%s", title);
}

#endif /* DBCARE_TEST_ROW_H */
