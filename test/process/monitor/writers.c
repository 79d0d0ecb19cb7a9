/*
 * writers.c
 *	  Writes to a SQLite file from several processes without a busy timeout, one
 *	  at a time, so that each error is caused by somebody else.
 *
 * usage: writers FILE PROCESSES SECONDS
 * Prints the number of commits and the number of errors; writes the error
 * messages to standard error.
 */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Sends the counts of one process. */
static void
write_rows(const char *file, int turn, int seconds, int result)
{
	static const char insert[] =
		"begin immediate; insert into item (x) values (randomblob(50)); commit";
	time_t end = time(NULL) + seconds;
	long counts[2] = {0, 0};
	sqlite3 *db;

	if (sqlite3_open(file, &db) != SQLITE_OK)
		exit(1);
	while (time(NULL) < end)
	{
		char *problem = NULL;

		flock(turn, LOCK_EX);
		counts[sqlite3_exec(db, insert, NULL, NULL, &problem) != SQLITE_OK]++;
		if (problem)
			fprintf(stderr, "%s\n", problem);
		sqlite3_free(problem);
		if (!sqlite3_get_autocommit(db))
			sqlite3_exec(db, "rollback", NULL, NULL, NULL);
		flock(turn, LOCK_UN);
		sqlite3_sleep(1);
	}
	sqlite3_close(db);
	exit(write(result, counts, sizeof(counts)) != sizeof(counts));
}

int
main(int argc, char **argv)
{
	long commits = 0;
	long errors = 0;
	long counts[2];
	int results[2];

	if (argc != 4 || pipe(results) != 0)
		return 2;
	for (int left = atoi(argv[2]); left > 0; left--)
		if (fork() == 0)
		{
			/* each process needs its own open file for its lock */
			int turn = open("/proc/self/exe", O_RDONLY);

			write_rows(argv[1], turn, atoi(argv[3]), results[1]);
		}
	close(results[1]);
	while (read(results[0], counts, sizeof(counts)) == sizeof(counts))
	{
		commits += counts[0];
		errors += counts[1];
	}
	while (wait(NULL) > 0)
		;
	printf("%ld %ld\n", commits, errors);
	return 0;
}
