/*
 * fill.h
 *	  [PG] Making a database of a dump, here or in a scratch cluster.
 */
#ifndef DBC_BACKUP_FILL_H
#define DBC_BACKUP_FILL_H

#include "common/backup/dump.h"

/* Code of the dump runs as the user of conninfo. */
typedef struct dbc_filling
{
	dbc_host *host;
	dbc_backup_work *work;
	const char *database;
	const char *maintenance; /* connection string of who makes it */
	const char *owner;		 /* NULL: who makes it */
	const char *conninfo;	 /* to the new database */
	bool is_plain;	  /* without owners, privileges, comments, publications */
	const char *list; /* file with the entries to restore; NULL: all */
} dbc_filling;

/* Runs createdb or dropdb.  No cancel ends it: the server would go on making or
 * dropping the database, and its end could not be waited for. */
extern dbc_program_end dbc_backup_dump_run_on_database(const dbc_filling *r,
													   const char *name);

/* Fills the new database, and compares its rows with the manifest. */
extern dbc_backup_proof dbc_backup_dump_fill(const dbc_filling *r);

/* ---- new_database.c ---- */

/* What the database of a dump is called until it is complete. */
extern const char *dbc_backup_dump_hidden_database(dbc_host *host);

/* Makes that database, calls prepare(host, arg), unless that is NULL, fills it
 * and gives it its name.  Leaves no database behind if that fails. */
extern dbc_backup_proof
dbc_backup_dump_make_database(dbc_host *host, dbc_filling *fill,
							  const char *name,
							  void (*prepare)(dbc_host *, void *), void *arg);

/* ---- scratch.c ---- */

/* Restores a dump into a scratch cluster, where its code can do no harm, and
 * compares its rows with the manifest. */
extern dbc_backup_proof dbc_backup_dump_try(dbc_host *host,
											dbc_backup_work *work);

#endif /* DBC_BACKUP_FILL_H */
