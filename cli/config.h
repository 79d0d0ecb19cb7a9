/*
 * config.h
 *	  dbcare.toml: the databases that one process looks after.
 */
#ifndef CLI_CONFIG_H
#define CLI_CONFIG_H

#include <stdbool.h>

#include "cli/target.h"

/* Where it is, if nothing else is said. */
#define CLI_CONFIG "dbcare.toml"

typedef struct cli_listed
{
	char *name;
	cli_target target;
	char
		*server; /* the same text for databases of one server; NULL on SQLite */
	int first;	 /* the first database of the same server, or this one */
} cli_listed;

typedef struct cli_config
{
	const char *path;
	int interval_seconds; /* of databases that are not monitored yet */
	int connections;	  /* to PostgreSQL, at most at once */
	int count;
	cli_listed *databases; /* in the order of the file */
} cli_config;

/* Reads the file; prints what is wrong with it and returns false. */
extern bool cli_read_config(const char *path, cli_config *config);

extern void cli_free_config(cli_config *config);

#endif /* CLI_CONFIG_H */
