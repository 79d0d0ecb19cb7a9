/*
 * lock_watch.c
 *	  Measures how long other connections hold the write lock of a SQLite
 *	  database, by trying to get it all the time.
 *
 * usage: lock_watch DATABASE FILE
 *
 * Prints the milliseconds of each time that the lock was held, until FILE is
 * gone.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* Milliseconds of a clock that never goes back. */
static double
milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double) now.tv_sec * 1000 + (double) now.tv_nsec / 1000000;
}

/* Whether the write lock is free. */
static int
is_free(sqlite3 *db)
{
	int code = sqlite3_exec(db, "begin immediate", NULL, NULL, NULL);

	if (code == SQLITE_OK)
		sqlite3_exec(db, "rollback", NULL, NULL, NULL);
	return code == SQLITE_OK;
}

int
main(int argc, char **argv)
{
	const struct timespec pause = {.tv_nsec = 500000};
	sqlite3 *db;
	double start;
	int tries;

	if (argc != 3 || sqlite3_open(argv[1], &db) != SQLITE_OK)
	{
		fprintf(stderr, "usage: lock_watch DATABASE FILE\n");
		return 1;
	}
	while (access(argv[2], F_OK) == 0)
	{
		start = milliseconds();
		for (tries = 0; !is_free(db); tries++)
			nanosleep(&pause, NULL);
		if (tries > 0)
			printf("%.3f\n", milliseconds() - start);
		nanosleep(&pause, NULL);
	}
	return sqlite3_close(db) != SQLITE_OK;
}
