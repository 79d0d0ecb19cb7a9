/*
 * threads.c
 *	  Deploys one script outside a transaction from several threads at once.
 *
 * Each has its own connection to one file.  Every statement must run once, and
 * the history must show one apply.  Then one deploy is cancelled, after which
 * any process may continue the script.  Built with the address sanitizer;
 * prints TAP.
 */
#include "test/fault/core/tap.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#define THREADS	   4
#define STATEMENTS "200"

static char file[] = "/tmp/dbcare_threads_XXXXXX";

/* The file on a new connection. */
static sqlite3 *
open_file(void)
{
	sqlite3 *db;

	if (sqlite3_open(file, &db) != SQLITE_OK)
		bail_out(file, db);
	return db;
}

/* The first value a query gives, or its error; from sqlite3_malloc(). */
static char *
ask(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	char *answer;

	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
		sqlite3_step(statement) == SQLITE_ROW)
		answer = sqlite3_mprintf("%s", sqlite3_column_text(statement, 0));
	else
		answer = sqlite3_mprintf("%s", sqlite3_errmsg(db));
	sqlite3_finalize(statement);
	return answer;
}

/* Deploys on a new connection. */
static void *
deploy(void *arg)
{
	sqlite3 *db = open_file();

	(void) arg;
	sqlite3_busy_timeout(db, 60000);
	sqlite3_free(ask(db, "select dbmigrate_deploy()"));
	sqlite3_close(db);
	return NULL;
}

/* Deploys on a connection. */
static void *
deploy_on(void *db)
{
	sqlite3_free(ask(db, "select dbmigrate_deploy()"));
	return NULL;
}

/* Cancels a deploy while a script of it runs outside a transaction. */
static void
cancel_deploy(void)
{
	sqlite3 *db = open_file();
	pthread_t thread;

	sqlite3_free(ask(db, "select dbmigrate_add('2', 'endless', 'vacuum;"
						 " with recursive step (n) as (select 1 union all"
						 " select n + 1 from step) select max(n) from step')"));
	pthread_create(&thread, NULL, deploy_on, db);
	sqlite3_sleep(300);
	sqlite3_interrupt(db);
	pthread_join(thread, NULL);
	sqlite3_close(db);
}

/* Whether a query gives a text. */
static bool
gives(sqlite3 *db, const char *sql, const char *wanted)
{
	char *answer = ask(db, sql);
	bool same = strcmp(answer, wanted) == 0;

	if (!same)
		printf("# wanted %s, got %s\n", wanted, answer);
	sqlite3_free(answer);
	return same;
}

int
main(void)
{
	pthread_t threads[THREADS];
	sqlite3 *db;
	int i;

	close(mkstemp(file));
	sqlite3_auto_extension((void (*)(void)) sqlite3_dbcare_init);
	db = open_file();
	sqlite3_free(ask(db, "create table done (step)"));
	sqlite3_free(ask(db,
					 "with recursive step (n) as (select 1 union all"
					 " select n + 1 from step where n < " STATEMENTS ")"
					 " select dbmigrate_add('1', 'steps', (select group_concat("
					 "'insert into done values (' || n || ');', '') || 'vacuum'"
					 " from step))"));
	for (i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, deploy, NULL);
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	ok(gives(db, "select count(*) || ' of ' || count(distinct step) from done",
			 STATEMENTS " of " STATEMENTS),
	   "every statement runs once");
	ok(gives(db, "select group_concat(event) from dbmigrate_history",
			 "register,apply"),
	   "the history has one apply");
	cancel_deploy();
	ok(gives(db,
			 "select statement_no || ' ' || ifnull(runner, 'nobody')"
			 " from dbcare_deployment",
			 "2 nobody"),
	   "a cancelled script is locked by no process");
	sqlite3_close(db);
	unlink(file);
	return finish();
}
