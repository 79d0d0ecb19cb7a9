/*
 * growth.c
 *	  Runs every embedded statement of SQLite in two databases, of which one has four times as
 *	  many tables, for growth.sh, and prints those that need more than about four times as many
 *	  steps of SQLite's machine there.
 *
 * usage: growth LIBRARY FEW MANY [CALL ...]
 *
 * With calls, prints the steps that each of them takes in both databases, with all
 * statements that it runs.
 *
 * A statement runs with values that mean all tables, or one of them, and is rolled back.
 * Those that fail with these values are none of this test.
 */
#include <sqlite3.h>

#include <stdio.h>
#include <string.h>

#include "common/core/host.h"

extern const dbc_sql dbcsl_sql[];
extern const int dbcsl_sql_count;

/* More than four times: sorts, and indexes that SQLite makes. */
#define MOST	6
#define FEWEST	10000 /* that matter */
#define NVALUES 6
#define NPLACES 2

/* What $1, $2 and all others are. */
static const char *const values[NVALUES][NPLACES + 1] = {
	{NULL, NULL, NULL},		  {"item_1", "item_1", "item_1"},
	{"main", "item_1", NULL}, {"1", "100", NULL},
	{"analyze", NULL, NULL},  {"{}", "[]", "[]"}};

static sqlite3 *
open_database(const char *path, const char *library)
{
	sqlite3 *db;

	if (sqlite3_open(path, &db) != SQLITE_OK ||
		sqlite3_enable_load_extension(db, 1) != SQLITE_OK ||
		sqlite3_load_extension(db, library, NULL, NULL) != SQLITE_OK)
		printf("%s: %s\n", path, sqlite3_errmsg(db));
	return db;
}

/* The steps of a statement; -1 if it fails. */
static int
count_steps(sqlite3 *db, const char *text, const char *const *given)
{
	sqlite3_stmt *statement = NULL;
	int steps = -1;

	sqlite3_exec(db, "begin", NULL, NULL, NULL);
	if (sqlite3_prepare_v2(db, text, -1, &statement, NULL) == SQLITE_OK)
	{
		int code;

		for (int i = 1; i <= sqlite3_bind_parameter_count(statement); i++)
			sqlite3_bind_text(statement, i,
							  given[i <= NPLACES ? i - 1 : NPLACES], -1,
							  SQLITE_STATIC);
		while ((code = sqlite3_step(statement)) == SQLITE_ROW)
			continue;
		if (code == SQLITE_DONE)
			steps =
				sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 0);
	}
	sqlite3_finalize(statement);
	sqlite3_exec(db, "rollback", NULL, NULL, NULL);
	return steps;
}

static int
count(void *steps)
{
	++*(long *) steps;
	return 0;
}

/* The steps of a call, which is rolled back; -1 if it fails. */
static long
count_call(sqlite3 *db, const char *call)
{
	long steps = 0;
	int code;

	sqlite3_exec(db, "pragma foreign_keys = on; begin", NULL, NULL, NULL);
	sqlite3_progress_handler(db, 1, count, &steps);
	code = sqlite3_exec(db, call, NULL, NULL, NULL);
	sqlite3_progress_handler(db, 0, NULL, NULL);
	if (code != SQLITE_OK)
		printf("%s\n", sqlite3_errmsg(db));
	sqlite3_exec(db, "rollback", NULL, NULL, NULL);
	return code == SQLITE_OK ? steps : -1;
}

int
main(int argc, char **argv)
{
	sqlite3 *few;
	sqlite3 *many;
	int run = 0;

	if (argc < 4)
		return 2;
	few = open_database(argv[2], argv[1]);
	many = open_database(argv[3], argv[1]);
	for (int i = 4; i < argc; i++)
	{
		long less = count_call(few, argv[i]);

		printf("%ld %ld %s\n", less, count_call(many, argv[i]), argv[i]);
	}
	for (int i = 0; argc == 4 && i < dbcsl_sql_count; i++)
	{
		int worst = 0;
		int has_run = 0;

		for (int v = 0; v < NVALUES; v++)
		{
			int less = count_steps(few, dbcsl_sql[i].text, values[v]);
			int more = count_steps(many, dbcsl_sql[i].text, values[v]);

			has_run |= less >= 0 && more >= 0;
			if (less > 0 && more > FEWEST && more / less > MOST &&
				more / less > worst)
				worst = more / less;
		}
		run += has_run;
		if (worst > 0)
			printf("%s: %d times as many steps\n", dbcsl_sql[i].name, worst);
	}
	if (argc == 4)
		printf("%s\n",
			   run > dbcsl_sql_count / 2 ? "most have run" : "most failed");
	sqlite3_close(few);
	sqlite3_close(many);
	return 0;
}
