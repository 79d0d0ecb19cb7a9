/*
 * dump_fill.h
 *	  Making a database of a dump, here or in a scratch cluster.
 */
#ifndef DBCPG_BACKUP_DUMP_FILL_H
#define DBCPG_BACKUP_DUMP_FILL_H

#include "pg_ext/backup/copy.h"

/* Code of the dump runs as the user of conninfo. */
typedef struct dbcpg_filling
{
	dbcpg_host *host;
	dbc_backup_work *work;
	const char *database;	 /* in the server's encoding */
	const char *maintenance; /* connection string of who makes it */
	const char *owner;		 /* in the core's encoding; NULL: who makes it */
	const char *conninfo;	 /* to the new database */
	bool is_plain;	  /* without owners, privileges, comments, publications */
	const char *list; /* file with the entries to restore; NULL: all */
} dbcpg_filling;

/* Runs createdb or dropdb.  No cancel ends it: the server would go on making or
 * dropping the database, and its end could not be waited for. */
extern dbcpg_outcome dbcpg_dump_run_on_database(const dbcpg_filling *r,
												const char *name);

/* Fills the new database, and compares its rows with the manifest. */
extern dbc_backup_proof dbcpg_dump_fill(const dbcpg_filling *r);

#endif /* DBCPG_BACKUP_DUMP_FILL_H */
