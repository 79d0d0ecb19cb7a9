/*
 * schema_source.h
 *	  What has a schema that is compared: a database, or a script.
 *
 * A script is run in an empty database, as a migration is: on SQLite in memory,
 * on PostgreSQL in a new database of the server of the other one, which is
 * dropped then.
 */
#ifndef CLI_SCHEMA_SOURCE_H
#define CLI_SCHEMA_SOURCE_H

#include "cli/database.h"

typedef struct cli_schema_source
{
	cli_target target;	/* the database */
	const char *script; /* path of the script, or NULL */
} cli_schema_source;

/* What an argument names: a script if it ends with .sql.  Prints what is wrong
 * and returns false. */
extern bool cli_find_schema(const char *argument, const char *from,
							cli_schema_source *source);

/* The document of dbmigrate_schema(), a script being run beside a database that
 * is open; NULL after a failure, which is printed. */
extern char *cli_read_schema(const cli_schema_source *source,
							 cli_database *beside);

#endif /* CLI_SCHEMA_SOURCE_H */
