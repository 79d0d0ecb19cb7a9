/*
 * shell.c
 *	  A SQLite that is linked with dbcare has it in every connection.  Only make
 *	  sqlite-shell uses this file.
 */
#include <sqlite3.h>

extern int sqlite3_dbcare_init(sqlite3 *db, char **error, const void *api);
extern int dbcsl_load_everywhere(const char *unused);

/* SQLite calls it when it is initialised. */
int
dbcsl_load_everywhere(const char *unused)
{
	(void) unused;
	return sqlite3_auto_extension((void (*)(void)) sqlite3_dbcare_init);
}
