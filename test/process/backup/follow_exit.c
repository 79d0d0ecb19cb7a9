/*
 * follow_exit.c
 *	  An application that ends without closing its connection, as soon as a thread
 *	  follows the database: follow_exit LIBRARY DATABASE.  Exits with 3.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

int
main(int argc, char **argv)
{
	sqlite3 *db;
	char *message = NULL;

	if (argc != 3 || sqlite3_open(argv[2], &db) != SQLITE_OK)
		return 2;
	sqlite3_enable_load_extension(db, 1);
	if (sqlite3_load_extension(db, argv[1], NULL, &message) != SQLITE_OK ||
		sqlite3_exec(db,
					 "select dbbackup_follow_start(); insert into entry values "
					 "(1, 1)",
					 NULL, NULL, &message) != SQLITE_OK)
	{
		printf("%s\n", message ? message : "");
		return 2;
	}
	exit(3);
}
