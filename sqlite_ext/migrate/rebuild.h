/*
 * rebuild.h
 *	  What the files that rebuild a table share.
 */
#ifndef DBCSL_MIGRATE_REBUILD_H
#define DBCSL_MIGRATE_REBUILD_H

#include "common/migrate/rebuild.h"
#include "sqlite_ext/migrate/digest.h"
#include "sqlite_ext/trust/copy.h"

/* What is compared before and after. */
typedef struct dbcsl_migrate_rebuild_proof
{
	dbc_buffer old_values; /* values of the old table that stay */
	dbc_buffer new_values; /* the same values in the new table */
	const dbcsl_migrate_digest *digest;
	const dbc_rows *probes;	  /* see migrate/rebuild_proof.c */
	const char **broken;	  /* error of each probe, or NULL */
	const dbc_rows *children; /* tables with foreign keys to check */
	const dbc_rows **orphans; /* rows without parent of each, or NULL */
} dbcsl_migrate_rebuild_proof;

/* The state of a rebuild. */
typedef struct dbcsl_migrate_table_rebuild
{
	dbcsl_host *h;
	dbc_migrate_rebuild *task;
	dbcsl_ddl from;
	dbcsl_ddl to;
	const char **dropped; /* columns of the old table that the new one lacks */
	int ngone;
	dbc_buffer sql; /* all statements */
	size_t ran;		/* length of those that have run */
	dbcsl_table_copy copy;
	const dbc_rows *parts;	/* see migrate/rebuild_parts.c */
	const char **temporary; /* SQL of temporary triggers */
	int ntemporary;
	const dbc_rows *statistics; /* tables with statistics of the table */
	const dbc_rows *keys;		/* automatic indexes of the old table */
	dbcsl_migrate_rebuild_proof proof;
} dbcsl_migrate_table_rebuild;

/* ---- migrate/rebuild_alter.c ---- */

/* Changes the table in place, if ALTER TABLE can do that with the same result;
 * otherwise returns false and has done nothing. */
extern bool dbcsl_migrate_alter_instead(dbcsl_migrate_table_rebuild *r);

/* ---- migrate/rebuild_parts.c ---- */

/* Runs the statements appended since the last call. */
extern void dbcsl_migrate_run_appended(dbcsl_migrate_table_rebuild *r);

/* Drops the parts of the table, appending statements; fails for a part that
 * needs a dropped column. */
extern void dbcsl_migrate_drop_parts(dbcsl_migrate_table_rebuild *r);

/* Creates the parts again. */
extern void dbcsl_migrate_restore_parts(dbcsl_migrate_table_rebuild *r);

/* The first dropped column that SQL names, or NULL. */
extern const char *
dbcsl_migrate_find_dropped_column(const dbcsl_migrate_table_rebuild *r,
								  const char *sql);

/* ---- migrate/rebuild_proof.c ---- */

/* Record the state before the rebuild; fail unless it is the same afterwards.
 */
extern void dbcsl_migrate_record_before(dbcsl_migrate_table_rebuild *r);
extern void dbcsl_migrate_compare_values(dbcsl_migrate_table_rebuild *r);
extern void dbcsl_migrate_compare_after(dbcsl_migrate_table_rebuild *r);

/* ---- migrate/rebuild.c ---- */

extern void dbcsl_migrate_rebuild_table(dbc_host *host,
										dbc_migrate_rebuild *task);

#endif /* DBCSL_MIGRATE_REBUILD_H */
