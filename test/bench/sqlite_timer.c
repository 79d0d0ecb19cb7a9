/*
 * sqlite_timer.c
 *	  Times SQL on one SQLite connection.
 *
 * usage: sqlite_timer DATABASE EXTENSION ROUNDS SQL ...
 *
 * Runs every SQL once per round, in turn, and prints a line per round with the
 * milliseconds each took.  @FILE stands for the text of a file.  With CPU in
 * the environment the milliseconds are those of the processor, so that other
 * processes do not count.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Ends the program with a message. */
static _Noreturn void
die(const char *what, const char *message)
{
	fprintf(stderr, "sqlite_timer: %s: %s\n", what, message);
	exit(1);
}

/* Milliseconds of a clock that never goes back. */
static double
milliseconds(void)
{
	struct timespec now;

	clock_gettime(getenv("CPU") ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC,
				  &now);
	return (double) now.tv_sec * 1000 + (double) now.tv_nsec / 1000000;
}

/* The text of a file; never freed. */
static const char *
read_file(const char *name)
{
	FILE *file = fopen(name, "rb");
	char *text;
	long size;

	if (!file || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0)
		die(name, "cannot be read");
	rewind(file);
	text = calloc((size_t) size + 1, 1);
	if (!text || fread(text, 1, (size_t) size, file) != (size_t) size)
		die(name, "cannot be read");
	fclose(file);
	return text;
}

/* Opens the database with the extension loaded. */
static sqlite3 *
open_database(const char *name, const char *extension)
{
	sqlite3 *db;
	char *message = NULL;

	if (sqlite3_open(name, &db) != SQLITE_OK)
		die(name, sqlite3_errmsg(db));
	sqlite3_enable_load_extension(db, 1);
	if (sqlite3_load_extension(db, extension, NULL, &message) != SQLITE_OK)
		die(extension, message);
	return db;
}

int
main(int argc, char **argv)
{
	sqlite3 *db;
	int round;
	int i;

	if (argc < 5)
		die("usage", "sqlite_timer DATABASE EXTENSION ROUNDS SQL ...");
	db = open_database(argv[1], argv[2]);
	for (i = 4; i < argc; i++)
		if (argv[i][0] == '@')
			argv[i] = (char *) read_file(argv[i] + 1);
	for (round = atoi(argv[3]); round > 0; round--)
		for (i = 4; i < argc; i++)
		{
			double start = milliseconds();

			if (sqlite3_exec(db, argv[i], NULL, NULL, NULL) != SQLITE_OK)
				die(argv[i], sqlite3_errmsg(db));
			printf("%.3f%c", milliseconds() - start, i + 1 < argc ? ' ' : '\n');
		}
	return sqlite3_close(db) != SQLITE_OK;
}
