/*
 * host.c
 *	  A program whose SQLite lacks functions: loads the extension with pointers
 *of sqlite3_api_routines set to null, and runs the statements of standard
 *input.
 *
 * usage: host LIBRARY FILE MEMBER ...
 *
 * members.inc, which the script makes from sqlite3ext.h, has MEMBER(name) for
 *each pointer.
 */
#include <dlfcn.h>
#include <stddef.h>
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

static void
forget(const char *name)
{
#define MEMBER(member)              \
	if (strcmp(name, #member) == 0) \
	{                               \
		routines.member = NULL;     \
		return;                     \
	}
#include "members.inc"
	fprintf(stderr, "no member %s\n", name);
	exit(3);
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
