/*
 * threads.c
 *	  A program with threads that loads the extension.
 *
 * usage: threads LIBRARY FILE
 *
 * Half of its threads have connections of their own to FILE and each apply a
 * migration; the others share a connection.  Prints what fails.
 */
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#define THREADS 4
#define ROUNDS	50

static const char *library;
static const char *file;
static sqlite3 *shared;

/* Runs statements; returns an SQLite result code. */
static int
run(sqlite3 *db, const char *sql)
{
	char *error = NULL;
	int code = sqlite3_exec(db, sql, NULL, NULL, &error);

	if (code != SQLITE_OK)
		printf("%s: %s\n", sql, error ? error : sqlite3_errstr(code));
	sqlite3_free(error);
	return code;
}

/* A connection with the extension. */
static sqlite3 *
open_file(void)
{
	sqlite3 *db;
	char *error = NULL;

	if (sqlite3_open(file, &db) != SQLITE_OK ||
		sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1, NULL) !=
			SQLITE_OK ||
		sqlite3_load_extension(db, library, NULL, &error) != SQLITE_OK)
	{
		printf("%s: %s\n", file, error ? error : sqlite3_errmsg(db));
		exit(1);
	}
	sqlite3_busy_timeout(db, 60000);
	return db;
}

/* Applies a migration of this thread. */
static void *
apply(void *arg)
{
	sqlite3 *db = open_file();
	int number = *(int *) arg;
	char *sql = sqlite3_mprintf(
		"select dbmigrate_add('%d', 'm', 'create table m%d (id integer primary "
		"key)');"
		"select dbmigrate_apply('%d', '{\"allow_out_of_order\": true}')",
		number, number, number);

	(void) run(db, sql);
	sqlite3_free(sql);
	sqlite3_close(db);
	return NULL;
}

/* Calls functions on the shared connection, which the threads use in turn. */
static void *
call(void *arg)
{
	(void) arg;
	for (int i = 0; i < ROUNDS; i++)
		if (run(shared, "select count(*) from dbmigrate_status();"
						"select dbcheck_json('[1]', '{\"type\": \"object\"}');"
						"select count(*) from dbhealth_checks('{\"checks\": "
						"[\"missing_fk_index\"]}')") != SQLITE_OK)
			break;
	return NULL;
}

int
main(int argc, char **argv)
{
	pthread_t threads[2 * THREADS];
	int numbers[THREADS];

	if (argc != 3 || sqlite3_threadsafe() == 0)
		return 2;
	library = argv[1];
	file = argv[2];
	shared = open_file();
	for (int i = 0; i < 2 * THREADS; i++)
	{
		if (i < THREADS)
			numbers[i] = i + 1;
		if (pthread_create(&threads[i], NULL, i < THREADS ? apply : call,
						   i < THREADS ? &numbers[i] : NULL) != 0)
			return 2;
	}
	for (int i = 0; i < 2 * THREADS; i++)
		pthread_join(threads[i], NULL);
	return sqlite3_close(shared);
}
