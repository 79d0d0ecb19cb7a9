/*
 * lock_watch.c
 *	  Measures how long another process holds the write lock of a SQLite
 *	  database, by trying to get it all the time.
 *
 * usage: lock_watch DATABASE FILE PID
 *
 * Prints the milliseconds of processor time of each time that the process held
 * the lock, until FILE is gone: how long it waits for a processor depends on
 * what else the machine does.  Then prints how many of 100 tries found it free,
 * since a process that sleeps takes no processor time.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* Milliseconds of a clock; 0 if its process has ended. */
static double
milliseconds(clockid_t clock)
{
	struct timespec now = {0};

	clock_gettime(clock, &now);
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
	clockid_t clock;
	sqlite3 *db;
	double start;
	int tries;
	int held = 0;
	int all = 0;

	if (argc != 4 || clock_getcpuclockid(atoi(argv[3]), &clock) != 0 ||
		sqlite3_open(argv[1], &db) != SQLITE_OK)
	{
		fprintf(stderr, "usage: lock_watch DATABASE FILE PID\n");
		return 1;
	}
	while (access(argv[2], F_OK) == 0)
	{
		start = milliseconds(clock);
		for (tries = 0; !is_free(db); tries++)
			nanosleep(&pause, NULL);
		if (tries > 0)
			printf("%.3f\n", milliseconds(clock) - start);
		held += tries;
		all += tries + 1;
		nanosleep(&pause, NULL);
	}
	printf("free %d\n", 100 * (all - held) / (all > 0 ? all : 1));
	return sqlite3_close(db) != SQLITE_OK;
}
