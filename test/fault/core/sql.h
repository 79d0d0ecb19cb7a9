/*
 * sql.h
 *	  Statements of a program of test/fault.
 */
#ifndef DBCARE_TEST_SQL_H
#define DBCARE_TEST_SQL_H

#include "test/fault/core/tap.h"

#include <string.h>

/* Runs statements; returns the result code. */
static inline int
try(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

static inline void
run(sqlite3 *db, const char *sql)
{
	if (try(db, sql) != SQLITE_OK)
		bail_out(sql, db);
}

/* Whether a query gives a text, or an error that begins with it. */
static inline bool
gives(sqlite3 *db, const char *wanted, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	char *text;
	bool same;

	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
		sqlite3_step(statement) == SQLITE_ROW)
		text = sqlite3_mprintf("%s", sqlite3_column_text(statement, 0));
	else
		text = sqlite3_mprintf("%s", sqlite3_errmsg(db));
	same = text && strncmp(text, wanted, strlen(wanted)) == 0;
	if (!same)
		problem("%s gives %s, not %s", sql, text ? text : "nothing", wanted);
	sqlite3_free(text);
	sqlite3_finalize(statement);
	return same;
}

static inline int
count_statements(sqlite3 *db)
{
	sqlite3_stmt *statement = NULL;
	int count = 0;

	while ((statement = sqlite3_next_stmt(db, statement)) != NULL)
		count++;
	return count;
}

static inline sqlite3 *
open_path(const char *name)
{
	sqlite3 *db;

	if (sqlite3_open(name, &db) != SQLITE_OK ||
		sqlite3_dbcare_init(db, NULL, NULL) != SQLITE_OK)
		bail_out(name, db);
	return db;
}

#endif /* DBCARE_TEST_SQL_H */
