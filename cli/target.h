/*
 * target.h
 *	  Which database the command works on.
 */
#ifndef CLI_TARGET_H
#define CLI_TARGET_H

#include <stdbool.h>

typedef struct cli_target
{
	int engine;		  /* DBC_ON_POSTGRESQL or DBC_ON_SQLITE */
	const char *text; /* connection string of libpq, or path; NULL: SQL of the
						 engine is read without a database */
	const char *from; /* where it was found: "--db", "DATABASE_URL", ... */
	const char *database; /* [PG] another one of that server, or NULL */
} cli_target;

/*
 * Finds the database: the argument of --db, else DATABASE_URL of the
 * environment, else of the file .env, else PGDATABASE, PGHOST, PGSERVICE and
 * their like.  Prints what is wrong and returns false if there is none, or if a
 * password was given on the command line, which every user of the machine sees.
 */
extern bool cli_find_target(const char *argument, cli_target *target);

/* The same, but none is no failure: then *found is false. */
extern bool cli_seek_target(const char *argument, cli_target *target,
							bool *found);

/* The database that an argument names; false with a password in it. */
extern bool cli_argument_target(const char *text, const char *from,
								cli_target *target);

/* The database that a line of a file names; returns what is wrong with it, as
 * the rest of a sentence, or NULL.  *server gets what is the same for databases of one
 * server, NULL on SQLite; it is freed by the caller. */
extern const char *cli_listed_target(const char *text, const char *from,
									 cli_target *target, bool *has_password,
									 char **server);

#endif /* CLI_TARGET_H */
