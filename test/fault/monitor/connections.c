/*
 * connections.c
 *	  What a watched connection and its thread live through: connections that
 *	  close, that are left over, that fork, processes that end in any way.
 *
 * usage: sqlite_monitor [threads]
 *
 * With "threads" it makes no processes, for a thread sanitizer.  Built with the
 * address sanitizer; prints TAP.
 */
#include <sqlite3.h>

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern int sqlite3_dbcare_init(sqlite3 *db, char **error, const void *api);

#define THREADS	   4
#define STATEMENTS 5000
#define START	   "select dbmonitor_start(0.1)"

/* No process here takes that long, in seconds. */
#define LIMIT 240

static char file[64];
static sqlite3 *left_over; /* where the leak sanitizer finds it */
static int number;
static bool failed;

/* Prints the result of a test. */
static void
ok(bool passed, const char *name)
{
	printf("%sok %d - %s\n", passed ? "" : "not ", ++number, name);
	failed |= !passed;
	fflush(stdout);
}

/* The file on a new connection. */
static sqlite3 *
open_file(void)
{
	sqlite3 *db;

	if (sqlite3_open(file, &db) != SQLITE_OK)
		exit(1);
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

/* Whether a query gives something that starts so. */
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

static const char samples[] = "select count(*) from dbcare_sample";

/* ---- one process ---- */

/* A thread takes samples until the connection closes. */
static void
close_while_it_runs(const char *mode)
{
	sqlite3 *db = open_file();
	sqlite3 *other = open_file();
	int i;

	sqlite3_free(ask(db, mode));
	run(db, "create table if not exists item (id integer primary key)");
	run(db, START);
	ok(gives(db, "select dbmonitor_status() ->> 'running'", "1"),
	   "the thread runs");
	ok(reaches(other, samples, number_of(other, samples) + 3),
	   "it takes samples");
	sqlite3_close(db);
	ok(gives(other, "select dbmonitor_status() ->> 'running'", "0"),
	   "it ends with the connection");
	for (i = 0; i < 20; i++)
	{
		db = open_file();
		run(db, START);
		sqlite3_sleep(i);
		if (sqlite3_close(db) != SQLITE_OK)
			break;
	}
	ok(i == 20, "connections close at any moment");
	sqlite3_close(other);
}

/* A thread keeps samples in a file apart, whoever writes the one watched. */
static void
samples_apart(void)
{
	static const char apart[] =
		"select count(*) from \"dbcare samples\".dbcare_sample";
	sqlite3 *db = open_file();
	sqlite3 *other = open_file();
	char *start = sqlite3_mprintf(
		"select dbmonitor_start(0.1, '{\"samples_file\": \"%s.apart\"}')",
		file);
	char *name = sqlite3_mprintf("%s.apart", file);
	long long before;

	run(db, START);
	ok(reaches(db, samples, number_of(db, samples) + 1),
	   "samples are in the database");
	run(other, START);
	run(db, start);
	run(other, "begin immediate");
	before = number_of(other, samples);
	ok(reaches(db, apart, 5), "moved, they are in a file of their own, which "
							  "nobody's lock of the database hinders");
	ok(number_of(other, samples) == before, "and the database has no more");
	run(other, "rollback");
	sqlite3_close(db);
	sqlite3_close(other);
	unlink(name);
	sqlite3_free(name);
	sqlite3_free(start);
}

/* The thread tells of a connection like the one that has started it. */
static void
same_switches(void)
{
	static const char enforced[] =
		"select count(*) from dbcare_check_run"
		" where check_id = 'foreign_keys_disabled' and severity = 'ok'";
	sqlite3 *db = open_file();

	run(db, "create table part (item_id references item)");
	run(db, "pragma foreign_keys = on");
	run(db, "select dbmonitor_reset()");
	run(db, START);
	ok(reaches(db, enforced, 1), "a thread enforces foreign keys, too");
	run(db, "select dbmonitor_stop()");
	run(db, "drop table part");
	sqlite3_close(db);
}

/* A connection that is closed with a statement left ends with that. */
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
	   "a connection that cannot close is watched");
	sqlite3_close_v2(db);
	sqlite3_finalize(statement);
	ok(gives(other, "select dbmonitor_status() ->> 'running'", "0"),
	   "one that is left over ends with its last statement");
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
	   "loaded again, it is still watched");
	run(db, START);
	ok(gives(db, "select dbmonitor_status() ->> 'statements'", "1"),
	   "and can be started again");
	run(db, "select dbmonitor_stop()");
	ok(gives(db, "select dbmonitor_status() ->> 'statements'", "0"),
	   "and stopped");
	sqlite3_close(db);
}

/* What an application calls as it likes. */
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

/* What keeps an eye on the hook may be taken away: no hook outlives what it
 * counts with. */
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
	ok(gives(db, "select 1", "1"), "a connection that may read nothing stops");
	run(db, "select dbmonitor_start(3600, '{\"thread\": false}')");
	sqlite3_create_function(db, "dbmonitor_start", 0, SQLITE_UTF8, NULL,
							own_function, NULL, NULL);
	sqlite3_create_function(db, "dbmonitor_start", 1, SQLITE_UTF8, NULL,
							own_function, NULL, NULL);
	sqlite3_create_function(db, "dbmonitor_start", 2, SQLITE_UTF8, NULL,
							own_function, NULL, NULL);
	ok(gives(db, "select dbmonitor_status() ->> 'statements'", "0"),
	   "one whose dbmonitor_start() is replaced is watched no longer");
	sqlite3_close(db);
}

/* What an application sets itself. */
static int
own_hook(unsigned type, void *context, void *p, void *x)
{
	(void) type;
	(void) p;
	(void) x;
	++*(int *) context;
	return 0;
}

/* The application's own hook is left alone, and said to be there. */
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
	   "a hook of the application is told of");
	run(db, "select dbmonitor_stop()");
	before = seen;
	run(db, "select 1");
	ok(seen == before + 1, "and stays");
	sqlite3_close(db);
}

/* Where there can be no thread. */
static void
refusals(void)
{
	sqlite3 *db;

	sqlite3_open(":memory:", &db);
	ok(gives(db, START, "dbcare: the sampling thread needs its own connection"),
	   "a memory database can have no thread");
	run(db, "select dbmonitor_start(1, '{\"thread\": false}')");
	run(db, "select 'secret'");
	ok(gives(db, "select calls from dbmonitor_queries where query = 'select ?'",
			 "1"),
	   "but its statements are measured");
	run(db, "select dbmonitor_sample()");
	run(db, "select 'secret'");
	ok(gives(db, "select calls from dbmonitor_queries where query = 'select ?'",
			 "2"),
	   "what is stored is counted once");
	run(db, "begin; ");
	run(db, "select dbmonitor_reset()");
	run(db, "commit");
	ok(number_of(db, "select count(*) from dbmonitor_queries"
					 " where query = 'select ?'") == 0,
	   "and can be forgotten");
	sqlite3_close(db);
}

/* After more statements than are timed, counters are right, and what comes
 * next is timed. */
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
	/* what dbcare has just done itself is in another window then */
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
	ok(i < 6000, "what comes after a rush is timed");
	ok(counted > 19 * STATEMENTS && counted < 21 * STATEMENTS,
	   "counters are right when not every statement is timed");
	printf("# %lld of %d\n", counted, 20 * STATEMENTS);
	sqlite3_close(db);
}

/* Runs statements on a watched connection. */
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

/* Several connections are watched at once, while samples are taken. */
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
	   "the thread ends with the last of them");
	counted = number_of(db, calls);
	ok(counted == THREADS * STATEMENTS,
	   "every statement of several connections is counted once");
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

/* A child of a watched process has nothing to do with its parent's thread, and
 * may have its own. */
static void
fork_while_watched(void)
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
	ok(ends_well(child), "a child has a thread of its own");
	ok(reaches(db, samples, number_of(db, samples) + 2),
	   "and its parent keeps one");
	sqlite3_close(db);
}

/* Processes that end without closing. */
static void
end_without_closing(void)
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
	ok(ends_well(child), "a process may end without closing");
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
	   "processes may be killed while samples are taken");
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
	close_while_it_runs("pragma journal_mode = delete");
	if (processes)
	{
		fork_while_watched();
		end_without_closing();
	}
	close_while_it_runs("pragma journal_mode = wal");
	samples_apart();
	same_switches();
	close_with_statement();
	load_twice();
	lose_hook();
	own_trace();
	refusals();
	rush();
	many_connections();
	if (processes)
	{
		fork_while_watched();
		end_without_closing();
	}
	printf("1..%d\n", number);
	unlink(file);
	return failed;
}
