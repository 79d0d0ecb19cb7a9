/*
 * host.c
 *	  A program whose SQLite lacks functions.
 *
 * It loads the extension with pointers of sqlite3_api_routines set to null, and
 * runs the statements of standard input.
 *
 * usage: host LIBRARY FILE NUMBER ...
 *
 * Pointers have the numbers of their order in sqlite3ext.h, from 0.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>
/* the pointers below, not the functions */
#define SQLITE_CORE 1
#include <sqlite3ext.h>

typedef int entry(sqlite3 *db, char **error, const sqlite3_api_routines *api);

static sqlite3_api_routines routines;

static int
capture(sqlite3 *db, char **error, const sqlite3_api_routines *api)
{
	(void) db;
	(void) error;
	routines = *api;
	return SQLITE_OK;
}

/* Sets the pointer with a number, from 0, to null. */
static void
forget(const char *number)
{
	void *none = NULL;

	memcpy((char *) &routines + (size_t) atoi(number) * sizeof(none), &none,
		   sizeof(none));
}

static int
print(void *arg, int count, char **values, char **names)
{
	(void) arg;
	(void) names;
	for (int i = 0; i < count; i++)
		printf("%s%s", i ? "|" : "", values[i] ? values[i] : "");
	puts("");
	return 0;
}

int
main(int argc, char **argv)
{
	static char line[1 << 16];
	void *library = dlopen(argv[1], RTLD_NOW);
	entry *init =
		library ? (entry *) dlsym(library, "sqlite3_dbcare_init") : NULL;
	char *error = NULL;
	sqlite3 *db;

	if (!init ||
		sqlite3_auto_extension((void (*)(void)) capture) != SQLITE_OK ||
		sqlite3_open(argv[2], &db) != SQLITE_OK)
		return 3;
	sqlite3_cancel_auto_extension((void (*)(void)) capture);
	sqlite3_busy_timeout(db, 10000);
	for (int i = 3; i < argc; i++)
		forget(argv[i]);
	if (init(db, &error, &routines) != SQLITE_OK)
	{
		puts(error ? error : "refused");
		return 2;
	}
	while (fgets(line, sizeof(line), stdin))
	{
		if (sqlite3_exec(db, line, print, NULL, &error) != SQLITE_OK)
			puts(error);
		fflush(stdout);
	}
	return sqlite3_close(db) != SQLITE_OK;
}
