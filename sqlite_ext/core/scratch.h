/*
 * scratch.h
 *	  A database in memory with one table and one row in it, to find out how
 *	  SQLite handles values that are not in the user's database.
 *
 * It has the functions and collations of the user's connection, which run
 * there.  A failure in the scratch database is returned, not a jump, and the
 * caller reads its message.  Only out of memory passes through.
 */
#ifndef DBCSL_CORE_SCRATCH_H
#define DBCSL_CORE_SCRATCH_H

#include "sqlite_ext/core/ddl.h"

typedef struct dbcsl_scratch
{
	dbcsl_host *h;
	const char *name;		/* of the table, as in the user's schema */
	const dbcsl_ddl *table; /* what was read of it */
	const char *row;		/* JSON, bound to ?1 */

	sqlite3 *db;
	sqlite3_stmt *statement; /* the last one */
	bool *reads;			 /* the columns it reads */
	bool reads_rowid; /* and the rowid of a table without a name for it */
} dbcsl_scratch;

/* Opens an empty database; dbcsl_scratch_close() ends it on every road. */
extern void dbcsl_scratch_open(dbcsl_scratch *scratch);
extern void dbcsl_scratch_close(dbcsl_scratch *scratch);

/* Prepares a statement; false is a failure. */
extern bool dbcsl_scratch_prepare(dbcsl_scratch *scratch, const char *sql);

/* Runs what was prepared to its first row; false is a failure, and *found, if
 * asked for, tells whether there is one. */
extern bool dbcsl_scratch_step(dbcsl_scratch *scratch, bool *found);

/* Both in turn. */
extern bool dbcsl_scratch_run(dbcsl_scratch *scratch, const char *sql,
							  bool *found);

/* What has failed last. */
extern const char *dbcsl_scratch_error(dbcsl_scratch *scratch);

#endif /* DBCSL_CORE_SCRATCH_H */
