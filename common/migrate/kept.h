/*
 * kept.h
 *	  Tables whose deleted rows are kept, or whose changes are logged, while
 *	  migrations change them.
 */
#ifndef DBC_MIGRATE_KEPT_H
#define DBC_MIGRATE_KEPT_H

#include "common/core/script_retry.h"

/* [SQLite] Tables of whose kept or logged rows, or held ones, it is not known
 * which columns they have: see row/moved.h. */
typedef struct dbc_migrate_doubt
{
	const char **tables;
	int count;
	bool has_had; /* rows of any table are or were kept, logged or held */
} dbc_migrate_doubt;

extern dbc_migrate_doubt dbc_migrate_read_doubt(dbc_host *host);

/* Fails if a table is one. */
extern void dbc_migrate_refuse_moved(dbc_host *host,
									 const dbc_migrate_doubt *doubt,
									 const char *table);

/* [SQLite] Puts dbcare's triggers aside while a statement of a script drops a
 * column that they name; NULL if there are none.  That is remembered in none, since
 * looking for triggers reads the whole schema: tables that get some afterwards are
 * known. */
extern const dbc_script_retry *
dbc_migrate_kept_retry(dbc_host *host, const dbc_migrate_doubt *doubt,
					   bool *none);

/* Drops those of a table whose columns are going to be dropped; returns whether
 * it has any.  They are put back once that is done: names must still tell which
 * columns are the same. */
extern bool dbc_migrate_put_triggers_aside(dbc_host *host, const char *table);
extern void dbc_migrate_put_triggers_back(dbc_host *host,
										  const dbc_migrate_doubt *doubt);

/* [SQLite] Has what is kept of the rows of a table name them by the new order of
 * the columns of its key, JSON arrays of names; and so for a table that was created
 * again by hand, if names are of the same columns as before.  Triggers by which
 * dbcare knows such a table are created after that. */
extern void dbc_migrate_move_keys(dbc_host *host, dbc_value table,
								  dbc_value before, dbc_value after);
extern void dbc_migrate_confirm_names(dbc_host *host,
									  const dbc_relation *table);

/* Creates a trigger by which dbcare knows a table. */
extern void dbc_migrate_create_trigger(dbc_host *host, const char *statement);

/* Makes dbcare's triggers those that the tables need now, but for those that
 * were in doubt before. */
extern void dbc_migrate_refresh_kept(dbc_host *host,
									 const dbc_migrate_doubt *doubt);

/* The same after a script, which fails if it has renamed columns, too, and may
 * have exchanged their names. */
extern void dbc_migrate_refresh_after(dbc_host *host, const dbc_script *script,
									  const dbc_migrate_doubt *before);

#endif /* DBC_MIGRATE_KEPT_H */
