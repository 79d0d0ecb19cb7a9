/*
 * sqlite_lookups.c
 *	  Times the lookup of a row on a connection that is watched and on one that
 *	  is not.
 *
 * usage: sqlite_lookups EXTENSION ROUNDS STATEMENTS_PER_SECOND
 *
 * Both look rows up in a table of their own in memory, in turns of some
 * milliseconds, and both have dbcare's tables: SQLite is some nanoseconds
 * slower once a change of the schema made it prepare a statement anew.  Prints
 * a line per round with the milliseconds each took.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ROWS	100000
#define TURNS	40
#define LOOKUPS 20000 /* of a turn */

typedef struct side
{
	sqlite3 *db;
	sqlite3_stmt *lookup;
	unsigned random;
	double milliseconds; /* of this round */
} side;

/* Ends the program with a message. */
static _Noreturn void
die(const char *message)
{
	fprintf(stderr, "sqlite_lookups: %s\n", message);
	exit(1);
}

/* Milliseconds of the processor: others may be at work, too. */
static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double) time.tv_sec * 1000 + (double) time.tv_nsec / 1000000;
}

/* Runs SQL. */
static void
run(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		die(sqlite3_errmsg(db));
}

/* Opens a database with the table in it. */
static void
open_side(side *side, const char *extension)
{
	char *message = NULL;

	if (sqlite3_open(":memory:", &side->db) != SQLITE_OK)
		die("there is no memory");
	sqlite3_enable_load_extension(side->db, 1);
	if (sqlite3_load_extension(side->db, extension, NULL, &message) !=
		SQLITE_OK)
		die(message);
	run(side->db, "select dbcare_install()");
	run(side->db, "create table item (id integer primary key, name text);"
				  "with recursive n (i) as (select 1 union all select i + 1"
				  " from n where i < 100000)"
				  " insert into item select i, 'name ' || i from n");
	if (sqlite3_prepare_v3(side->db, "select name from item where id = ?1", -1,
						   SQLITE_PREPARE_PERSISTENT, &side->lookup,
						   NULL) != SQLITE_OK)
		die(sqlite3_errmsg(side->db));
	side->random = 1;
}

/* Looks rows up for one turn. */
static void
take_turn(side *side)
{
	double start = now();
	int i;

	for (i = 0; i < LOOKUPS; i++)
	{
		side->random = side->random * 1103515245 + 12345;
		sqlite3_bind_int(side->lookup, 1,
						 (int) (1 + (side->random >> 8) % ROWS));
		if (sqlite3_step(side->lookup) != SQLITE_ROW)
			die(sqlite3_errmsg(side->db));
		sqlite3_reset(side->lookup);
	}
	side->milliseconds += now() - start;
}

int
main(int argc, char **argv)
{
	side watched;
	side plain;
	char *sql;
	int round;
	int turn;

	if (argc != 4)
		die("usage: sqlite_lookups EXTENSION ROUNDS STATEMENTS_PER_SECOND");
	open_side(&watched, argv[1]);
	open_side(&plain, argv[1]);
	sql = sqlite3_mprintf("select dbmonitor_start(3600, '{\"thread\": false,"
						  " \"statements_per_second\": %s}')",
						  argv[3]);
	run(watched.db, sql);
	sqlite3_free(sql);
	for (round = atoi(argv[2]); round > 0; round--)
	{
		watched.milliseconds = plain.milliseconds = 0;
		for (turn = 0; turn < TURNS; turn++)
		{
			take_turn(&watched);
			take_turn(&plain);
		}
		printf("%.3f %.3f\n", watched.milliseconds, plain.milliseconds);
	}
	sqlite3_finalize(watched.lookup);
	sqlite3_finalize(plain.lookup);
	sqlite3_close(watched.db);
	sqlite3_close(plain.db);
	return 0;
}
