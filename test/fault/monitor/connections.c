/*
 * connections.c
 *	  Monitored connections and their threads while connections close, stay
 *	  open or fork, and processes exit or are killed.
 *
 * usage: connections [threads]
 *
 * With "threads" it makes no processes, for a thread sanitizer.  Built with the
 * address sanitizer; prints TAP.
 */
#include "test/fault/core/tap.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS	   4
#define STATEMENTS 5000
#define START	   "select dbmonitor_start(0.1)"

/* No process here takes that long, in seconds. */
#define LIMIT 240

static char file[64];
static sqlite3 *left_over; /* where the leak sanitizer finds it */

/* The file on a new connection. */
static sqlite3 *
open_file(void)
{
	sqlite3 *db;

	if (sqlite3_open(file, &db) != SQLITE_OK)
		bail_out(file, db);
	sqlite3_busy_timeout(db, 60000);
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

/* Runs a query. */
static void
run(sqlite3 *db, const char *sql)
{
	sqlite3_free(ask(db, sql));
}

/* The number a query gives. */
static long long
number_of(sqlite3 *db, const char *sql)
{
	char *answer = ask(db, sql);
	long long value = strtoll(answer, NULL, 10);

	sqlite3_free(answer);
	return value;
}

/* Whether the result of a query begins with a text. */
static bool
gives(sqlite3 *db, const char *sql, const char *start)
{
	char *answer = ask(db, sql);
	bool same = strncmp(answer, start, strlen(start)) == 0;

	if (!same)
		printf("# %s\n# gives %s\n", sql, answer);
	sqlite3_free(answer);
	return same;
}

/* Waits until a query gives at least a number; false after a minute. */
static bool
reaches(sqlite3 *db, const char *sql, long long wanted)
{
	int i;

	for (i = 0; i < 6000; i++)
	{
		if (number_of(db, sql) >= wanted)
			return true;
		sqlite3_sleep(10);
	}
	printf("# %s\n# gives %lld\n", sql, number_of(db, sql));
	return false;
}

static const char samples[] = "select dbmonitor_status() ->> 'samples'";

/* ---- one process ---- */

/* A thread takes samples until the connection closes. */
static void
close_while_it_runs(const char *mode)
{
	char *pragma = sqlite3_mprintf("pragma journal_mode = %s", mode);
	sqlite3 *db = open_file();
	sqlite3 *other = open_file();
	int i;

	run(db, pragma);
	sqlite3_free(pragma);
	run(db, "create table if not exists item (id integer primary key)");
	/* every execution is a slow one */
	run(db, "select dbcare_set('slow_query_ms', 0)");
	run(db, START);
	ok(gives(db, "select dbmonitor_status() ->> 'running'", "1"),
	   "%s: status shows a running thread", mode);
	ok(reaches(other, samples, number_of(other, samples) + 3),
	   "%s: the thread takes samples", mode);
	sqlite3_close(db);
	ok(gives(other, "select dbmonitor_status() ->> 'running'", "0"),
	   "%s: closing the connection ends the thread", mode);
	for (i = 0; i < 20; i++)
	{
		db = open_file();
		run(db, START);
		sqlite3_sleep(i);
		if (sqlite3_close(db) != SQLITE_OK)
			break;
	}
	ok(i == 20, "%s: a connection can close at any time", mode);
	sqlite3_close(other);
}

/* A thread writes samples to a separate file while the database is locked. */
static void
separate_samples(void)
{
	static const char separate[] =
		"select count(*) from \"dbcare samples\".dbcare_sample";
	sqlite3 *db = open_file();
	sqlite3 *other = open_file();
	char *start = sqlite3_mprintf(
		"select dbmonitor_start(0.1, '{\"samples_file\": \"%s.samples\"}')",
		file);
	char *name = sqlite3_mprintf("%s.samples", file);
	long long before;

	run(db, START);
	ok(reaches(db, samples, number_of(db, samples) + 1),
	   "samples are stored in the database by default");
	run(other, START);
	run(db, start);
	run(other, "begin immediate");
	before = number_of(other, samples);
	ok(reaches(db, separate, 5),
	   "a separate samples file is written while the database is locked");
	ok(number_of(other, samples) == before,
	   "the database gets no samples while they go to a file");
	run(other, "rollback");
	sqlite3_close(db);
	sqlite3_close(other);
	unlink(name);
	sqlite3_free(name);
	sqlite3_free(start);
}

/* The thread checks with the settings of the connection that started it. */
static void
same_settings(void)
{
	static const char enforced[] =
		"select count(*) from dbcare_check_run"
		" where check_id = 'foreign_keys_disabled' and severity = 'ok'";
	sqlite3 *db = open_file();

	run(db, "create table part (item_id references item)");
	run(db, "pragma foreign_keys = on");
	run(db, "select dbmonitor_reset()");
	run(db, "select dbmonitor_start(0.1, '{\"samples_file\": \"\"}')");
	ok(reaches(db, enforced, 1),
	   "the thread enforces foreign keys as its connection does");
	run(db, "select dbmonitor_stop()");
	run(db, "drop table part");
	sqlite3_close(db);
}

/* A connection closed with an open statement ends with the statement. */
static void
close_with_statement(void)
{
	sqlite3 *db = open_file();
	sqlite3 *other = open_file();
	sqlite3_stmt *statement;

	run(db, START);
	sqlite3_prepare_v2(db, "select * from item", -1, &statement, NULL);
	sqlite3_step(statement);
	ok(sqlite3_close(db) == SQLITE_BUSY &&
		   gives(other, "select dbmonitor_status() ->> 'running'", "1"),
	   "a connection with an open statement stays monitored");
	sqlite3_close_v2(db);
	sqlite3_finalize(statement);
	ok(gives(other, "select dbmonitor_status() ->> 'running'", "0"),
	   "the end of the last statement ends the thread");
	sqlite3_close(other);
}

/* The library may be loaded into a connection more than once. */
static void
load_twice(void)
{
	sqlite3 *db = open_file();

	run(db, START);
	sqlite3_dbcare_init(db, NULL, NULL);
	ok(gives(db, "select dbmonitor_status() ->> 'statements'", "1"),
	   "loading the library again keeps monitoring");
	run(db, START);
	ok(gives(db, "select dbmonitor_status() ->> 'statements'", "1"),
	   "monitoring can be started again");
	run(db, "select dbmonitor_stop()");
	ok(gives(db, "select dbmonitor_status() ->> 'statements'", "0"),
	   "monitoring can be stopped after loading twice");
	sqlite3_close(db);
}

/* A function of the application. */
static void
own_function(sqlite3_context *context, int nvalues, sqlite3_value **values)
{
	(void) nvalues;
	(void) values;
	sqlite3_result_int(context, 1);
}

/* An authorizer that allows nothing. */
static int
deny(void *context, int action, const char *a, const char *b, const char *c,
	 const char *d)
{
	(void) context;
	(void) a;
	(void) b;
	(void) c;
	(void) d;
	return action == SQLITE_SELECT ? SQLITE_DENY : SQLITE_OK;
}

/* A trace hook never outlives its counters. */
static void
lose_hook(void)
{
	sqlite3 *db = open_file();
	sqlite3_stmt *stop;

	run(db, "select dbmonitor_start(3600, '{\"thread\": false}')");
	sqlite3_prepare_v2(db, "select dbmonitor_stop()", -1, &stop, NULL);
	sqlite3_set_authorizer(db, deny, NULL);
	sqlite3_step(stop);
	sqlite3_finalize(stop);
	sqlite3_set_authorizer(db, NULL, NULL);
	ok(gives(db, "select 1", "1"),
	   "monitoring stops under an authorizer that denies every select");
	run(db, "select dbmonitor_start(3600, '{\"thread\": false}')");
	sqlite3_create_function(db, "dbmonitor_start", 0, SQLITE_UTF8, NULL,
							own_function, NULL, NULL);
	sqlite3_create_function(db, "dbmonitor_start", 1, SQLITE_UTF8, NULL,
							own_function, NULL, NULL);
	sqlite3_create_function(db, "dbmonitor_start", 2, SQLITE_UTF8, NULL,
							own_function, NULL, NULL);
	ok(gives(db, "select dbmonitor_status() ->> 'statements'", "0"),
	   "replacing dbmonitor_start() ends the monitoring");
	sqlite3_close(db);
}

/* A trace hook of the application. */
static int
own_hook(unsigned type, void *context, void *p, void *x)
{
	(void) type;
	(void) p;
	(void) x;
	++*(int *) context;
	return 0;
}

/* The status reports a trace hook of the application, which is not replaced. */
static void
own_trace(void)
{
	sqlite3 *db = open_file();
	int seen = 0;
	int before;

	run(db, "select dbmonitor_start(3600, '{\"thread\": false}')");
	sqlite3_trace_v2(db, SQLITE_TRACE_STMT, own_hook, &seen);
	ok(gives(db, "select dbmonitor_status() ->> 'problem'",
			 "The application has set its own trace hook"),
	   "the status reports the application's trace hook");
	run(db, "select dbmonitor_stop()");
	before = seen;
	run(db, "select 1");
	ok(seen == before + 1, "stopping leaves the application's trace hook");
	sqlite3_close(db);
}

/* A memory database has statistics but no thread. */
static void
refusals(void)
{
	sqlite3 *db;

	sqlite3_open(":memory:", &db);
	ok(gives(db, START, "dbcare: the sampling thread needs its own connection"),
	   "a memory database refuses a thread");
	run(db, "select dbmonitor_start(1, '{\"thread\": false}')");
	run(db, "select 'secret'");
	ok(gives(db, "select calls from dbmonitor_queries where query = 'select ?'",
			 "1"),
	   "statements of a memory database are counted");
	run(db, "select dbmonitor_sample()");
	run(db, "select 'secret'");
	ok(gives(db, "select calls from dbmonitor_queries where query = 'select ?'",
			 "2"),
	   "a stored sample does not count statements twice");
	run(db, "begin; ");
	run(db, "select dbmonitor_reset()");
	run(db, "commit");
	ok(number_of(db, "select count(*) from dbmonitor_queries"
					 " where query = 'select ?'") == 0,
	   "a reset in a transaction removes the counters");
	sqlite3_close(db);
}

/* More statements than are timed: counters are right, and later statements are
 * timed. */
static void
rush(void)
{
	static const char calls[] =
		"select calls from dbmonitor_queries"
		" where query = 'select id from item where id = ?'";
	sqlite3 *db = open_file();
	sqlite3_stmt *lookup;
	long long counted;
	int i;

	run(db, "select dbmonitor_reset()");
	run(db, "select dbmonitor_start(3600,"
			" '{\"thread\": false, \"statements_per_second\": 1000}')");
	sqlite3_prepare_v2(db, "select id from item where id = 1", -1, &lookup,
					   NULL);
	/* until the window of dbcare's own statements has ended */
	sqlite3_sleep(50);
	for (i = 0; i < 20 * STATEMENTS; i++)
	{
		sqlite3_step(lookup);
		sqlite3_reset(lookup);
	}
	sqlite3_finalize(lookup);
	for (i = 0; i < 6000 &&
				number_of(db, "select count(*) from dbmonitor_queries where"
							  " query = 'select ? as after'") == 0;
		 i++)
	{
		sqlite3_sleep(1);
		run(db, "select 1 as after");
	}
	counted = number_of(db, calls);
	ok(i < 6000, "statements after a rush are timed");
	ok(counted > 19 * STATEMENTS && counted < 21 * STATEMENTS,
	   "counters are right when not every statement is timed");
	printf("# %lld of %d\n", counted, 20 * STATEMENTS);
	sqlite3_close(db);
}

/* Runs statements on a monitored connection. */
static void *
work(void *arg)
{
	sqlite3 *db = open_file();
	sqlite3_stmt *lookup;
	int i;

	(void) arg;
	run(db, "select dbmonitor_start(0.1,"
			" '{\"statements_per_second\": 1000000000}')");
	sqlite3_prepare_v2(db, "select id + 1 from item where id = ?1", -1, &lookup,
					   NULL);
	for (i = 0; i < STATEMENTS; i++)
	{
		sqlite3_bind_int(lookup, 1, i);
		sqlite3_step(lookup);
		sqlite3_reset(lookup);
		if (i % 1000 == 0)
			run(db, "select count(*) from dbmonitor_queries");
	}
	sqlite3_finalize(lookup);
	return db;
}

/* Several connections are monitored at once while samples are taken. */
static void
many_connections(void)
{
	static const char calls[] =
		"select calls from dbmonitor_queries"
		" where query = 'select id + ? from item where id = ?'";
	pthread_t threads[THREADS];
	void *connections[THREADS];
	sqlite3 *db = open_file();
	long long counted;
	int i;

	run(db, "select dbmonitor_reset()");
	run(db, "select dbmonitor_start(0.1, '{\"thread\": false}')");
	for (i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, work, NULL);
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], &connections[i]);
	for (i = 0; i < THREADS; i++)
		sqlite3_close(connections[i]);
	ok(gives(db, "select dbmonitor_status() ->> 'running'", "0"),
	   "the last connection to close ends the thread");
	counted = number_of(db, calls);
	ok(counted == THREADS * STATEMENTS,
	   "statements of several connections are each counted once");
	printf("# %lld of %d\n", counted, THREADS * STATEMENTS);
	sqlite3_close(db);
}

/* ---- processes ---- */

/* Whether a child ended well. */
static bool
ends_well(pid_t child)
{
	int status = -1;

	return waitpid(child, &status, 0) == child && WIFEXITED(status) &&
		   WEXITSTATUS(status) == 0;
}

/* A child process does not share its parent's thread and may start one. */
static void
fork_while_monitored(const char *mode)
{
	sqlite3 *db = open_file();
	pid_t child;

	run(db, START);
	child = fork();
	if (child == 0)
	{
		sqlite3 *own;
		bool good;

		alarm(LIMIT);
		own = open_file();
		good = gives(own, "select dbmonitor_status() ->> 'running'", "0");
		run(own, START);
		good &= reaches(own, samples, number_of(own, samples) + 1);
		sqlite3_close(own);
		_exit(!good);
	}
	ok(ends_well(child), "%s: a child process can start a thread", mode);
	ok(reaches(db, samples, number_of(db, samples) + 2),
	   "%s: the thread of the parent keeps running", mode);
	sqlite3_close(db);
}

/* Processes that exit or are killed without closing. */
static void
end_without_closing(const char *mode)
{
	pid_t child = fork();
	int i;

	if (child == 0)
	{
		alarm(LIMIT);
		left_over = open_file();
		run(left_over, START);
		exit(0);
	}
	ok(ends_well(child), "%s: a process can exit without closing", mode);
	for (i = 0; i < 20; i++)
	{
		child = fork();
		if (child == 0)
		{
			alarm(LIMIT);
			left_over = open_file();
			run(left_over, START);
			for (;;)
				run(left_over, "insert into item default values");
		}
		sqlite3_sleep(10 * (i + 1));
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
	left_over = open_file();
	ok(gives(left_over, "pragma integrity_check", "ok"),
	   "%s: kills while samples are taken leave the file intact", mode);
	sqlite3_close(left_over);
}

int
main(int argc, char **argv)
{
	bool processes = argc < 2 || strcmp(argv[1], "threads") != 0;

	alarm(LIMIT);
	snprintf(file, sizeof(file), "/tmp/dbcare_monitor_XXXXXX");
	close(mkstemp(file));
	setvbuf(stdout, NULL, _IOLBF, 0);
	sqlite3_auto_extension((void (*)(void)) sqlite3_dbcare_init);
	close_while_it_runs("delete");
	if (processes)
	{
		fork_while_monitored("delete");
		end_without_closing("delete");
	}
	close_while_it_runs("wal");
	separate_samples();
	same_settings();
	close_with_statement();
	load_twice();
	lose_hook();
	own_trace();
	refusals();
	rush();
	many_connections();
	if (processes)
	{
		fork_while_monitored("wal");
		end_without_closing("wal");
	}
	unlink(file);
	return finish();
}
