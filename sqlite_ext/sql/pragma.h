/*
 * pragma.h
 *	  PRAGMAs of scripts.
 */
#ifndef DBCSL_SQL_PRAGMA_H
#define DBCSL_SQL_PRAGMA_H

#include "sqlite_ext/core/host.h"

typedef enum dbcsl_pragma_effect
{
	DBCSL_PRAGMA_OTHER,	  /* queries, or needs no undo */
	DBCSL_PRAGMA_SETTING, /* changes the connection */
	DBCSL_PRAGMA_WRITES,  /* writes to the database */
	DBCSL_PRAGMA_OUTSIDE, /* has no effect in a transaction */
	DBCSL_PRAGMA_HANDLER, /* removes a handler of the application */
	/* EXPLAIN of a PRAGMA, which may still have its effect */
	DBCSL_PRAGMA_EXPLAIN
} dbcsl_pragma_effect;

/* A PRAGMA with an effect. */
typedef struct dbcsl_setting
{
	const char *name;
	dbcsl_pragma_effect effect;
	bool bare;	/* has an effect without a value, too */
	int option; /* of sqlite3_db_config(), or 0 */
} dbcsl_setting;

typedef struct dbcsl_pragma
{
	dbcsl_pragma_effect effect;
	const char *schema; /* or NULL */
	const char *name;
	const char *value;			  /* or NULL */
	const dbcsl_setting *setting; /* or NULL */
} dbcsl_pragma;

/* Parses a PRAGMA; false for any other statement. */
extern bool dbcsl_parse_pragma(dbcsl_host *h, const char *text,
							   dbcsl_pragma *pragma);

#endif /* DBCSL_SQL_PRAGMA_H */
