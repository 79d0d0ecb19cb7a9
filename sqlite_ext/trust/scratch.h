/*
 * scratch.h
 *	  A database in memory with one table and one row, to find out how SQLite
 *	  handles values that are not in the user's database.
 *
 * It has the functions and collations of the user's connection, which run
 * there.  An error in the scratch database is returned, not raised, and the
 * caller reads its message.  Only out of memory is raised.
 */
#ifndef DBCSL_TRUST_SCRATCH_H
#define DBCSL_TRUST_SCRATCH_H

#include "sqlite_ext/sql/ddl.h"

/* A prepared statement that is kept. */
typedef struct dbcsl_scratch_statement
{
	struct dbcsl_scratch_statement *next;
	const char *text;
	sqlite3_stmt *statement;
	bool *reads; /* as those of the scratch database */
	bool reads_rowid;
} dbcsl_scratch_statement;

typedef struct dbcsl_scratch
{
	dbcsl_host *h;
	const char *name;		/* name of the table in the user's schema */
	const dbcsl_ddl *table; /* its parsed definition */
	const char *row;		/* JSON, bound to ?1 */

	sqlite3 *db;
	sqlite3_stmt *statement; /* last prepared statement */
	bool keeps;				 /* statements, for rows with the same columns */
	dbcsl_scratch_statement *kept;
	int nkept;
	bool *reads;	  /* per column: the statement reads it */
	bool reads_rowid; /* the statement reads the rowid of a table that has no
						 name for it */
	const char **borrowed; /* functions of the application */
	int nborrowed;
	bool calls_borrowed; /* a statement calls one */
} dbcsl_scratch;

/* Opens an empty database; dbcsl_scratch_close() must be called even after an
 * error. */
extern void dbcsl_scratch_open(dbcsl_scratch *scratch);
extern void dbcsl_scratch_close(dbcsl_scratch *scratch);

/* Leaves nothing of the call in it. */
extern void dbcsl_scratch_rest(dbcsl_scratch *scratch);

/* Prepares a statement; false if that fails. */
extern bool dbcsl_scratch_prepare(dbcsl_scratch *scratch, const char *sql);

/* Runs the prepared statement to its first row; false if that fails; *found, if
 * not NULL, is set to whether there is a row. */
extern bool dbcsl_scratch_step(dbcsl_scratch *scratch, bool *found);

/* Prepares and runs a statement. */
extern bool dbcsl_scratch_run(dbcsl_scratch *scratch, const char *sql,
							  bool *found);

/* The last error message. */
extern const char *dbcsl_scratch_error(dbcsl_scratch *scratch);

#endif /* DBCSL_TRUST_SCRATCH_H */
